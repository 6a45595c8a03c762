"""Which objects lie in another grid than in the base release: components and open cases that a receiver must move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, or_none
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.locate import locate_points, pairs_at_points
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.rows import as_column, pick_or_none


@dataclass(frozen=True)
class Moves:
    """Objects that moved, m of n. ``position``: int64 (m,) rows of the points; the grids: object arrays of texts,
    ``None`` = none there.
    """

    position: np.ndarray
    old_grid: np.ndarray
    new_grid: np.ndarray
    old_responsibility_grid: np.ndarray
    new_responsibility_grid: np.ndarray

    def __len__(self) -> int:
        return len(self.position)


def moved_points(
    points: np.ndarray,
    base: FrozenLayer | None,
    now: FrozenLayer,
    precision_m: float,
    progress: Progress | None = None,
    groups: tuple[np.ndarray, np.ndarray] | None = None,
) -> Moves:
    """Return the points whose unit grid or responsibility grid differs between two releases.

    :param points: object array of n shapely points (``None`` lies nowhere), metres of the workspace's frame.
    :param base, now: the ``unit_grid`` layers with ``responsibility_grid``; without a base the receiver holds nothing
        that could move.
    :param groups: the responsibility grids of the n points then and now (texts, "" = none), where unit grids have
        none, as in a scheme over lanes.
    """
    progress = progress or Progress()
    if base is None or not len(points):
        empty = np.empty(0, dtype=object)
        return Moves(np.empty(0, dtype=np.int64), empty, empty, empty, empty)
    x, y = xy_of_points(points)
    touched = _touched(base, now, precision_m)
    point, _ = pairs_at_points(x, y, touched, precision_m=precision_m, progress=progress.part(0.0, 0.4))
    candidate = np.unique(point)
    if groups is not None:
        candidate = np.union1d(candidate, np.flatnonzero(groups[0] != groups[1]))
    x, y = x[candidate], y[candidate]
    old_grid, old_group = _grids(x, y, base, precision_m, progress.part(0.4, 0.7))
    new_grid, new_group = _grids(x, y, now, precision_m, progress.part(0.7, 1.0))
    if groups is not None:
        old_group, new_group = (or_none(side[candidate]) for side in groups)
    moved = np.flatnonzero((old_grid != new_grid) | (old_group != new_group))
    return Moves(candidate[moved], old_grid[moved], new_grid[moved], old_group[moved], new_group[moved])


def _touched(base: FrozenLayer, now: FrozenLayer, precision_m: float) -> np.ndarray:
    """Return the cells that differ in code, shape or responsibility grid; the others move nothing."""
    sides = [_signatures(base, precision_m), _signatures(now, precision_m)]
    differing = set(sides[0]).symmetric_difference(sides[1])
    shapes = [shape for side in sides for signature, shape in side.items() if signature in differing]
    touched = np.empty(len(shapes), dtype=object)
    touched[:] = shapes
    return touched


def _signatures(layer: FrozenLayer, precision_m: float) -> dict[tuple[str, str, str | None], shapely.Geometry]:
    shapes = geometries(layer.rows)
    return dict(zip(zip(layer.keys, layer.digests(precision_m), _groups(layer)), shapes))


def _grids(
    x: np.ndarray, y: np.ndarray, layer: FrozenLayer, precision_m: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    cell = locate_points(x, y, geometries(layer.rows), layer.keys, precision_m=precision_m, progress=progress)
    return pick_or_none(as_column(layer.keys), cell), pick_or_none(as_column(_groups(layer)), cell)


def _groups(layer: FrozenLayer) -> list[str | None]:
    if "responsibility_grid" not in layer.rows:
        return [None] * len(layer)
    return list(layer.rows["responsibility_grid"])
