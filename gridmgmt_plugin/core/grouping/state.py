"""A grouping while units change sides: labels, loads, and whether a unit may leave without tearing its group."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem

# A unit may leave when its neighbours in the group still reach each other without it. The walks that prove it
# stop after this many steps and the move is refused: a ring that long around a unit is no compact group anyway.
WALK_LIMIT = 200


class State:
    """Labels and loads as plain lists, which is what single moves in Python are fastest with."""

    def __init__(self, problem: Problem, label: np.ndarray) -> None:
        graph = problem.graph
        bounds = graph.indptr.tolist()
        others, lengths = graph.indices.tolist(), graph.shared_m[graph.edges].tolist()
        spans = list(zip(bounds[:-1], bounds[1:]))
        self.neighbours: list[list[int]] = [others[a:b] for a, b in spans]
        self.borders: list[list[float]] = [lengths[a:b] for a, b in spans]
        self.unit_load: list[float] = problem.load.tolist()
        self.target: list[float] = problem.target.tolist()
        self.reset(problem, label)

    def reset(self, problem: Problem, label: np.ndarray) -> None:
        """Take another grouping."""
        self.label: list[int] = label.tolist()
        self.load: list[float] = np.bincount(label, weights=problem.load, minlength=problem.group_count).tolist()

    def deviation(self, group: int, more: float = 0.0) -> float:
        """Return how far the group is from its target, as a fraction, if its load grew by ``more``."""
        return (self.load[group] + more) / self.target[group] - 1.0

    def border_gain(self, unit: int, group: int) -> float:
        """Return by how many metres the borders between groups grow when ``unit`` joins ``group``."""
        label, own, gain = self.label, self.label[unit], 0.0
        for other, length in zip(self.neighbours[unit], self.borders[unit]):
            if label[other] == own:
                gain += length
            elif label[other] == group:
                gain -= length
        return gain

    def touches(self, unit: int, group: int, without: int = -1) -> bool:
        """Tell whether ``unit`` borders on ``group``, the unit ``without`` left aside."""
        label = self.label
        return any(label[other] == group and other != without for other in self.neighbours[unit])

    def may_leave(self, unit: int) -> bool:
        """Tell whether the unit's group hangs together, and has a unit left, without it.

        Walks start at all its neighbours in the group at once and join where they meet; a walk that ends before
        it met the others has found a piece that the unit alone holds. So the smaller side decides the effort.
        """
        label, neighbours, own = self.label, self.neighbours, self.label[unit]
        walks = [[other] for other in neighbours[unit] if label[other] == own]
        if len(walks) < 2:
            return len(walks) == 1
        owner = {unit: -1}
        for number, walk in enumerate(walks):
            owner[walk[0]] = number
        joined = list(range(len(walks)))  # the number of the walk that each one has joined
        apart = len(walks)
        for step in range(WALK_LIMIT):
            under_way = [number for number, walk in enumerate(walks) if step < len(walk)]
            if len({joined[number] for number in under_way}) < apart:
                return False
            for number in under_way:
                for other in neighbours[walks[number][step]]:
                    if label[other] != own:
                        continue
                    met = owner.get(other)
                    if met is None:
                        owner[other] = number
                        walks[number].append(other)
                    elif met >= 0 and joined[met] != joined[number]:
                        gone, kept = joined[met], joined[number]
                        joined = [kept if j == gone else j for j in joined]
                        apart -= 1
                        if apart == 1:
                            return True
        return False

    def move(self, unit: int, group: int) -> None:
        """Put the unit into the group; whether it may leave and touches is the caller's question."""
        weight = self.unit_load[unit]
        self.load[self.label[unit]] -= weight
        self.load[group] += weight
        self.label[unit] = group
