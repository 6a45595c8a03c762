"""The first grouping: seeds spread over each part, denser where the load is, and groups that grow from them.

The lightest group takes the free neighbour nearest to its seed, until every unit has a group.
"""

from __future__ import annotations

import heapq

import numpy as np
import shapely

from gridmgmt_plugin.core.grouping.problem import Problem

LLOYD_ROUNDS = 4


def grow(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Return a first grouping, int64 (n,): group of each unit; every group hangs together and lies in its part."""
    seeds = _seeds(problem, rng)
    neighbours = np.split(problem.graph.indices, problem.graph.indptr[1:-1])
    label = np.full(len(problem.load), -1, dtype=np.int64)
    label[seeds] = np.arange(len(seeds))
    filled = problem.load[seeds] / problem.target
    # A group's frontier: (squared distance to its seed, unit), nearest first.
    frontier: list[list[tuple[float, int]]] = [[] for _ in seeds]

    def reach(unit: int, group: int) -> None:
        near = neighbours[unit]
        near = near[label[near] < 0]
        offset = problem.points[near] - problem.points[seeds[group]]
        for distance, other in zip((offset**2).sum(axis=1).tolist(), near.tolist()):
            heapq.heappush(frontier[group], (distance, other))

    for group, seed in enumerate(seeds.tolist()):
        reach(seed, group)
    lightest = [(fill, group) for group, fill in enumerate(filled.tolist())]
    heapq.heapify(lightest)
    while lightest:
        fill, group = heapq.heappop(lightest)
        while frontier[group]:
            _, unit = heapq.heappop(frontier[group])
            if label[unit] < 0:
                label[unit] = group
                reach(unit, group)
                heapq.heappush(lightest, (fill + problem.load[unit] / problem.target[group], group))
                break
    return label


def _seeds(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Return the seed of each group, groups in the order of ``problem.group_part``."""
    order = np.argsort(problem.part, kind="stable")
    units_of_part = np.split(order, np.cumsum(np.bincount(problem.part))[:-1])
    shares = np.bincount(problem.group_part, minlength=len(units_of_part))
    picked = [
        units[spread_seeds(problem.points[units], problem.load[units], int(share), rng)]
        for units, share in zip(units_of_part, shares)
    ]
    return np.concatenate(picked)


def spread_seeds(points: np.ndarray, load: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` different units as seeds, int64: k-means++ on the centroids, then a few Lloyd rounds.

    ``points``: float (n, 2); ``load``: float (n,), positive; ``count`` <= n.
    Source: D. Arthur and S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
    """
    if count == 1:
        return np.array([np.argmin(_squared(points, np.average(points, axis=0, weights=load)))])
    centres = points[_plus_plus(points, load, count, rng)]
    for _ in range(LLOYD_ROUNDS):
        nearest = shapely.STRtree(shapely.points(centres)).nearest(shapely.points(points))
        total = np.bincount(nearest, weights=load, minlength=count)
        for axis in (0, 1):
            moved = np.bincount(nearest, weights=load * points[:, axis], minlength=count)
            centres[:, axis] = np.where(total > 0, moved / np.where(total > 0, total, 1), centres[:, axis])
    return _own_units(points, centres)


def _plus_plus(points: np.ndarray, load: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    chosen = np.empty(count, dtype=np.int64)
    far = np.full(len(points), np.inf)
    chance = load
    for k in range(count):
        cumulated = np.cumsum(chance)
        if cumulated[-1] > 0:
            chosen[k] = min(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right"), len(points) - 1)
        else:  # all that is left stands on seeds already
            chosen[k] = np.setdiff1d(np.arange(len(points)), chosen[:k])[0]
        np.minimum(far, _squared(points, points[chosen[k]]), out=far)
        chance = load * far
    return chosen


def _own_units(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the unit nearest to each centre; where two centres want one unit, the later takes the next free."""
    nearest = shapely.STRtree(shapely.points(points)).nearest(shapely.points(centres))
    taken = np.zeros(len(points), dtype=bool)
    seeds = np.empty(len(centres), dtype=np.int64)
    for k, unit in enumerate(nearest):
        if taken[unit]:
            distance = np.where(taken, np.inf, _squared(points, centres[k]))
            seeds[k] = np.argmin(distance)
        else:
            seeds[k] = unit
        taken[seeds[k]] = True
    return seeds


def _squared(points: np.ndarray, centre: np.ndarray) -> np.ndarray:
    offset = points - centre
    return np.asarray(np.einsum("ij,ij->i", offset, offset))
