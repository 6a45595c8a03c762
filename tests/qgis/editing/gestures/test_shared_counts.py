"""Households and population follow the ground in whole numbers, and none is lost or made."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.editing.gestures.inheritance import share_out, shared_counts
from tests.qgis.editing.gestures.edited_grid import (
    WEST,
    cell_bounds,
    edit_of,
    merge_squares,
    move_border,
    split_square,
)
from tests.tries import tries


@tries(200)
@given(count=st.integers(0, 10**6), weights=st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=8))
def test_shares_add_up_and_are_as_close_as_whole_numbers_get(count, weights):
    weights = np.array(weights)
    shares = share_out(count, weights)
    assert shares.sum() == count
    assert (shares >= 0).all()
    assert np.abs(shares - count * weights / weights.sum()).max() < 1 + 1e-6


def test_equal_shares_give_the_rest_to_the_first():
    assert share_out(5, np.array([1.0, 1.0, 1.0])).tolist() == [2, 2, 1]


def near_of(editor):
    near = editor.neighbourhood(cell_bounds(0, 0))
    return near, near.code.tolist().index(f"{WEST}001"), near.code.tolist().index(f"{WEST}002")


def test_a_count_that_nobody_knows_stays_unknown(editor):
    near, one, _ = near_of(editor)
    counts = shared_counts(near, split_square(near, one))
    assert counts["population"] == {one: None, len(near): None}
    assert counts["households"] == {one: 71, len(near): 30}


def test_a_known_count_is_not_lost_beside_an_unknown_one(editor):
    near, one, two = near_of(editor)
    near.rows["population"][one] = 40
    counts = shared_counts(near, merge_squares(near, two, one))
    assert counts["population"] == {two: 40}
    assert counts["households"] == {two: 202}


def test_a_redrawn_border_moves_no_households(editor):
    near, one, _ = near_of(editor)
    edit = move_border(near, one, near.code.tolist().index(f"{WEST}004"), 30)
    assert shared_counts(near, edit) == {"households": {}, "population": {}}


def test_a_drawn_cell_takes_its_share_from_each_neighbour(editor):
    import shapely

    near, one, two = near_of(editor)
    x, y = 500_000, 4_000_000
    new = shapely.box(x, y + 50, x + 100, y + 150)
    kept = [shapely.box(x, y, x + 100, y + 50), shapely.box(x, y + 150, x + 100, y + 200)]
    edit = edit_of("draw", near, changed=[one, two], changed_geometry=kept, added_from=[one], added_geometry=[new])
    counts = shared_counts(near, edit)["households"]
    assert sum(counts.values()) == 202
    assert counts[len(near)] in (100, 101, 102)
