"""Is it more than chance that cases of one place come so close in time? The space-time permutation scan statistic.

Source: M. Kulldorff, R. Heffernan, J. Hartman, R. Assunção and F. Mostashari, A space-time permutation scan statistic
for disease outbreak detection, PLoS Medicine 2 (2005) e59. Cylinders stand on the places given; each class is looked
at by itself, so that a season or a campaign of a class is no cluster; the largest statistic of all classes and places
in a permutation is what the others are compared with.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.progress import Progress


def scan_p(
    place: np.ndarray,
    group: np.ndarray,
    day: np.ndarray,
    days: int,
    permutations: int,
    seed: int,
    progress: Progress | None = None,
) -> np.ndarray:
    """Return for each place how often chance makes a cluster like its strongest one anywhere, float64 (p,).

    ``place``: int (c,), 0 … p − 1; ``group``: int (c,), 0 …, the class, one for all cases of a place; ``day``: int
    (c,). A cluster is a place in a window of at most ``days`` days. p is (1 + how many permutations of the days among
    the cases of a class hold a stronger or equally strong cluster) / (1 + ``permutations``); 1 for a place without
    two cases within a window, or with no more of them than its class had on the whole.
    """
    progress = progress or Progress()
    scan = SpaceTimeScan(place, group, day, days)
    observed = scan.strongest(day)
    chance = np.random.default_rng(seed)
    at_least = np.ones(len(observed))
    for number in range(permutations):
        top = scan.strongest(scan.shuffled(day, chance)).max(initial=0.0)
        at_least += top >= observed
        progress.report((number + 1) / permutations)
    return np.where(observed > 0, at_least / (1.0 + permutations), 1.0)


class SpaceTimeScan:
    """Places and classes of cases, and how many cases a class has up to each day: the same in every permutation.

    Arrays as for :func:`scan_p`.
    """

    def __init__(self, place: np.ndarray, group: np.ndarray, day: np.ndarray, days: int) -> None:
        self._days = days
        self._place_count = int(place.max(initial=-1)) + 1
        cases = np.bincount(place, minlength=self._place_count)
        self._cases = cases.astype(np.float64)
        self._group_of_place = np.zeros(self._place_count, dtype=np.int64)
        self._group_of_place[place] = group
        self._by_group = np.argsort(group, kind="stable")
        self._group_sorted = group[self._by_group]
        self._crowded = cases[place] > 1
        self._place = place[self._crowded]
        self._first = int(day.min(initial=0))
        length = int(day.max(initial=0)) - self._first + 1
        groups = int(group.max(initial=-1)) + 1
        per_day = np.bincount(group * length + day - self._first, minlength=groups * length).reshape(groups, length)
        self._until = np.concatenate([np.zeros((groups, 1), dtype=np.int64), np.cumsum(per_day, axis=1)], axis=1)
        self._length = length

    def shuffled(self, day: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """Return the days dealt anew among the cases of each class."""
        dealt = np.empty_like(day)
        mixed = np.lexsort((chance.random(len(day)), self._group_sorted))
        dealt[self._by_group] = day[self._by_group[mixed]]
        return dealt

    def strongest(self, day: np.ndarray) -> np.ndarray:
        """Return each place's largest log likelihood ratio over its windows, float64 (p,); 0 without a cluster."""
        key, count = np.unique(self._place * self._length + (day[self._crowded] - self._first), return_counts=True)
        at, when = key // self._length, key % self._length
        before = np.cumsum(count) - count
        best = np.zeros(self._place_count)
        last: np.ndarray = np.arange(len(key))
        first = last.copy()
        while len(first):
            self._weigh(best, at[first], when[first], when[last], before[last] + count[last] - before[first])
            first = first - 1
            goes_on = first >= 0
            goes_on &= at[first] == at[last]
            goes_on &= when[last] - when[first] < self._days
            first, last = first[goes_on], last[goes_on]
        return best

    def _weigh(self, best: np.ndarray, at: np.ndarray, begin: np.ndarray, end: np.ndarray, cases: np.ndarray) -> None:
        group = self._group_of_place[at]
        total = self._until[group, -1].astype(np.float64)
        in_window = self._until[group, end + 1] - self._until[group, begin]
        expected = self._cases[at] * in_window / total
        c = cases.astype(np.float64)
        rest, rest_expected = total - c, total - expected
        with np.errstate(divide="ignore", invalid="ignore"):
            outside = np.where(rest > 0, rest * np.log(rest / rest_expected), 0.0)
            ratio = np.where((c > expected) & (c > 1), c * np.log(c / expected) + outside, 0.0)
        np.maximum.at(best, at, ratio)
