"""Shortest ways from several places at once, by QGIS's network analysis library."""

from __future__ import annotations

import numpy as np
from qgis.analysis import QgsGraph, QgsGraphAnalyzer
from qgis.core import QgsPointXY

_NOWHERE = QgsPointXY()


def shortest_ways(
    count: int,
    first: np.ndarray,
    second: np.ndarray,
    length_m: np.ndarray,
    source: np.ndarray,
    begin_m: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return ``(metres, nearest)`` for each of ``count`` nodes: float64 of the shortest way from any source, and
    int64 of the position of that source; inf and −1 where none leads.

    All sources are asked in one run: a vertex of its own is joined to each of them, as long as the way to begin with.

    :param first, second: int64 (q,), the nodes of each edge, which is walked both ways; ``length_m``: float64 (q,).
    :param source: int64 (c,), nodes, each once. ``begin_m``: float64 (c,), metres before the source is reached.
    """
    graph = QgsGraph()
    for _ in range(count + 1):
        graph.addVertex(_NOWHERE)
    # Edges are numbered in the order in which they are added.
    tail = np.concatenate([np.full(len(source), count), first, second])
    head = np.concatenate([source, second, first])
    cost = np.concatenate([begin_m, length_m, length_m])
    for one, other, metres in zip(tail.tolist(), head.tolist(), cost.tolist()):
        graph.addEdge(one, other, [metres])
    tree, costs = QgsGraphAnalyzer.dijkstra(graph, count, 0)
    incoming = np.array(tree[:count], dtype=np.int64)
    reached = incoming >= 0
    metres = np.where(reached, np.array(costs[:count], dtype=np.float64), np.inf)
    return metres, _origins(count, np.where(reached, tail[incoming], -1), source)


def _origins(count: int, parent: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return which source each node is reached from: everyone looks twice as far up the tree in each round."""
    rank = np.full(count, -1, dtype=np.int64)
    rank[source] = np.arange(len(source))
    up = np.where((parent >= 0) & (parent < count), parent, np.arange(count))
    while True:
        further = up[up]
        if np.array_equal(further, up):
            break
        up = further
    # A source may be reached through another one sooner than by its own way.
    return np.where(parent >= 0, rank[up], -1)
