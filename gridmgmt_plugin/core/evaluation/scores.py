"""Scores, grades and ranks: weighted rates, panel scores beside them, and how hard a place is to keep.

No standard fixes the weights; they are data (``statistics/evaluation.json``), and what a score is made of stands
beside it. A place with too few cases, or of which too little is known, has no score: it is not ranked last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.evaluation.case_facts import CATALOGUE
from gridmgmt_plugin.core.evaluation.rates import PERCENT, PlaceRates, indicators
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column


@dataclass(frozen=True, eq=False)
class PanelScore:
    """One score that a panel, a monthly check or a vote gave: of place number ``place``, ``score`` of ``full`` marks,
    with a ``weight`` among the other indicators."""

    place: int
    indicator: str
    score: float
    full: float
    weight: float


def case_score(found: PlaceRates, weights: Mapping[str, float] | None = None) -> np.ndarray:
    """Return the score of each place from its rates, 0 to 100, float64 (n,).

    A rate of which less is better counts as 100 minus itself. Rates that are not known do not count, and their weight
    is shared by the others; not-a-number where less than ``least_weight`` of all weight is known, or the place has
    less than ``least_cases`` cases that should be closed.

    :param weights: indicator → weight; those of the catalogue when ``None``.
    """
    data = load_json(CATALOGUE)
    chosen = data["weights"] if weights is None else weights
    total, known = np.zeros(len(found)), np.zeros(len(found))
    for one in indicators():
        if one.better == "none":
            continue
        weight = float(chosen.get(one.key, 0.0))
        rate = found.rates[one.key]
        good = rate if one.better == "high" else PERCENT - rate
        there = ~np.isnan(rate)
        total += np.where(there, weight * np.where(there, good, 0.0), 0.0)
        known += np.where(there, weight, 0.0)
    enough = known >= float(data["least_weight"]) * sum(chosen.values())
    enough &= (found.counts["should_close"] >= int(data["least_cases"])) & (known > 0)
    return np.where(enough, total / np.where(known > 0, known, 1.0), np.nan)


def panel_score(scores: tuple[PanelScore, ...], place_count: int) -> np.ndarray:
    """Return the weighted share of full marks of each place, 0 to 100, float64 (n,); not-a-number without any."""
    total, weight = np.zeros(place_count), np.zeros(place_count)
    for one in scores:
        total[one.place] += one.weight * one.score / one.full
        weight[one.place] += one.weight
    return np.where(weight > 0, total * PERCENT / np.where(weight > 0, weight, 1.0), np.nan)


def weakest_indicator(scores: tuple[PanelScore, ...], place_count: int) -> np.ndarray:
    """Return the indicator by which each place lost most of its panel score, the first of several: object (n,).

    ``None`` for a place that lost nothing by an indicator with a name.
    """
    lost: list[dict[str, float]] = [{} for _ in range(place_count)]
    for one in scores:
        if one.indicator and one.score < one.full:
            mine = lost[one.place]
            mine[one.indicator] = mine.get(one.indicator, 0.0) + one.weight * (1.0 - one.score / one.full)
    return as_column(max(mine, key=mine.__getitem__) if any(mine.values()) else None for mine in lost)


def difficulty(population: np.ndarray, registered: np.ndarray, strength: float) -> np.ndarray:
    """Return by how much the score of each place is raised because it is hard to keep, float64 (n,), 1 = not at all.

    Where more people live who are not registered there, there is more coming and going: 1 + ``strength`` × (share of
    the not registered − that of all places), never below 1 − ``strength``. 1 where the population is not known.
    """
    known = (population > 0) & (registered >= 0) & (registered <= population)
    share = np.where(known, 1.0 - registered / np.where(known, population, 1.0), np.nan)
    everybody = population[known].sum()
    overall = 1.0 - registered[known].sum() / everybody if everybody else 0.0
    return np.asarray(np.where(known, 1.0 + strength * (np.where(known, share, 0.0) - overall), 1.0))


def joined_score(cases: np.ndarray, panel: np.ndarray, panel_share: float, factor: np.ndarray) -> np.ndarray:
    """Return the score of cases and panel together, times the factor, at most 100, float64 (n,).

    ``panel_share``: how much the panel weighs, 0 to 1. Where there are panel scores at all, a place that lacks one of
    the two has no joined score.
    """
    if panel_share == 0 or np.isnan(panel).all():
        together = cases
    else:
        together = (1.0 - panel_share) * cases + panel_share * panel if panel_share < 1.0 else panel
    return np.asarray(np.minimum(together * factor, PERCENT))


def ranks(score: np.ndarray) -> np.ndarray:
    """Return the rank of each score, 1 for the highest, equal scores alike, int64 (n,); 0 where there is none.

    Scores that read the same with two decimals are equal.
    """
    found = np.zeros(len(score), dtype=np.int64)
    known = ~np.isnan(score)
    shown = np.round(score[known], 2)
    found[known] = len(shown) - np.searchsorted(np.sort(shown), shown, side="right") + 1
    return found


def grades(score: np.ndarray) -> np.ndarray:
    """Return the grade of each score, A to E, as an object array; ``None`` where there is no score."""
    found = np.full(len(score), None, dtype=object)
    for entry in reversed(load_json(CATALOGUE)["grades"]):
        found[score >= float(entry["at_least"])] = entry["grade"]
    return found
