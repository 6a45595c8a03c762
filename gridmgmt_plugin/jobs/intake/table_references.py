"""What rows of a table refer to: known in the workspace, or left empty and told, or a reason not to take the row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.codes.area_chains import KnownAreas
from gridmgmt_plugin.core.codes.damaged_codes import SCIENTIFIC, find_damaged_codes
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import is_null
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.department_codes import DepartmentCodes
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE, labels
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns, rows_shown
from gridmgmt_plugin.workspace.schema import ColumnDefinition, TableDefinition, table
from gridmgmt_plugin.workspace.workspace import Workspace

_SHOWN_VALUES = 8
_DATES = ("date", "datetime")


def reject_unscoped(
    source: Source,
    definition: TableDefinition,
    fields: Mapping[str, str],
    typed: TypedColumns,
    rejections: Rejections,
) -> None:
    """Reject rows in which a cell that limits them cannot be read: left empty, the rule would hold everywhere.

    Unreadable dates of other columns are told here, because typing was asked to be quiet about them.
    """
    scope = load_json(CATALOGUE)["scope_columns"].get(definition.name, ())
    for column in definition.columns:
        if column.name not in fields:
            continue
        cells, values = source.rows[fields[column.name]], typed.columns[column.name]
        if column.name in typed.dates:
            lost = typed.dates[column.name].rejected
        else:
            lost = np.array([r for r, v in enumerate(values) if v is None and clean_text(cells[r])], dtype=np.int64)
        if column.name in scope:
            rejections.add(lost, "value_unknown", cells[lost], labels(column))
        elif len(lost) and column.type in _DATES:
            shown = {"count": len(lost), "rows": rows_shown(source, lost)}
            typed.notes.append(Message("dates_left_empty", {**labels(column), **shown}))


def check_references(
    workspace: Workspace, source: Source, definition: TableDefinition, typed: TypedColumns, rejections: Rejections
) -> tuple[Message, ...]:
    """Check every column that refers to another table, or to the table itself; return what to tell."""
    catalogue = load_json(CATALOGUE)
    scope = catalogue["scope_columns"].get(definition.name, ())
    parents = {
        entry["column"]: (entry["parent"], entry["parent_column"])
        for entry in load_json("schema/relations.json")
        if entry["child"] == definition.name
    }
    parents.update({name: tuple(to) for name, to in catalogue["keyed_references"].get(definition.name, {}).items()})
    parents.update(
        dict.fromkeys(catalogue["own_references"].get(definition.name, ()), (definition.name, definition.key[0]))
    )
    notes = []
    for column in definition.columns:
        if column.name not in parents or column.name not in typed.columns:
            continue
        parent, parent_column = parents[column.name]
        unknown, unchecked = _unknown(workspace, definition, column, (parent, parent_column), typed)
        if unchecked:
            notes.append(Message("departments_not_checked"))
        cells = source_cells(typed, column, unknown)
        if column.name in scope:
            titles = {"table_zh": table(parent).zh, "table_en": table(parent).en}
            damaged = find_damaged_codes(cells)
            spoilt = damaged.rows[damaged.reasons == SCIENTIFIC]
            rejections.add(unknown[spoilt], "reference_damaged", cells[spoilt], labels(column))
            rejections.add(unknown, "reference_unknown", cells, titles)
        elif len(unknown):
            shown = listing(dict.fromkeys(map(str, cells)), most=_SHOWN_VALUES)
            details = {"count": len(unknown), "shown": shown, "rows": rows_shown(source, unknown)}
            notes.append(Message("references_left_empty", {**labels(column), **details}))
        typed.columns[column.name][unknown] = None
    return tuple(notes)


def source_cells(typed: TypedColumns, column: ColumnDefinition, rows: np.ndarray) -> np.ndarray:
    """Return what stands in a column at some rows, as a copy that stays when the column is emptied."""
    cells: np.ndarray = typed.columns[column.name][rows]
    return cells.copy()


def _unknown(
    workspace: Workspace,
    definition: TableDefinition,
    column: ColumnDefinition,
    parent: tuple[str, str],
    typed: TypedColumns,
) -> tuple[np.ndarray, bool]:
    """Return the rows whose reference is not known, and whether it could not be checked at all."""
    values = typed.columns[column.name]
    if parent[0] == "department" and definition.name != "department":
        departments = DepartmentCodes(workspace)
        codes, unknown = departments.codes(values)
        known = np.setdiff1d(np.arange(len(values)), unknown)
        values[known] = codes[known]
        return unknown, not departments.known
    known_codes = set(workspace.read(parent[0], [parent[1]], geometry=False)[parent[1]].tolist())
    if parent[0] == "area":
        known_areas, given = KnownAreas(known_codes), np.flatnonzero(~is_null(values))
        values[given] = [known_areas.stored(code) for code in values[given].tolist()]
    if parent[0] == "scheme" and not known_codes:  # duties may be listed before the first scheme is made
        return np.zeros(0, dtype=np.int64), False
    if parent[0] == definition.name:
        known_codes |= set(typed.columns[parent[1]].tolist())
    return np.array(
        [r for r, v in enumerate(values) if v is not None and v not in known_codes], dtype=np.int64
    ), False
