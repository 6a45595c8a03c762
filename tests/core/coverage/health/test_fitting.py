"""A layer that comes in is put onto the precision grid; its outer boundary stays."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.fitting import clean
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.progress import Cancelled, Progress
from tests.core.coverage.edit_cases import REAL_ORIGIN, irregular, squares


def jittered(cells: np.ndarray, seed: int, reach_m: float) -> np.ndarray:
    """Return polygons whose vertices were moved a little, each polygon's by itself."""
    rng = np.random.default_rng(seed)
    rings = [shapely.get_coordinates(cell)[:-1] for cell in cells]
    return shapely.polygons([shapely.linearrings(r + rng.uniform(-reach_m, reach_m, r.shape)) for r in rings])


def on_grid(geometry: np.ndarray, precision_m: float) -> bool:
    coordinates = shapely.get_coordinates(geometry)
    return bool(np.abs(coordinates - np.rint(coordinates / precision_m) * precision_m).max() < 1e-8)


def test_what_is_on_the_grid_and_sound_stays_as_it_is():
    cells = squares(3, 3)
    found = clean(cells.geometry, cells.outlines[0])
    assert (shapely.to_wkb(found.geometry) == shapely.to_wkb(cells.geometry)).all()
    assert (found.vertices_rounded, found.vertices_snapped, found.largest_move_m) == (0, 0, 0.0)


def test_vertices_off_the_grid_are_rounded_and_counted_once():
    cells = squares(2, 1).geometry
    off = shapely.transform(cells, lambda c: c + 0.0003)
    found = clean(off, None)
    assert found.vertices_rounded == 6
    assert found.vertices_snapped == 0
    assert found.largest_move_m == pytest.approx(0.0003 * np.sqrt(2), rel=1e-6)
    assert shapely.equals(found.geometry, cells).all()


def test_vertices_a_hair_apart_become_one_and_the_outer_boundary_stays():
    cells = squares(2, 2)
    apart = cells.geometry.copy()
    apart[3] = shapely.transform(apart[3], lambda c: np.where((c == 100).all(axis=1)[:, None], c + 0.02, c))
    found = clean(apart, cells.outlines[0])
    assert found.vertices_snapped == 1
    assert found.largest_move_m == pytest.approx(0.02 * np.sqrt(2), rel=1e-6)
    assert shapely.equals(shapely.coverage_union_all(found.geometry), cells.outlines[0])


def test_without_an_outline_the_layer_keeps_its_own_and_thin_holes_are_closed():
    ring = shapely.box(0, 0, 100, 100) - shapely.box(50, 50, 50.2, 90) - shapely.box(10, 10, 30, 30)
    found = clean(np.array([ring, shapely.box(100, 0, 200, 100)]), None)
    whole = shapely.coverage_union_all(found.geometry)
    assert whole.area == pytest.approx(20_000 - 400)
    assert len(found.repaired.remaining.of("gap", "missing_vertex", "near_miss", "overlap")) == 0


def test_nothing_at_all_is_no_trouble():
    found = clean(np.array([None, shapely.Polygon()], dtype=object), None)
    assert len(found.geometry) == 0
    assert found.repaired.vanished.tolist() == [0, 1]


def test_tolerances_that_make_no_sense_are_refused_and_work_can_be_cancelled():
    cells = squares(1, 1).geometry
    with pytest.raises(InputError, match="tolerance"):
        clean(cells, None, precision_m=0.1, snap_m=0.05)
    with pytest.raises(InputError, match="tolerance"):
        clean(cells, None, precision_m=0.0)
    with pytest.raises(Cancelled):
        clean(jittered(squares(3, 3).geometry, 1, 0.01), None, progress=Progress(is_cancelled=lambda: True))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 300), st.sampled_from([0.0003, 0.004, 0.02]), st.sampled_from([(0.0, 0.0), REAL_ORIGIN]))
def test_a_shaken_layer_becomes_an_exact_coverage_of_its_outline_on_the_grid(seed, reach_m, origin):
    cells = irregular(seed, origin=origin)
    outline = cells.outlines[0]
    shaken = jittered(cells.geometry, seed, reach_m)
    found = clean(shaken, outline)
    assert on_grid(found.geometry, 0.001)
    whole = shapely.coverage_union_all(found.geometry)
    assert shapely.symmetric_difference(whole, outline).area < 0.001 * outline.length
    left = examine(found.geometry, found.repaired.outline)
    assert len(left.of("overlap", "gap", "missing_vertex", "near_miss", "overshoot", "invalid_ring")) == 0
    assert found.largest_move_m <= 0.05 + 0.001
