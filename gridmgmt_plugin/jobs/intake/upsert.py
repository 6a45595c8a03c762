"""Rows that come in against rows that are there: what is new, what changes, what is older, what stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.intake.update_rules import ADD, MODES, UPDATE, UpdateRule, is_emptied, is_older, rule_of
from gridmgmt_plugin.core.rows import Rows, differs, is_null
from gridmgmt_plugin.workspace.changes.change_log import log_rows
from gridmgmt_plugin.workspace.changes.hand_edits import hand_edits
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, read_numbered
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY, TableChange
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

NEW, CHANGED, UNCHANGED, OLDER, LEFT = range(5)
# Rows that are compared at a time: a table may have a million, and those that change are few.
_PART = 50_000
# A point that comes back with other digits of the same place has not moved.
_SAME_PLACE_M = 0.005


@dataclass(frozen=True)
class HandEdit:
    """A value that a planner set by hand and that the file says otherwise. ``row``: position in what came in.

    ``stays``: the planner's value stays, else the file's is written.
    """

    row: int
    column: str
    ours: Any
    given: Any
    stays: bool


@dataclass(frozen=True, eq=False)
class Upsert:
    """``outcome``: int64 (n,), what became of each row: ``NEW``, ``CHANGED``, ``UNCHANGED``, ``OLDER`` than what is
    there, or ``LEFT`` because only new rows were asked for. ``change``: the rows that change, ``at``: their positions
    in what came in, ``moved``: bool per changed row, whether it lies elsewhere now. ``by_hand``: see above.
    """

    table: str
    incoming: Rows
    outcome: np.ndarray
    change: TableChange
    at: np.ndarray
    moved: np.ndarray
    by_hand: tuple[HandEdit, ...] = field(default=())

    @property
    def added(self) -> Rows:
        """Return the rows to insert."""
        return self.incoming.take(self.outcome == NEW)

    def count(self, outcome: int) -> int:
        """Return of how many rows this is what became of them."""
        return int((self.outcome == outcome).sum())

    @property
    def figures(self) -> dict[str, int]:
        """Return the counts for a report."""
        names = {"added": NEW, "updated": CHANGED, "unchanged": UNCHANGED, "older": OLDER}
        return {name: self.count(outcome) for name, outcome in names.items()}

    @property
    def summary(self) -> str:
        """Return the counts as the change log has them."""
        return f'{{"added": {self.count(NEW)}, "changed": {self.count(CHANGED)}}}'

    @property
    def writes(self) -> bool:
        """Return whether anything has to be written."""
        return bool(self.count(NEW) or self.count(CHANGED))

    def write(self, transaction: Transaction) -> None:
        """Write both parts, with a line of the change log per row that changes.

        :raises WorkspaceError: ``row_changed_meanwhile`` when somebody was first.
        """
        transaction.insert(self.table, self.added)
        write_changed(transaction, self.change)


def write_changed(transaction: Transaction, change: TableChange) -> None:
    """Update rows and log each, before and after.

    :raises WorkspaceError: ``row_changed_meanwhile`` when somebody was first.
    """
    if change:
        change.write(transaction)
        log_rows(transaction, change, transaction.gesture, now_text(), transaction.author)


def upsert(workspace: Workspace, table: str, incoming: Rows, key: Sequence[str], mode: str = UPDATE) -> Upsert:
    """Return how ``incoming`` (unique by ``key``) changes a table."""
    if len(incoming) == 0:
        return upsert_matched(workspace, table, incoming, np.zeros(0, dtype=np.int64), mode)
    present = workspace.read(table, list(key), geometry=False)
    place = dict(zip(zip(*(present[name] for name in key)), present.fids.tolist()))
    numbers = [place.get(values, -1) for values in zip(*(incoming[name] for name in key))]
    return upsert_matched(workspace, table, incoming, np.array(numbers, dtype=np.int64), mode)


def upsert_matched(
    workspace: Workspace, table: str, incoming: Rows, numbers: np.ndarray, mode: str = UPDATE
) -> Upsert:
    """Return the same where each row knows its counterpart.

    Nothing is written yet. An empty cell changes nothing: files often fill some columns only. A row that is older
    than what is there changes nothing either, nor does a file where a planner's own value stands; see
    :mod:`.update_rules`.

    :param numbers: int64 (n,), row numbers of the counterparts, −1 for new rows.
    :raises WorkspaceError: ``row_changed_meanwhile`` when a counterpart is gone.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}")
    there = np.flatnonzero(numbers >= 0)
    outcome = np.full(len(incoming), NEW, dtype=np.int64)
    outcome[there] = LEFT if mode == ADD else UNCHANGED
    parts: list[_Part] = []
    if mode != ADD and len(there):
        by_hand = hand_edits(workspace, table)
        for start in range(0, len(there), _PART):
            rows = there[start : start + _PART]
            stored = _stored(workspace, table, incoming, numbers[rows])
            part = _compare(table, incoming.take(rows), stored, rows, by_hand)
            outcome[rows[part.older]] = OLDER
            outcome[part.at] = CHANGED
            parts.append(part)
    return _joined(table, incoming, outcome, parts)


@dataclass(frozen=True, eq=False)
class _Part:
    before: Rows
    updated: Rows
    at: np.ndarray
    moved: np.ndarray
    older: np.ndarray
    by_hand: list[HandEdit]


def _stored(workspace: Workspace, table: str, incoming: Rows, numbers: np.ndarray) -> Rows:
    """Return the counterparts in the order of the rows that came in."""
    definition = definition_of(table)
    columns = dict.fromkeys([*definition.key, *incoming.columns, *(["row_version"] if definition.versioned else [])])
    found = read_numbered(workspace, table, numbers.tolist(), list(columns))
    if len(found) != len(numbers):
        raise WorkspaceError("row_changed_meanwhile", table=definition.zh, table_en=definition.en)
    return found.take(np.searchsorted(found.fids, numbers))


def _compare(
    table: str, given: Rows, stored: Rows, rows: np.ndarray, by_hand: Mapping[str, Mapping[str, Any]]
) -> _Part:
    """Return what some rows change; ``rows``: their positions in all that came in."""
    definition, rule = definition_of(table), rule_of(table)
    other = {name: differs(given[name], stored[name]) for name in given.columns if name not in definition.key}
    older = _older(rule, given, stored, other)
    for name, differing in other.items():
        if differing.any():
            said = ~is_null(given[name]) | is_emptied(rule, name, given)
            other[name] = differing & said & ~older
    if given.is_spatial:
        other[GEOMETRY] = _moved(given, stored) & ~older
    edits = _by_hand(table, given, stored, other, by_hand)
    changed = np.flatnonzero(np.logical_or.reduce([np.zeros(len(given), dtype=bool), *other.values()]))
    moved = other.pop(GEOMETRY, np.zeros(len(given), dtype=bool))
    columns = {
        name: np.where(mask, given[name], stored[name])[changed] for name, mask in other.items() if name in stored
    }
    if definition.versioned:
        columns["row_version"] = stored["row_version"][changed]
    shapes = None
    before = stored.take(changed)
    if given.is_spatial:
        shapes = np.where(moved[changed], given.take(changed).shapes, before.shapes)
    updated = Rows(columns, shapes, before.fids)
    listed = [HandEdit(int(rows[edit.row]), edit.column, edit.ours, edit.given, edit.stays) for edit in edits]
    return _Part(before, updated, rows[changed], moved[changed], older, listed)


def _older(rule: UpdateRule, given: Rows, stored: Rows, differing: Mapping[str, np.ndarray]) -> np.ndarray:
    """Tell which rows are older than those stored; only what differs in what tells of that is looked at."""
    older = np.zeros(len(given), dtype=bool)
    told = [differing[name] for name in (*rule.times, *rule.counts) if name in differing]
    rows = np.flatnonzero(np.logical_or.reduce(told)) if told else np.zeros(0, dtype=np.int64)
    if len(rows):
        older[rows] = is_older(rule, given.take(rows), stored.take(rows))
    return older


def _by_hand(
    table: str,
    given: Rows,
    stored: Rows,
    other: Mapping[str, np.ndarray],
    by_hand: Mapping[str, Mapping[str, Any]],
) -> list[HandEdit]:
    """Leave a planner's values alone (``other`` is changed in place) and return all that the file says otherwise."""
    if not by_hand:
        return []
    definition, led = definition_of(table), rule_of(table).led_by_files
    found = []
    keys = zip(*(stored[name].tolist() for name in definition.key))
    for row, key in enumerate(keys):
        edited = by_hand.get("|".join(str(value) for value in key if value is not None), {})
        for name, value in edited.items():
            if name not in other or not other[name][row]:
                continue
            ours, theirs = _values(given, stored, name, row)
            if not _same(name, value, ours):
                continue
            stays = name not in led
            found.append(HandEdit(row, name, ours, theirs, stays))
            if stays:
                other[name][row] = False
    return found


def _values(given: Rows, stored: Rows, name: str, row: int) -> tuple[Any, Any]:
    if name == GEOMETRY:
        return stored.shapes[row], given.shapes[row]
    return stored[name][row], given[name][row]


def _same(name: str, logged: Any, stored: Any) -> bool:
    if name != GEOMETRY or logged is None or stored is None:
        return bool(logged == stored)
    return bool(shapely.equals(shapely.from_wkb(logged), stored))


def _moved(coming: Rows, there: Rows) -> np.ndarray:
    """Tell which shapes differ from those that are there; a row that comes without one keeps its own."""
    if coming.plain_points is not None and there.plain_points is not None:
        (x, y), (stored_x, stored_y) = coming.xy(), there.xy()
        return np.asarray(np.isfinite(x) & ~(np.hypot(x - stored_x, y - stored_y) <= _SAME_PLACE_M))
    given, stored = coming.shapes, there.shapes
    lost = shapely.is_missing(given) | shapely.is_empty(given)
    points = (shapely.get_type_id(given) == 0) & (shapely.get_type_id(stored) == 0)
    moved: np.ndarray = np.zeros(len(given), dtype=bool)
    moved[points] = ~(shapely.distance(given[points], stored[points]) <= _SAME_PLACE_M)
    others = ~points & ~lost
    moved[others] = differs(shapely.to_wkb(as_multi(given[others])), shapely.to_wkb(as_multi(stored[others])))
    moved[lost] = False
    return moved


def _joined(table: str, incoming: Rows, outcome: np.ndarray, parts: Sequence[_Part]) -> Upsert:
    filled = [part for part in parts if len(part.at)]
    edits = tuple(edit for part in parts for edit in part.by_hand)
    if not filled:
        nothing = np.zeros(0, dtype=np.int64)
        return Upsert(table, incoming, outcome, TableChange(table), nothing, nothing.astype(bool), edits)
    before = joined_rows([part.before for part in filled])
    updated = joined_rows([part.updated for part in filled])
    differing = {name: column for name, column in updated.columns.items() if before.differs(name, column).any()}
    if "row_version" in updated:
        differing["row_version"] = updated["row_version"]
    moved = np.concatenate([part.moved for part in filled])
    updated = Rows(differing, updated.geometry if moved.any() else None, updated.fid)
    change = TableChange(table, before=before, updated=updated)
    at = np.concatenate([part.at for part in filled])
    return Upsert(table, incoming, outcome, change, at, moved, edits)
