"""Which points follow when cells change: those on changed ground, and nobody else's oddities."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.unit_grids.relocated_points import relocated_points

# Three squares in a row; the change is about the first two, which swapped their common half.
CELLS = as_column([shapely.box(0, 0, 5, 10), shapely.box(5, 0, 20, 10), shapely.box(20, 0, 30, 10)])
CODES = as_column(["a", "b", "c"])


def follow(x, named):
    found = relocated_points(
        np.asarray(x, dtype=float), np.full(len(x), 5.0), as_column(named), CELLS, CODES, np.array([0, 1]), {"a", "b"}
    )
    return found.moving.tolist(), found.codes.tolist()


def test_a_point_on_ground_that_changed_hands_goes_to_the_cell_that_has_it():
    assert follow([7, 2], ["a", "a"]) == ([True, False], ["b", "a"])


def test_a_point_that_names_a_changed_cell_and_lies_elsewhere_goes_where_it_lies():
    assert follow([25], ["a"]) == ([True], ["c"])


def test_what_was_odd_elsewhere_stays_as_somebody_left_it():
    moving, _ = follow([25, 25], ["z", None])
    assert moving == [False, False]


def test_a_point_that_lies_in_no_cell_any_more_names_none():
    assert follow([99], ["b"]) == ([True], [None])


def test_a_point_that_named_no_cell_gets_the_changed_one_that_it_lies_in():
    assert follow([2], [None]) == ([True], ["a"])


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code():
    assert follow([5], ["b"]) == ([True], ["a"])


def test_no_points_are_no_trouble():
    assert follow([], []) == ([], [])
