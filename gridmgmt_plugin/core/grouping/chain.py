"""Chains: a group with too much hands a unit to its neighbour, that one hands another on, to a group with too little.

Where units weigh about the same, a surplus of one unit cannot be halved between neighbours; it must travel.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.state import State

# Groups on a chain, and chains tried per group and pass.
LONGEST = 40
TRIES = 12


def chain_pass(problem: Problem, state: State, band: np.ndarray | float) -> int:
    """Send units along chains for every group whose deviation exceeds ``band``; return how many chains were made.

    A chain is kept only when the largest deviation of the groups on it shrinks.
    """
    deviation = state.loads / problem.target - 1.0
    wanting = np.flatnonzero(np.abs(deviation) > band + 1e-9)
    if len(wanting) == 0:
        return 0
    members: list[set[int]] = [set() for _ in range(problem.group_count)]
    for unit, group in enumerate(state.label):
        members[group].add(unit)
    order = wanting[np.argsort(-np.abs(deviation[wanting]), kind="stable")].tolist()
    return sum(_relieve(state, members, group) for group in order)


def _relieve(state: State, members: list[set[int]], group: int) -> bool:
    """Find the nearest groups that could take or give a unit and try the chains to them."""
    surplus = state.load[group] - state.target[group]
    limit = abs(state.deviation(group))
    before: dict[int, int] = {group: -1}
    queue, tries = deque([(group, 1)]), 0
    while queue and tries < TRIES:
        at, length = queue.popleft()
        for near in sorted(_neighbour_groups(state, members[at]) - before.keys()):
            before[near] = at
            if abs(state.deviation(near, _unit_size(state, members[near], surplus))) < limit - 1e-9:
                tries += 1
                path = _path(before, near)
                if _try_chain(state, members, path if surplus > 0 else path[::-1], abs(surplus)):
                    return True
            if length < LONGEST:
                queue.append((near, length + 1))
    return False


def _neighbour_groups(state: State, units: set[int]) -> set[int]:
    label = state.label
    return {label[other] for unit in units for other in state.neighbours[unit]}


def _unit_size(state: State, units: set[int], surplus: float) -> float:
    """Return what the group would gain (or lose, below 0) by one mean unit of its own."""
    return float(np.copysign(sum(state.unit_load[unit] for unit in units) / len(units), surplus))


def _path(before: dict[int, int], last: int) -> list[int]:
    path = [last]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    return path[::-1]


def _try_chain(state: State, members: list[set[int]], path: list[int], surplus: float) -> bool:
    """Move one unit along every step of ``path`` (from the giving end), the last step first; undo without gain."""
    worst = max(abs(state.deviation(group)) for group in path)
    done: list[tuple[int, int, int]] = []
    for giver, taker in zip(path[-2::-1], path[:0:-1]):
        unit = _unit_to_hand_on(state, members[giver], taker, surplus)
        if unit < 0:
            break
        _hand(state, members, unit, giver, taker)
        done.append((unit, giver, taker))
    complete = len(done) == len(path) - 1
    if complete and max(abs(state.deviation(group)) for group in path) < worst - 1e-9:
        return True
    for unit, giver, taker in reversed(done):
        _hand(state, members, unit, taker, giver)
    return False


def _unit_to_hand_on(state: State, units: set[int], taker: int, surplus: float) -> int:
    """Return the unit on the border to ``taker`` that is nearest in load to ``surplus`` and may leave, else −1."""
    border = [unit for unit in units if state.touches(unit, taker)]
    border.sort(key=lambda unit: (abs(state.unit_load[unit] - surplus), state.price(unit, taker), unit))
    return next((unit for unit in border if state.may_leave(unit)), -1)


def _hand(state: State, members: list[set[int]], unit: int, giver: int, taker: int) -> None:
    state.move(unit, taker)
    members[giver].discard(unit)
    members[taker].add(unit)
