"""What each case proves about a period: was it filed, handled, closed in it, in time, sent back, done again.

The rates of CJ/T 292 and GB/T 30428.4 divide one number of cases by another; each such number is a *fact* here, a
mask over the cases. Whoever shows a rate can show the cases behind it: those of the mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, is_null

CATALOGUE = "statistics/evaluation.json"
CASE_COLUMNS = (
    "status", "source", "reported_at", "filed_at", "dispatched_at", "handled_at", "checked_at", "closed_at", "due_at",
    "returned", "rework", "contacted", "resolved", "satisfied",
)  # fmt: skip
_NOT_FILED = ("accepted", "void")
_NOT_DISPATCHED = ("accepted", "filed", "void")
_LAST_SECOND = 24 * 3600 - 1
_ANSWERS = ("contacted", "resolved", "satisfied")


@dataclass(frozen=True, eq=False)
class CaseTimes:
    """When what became of n cases, datetime64[s] (n,), not-a-time where it has not happened or is not recorded.

    ``filed``: a case whose filing has no time counts as filed when it was reported, if its status says that it was
    filed at all; ``dispatched`` likewise when it was filed; ``handled``: by the time it was checked or closed at the
    latest. ``due``: the limit; of one that is a day without a time, the end of that day. ``rows``: the cases
    themselves, for what is no time.
    """

    reported: np.ndarray
    filed: np.ndarray
    dispatched: np.ndarray
    handled: np.ndarray
    closed: np.ndarray
    due: np.ndarray
    rows: Rows

    def __len__(self) -> int:
        return len(self.reported)


def case_times(cases: Rows) -> CaseTimes:
    """Read the times of cases; ``cases`` holds :data:`CASE_COLUMNS`, of which any may be missing."""
    status = columns.texts(cases, "status").astype(str)
    reported, filed, dispatched, handled, checked, closed, due = (
        moments(cases, name)
        for name in ("reported_at", "filed_at", "dispatched_at", "handled_at", "checked_at", "closed_at", "due_at")
    )
    filed = _else(filed, np.where(np.isin(status, _NOT_FILED), _never(cases), reported))
    dispatched = _else(dispatched, np.where(np.isin(status, _NOT_DISPATCHED), _never(cases), filed))
    handled = _else(_else(handled, checked), closed)
    return CaseTimes(reported, filed, dispatched, handled, closed, _to_the_end_of(due), cases)


def _to_the_end_of(due: np.ndarray) -> np.ndarray:
    """Return limits with those that are days (and so stored as midnight) moved to the last second of the day."""
    is_day = due == due.astype("datetime64[D]").astype("datetime64[s]")
    return np.where(is_day, due + np.timedelta64(_LAST_SECOND, "s"), due)


def moments(rows: Rows, name: str) -> np.ndarray:
    """Return a column of times as datetime64[s] (n,); not-a-time for nothing and for what cannot be read."""
    if name not in rows:
        return _never(rows)
    return np.array(parse_dates(rows[name]).iso, dtype="datetime64[s]")


def case_facts(times: CaseTimes, first: np.datetime64, after: np.datetime64) -> Mapping[str, np.ndarray]:
    """Return what each case proves about the period from ``first`` up to, not including, ``after`` (datetime64[s]).

    bool (n,) by the name of the fact:

    - ``reported``, ``filed``, ``dispatched``: that happened in the period; ``filed_then``: of those reported in it,
      those that were filed by its end;
    - ``should_close``: filed, and due in the period or closed in it; one that is suspended and not closed is none;
      ``closed``: of these by the end of the period; ``closed_in_time``: by their limit; ``should_handle``,
      ``handled_in_time`` likewise for handling; ``…_with_limit``: those that have a limit;
    - ``reworked``, ``returned``: of those that should be closed, of those dispatched, at least once;
    - ``open``: filed and not closed at the end of the period; ``overdue``: of these past their limit;
      ``closed_some_day``: closed by their status without a time: neither open nor counted as closed in any period;
    - ``found``, ``asked``: of the filed with a known source, found by inspectors, reported by the public;
    - ``contacted``, ``resolved``, ``satisfied``: of those reported in the period for which it is known.
    """
    rows = times.rows
    data = load_json(CATALOGUE)
    status = columns.texts(rows, "status").astype(str)
    source = columns.texts(rows, "source").astype(str)
    filed, dispatched = _within(times.filed, first, after), _within(times.dispatched, first, after)
    closed_by_end = times.closed < after
    some_day = (status == "closed") & np.isnat(times.closed)
    suspended = (status == "suspended") & ~closed_by_end
    ever_filed = times.filed < after
    due_now, limited = _within(times.due, first, after), ~np.isnat(times.due)
    left_out = suspended | some_day
    should_close = ever_filed & (due_now | _within(times.closed, first, after)) & ~left_out
    should_handle = (times.dispatched < after) & (due_now | _within(times.handled, first, after)) & ~left_out
    known = filed & (source != "")
    still_open = ever_filed & ~closed_by_end & ~some_day & (status != "void")
    facts = {
        "reported": _within(times.reported, first, after),
        "filed": filed,
        "dispatched": dispatched,
        "should_close": should_close,
        "should_close_with_limit": should_close & limited,
        "closed": should_close & closed_by_end,
        "closed_in_time": should_close & closed_by_end & (times.closed <= times.due),
        "should_handle_with_limit": should_handle & limited,
        "handled_in_time": should_handle & (times.handled < after) & (times.handled <= times.due),
        "reworked": should_close & (columns.numbers(rows, "rework") > 0),
        "returned": dispatched & (columns.numbers(rows, "returned") > 0),
        "open": still_open,
        "closed_some_day": some_day & ever_filed,
        "overdue": still_open & ~suspended & (times.due < after),
        "filed_known_source": known,
        "found": known & np.isin(source, data["found_by"]),
        "asked": known & np.isin(source, data["asked_by"]),
    }
    facts["filed_then"] = facts["reported"] & ever_filed
    for name in _ANSWERS:
        answer = rows[name] if name in rows else np.full(len(rows), None, dtype=object)
        facts[f"{name}_known"] = facts["reported"] & ~is_null(answer)
        facts[name] = facts[f"{name}_known"] & np.array([bool(value) for value in answer], dtype=bool)
    return facts


def _within(moment: np.ndarray, first: np.datetime64, after: np.datetime64) -> np.ndarray:
    return np.asarray((moment >= first) & (moment < after))


def _else(moment: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(np.isnat(moment), other, moment)


def _never(rows: Rows) -> np.ndarray:
    return np.full(len(rows), "NaT", dtype="datetime64[s]")
