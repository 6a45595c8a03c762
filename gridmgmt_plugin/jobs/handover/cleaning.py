"""Values made fit to leave the house: typed, trimmed, without phones and identity numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.redaction.keys import private_keys
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text, clean_texts, to_numbers
from gridmgmt_plugin.exchange.package.fields import DATE, INTEGER, REAL, FieldSpec

# Control characters that no text file, sheet or DBF carries faithfully; a line break becomes a blank.
_CONTROL: dict[int, str | None] = {**dict.fromkeys(range(32)), 9: " ", 10: " ", 13: " ", 127: None}


def clean_rows(rows: Rows, fields: Sequence[FieldSpec], table: str) -> tuple[Rows, int]:
    """Return the rows with exactly the columns of ``fields``, cleaned, and how many free texts lost a number.

    A column that the rows do not have is empty.

    :raises InputError: ``package_value_unclear`` for what is no date or number where one must be.
    """
    columns: dict[str, np.ndarray] = {}
    redacted = 0
    for field in fields:
        values = rows[field.column] if field.column in rows else as_column([None] * len(rows))
        if field.type == DATE:
            columns[field.column] = _dates(values, field, table)
        elif field.type in (REAL, INTEGER):
            columns[field.column] = _numbers(values, field, table)
        else:
            texts = _plain_lines(values)
            if field.free:
                cleaned = redact_column(texts)
                texts, redacted = cleaned.values, redacted + len(cleaned.rows)
            columns[field.column] = texts
    return Rows(columns, rows.geometry), redacted


def _plain_lines(values: np.ndarray) -> np.ndarray:
    """Return :func:`plain_line` of every value."""
    cleaned = clean_texts(values)
    if "".join(text for text in cleaned if text is not None).isprintable():
        return cleaned
    return as_column(plain_line(text) for text in cleaned)


def plain_line(value: Any) -> str | None:
    """Return a value as one line of text without control characters and blanks around it, ``None`` for nothing."""
    text = clean_text(value)
    if text is None or text.isprintable():
        return text
    return clean_text(text.translate(_CONTROL))


def refuse_private_keys(codes: Iterable[str | None], table: str) -> None:
    """Refuse phone and identity numbers used as keys: they would be in every table of the package.

    :raises InputError: ``package_key_is_private``, naming table and number of rows, never the value.
    """
    count = int(private_keys(codes).sum())
    if count:
        raise InputError("package_key_is_private", table=table, count=count)


def _dates(values: np.ndarray, field: FieldSpec, table: str) -> np.ndarray:
    parsed = parse_dates(values)
    if len(parsed.rejected):
        _refuse(values[int(parsed.rejected[0])], field, table)
    return as_column(None if iso is None else iso[:10] for iso in parsed.iso)


def _numbers(values: np.ndarray, field: FieldSpec, table: str) -> np.ndarray:
    numbers = to_numbers(values)
    unclear = [v for v, number in zip(values, numbers) if np.isnan(number) and clean_text(v) is not None]
    if unclear:
        _refuse(unclear[0], field, table)
    kind = int if field.type == INTEGER else float
    return as_column(None if np.isnan(number) else kind(number) for number in numbers)


def _refuse(value: Any, field: FieldSpec, table: str) -> None:
    raise InputError("package_value_unclear", table=table, field=field.column, value=value)
