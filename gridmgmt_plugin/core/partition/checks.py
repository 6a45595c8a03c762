"""The promise of a partition, checked before it leaves: seamless, complete, valid, on the grid."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core import _compat
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.geometry.segments import shared_segments


class PartitionError(GridError):
    """A partition failed its own check: a mistake of ours, never handed on as a result."""


def verify(
    cells: np.ndarray,
    area_of_cell: np.ndarray,
    uncovered: np.ndarray,
    outlines: np.ndarray,
    areas: np.ndarray,
    precision_m: float,
    area_tolerance_m: float,
) -> None:
    """Check that ``cells`` and the ``uncovered`` ground are exactly the area outlines, and these the input areas.

    All object arrays of polygons; ``area_of_cell`` int64. Segments are compared by their end points, so a vertex
    that only one neighbour has, a gap and an overlap all show.

    :raises PartitionError: ``partition_not_seamless`` with the name of the check and a place.
    """
    ground = np.concatenate([cells, uncovered])
    _require("polygon", shapely.get_type_id(cells) == 3, cells)
    _require("valid", shapely.is_valid(cells), cells)
    _require("precision", _on_grid(cells, precision_m), cells)
    inner, outer = shared_segments(ground, precision_m), shared_segments(outlines, precision_m)
    _require("shared", np.array([inner.crowded == 0 and outer.crowded == 0]), ground[:1])
    _require("outline", _same_open_edges(inner, outer, precision_m), ground[:1])
    total_m2 = np.bincount(area_of_cell, weights=shapely.area(cells), minlength=len(outlines))
    if len(uncovered) == 0:
        _require("complete", np.isclose(total_m2, shapely.area(outlines), rtol=1e-9, atol=1e-6), outlines)
    _require("area", _close(outlines, areas, max(2.0 * precision_m, area_tolerance_m)), areas)
    if _compat.has_coverage_validation() and not shapely.coverage_is_valid(ground):
        edges = shapely.coverage_invalid_edges(ground)
        _require("coverage", shapely.is_empty(edges), ground)


def _require(check: str, good: np.ndarray, geometry: np.ndarray) -> None:
    if good.all():
        return
    place = shapely.get_coordinates(geometry[np.flatnonzero(~good)[0]])
    x, y = place[0] if len(place) else (np.nan, np.nan)
    raise PartitionError("partition_not_seamless", check=check, count=int((~good).sum()), x=f"{x:.1f}", y=f"{y:.1f}")


def _on_grid(polygons: np.ndarray, precision_m: float) -> np.ndarray:
    coordinates, owner = shapely.get_coordinates(polygons, return_index=True)
    steps = coordinates / precision_m
    on_grid = np.ones(len(polygons), dtype=bool)
    on_grid[owner[(np.abs(steps - np.rint(steps)) > 0.01).any(axis=1)]] = False
    return on_grid


def _same_open_edges(inner: object, outer: object, precision_m: float) -> np.ndarray:
    """Tell whether edges without a second polygon are the same for the ground as for the outlines."""
    keys = []
    for segments in (inner, outer):
        open_edges = segments.coordinates[segments.right < 0]  # type: ignore[attr-defined]
        ends = np.sort(np.rint(open_edges / precision_m) @ np.array([1, 1j]), axis=1)
        keys.append(ends[np.lexsort((ends[:, 1], ends[:, 0]))])
    return np.array([np.array_equal(keys[0], keys[1])])


def _close(outlines: np.ndarray, areas: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Tell which outlines differ from the input by no more than ``tolerance_m`` along their perimeter."""
    differing = shapely.area(shapely.symmetric_difference(outlines, areas))
    return np.asarray(differing <= tolerance_m * (shapely.length(areas) + 1.0))
