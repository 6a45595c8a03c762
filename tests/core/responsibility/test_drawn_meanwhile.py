"""Unit grids that were drawn while a division was looked for follow it, unless it does not hold for them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.responsibility.drawn_meanwhile import followed_units
from gridmgmt_plugin.core.rows import Rows, as_column


def row_of(*columns: int) -> Rows:
    """Return squares side by side in a row, numbered by their columns."""
    shapes = as_column([shapely.box(100 * at, 0, 100 * at + 100, 100) for at in columns])
    values = {"area_code": ["a"] * len(columns), "row_version": [1] * len(columns)}
    return Rows(
        {name: as_column(column) for name, column in values.items()}, shapes, np.array([at + 1 for at in columns])
    )


FIVE, ALL = row_of(0, 1, 2, 3, 4), np.arange(5)


def merged(taker: int, gone: int) -> Rows:
    """Return the five squares after one took another in."""
    shapes = FIVE.shapes.copy()
    shapes[taker] = shapely.union(shapes[taker], shapes[gone])
    versions = FIVE["row_version"].copy()
    versions[taker] = 2
    rows = Rows({"area_code": FIVE["area_code"], "row_version": versions}, shapes, FIVE.fids)
    return rows.take(gone != ALL)


def test_a_unit_grid_that_took_another_in_stays_in_its_group():
    followed = followed_units(FIVE, merged(1, 2), "rg_cg", ALL, np.array([0, 0, 1, 1, 1]))
    assert followed is not None
    assert followed.label.tolist() == [0, 0, 1, 1]
    assert followed.count == 2


@pytest.mark.parametrize(
    ("taker", "gone", "label"),
    [(1, 2, [0, 0, 1, 2, 2]), (1, 3, [0, 0, 1, 1, 1])],
    ids=["no unit grid left", "in two pieces"],
)
def test_a_group_that_lost_what_held_it_together_is_looked_for_anew(taker, gone, label):
    assert followed_units(FIVE, merged(taker, gone), "rg_cg", ALL, np.array(label)) is None


def test_ground_that_came_or_went_is_looked_at_anew():
    label = np.array([0, 0, 0, 1, 1])
    assert followed_units(FIVE, row_of(0, 1, 2, 3), "rg_cg", ALL, label) is None
    assert followed_units(FIVE, row_of(0, 1, 2, 3, 4, 5), "rg_cg", ALL, label) is None


def test_unit_grids_that_are_not_in_play_stay_as_they_are():
    followed = followed_units(FIVE, merged(3, 4), "rg_cg", np.array([0, 1]), np.array([0, 1]))
    assert followed is not None
    assert followed.at.tolist() == [0, 1]
    assert followed.label.tolist() == [0, 1]
