"""Rivers, railways, expressways: borders that groups do not cross, unless what lies behind is too small for one."""

from __future__ import annotations

import heapq

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.adjacency import Adjacency

# A piece behind a barrier that carries less than this share of a fair group is joined to what lies across.
LEAST_SHARE = 0.5


def crossed_pairs(pairs: np.ndarray, points: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return which pairs lie on two sides of a line, bool (m,): the straight way between their points crosses one.

    :param pairs: int64 (m, 2). ``points``: float (n, 2), a point inside each unit, metres.
    :param lines: object array of lines, ``None`` where there is none.
    """
    crossed = np.zeros(len(pairs), dtype=bool)
    drawn = shapely.get_parts(lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))])
    if len(drawn) and len(pairs):
        ways = shapely.linestrings(points[pairs])
        crossed[np.unique(shapely.STRtree(ways).query(drawn, predicate="intersects")[1])] = True
    return crossed


def close_barriers(
    graph: Adjacency, barrier: np.ndarray, weight: np.ndarray, fair_weight: float
) -> tuple[Adjacency, int]:
    """Return the graph without the pairs of ``barrier`` (bool (m,)), and how many small pieces reach across one.

    A piece that a barrier cuts off and that carries less than half of ``fair_weight`` keeps its borders with the
    piece that it shares the longest barrier with; lightest first, joined pieces count as one.
    ``weight``: float64 (n,).
    """
    closed = graph.cut(barrier)
    piece = closed.components()
    load = np.bincount(piece, weights=weight)
    shared: list[dict[int, float]] = [{} for _ in load]
    ends, length = piece[graph.pairs[barrier]], graph.shared_m[barrier]
    for (one, two), metres in zip(ends.tolist(), length.tolist()):
        if one != two:
            shared[one][two] = shared[one].get(two, 0.0) + metres
            shared[two][one] = shared[two].get(one, 0.0) + metres
    opened = _joined(load.tolist(), shared, LEAST_SHARE * fair_weight)
    if not opened:
        return closed, 0
    low, high = np.sort(piece[graph.pairs], axis=1).T
    keys = np.array([min(pair) * len(load) + max(pair) for pair in opened])
    keep_closed = np.asarray(barrier) & ~np.isin(low * len(load) + high, keys)
    return graph.cut(keep_closed), len(opened)


def _joined(load: list[float], shared: list[dict[int, float]], least: float) -> list[tuple[int, int]]:
    """Return the pairs of pieces whose common barrier is opened."""
    leader = list(range(len(load)))
    members = [[piece] for piece in leader]
    waiting = [(weight, piece) for piece, weight in enumerate(load) if weight < least and shared[piece]]
    heapq.heapify(waiting)
    opened = []
    while waiting:
        weight, lead = heapq.heappop(waiting)
        if leader[lead] != lead or load[lead] != weight:
            continue
        across = [
            (metres, -other, piece)
            for piece in members[lead]
            for other, metres in shared[piece].items()
            if leader[other] != lead
        ]
        if not across:
            continue
        _, other, piece = max(across)
        opened.append((piece, -other))
        into = leader[-other]
        for moved in members[lead]:
            leader[moved] = into
        members[into] += members[lead]
        load[into] += weight
        if load[into] < least:
            heapq.heappush(waiting, (load[into], into))
    return opened
