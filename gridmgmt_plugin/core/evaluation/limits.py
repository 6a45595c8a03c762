"""By when a case should have been closed where its list does not say: the limit of its class among the duties."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.evaluation.working_time import CATALOGUE, WorkingTime
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

_HOUR_S = 3600


@dataclass(frozen=True, eq=False)
class Limits:
    """``due``: datetime64[s] (c,), not-a-time where no limit is known; ``units_unknown``: the units of time that
    rules are written in and nobody knows; ``disputed``: cases whose class has several limits."""

    due: np.ndarray
    units_unknown: tuple[str, ...]
    disputed: int


def due_by_class(rules: Rows, cases: Rows, filed: np.ndarray, time: WorkingTime) -> Limits:
    """Return by when cases filed at ``filed`` (datetime64[s] (c,)) are due by the limit of their class.

    The rule with the longest class prefix decides, among those the one of the case's own department; where these give
    different limits there is none. Units as in GB/T 30428.8: those called urgent (紧急) and calendar days run on, all
    others count working time.

    ``rules``: ``duty_rule`` with ``class_kind``, ``class_prefix``, ``department_code``, ``time_limit`` and
    ``time_unit``; ``cases`` with ``kind``, ``class_code``, ``department_code``.
    """
    units = load_json(CATALOGUE)["limit_units"]
    limit, unit = columns.numbers(rules, "time_limit"), columns.texts(rules, "time_unit")
    names = ("class_kind", "class_prefix", "department_code")
    kind, prefix, department = (columns.texts(rules, name) for name in names)
    usable = np.flatnonzero(limit > 0).tolist()
    unknown = sorted({unit[row] for row in usable} - set(units))
    entries = []
    for row in (row for row in usable if unit[row] in units):
        one = units[unit[row]]
        entries.append(_Limit(kind[row], prefix[row], department[row], limit[row] * one["hours"], one["working"]))
    asked = list(zip(*(columns.texts(cases, name).tolist() for name in ("kind", "class_code", "department_code"))))
    found = {key: _limit(entries, *key) for key in set(asked)}
    of_case = [found[key] for key in asked]
    hours = np.array([np.nan if one is None else one.hours for one in of_case], dtype=np.float64)
    working = np.array([one is not None and one.working for one in of_case], dtype=bool)
    disputed = sum(one is not None and math.isnan(one.hours) for one in of_case)
    due = time.after(filed, np.where(working, hours, np.nan))
    run_on = ~working & ~np.isnan(hours) & ~np.isnat(filed)
    due[run_on] = filed[run_on] + np.round(hours[run_on] * _HOUR_S).astype("timedelta64[s]")
    return Limits(due, tuple(unknown), disputed)


@dataclass(frozen=True)
class _Limit:
    kind: str
    prefix: str
    department: str
    hours: float
    working: bool


def _limit(entries: list[_Limit], kind: str, code: str, department: str) -> _Limit | None:
    """Return the limit of a class; with not-a-number for limits that contradict each other."""
    fitting = [entry for entry in entries if entry.prefix and code.startswith(entry.prefix)]
    fitting = [entry for entry in fitting if not (entry.kind and kind) or entry.kind == kind]
    if not fitting:
        return None
    longest = max(len(entry.prefix) for entry in fitting)
    fitting = [entry for entry in fitting if len(entry.prefix) == longest]
    fitting = [entry for entry in fitting if entry.department == department] or fitting
    agreed = len({(entry.hours, entry.working) for entry in fitting}) == 1
    return fitting[0] if agreed else replace(fitting[0], hours=math.nan)
