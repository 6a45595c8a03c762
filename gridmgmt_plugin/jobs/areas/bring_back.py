"""A working copy comes back: what was changed in it is brought into the workspace that it was copied from.

What only the copy changed is written through the engines that every edit goes through, so codes, history, points and
responsibility grids follow; what both changed is told with both versions, and stays as it is here unless the copy is
to be followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import is_null
from gridmgmt_plugin.jobs.areas.brought_before import brought_entry, known_rows
from gridmgmt_plugin.jobs.areas.brought_cells import CellsBack, brought_cells
from gridmgmt_plugin.jobs.areas.brought_keys import met_by_key
from gridmgmt_plugin.jobs.areas.brought_references import named_in_vain
from gridmgmt_plugin.jobs.areas.brought_rows import (
    ROW_TABLES,
    brought_rows,
    conflicts,
    left_rows,
    row_change,
    settled,
)
from gridmgmt_plugin.jobs.areas.working_copy import GROUP, UNIT, Sides, is_compared, opened_copy, sides_of
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.followers import POINT_TABLES
from gridmgmt_plugin.workspace.changes.log_privacy import private_columns
from gridmgmt_plugin.workspace.changes.row_acts import joined_changes, log_rows_of, write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "bring_back"
_BROUGHT = (*ROW_TABLES, UNIT)
# Read when unit grids are followed, so nobody writes to them meanwhile.
_FOLLOWING_TABLES = ("code_register", GROUP, *POINT_TABLES, "exemption")


@dataclass(frozen=True, eq=False)
class _Found:
    """``sides``: table → what became of its rows. ``changes``: of tables, in the order in which they are written.
    ``record``: by what the rows are known when the copy comes back again.
    """

    sides: Mapping[str, Sides]
    changes: Sequence[TableChange]
    cells: CellsBack
    record: Mapping[str, Any]


def bring_back(
    workspace: Workspace,
    copy: Path | str,
    *,
    follows: bool = False,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring back what was changed in a working copy since it was made; the copy stays as it is.

    All of it is one act, to be taken back in one. What came in before counts as known on both sides, so the next
    time only what the copy changed since comes in, whatever became of the rest at home. Contacts, areas,
    covered extents, schemes, new lanes and their lines, new responsibility grids and what was handed over from the
    copy stay in it; edits of them are counted.

    :param copy: the file that ``copy_workspace`` made as a working copy of this workspace.
    :param follows: rows that both changed become as in the copy; of unit grids only edits that share out the same
        ground as the cells at home.
    :raises InputError: ``copy_is_open_itself``, ``copy_is_no_working_copy``, ``copy_of_another_workspace``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    :raises TornReadError: when somebody saved into a file while it was read.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(GESTURE, author)
    with workspace.steady() as state:
        opened, base, mark = opened_copy(state, copy)
        known = known_rows(state, opened, mark, GESTURE, base)
        names = [name for name in tables() if is_compared(name) and name in base]
        sides = {}
        for at, name in enumerate(names):
            sides[name] = met_by_key(sides_of(name, known[name], state, opened), state)
            progress.report(0.6 * (at + 1) / len(names))
        cells = brought_cells(state, opened, sides[UNIT], GESTURE, follows=follows)
        changes = [row_change(sides[name], cells.touched, follows=follows) for name in ROW_TABLES if name in sides]
        brought = {name: brought_rows(sides[name], follows=follows) for name in ROW_TABLES if name in sides}
        record = brought_entry(opened, mark, sides, {**brought, UNIT: cells.brought})
        found = _Found(sides, changes, cells, record)
        in_vain = named_in_vain(state, changes)
        progress.report(0.8)
        followed = _write(state, found, act, progress)
    return _report(found, opened.info.copied_at, followed, in_vain, follows=follows)


def _write(state: Workspace, found: _Found, act: Act, progress: Progress) -> CellChange | None:
    """Write rows and unit grids with all that follows as one act, nothing where nothing changes; return what became
    of the unit grids, ``None`` where none changes.
    """
    touched = found.cells.touched
    has_cells = len(touched.mine_before) + len(touched.added) > 0
    if not has_cells and not any(found.changes):
        return None
    with state.transaction(act.by, act.gesture) as transaction:
        change = None
        if has_cells:
            change = _follow(state, transaction, found, act)
            changes = [_beside(part, change.exemptions) for part in found.changes]
            beside = [part for part in changes if part.table != GROUP]
            write_cells(
                transaction, change, act, (act.gesture,), otherwise=act.gesture, beside=beside, recorded=found.record
            )
            log_rows_of(transaction, changes, act)
        else:
            write_rows(transaction, found.changes, act, found.record)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return change


def _follow(state: Workspace, transaction: Transaction, found: _Found, act: Act) -> CellChange:
    """Work out what follows from the unit grids, with the edits of responsibility grids that are summed from them."""
    transaction.hold(UNIT, *_FOLLOWING_TABLES)
    refuse_changed(state, transaction, UNIT, found.cells.present)
    store = RegisterStore(state, state.info.code_layout, UNIT)
    points = {part.table: _settled(part) for part in found.changes if part.table in POINT_TABLES}
    change = follow_cells(state, found.cells.touched, store, found.cells.causes, act, points)
    return replace(change, grids=joined_changes([*(p for p in found.changes if p.table == GROUP), change.grids]))


def _beside(change: TableChange, ended: TableChange) -> TableChange:
    """Return a change without the rows that end with their unit grids anyway, as they did in the copy."""
    if change.table != ended.table or not ended:
        return change
    stays, other = (~np.isin(rows.fids, ended.deleted.fids) for rows in (change.updated, change.deleted))
    return replace(
        change,
        before=change.before.take(stays),
        updated=change.updated.take(stays),
        deleted=change.deleted.take(other),
    )


def _settled(change: TableChange) -> set[int]:
    """Return the numbers of points that are written by their rows, or go."""
    placed = change.before.fids[~shapely.is_missing(change.before.shapes)] if len(change.before) else ()
    return {*map(int, placed), *(int(fid) for fid in (change.deleted.fids if len(change.deleted) else ()))}


def _report(
    found: _Found, made_at: str, followed: CellChange | None, in_vain: Sequence[Message], *, follows: bool
) -> Report:
    rejected: list[RejectedRow] = [*found.cells.rejected]
    confirm: list[RejectedRow] = []
    for name, sides in found.sides.items():
        if name in _BROUGHT:
            rejected += conflicts(sides, found.cells.redrawn, follows=follows)
            confirm += settled(sides, found.cells.redrawn, follows=follows)
    cells = 0 if followed is None else followed.cells.rows
    changed = {change.table: change.rows for change in found.changes if change}
    figures = {"rows": {**changed, **({UNIT: cells} if cells else {})}, "moved_points": 0}
    if followed is not None:
        figures["moved_points"] = followed.moved_points
    written = sum(changed.values())
    numbers = {"count": written, "cells": cells}
    notes = [
        _told(numbers, len(rejected), made_at),
        *(() if followed is None else followed.notes),
        *in_vain,
        *([Message("copy_phones_not_recorded")] if any(map(_has_phones, found.changes)) else []),
        *_left(found.sides),
    ]
    reasons = dict(Counter(row.reason for row in rejected))
    return Report(
        "bringback", written + cells, len(rejected), reasons, rejected, figures, tuple(notes), to_confirm=confirm
    )


def _told(numbers: Mapping[str, int], conflicts: int, made_at: str) -> Message:
    """Say what comes of the copy, of a trial as well as of what was written."""
    if conflicts:
        return Message("copy_brought_back_in_part", {**numbers, "conflicts": conflicts, "made_at": made_at})
    return Message(
        "copy_brought_back" if any(numbers.values()) else "copy_brings_nothing", {**numbers, "made_at": made_at}
    )


def _has_phones(change: TableChange) -> bool:
    """Tell whether telephone numbers come in or go, of which no record is kept."""
    private = private_columns(change.table)
    gone = (change.deleted[name] for name in private if name in change.deleted)
    return any(name in change.updated for name in private) or any(not is_null(column).all() for column in gone)


def _left(sides: Mapping[str, Sides]) -> list[Message]:
    """Return what to tell of edits that stay in the copy."""
    notes = []
    for name, one in sides.items():
        parts = (one.changed, one.clashing, one.added, one.taken, one.removed, one.kept, one.lost)
        count = left_rows(one) if name in _BROUGHT else sum(len(part) for part in parts)
        if count:
            titles = definition_of(name)
            notes.append(Message("copy_left_in_it", {"count": count, "table": titles.zh, "table_en": titles.en}))
    return notes
