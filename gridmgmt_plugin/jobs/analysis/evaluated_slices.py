"""Evaluation one slice of time after the other: the figures of each place by day, week, month, quarter or year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.evaluation.case_facts import CaseTimes, case_facts
from gridmgmt_plugin.core.evaluation.rates import indicators, median_by_place, place_rates
from gridmgmt_plugin.core.evaluation.scores import case_score
from gridmgmt_plugin.core.evaluation.working_time import WorkingTime
from gridmgmt_plugin.core.hotspots.slices import cut_slices
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.jobs.analysis.evaluated_places import CasePlaces

COUNTS = ("reported", "filed", "should_close", "closed", "closed_in_time", "open", "overdue", "returned", "reworked")
HOURS = ("handling_hours", "closing_hours")
#: More slices than a year has days are read by nobody.
MOST_SLICES = 366


def series_columns() -> dict[str, type]:
    """Return the columns of a series and their types; days are ISO texts."""
    found: dict[str, type] = dict.fromkeys(("first_day", "last_day", "code", "name"), str)
    found.update(dict.fromkeys(COUNTS, int))
    found.update({one.key: float for one in indicators()})
    return {**found, **dict.fromkeys(HOURS, float), "case_score": float}


def place_series(
    times: CaseTimes,
    time: WorkingTime,
    places: CasePlaces,
    period: tuple[np.datetime64, np.datetime64],
    kind: str,
    month_start: int,
    progress: Progress,
) -> Rows:
    """Return a row for each slice and each place that has a case in it, with :func:`series_columns`, by time.

    :param period: from the first moment up to, not including, the second, datetime64[s]; the last day may have begun.
    :param kind, month_start: see :func:`~gridmgmt_plugin.core.hotspots.slices.cut_slices`.
    :raises InputError: ``evaluation_slices_too_many``, and what that raises.
    """
    first, after = period
    edges = cut_slices(kind, first, after + np.timedelta64(86_399, "s"), month_start).edges
    if len(edges) - 1 > MOST_SLICES:
        raise InputError("evaluation_slices_too_many", count=len(edges) - 1, most=MOST_SLICES)
    parts = []
    for number, (begin, end) in enumerate(zip(edges[:-1], edges[1:])):
        progress.report(number / (len(edges) - 1))
        span = max(begin.astype("datetime64[s]"), first), min(end.astype("datetime64[s]"), after)
        parts.append(_of_slice(times, time, places, *span))
    names = tuple(series_columns())
    columns = {name: np.concatenate([as_column([]), *(part[name] for part in parts)]) for name in names}
    return Rows(columns, np.full(len(columns["code"]), None, dtype=object))


def hours_taken(
    times: CaseTimes, time: WorkingTime, first: np.datetime64, after: np.datetime64
) -> Mapping[str, np.ndarray]:
    """Return hours of working time by column, float64 (c,), NaN for a case that does not count for them."""
    found = {}
    moments = ((times.dispatched, times.handled), (times.filed, times.closed))
    for name, (begin, end) in zip(HOURS, moments):
        hours = time.hours_between(begin, end)
        hours[~((end >= first) & (end < after)) | (hours < 0)] = np.nan
        found[name] = hours
    return found


def _of_slice(
    times: CaseTimes, time: WorkingTime, places: CasePlaces, first: np.datetime64, after: np.datetime64
) -> dict[str, np.ndarray]:
    count = len(places)
    found = place_rates(case_facts(times, first, after), places.place, count)
    some = np.flatnonzero(np.sum([found.counts[name] for name in COUNTS], axis=0))
    made = {name: found.counts[name] for name in COUNTS}
    measured = dict(found.rates)
    for name, hours in hours_taken(times, time, first, after).items():
        measured[name] = median_by_place(hours, places.place, count)
    measured["case_score"] = case_score(found)
    days = {"first_day": first, "last_day": after - np.timedelta64(1, "s")}
    return {
        **{name: as_column([str(day.astype("datetime64[D]"))] * len(some)) for name, day in days.items()},
        **{name: places.rows[name][some] for name in ("code", "name")},
        **{name: as_column(values[some].tolist()) for name, values in made.items()},
        **{name: numbers_or_none(np.round(values[some], 2)) for name, values in measured.items()},
    }
