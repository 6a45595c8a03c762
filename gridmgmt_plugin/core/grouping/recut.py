"""Small groups cut anew: a few neighbouring groups of a few units each are taken together and every way to cut their
ground is looked at.

Where a group has four units, moves and trades of single units run out long before the ways to cut do: of twelve units
in three groups there are thousands of divisions, of which those that balance are seldom a step away.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.state import State

#: Groups taken together have no more units than this: all 2ⁿ sets of them are looked at.
MOST_UNITS = 14
# Pairs are tried before threes; so many sets of groups around one at most.
_MOST_TRIES = 60
_PAIRS_AT_ONCE = 4_000_000


def recut_pass(problem: Problem, state: State) -> int:
    """Cut groups outside the tolerance anew, each with one or two of its neighbours; return how many cuts were made.

    A cut is made when all its groups are within the tolerance, hang together and keep the unit that each must keep;
    of several that with the shortest borders (where staying counts, with the units that stay).
    """
    room = problem.room_of_group
    deviation = np.abs(state.loads / problem.target - 1.0)
    wanting = np.flatnonzero(deviation > room + 1e-9)
    order = wanting[np.argsort(-deviation[wanting], kind="stable")].tolist()
    members: list[set[int]] = [set() for _ in range(problem.group_count)]
    for unit, group in enumerate(state.label):
        members[group].add(unit)
    limits = room.tolist()
    return sum(
        _relieve(state, members, limits, group)
        for group in order
        if abs(state.deviation(group)) > limits[group] + 1e-9
    )


def _relieve(state: State, members: list[set[int]], limits: list[float], group: int) -> bool:
    for groups in _sets_around(state, members, group):
        if sum(len(members[one]) for one in groups) > MOST_UNITS:
            continue
        found = _best_cut(state, members, limits, groups)
        if found is None:
            continue
        for unit, new in found.items():
            old = state.label[unit]
            if old != new:
                state.move(unit, new)
                members[old].discard(unit)
                members[new].add(unit)
        return True
    return False


def _sets_around(state: State, members: list[set[int]], group: int) -> list[tuple[int, ...]]:
    """Return the group with one neighbour, then with two that hang together with it, the smallest first."""

    def beside(one: int) -> set[int]:
        return {state.label[other] for unit in members[one] for other in state.neighbours[unit]} - {one}

    near = sorted(beside(group), key=lambda one: (len(members[one]), one))
    pairs = [(group, one) for one in near]
    threes = {(group, *sorted(two)) for two in combinations(near, 2)}
    threes |= {(group, *sorted((one, far))) for one in near for far in beside(one) - {group}}
    by_size = sorted(threes, key=lambda three: (sum(len(members[one]) for one in three), three))
    return [*pairs, *by_size[: _MOST_TRIES - len(pairs)]]


def _best_cut(
    state: State, members: list[set[int]], limits: list[float], groups: tuple[int, ...]
) -> dict[int, int] | None:
    """Return unit → group of the best cut of a few groups, ``None`` where none is within the tolerance."""
    units = sorted(set().union(*(members[group] for group in groups)))
    place = {unit: at for at, unit in enumerate(units)}
    load = np.array([state.unit_load[unit] for unit in units])
    masks = np.arange(1 << len(units), dtype=np.int64)
    bits = (masks[:, None] >> np.arange(len(units))) & 1
    loads = bits @ load
    near = [0] * len(units)
    for unit in units:
        for other in state.neighbours[unit]:
            if other in place:
                near[place[unit]] |= 1 << place[other]
    fitting = []
    for group in groups:
        fits = np.abs(loads / state.target[group] - 1.0) <= limits[group] + 1e-9
        for at, unit in enumerate(units):
            if state.held[unit]:
                fits &= (bits[:, at] == 1) == (state.label[unit] == group)
        some = masks[fits]
        fitting.append(some[_hang_together(some, near)])
    if any(len(some) == 0 for some in fitting):
        return None
    cuts = _cuts(fitting, (1 << len(units)) - 1)
    if len(cuts) == 0:
        return None
    costs = np.array([_cost(state, units, place, groups, cut) for cut in cuts.tolist()])
    cut = cuts[int(np.argmin(costs))].tolist()
    return {unit: group for group, mask in zip(groups, cut) for at, unit in enumerate(units) if mask >> at & 1}


def _cuts(fitting: list[np.ndarray], whole: int) -> np.ndarray:
    """Return every choice of one set per group that shares out the whole: int64 (m, 2) or (m, 3)."""
    first, last = fitting[0], fitting[-1]
    known = np.zeros(whole + 1, dtype=bool)
    known[last] = True
    if len(fitting) == 2:
        some = first[known[whole ^ first]]
        return np.column_stack([some, whole ^ some])
    if len(first) * len(fitting[1]) > _PAIRS_AT_ONCE:
        return np.zeros((0, 3), dtype=np.int64)
    one, two = (side.ravel() for side in np.meshgrid(first, fitting[1], indexing="ij"))
    good = (one & two) == 0
    one, two = one[good], two[good]
    rest = whole ^ one ^ two
    good = known[rest]
    return np.column_stack([one[good], two[good], rest[good]])


def _hang_together(masks: np.ndarray, near: list[int]) -> np.ndarray:
    """Tell which sets of units (bits) hang together, by their neighbours (bits): bool of n."""
    reached = masks & -masks
    while True:
        grown = reached.copy()
        for at, others in enumerate(near):
            grown |= np.where(reached >> at & 1 == 1, others, 0)
        grown &= masks
        if np.array_equal(grown, reached):
            return np.asarray((reached == masks) & (masks != 0))
        reached = grown


def _cost(state: State, units: list[int], place: dict[int, int], groups: tuple[int, ...], cut: list[int]) -> float:
    """Return the length of the borders between the groups, with what it costs that units leave today's."""
    group_of = {at: group for group, mask in zip(groups, cut) for at in range(len(units)) if mask >> at & 1}
    cost = 0.0
    for at, unit in enumerate(units):
        for other, length in zip(state.neighbours[unit], state.borders[unit]):
            if other in place and place[other] > at and group_of[place[other]] != group_of[at]:
                cost += length
        if state.home[unit] >= 0 and state.home[unit] != group_of[at]:
            cost += state.stay
    return cost
