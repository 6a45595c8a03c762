"""Boundary exchange: units on a border change sides until the groups are balanced, then compact.

Simulated annealing over single moves, the pressure towards balance rising from sweep to sweep. numpy looks at
all border units at once and keeps the few moves that are worth a try; only those are made one by one, each with
a fresh look at loads and connectedness. The best grouping of every part is remembered, so a result is never
worse than its start.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.grouping.chain import chain_pass
from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.scores import Best
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.grouping.swap import swap_pass
from gridmgmt_plugin.core.progress import Progress

# The cost of a squared excess deviation (times the units in a group, because one unit changes a large group less)
# and of border (in borders of a unit), in the first and in the last sweep.
BALANCE_FROM, BALANCE_TO = 5.0, 20_000.0
COMPACT_FROM, COMPACT_TO = 1.3, 13.0
# The annealing aims a little inside the tolerance, so that it need not stand on its edge.
INSIDE = 0.9
LAST_ROUNDS = 10


def exchange(
    problem: Problem, label: np.ndarray, rng: np.random.Generator, sweeps: int, best: Best, progress: Progress
) -> None:
    """Improve the grouping ``label`` (int64 (n,)) and give every state worth keeping to ``best``."""
    best.offer(label)
    state = State(problem, label)
    band = problem.tolerance * INSIDE
    for sweep in range(sweeps):
        progress.report(sweep / sweeps)
        done = sweep / max(sweeps - 1, 1)
        balance = BALANCE_FROM * (BALANCE_TO / BALANCE_FROM) ** done
        compact = COMPACT_FROM * (COMPACT_TO / COMPACT_FROM) ** done
        _sweep(problem, state, rng, balance, compact)
        if done > 0.5:
            swap_pass(problem, state, band)
        best.offer(np.array(state.label))
    for _ in range(LAST_ROUNDS):
        progress.report(1.0)
        if chain_pass(problem, state, band) + swap_pass(problem, state, band) == 0:
            break
        best.offer(np.array(state.label))


def _sweep(problem: Problem, state: State, rng: np.random.Generator, balance: float, compact: float) -> None:
    band = problem.tolerance * INSIDE
    units, groups = _candidates(problem, state, rng, balance, compact, band)
    luck = rng.exponential(size=len(units)).tolist()
    weigh = (balance * problem.group_units).tolist()
    lengthen = (compact / problem.unit_border_m).tolist()
    label, unit_load = state.label, state.unit_load
    for unit, group, chance in zip(units.tolist(), groups.tolist(), luck):
        own = label[unit]
        if own == group:
            continue
        weight = unit_load[unit]
        a0, a1 = abs(state.deviation(own)) - band, abs(state.deviation(own, -weight)) - band
        b0, b1 = abs(state.deviation(group)) - band, abs(state.deviation(group, weight)) - band
        worse = max(a1, 0.0) ** 2 - max(a0, 0.0) ** 2 + max(b1, 0.0) ** 2 - max(b0, 0.0) ** 2
        cost = weigh[group] * worse + lengthen[group] * state.border_gain(unit, group)
        if cost <= chance and state.touches(unit, group) and state.may_leave(unit):
            state.move(unit, group)


def _candidates(
    problem: Problem, state: State, rng: np.random.Generator, balance: float, compact: float, band: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (unit, group) moves that the present loads make worth a try, in random order."""
    graph, k = problem.graph, problem.group_count
    label = np.array(state.label)
    source = np.repeat(np.arange(graph.count), graph.degree())
    length = graph.shared_m[graph.edges]
    own, other = label[source], label[graph.indices]
    crossing = own != other
    inner_m = np.bincount(source[~crossing], weights=length[~crossing], minlength=graph.count)
    keys, where = np.unique(source[crossing] * k + other[crossing], return_inverse=True)
    outer_m = np.bincount(where, weights=length[crossing], minlength=len(keys))
    unit, group = keys // k, keys % k
    own = label[unit]
    deviation = np.array(state.load) / problem.target - 1.0
    weight = problem.load[unit]

    def excess(value: np.ndarray) -> np.ndarray:
        return np.asarray(np.maximum(np.abs(value) - band, 0.0) ** 2)

    worse = excess(deviation[own] - weight / problem.target[own]) - excess(deviation[own])
    worse += excess(deviation[group] + weight / problem.target[group]) - excess(deviation[group])
    cost = balance * problem.group_units[group] * worse
    cost += compact * (inner_m[unit] - outer_m) / problem.unit_border_m[group]
    chosen = np.flatnonzero(cost <= rng.exponential(size=len(cost)))
    chosen = rng.permutation(chosen)
    return unit[chosen], group[chosen]
