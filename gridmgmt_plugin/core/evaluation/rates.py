"""The rates of places, and the hours that their cases took: facts about cases counted and divided."""

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
