"""Working time: the hours of working days between two moments, and the moment at which a number of them is over.

Working days are all but weekends and public holidays, and the weekend days worked in exchange (调休). Hours and
holidays are data (``catalogues/working_time.json``); a city has its own hours, and the holidays of a year are
announced in the autumn before. For a year without an announced table weekends alone are free, see
:attr:`WorkingTime.unannounced`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.resources import load_json

CATALOGUE = "catalogues/working_time.json"
# 1970-01-01 was a Thursday.
_THURSDAY = 3
_DAYS_A_WEEK = 7


@dataclass(frozen=True, eq=False)
class WorkingTime:
    """The working time of d days.

    ``first``: the first day, datetime64[D]; ``works``: bool (d,), which days are worked on; ``spans``: int64 (k, 2),
    the seconds after midnight between which a working day is worked, in order and apart; ``before``: int64 (d + 1,),
    the seconds worked before each day; ``unannounced``: the years of the period whose holidays are not known.
    """

    first: np.datetime64
    works: np.ndarray
    spans: np.ndarray
    before: np.ndarray
    unannounced: tuple[int, ...]

    def hours_between(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return the working hours from ``start`` to ``end`` (datetime64[s] (n,)), float64 (n,).

        Not-a-number where either is missing; less than 0 where the end lies before the start. Both must lie within
        the days that this was made for.
        """
        known = ~(np.isnat(start) | np.isnat(end))
        hours = np.full(len(start), np.nan)
        hours[known] = (self._worked_until(end[known]) - self._worked_until(start[known])) / 3600.0
        return hours

    def after(self, start: np.ndarray, hours: np.ndarray) -> np.ndarray:
        """Return the moment at which ``hours`` (float64 (n,), > 0) of work since ``start`` are over, datetime64[s].

        Not-a-time where either is missing, and where the days that this was made for end before.
        """
        found = np.full(len(start), "NaT", dtype="datetime64[s]")
        known = np.flatnonzero(~np.isnat(start) & ~np.isnan(hours))
        target = self._worked_until(start[known]) + np.round(hours[known] * 3600.0).astype(np.int64)
        day = np.searchsorted(self.before, target, side="left") - 1
        inside = (day >= 0) & (day < len(self.works))
        known, target, day = known[inside], target[inside], day[inside]
        rest = target - self.before[day]
        length = self.spans[:, 1] - self.spans[:, 0]
        earlier = np.concatenate([[0], np.cumsum(length)])
        span = np.searchsorted(earlier, rest, side="left") - 1
        second = self.spans[span, 0] + rest - earlier[span]
        found[known] = (self.first + day).astype("datetime64[s]") + second
        return found

    def _worked_until(self, moment: np.ndarray) -> np.ndarray:
        """Return the seconds worked before each moment, int64 (n,)."""
        day = (moment.astype("datetime64[D]") - self.first).astype(np.int64)
        if day.size and (day.min() < 0 or day.max() >= len(self.works)):
            raise ValueError("a moment lies outside the days of this working time")
        second = (moment - moment.astype("datetime64[D]")).astype("timedelta64[s]").astype(np.int64)
        today = np.zeros(len(moment), dtype=np.int64)
        for begin, end in self.spans.tolist():
            today += np.clip(second - begin, 0, end - begin)
        return np.asarray(self.before[day] + np.where(self.works[day], today, 0), dtype=np.int64)


def working_time(
    first: np.datetime64, last: np.datetime64, catalogue: Mapping[str, Any] | None = None
) -> WorkingTime:
    """Return the working time from day ``first`` to day ``last``, both included.

    :param catalogue: hours, weekend and holidays by year as in :data:`CATALOGUE`, which is taken when ``None``.
    """
    table = load_json(CATALOGUE) if catalogue is None else catalogue
    days = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + np.timedelta64(1, "D"))
    weekday = (days.astype(np.int64) + _THURSDAY) % _DAYS_A_WEEK
    works = ~np.isin(weekday, table["weekend"])
    for announced in table["years"].values():
        for begin, end in announced["holidays"]:
            works[(days >= np.datetime64(begin, "D")) & (days <= np.datetime64(end, "D"))] = False
        works[np.isin(days, np.array(announced["workdays"], dtype="datetime64[D]"))] = True
    spans = np.array([[_seconds(begin), _seconds(end)] for begin, end in table["hours"]], dtype=np.int64)
    a_day = int((spans[:, 1] - spans[:, 0]).sum())
    before = np.concatenate([[0], np.cumsum(np.where(works, a_day, 0))]).astype(np.int64)
    years = np.unique(days.astype("datetime64[Y]").astype(np.int64) + 1970).tolist()
    unannounced = tuple(year for year in years if str(year) not in table["years"])
    return WorkingTime(days[0], works, spans, before, unannounced)


def _seconds(clock: str) -> int:
    hour, minute = clock.split(":")
    return (int(hour) * 60 + int(minute)) * 60
