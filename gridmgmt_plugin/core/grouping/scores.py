"""How good a grouping is, part by part, and the best one seen so far."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem

Watcher = Callable[[np.ndarray], None]


class Best:
    """Remembers for every part of the problem the best grouping it was offered.

    Better is: a smaller largest deviation, as long as it is outside the tolerance; then less deviation outside it
    in all; then a smaller price: borders between groups, and units that leave today's. Parts do not share groups, so
    the best of each together are a grouping again. ``watcher`` is told whenever it is a better one.
    """

    def __init__(self, problem: Problem, watcher: Watcher | None = None) -> None:
        self._problem, self._watcher = problem, watcher
        parts = int(problem.part.max()) + 1
        self.label = np.full(len(problem.load), -1, dtype=np.int64)
        self.worst = np.full(parts, np.inf)
        self.excess = np.full(parts, np.inf)
        self.price = np.full(parts, np.inf)

    def offer(self, label: np.ndarray) -> None:
        """Keep of ``label`` (int64 (n,), every group in its part and hanging together) the parts that are better."""
        problem = self._problem
        worst = np.maximum(worst_deviation(problem, label), problem.room)
        excess = excess_deviation(problem, label)
        price = price_of(problem, label)
        margin = 1e-9
        better = worst < self.worst - margin
        as_good = worst <= self.worst + margin
        better |= as_good & (excess < self.excess - margin)
        as_good &= excess <= self.excess + margin
        better |= as_good & (price < self.price - margin * np.maximum(np.abs(price), 1.0))
        chosen = better[problem.part]
        self.label[chosen] = label[chosen]
        self.worst[better] = worst[better]
        self.excess[better] = excess[better]
        self.price[better] = price[better]
        if self._watcher is not None and better.any():
            self._watcher(self.label.copy())


def worst_deviation(problem: Problem, label: np.ndarray) -> np.ndarray:
    """Return per part the largest deviation of a group from its target, as a fraction, float64 (p,)."""
    worst = np.zeros(int(problem.part.max()) + 1)
    np.maximum.at(worst, problem.group_part, _deviation(problem, label))
    return worst


def excess_deviation(problem: Problem, label: np.ndarray) -> np.ndarray:
    """Return per part the sum of what deviates by more than the tolerance, float64 (p,)."""
    excess = np.maximum(_deviation(problem, label) - problem.room_of_group, 0.0)
    return np.bincount(problem.group_part, weights=excess, minlength=int(problem.part.max()) + 1)


def _deviation(problem: Problem, label: np.ndarray) -> np.ndarray:
    load = np.bincount(label, weights=problem.load, minlength=problem.group_count)
    return np.asarray(np.abs(load / problem.target - 1.0))


def price_of(problem: Problem, label: np.ndarray) -> np.ndarray:
    """Return per part the borders between its groups, in the graph's lengths, and ``stay`` per unit that left."""
    parts = int(problem.part.max()) + 1
    i, j = problem.graph.pairs.T
    crossing = label[i] != label[j]
    lengths = problem.graph.shared_m[crossing]
    border = np.bincount(problem.part[i[crossing]], weights=lengths, minlength=parts)
    left = (problem.home >= 0) & (problem.home != label)
    return np.asarray(border + problem.stay * np.bincount(problem.part[left], minlength=parts))
