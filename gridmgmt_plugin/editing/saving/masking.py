"""What belongs to people in rows that were typed: masked in texts and told with the rows, refused as a code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused
from gridmgmt_plugin.workspace.personal_data import private_codes, row_without_people
from gridmgmt_plugin.workspace.schema import ColumnDefinition, TableDefinition
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Masked:
    """``pending``: the edits as they may be stored. ``rows``: column → numbers of the rows in which something was
    masked; new rows have the negative numbers that QGIS gave them.
    """

    pending: PendingEdits
    rows: Mapping[str, tuple[int, ...]]


def without_people(table: str, pending: PendingEdits) -> Masked:
    """Return the edits with what belongs to people masked in the texts that were typed.

    :raises SaveRefused: ``save_code_is_private`` for a code that is somebody's number, which cannot be masked.
    """
    _refuse_private_codes(table, pending)
    values = {fid: row_without_people(table, typed) for fid, typed in pending.values.items()}
    added = tuple(replace(row, values=row_without_people(table, row.values)) for row in pending.added)
    rows: dict[str, list[int]] = defaultdict(list)
    kept = {**values, **{row.fid: row.values for row in added}}
    for fid, typed in _typed_rows(pending):
        for name, value in typed.items():
            if kept[fid][name] != value:
                rows[name].append(fid)
    return Masked(
        replace(pending, values=values, added=added), {name: tuple(fids) for name, fids in sorted(rows.items())}
    )


def masked_note(table: str, masked: Masked) -> tuple[Message, ...]:
    """Return the sentence that says in which columns, and of how many rows, something was masked; none if nothing."""
    if not masked.rows:
        return ()
    columns = [column for column in definition_of(table).columns if column.name in masked.rows]
    told = {
        "count": len({fid for fids in masked.rows.values() for fid in fids}),
        "columns": listing(column.zh for column in columns),
        "columns_en": ", ".join(column.en for column in columns),
    }
    return (Message("save_texts_masked", told),)


def masked_rows(workspace: Workspace, table: str, masked: Masked) -> tuple[Message, ...]:
    """Return a line per column that names the rows by their keys; ask before the save, while the rows are there."""
    if not masked.rows:
        return ()
    definition = definition_of(table)
    names = _keys_of(workspace, definition, masked)
    return tuple(
        Message(
            "save_texts_masked_rows",
            {
                "column": column.zh,
                "column_en": column.en,
                "rows": listing(names[fid] for fid in masked.rows[column.name]),
            },
        )
        for column in definition.columns
        if column.name in masked.rows
    )


def _keys_of(workspace: Workspace, definition: TableDefinition, masked: Masked) -> dict[int, str]:
    """Return the name of each masked row: its key as it was typed or stored, else its number."""
    fids = sorted({fid for rows in masked.rows.values() for fid in rows})
    stored = workspace.read(
        definition.name, list(definition.key), {"fid": [f for f in fids if f >= 0]}, geometry=False
    )
    records = dict(zip(stored.fids.tolist(), stored.records()))
    typed = dict(_typed_rows(masked.pending))
    names = {}
    for fid in fids:
        row = {**records.get(fid, {}), **typed[fid]}
        key = [str(row[name]) for name in definition.key if row.get(name) is not None]
        names[fid] = "|".join(key) or str(abs(fid))
    return names


def _refuse_private_codes(table: str, pending: PendingEdits) -> None:
    for column in definition_of(table).columns:
        typed = [row[column.name] for _, row in _typed_rows(pending) if row.get(column.name) is not None]
        count = int(private_codes(table, column.name, typed).sum()) if typed else 0
        if count:
            raise SaveRefused(Refusal(Message("save_code_is_private", _labels(definition_of(table), column, count))))


def _labels(definition: TableDefinition, column: ColumnDefinition, count: int) -> dict[str, Any]:
    return {
        "table": definition.zh,
        "table_en": definition.en,
        "column": column.zh,
        "column_en": column.en,
        "count": count,
    }


def _typed_rows(pending: PendingEdits) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield from pending.values.items()
    for row in pending.added:
        yield row.fid, row.values
