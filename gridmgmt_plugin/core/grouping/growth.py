"""Greedy growth: the lightest group takes the free neighbour nearest to its seed, until every unit has a group."""

from __future__ import annotations

import heapq

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.seeds import spread_seeds


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
