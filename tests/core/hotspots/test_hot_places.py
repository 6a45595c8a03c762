"""Hot cells as places: which are one, which comes first, and on which side of an area it lies."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.hotspots.hot_places import number_places, side_within
from gridmgmt_plugin.core.hotspots.significance import place_count
from gridmgmt_plugin.core.value_lists import value_list
from tests.core.hotspots.test_hotspot_analysis import lattice

LONG_AREA = shapely.box(0, 0, 1000, 100)
LEVELS = st.lists(st.sampled_from([-2, 0, 1, 3]), min_size=20, max_size=20)


def test_cells_that_touch_are_one_place_and_the_fullest_is_the_first():
    hotspot = np.array([3, 3, 0, 0, 1, 0, 0, 0, -3, 2])
    count = np.array([5, 5, 0, 0, 40, 0, 0, 0, 99, 1])
    assert number_places(hotspot, count, lattice(10, 1)).tolist() == [2, 2, 0, 0, 1, 0, 0, 0, 0, 3]


@given(LEVELS, st.lists(st.integers(0, 9), min_size=20, max_size=20))
def test_every_hot_cell_has_a_number_and_cases_fall_from_place_to_place(levels, cases):
    hotspot, count = np.array(levels), np.array(cases)
    number = number_places(hotspot, count, lattice(5, 4))
    assert ((number > 0) == (hotspot > 0)).all()
    assert number.max() == place_count(hotspot > 0, lattice(5, 4))
    totals = [count[number == place].sum() for place in range(1, number.max() + 1)]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [
        (500, 50, "middle"),
        (950, 50, "east"),
        (50, 50, "west"),
        (500, 95, "north"),
        (500, 5, "south"),
        (950, 95, "northeast"),
        (50, 5, "southwest"),
        (600, 55, "middle"),
    ],
)
def test_a_place_is_named_by_the_side_on_which_it_lies(x, y, side):
    assert side_within(LONG_AREA, x, y) == side


@given(st.floats(-500, 1500), st.floats(-500, 500))
def test_every_side_has_a_name(x, y):
    assert side_within(LONG_AREA, x, y) in dict(value_list("side_within"))
