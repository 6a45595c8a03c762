"""Acts on rows: written in the act's transaction, logged row by row, and to be taken back in one."""

from __future__ import annotations

from collections.abc import Sequence

from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import cell_lines, row_lines
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.transaction import Transaction

# What follows from other rows has no lines of its own in the log.
_FOLLOWING = ("code_register", "release_item")


def write_rows(transaction: Transaction, changes: Sequence[TableChange], act: Act) -> int:
    """Write the changes of one act, their lines of the change log and the record to take them back.

    The first change that has rows names the act's table. Return how many rows were written; nothing for no change.

    :raises WorkspaceError: ``row_changed_meanwhile``, ``workspace_duplicate_key`` and what the workspace refuses.
    """
    parts = [change for change in changes if change]
    if not parts:
        return 0
    numbers = [part.write(transaction) for part in parts]
    for part in parts:
        if part.table == "unit_grid":
            lines = cell_lines(part, (), {}, act, act.gesture)
        elif part.table in _FOLLOWING:
            continue
        else:
            lines = row_lines(part, act.gesture, act.at, act.by)
        transaction.insert("change_log", lines)
    rows = sum(part.rows for part in parts)
    write_record(transaction, SaveRecord(parts[0].table, (act.gesture,), rows), parts, numbers, act.at, act.by)
    return rows
