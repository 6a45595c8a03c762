"""The space-time permutation scan: against a plain implementation, on planted clusters, and on chance alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.recurrence.scan import SpaceTimeScan, scan_p
from tests.tries import tries

CASES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30)), min_size=2, max_size=40)


def plain_statistic(place, group, day, days, one) -> float:
    """Try every window over every day for one place, with the formula as it is printed."""
    mine = group == group[np.flatnonzero(place == one)[0]]
    total = int(mine.sum())
    best = 0.0
    for begin in range(int(day.min()), int(day.max()) + 1):
        for end in range(begin, min(begin + days, int(day.max()) + 1)):
            window = mine & (day >= begin) & (day <= end)
            c = int((window & (place == one)).sum())
            expected = int((place == one).sum()) * int(window.sum()) / total
            if c > expected and c > 1:
                ratio = c * math.log(c / expected)
                if total > c:
                    ratio += (total - c) * math.log((total - c) / (total - expected))
                best = max(best, ratio)
    return best


@tries(150)
@given(CASES, st.integers(1, 12))
def test_the_strongest_cluster_is_that_of_trying_every_window(cases, days):
    place = np.unique([case[0] for case in cases], return_inverse=True)[1].reshape(-1)
    group, day = place % 2, np.array([case[1] for case in cases])
    found = SpaceTimeScan(place, group, day, days).strongest(day)
    for one in range(len(found)):
        assert found[one] == pytest.approx(plain_statistic(place, group, day, days, one), abs=1e-9)


def test_dealing_anew_keeps_the_days_of_each_class():
    rng = np.random.default_rng(2)
    place, day = rng.integers(0, 20, 300), rng.integers(0, 100, 300)
    group = place % 3
    dealt = SpaceTimeScan(place, group, day, 7).shuffled(day, rng)
    assert not np.array_equal(dealt, day)
    for one in range(3):
        assert sorted(dealt[group == one]) == sorted(day[group == one])


def scattered(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 60, 600)
    return place, place % 2, rng.integers(0, 365, 600)


def test_a_planted_cluster_is_found_and_the_rest_is_chance():
    place, group, day = scattered(1)
    place = np.append(place, [7] * 8)
    group = np.append(group, [1] * 8)
    day = np.append(day, [100, 101, 102, 103, 104, 105, 106, 107])
    p = scan_p(place, group, day, 14, 199, 42)
    assert p[7] == 1 / 200
    assert (np.delete(p, 7) > 0.05).all()


@pytest.mark.proof
def test_chance_alone_is_called_a_cluster_about_as_often_as_p_says():
    lowest = [scan_p(*scattered(seed), 14, 39, seed).min() for seed in range(60)]
    assert sum(p <= 0.1 for p in lowest) <= 14
    assert sum(p <= 0.5 for p in lowest) >= 15


def test_a_rush_of_the_whole_class_is_no_cluster_of_a_place():
    place = np.repeat(np.arange(30), 6)
    day = np.tile([10, 11, 12, 13, 200, 300], 30)
    assert (scan_p(place, np.zeros(180, dtype=int), day, 14, 99, 3) > 0.05).all()


def test_the_same_seed_gives_the_same_answer():
    assert np.array_equal(scan_p(*scattered(3), 14, 19, 5), scan_p(*scattered(3), 14, 19, 5))


def test_places_with_one_case_are_never_a_cluster():
    assert scan_p(np.arange(5), np.zeros(5, dtype=int), np.arange(5), 7, 9, 1).tolist() == [1.0] * 5
