"""What passes from whom to whom: whole cells, cells drawn anew, ground that only one state has."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.frozen import freeze
from gridmgmt_plugin.core.responsibility.ground_moves import moved_ground, summed
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries


def state(*cells):
    """Cells as (code, grid, west, east), 10 m high."""
    codes, grids, west, east = zip(*cells)
    shapes = shapely.box(np.array(west, dtype=float), 0, np.array(east, dtype=float), 10)
    return freeze(Rows({"code": as_column(codes), "responsibility_grid": as_column(grids)}, shapes), ("code",))


def flows(base, other):
    found = summed(moved_ground(base, other, 0.001))
    return {
        (giver, taker): (units, round(area, 3))
        for giver, taker, units, area in zip(found.giver, found.taker, found.units.tolist(), found.area_m2.tolist())
    }


def test_a_cell_that_changes_hands_passes_whole():
    base = state(("1", "A", 0, 10), ("2", "A", 10, 20), ("3", "B", 20, 30))
    other = state(("1", "A", 0, 10), ("2", "B", 10, 20), ("3", "B", 20, 30))
    assert flows(base, other) == {("A", "B"): (1, 100.0)}


def test_the_same_state_moves_nothing():
    base = state(("1", "A", 0, 10), ("2", None, 10, 20))
    assert flows(base, base) == {}


def test_a_new_code_or_a_split_within_a_grid_is_no_move():
    base = state(("1", "A", 0, 20))
    assert flows(base, state(("7", "A", 0, 10), ("8", "A", 10, 20))) == {}


def test_of_a_split_cell_only_the_part_that_went_over_passes():
    base = state(("1", "A", 0, 20), ("2", "B", 20, 30))
    other = state(("1", "A", 0, 15), ("9", "B", 15, 20), ("2", "B", 20, 30))
    assert flows(base, other) == {("A", "B"): (1, 50.0)}


def test_a_moved_border_passes_the_strip_between():
    base = state(("1", "A", 0, 10), ("2", "B", 10, 20))
    other = state(("1", "A", 0, 12), ("2", "B", 12, 20))
    assert flows(base, other) == {("B", "A"): (1, 20.0)}


def test_what_is_thinner_than_the_precision_is_no_ground():
    base = state(("1", "A", 0, 10), ("2", "B", 10, 20))
    other = state(("1", "A", 0, 10.0005), ("2", "B", 10.0005, 20))
    assert flows(base, other) == {}


def test_ground_of_one_state_alone_comes_from_or_goes_to_nobody():
    assert flows(state(("1", "A", 0, 10)), state(("1", "A", 0, 10), ("2", "B", 10, 20))) == {("", "B"): (1, 100.0)}
    assert flows(state(("1", "A", 0, 10), ("2", "B", 10, 20)), state(("1", "A", 0, 10))) == {("B", ""): (1, 100.0)}


def test_unassigned_ground_that_is_assigned_comes_from_nobody():
    assert flows(state(("1", None, 0, 10)), state(("1", "A", 0, 10))) == {("", "A"): (1, 100.0)}


@pytest.mark.parametrize("side", [0, 1])
def test_the_pieces_of_a_pair_become_one_shape(side):
    base = state(("1", "A", 0, 10), ("2", "A", 10, 20), ("3", "C", 20, 30))
    other = state(("1", "B", 0, 10), ("2", "B", 10, 20), ("3", "C", 20, 30))
    pair = (base, other) if side == 0 else (other, base)
    (shape,) = summed(moved_ground(*pair, 0.001)).shape
    assert shape.equals(shapely.MultiPolygon([shapely.box(0, 0, 20, 10)]))


@tries(80)
@given(st.data())
def test_every_spot_passes_exactly_where_its_grid_differs(data):
    """Two random divisions of one strip: a spot lies in a piece if and only if its grid is another one."""

    def drawn():
        cuts = sorted(data.draw(st.sets(st.integers(1, 19), max_size=6)))
        ends = [0, *cuts, 20]
        grids = [data.draw(st.sampled_from(["A", "B", None])) for _ in ends[1:]]
        return [(f"{i}", grid, ends[i], ends[i + 1]) for i, grid in enumerate(grids)]

    left, right = drawn(), drawn()
    found = moved_ground(state(*left), state(*right), 0.001)
    for spot in np.arange(0.5, 20):
        before, after = (
            next(grid for _, grid, west, east in cells if west < spot < east) or "" for cells in (left, right)
        )
        holding = [
            (giver, taker)
            for giver, taker, shape in zip(found.giver, found.taker, found.shape)
            if shape.intersects(shapely.Point(spot, 5))
        ]
        assert holding == ([(before, after)] if before != after else [])
