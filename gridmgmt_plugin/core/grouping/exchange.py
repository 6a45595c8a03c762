"""Exchange across borders: single units change sides, or two units are traded, where it pays.

numpy looks at all moves and trades of a grouping at once and keeps the few that are worth a try; only those are
made, one by one, each with a fresh look at loads, borders and connectedness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.grouping.frontier import Frontier, Moves
from gridmgmt_plugin.core.grouping.state import State


@dataclass(frozen=True)
class Pull:
    """What counts for the moment. A move is made when it costs less than luck: exponential with mean ``heat``.

    Cost: the growth of the borders (in the graph's lengths), ``press`` times the growth of the squares of the loads
    outside ``band`` (float64 (k,), in loads), and what is carried uphill: load times the difference of ``height``
    (float64 (k,), in borders per load; :mod:`gridmgmt_plugin.core.grouping.potential`).
    """

    heat: float
    press: float
    band: np.ndarray
    height: np.ndarray

    def costs(self, surplus: np.ndarray, giver: np.ndarray, taker: np.ndarray, load: np.ndarray) -> np.ndarray:
        """Return what balance says to ``load`` going from one group to another, for many at once."""
        excess = self._excess(surplus, np.arange(len(surplus)))
        worse = self._excess(surplus[giver] - load, giver) + self._excess(surplus[taker] + load, taker)
        worse -= excess[giver] + excess[taker]
        return np.asarray(self.press * worse + load * (self.height[taker] - self.height[giver]))

    def _excess(self, surplus: np.ndarray, group: np.ndarray) -> np.ndarray:
        beyond = np.maximum(np.abs(surplus) - self.band[group], 0.0)
        return np.asarray(beyond * beyond)


class _Scale:
    """The same as :meth:`Pull.costs` for one move, on plain lists."""

    def __init__(self, state: State, pull: Pull) -> None:
        self._surplus, self._press = state.surplus, pull.press
        self._band: list[float] = pull.band.tolist()
        self._height: list[float] = pull.height.tolist()

    def cost(self, giver: int, taker: int, load: float) -> float:
        """Return what balance says to ``load`` going from ``giver`` to ``taker``."""
        give, take = self._surplus[giver], self._surplus[taker]
        room, space = self._band[giver], self._band[taker]
        # Written out, for this is asked a million times: squares of what is outside the bands, then and now.
        then = now = 0.0
        left = give - load
        if left > room or -left > room:
            then = (abs(left) - room) ** 2
        got = take + load
        if got > space or -got > space:
            then += (abs(got) - space) ** 2
        if give > room or -give > room:
            now = (abs(give) - room) ** 2
        if take > space or -take > space:
            now += (abs(take) - space) ** 2
        return self._press * (then - now) + load * (self._height[taker] - self._height[giver])


class _Known:
    """The prices of moves as they were when a sweep began, which hold until a label beside the unit changes."""

    def __init__(self, state: State) -> None:
        self._neighbours = state.neighbours
        self._stale = bytearray(len(state.label))

    def holds(self, unit: int) -> bool:
        """Tell whether what was computed of the unit is still true."""
        return not self._stale[unit]

    def forget(self, unit: int) -> None:
        """Take note that the unit has changed sides."""
        stale = self._stale
        stale[unit] = 1
        for other in self._neighbours[unit]:
            stale[other] = 1


def move_sweep(state: State, moves: Moves, pull: Pull, rng: np.random.Generator) -> int:
    """Make those of ``moves`` that are worth it, in random order; return how many."""
    load = state.unit_loads
    luck = rng.exponential(size=len(moves.unit)) * pull.heat
    costs = moves.price + pull.costs(state.surpluses(), moves.own, moves.group, load[moves.unit])
    chosen = rng.permutation(np.flatnonzero(costs <= luck))
    label, unit_load, made = state.label, state.unit_load, 0
    cost, known = _Scale(state, pull).cost, _Known(state)
    columns = (column[chosen].tolist() for column in (moves.unit, moves.group, luck, moves.price))
    for unit, taker, chance, known_price in zip(*columns):
        giver = label[unit]
        if giver == taker:
            continue
        price = known_price if known.holds(unit) else state.price(unit, taker)
        if price + cost(giver, taker, unit_load[unit]) <= chance and state.may_leave(unit):
            state.move(unit, taker)
            known.forget(unit)
            made += 1
    return made


def trade_sweep(state: State, frontier: Frontier, moves: Moves, pull: Pull, rng: np.random.Generator) -> int:
    """Trade units of which each could make one of ``moves``, the best first, one trade per group; return how many."""
    trades = frontier.trades(moves)
    load = state.unit_loads
    one, two = moves.unit[trades.one], moves.unit[trades.two]
    gift = load[one] - load[two]
    cost = moves.price[trades.one] + moves.price[trades.two]
    cost += pull.costs(state.surpluses(), moves.own[trades.one], moves.group[trades.one], gift)
    luck = (rng.exponential(size=trades.pairs) * pull.heat)[trades.between]
    chosen = np.flatnonzero(cost <= luck)
    chosen = chosen[np.argsort((cost - luck)[chosen], kind="stable")]
    one, two, luck = one[chosen], two[chosen], luck[chosen]
    # The border between the two stays one: neither price may count it as gone.
    too_dear = cost[chosen] + 2.0 * frontier.border(one, two) > luck
    scale, known, made = _Scale(state, pull), _Known(state), 0
    busy: set[int] = set()
    for first, second, chance, dear in zip(one.tolist(), two.tolist(), luck.tolist(), too_dear.tolist()):
        if dear and known.holds(first) and known.holds(second):
            continue
        pair = state.label[first], state.label[second]
        if busy.isdisjoint(pair) and pair[0] != pair[1] and _trade(state, scale, first, second, chance):
            busy.update(pair)
            known.forget(first)
            known.forget(second)
            made += 1
    return made


def _trade(state: State, scale: _Scale, one: int, two: int, chance: float) -> bool:
    """Trade unit ``one`` for unit ``two`` if it is worth it and tears nothing."""
    giver, taker = state.label[one], state.label[two]
    cost = scale.cost(giver, taker, state.unit_load[one] - state.unit_load[two])
    cost += state.price(one, taker, without=two) + state.price(two, giver, without=one)
    if cost > chance or not state.may_leave(two):
        return False
    state.move(two, giver)
    if state.may_leave(one):
        state.move(one, taker)
        return True
    state.move(two, taker)
    return False
