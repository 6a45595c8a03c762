"""All that could change sides at once: border units and the groups they touch, and pairs that could be traded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem


@dataclass(frozen=True)
class Moves:
    """m moves that a grouping offers: ``unit`` of group ``own`` to the neighbouring ``group``, int64 (m,) each.

    ``price``: float64 (m,), by how much the borders between groups would grow, today's assignment included, as
    :meth:`gridmgmt_plugin.core.grouping.state.State.price` has it for one of them.
    """

    unit: np.ndarray
    group: np.ndarray
    own: np.ndarray
    price: np.ndarray

    def between(self, asked: np.ndarray) -> Moves:
        """Return the moves into or out of the groups that are ``asked`` (bool (k,))."""
        row = asked[self.own] | asked[self.group]
        return Moves(self.unit[row], self.group[row], self.own[row], self.price[row])


@dataclass(frozen=True)
class Trades:
    """t trades: move ``one`` together with move ``two`` the other way (int64 (t,), rows of a :class:`Moves`).

    ``between``: int64 (t,), the number of the pair of groups, 0 … ``pairs`` − 1.
    """

    one: np.ndarray
    two: np.ndarray
    between: np.ndarray
    pairs: int


class Frontier:
    """What one problem's graph says of every grouping of it."""

    def __init__(self, problem: Problem) -> None:
        graph = problem.graph
        source = np.repeat(np.arange(graph.count), graph.degree())
        self._count, self._groups = graph.count, problem.group_count
        self._source, self._other, self._length = source, graph.indices, graph.shared_m[graph.edges]
        self._home, self._held, self._stay = problem.home, problem.held, problem.stay
        key = source * graph.count + graph.indices
        order = np.argsort(key)
        self._ends, self._length_of_ends = key[order], self._length[order]

    def border(self, one: np.ndarray, two: np.ndarray) -> np.ndarray:
        """Return how long the border between two units each is (int64 (t,) both), float64 (t,); 0 where is none."""
        if len(self._ends) == 0:
            return np.zeros(len(one))
        key = one * self._count + two
        at = np.minimum(np.searchsorted(self._ends, key), len(self._ends) - 1)
        return np.where(self._ends[at] == key, self._length_of_ends[at], 0.0)

    def moves(self, label: np.ndarray) -> Moves:
        """Return every move of a unit that is not held to a group that it touches, by unit and group."""
        own, other = label[self._source], label[self._other]
        apart = own != other
        inner = np.bincount(self._source, weights=np.where(apart, 0.0, self._length), minlength=self._count)
        crossing = np.flatnonzero(apart & ~self._held[self._source])
        key = self._source[crossing] * self._groups + other[crossing]
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        outer = np.add.reduceat(self._length[crossing][order], first) if len(first) else np.empty(0)
        unit, group = key[first] // self._groups, key[first] % self._groups
        price = inner[unit] - outer
        if self._stay:
            home = self._home[unit]
            price += self._stay * ((home == label[unit]).astype(np.float64) - (home == group))
        return Moves(unit, group, label[unit], price)

    def trades(self, moves: Moves) -> Trades:
        """Return every pair of opposite moves between two groups."""
        pair = moves.own * self._groups + moves.group
        row = np.argsort(pair, kind="stable")
        pair = pair[row]
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        key, many = pair[first], np.diff(first, append=len(pair))
        back = np.searchsorted(key, key % self._groups * self._groups + key // self._groups)
        back = np.minimum(back, max(len(key) - 1, 0))
        both = key // self._groups == key[back] % self._groups
        both &= (key % self._groups == key[back] // self._groups) & (key // self._groups < key % self._groups)
        there = np.flatnonzero(both)
        back = back[there]
        size = many[there] * many[back]
        between = np.repeat(np.arange(len(there)), size)
        at = np.arange(len(between)) - np.repeat(np.cumsum(size) - size, size)
        one = first[there][between] + at // many[back][between]
        two = first[back][between] + at % many[back][between]
        return Trades(row[one], row[two], between, len(there))
