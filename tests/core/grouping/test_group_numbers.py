"""How many groups each part gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.grouping.group_numbers import largest_remainder

parts = st.lists(st.tuples(st.floats(0.01, 100), st.integers(1, 30)), min_size=1, max_size=12)


@given(parts, st.data())
def test_all_seats_are_given_within_the_bounds(parts, data):
    load = np.array([p[0] for p in parts])
    limit = np.array([p[1] for p in parts])
    total = data.draw(st.integers(len(parts), int(limit.sum())))
    seats = largest_remainder(load, limit, total)
    assert seats.sum() == total
    assert (seats >= 1).all()
    assert (seats <= limit).all()


@given(st.lists(st.integers(1, 100), min_size=1, max_size=10), st.integers(1, 20))
def test_exact_quotas_are_given_exactly(seats, scale):
    wanted = np.array(seats)
    assert np.array_equal(largest_remainder(wanted * float(scale), np.full(len(wanted), 1000), wanted.sum()), wanted)


@given(st.lists(st.floats(1, 3), min_size=1, max_size=10), st.integers(30, 200))
def test_nobody_strays_a_whole_seat_from_the_quota_where_no_bound_is_felt(load, total):
    loads = np.array(load)
    quota = total * loads / loads.sum()
    assert (np.abs(largest_remainder(loads, np.full(len(loads), 1000), total) - quota) < 1 + 1e-9).all()


def test_the_largest_remainders_get_the_seats_left_over():
    assert largest_remainder(np.array([4.7, 2.6, 2.7]), np.full(3, 9), 10).tolist() == [5, 2, 3]


def test_a_tiny_part_gets_one_and_a_small_part_no_more_than_its_units():
    assert largest_remainder(np.array([0.01, 50.0, 50.0]), np.array([1, 3, 20]), 11).tolist() == [1, 3, 7]


@pytest.mark.parametrize("total", [1, 6])
def test_an_impossible_total_is_our_mistake(total):
    with pytest.raises(ValueError, match="does not fit"):
        largest_remainder(np.ones(2), np.array([2, 3]), total)
