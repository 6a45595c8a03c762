"""How many of the chosen cases there are by place, word, class, day and hour of the week; how old open ones are."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import CaseArrays
from gridmgmt_plugin.core.casefigures.choice import Chosen
from gridmgmt_plugin.core.hotspots.counts import UnitCounts, count_cases

#: Ages of open cases that are told apart: up to so many days.
AGES = (1, 3, 7, 30)
_DAYS, _HOURS = 7, 24
_CLOSED = "closed"
_SECONDS_OF_DAY = 86_400
# 1970-01-01, from which datetime64 counts, was a Thursday.
_WEEKDAY_OF_EPOCH = 3


def by_place(chosen: Chosen, place: np.ndarray, count: int) -> UnitCounts:
    """Return how many cases lie in each of ``count`` places; ``place``: int (n,) of all cases, −1 for none."""
    return count_cases(place[chosen.at], count)


def by_word(cases: CaseArrays, chosen: Chosen, column: str) -> dict[str, int]:
    """Return how many cases have each word of a column, the most frequent first; words without cases stay away."""
    words = cases.columns[column]
    number = words.number[chosen.at]
    counts = np.bincount(number[number >= 0], minlength=len(words.words))
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda at: (-counts[at], words.words[at]))
    return {words.words[at]: int(counts[at]) for at in order}


def by_class(cases: CaseArrays, chosen: Chosen) -> dict[tuple[str, str], int]:
    """Return how many cases have each kind and class, the most frequent first: both kinds number their classes from
    the same codes. Cases without a class stay away.
    """
    kinds, classes = cases.columns["kind"], cases.columns["class_code"]
    kind, number = kinds.number[chosen.at].astype(np.int64), classes.number[chosen.at]
    both = (kind + 1) * len(classes.words) + number
    found, counts = np.unique(both[number >= 0], return_counts=True)
    words = ("", *kinds.words)
    pairs = [(words[at // len(classes.words)], classes.words[at % len(classes.words)]) for at in found.tolist()]
    return dict(sorted(zip(pairs, counts.tolist()), key=lambda entry: (-entry[1], entry[0])))


def over_time(cases: CaseArrays, chosen: Chosen, unit: Literal["D", "M", "h"]) -> tuple[np.ndarray, np.ndarray]:
    """Return days, months or hours (datetime64, none left out from first to last) and the cases of each, int64."""
    at = chosen.at[: np.searchsorted(chosen.at, cases.dated)]
    if not len(at):
        return np.zeros(0, dtype=f"datetime64[{unit}]"), np.zeros(0, dtype=np.int64)
    moments = cases.reported[at]  # in their order, as cases are
    first, last = moments[0].astype(f"datetime64[{unit}]"), moments[-1].astype(f"datetime64[{unit}]")
    edges = first + np.arange(int((last - first).astype(np.int64)) + 2)
    return edges[:-1], np.diff(np.searchsorted(moments, edges.astype("datetime64[s]"))).astype(np.int64)


def by_hour_of_week(cases: CaseArrays, chosen: Chosen) -> np.ndarray:
    """Return how many cases were reported in each hour of each weekday, int64 (7, 24), Monday first."""
    hours, counts = over_time(cases, chosen, "h")
    since = hours.astype(np.int64)
    weekday = (since // _HOURS + _WEEKDAY_OF_EPOCH) % _DAYS
    table = np.zeros(_DAYS * _HOURS, dtype=np.int64)
    np.add.at(table, weekday * _HOURS + since % _HOURS, counts)
    return table.reshape(_DAYS, _HOURS)


def days_open(cases: CaseArrays, chosen: Chosen, now: np.datetime64) -> np.ndarray:
    """Return for how many whole days each chosen case that is not closed by ``now`` has been open, int64, oldest
    first; cases reported after ``now`` are not open yet, those closed by their status without a time not any more.
    """
    reported, closed = cases.reported[chosen.at], cases.closed[chosen.at]
    moment = now.astype("datetime64[s]")
    status = cases.columns["status"]
    some_day = status.which(word == _CLOSED for word in status.words)[chosen.at] & np.isnat(closed)
    still = ~np.isnat(reported) & (reported <= moment) & (np.isnat(closed) | (closed > moment)) & ~some_day
    return np.asarray((moment - reported[still]).astype(np.int64) // _SECONDS_OF_DAY)


def by_age(days: np.ndarray) -> tuple[int, ...]:
    """Return how many open cases are of each age: up to each of :data:`AGES`, and above the last.

    :param days: whole days for which each has been open, int64, see :func:`days_open`: one that has been open for a
        whole day is in its second.
    """
    return tuple(np.bincount(np.searchsorted(AGES, days, side="right"), minlength=len(AGES) + 1).tolist())
