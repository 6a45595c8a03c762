"""What a planner may ask of a grouping beside balance: staying with today, seeds, barriers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.errors import InputError

# Below full staying its price grows slowly; at 1 a border of a hundred units is not worth one unit that moves.
_FIRMNESS = 0.02


@dataclass(frozen=True)
class Wishes:
    """``today``: int64 (n,), number of each unit's group today, −1 = none.

    ``stay``: 0 … 1, how much it counts that units stay in it: at 0 not at all, at 1 nothing but balance counts more.
    ``seeds``: different units that shall be in different groups and stay in them. ``barrier``: bool (m,), rows of
    the adjacency's pairs that groups do not reach across.
    ``is_enough``: is asked now and then whether the best grouping so far shall do.
    ``on_best``: is told the best grouping so far now and then, int64 (n,) of arbitrary numbers, in the same thread.
    """

    today: Optional[np.ndarray] = None
    stay: float = 0.0
    seeds: Sequence[int] = ()
    barrier: Optional[np.ndarray] = None
    on_best: Optional[Callable[[np.ndarray], None]] = None
    is_enough: Optional[Callable[[], bool]] = None

    def check(self, units: int, pairs: int) -> None:
        """Refuse what cannot be.

        :raises ValueError: when an array has the wrong length, or a seed stands twice or is no unit.
        :raises InputError: ``grouping_stay_invalid``.
        """
        if not 0 <= self.stay <= 1:
            raise InputError("grouping_stay_invalid", value=100 * self.stay)
        if self.today is not None and len(self.today) != units:
            raise ValueError("today's groups and units differ in number")
        if self.barrier is not None and len(self.barrier) != pairs:
            raise ValueError("barriers and pairs differ in number")
        if len(set(self.seeds)) != len(self.seeds) or any(not 0 <= seed < units for seed in self.seeds):
            raise ValueError("a seed stands twice or is no unit")

    @property
    def price(self) -> float:
        """Return what a unit that leaves its group of today costs, in mean borders between two units."""
        return 0.0 if self.today is None else 2 * self.stay / (1 - self.stay + _FIRMNESS)
