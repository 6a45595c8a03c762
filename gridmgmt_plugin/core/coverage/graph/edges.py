"""The edges of polygons as flat arrays, and which of them two neighbours share.

In a sound coverage every inner edge stands in exactly two polygons, once in each direction. An edge that does not
is *loose*: it lies on the outer border, or something is wrong there. Everything else in this package starts from
that, because finding loose edges is one sort of the edges, with no geometric predicate at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.pairs import summed_pairs
from gridmgmt_plugin.core.geometry.ring_edges import numbered, ring_edges


@dataclass(frozen=True)
class EdgeTable:
    """Every edge of every ring of n polygons; all arrays have one entry per edge.

    ``owner``: int64, position of the polygon. ``start``, ``end``: float64 (m, 2), in the ring's own direction.
    ``start_id``, ``end_id``: int64, equal for vertices that are equal after rounding to the precision.
    ``edge_id``: int64, equal for edges with the same two ends. ``inside_left``: bool, whether the polygon lies to
    the left of start → end taken with the smaller vertex id first. ``vertex_count``: number of distinct vertices.
    """

    owner: np.ndarray
    start: np.ndarray
    end: np.ndarray
    start_id: np.ndarray
    end_id: np.ndarray
    edge_id: np.ndarray
    inside_left: np.ndarray
    vertex_count: int

    @property
    def shared(self) -> np.ndarray:
        """Return the mask of edges that exactly two polygons own, one on each side."""
        count = int(self.edge_id.max()) + 1 if len(self.edge_id) else 0
        left = np.bincount(self.edge_id[self.inside_left], minlength=count)
        right = np.bincount(self.edge_id[~self.inside_left], minlength=count)
        return np.asarray((left == 1)[self.edge_id] & (right == 1)[self.edge_id])

    @property
    def length(self) -> np.ndarray:
        """Return the length of every edge, in map units."""
        return np.asarray(np.hypot(*(self.end - self.start).T))

    def lines(self, mask: np.ndarray) -> np.ndarray:
        """Return the edges under ``mask`` as an object array of LineStrings."""
        return np.asarray(shapely.linestrings(np.stack([self.start[mask], self.end[mask]], axis=1)))

    def neighbours(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return pairs ``(first, second, length)`` of polygons that share edges, each pair once, first < second.

        ``length`` is the total shared length in map units. Only exactly shared edges count.
        """
        rows = np.flatnonzero(self.shared)
        rows = rows[np.argsort(self.edge_id[rows], kind="stable")]
        return summed_pairs(self.owner[rows[0::2]], self.owner[rows[1::2]], self.length[rows[0::2]])


def edge_table(geometry: np.ndarray, precision_m: float = 0.0) -> EdgeTable:
    """Return the edges of polygons, matched after rounding their vertices to ``precision_m`` (0 = exactly).

    :param geometry: object array of Polygon and MultiPolygon; missing and empty ones have no edges.
        Edges whose two ends round to the same vertex are left out.
    """
    edges = ring_edges(geometry, precision_m)
    is_hole = np.zeros(len(edges.rings), dtype=bool)
    is_hole[1:] = edges.ring_part[1:] == edges.ring_part[:-1]
    inside_is_left = shapely.is_ccw(edges.rings) != is_hole
    return EdgeTable(
        owner=edges.owner,
        start=edges.start,
        end=edges.end,
        start_id=edges.start_id,
        end_id=edges.end_id,
        edge_id=numbered(edges.key)[0],
        inside_left=inside_is_left[edges.ring] == (edges.start_id < edges.end_id),
        vertex_count=edges.vertex_count,
    )


def owners_of(vertex: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygons that have each of k vertex ids, as two int64 arrays: which of the k, and the polygon.

    :param owners: int64 (n, 2) rows (vertex id, polygon), sorted.
    """
    first = np.searchsorted(owners[:, 0], vertex)
    number = np.searchsorted(owners[:, 0], vertex, side="right") - first
    which = np.repeat(np.arange(len(vertex)), number)
    within = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)
    return which, owners[first[which] + within, 1]


def have_polygon_in_common(one: np.ndarray, two: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Return for pairs of vertex ids whether some polygon has both.

    :param owners: int64 (k, 2) rows (vertex id, polygon), sorted.
    """
    pair, owner = owners_of(one, owners)
    span = int(owners[:, 1].max(initial=0)) + 1
    common = np.isin(two[pair] * span + owner, owners[:, 0] * span + owners[:, 1])
    return np.bincount(pair, weights=common, minlength=len(one)) > 0
