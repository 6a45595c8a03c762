"""By when a case should have been closed where its list does not say: the limit of its class among the duties."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.columns import in_force
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.evaluation.working_time import CATALOGUE, WorkingTime
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

# Columns of ``duty_rule`` that say what a limit is and where and when it holds.
_TEXTS = ("class_kind", "class_prefix", "scheme", "area_code", "zone_kind", "department_code", "time_unit")
_PERIOD = ("valid_from", "valid_to")
LIMIT_COLUMNS = (*_TEXTS, *_PERIOD, "priority", "time_limit")
_HOUR_S = 3600


@dataclass(frozen=True, eq=False)
class Limits:
    """``due``: datetime64[s] (c,), not-a-time where no limit is known; ``units_unknown``: the units of time that
    rules are written in and nobody knows; ``disputed``: cases whose class has several limits."""

    due: np.ndarray
    units_unknown: tuple[str, ...]
    disputed: int


def due_by_class(
    rules: Rows, cases: Rows, filed: np.ndarray, time: WorkingTime, areas: AreaTree, scheme: str = ""
) -> Limits:
    """Return by when cases filed at ``filed`` (datetime64[s] (c,)) are due by the limit of their class.

    Of the rules in force on the day of filing, in the area of the case, the one with the longest class prefix
    decides, then the smallest area, then the smallest priority, as for who answers; of equal ones that of the case's
    own department. Where these give different limits there is none. Rules for duty zones are not asked: a case does
    not say in which zone it lay. Units as in GB/T 30428.8: those called urgent (紧急) and calendar days run on, all
    others count working time.

    ``rules``: ``duty_rule`` with :data:`LIMIT_COLUMNS`; ``cases`` with ``kind``, ``class_code``, ``department_code``
    and ``area_code``; ``scheme``: rules of another one are not asked.
    """
    units = load_json(CATALOGUE)["limit_units"]
    entries, unknown = _entries(rules, units, areas, scheme)
    first, last = (np.array([getattr(one, name) for one in entries], dtype="datetime64[D]") for name in _PERIOD)
    due = np.full(len(cases), "NaT", dtype="datetime64[s]")
    if not entries:
        return Limits(due, unknown, 0)
    of_day, period = columns.periods(first, last, filed.astype("datetime64[D]"))
    texts = [columns.texts(cases, name).tolist() for name in ("kind", "class_code", "department_code", "area_code")]
    asked = list(zip(period.tolist(), *texts))
    there = [
        [entries[at] for at in np.flatnonzero(in_force(first, last, np.asarray(day))).tolist()] for day in of_day
    ]
    found = {}
    for key in set(asked):
        number, kind, code, department, area = key
        found[key] = _limit(there[number], kind, code, department, areas.chain(area))
    of_case = [found[key] for key in asked]
    hours = np.array([np.nan if one is None else one.hours for one in of_case], dtype=np.float64)
    working = np.array([one is not None and one.working for one in of_case], dtype=bool)
    disputed = sum(one is not None and math.isnan(one.hours) for one in of_case)
    due = time.after(filed, np.where(working, hours, np.nan))
    run_on = ~working & ~np.isnan(hours) & ~np.isnat(filed)
    due[run_on] = filed[run_on] + np.round(hours[run_on] * _HOUR_S).astype("timedelta64[s]")
    return Limits(due, unknown, disputed)


def _entries(
    rules: Rows, units: Mapping[str, Any], areas: AreaTree, scheme: str
) -> tuple[list[_Limit], tuple[str, ...]]:
    """Return the rules that give a limit, and the units of time that nobody knows."""
    text = {name: columns.texts(rules, name) for name in _TEXTS}
    limit, priority = columns.numbers(rules, "time_limit"), columns.numbers(rules, "priority")
    first, last = (columns.days(rules, name) for name in _PERIOD)
    fits = (limit > 0) & (text["zone_kind"] == "") & ((text["scheme"] == "") | (text["scheme"] == scheme))
    entries, unknown = [], set()
    for row in np.flatnonzero(fits).tolist():
        unit = text["time_unit"][row]
        if unit not in units:
            unknown.add(unit or "–")
            continue
        kind, prefix, area = (text[name][row] for name in ("class_kind", "class_prefix", "area_code"))
        rank = (len(prefix), areas.depth(area), -(math.inf if math.isnan(priority[row]) else priority[row]))
        hours, working = limit[row] * units[unit]["hours"], units[unit]["working"]
        entries.append(
            _Limit(kind, prefix, area, text["department_code"][row], rank, hours, working, first[row], last[row])
        )
    return entries, tuple(sorted(unknown))


@dataclass(frozen=True)
class _Limit:
    kind: str
    prefix: str
    area: str
    department: str
    rank: tuple[float, ...]
    hours: float
    working: bool
    valid_from: np.datetime64
    valid_to: np.datetime64


def _limit(entries: list[_Limit], kind: str, code: str, department: str, chain: tuple[str, ...]) -> _Limit | None:
    """Return the limit of a class; with not-a-number for limits that contradict each other."""
    fitting = [entry for entry in entries if entry.prefix and code.startswith(entry.prefix)]
    fitting = [entry for entry in fitting if not (entry.kind and kind) or entry.kind == kind]
    fitting = [entry for entry in fitting if not entry.area or entry.area in chain]
    if not fitting:
        return None
    best = max(entry.rank for entry in fitting)
    fitting = [entry for entry in fitting if entry.rank == best]
    fitting = [entry for entry in fitting if entry.department == department] or fitting
    agreed = len({(entry.hours, entry.working) for entry in fitting}) == 1
    return fitting[0] if agreed else replace(fitting[0], hours=math.nan)
