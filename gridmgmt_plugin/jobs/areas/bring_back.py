"""A working copy comes back: what was changed in it is brought into the workspace that it was copied from.

What only the copy changed is written through the engines that every edit goes through, so codes, history, points and
responsibility grids follow; what both changed is told with both versions, and stays as it is here unless the copy is
to be followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.jobs.areas.brought_cells import CellsBack, brought_cells
from gridmgmt_plugin.jobs.areas.brought_rows import ROW_TABLES, conflicts, left_rows, row_change, settled
from gridmgmt_plugin.jobs.areas.working_copy import GROUP, UNIT, Sides, is_compared, opened_copy, sides_of
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.followers import POINT_TABLES
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "bring_back"
_BROUGHT = (*ROW_TABLES, UNIT)
# Read when unit grids are followed, so nobody writes to them meanwhile; in the order in which a save takes them.
_FOLLOWING_TABLES = ("code_register", GROUP, *POINT_TABLES, "exemption")


@dataclass(frozen=True, eq=False)
class _Found:
    """``sides``: table → what became of its rows. ``changes``: of tables, in the order in which they are written."""

    sides: Mapping[str, Sides]
    changes: Sequence[TableChange]
    cells: CellsBack


def bring_back(
    workspace: Workspace,
    copy: Path | str,
    *,
    follows: bool = False,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring back what was changed in a working copy since it was made; the copy stays as it is.

    The second time nothing is brought in twice. Rows are written in one act and unit grids with all that follows in a
    second one, each to be taken back by itself. Contacts, areas, covered extents, schemes, the lines of lanes and
    what was handed over from the copy stay in it and are counted.

    :param copy: the file that ``copy_workspace`` made as a working copy of this workspace.
    :param follows: rows that both changed become as in the copy; unit grids that both drew anew never do.
    :raises InputError: ``copy_is_no_working_copy``, ``copy_of_another_workspace``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    :raises TornReadError: when somebody saved into a file while it was read.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(GESTURE, author)
    with workspace.steady() as state:
        opened, base, made_at = opened_copy(state, copy)
        names = [name for name in tables() if is_compared(name) and name in base]
        sides = {}
        for at, name in enumerate(names):
            sides[name] = sides_of(name, base[name], state, opened)
            progress.report(0.6 * (at + 1) / len(names))
        changes = [
            row_change(state, sides[name], follows=follows, progress=Progress())
            for name in ROW_TABLES
            if name in sides
        ]
        cells = brought_cells(state, opened, sides[UNIT], GESTURE, follows=follows)
        found = _Found(sides, changes, cells)
        progress.report(0.8)
        written = 0
        if any(changes):
            with state.transaction(author, GESTURE) as transaction:
                written = write_rows(transaction, changes, act)
                progress.report(0.9)  # the last moment to cancel: what follows is written, the unit grids too
            progress = Progress()
    followed = _write_cells(workspace, cells, act, progress)
    return _report(found, made_at, written, followed, follows=follows)


def _write_cells(workspace: Workspace, cells: CellsBack, act: Act, progress: Progress) -> CellChange | None:
    """Write the unit grids and all that follows, as one act; ``None`` where none changes."""
    if not len(cells.touched.mine_before) and not len(cells.touched.added):
        return None
    with workspace.transaction(act.by, act.gesture) as transaction:
        refuse_changed(workspace, transaction, UNIT, cells.present)
        for table in _FOLLOWING_TABLES:
            transaction.hold(table)
        store = RegisterStore(workspace, workspace.info.code_layout, UNIT)
        change = follow_cells(workspace, cells.touched, store, cells.causes, act)
        write_cells(transaction, change, act, (act.gesture,), otherwise=act.gesture)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return change


def _report(found: _Found, made_at: str, written: int, followed: CellChange | None, *, follows: bool) -> Report:
    rejected: list[RejectedRow] = [*found.cells.rejected]
    confirm: list[RejectedRow] = []
    for name, sides in found.sides.items():
        if name in _BROUGHT:
            rejected += conflicts(sides, follows=follows)
            confirm += settled(sides, follows=follows)
    cells = 0 if followed is None else followed.cells.rows
    changed = {change.table: change.rows for change in found.changes if change}
    figures = {"rows": {**changed, **({UNIT: cells} if cells else {})}, "moved_points": 0}
    if followed is not None:
        figures["moved_points"] = followed.moved_points
    numbers = {"count": written, "cells": cells}
    notes = [
        Message("copy_brought_back", {**numbers, "conflicts": len(rejected), "made_at": made_at}),
        *(() if followed is None else followed.notes),
        *_left(found.sides),
    ]
    if written and cells:
        notes.append(Message("copy_brought_in_two_acts"))
    reasons = dict(Counter(row.reason for row in rejected))
    return Report(
        "bringback", written + cells, len(rejected), reasons, rejected, figures, tuple(notes), to_confirm=confirm
    )


def _left(sides: Mapping[str, Sides]) -> list[Message]:
    """Return what to tell of edits that stay in the copy."""
    notes = []
    for name, one in sides.items():
        parts = (one.changed, one.clashing, one.added, one.removed)
        count = left_rows(one) if name in _BROUGHT else sum(len(part) for part in parts)
        if count:
            titles = definition_of(name)
            notes.append(Message("copy_left_in_it", {"count": count, "table": titles.zh, "table_en": titles.en}))
    return notes
