"""A drawn polygon over a neighbourhood: its rings laid over the network, and which pieces lie inside."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces
from gridmgmt_plugin.core.coverage.gestures.tracing import trace
from gridmgmt_plugin.core.coverage.graph.network import Network
from gridmgmt_plugin.core.errors import InputError


def usable_polygon(polygon: shapely.Polygon, snap_m: float) -> list[np.ndarray]:
    """Return the rings of a drawn polygon, float64 (k, 2) each, not closed, the outer one first.

    :raises InputError: ``draw_unusable`` when it is no polygon or encloses nothing, ``draw_crosses_itself``.
    """
    if polygon is None or shapely.get_type_id(polygon) != shapely.GeometryType.POLYGON or shapely.is_empty(polygon):
        raise InputError("draw_unusable")
    points = shapely.get_coordinates(polygon)
    if not np.isfinite(points).all() or (np.ptp(points, axis=0) <= snap_m).all():
        raise InputError("draw_unusable")
    if not shapely.is_valid(polygon):
        raise InputError("draw_crosses_itself" if shapely.area(shapely.convex_hull(polygon)) > 0 else "draw_unusable")
    return [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(polygon)]


def cells_around(cells: Cells, points: np.ndarray, distance_m: float) -> np.ndarray:
    """Return the cells (int64) whose bounds come near those of points, and all whose bounds meet theirs."""
    bounds = shapely.bounds(cells.geometry)
    low, high = points.min(axis=0) - distance_m, points.max(axis=0) + distance_m
    near = (bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)
    if near.any():
        low, high = bounds[near, :2].min(axis=0), bounds[near, 2:].max(axis=0)
        near = (bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)
    return np.asarray(np.flatnonzero(near))


def lay_rings(
    network: Network, rings: list[np.ndarray], tolerance: EditTolerance
) -> tuple[Network, list[np.ndarray]]:
    """Return the network with the rings laid over it, and the way (float64 (k, 2), closed) that each takes.

    :raises InputError: ``draw_crosses_itself``.
    """
    ways = []
    for ring in rings:
        laid = trace(network, ring, tolerance, closed=True)
        if laid.crosses_itself():
            raise InputError("draw_crosses_itself")
        network = laid.network
        ways.append(network.node[laid.path])
    return network, ways


def inside_rings(pieces: Pieces, ways: list[np.ndarray]) -> np.ndarray:
    """Return whether each piece lies inside rings (even-odd: a way out and back bounds nothing)."""
    inner = shapely.get_coordinates(shapely.point_on_surface(pieces.geometry))
    start = np.concatenate([way[:-1] for way in ways])
    end = np.concatenate([way[1:] for way in ways])
    x, y = inner[:, 0, None], inner[:, 1, None]
    spans = (start[:, 1] > y) != (end[:, 1] > y)
    rise = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
    crossing_x = start[:, 0] + (y - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return np.asarray((spans & (crossing_x > x)).sum(axis=1) % 2 == 1)
