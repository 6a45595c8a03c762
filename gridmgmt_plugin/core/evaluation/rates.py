"""The rates of places and the cases behind them, and the hours that these took: facts counted and divided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.evaluation.case_facts import CATALOGUE
from gridmgmt_plugin.core.resources import load_json

PERCENT = 100.0


@dataclass(frozen=True)
class Indicator:
    """A rate: the cases of fact ``of`` divided by those of fact ``among``, in percent.

    ``better``: ``high``, ``low`` or ``none`` (a rate that says nothing of good or bad).
    """

    key: str
    of: str
    among: str
    better: str


@dataclass(frozen=True, eq=False)
class PlaceRates:
    """Of n places: ``counts``, int64 (n,) by fact; ``rates``, percent, float64 (n,) by indicator, not-a-number where
    there is no case to divide by: no case is not a rate of 0."""

    counts: Mapping[str, np.ndarray]
    rates: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.counts.values())))


def indicators() -> tuple[Indicator, ...]:
    """Return the rates in the order of the catalogue."""
    return tuple(Indicator(**entry) for entry in load_json(CATALOGUE)["indicators"])


def place_rates(facts: Mapping[str, np.ndarray], place: np.ndarray, place_count: int) -> PlaceRates:
    """Count the facts (bool (c,)) by ``place`` (int64 (c,), negative: in none) and divide them."""
    inside = place >= 0
    counts = {
        name: np.bincount(place[mask & inside], minlength=place_count).astype(np.int64)
        for name, mask in facts.items()
    }
    return PlaceRates(counts, {one.key: _rate(counts[one.of], counts[one.among]) for one in indicators()})


def median_by_place(values: np.ndarray, place: np.ndarray, place_count: int) -> np.ndarray:
    """Return the median of the ``values`` (float64 (c,), not-a-number: left out) of each place, float64 (n,).

    Not-a-number for a place without a value. A median, as one case that lay for a year would decide a mean.
    """
    kept = (place >= 0) & ~np.isnan(values)
    at, value = place[kept], values[kept]
    order = np.lexsort((value, at))
    at, value = at[order], value[order]
    begin = np.searchsorted(at, np.arange(place_count), side="left")
    count = np.searchsorted(at, np.arange(place_count), side="right") - begin
    found = np.full(place_count, np.nan)
    some = count > 0
    low, high = begin[some] + (count[some] - 1) // 2, begin[some] + count[some] // 2
    found[some] = (value[low] + value[high]) / 2.0
    return found


def _rate(of: np.ndarray, among: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(among > 0, of * PERCENT / among, np.nan)


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
