"""The rows of a file against the items of a ledger: new, changed, no longer listed, listed again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.intake.update_rules import ADD
from gridmgmt_plugin.core.rows import Rows, differs, is_null
from gridmgmt_plugin.jobs.intake.upsert import NEW, Upsert, upsert_matched
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

TABLE = "ledger_item"
#: Columns that a file leads, and those that say what became of an item.
_READ = ("name", "status", "due_on", "unit_grid", "attributes")
_FATE = ("changed_on", "prior_status", "gone_on")


@dataclass(frozen=True, eq=False)
class LedgerMerge:
    """``upsert``: what became of each row of the file. ``change``: everything that is written to the items.
    ``restated``: how many have another status; ``gone``: how many the file no longer lists; ``back``: how many it
    lists again.
    """

    upsert: Upsert
    change: TableChange
    restated: int
    gone: int
    back: int


def merge_items(
    workspace: Workspace, stored: Rows, incoming: Rows, mode: str, today: str, *, is_whole: bool, spared: np.ndarray
) -> LedgerMerge:
    """Return how the rows of a file change the items of their ledger.

    Nothing is deleted: what a file no longer lists is marked with the day, and what comes back loses the mark.

    :param stored: all items of the ledger, whole. :param incoming: rows of the table, unique by key.
    :param mode: ``update``, or ``add``: items that are there stay as they are. :param today: ISO 8601.
    :param is_whole: what the file does not list is no longer in the ledger. :param spared: bool per stored
        item, never marked as gone.
    """
    position = {key: at for at, key in enumerate(stored["key"].tolist())}
    of_row = np.fromiter((position.get(key, -1) for key in incoming["key"]), dtype=np.int64, count=len(incoming))
    numbers = np.where(of_row >= 0, stored.fids[of_row], -1) if len(stored) else of_row
    merged = upsert_matched(workspace, TABLE, incoming, numbers, mode)
    inserted = merged.incoming.take(merged.outcome == NEW)
    inserted = inserted.with_columns(added_on=[today] * len(inserted), changed_on=[today] * len(inserted))
    if mode == ADD:
        return LedgerMerge(merged, TableChange(TABLE, inserted=inserted), 0, 0, 0)
    after = {name: stored[name].copy() for name in (*_READ, *_FATE)}
    shapes = stored.shapes.copy()
    at = of_row[merged.at]
    for name in _READ:
        if name in merged.change.updated:
            after[name][at] = merged.change.updated[name]
    moved = np.zeros(len(stored), dtype=bool)
    if merged.change.updated.geometry is not None:
        moved[at[merged.moved]] = True
        shapes[at] = np.where(merged.moved, merged.change.updated.shapes, shapes[at])
    is_there = np.zeros(len(stored), dtype=bool)
    is_there[of_row[of_row >= 0]] = True
    was_gone = ~is_null(stored["gone_on"])
    gone = ~is_there & ~spared & ~was_gone & is_whole
    back = is_there & was_gone
    restated = differs(after["status"], stored["status"])
    after["gone_on"][gone], after["gone_on"][back] = today, None
    after["prior_status"][restated] = stored["status"][restated]
    after["changed_on"][restated | gone | back] = today
    different = moved.copy()
    for name, column in after.items():
        different |= differs(column, stored[name])
    change = TableChange(
        TABLE,
        before=stored.take(different),
        updated=_updated(stored, after, shapes if moved.any() else None, different),
        inserted=inserted,
    )
    return LedgerMerge(merged, change, int(restated.sum()), int(gone.sum()), int(back.sum()))


def _updated(stored: Rows, after: dict[str, np.ndarray], shapes: np.ndarray | None, different: np.ndarray) -> Rows:
    columns = {name: column[different] for name, column in after.items() if differs(column, stored[name]).any()}
    columns["row_version"] = stored["row_version"][different]
    return Rows(columns, None if shapes is None else shapes[different], stored.fids[different])
