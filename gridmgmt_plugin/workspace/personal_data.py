"""The last gate before a workspace: nothing that belongs to people is written into a text, whoever writes.

Imports mask and tell what they masked before; what is typed in a form, as an author or as a title comes through here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.redaction.keys import PERSONAL, PLACE, private_keys, private_logins
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.log_privacy import is_private, private_columns
from gridmgmt_plugin.workspace.schema import tables

#: Codes with which people log in: a phone may be one.
LOGIN = "login"
_CODES = ("code", "id", "key", "number", "uscc", "_code", "_id", "_key", "_number", "_hash", "_grid")


@lru_cache(maxsize=64)
def free_texts(table: str) -> frozenset[str]:
    """Return the columns of a table in which people write: no codes, no lists, no contacts, no records of ours."""
    definition = tables()[table]
    if is_private(table):
        return frozenset()
    kept = {*definition.key, *private_columns(table), *load_json("schema/private.json")["as_written"].get(table, ())}
    return frozenset(
        column.name
        for column in definition.columns
        if column.type == "text" and not column.values and column.name not in kept and not is_code(column.name)
    )


def code_kind(table: str, column: str) -> str | None:
    """Return as what the codes of a column are looked through: :data:`PERSONAL`, :data:`PLACE`, :data:`LOGIN`.

    ``None`` for a column that holds no codes which people make up.
    """
    definition = tables()[table]
    codes = load_json("schema/private.json")["codes"]
    listed = {entry.name for entry in definition.columns if entry.type != "text" or entry.values}
    if is_private(table) or column in listed or column in private_columns(table):
        return None
    if not (column in definition.key or column in codes["more"] or is_code(column)):
        return None
    if column in codes["logins"]:
        return LOGIN
    return PLACE if {column, f"{table}.{column}"} & set(codes["places"]) else PERSONAL


def private_codes(table: str, column: str, values: Iterable[Any]) -> np.ndarray:
    """Tell which codes of a column are somebody's number, which nobody may use as a code: a bool mask."""
    kind = code_kind(table, column)
    if kind is None:
        return np.zeros(len(list(values)), dtype=bool)
    return private_logins(values) if kind == LOGIN else private_keys(values, kind)


@dataclass(frozen=True)
class MaskedRows(Rows):
    """Rows whose texts :func:`without_people` has masked, as those of the table ``table``, and into which no text was
    put since: a million are not looked through again.
    """

    table: str = ""

    def take(self, selection: np.ndarray | Sequence[int]) -> MaskedRows:
        """Return the rows at a boolean mask or at positions, masked as they are."""
        return masked_already(self.table, super().take(selection))

    def with_columns(self, **columns: Iterable[Any]) -> Rows:
        """Return the rows with columns added or replaced; with a text among these they are to be masked again."""
        rows = super().with_columns(**columns)
        return Rows(rows.columns, rows.held, rows.fid) if free_texts(self.table) & set(columns) else rows


def masked_already(table: str, rows: Rows) -> MaskedRows:
    """Return rows whose texts were masked before they were put aside by us."""
    return MaskedRows(rows.columns, rows.held, rows.fid, table)


def without_people(table: str, rows: Rows) -> Rows:
    """Return the rows with what belongs to people masked in their texts."""
    if isinstance(rows, MaskedRows) and rows.table == table:
        return rows
    masked = {}
    for name in free_texts(table) & set(rows.columns):
        found = redact_column(rows[name])
        if len(found.rows):
            masked[name] = found.values
    return rows.with_columns(**masked) if masked else rows


def column_without_people(table: str, column: str, values: Sequence[Any] | np.ndarray) -> Sequence[Any] | np.ndarray:
    """Return one column's values with what belongs to people masked, as they are where the column is no text."""
    return redact_column(values).values if column in free_texts(table) else values


def row_without_people(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one row's values with what belongs to people masked in their texts."""
    texts = free_texts(table)
    return {name: redact(value) if name in texts and isinstance(value, str) else value for name, value in row.items()}


def log_without_people(table: str, content: str | None) -> str | None:
    """Return what a line of the change log says of a row, as JSON, with what belongs to people masked."""
    if content is None:
        return None
    try:
        row = json.loads(content)
    except ValueError:
        return redact(content)
    if not isinstance(row, dict) or table not in tables():
        return content
    masked = row_without_people(table, row)
    return content if masked == row else json.dumps(masked, ensure_ascii=False)


def is_code(name: str) -> bool:
    """Tell by its name whether a column holds codes."""
    return name in _CODES or name.endswith(tuple(code for code in _CODES if code.startswith("_")))
