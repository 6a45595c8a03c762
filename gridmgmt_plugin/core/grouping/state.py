"""A grouping while units change sides: labels, loads, and whether a unit may leave without tearing its group."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem

# A unit may leave when its neighbours in the group still reach each other without it. The walks that prove it
# stop after this many steps and the move is refused: a ring that long around a unit is no compact group anyway.
WALK_LIMIT = 200


class State:
    """Labels and loads as plain lists, which is what single moves in Python are fastest with, and the same as arrays
    (``labels`` int64 (n,), ``loads`` float64 (k,)) for what looks at all of them: only :meth:`move` changes either.
    ``surplus``: what each group has more than its target (less: below 0), in loads.
    """

    def __init__(self, problem: Problem, label: np.ndarray) -> None:
        graph = problem.graph
        bounds = graph.indptr.tolist()
        others, lengths = graph.indices.tolist(), graph.shared_m[graph.edges].tolist()
        spans = list(zip(bounds[:-1], bounds[1:]))
        self.neighbours: list[list[int]] = [others[a:b] for a, b in spans]
        self.borders: list[list[float]] = [lengths[a:b] for a, b in spans]
        self.unit_load: list[float] = problem.load.tolist()
        self.target: list[float] = problem.target.tolist()
        self.home: list[int] = problem.home.tolist()
        self.held: list[bool] = problem.held.tolist()
        self.stay = problem.stay
        self.label: list[int] = label.tolist()
        self.labels: np.ndarray = np.array(label, dtype=np.int64)
        self.unit_loads, self._targets = problem.load, problem.target
        self.loads: np.ndarray = np.bincount(label, weights=problem.load, minlength=problem.group_count)
        self.load: list[float] = self.loads.tolist()
        self.surplus: list[float] = self.surpluses().tolist()

    def surpluses(self) -> np.ndarray:
        """Return :attr:`surplus` of every group, float64 (k,)."""
        return np.asarray(self.loads - self._targets)

    def deviation(self, group: int, more: float = 0.0) -> float:
        """Return how far the group is from its target, as a fraction, if its load grew by ``more``."""
        return (self.load[group] + more) / self.target[group] - 1.0

    def price(self, unit: int, group: int, without: int = -1) -> float:
        """Return by how much borders between groups grow when ``unit`` joins ``group``; ∞ where it does not touch.

        In the lengths of the graph; to leave today's group costs ``stay``, to return to it is paid back. ``without``:
        a unit of ``group`` that goes the other way at the same time.
        """
        label, own, price, touches = self.label, self.label[unit], 0.0, False
        for other, length in zip(self.neighbours[unit], self.borders[unit]):
            its = label[other]
            if its == own:
                price += length
            elif its == group and other != without:
                price -= length
                touches = True
        if not touches:
            return float("inf")
        home = self.home[unit]
        if home == own:
            price += self.stay
        elif home == group:
            price -= self.stay
        return price

    def touches(self, unit: int, group: int) -> bool:
        """Tell whether ``unit`` borders on ``group``."""
        label = self.label
        return any(label[other] == group for other in self.neighbours[unit])

    def may_leave(self, unit: int) -> bool:
        """Tell whether the unit is not held, and its group hangs together, and has a unit left, without it."""
        if self.held[unit]:
            return False
        label, neighbours, own = self.label, self.neighbours, self.label[unit]
        inside = [other for other in neighbours[unit] if label[other] == own]
        if len(inside) < 2:
            return len(inside) == 1
        return self._meet_beside(unit, inside) or self._meet(unit, inside)

    def _meet_beside(self, unit: int, inside: list[int]) -> bool:
        """Tell whether all neighbours in the group meet the first one directly or across one unit: most do."""
        label, neighbours, own = self.label, self.neighbours, self.label[unit]
        near = set(neighbours[inside[0]])
        near.discard(unit)
        for other in inside[1:]:
            if other in near:
                continue
            if not any(between in near and label[between] == own for between in neighbours[other]):
                return False
        return True

    def _meet(self, unit: int, inside: list[int]) -> bool:
        """Tell whether the units ``inside``, neighbours of ``unit``, reach each other in their group without it.

        Walks start at all of them at once and join where they meet; a walk that ends before it met the others has
        found a piece that the unit alone holds. So the smaller side decides the effort.
        """
        label, neighbours, own = self.label, self.neighbours, self.label[unit]
        walks = [[other] for other in inside]
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
        weight, own = self.unit_load[unit], self.label[unit]
        self.load[own] -= weight
        self.load[group] += weight
        self.loads[own], self.loads[group] = self.load[own], self.load[group]
        self.surplus[own], self.surplus[group] = (
            self.load[own] - self.target[own],
            self.load[group] - self.target[group],
        )
        self.label[unit] = self.labels[unit] = group
