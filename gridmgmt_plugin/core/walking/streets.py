"""Streets as a network to walk on: edges between nodes, whatever the lines were cut into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import node_lines
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.lanes.network import end_points


@dataclass(frozen=True, eq=False)
class Streets:
    """m edges between n nodes.

    ``line``: object array of m LineStrings in metres. ``start``, ``end``: int64 (m,), node of the first and last
    vertex. ``length_m``: float64 (m,). ``piece``: int64 (m,), number of the connected piece that the edge is in.
    """

    line: np.ndarray
    start: np.ndarray
    end: np.ndarray
    length_m: np.ndarray
    piece: np.ndarray

    @property
    def node_count(self) -> int:
        """Return n."""
        return int(max(self.start.max(initial=-1), self.end.max(initial=-1))) + 1

    def piece_lengths(self) -> np.ndarray:
        """Return the metres of street in each piece, float64."""
        return np.bincount(self.piece, weights=self.length_m)


def street_network(lines: np.ndarray, *, precision_m: float, join_gap_m: float) -> Streets:
    """Return the network of streets: whoever walks can turn wherever two lines cross, meet or nearly meet.

    Lines that cross without a vertex are joined as well, because street lines are seldom cut at crossings; a bridge
    is therefore a crossing too.

    :param lines: object array of (Multi)LineStrings in metres, ``None`` for none. ``join_gap_m``: an end this near to
        another line is joined to it.
    """
    drawn = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
    parts = shapely.get_parts(drawn)
    parts = parts[shapely.length(parts) > 0]
    noded = node_lines(np.concatenate([parts, _over_gaps(parts, join_gap_m)]), precision_m)
    if not len(noded):
        nothing = np.zeros(0, dtype=np.int64)
        return Streets(noded, nothing, nothing, np.zeros(0), nothing)
    first, last = end_points(noded)
    places, node = np.unique(np.round(np.concatenate([first, last]), 6), axis=0, return_inverse=True)
    start, end = np.split(node.reshape(-1).astype(np.int64), 2)
    piece = np.unique(connected_groups(len(places), start, end)[start], return_inverse=True)[1]
    return Streets(noded, start, end, shapely.length(noded), piece.reshape(-1).astype(np.int64))


def _over_gaps(lines: np.ndarray, gap_m: float) -> np.ndarray:
    """Return the short lines from ends that touch nothing to the nearest other line within the gap."""
    nothing = np.zeros(0, dtype=object)
    if not len(lines) or gap_m <= 0:
        return nothing
    points = shapely.points(np.concatenate(end_points(lines)))
    own = np.tile(np.arange(len(lines)), 2)
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=gap_m)
    other = own[end] != line
    end, line = end[other], line[other]
    distance_m = shapely.distance(points[end], lines[line])
    order = np.lexsort((line, distance_m, end))
    nearest = order[np.unique(end[order], return_index=True)[1]]
    nearest = nearest[distance_m[nearest] > 0]
    return np.asarray(shapely.shortest_line(points[end[nearest]], lines[line[nearest]])) if len(nearest) else nothing
