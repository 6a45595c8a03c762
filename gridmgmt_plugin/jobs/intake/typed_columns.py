"""Cells of a file as the values that a table stores; what cannot be one is left empty and told with its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.core.dates import ParsedDates, parse_dates
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_codes, clean_texts, to_numbers
from gridmgmt_plugin.core.value_words import booleans, stored_values
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import labels, value_list_of
from gridmgmt_plugin.workspace.changes.log_privacy import is_private, private_columns
from gridmgmt_plugin.workspace.personal_data import code_kind, private_codes
from gridmgmt_plugin.workspace.schema import ColumnDefinition, TableDefinition, table

_SHOWN_ROWS = 20
_SHOWN_VALUES = 8
_DAY_LENGTH = 10
# Codes have no blanks inside; classes and departments may be named by words instead.
_CODE_COLUMNS = {
    "id", "key", "code", "scheme", "class_prefix", "uscc", "employee_no", "account", "person_id", "component_code",
    "old_code", "prior_code", "area_code",
}  # fmt: skip
_IDENTIFIERS = {"case_no"}


@dataclass
class TypedColumns:
    """``columns``: column → object array with one value per row of the file. ``dates``: what parsing the date columns
    gave, with a reason per row. ``private``: mask of the rows whose key is a phone or identity number of somebody.
    ``notes``: what was left empty or masked.
    """

    private: np.ndarray

    columns: dict[str, np.ndarray] = field(default_factory=dict)
    dates: dict[str, ParsedDates] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)


def typed_columns(
    source: Source,
    table_name: str,
    fields: Mapping[str, str],
    quiet: tuple[str, ...] = (),
    more: Collection[str] = (),
) -> TypedColumns:
    """Return the columns of ``table_name`` that ``fields`` (column → heading) names, typed for the table.

    This is the door of every file, so what belongs to people stays outside here: it is masked in texts, left empty as
    a reference, and told as ``private`` where it is the row's key.

    :param quiet: date columns whose unreadable cells the caller rejects, so that no note is needed.
    :param more: names beyond the table's columns that are taken as they are, but for what belongs to people.
    """
    typed = TypedColumns(np.zeros(len(source), dtype=bool))
    definition = table(table_name)
    for column in definition.columns:
        heading = fields.get(column.name)
        if heading is not None:
            _type_one(source, table_name, column, source.rows[heading], typed, quiet)
    for name in more:
        if name in fields:
            typed.columns[name] = source.rows[fields[name]]
    _keep_people_out(source, definition, typed)
    return typed


def _keep_people_out(source: Source, definition: TableDefinition, typed: TypedColumns) -> None:
    """Mask texts, empty references and mark keys that belong to people; contacts and duty phones stay."""
    if is_private(definition.name):
        return
    listed = {column.name for column in definition.columns if column.type != "text" or column.values}
    refused = {*definition.key, *_IDENTIFIERS}
    columns = {column.name: column for column in definition.columns}
    phones = identities = others = 0
    for name, values in typed.columns.items():
        if name in listed or name in private_columns(definition.name):
            continue
        if code_kind(definition.name, name) is not None:
            private = private_codes(definition.name, name, values)
            if name in refused:
                typed.private |= private
            elif private.any():
                kept = values.copy()
                kept[private] = None
                typed.columns[name] = kept
                rows = np.flatnonzero(private)
                details = {"count": len(rows), "rows": rows_shown(source, rows)}
                typed.notes.append(Message("private_codes_left_empty", {**labels(columns[name]), **details}))
            continue
        found = redact_column(values)
        typed.columns[name] = found.values
        phones, identities, others = phones + found.phones, identities + found.identities, others + found.others
    if phones + identities:
        typed.notes.append(Message("texts_redacted", {"phones": phones, "identities": identities}))
    if others:
        typed.notes.append(Message("people_redacted", {"count": others}))


def rows_shown(source: Source, rows: np.ndarray) -> str:
    """Return the numbers under which the user finds some rows, the first of them if there are many."""
    return numbers_shown(source.row_numbers[rows])


def numbers_shown(numbers: np.ndarray) -> str:
    """Return numbers of rows as :func:`rows_shown` does."""
    return ", ".join(map(str, numbers[:_SHOWN_ROWS].tolist())) + (" …" if len(numbers) > _SHOWN_ROWS else "")


def _type_one(
    source: Source,
    table_name: str,
    definition: ColumnDefinition,
    column: np.ndarray,
    typed: TypedColumns,
    quiet: tuple[str, ...],
) -> None:
    listed = value_list_of(table_name, definition)
    if listed is not None:
        values, unknown = stored_values(column, listed)
        _note_values(source, definition, column, unknown, typed)
    elif definition.type == "boolean":
        values, unknown = booleans(column)
        _note_values(source, definition, column, unknown, typed)
    elif definition.type in ("integer", "real"):
        values, unknown = _numbers(column, int if definition.type == "integer" else float)
        _note_values(source, definition, column, unknown, typed)
    elif definition.type in ("date", "datetime"):
        values = _dates(source, definition, column, typed, quiet)
    elif definition.name in _CODE_COLUMNS:
        values = clean_codes(column)
    else:
        values = clean_texts(column)
    typed.columns[definition.name] = values


def _numbers(column: np.ndarray, kind: Callable[[float], float]) -> tuple[np.ndarray, np.ndarray]:
    numbers = to_numbers(column)
    values = as_column(None if number != number else kind(number) for number in numbers.tolist())  # noqa: PLR0124  NaN
    empty = is_null(clean_texts(column))
    return values, np.flatnonzero(np.isnan(numbers) & ~empty)


def _dates(
    source: Source, definition: ColumnDefinition, column: np.ndarray, typed: TypedColumns, quiet: tuple[str, ...]
) -> np.ndarray:
    parsed = parse_dates(column)
    typed.dates[definition.name] = parsed
    if len(parsed.rejected) and definition.name not in quiet:
        details = {"count": len(parsed.rejected), "rows": rows_shown(source, parsed.rejected)}
        typed.notes.append(Message("dates_left_empty", {**labels(definition), **details}))
    if parsed.zoned:
        typed.notes.append(Message("times_had_zone", {**labels(definition), "count": parsed.zoned}))
    if definition.type == "date":
        return as_column(None if text is None else text[:_DAY_LENGTH] for text in parsed.iso)
    texts = [text or "" for text in parsed.iso.tolist()]
    if _DAY_LENGTH not in set(map(len, texts)):
        return parsed.iso
    days = np.array([len(text) == _DAY_LENGTH for text in texts], dtype=bool)
    typed.notes.append(Message("times_without_hour", {**labels(definition), "count": int(days.sum())}))
    values = parsed.iso.copy()
    values[days] = [f"{text}T00:00:00" for text in parsed.iso[days]]
    return values


def _note_values(
    source: Source, definition: ColumnDefinition, column: np.ndarray, unknown: np.ndarray, typed: TypedColumns
) -> None:
    if not len(unknown):
        return
    shown = listing(dict.fromkeys(str(value).strip() for value in column[unknown]), most=_SHOWN_VALUES)
    details = {"count": len(unknown), "rows": rows_shown(source, unknown), "shown": shown}
    typed.notes.append(Message("values_left_empty", {**labels(definition), **details}))
