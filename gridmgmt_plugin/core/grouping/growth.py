"""The first grouping: today's groups, or seeds spread over each part and denser where the load is, that grow.

The lightest group takes the free neighbour nearest to its seed, until every unit has a group.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.grouping.problem import Problem

LLOYD_ROUNDS = 4


def first_grouping(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Return a first grouping, int64 (n,): group of each unit; every group hangs together and lies in its part.

    Where today's groups count (``problem.stay``) it is they, mended; elsewhere it grows from seeds.
    """
    label = np.full(len(problem.load), -1, dtype=np.int64)
    if problem.stay:
        label = _of_today(problem)
    empty = np.bincount(label[label >= 0], minlength=problem.group_count) == 0
    begun = np.zeros(int(problem.part.max()) + 1, dtype=bool)
    begun[problem.group_part[~empty]] = True
    fresh = np.flatnonzero(~begun)
    for group, unit in _seeds(problem, fresh, rng):
        label[unit] = group
    label = grow(problem, label, range(problem.group_count))
    for group in np.flatnonzero(empty & begun[problem.group_part]).tolist():
        _halve_heaviest(problem, label, group)
    return label


def _of_today(problem: Problem) -> np.ndarray:
    """Return the groups of today, of each the piece with its seed, else the heaviest; −1 where there is none."""
    label = problem.home.copy()
    seeded = np.flatnonzero(problem.seed >= 0)
    label[problem.seed[seeded]] = seeded
    piece = problem.graph.components(label)
    load = np.bincount(piece, weights=problem.load)
    load[piece[problem.seed[seeded]]] = np.inf
    of_piece = np.full(len(load), -1, dtype=np.int64)
    of_piece[piece] = label
    order = np.lexsort((-load, of_piece))
    kept = order[np.diff(of_piece[order], prepend=-2) != 0]
    keep = np.zeros(len(load), dtype=bool)
    keep[kept] = True
    label[~keep[piece]] = -1
    return label


def grow(problem: Problem, label: np.ndarray, groups: Iterable[int]) -> np.ndarray:
    """Let ``groups`` grow over units without a group (−1 in ``label``, int64 (n,)); return the new labels.

    A group grows around the centre of what it has; one without units stays empty.
    """
    label = label.copy()
    neighbours = np.split(problem.graph.indices, problem.graph.indptr[1:-1])
    begun = np.flatnonzero(label >= 0)
    size = np.maximum(np.bincount(label[begun], minlength=problem.group_count), 1)
    centre = np.column_stack(
        [
            np.bincount(label[begun], weights=axis, minlength=problem.group_count) / size
            for axis in problem.points[begun].T
        ]
    )
    filled = np.bincount(label[begun], weights=problem.load[begun], minlength=problem.group_count) / problem.target
    # A group's frontier: (squared distance to its centre, unit), nearest first.
    frontier: dict[int, list[tuple[float, int]]] = {group: [] for group in groups}

    def reach(unit: int, group: int) -> None:
        near = neighbours[unit]
        near = near[label[near] < 0]
        offset = problem.points[near] - centre[group]
        for distance, other in zip((offset**2).sum(axis=1).tolist(), near.tolist()):
            heapq.heappush(frontier[group], (distance, other))

    for unit, group in zip(begun.tolist(), label[begun].tolist()):
        if group in frontier:
            reach(unit, group)
    lightest = [(float(filled[group]), group) for group in frontier]
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


def _halve_heaviest(problem: Problem, label: np.ndarray, empty: int) -> None:
    """Give the group ``empty`` about half of the heaviest group of its part that has two units; changes ``label``."""
    wanted = problem.seed[empty]
    inside = problem.part == problem.group_part[empty]
    load = np.bincount(label[inside], weights=problem.load[inside], minlength=problem.group_count)
    load[np.bincount(label[inside], minlength=problem.group_count) < 2] = -1.0
    heaviest = int(label[wanted]) if wanted >= 0 and load[label[wanted]] >= 0 else int(np.argmax(load))
    units = np.flatnonzero(label == heaviest)
    stays = int(problem.seed[heaviest])
    if wanted < 0 or label[wanted] != heaviest:
        wanted = units[_farthest(problem, units, problem.points[stays] if stays >= 0 else None)]
    if stays < 0 or stays == wanted:
        stays = int(units[_farthest(problem, units, problem.points[wanted])])
    label[units] = -1
    label[stays], label[wanted] = heaviest, empty
    label[:] = grow(problem, label, (heaviest, empty))


def _farthest(problem: Problem, units: np.ndarray, place: np.ndarray | None) -> int:
    """Return which of the units is farthest from ``place`` (else from their own centre), but not at it."""
    points = problem.points[units]
    away = _squared(points, points.mean(axis=0) if place is None else place)
    return int(np.argmax(away)) if away.max() > 0 else len(units) - 1


def _seeds(problem: Problem, parts: np.ndarray, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return (group, unit) for every group of ``parts``: the seeds that are given, the others spread."""
    order = np.argsort(problem.part, kind="stable")
    units_of_part = np.split(order, np.cumsum(np.bincount(problem.part))[:-1])
    first = np.searchsorted(problem.group_part, np.arange(len(units_of_part) + 1))
    found: list[tuple[int, int]] = []
    for part in parts.tolist():
        units, groups = units_of_part[part], np.arange(first[part], first[part + 1])
        spread = units[spread_seeds(problem.points[units], problem.load[units], len(groups), rng)]
        found += zip(groups.tolist(), _with_given(problem, groups, spread).tolist())
    return found


def _with_given(problem: Problem, groups: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return a seed per group: the given ones in place of those of ``spread`` that are nearest to them."""
    given = problem.seed[groups]
    if (given < 0).all():
        return spread
    left = spread[~np.isin(spread, given)].tolist()
    taken = int((given >= 0).sum()) - (len(spread) - len(left))
    for unit in given[given >= 0][: max(taken, 0)].tolist():
        left.pop(int(np.argmin(_squared(problem.points[left], problem.points[unit]))))
    seeds: np.ndarray = given.copy()
    seeds[given < 0] = left[: int((given < 0).sum())]
    return seeds


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
