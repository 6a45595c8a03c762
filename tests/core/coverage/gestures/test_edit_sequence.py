"""Gesture after gesture on one coverage, as on a working day: it stays sound, and every refusal has its sentence."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.giving import give
from gridmgmt_plugin.core.coverage.gestures.merging import absorb, merge
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import (
    REAL_ORIGIN,
    assert_sound,
    neighbourhoods,
    random_line,
    random_polygon,
    seeds,
    squares,
)
from tests.tries import tries

TOLERANCE = EditTolerance()


def random_gesture(cells: Cells, seed: int, tolerance: EditTolerance) -> CoverageEdit:
    """Return what one random gesture makes of the cells; large numbers of cells are rather merged than split."""
    rng = np.random.default_rng(seed)
    cell = int(rng.integers(len(cells)))
    near = np.flatnonzero(
        shapely.intersects(cells.geometry, cells.geometry[cell]) & (cells.group == cells.group[cell])
    )
    kind = rng.random() if len(cells) < 45 else 0.7 + 0.3 * rng.random()
    if kind < 0.35:
        return split(cells, random_line(cells, seed), tolerance)
    if kind < 0.65:
        return draw(cells, random_polygon(cells, seed), tolerance)
    if kind < 0.78:
        part = random_polygon(cells, seed)
        middle = shapely.get_coordinates(shapely.centroid([cells.geometry[cell], part]))
        part = shapely.transform(part, lambda xy: xy + middle[0] - middle[1])
        return give(cells, cell, int(rng.choice(near)), tolerance, part)
    if kind < 0.9:
        return merge(cells, np.append(cell, rng.choice(near, 2)), tolerance)
    return absorb(cells, int(np.argmin(shapely.area(cells.geometry))), tolerance)


@tries(25)
@given(neighbourhoods(), seeds())
def test_a_day_of_random_gestures_leaves_a_sound_coverage(cells: Cells, seed: int):
    ground_m2 = shapely.area(cells.geometry).sum()
    for turn in range(12):
        try:
            edit = random_gesture(cells, seed + turn, TOLERANCE)
        except InputError as refusal:
            if refusal.code == "edit_unsound" or not refusal.text("zh"):
                raise
            continue
        after = apply_edit(cells, edit)
        assert_sound(cells, after, edit)
        cells = after
    assert shapely.area(cells.geometry).sum() == pytest.approx(ground_m2, abs=1e-5)


@tries(40)
@given(neighbourhoods(), seeds())
def test_other_tolerances_are_as_sound(cells: Cells, seed: int):
    tolerance = [EditTolerance(0.001, 0.0, 0.0), EditTolerance(0.01, 0.0, 1.0), EditTolerance(0.001, 3.0, 2.0)][
        seed % 3
    ]
    try:
        edit = random_gesture(cells, seed, tolerance)
    except InputError as refusal:
        if refusal.code == "edit_unsound":
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_vertex_taken_over_just_outside_the_bounds_of_the_line_goes_into_the_neighbour_too():
    cells = squares(2, 2, origin=REAL_ORIGIN)
    x, y = REAL_ORIGIN
    line = shapely.LineString([(x + 50, y + 100.04), (x + 50, y + 230)])
    edit = split(cells, line, TOLERANCE)
    assert edit.changed.tolist() == [0, 2]
    assert_sound(cells, apply_edit(cells, edit), edit)
