"""Columns of the workspace's tables as arrays that can be compared: one reading of text, number and nothing.

Tables come from files, from GeoPackage and from tests: a column may be missing, a code may be a number, nothing
may be ``None``, not-a-number or blanks. Here nothing is ``""`` for texts, not-a-number for numbers, not-a-time for
days and ``None`` for geometries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import ParsedDates, parse_dates
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.text import clean_texts, to_numbers


def table(tables: Mapping[str, Rows], name: str) -> Rows:
    """Return a table, an empty one where the workspace has none."""
    return tables.get(name, Rows())


def as_texts(values: Iterable[Any]) -> np.ndarray:
    """Return values as an object array of str without blanks around them; "" for nothing."""
    cleaned = clean_texts(values)
    cleaned[is_null(cleaned)] = ""
    return cleaned


def texts(rows: Rows, column: str) -> np.ndarray:
    """Return a column as :func:`as_texts`; a column that is not there is empty in every row."""
    return as_texts(rows[column]) if column in rows else np.full(len(rows), "", dtype=object)


def numbers(rows: Rows, column: str) -> np.ndarray:
    """Return a column as float64; what is no number is not-a-number, and so is a column that is not there."""
    return to_numbers(rows[column]) if column in rows else np.full(len(rows), np.nan)


def geometries(rows: Rows) -> np.ndarray:
    """Return the geometries, ``None`` in every row of a table that was read without them."""
    return np.full(len(rows), None, dtype=object) if rows.geometry is None else rows.geometry


def days(rows: Rows, column: str) -> np.ndarray:
    """Return a column of dates as datetime64[D]; not-a-time for nothing and for what cannot be read."""
    if column not in rows:
        return np.full(len(rows), "NaT", dtype="datetime64[D]")
    return days_of(parse_dates(rows[column]))


def days_of(parsed: ParsedDates) -> np.ndarray:
    """Return parsed dates as datetime64[D]; the time of day is left out."""
    return np.array([None if iso is None else iso[:10] for iso in parsed.iso], dtype="datetime64[D]")


def in_force(valid_from: np.ndarray, valid_to: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Tell whether ``day`` lies in the period, both ends included; an end that is not given is open."""
    started = np.isnat(valid_from) | (valid_from <= day)
    return np.asarray(started & (np.isnat(valid_to) | (valid_to >= day)))


def days_overlap(valid_from: np.ndarray, valid_to: np.ndarray, one: int, other: int) -> bool:
    """Tell whether two rows of periods have a day in common; an end that is not given is open."""
    # Nothing that is compared with a missing day is true.
    return not (valid_to[one] < valid_from[other] or valid_to[other] < valid_from[one])


def periods(valid_from: np.ndarray, valid_to: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group days between which nothing begins or ends: one day of each group, and the group of each day (int64).

    A million cases of a year are asked of rules that change twice a year: three groups, not 365.
    """
    bounds = np.concatenate([valid_from, valid_to + np.timedelta64(1, "D")])
    bounds = np.unique(bounds[~np.isnat(bounds)])
    span = np.searchsorted(bounds, day, side="right")
    _, first, which = np.unique(span, return_index=True, return_inverse=True)
    return day[first], np.asarray(which.reshape(-1), dtype=np.int64)


def positions(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return for each wanted key its first row in ``keys``, int64, −1 where there is none; "" is never found."""
    needed = set(wanted.tolist()) - {""}
    if not needed:
        return np.full(len(wanted), -1, dtype=np.int64)
    row_of: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key in needed:
            row_of.setdefault(key, row)
    asked = wanted.tolist()
    found = {key: row_of.get(key, -1) for key in {*needed, ""}}
    return np.fromiter(map(found.__getitem__, asked), dtype=np.int64, count=len(asked))


def picked(values: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return the texts at positions (int64), "" at −1, as an object array."""
    return np.asarray(np.append(values, "").astype(object)[position], dtype=object)


def numbered(values: np.ndarray) -> tuple[list[Any], np.ndarray]:
    """Return the distinct values in the order of their first row, and the number of each row's value (int64).

    What ``np.unique`` would say, without sorting a million texts.
    """
    items = values.tolist()
    number_of = {value: number for number, value in enumerate(dict.fromkeys(items))}
    return list(number_of), np.fromiter(map(number_of.__getitem__, items), dtype=np.int64, count=len(items))


def distinct_rows(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row of each distinct combination of int64 columns (≥ 0), and which of them each row is."""
    which = np.zeros(len(columns[0]), dtype=np.int64)
    first = which[:1]
    for column in columns:
        paired = which * (int(column.max(initial=0)) + 1) + column
        _, first, inverse = np.unique(paired, return_index=True, return_inverse=True)
        which = inverse.reshape(-1).astype(np.int64)
    return first, which


def or_none(values: np.ndarray) -> np.ndarray:
    """Return the texts with ``None`` for ""."""
    kept: np.ndarray = values.astype(object)
    kept[kept == ""] = None
    return kept
