"""The edges of polygons as flat arrays with numbered ends: the one place where equal vertices and edges are found.

Edges are matched by numbers, without any geometric predicate: two vertices are the same when they are equal after
rounding to the precision, two edges when they have the same two ends, in whichever direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

# Products of two spans stay exact below this, in int64 as in the grid positions of float64.
_LARGEST_KEY = 2**62


@dataclass(frozen=True)
class RingEdges:
    """Every edge of every ring of n polygons; all arrays have one entry per edge, in ring order.

    ``owner``: int64, position of the polygon, ascending. ``ring``: int64, ascending, in ``rings`` (object array of
    LinearRings); ``ring_part``: int64 per ring, the part it belongs to: the first ring of a part is its shell.
    ``start``, ``end``: float64 (m, 2), in the ring's own direction. ``start_id``, ``end_id``: int64, equal for
    vertices that are equal after rounding; ``vertex_count``: how many there are.
    """

    owner: np.ndarray
    ring: np.ndarray
    rings: np.ndarray
    ring_part: np.ndarray
    start: np.ndarray
    end: np.ndarray
    start_id: np.ndarray
    end_id: np.ndarray
    vertex_count: int

    @property
    def key(self) -> np.ndarray:
        """Return one number per edge (int64), equal for edges with the same two ends, ascending with the ends."""
        return edge_keys(self.start_id, self.end_id, self.vertex_count)

    @property
    def length(self) -> np.ndarray:
        """Return the length of every edge, in map units."""
        return np.asarray(np.hypot(*(self.end - self.start).T))


def ring_edges(geometry: np.ndarray, precision_m: float) -> RingEdges:
    """Return the edges of polygons, their ends numbered after rounding to ``precision_m`` (0 = exactly).

    :param geometry: object array of Polygon and MultiPolygon; missing and empty ones have no edges, nor have other
        kinds. Edges whose two ends round to the same vertex are left out.
    """
    parts, part_owner = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, part_owner = parts[polygonal], part_owner[polygonal]
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    ids, vertex_count = vertex_ids(coordinates, precision_m)
    at = np.flatnonzero((ring[:-1] == ring[1:]) & (ids[:-1] != ids[1:]))
    ring_of = ring[at]
    return RingEdges(
        owner=part_owner[ring_part[ring_of]].astype(np.int64),
        ring=ring_of.astype(np.int64),
        rings=rings,
        ring_part=ring_part.astype(np.int64),
        start=coordinates[at],
        end=coordinates[at + 1],
        start_id=ids[at],
        end_id=ids[at + 1],
        vertex_count=vertex_count,
    )


def vertex_ids(coordinates: np.ndarray, precision_m: float) -> tuple[np.ndarray, int]:
    """Return an id per coordinate (equal after rounding to ``precision_m``; 0 = exactly equal) and their number.

    Ids ascend with x, then y, so that they do not depend on the order of the input.
    """
    if precision_m <= 0:
        return numbered(coordinates[:, 0] + 1j * coordinates[:, 1])
    x, y = np.rint(coordinates[:, 0] / precision_m), np.rint(coordinates[:, 1] / precision_m)
    if len(x) == 0:
        return np.empty(0, dtype=np.int64), 0
    west, south = x.min(), y.min()
    height = y.max() - south + 1
    if not (x.max() - west + 1) * height < _LARGEST_KEY:  # the whole world in nanometres, or not-a-number
        return numbered(x + 1j * y)
    return numbered((x - west).astype(np.int64) * int(height) + (y - south).astype(np.int64))


def distinct_points(coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct coordinates (float64 (n, 2), by x, then y) and which of them each is (int64)."""
    # One complex number holds both to the last bit and sorts by x, then y.
    points = coordinates[:, 0] + 1j * coordinates[:, 1]
    ids, count = numbered(points)
    distinct = np.empty(count, dtype=points.dtype)
    distinct[ids] = points
    return np.column_stack([distinct.real, distinct.imag]), ids


def numbered(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return which of the distinct values, ascending, each value is (int64), and how many there are."""
    order, heads = runs(values)
    new = np.zeros(len(values), dtype=np.int64)
    new[heads[1:]] = 1
    ids = np.empty(len(values), dtype=np.int64)
    ids[order] = np.cumsum(new)
    return ids, len(heads)


def edge_keys(one: np.ndarray, two: np.ndarray, vertex_count: int) -> np.ndarray:
    """Return a number (int64) per pair of vertex ids, equal for both directions, ascending with the smaller id."""
    return np.asarray(np.minimum(one, two) * max(vertex_count, 1) + np.maximum(one, two))


def runs(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the order that sorts keys (int64; equal ones stay in order), and where in it each distinct begins."""
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = sorted_key[1:] != sorted_key[:-1]
    return order, np.flatnonzero(new)
