"""How many of the chosen cases there are by place, word, day and hour of the week, and how old the open ones are."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import CaseArrays
from gridmgmt_plugin.core.casefigures.choice import Chosen
from gridmgmt_plugin.core.hotspots.counts import UnitCounts, count_cases

_DAYS, _HOURS = 7, 24
_CLOSED = "closed"
_SECONDS_OF_HOUR, _SECONDS_OF_DAY = 3_600, 86_400
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


def by_day(cases: CaseArrays, chosen: Chosen) -> tuple[np.ndarray, np.ndarray]:
    """Return days (datetime64[D], without gaps from the first to the last) and how many cases each has, int64."""
    moments = cases.reported[chosen.at]
    days = moments[~np.isnat(moments)].astype("datetime64[D]")
    if not len(days):
        return days, np.zeros(0, dtype=np.int64)
    first = days.min()
    counts = np.bincount((days - first).astype(np.int64))
    return first + np.arange(len(counts)), counts.astype(np.int64)


def by_hour_of_week(cases: CaseArrays, chosen: Chosen) -> np.ndarray:
    """Return how many cases were reported in each hour of each weekday, int64 (7, 24), Monday first."""
    moments = cases.reported[chosen.at]
    seconds = moments[~np.isnat(moments)].astype(np.int64)
    weekday = (seconds // _SECONDS_OF_DAY + _WEEKDAY_OF_EPOCH) % _DAYS
    hour = seconds % _SECONDS_OF_DAY // _SECONDS_OF_HOUR
    return np.bincount(weekday * _HOURS + hour, minlength=_DAYS * _HOURS).reshape(_DAYS, _HOURS)


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
