"""How many cases a lane has for its length, and whether that is more than chance: a rate, never a plain count.

A short lane with two cases has a huge rate and proves nothing. So rates are drawn towards that of all lanes the more,
the less length they rest on, and a lane is hot when its count is too high for its length to be chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.hotspots.significance import q_values

#: Rates are cases per this many metres.
PER_M = 100.0
# Terms of a tail below this share of its first one change nothing.
_NOTHING = 1e-16


@dataclass(frozen=True, eq=False)
class CaseRates:
    """Of n lanes, float64 unless said: ``rate`` per 100 m, not-a-number without length; ``smoothed``: drawn towards
    the rate of all; ``p``: that so many or more come by chance; ``q``: the same for so many lanes tested; ``hot``:
    bool; ``rank``: int64 from 1, by the smoothed rate, those alike in it by ``p``, then ``rate``; 0 without one.
    ``overall``: the rate of all lanes together.
    """

    rate: np.ndarray
    smoothed: np.ndarray
    p: np.ndarray
    q: np.ndarray
    hot: np.ndarray
    rank: np.ndarray
    overall: float


def case_rates(count: np.ndarray, length_m: np.ndarray, hot_q: float) -> CaseRates:
    """Return the rates of lanes.

    Smoothing is the global empirical Bayes estimator (R. Marshall, Mapping disease and mortality rates using
    empirical Bayes estimators, Applied Statistics 40, 1991); chance is a Poisson count with the rate of all lanes,
    corrected by the false discovery rate (Benjamini and Hochberg 1995).

    :param count: int (n,). :param length_m: float (n,), metres; nothing or 0 takes no part.
    :param hot_q: a lane is hot when ``q`` is at most this and its rate above that of all.
    """
    cases = np.asarray(count, dtype=np.float64)
    size = np.asarray(length_m, dtype=np.float64) / PER_M
    known = np.isfinite(size) & (size > 0)
    rate, smoothed, p = (np.full(len(cases), np.nan) for _ in range(3))
    rank = np.zeros(len(cases), dtype=np.int64)
    if not known.any():
        return CaseRates(rate, smoothed, p, p.copy(), np.zeros(len(cases), dtype=bool), rank, float("nan"))
    mine, sizes = cases[known], size[known]
    overall = float(mine.sum() / sizes.sum())
    rate[known] = mine / sizes
    smoothed[known] = _smoothed(rate[known], sizes, overall)
    p[known] = [poisson_tail(int(k), overall * s) for k, s in zip(mine.tolist(), sizes.tolist())]
    q = q_values(p)
    by_rate, by_chance = -np.nan_to_num(rate, nan=-1.0), np.nan_to_num(p, nan=2.0)
    order = np.lexsort((by_rate, by_chance, -np.nan_to_num(smoothed, nan=-1.0)))
    ranked = order[known[order]]
    rank[ranked] = np.arange(1, len(ranked) + 1)
    with np.errstate(invalid="ignore"):
        hot = known & (q <= hot_q) & (rate > overall)
    return CaseRates(rate, smoothed, p, q, np.asarray(hot, dtype=bool), rank, overall)


def _smoothed(rate: np.ndarray, size: np.ndarray, overall: float) -> np.ndarray:
    spread = float((size * (rate - overall) ** 2).sum() / size.sum() - overall / size.mean())
    if spread <= 0.0:  # lanes differ no more than chance makes them
        return np.full(len(rate), overall)
    weight = spread / (spread + overall / size)
    return np.asarray(weight * rate + (1.0 - weight) * overall)


def poisson_tail(k: int, mean: float) -> float:
    """Return the probability that a Poisson count with this mean (≥ 0) is ``k`` or more."""
    if k <= 0:
        return 1.0
    if mean <= 0.0:
        return 0.0
    if k <= mean:  # the shorter sum is below
        return max(0.0, 1.0 - math.fsum(_mass(i, mean) for i in range(k)))
    total, term, i = 0.0, _mass(k, mean), k
    first = term
    while term > first * _NOTHING and term > 0.0:
        total += term
        i += 1
        term *= mean / i
    return min(total, 1.0)


def _mass(i: int, mean: float) -> float:
    return math.exp(i * math.log(mean) - mean - math.lgamma(i + 1))
