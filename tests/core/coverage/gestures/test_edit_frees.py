"""Zones need not cover an area: ground that a reshaped one gives up may belong to nobody, where that is allowed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.core.coverage.gestures.vertices import delete_vertex, move_vertex
from gridmgmt_plugin.core.errors import InputError

TOLERANCE = EditTolerance()
EVERYWHERE = shapely.box(-1e4, -1e4, 1e4, 1e4)
ACROSS = shapely.LineString([(550, -20), (550, 120)])


def zones(*boxes):
    shapes = np.array([shapely.box(*box) for box in boxes], dtype=object)
    return Cells(shapes, np.zeros(len(shapes), dtype=np.int64), {0: EVERYWHERE})


def test_a_zone_that_shrinks_leaves_bare_ground():
    edit = reshape(zones((500, 0, 600, 100)), ACROSS, TOLERANCE, frees=True)
    assert edit.changed.tolist() == [0]
    assert shapely.area(edit.changed_geometry).tolist() == [5000.0]
    assert not len(edit.added_geometry)
    assert not len(edit.removed)


def test_cells_of_an_area_never_do():
    with pytest.raises(InputError) as refusal:
        reshape(zones((500, 0, 600, 100)), ACROSS, TOLERANCE)
    assert refusal.value.code == "reshape_leaves_area"


def test_a_neighbour_takes_what_borders_on_it():
    edit = reshape(zones((500, 0, 600, 100), (600, 0, 700, 100)), ACROSS, TOLERANCE, frees=True)
    assert sorted(shapely.area(edit.changed_geometry).tolist()) == [5000.0, 15_000.0]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_but_the_ground_given_up_is_lost(seed):
    random = np.random.default_rng(seed)
    cells = zones((0, 0, 100, 100), (100, 0, 200, 100), (0, 100, 200, 160))
    before = shapely.union_all(cells.geometry)
    start, end = random.uniform((-30, -30), (230, 190), (2, 2))
    try:
        edit = reshape(cells, shapely.LineString([start, end]), TOLERANCE, frees=True)
    except InputError:
        return
    after = cells.geometry.copy()
    after[edit.changed] = edit.changed_geometry
    assert shapely.is_valid(after).all()
    assert shapely.area(shapely.union_all(after)) == pytest.approx(shapely.area(after).sum()), "no two share ground"
    assert shapely.area(shapely.difference(shapely.union_all(after), before)) < 1e-6


def test_a_corner_that_one_zone_has_moves_out_and_in():
    for to, area_m2 in (((150.0, 100.0), 12_500.0), ((50.0, 50.0), 5000.0)):
        edit = move_vertex(zones((0, 0, 100, 100)), (100.0, 100.0), to, TOLERANCE, frees=True)
        assert shapely.area(edit.changed_geometry).tolist() == [area_m2]


def test_a_corner_of_a_zone_is_deleted():
    edit = delete_vertex(zones((0, 0, 100, 100)), (100.0, 100.0), TOLERANCE, frees=True)
    assert shapely.area(edit.changed_geometry).tolist() == [5000.0]


@pytest.mark.parametrize("to", [(250.0, 50.0), (150.0, 50.0)])
def test_a_corner_never_goes_over_the_ground_of_another_zone(to):
    with pytest.raises(InputError) as refusal:
        move_vertex(zones((0, 0, 100, 100), (120, 0, 200, 200)), (100.0, 100.0), to, TOLERANCE, frees=True)
    assert refusal.value.code == "vertex_tangles"


def test_zones_that_overlapped_before_may_be_pulled_apart():
    cells = zones((0, 0, 100, 100), (80, 0, 200, 100))
    edit = move_vertex(cells, (100.0, 100.0), (60.0, 100.0), TOLERANCE, frees=True)
    assert edit.changed.tolist() == [0]
