"""Which two polygons share which segment: the adjacency of an edge-matched coverage by equal vertices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.ring_edges import ring_edges, runs


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
    edges = ring_edges(polygons, precision_m)
    order, heads = runs(edges.key)
    sizes = np.diff(np.r_[heads, len(order)])
    picked, double = order[heads], sizes >= 2
    right = np.full(len(heads), -1, dtype=np.int64)
    right[double] = edges.owner[order[heads[double] + 1]]
    coordinates = np.stack([edges.start[picked], edges.end[picked]], axis=1)
    return SharedSegments(coordinates, edges.owner[picked], right, edges.length[picked], int((sizes > 2).sum()))
