"""The change log of rows edited in forms or on the map: what the planner entered apart from what followed from it.

A newer file leaves alone what somebody set by hand (:mod:`gridmgmt_plugin.workspace.changes.hand_edits`); unit grid
and lane of a point that was moved are nobody's choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.gestures import FOLLOWED
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.transaction import Transaction

_Entered = Sequence[Mapping[str, Any]]


def log_edited_rows(
    transaction: Transaction, change: TableChange, pending: PendingEdits, inserted: np.ndarray, act: Act
) -> None:
    """Write a line per row with what was entered in it, and another one where something followed from that.

    :param inserted: row numbers of the new rows of ``change``.
    """
    added = {row.fid: row.values for row in pending.added}
    changed = [pending.values.get(fid, {}) for fid in change.updated.fids.tolist()] if len(change.updated) else []
    fresh = [added.get(fid, {}) for fid in change.inserted.fids.tolist()] if len(change.inserted) else []
    bare = Rows({name: as_column([None] * len(fresh)) for name in change.inserted.columns}, None, inserted)
    updated, later = _parted(change, change.before, change.updated, changed)
    new, later_new = _parted(change, bare, change.inserted, fresh)
    entered = replace(change, updated=updated, inserted=new)
    transaction.append("change_log", row_lines(entered, act.gesture, act.at, act.by))
    for followed in (later, later_new):
        if followed:
            transaction.append("change_log", row_lines(followed, FOLLOWED, act.at, act.by))


def _parted(change: TableChange, before: Rows, after: Rows, entered: _Entered) -> tuple[Rows, TableChange]:
    """Return rows with nothing but what was entered, and the change that followed from it."""
    columns, followed = dict(after.columns), {}
    some = np.zeros(len(after), dtype=bool)
    for name, column in after.columns.items():
        if name == "row_version" or name in change.definition.key:
            continue
        given = [name in values and values[name] == value for values, value in zip(entered, column.tolist())]
        mask = differs(column, before[name]) & ~np.array(given, dtype=bool)
        if mask.any():
            columns[name] = np.where(mask, before[name], column)
            followed[name] = np.where(mask, column, before[name])
            some |= mask
    if not some.any():
        return after, TableChange(change.table)
    keys = {name: (after if name in after else before)[name] for name in change.definition.key}
    was = Rows({**{name: before[name] for name in followed}, **keys}, None, before.fid)
    now = Rows({**followed, **keys}, None, before.fid)
    return after.with_columns(**columns), TableChange(change.table, before=was.take(some), updated=now.take(some))
