"""Cases for the length of a lane: a short lane with few cases is not hot, and rates agree with known values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.lanes.case_rates import case_rates, poisson_tail


@pytest.mark.parametrize(
    ("k", "mean", "expected"),
    [(0, 3.0, 1.0), (1, 1.0, 0.6321205588), (5, 2.0, 0.0526530173), (20, 5.0, 3.452135e-07), (3, 0.0, 0.0)],
)
def test_tails_of_poisson_counts_are_those_of_the_tables(k, mean, expected):
    assert poisson_tail(k, mean) == pytest.approx(expected, rel=1e-6)


@given(st.integers(0, 200), st.floats(0.01, 150))
def test_a_tail_is_a_probability_and_falls_with_the_count(k, mean):
    here, next_one = poisson_tail(k, mean), poisson_tail(k + 1, mean)
    assert 0.0 <= next_one <= here + 1e-12 <= 1.0 + 1e-9


def district(count=200, seed=1):
    rng = np.random.default_rng(seed)
    length = rng.uniform(80, 900, count)
    return rng.poisson(length / 100 * 2.0), length


def test_a_short_lane_with_a_huge_rate_is_not_hot_and_a_long_one_with_many_cases_is():
    cases, length = district()
    cases, length = np.append(cases, [2, 90]), np.append(length, [10.0, 900.0])
    found = case_rates(cases, length, 0.05)
    assert found.rate[-2] == pytest.approx(20.0)
    assert (found.hot[-2], found.hot[-1]) == (False, True)
    assert found.rank[-1] == 1
    assert found.smoothed[-2] < found.smoothed[-1]


def test_by_chance_alone_hardly_any_lane_is_hot():
    assert case_rates(*district(400, seed=7), 0.05).hot.sum() <= 2


def test_a_plain_count_decides_nothing():
    found = case_rates(np.array([40, 4, 4]), np.array([2000.0, 200.0, 200.0]), 0.05)
    assert not found.hot.any()
    assert found.smoothed == pytest.approx([2.0, 2.0, 2.0])


def test_lanes_that_differ_by_chance_alone_are_not_ranked_by_their_plain_counts():
    found = case_rates(np.array([5, 9, 2, 3]), np.array([400.0, 1000.0, 150.0, 250.0]), 0.05)
    assert len(set(found.smoothed)) == 1
    assert found.rank[1] == 4  # most cases, lowest rate
    assert found.rank[np.argmin(found.p)] == 1


def test_lanes_without_length_take_no_part():
    found = case_rates(np.array([5, 3]), np.array([np.nan, 300.0]), 0.05)
    assert np.isnan(found.rate[0])
    assert found.rank.tolist() == [0, 1]
    assert found.overall == pytest.approx(1.0)
    assert len(case_rates(np.array([1]), np.array([0.0]), 0.05).rank) == 1


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(5.0, 2000.0)), min_size=1, max_size=30))
def test_a_smoothed_rate_lies_between_its_own_and_that_of_all(lanes):
    cases, length = (np.array(values) for values in zip(*lanes))
    found = case_rates(cases, length, 0.05)
    low, high = np.minimum(found.rate, found.overall), np.maximum(found.rate, found.overall)
    assert ((found.smoothed >= low - 1e-9) & (found.smoothed <= high + 1e-9)).all()
    assert sorted(found.rank) == list(range(1, len(lanes) + 1))
