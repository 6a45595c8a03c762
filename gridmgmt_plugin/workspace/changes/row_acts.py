"""Acts on rows: written in the act's transaction, logged row by row, and to be taken back in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import cell_lines, row_lines
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.transaction import Transaction

# What follows from other rows has no lines of its own in the log.
_FOLLOWING = ("code_register", "release_item")


def write_rows(
    transaction: Transaction, changes: Sequence[TableChange], act: Act, record: Mapping[str, Any] | None = None
) -> int:
    """Write the changes of one act, their lines of the change log and the record to take them back.

    The first change that has rows names the act's table. Return how many rows were written; nothing for no change.

    :param record: kept in the record beside them.

    :raises WorkspaceError: ``row_changed_meanwhile``, ``workspace_duplicate_key`` and what the workspace refuses.
    """
    parts = [change for change in changes if change]
    if not parts:
        return 0
    with transaction.together():
        numbers = [part.write(transaction) for part in parts]
        log_rows_of(transaction, parts, act)
    rows = sum(part.rows for part in parts)
    saved = SaveRecord(parts[0].table, (act.gesture,), rows, record or {})
    write_record(transaction, saved, parts, numbers, act.at, act.by)
    return rows


def log_rows_of(transaction: Transaction, changes: Iterable[TableChange], act: Act) -> None:
    """Write the lines of the change log for changes that the act itself made."""
    for part in changes:
        if part and part.table not in _FOLLOWING:
            of_cells = part.table == "unit_grid"
            lines = (
                cell_lines(part, (), {}, act, act.gesture)
                if of_cells
                else row_lines(part, act.gesture, act.at, act.by)
            )
            transaction.insert("change_log", lines)


def joined_changes(changes: Iterable[TableChange]) -> TableChange:
    """Return several changes of one table as one, so that a row which two of them touch is written and taken back
    once; where both set a column the later says what it becomes.

    ``before`` of each has whole rows. :raises ValueError: for no change at all.
    """
    every = list(changes)
    if not every:
        raise ValueError("there is no change to join")
    parts = [part for part in every if part]
    if len(parts) < 2:
        return parts[0] if parts else every[0]
    updating = [part for part in parts if len(part.updated)]
    before, updated = (
        _joined_updates(updating)
        if len(updating) > 1
        else ((updating[0].before, updating[0].updated) if updating else (no_rows(), no_rows()))
    )
    deleted, inserted = (
        joined_rows([getattr(part, side) for part in parts if len(getattr(part, side))] or [no_rows()])
        for side in ("deleted", "inserted")
    )
    derived = all(part.derived for part in parts)
    return TableChange(parts[0].table, before, updated, deleted, inserted, derived=derived)


def _joined_updates(parts: Sequence[TableChange]) -> tuple[Rows, Rows]:
    """Return the rows before, ascending by number, and what becomes of them."""
    rows = joined_rows([part.before for part in parts])
    before = rows.take(np.unique(rows.fids, return_index=True)[1])
    columns = {name: before[name].copy() for part in parts for name in part.updated.columns}
    shapes = before.shapes.copy() if any(part.updated.geometry is not None for part in parts) else None
    for part in parts:
        at = np.searchsorted(before.fids, part.updated.fids)
        for name, values in part.updated.columns.items():
            columns[name][at] = values
        if shapes is not None and part.updated.geometry is not None:
            shapes[at] = part.updated.geometry
    if "row_version" in before:
        columns["row_version"] = before["row_version"]
    return before, Rows(columns, shapes, before.fid)
