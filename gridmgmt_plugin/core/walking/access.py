"""Where people step onto the streets: the nearest place on them, and the network cut at the centres' places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.walking.streets import Streets


@dataclass(frozen=True, eq=False)
class Access:
    """Where each of k points steps onto the streets. ``edge``: int64, −1 = no street is near enough. ``along_m``:
    float64, metres from the start of the edge. ``off_m``: float64, metres straight from the point to the street.
    """

    edge: np.ndarray
    along_m: np.ndarray
    off_m: np.ndarray


def step_on(streets: Streets, points: np.ndarray, reach_m: float, usable: np.ndarray | None = None) -> Access:
    """Return the nearest place on the streets of each point; between edges equally near the first counts.

    :param points: object array of k Points. ``usable``: bool (m,), edges to go by; all of them by default.
    """
    edges = np.arange(len(streets.line)) if usable is None else np.flatnonzero(usable)
    edge = np.full(len(points), -1, dtype=np.int64)
    along_m, off_m = np.full(len(points), np.nan), np.full(len(points), np.nan)
    if len(edges) and len(points):
        (point, line), distance_m = shapely.STRtree(streets.line[edges]).query_nearest(
            points, max_distance=reach_m, return_distance=True, all_matches=True
        )
        order = np.lexsort((line, point))
        first = order[np.unique(point[order], return_index=True)[1]]
        at, edge_at = point[first], edges[line[first]]
        edge[at], off_m[at] = edge_at, distance_m[first]
        along_m[at] = shapely.line_locate_point(streets.line[edge_at], points[at])
    return Access(edge, along_m, off_m)


@dataclass(frozen=True, eq=False)
class CutStreets:
    """The network with a node of its own for each centre; nodes 0 … n − 1 are those of the streets.

    ``first``, ``second``: int64 (q,), the nodes of each part of an edge; ``length_m``: float64 (q,). ``centre_node``:
    int64 (c,). ``left``, ``right``: int64 (k,), the nodes before and behind each unit on its edge, −1 = none;
    ``to_left_m``, ``to_right_m``: float64 (k,), the metres to them, those to the street included.
    """

    first: np.ndarray
    second: np.ndarray
    length_m: np.ndarray
    centre_node: np.ndarray
    left: np.ndarray
    right: np.ndarray
    to_left_m: np.ndarray
    to_right_m: np.ndarray


def cut_at_centres(streets: Streets, centres: Access, units: Access) -> CutStreets:
    """Return the network cut where the centres step on; every centre must have a street, units need not."""
    m, c = len(streets.line), len(centres.edge)
    there = np.flatnonzero(units.edge >= 0)
    centre_node = streets.node_count + np.arange(c, dtype=np.int64)
    # Everything on an edge in the order in which one walks along it: its start, centres, units, its end.
    edge = np.concatenate([np.arange(m), centres.edge, units.edge[there], np.arange(m)])
    along_m = np.concatenate([np.zeros(m), centres.along_m, units.along_m[there], streets.length_m])
    rank = np.repeat([0, 1, 2, 3], [m, c, len(there), m])
    node = np.concatenate([streets.start, centre_node, np.full(len(there), -1), streets.end])
    order = np.lexsort((rank, along_m, rank == 3, rank != 0, edge))
    edge, along_m, node = edge[order], along_m[order], node[order]
    is_node = node >= 0
    nodes = np.flatnonzero(is_node)
    same = edge[nodes[1:]] == edge[nodes[:-1]]
    before, behind = nodes[:-1][same], nodes[1:][same]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    at = place[m + c : m + c + len(there)]
    last = np.cumsum(is_node)[at] - 1
    left, right = np.full(len(units.edge), -1, dtype=np.int64), np.full(len(units.edge), -1, dtype=np.int64)
    to_left_m, to_right_m = np.full(len(units.edge), np.inf), np.full(len(units.edge), np.inf)
    left[there], right[there] = node[nodes[last]], node[nodes[last + 1]]
    to_left_m[there] = units.off_m[there] + along_m[at] - along_m[nodes[last]]
    to_right_m[there] = units.off_m[there] + along_m[nodes[last + 1]] - along_m[at]
    return CutStreets(
        node[before], node[behind], along_m[behind] - along_m[before], centre_node, left, right, to_left_m, to_right_m
    )
