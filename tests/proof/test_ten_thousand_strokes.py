"""Ten thousand random strokes, splits, merges, locks and undos: what must hold of the grids of a scheme holds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from tests.core.assignment.conftest import lattice
from tests.core.assignment.test_any_strokes import COLUMNS, ROWS, act

_ACTS = 100


def _any_act(chance: random.Random):
    kind = chance.choice(("paint", "paint", "paint", "merge", "split", "lock", "undo"))
    if kind == "paint":
        return kind, set(chance.sample(range(COLUMNS * ROWS), chance.randint(0, 9))), chance.randint(-1, 5)
    if kind == "split":
        return kind, chance.randint(0, 3), chance.uniform(10, 790)
    if kind == "lock":
        return kind, chance.randint(0, 3), chance.random() < 0.4
    return kind, chance.randint(0, 3), chance.randint(0, 3)


@pytest.mark.parametrize("town_number", range(100))
def test_a_hundred_acts_on_a_town_keep_what_must_hold_and_undo_brings_it_back(town_number):
    chance, done = random.Random(town_number), []
    town = lattice(COLUMNS, ROWS, grids=4, parent_columns=4)
    before, reach = town.grid_of.copy(), StrokeReach(town.units.shapes)
    for _ in range(_ACTS):
        act(town, reach, done, *_any_act(chance))
        parts = [town.members(grid).tolist() for grid in range(len(town.grids))]
        nobody = np.flatnonzero(town.grid_of == NOBODY).tolist()
        assert sorted(sum(parts, nobody)) == list(range(COLUMNS * ROWS))
    codes = np.array([None if grid == NOBODY else town.grids[grid].code for grid in town.grid_of], dtype=object)
    summed = summed_grids(town.units.shapes, codes, [grid.code for grid in town.grids])
    assert summed.unit_count.tolist() == [len(part) for part in parts]
    assert summed.area_m2.tolist() == [10_000.0 * len(part) for part in parts]
    for move in reversed(done):
        town.apply(move.back())
    assert town.grid_of.tolist() == before.tolist()
