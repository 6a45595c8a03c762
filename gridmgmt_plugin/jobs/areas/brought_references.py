"""What is named in vain after a working copy came back: both sides went on without each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

# Unit grids take along what names them.
_FOLLOWED = "unit_grid"


def named_in_vain(state: Workspace, changes: Sequence[TableChange]) -> list[Message]:
    """Return a sentence for every column in which something is named that is not there afterwards, because of these
    changes. Read in one state.
    """
    by_table = {change.table: change for change in changes if change}
    notes = []
    for relation in load_json("schema/relations.json"):
        child, parent = by_table.get(relation["child"]), by_table.get(relation["parent"])
        lost = _lost(state, relation, child, parent)
        if lost:
            definition = definition_of(relation["child"])
            column = Title(f"{relation['child']}.{relation['column']}")
            details = {"table": definition.zh, "table_en": definition.en, "column": column}
            notes.append(Message("copy_names_nothing", {**details, "count": len(lost), "shown": listing(lost)}))
    return notes


def _lost(
    state: Workspace, relation: Mapping[str, str], child: TableChange | None, parent: TableChange | None
) -> list[str]:
    """Return what is named in vain: by rows that come in, and by rows at home whose counterpart goes."""
    column, named = relation["column"], relation["parent_column"]
    given = set() if child is None else _values(child, column)
    gone = set() if parent is None or not len(parent.deleted) else set(parent.deleted[named].tolist())
    if relation["parent"] == _FOLLOWED or not (given | gone) - {None}:
        return []
    there = set(state.read(relation["parent"], [named], geometry=False)[named].tolist()) - gone
    there |= set() if parent is None else _values(parent, named)
    naming = set()
    if gone:
        rows = state.read(relation["child"], [column], {column: sorted(map(str, gone))}, geometry=False)
        written = [] if child is None else [*child.deleted.fids.tolist(), *child.updated.fids.tolist()]
        naming = set(rows[column][~np.isin(rows.fids, written)].tolist())
    return sorted(str(value) for value in (given | naming) - there if value is not None)


def _values(change: TableChange, column: str) -> set[str | None]:
    """Return the values of a column in rows that are changed or new."""
    updated = change.whole if len(change.updated) else change.updated
    return {value for rows in (updated, change.inserted) if column in rows for value in rows[column].tolist()}
