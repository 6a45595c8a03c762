"""Vertices that lie in an edge: they change no ground; a cell has them because one next door was cut there."""

from __future__ import annotations

import numpy as np
import shapely

# A vertex put into an edge is the double nearest to a place on it; edges bend by no more than that.
ON_EDGE_M = 1e-6


def same_ground(one: shapely.Geometry | None, two: shapely.Geometry | None) -> bool:
    """Tell whether two outlines bound the same ground, whatever vertices lie in their edges."""
    if one is None or two is None or one.is_empty or two.is_empty:
        return False
    rings = [len(shapely.get_rings(shape)) for shape in (one, two)]
    edges = [shapely.boundary(shape) for shape in (one, two)]
    apart_m2 = abs(shapely.area(one) - shapely.area(two))
    return bool(
        rings[0] == rings[1]
        and shapely.hausdorff_distance(*edges) <= ON_EDGE_M
        and apart_m2 <= ON_EDGE_M * shapely.length(one)
    )


def more_vertices(shape: shapely.Geometry, other: shapely.Geometry) -> np.ndarray:
    """Return the vertices, float64 (n, 2), that a shape has and the other has not, to the last bit."""
    known = set(map(tuple, shapely.get_coordinates(other).tolist()))
    more = [place for place in map(tuple, shapely.get_coordinates(shape).tolist()) if place not in known]
    return np.array(sorted(set(more)), dtype=np.float64).reshape(-1, 2)


def with_vertices(shape: shapely.Geometry, places: np.ndarray) -> shapely.Geometry:
    """Return a polygon, or several in one, with those places as vertices that lie in one of its edges: itself where
    none does. What is as near to a vertex as to an edge is left out.
    """
    if shape is None or shape.is_empty or len(places) == 0 or shapely.distance(shape, _points(places)) > ON_EDGE_M:
        return shape
    parts = []
    for part in shapely.get_parts(shape):
        shell, *holes = (_ring_with(shapely.get_coordinates(ring), places) for ring in shapely.get_rings(part))
        parts.append(shapely.Polygon(shell, holes))
    if len(shapely.get_coordinates(parts)) == len(shapely.get_coordinates(shape)):
        return shape
    return parts[0] if shapely.get_type_id(shape) == shapely.GeometryType.POLYGON else shapely.MultiPolygon(parts)


def _points(places: np.ndarray) -> shapely.Geometry:
    return shapely.multipoints(places)


def _ring_with(ring: np.ndarray, places: np.ndarray) -> np.ndarray:
    start, step = ring[:-1], np.diff(ring, axis=0)
    length = np.maximum(np.hypot(*step.T), np.finfo(np.float64).tiny)
    # Places along and beside each edge, in metres: rows are edges.
    from_start = places[None, :, :] - start[:, None, :]
    along = (from_start * step[:, None, :]).sum(axis=2) / length[:, None]
    beside = np.abs(from_start[..., 0] * step[:, None, 1] - from_start[..., 1] * step[:, None, 0]) / length[:, None]
    inside = (beside <= ON_EDGE_M) & (along > ON_EDGE_M) & (along < length[:, None] - ON_EDGE_M)
    edge, place = np.nonzero(inside)
    order = np.lexsort((along[edge, place], edge))
    return np.insert(ring, edge[order] + 1, places[place[order]], axis=0)
