"""What each case proves about a period: was it filed, handled, closed in it, in time, sent back, done again.

The rates of CJ/T 292 and GB/T 30428.4 divide one number of cases by another; each such number is a *fact* here, a
mask over the cases. Whoever shows a rate can show the cases behind it: those of the mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.dates import moments_of
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

    @cached_property
    def said(self) -> _Said:
        """Return what is asked of the cases for every period alike."""
        return _Said(
            columns.texts(self.rows, "status").astype(str),
            columns.texts(self.rows, "source").astype(str),
            columns.numbers(self.rows, "rework") > 0,
            columns.numbers(self.rows, "returned") > 0,
            {name: _answer(self.rows, name) for name in _ANSWERS},
        )


@dataclass(frozen=True, eq=False)
class _Said:
    """``status``, ``source``: texts (n,); ``reworked``, ``returned``: bool (n,), at least once; ``answers``: by the
    question, which cases have an answer and which of these a yes, bool (n,).
    """

    status: np.ndarray
    source: np.ndarray
    reworked: np.ndarray
    returned: np.ndarray
    answers: Mapping[str, tuple[np.ndarray, np.ndarray]]


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
    return moments_of(rows[name])


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
    data = load_json(CATALOGUE)
    status, source = times.said.status, times.said.source
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
        "reworked": should_close & times.said.reworked,
        "returned": dispatched & times.said.returned,
        "open": still_open,
        "closed_some_day": some_day & ever_filed,
        "overdue": still_open & ~suspended & (times.due < after),
        "filed_known_source": known,
        "found": known & np.isin(source, data["found_by"]),
        "asked": known & np.isin(source, data["asked_by"]),
    }
    facts["filed_then"] = facts["reported"] & ever_filed
    for name, (known, yes) in times.said.answers.items():
        facts[f"{name}_known"] = facts["reported"] & known
        facts[name] = facts["reported"] & yes
    return facts


def _answer(rows: Rows, name: str) -> tuple[np.ndarray, np.ndarray]:
    answer = rows[name] if name in rows else np.full(len(rows), None, dtype=object)
    known = ~is_null(answer)
    return known, known & np.fromiter(map(bool, answer.tolist()), dtype=bool, count=len(answer))


def _within(moment: np.ndarray, first: np.datetime64, after: np.datetime64) -> np.ndarray:
    return np.asarray((moment >= first) & (moment < after))


def _else(moment: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(np.isnat(moment), other, moment)


def _never(rows: Rows) -> np.ndarray:
    return np.full(len(rows), "NaT", dtype="datetime64[s]")
