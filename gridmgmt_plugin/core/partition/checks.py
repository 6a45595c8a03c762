"""The promise of a partition, checked before it leaves: seamless, complete, valid, on the grid."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core import _compat
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.partition.arrangement import Faces
from gridmgmt_plugin.core.partition.cells import Cells


class PartitionError(GridError):
    """A partition failed its own check: a mistake of ours, never handed on as a result."""


def verify(cells: Cells, faces: Faces, areas: np.ndarray, precision_m: float) -> None:
    """Check that the cells and the uncovered ground are exactly the area outlines, and these the input ``areas``.

    Segments are compared by their end points, so a vertex that only one neighbour has, a gap and an overlap all
    show; the open edges must be as long as those of the first ``faces``, so that no enclosed gap is overlooked.

    :raises PartitionError: ``partition_not_seamless`` with the name of the check and a place.
    """
    geometry, outlines = cells.geometry, cells.outlines
    ground = np.concatenate([geometry, cells.uncovered])
    _require("polygon", shapely.get_type_id(geometry) == 3, geometry)
    _require("valid", shapely.is_valid(geometry), geometry)
    _require("valid outline", shapely.is_valid(outlines), outlines)
    _require("precision", _on_grid(geometry, precision_m), geometry)
    inner, outer = shared_segments(ground, precision_m), shared_segments(outlines, precision_m)
    _require("shared", np.array([inner.crowded == 0 and outer.crowded == 0]), ground[:1])
    _require("outline", _same_open_edges(inner, outer, precision_m), ground[:1])
    longer_m = abs(float(inner.length_m[inner.right < 0].sum()) - faces.open_edge_m)
    _require("open edges", np.array([longer_m < 10.0 * precision_m + 1e-7 * faces.open_edge_m]), ground[:1])
    _require("area", _close(outlines, areas, faces.closed_m2, precision_m), areas)
    if _compat.has_coverage_validation() and not shapely.coverage_is_valid(ground):
        _require("coverage", shapely.is_empty(shapely.coverage_invalid_edges(ground)), ground)


def _require(check: str, good: np.ndarray, geometry: np.ndarray) -> None:
    if good.all():
        return
    bad = geometry[np.flatnonzero(~good)[:1]]
    x, y = shapely.get_coordinates(bad).mean(axis=0) if len(bad) else (np.nan, np.nan)
    raise PartitionError("partition_not_seamless", check=check, count=int((~good).sum()), x=f"{x:.1f}", y=f"{y:.1f}")


def _on_grid(polygons: np.ndarray, precision_m: float) -> np.ndarray:
    coordinates, owner = shapely.get_coordinates(polygons, return_index=True)
    steps = coordinates / precision_m
    on_grid = np.ones(len(polygons), dtype=bool)
    on_grid[owner[(np.abs(steps - np.rint(steps)) > 0.01).any(axis=1)]] = False
    return on_grid


def _same_open_edges(inner: SharedSegments, outer: SharedSegments, precision_m: float) -> np.ndarray:
    """Tell whether the edges without a second polygon are the same for the ground as for the outlines."""
    keys = []
    for segments in (inner, outer):
        open_edges = segments.coordinates[segments.right < 0]
        ends = np.sort(np.rint(open_edges / precision_m) @ np.array([1, 1j]), axis=1)
        keys.append(ends[np.lexsort((ends[:, 1], ends[:, 0]))])
    return np.array([np.array_equal(keys[0], keys[1])])


def _close(outlines: np.ndarray, areas: np.ndarray, closed_m2: float, precision_m: float) -> np.ndarray:
    """Tell which outlines differ from the input by no more than rounding and the closed slivers."""
    differing = shapely.area(shapely.symmetric_difference(outlines, areas))
    return np.asarray(differing <= 2.0 * precision_m * (shapely.length(areas) + 1.0) + closed_m2)
