"""Which cases a figure of an evaluation counts, so that whoever reads one can look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.evaluation.rates import indicators


@dataclass(frozen=True, eq=False)
class CasesBehind:
    """``facts``: bool (c,) by fact, see :func:`.case_facts.case_facts`, and by the columns of hours the cases whose
    hours are known; ``place``: int64 (c,), the row of each case among the places, −1 for none; ``fid``: int64 (c,).
    """

    facts: Mapping[str, np.ndarray]
    place: np.ndarray
    fid: np.ndarray

    def of(self, place: int, column: str) -> np.ndarray:
        """Return the row numbers of the cases that a figure of a place counts, int64, in the order of the table: of a
        rate those that it divides; none for a column that counts no cases.
        """
        return self._those(place, self._fact(column))

    def among(self, place: int, column: str) -> np.ndarray:
        """Return the row numbers of the cases by which a rate is divided, int64; of other figures those it counts."""
        rate = next((one for one in indicators() if one.key == column), None)
        return self.of(place, column) if rate is None else self._those(place, rate.among)

    def _fact(self, column: str) -> str:
        return next((one.of for one in indicators() if one.key == column), column)

    def _those(self, place: int, fact: str) -> np.ndarray:
        mask = self.facts.get(fact)
        return self.fid[:0] if mask is None else self.fid[mask & (self.place == place)]
