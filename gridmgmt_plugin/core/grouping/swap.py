"""Two neighbouring groups trade one unit each: finer than a move where units are heavy."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.state import State

# Looking at every pair of border units is quadratic; of long borders only the first are tried.
BORDER_LIMIT = 40


def swap_pass(problem: Problem, state: State, band: float) -> int:
    """Trade units for every group whose deviation exceeds ``band``, worst first; return how many trades were made.

    A trade is made only when the larger deviation of the two groups shrinks.
    """
    deviation = np.abs(np.array(state.load) / problem.target - 1.0)
    wanting = np.flatnonzero(deviation > band + 1e-9)
    if len(wanting) == 0:
        return 0
    members = _members(state, wanting)
    order = wanting[np.argsort(-deviation[wanting], kind="stable")].tolist()
    return sum(_trade(state, group, members[group]) for group in order)


def _members(state: State, groups: np.ndarray) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {group: [] for group in groups.tolist()}
    for unit, group in enumerate(state.label):
        if group in members:
            members[group].append(unit)
    return members


def _trade(state: State, group: int, members: list[int]) -> bool:
    """Make the best single trade between ``group`` and a neighbour, if one helps."""
    label, load, target = state.label, state.load, state.target
    ours: dict[int, list[int]] = {}
    theirs: dict[int, list[int]] = {}
    for unit in members:
        if label[unit] != group:
            continue
        for near in state.neighbours[unit]:
            other = label[near]
            if other != group:
                mine = ours.setdefault(other, [])
                if not mine or mine[-1] != unit:
                    mine.append(unit)
                theirs.setdefault(other, []).append(near)
    options = []
    for other, mine in ours.items():
        now = max(abs(state.deviation(group)), abs(state.deviation(other)))
        for unit in mine[:BORDER_LIMIT]:
            for near in list(dict.fromkeys(theirs[other]))[:BORDER_LIMIT]:
                shift = state.unit_load[near] - state.unit_load[unit]
                then = max(
                    abs((load[group] + shift) / target[group] - 1), abs((load[other] - shift) / target[other] - 1)
                )
                if then < now - 1e-9:
                    options.append((then - now, unit, near, other))
    options.sort()
    return any(_try_trade(state, unit, near, group, other) for _, unit, near, other in options[:8])


def _try_trade(state: State, unit: int, near: int, group: int, other: int) -> bool:
    if not (state.touches(unit, other, without=near) and state.may_leave(near)):
        return False
    state.move(near, group)
    if state.may_leave(unit):
        state.move(unit, other)
        return True
    state.move(near, other)
    return False
