"""Rows picked out of large tables: by number, by key, around places; each in a few short reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace

#: Minimum x and y, maximum x and y, in metres of the workspace's frame.
Bounds = tuple[float, float, float, float]

# Values per question; databases limit them.
_CHUNK = 10_000
# Beyond so many separate places one question for everything is faster.
_MOST_PLACES = 24
# So many shapes are a whole district: to tell places apart takes longer than to look everywhere.
_MOST_SHAPES = 1000


def read_numbered(
    workspace: Workspace, table: str, fids: Iterable[int], columns: Sequence[str] | None = None
) -> Rows:
    """Return the rows with these numbers, ascending; those that are no more are missing."""
    return read_any(workspace, table, "fid", sorted(set(fids)), columns)


def read_any(
    workspace: Workspace,
    table: str,
    column: str,
    values: Sequence[Any],
    columns: Sequence[str] | None = None,
    *,
    geometry: bool = True,
) -> Rows:
    """Return the rows whose ``column`` is one of many values."""
    starts = range(0, max(len(values), 1), _CHUNK)
    parts = [
        workspace.read(table, columns, {column: list(values[start : start + _CHUNK])}, geometry=geometry)
        for start in starts
    ]
    return joined_rows(parts)


def read_around(
    workspace: Workspace,
    table: str,
    places: Sequence[Bounds],
    columns: Sequence[str] | None = None,
    *,
    geometry: bool = True,
) -> Rows:
    """Return the rows whose bounding box meets one of the places, each once, ascending by number."""
    if not places:
        return workspace.read(table, columns, {"fid": []}, geometry=geometry)
    parts = joined_rows([workspace.read(table, columns, bounds=place, geometry=geometry) for place in places])
    return parts.take(np.unique(parts.fids, return_index=True)[1])


def places_of(geometry: np.ndarray, reach_m: float) -> list[Bounds]:
    """Return a few rectangles that hold all shapes with ``reach_m`` around each."""
    bounds = shapely.bounds(geometry)
    bounds = bounds[~np.isnan(bounds).any(axis=1)]
    if len(bounds) == 0:
        return []
    if len(bounds) > _MOST_SHAPES:
        bounds = np.array([[*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)]])
    bounds = bounds + np.array([-reach_m, -reach_m, reach_m, reach_m])
    while True:
        merged = shapely.get_parts(shapely.union_all(shapely.box(*bounds.T)))
        if len(merged) > _MOST_PLACES:
            return [_as_bounds(shapely.total_bounds(merged))]
        if len(merged) == len(bounds):
            return [_as_bounds(row) for row in shapely.bounds(merged)]
        bounds = shapely.bounds(merged)


def joined_rows(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several readings of one table, one after the other."""
    if len(parts) == 1:
        return parts[0]
    columns: Mapping[str, np.ndarray] = {
        name: np.concatenate([part[name] for part in parts]) for name in parts[0].columns
    }
    shapes = [part.geometry for part in parts if part.geometry is not None]
    fids = [part.fid for part in parts if part.fid is not None]
    return Rows(
        columns,
        np.concatenate(shapes) if len(shapes) == len(parts) else None,
        np.concatenate(fids) if len(fids) == len(parts) else None,
    )


def _as_bounds(row: np.ndarray) -> Bounds:
    minx, miny, maxx, maxy = (float(value) for value in row)
    return minx, miny, maxx, maxy
