"""Which of two states of the same row is the newer one, and which columns a file may change against a planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.core.rows import Rows, is_null

UPDATE, ADD = "update", "add"
MODES = (UPDATE, ADD)


@dataclass(frozen=True)
class UpdateRule:
    """How rows of one table are updated by a file.

    ``times``: columns that tell when a row was so; without any, or where a row has none, the file counts as newer.
    ``counts``: columns that only ever rise: a row in which one is higher is not the older one, whatever its times
    say. ``led_by_files``: columns in which files report how a matter stands; they win over what a planner wrote, and
    that is told. In every other column a value that a planner set by hand stays. ``emptied_by``: column → another one
    and its values with which it cannot be filled: there an empty cell empties it.
    """

    times: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    led_by_files: tuple[str, ...] = ()
    emptied_by: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


_CASE_TIMES = ("reported_at", "filed_at", "dispatched_at", "handled_at", "checked_at", "closed_at")
_OPEN = ("accepted", "filed", "dispatched", "handling", "to_check", "returned", "suspended")
_CASE_COUNTS = ("returned", "rework", "extended")
_RULES: Mapping[str, UpdateRule] = {
    "cases": UpdateRule(
        _CASE_TIMES,
        _CASE_COUNTS,
        ("status", *_CASE_TIMES, "due_at", *_CASE_COUNTS, "contacted", "resolved", "satisfied"),
        {"closed_at": ("status", _OPEN)},  # a case that was opened again is not closed any more
    ),
    "component": UpdateRule(("surveyed_on", "changed_on"), (), ("state", "surveyed_on", "changed_on")),
    "person": UpdateRule((), (), ("state", "left_on")),
    "post": UpdateRule((), (), ("valid_to", "end_reason")),
    "ledger_item": UpdateRule((), (), ("status", "due_on", "attributes")),
}


def rule_of(table: str) -> UpdateRule:
    """Return how rows of a table are updated."""
    return _RULES.get(table, UpdateRule())


def is_older(rule: UpdateRule, given: Rows, stored: Rows) -> np.ndarray:
    """Tell which rows of a file are older than the same rows as they are stored: a bool mask.

    Only columns that the file has are compared: what it does not tell makes it neither older nor newer.
    """
    older: np.ndarray = np.zeros(len(given), dtype=bool)
    times = [name for name in rule.times if name in given]
    if times:
        one, two = _latest(given, times), _latest(stored, times)
        older = np.asarray((one != "") & (one < two), dtype=bool)
    for name in rule.counts:
        if name in given:
            both = older & ~(given.is_null(name) | stored.is_null(name))
            older[both] = given[name][both] <= stored[name][both]
    return older


def states(rule: UpdateRule, given: Rows, written: np.ndarray) -> np.ndarray:
    """Return for rows of a file how new their state is, int64, equal where nothing tells two apart.

    :param written: ISO 8601 texts or ``None``, when each was written; asked first, then counts, then times.
    """
    times = _latest(given, [name for name in rule.times if name in given])
    counts = np.zeros(len(given), dtype=np.int64)
    for name in rule.counts:
        if name in given:
            counts += np.where(is_null(given[name]), 0, given[name]).astype(np.int64)
    told = list(zip(np.where(is_null(written), "", written).tolist(), counts.tolist(), times.tolist()))
    number = {state: at for at, state in enumerate(sorted(set(told)))}
    return np.array([number[state] for state in told], dtype=np.int64)


def is_emptied(rule: UpdateRule, name: str, given: Rows) -> np.ndarray:
    """Tell in which rows of a file an empty cell of a column says that there is nothing: a bool mask."""
    by, values = rule.emptied_by.get(name, ("", ()))
    if by not in given:
        return np.zeros(len(given), dtype=bool)
    return given.is_null(name) & np.isin(given[by].astype(str), values)


def _latest(rows: Rows, names: list[str]) -> np.ndarray:
    """Return the latest of some ISO 8601 columns per row, an empty text where all are empty."""
    latest: np.ndarray = np.full(len(rows), "", dtype=object)
    for name in names:
        latest = np.maximum(latest, np.where(is_null(rows[name]), "", rows[name]))
    return latest
