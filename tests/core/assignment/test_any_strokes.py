"""Random strokes, splits, merges, locks and undos: every unit in one grid at most, figures equal to a recount."""

from __future__ import annotations

import time

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.assignment.figures import figures_of
from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment, Grid, PaintedUnits
from gridmgmt_plugin.core.assignment.splitting import far_side
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import as_column
from tests.bench.cells import irregular_cells
from tests.core.assignment.conftest import lattice
from tests.tries import tries

COLUMNS, ROWS = 8, 6
ACTS = st.one_of(
    st.tuples(st.just("paint"), st.sets(st.integers(0, COLUMNS * ROWS - 1), max_size=9), st.integers(-1, 5)),
    st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("split"), st.integers(0, 3), st.floats(10, 790)),
    st.tuples(st.just("lock"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("undo"), st.just(0), st.just(0)),
)


def act(town: Assignment, reach: StrokeReach, done: list, kind: str, one, other) -> None:
    if kind == "lock":
        (town.locked.add if other else town.locked.discard)(one)
        return
    if kind == "undo":
        if done:
            town.apply(done.pop().back())
        return
    if kind == "paint":
        target = min(other, len(town.grids) - 1)
        move = town.move(one, target)
    elif kind == "merge":
        move = town.move(town.members(one), other)
    else:
        try:
            cut = far_side(town, reach, one, shapely.LineString([(other, -10), (other, 900)]))
        except InputError:
            return
        move = town.move(cut, town.add_grid(Grid(f"N{len(town.grids)}")))
    told = {figures.grid: figures for figures in figures_of(town, move)}
    town.apply(move)
    done.append(move)
    for grid, figures in told.items():
        members = np.flatnonzero(town.grid_of == grid)
        assert figures.units.after == len(members)
        assert figures.loads["cases"].after == town.units.loads["cases"][members].sum()
        assert figures.parts.after == len(shapely.get_parts(shapely.union_all(town.units.shapes[members])))


@tries(150)
@given(st.lists(ACTS, max_size=25))
def test_any_acts_leave_every_unit_in_one_grid_at_most_and_undo_restores(acts):
    town = lattice(COLUMNS, ROWS, grids=4, parent_columns=4)
    before, reach, done = town.grid_of.copy(), StrokeReach(town.units.shapes), []
    locked_members: dict[int, list[int]] = {}
    for kind, one, other in acts:
        held = {grid: town.members(grid).tolist() for grid in town.locked}
        act(town, reach, done, kind, one, other)
        if kind != "undo":
            assert {grid: town.members(grid).tolist() for grid in held} == {**held, **locked_members}
    parts = [town.members(grid).tolist() for grid in range(len(town.grids))]
    everyone = sorted(sum(parts, np.flatnonzero(town.grid_of == NOBODY).tolist()))
    assert everyone == list(range(COLUMNS * ROWS))
    codes = np.array([None if grid == NOBODY else town.grids[grid].code for grid in town.grid_of], dtype=object)
    summed = summed_grids(town.units.shapes, codes, [grid.code for grid in town.grids])
    assert summed.unit_count.tolist() == [len(part) for part in parts]
    assert summed.area_m2.tolist() == [10_000.0 * len(part) for part in parts]
    for move in reversed(done):
        town.apply(move.back())
    assert town.grid_of.tolist() == before.tolist()


def large(side: int) -> tuple[Assignment, StrokeReach]:
    shapes = irregular_cells(side)
    column, row = np.arange(side * side) % side, np.arange(side * side) // side
    loads = {name: np.ones(len(shapes)) for name in ("area", "components", "cases", "lane", "households")}
    areas, zones = as_column(["990101001001"] * len(shapes)), np.zeros(len(shapes), dtype=np.int64)
    units = PaintedUnits(shapes, areas, zones, rook_adjacency(shapes), loads)
    group = (column // 7) * (side // 7 + 1) + row // 7
    return Assignment(units, [Grid(str(n)) for n in range(int(group.max()) + 1)], group), StrokeReach(shapes)


def test_a_stroke_over_two_hundred_units_takes_no_longer_among_twenty_thousand():
    spent = []
    for side in (50, 141):
        town, reach = large(side)
        way = shapely.LineString([(500, 500), (4_000, 700)])
        units = reach.under_brush(way, 260.0)
        assert len(units) > 200
        start = time.thread_time()
        for _ in range(5):
            units = reach.under_brush(way, 260.0)
            move = town.move(units, 3)
            figures_of(town, move)
            town.apply(move)
            town.apply(move.back())
        spent.append((time.thread_time() - start) / 5)
    assert spent[1] < 5 * spent[0] + 0.01  # eight times as many units
