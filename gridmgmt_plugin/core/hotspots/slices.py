"""A period cut into whole weeks, months or quarters, and the cases counted per place and slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json

SLICES = ("week", "month", "quarter")
#: What a period can be cut into without leaving anything of it out.
CUTS = ("day", *SLICES, "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# Day 0 of the calendar, 1970-01-01, is a Thursday; weeks begin on Monday.
_MONDAY = 4
_DAYS_A_WEEK = 7
_NAMED_LATER_FROM = 15


@dataclass(frozen=True)
class TimeSlices:
    """t slices one after the other. ``edges``: datetime64[D] (t + 1,), the first day of each and the day after the
    last."""

    kind: str
    edges: np.ndarray

    def __len__(self) -> int:
        return len(self.edges) - 1

    def of(self, moment: np.ndarray) -> np.ndarray:
        """Return the slice of each moment (datetime64, not NaT), int64; −1 before the first or after the last."""
        found: np.ndarray = np.searchsorted(self.edges, moment.astype("datetime64[D]"), side="right") - 1
        found[found >= len(self)] = -1
        return found


def time_slices(kind: str, first: np.datetime64, after: np.datetime64, month_start: int = 1) -> TimeSlices:
    """Return the slices that the period from day ``first`` up to, not including, day ``after`` covers.

    A slice at either end of which the period covers less than ``trend.least_cover`` is left out: half a month beside
    whole ones would look like a fall.

    :param kind: week (from Monday), month or quarter. :param month_start: the day of the month, 1 to 28, on which a
        month of assessment begins; quarters keep to these months (from 26 December to 25 March is the first).
    :raises InputError: ``hotspot_slice_unknown``, ``hotspot_month_start_unknown``.
    """
    if kind not in SLICES:
        raise InputError("hotspot_slice_unknown", value=kind, known=", ".join(SLICES))
    if not 1 <= month_start <= 28:
        raise InputError("hotspot_month_start_unknown", value=month_start)
    begin, end = first.astype("datetime64[D]"), after.astype("datetime64[D]")
    edges = _weeks(begin, end) if kind == "week" else _months(begin, end, _MONTHS[kind], month_start)
    least = float(load_json("statistics/hotspots.json")["trend"]["least_cover"])
    from_day, to_day = np.maximum(edges[:-1], begin), np.minimum(edges[1:], end)
    covered = (to_day - from_day).astype(np.int64) >= least * (edges[1:] - edges[:-1]).astype(np.int64)
    whole = np.flatnonzero(covered)
    kept = edges[whole[0] : whole[-1] + 2] if len(whole) else edges[:1]
    return TimeSlices(kind, kept)


def cut_slices(kind: str, first: np.datetime64, after: np.datetime64, month_start: int = 1) -> TimeSlices:
    """Return all slices of the period from day ``first`` up to, not including, day ``after``; the first and the last
    reach no further than the period.

    :param kind: of :data:`CUTS`. :param month_start: see :func:`time_slices`.
    :raises InputError: ``hotspot_slice_unknown``, ``hotspot_month_start_unknown``.
    """
    if kind not in CUTS:
        raise InputError("hotspot_slice_unknown", value=kind, known=", ".join(CUTS))
    if not 1 <= month_start <= 28:
        raise InputError("hotspot_month_start_unknown", value=month_start)
    begin, end = first.astype("datetime64[D]"), after.astype("datetime64[D]")
    if kind == "day":
        inner: np.ndarray = np.arange(begin, end)
    elif kind == "week":
        inner = _weeks(begin, end)
    else:
        inner = _months(begin, end, _MONTHS[kind], month_start)
    inner = inner[(inner > begin) & (inner < end)]
    return TimeSlices(kind, np.concatenate([[begin], inner, [end]]) if end > begin else np.array([begin]))


def sliced_counts(
    place: np.ndarray, slice_number: np.ndarray, place_count: int, slices: int, times: np.ndarray | None = None
) -> np.ndarray:
    """Return the cases per place and slice, int64 (place_count, slices).

    ``place``, ``slice_number``: int (c,), of each case; negative = in none, not counted. ``times``: int (c,), how
    many cases each stands for.
    """
    inside = (place >= 0) & (slice_number >= 0)
    cell = place[inside] * slices + slice_number[inside]
    weights = None if times is None else times[inside]
    counts = np.bincount(cell, weights=weights, minlength=place_count * slices)
    return counts.astype(np.int64).reshape(place_count, slices)


def _weeks(begin: np.datetime64, end: np.datetime64) -> np.ndarray:
    day, last = int(begin.astype(np.int64)), int(end.astype(np.int64))
    monday = day - (day - _MONDAY) % _DAYS_A_WEEK
    return np.arange(monday, last + _DAYS_A_WEEK, _DAYS_A_WEEK).astype("datetime64[D]")


def _months(begin: np.datetime64, end: np.datetime64, months: int, month_start: int) -> np.ndarray:
    shift = np.timedelta64(month_start - 1, "D")
    first = int((begin - shift).astype("datetime64[M]").astype(np.int64))
    last = int((end - shift).astype("datetime64[M]").astype(np.int64))
    # A month that begins late in the month before is called after the one in which most of it lies.
    named_later = int(month_start > _NAMED_LATER_FROM)
    numbers = np.arange(first - (first + named_later) % months, last + 2 * months, months)
    return np.asarray(numbers.astype("datetime64[M]").astype("datetime64[D]") + shift)
