"""What a save does to one table: written in a transaction, remembered so that it can be taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import wrapped
from gridmgmt_plugin.core.rows import Rows, differs, is_null
from gridmgmt_plugin.workspace.changes.log_privacy import private_columns
from gridmgmt_plugin.workspace.personal_data import without_people
from gridmgmt_plugin.workspace.schema import TableDefinition
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction

GEOMETRY = "geometry"
_AS_TEXT = json.JSONEncoder(ensure_ascii=False)
# From so many rows on a column is written as a whole.
_MANY_ROWS = 5000


def no_rows() -> Rows:
    """Return rows of nothing."""
    return Rows({}, None, np.empty(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class TableChange:
    """Rows of one table before and after.

    ``before``: the rows that change, whole, as they are stored. ``updated``: the same rows in the same order with
    the columns that change, with geometry where one changes; ``row_version`` is the one that was edited. ``deleted``:
    whole rows as they are stored, with the ``row_version`` that was edited. ``inserted``: new rows.
    ``derived``: what changes follows from other tables, the versions of the rows stay.
    """

    table: str
    before: Rows = field(default_factory=no_rows)
    updated: Rows = field(default_factory=no_rows)
    deleted: Rows = field(default_factory=no_rows)
    inserted: Rows = field(default_factory=no_rows)
    derived: bool = False

    def __bool__(self) -> bool:
        return self.rows > 0

    @property
    def rows(self) -> int:
        """Return how many rows are written."""
        return len(self.updated) + len(self.deleted) + len(self.inserted)

    @property
    def definition(self) -> TableDefinition:
        """Return what the schema says about the table."""
        return definition_of(self.table)

    def write(self, transaction: Transaction) -> np.ndarray:
        """Write everything; return the row numbers of the inserted rows, int64.

        :raises WorkspaceError: ``row_changed_meanwhile``, ``workspace_duplicate_key`` and what the file refuses.
        """
        self._delete(transaction)
        if self._is_one_long_column:
            (name,) = self.updated.columns
            transaction.set_column(self.table, name, self.updated.fids, self.updated[name])
            return np.empty(0, dtype=np.int64)
        for part in self._updates():
            transaction.update(self.table, part, derived=self.derived)
        if len(self.inserted) == 0:
            return np.empty(0, dtype=np.int64)
        return transaction.insert(self.table, _without(self.inserted, "row_version"))

    @property
    def _is_one_long_column(self) -> bool:
        """Return whether many rows get one derived value each and nothing else happens: there is a faster way."""
        only = self.rows == len(self.updated) and self.updated.geometry is None and len(self.updated.columns) == 1
        return self.derived and only and len(self.updated) > _MANY_ROWS

    def _delete(self, transaction: Transaction) -> None:
        if len(self.deleted) == 0:
            return
        if "row_version" in self.deleted:
            # An update of nothing fails where somebody else was first; a delete would not notice.
            guard = Rows({"row_version": self.deleted["row_version"]}, None, self.deleted.fids)
            transaction.update(self.table, guard)
        transaction.delete(self.table, self.deleted.fids)

    def _updates(self) -> Iterable[Rows]:
        """Yield the updates: rows whose shape changes apart from those that keep it."""
        rows = self.updated if not self.derived else _without(self.updated, "row_version")
        if len(rows) == 0:
            return
        if rows.geometry is None:
            yield rows
            return
        moved = self.reshaped()
        if moved.any():
            yield rows.take(moved)
        if not moved.all():
            yield rows.take(~moved).with_geometry(None)

    def reshaped(self) -> np.ndarray:
        """Tell which updated rows get another geometry: bool (n,)."""
        if self.updated.geometry is None:
            return np.zeros(len(self.updated), dtype=bool)
        kind = self.definition.geometry
        one, two = (shapely.to_wkb(wrapped(rows.shapes, kind)) for rows in (self.before, self.updated))
        return differs(one, two)

    def other_outlines(self) -> np.ndarray:
        """Tell which updated rows get an outline that is not the same to the last bit: bool (n,)."""
        if self.updated.geometry is None:
            return np.zeros(len(self.updated), dtype=bool)
        return differs(shapely.to_wkb(self.before.shapes), shapely.to_wkb(self.updated.shapes))

    @cached_property
    def old(self) -> list[dict[str, Any]]:
        """The rows that change as plain dictionaries, as they are stored; to be read, not to be written to."""
        return records(self.before)

    @cached_property
    def after(self) -> list[dict[str, Any]]:
        """The updated rows whole, as they are after the change; to be read, not to be written to."""
        return [{**old, **new} for old, new in zip(self.old, records(self.updated))]

    @property
    def whole(self) -> Rows:
        """Return the updated rows whole, as they are after the change, column by column; :attr:`after` for many."""
        columns = {**self.before.columns, **self.updated.columns}
        moved = self.updated.geometry
        return Rows(columns, self.before.geometry if moved is None else moved, self.updated.fid)

    def record(self, inserted: np.ndarray) -> dict[str, Any]:
        """Return what is needed to take the change back; ``inserted``: the row numbers of the inserted rows.

        What follows from other tables may be a million points: such a change is recorded column by column. What is
        masked when it is written is recorded as it is stored, and columns with telephone numbers not at all.
        """
        updated, new = (without_people(self.table, rows) for rows in (self.updated, self.inserted))
        as_it_is = updated is self.updated and new is self.inserted
        stored = self if as_it_is else replace(self, updated=updated, inserted=new)
        return stored._recorded(inserted)  # noqa: SLF001  a change of this kind

    def _recorded(self, inserted: np.ndarray) -> dict[str, Any]:
        unsaid = {"row_version", *private_columns(self.table)}
        columns = [name for name in self.updated.columns if name not in unsaid]
        by_column = self.derived and self.updated.geometry is None and len(self.updated) > 0
        columns += [GEOMETRY] if self.updated.geometry is not None else []
        content: dict[str, Any] = {"table": self.table, "derived": self.derived, "columns": columns}
        if by_column:
            content["following"] = self._following(columns)
        content["updated"] = self._updated_rows(columns) if columns and not by_column else []
        content["inserted"] = [
            {"key": key, "after": mark}
            for key, mark in zip(
                _keys(self.definition, self.inserted, inserted.tolist()), digests(self.definition, self.inserted)
            )
        ]
        content["deleted"] = [
            {name: value for name, value in row.items() if name not in unsaid} for row in records(self.deleted)
        ]
        return content

    def _updated_rows(self, columns: Sequence[str]) -> list[dict[str, Any]]:
        if len(self.before) == 0:
            return []
        after = self.whole
        old = _values(self.before, columns)
        return [
            {"key": key, "after": mark, "before": dict(zip(columns, values))}
            for key, mark, values in zip(
                _keys(self.definition, after, self.updated.fids.tolist()),
                digests(self.definition, only(after, columns) if self.derived else after),
                zip(*old) if old else ((),) * len(after),
            )
        ]

    def _following(self, columns: Sequence[str]) -> dict[str, Any]:
        key = {name: self.before[name] for name in self.definition.key if name in self.before}
        if len(key) < len(self.definition.key) or not key or any(is_null(column).any() for column in key.values()):
            key = {"fid": self.updated.fids}
        return {
            "key": {name: column.tolist() for name, column in key.items()},
            "before": {name: self.before[name].tolist() for name in columns},
            "after": {name: self.updated[name].tolist() for name in columns},
        }


def records(rows: Rows) -> list[dict[str, Any]]:
    """Return rows as plain dictionaries, the geometry as hexadecimal WKB under ``geometry``."""
    found = rows.records() if rows.columns else [{} for _ in range(len(rows))]
    if rows.geometry is not None:
        for record, text in zip(found, shapely.to_wkb(rows.geometry, hex=True, byte_order=1)):
            record[GEOMETRY] = text
    return found


def key_of(definition: TableDefinition, row: Mapping[str, Any], fid: int | None) -> dict[str, Any]:
    """Return what a row is found by: its natural key, else its number."""
    key = {name: row.get(name) for name in definition.key}
    return key if key and None not in key.values() else {"fid": fid}


def digests(definition: TableDefinition, rows: Rows) -> list[str]:
    """Return for each row a short text that is equal for rows of equal content, on every back end.

    Versions and row numbers do not count.
    """
    kinds = {column.name: column.type for column in definition.columns}
    parts = {
        name: _parts(name, kinds.get(name, "text"), column.tolist())
        for name, column in rows.columns.items()
        if name not in ("row_version", "fid")
    }
    if rows.geometry is not None:
        texts = shapely.to_wkb(wrapped(rows.geometry, definition.geometry), hex=True, byte_order=1)
        parts[GEOMETRY] = [None if text is None else f'"{GEOMETRY}": "{text}"' for text in texts]
    contents = zip(*(parts[name] for name in sorted(parts))) if parts else ((),) * len(rows)
    # The text of each row is the JSON of what it holds, written column by column.
    texts_of_rows = ("{" + ", ".join([part for part in content if part is not None]) + "}" for content in contents)
    return [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts_of_rows]


def only(rows: Rows, names: Sequence[str]) -> Rows:
    """Return rows with some of their columns, the geometry where it is named."""
    columns = {name: rows[name] for name in names if name in rows}
    return Rows(columns, rows.geometry if GEOMETRY in names else None, rows.fid)


def _parts(name: str, kind: str, values: Sequence[Any]) -> list[str | None]:
    """Return ``"name": value`` as JSON for each value that is there."""
    head = f"{_AS_TEXT.encode(name)}: "
    if kind == "real":
        return [None if value is None else f'{head}"{float(value)!r}"' for value in values]
    if kind in ("integer", "boolean"):
        return [None if value is None else f"{head}{int(value)}" for value in values]
    known = {value: head + _AS_TEXT.encode(str(value)) for value in set(values) if value is not None}
    return [known.get(value) for value in values]


def _keys(definition: TableDefinition, rows: Rows, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return :func:`key_of` of each row. ``numbers``: the row numbers."""
    named = _values(rows, definition.key)
    return [
        dict(zip(definition.key, values)) if values and None not in values else {"fid": number}
        for values, number in zip(zip(*named) if named else ((),) * len(numbers), numbers)
    ]


def _values(rows: Rows, names: Sequence[str]) -> list[list[Any]]:
    """Return the values of columns, the geometry as hexadecimal WKB; ``None`` where there is no such column."""
    found = []
    for name in names:
        if name == GEOMETRY and rows.geometry is not None:
            found.append(shapely.to_wkb(rows.geometry, hex=True, byte_order=1).tolist())
        else:
            found.append(rows[name].tolist() if name in rows else [None] * len(rows))
    return found


def _without(rows: Rows, *names: str) -> Rows:
    return Rows({name: column for name, column in rows.columns.items() if name not in names}, rows.geometry, rows.fid)
