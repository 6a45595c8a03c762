"""Balance and short borders by simulated annealing, then what is left outside the tolerance is evened out.

A first grouping of rough loads is heated: units cross borders almost freely, which smooths the borders, while the
pull towards equal loads grows from sweep to sweep. Most of the balance is won while it is still warm; won cold, every
percent would cost frayed borders.
Source: S. Kirkpatrick, C. Gelatt, M. Vecchi, Optimization by simulated annealing, Science 220, 1983.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridmgmt_plugin.core.grouping.chain import chain_pass
from gridmgmt_plugin.core.grouping.exchange import Pull, move_sweep, trade_sweep
from gridmgmt_plugin.core.grouping.frontier import Frontier, Moves
from gridmgmt_plugin.core.grouping.potential import potential
from gridmgmt_plugin.core.grouping.problem import Problem
from gridmgmt_plugin.core.grouping.scores import Best
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.progress import Progress

# Heat in mean borders between two units; press in those per squared mean load of a unit; drift in those per load and
# load that should flow.
HEAT_FROM, HEAT_TO = 0.5, 0.1
PRESS_FROM, PRESS_TO = 0.1, 5.0
DRIFT_FROM, DRIFT_TO = 0.25, 5.0
# Trades look at many pairs: they join in when most of the heat is gone, and only every third time.
TRADES_FROM, TRADES_EVERY = 0.4, 3
# Balancing aims a little inside the tolerance, so that it need not stand on its edge.
INSIDE = 0.95
# Evening out: turns, their heat, and how long without gain.
TURNS, EVEN_HEAT, EVEN_FROM, EVEN_TO, PATIENCE = 200, 0.1, 5.0, 500.0, 60
# States on the way are compared with the best so far: all of a small problem, fewer where comparing takes long.
OFFERS_FROM, OFFERS_UNITS = 0.5, 200


class Annealing:
    """One run from a first grouping ``label`` (int64 (n,)); every state worth keeping is given to ``best``.

    ``is_enough``: when it says so, sweeping ends with what was found.
    ``problem`` is in mean loads and mean borders (:func:`gridmgmt_plugin.core.grouping.problem.scaled`).
    """

    def __init__(
        self,
        problem: Problem,
        label: np.ndarray,
        rng: np.random.Generator,
        best: Best,
        is_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._problem, self._rng, self._best, self._is_enough = problem, rng, best, is_enough
        self._state, self._frontier = State(problem, label), Frontier(problem)
        self._goal: np.ndarray = problem.room_of_group * INSIDE * problem.target
        self._height = np.zeros(problem.group_count)
        self._offer_every = max(len(problem.load) // OFFERS_UNITS, 1)
        self._offer()

    @property
    def balanced(self) -> bool:
        """Tell whether every group is within the tolerance."""
        return bool((np.abs(self._state.surpluses()) <= self._goal + 1e-9).all())

    def cool(self, sweeps: int, progress: Progress, begin: float = 0.0, loose: float = 1.0) -> None:
        """Sweep while the heat falls and the press rises; from half way on the tolerance is granted more and more.

        ``begin``: how much of the way has been made already, 0 … 1. ``loose``: how much less borders count at the
        end.
        """
        for sweep in range(sweeps):
            progress.report(sweep / sweeps)
            if self._is_enough():
                break
            done = begin + (1 - begin) * sweep / max(sweeps - 1, 1)
            with_trades = done >= TRADES_FROM and sweep % TRADES_EVERY == 0
            self._sweep(
                heat=_between(HEAT_FROM, HEAT_TO * loose, done),
                press=_between(PRESS_FROM, PRESS_TO * loose, done),
                drift=_between(DRIFT_FROM, DRIFT_TO * loose, done),
                band=self._goal * max(2 * done - 1, 0.0),
                with_trades=with_trades,
            )
            if done >= OFFERS_FROM and sweep % self._offer_every == 0:
                self._offer()
        self._offer()

    def even_out(self, progress: Progress) -> None:
        """Bring the groups that are still outside the tolerance into it, ever more urgently; others stay."""
        least, since = np.inf, 0
        for turn in range(TURNS):
            progress.report(turn / TURNS)
            beyond = np.maximum(np.abs(self._state.surpluses()) - self._goal, 0.0)
            if beyond.sum() < least - 1e-9:
                least, since = float(beyond.sum()), 0
                self._offer()
            if least <= 1e-9 or since > PATIENCE or self._is_enough():
                break
            since += 1
            press = _between(EVEN_FROM, EVEN_TO, turn / TURNS)
            self._sweep(EVEN_HEAT, press, 0.5 * press, self._goal, with_trades=True, asked=beyond > 0)
            if since % 20 == 0 and turn > TURNS // 2:
                chain_pass(self._problem, self._state, self._problem.room_of_group * INSIDE)
                self._offer()

    def _sweep(
        self,
        heat: float,
        press: float,
        drift: float,
        band: np.ndarray,
        *,
        with_trades: bool,
        asked: np.ndarray | None = None,
    ) -> None:
        state = self._state
        moves = self._moves()
        surplus = state.surpluses()
        beyond = surplus - np.clip(surplus, -band, band)
        self._height = potential(moves, beyond, self._problem.group_part, self._height)
        pull = Pull(heat, press, band, drift * self._height)
        move_sweep(state, moves if asked is None else moves.between(asked), pull, self._rng)
        if with_trades:
            moves = self._moves()
            trade_sweep(state, self._frontier, moves if asked is None else moves.between(asked), pull, self._rng)

    def _moves(self) -> Moves:
        return self._frontier.moves(self._state.labels)

    def _offer(self) -> None:
        self._best.offer(self._state.labels.copy())


def _between(first: float, last: float, done: float) -> float:
    """Return the value at ``done`` (0 … 1) of the way when it grows by the same factor all the way."""
    return float(first * (last / first) ** done)
