"""Which two polygons share which segment: the adjacency of an edge-matched coverage by hashing coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True)
class SharedSegments:
    """The distinct segments of a coverage; n rows.

    ``coordinates``: float64 (n, 2, 2), end points in metres. ``left``, ``right``: int64 (n,), the polygons on
    its two sides, ``right`` is −1 where only one polygon has the segment. ``length_m``: float64 (n,).
    ``crowded``: int64, how many segments more than two polygons claim (0 in a coverage).
    """

    coordinates: np.ndarray
    left: np.ndarray
    right: np.ndarray
    length_m: np.ndarray
    crowded: int

    def lines(self, selection: np.ndarray) -> np.ndarray:
        """Return the selected segments (boolean mask or positions) as LineStrings."""
        chosen = self.coordinates[selection]
        if len(chosen) == 0:
            return np.empty(0, dtype=object)
        return np.asarray(shapely.linestrings(chosen))

    def midpoints(self) -> np.ndarray:
        """Return the middle of each segment, float64 (n, 2)."""
        return np.asarray(self.coordinates.mean(axis=1))


def shared_segments(polygons: np.ndarray, precision_m: float) -> SharedSegments:
    """Return the segments of (Multi)Polygons whose coordinates lie on the precision grid.

    Two polygons share a segment when both have the same two consecutive vertices; nothing is noded here.
    """
    start, end, owner = _ring_segments(polygons)
    if len(start) == 0:
        none = np.empty(0, dtype=np.int64)
        return SharedSegments(np.empty((0, 2, 2)), none, none, np.empty(0), 0)
    vertex = np.concatenate([start, end])
    number = _vertex_numbers(vertex, precision_m)
    first, second = number[: len(start)], number[len(start) :]
    low, high = np.minimum(first, second), np.maximum(first, second)
    key = low * (int(number.max()) + 1) + high
    order = np.lexsort((owner, key))
    sorted_key = key[order]
    heads = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]])
    sizes = np.diff(np.r_[heads, len(order)])
    left = owner[order[heads]]
    right = np.full(len(heads), -1, dtype=np.int64)
    double = sizes >= 2
    right[double] = owner[order[heads[double] + 1]]
    picked = order[heads]
    coordinates = np.stack([start[picked], end[picked]], axis=1)
    length = np.hypot(*(coordinates[:, 1] - coordinates[:, 0]).T)
    return SharedSegments(coordinates, left, right, length, int((sizes > 2).sum()))


def _ring_segments(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    owner = part_owner[ring_part[ring[:-1][same]]] if len(ring) else np.empty(0)
    return coordinates[:-1][same], coordinates[1:][same], owner.astype(np.int64)


def _vertex_numbers(vertex: np.ndarray, precision_m: float) -> np.ndarray:
    cells = np.rint(vertex / precision_m)
    # Grid positions stay far below 2**53, so a complex number holds both exactly and sorts as one key.
    _, number = np.unique(cells[:, 0] + 1j * cells[:, 1], return_inverse=True)
    return np.asarray(number, dtype=np.int64).reshape(-1)
