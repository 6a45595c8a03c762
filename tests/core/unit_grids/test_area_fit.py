"""Cells that come in end where their areas end, and no hair is left along the borders."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.graph import tips
from gridmgmt_plugin.core.coverage.graph.area_noding import node_coverage
from gridmgmt_plugin.core.coverage.graph.tips import TIP_WIDTH_M, tip_sides
from gridmgmt_plugin.core.coverage.health.doctor import repair
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.unit_grids.area_fit import FittedCells, area_of_cells, fit_to_areas
from tests.core.coverage.coverage_builders import irregular, same_coverage
from tests.core.coverage.health.test_repair_coverage import _damaged_in_many_ways

PRECISION_M = 0.001


def in_frame(place: np.ndarray) -> np.ndarray:
    return place @ np.array([[0.8, 0.6], [-0.6, 0.8]]) + [448_000, 4_418_000]


def halves(cells: np.ndarray) -> np.ndarray:
    """Return two areas that the cells make up."""
    east = shapely.get_x(shapely.centroid(cells)) > np.median(shapely.get_x(shapely.centroid(cells)))
    return np.array([shapely.union_all(cells[~east]), shapely.union_all(cells[east])])


def fitted(cells: np.ndarray, areas: np.ndarray) -> FittedCells:
    area = area_of_cells(cells, areas, np.array(["1", "2"], dtype=object))
    return fit_to_areas(cells[area >= 0], area[area >= 0], areas, PRECISION_M)


@pytest.mark.proof
def test_cells_repaired_and_fitted_to_their_areas_leave_no_hair(monkeypatch):
    had = 0
    for seed in range(60):
        sound = shapely.transform(irregular(40, seed)[0], in_frame)
        areas = node_coverage(halves(sound), PRECISION_M).geometry
        damaged = _damaged_in_many_ways(sound, np.random.default_rng(seed))
        cells = repair(damaged, shapely.union_all(areas), PRECISION_M).geometry
        result = fitted(cells, areas)
        with monkeypatch.context() as patch:
            patch.setattr(tips, "_ROUNDS", 0)
            had += len(tip_sides(fitted(cells, areas).cells, TIP_WIDTH_M)) > 0
        assert len(tip_sides(result.cells, TIP_WIDTH_M)) == 0
        assert is_coverage(result.cells, TIP_WIDTH_M)
        assert shapely.hausdorff_distance(result.areas, areas).max() <= 1.5 * PRECISION_M, "areas do not move"
    assert had > 0, "some of these cells would have hairs"


def test_cells_that_fit_stay_as_they_are():
    cells = shapely.set_precision(irregular(40, 3)[0], PRECISION_M)
    areas = halves(cells)
    result = fitted(cells, areas)
    assert same_coverage(result.cells, cells)
    assert same_coverage(result.areas, areas)
    assert result.moved_m2 == 0
