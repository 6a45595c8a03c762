"""Shortest ways found slowly and plainly, to compare with."""

from __future__ import annotations

import heapq

import numpy as np


def plain_ways(count, first, second, length_m, source, begin_m):
    """Return metres and nearest source of each node, as ``core.walking.circles.Ways`` asks."""
    beside = [[] for _ in range(count)]
    for one, other, metres in zip(first.tolist(), second.tolist(), length_m.tolist()):
        beside[one].append((other, metres))
        beside[other].append((one, metres))
    metres, nearest = np.full(count, np.inf), np.full(count, -1, dtype=np.int64)
    queue = [(begin, node, rank) for rank, (node, begin) in enumerate(zip(source.tolist(), begin_m.tolist()))]
    heapq.heapify(queue)
    while queue:
        so_far, node, rank = heapq.heappop(queue)
        if so_far >= metres[node]:
            continue
        metres[node], nearest[node] = so_far, rank
        for other, length in beside[node]:
            heapq.heappush(queue, (so_far + length, other, rank))
    return metres, nearest


def all_pairs(count, first, second, length_m):
    """Return the metres between every two nodes (Floyd and Warshall)."""
    between = np.full((count, count), np.inf)
    np.fill_diagonal(between, 0.0)
    np.minimum.at(between, (first, second), length_m)
    np.minimum.at(between, (second, first), length_m)
    for node in range(count):
        np.minimum(between, between[:, node, None] + between[None, node, :], out=between)
    return between
