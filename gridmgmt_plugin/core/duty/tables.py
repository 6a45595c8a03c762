"""Columns of the workspace's tables as the duty rules read them: text without blanks, ``""`` for nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.duty.times import read_days
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_texts


def table(tables: Mapping[str, Rows], name: str) -> Rows:
    """Return a table, an empty one where the workspace has none."""
    return tables.get(name, Rows())


def texts(rows: Rows, column: str) -> np.ndarray:
    """Return a text column as an object array of str; a column that is not there is empty in every row."""
    if column not in rows:
        return np.full(len(rows), "", dtype=object)
    cleaned = clean_texts(rows[column])
    cleaned[cleaned == None] = ""  # noqa: E711  elementwise on an object array
    return cleaned


def days(rows: Rows, name: str, column: str) -> np.ndarray:
    """Return a date column as datetime64[D]; a column that is not there is open in every row.

    :raises InputError: ``duty_date_unclear``.
    """
    if column not in rows:
        return np.full(len(rows), "NaT", dtype="datetime64[D]")
    return read_days(rows[column], name, column)


def geometries(rows: Rows) -> np.ndarray:
    """Return the geometries, ``None`` in every row of a table that was read without them."""
    return np.full(len(rows), None, dtype=object) if rows.geometry is None else rows.geometry


def positions(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return for each wanted key its first row in ``keys``, int64, −1 where there is none; "" is never found."""
    needed = set(wanted.tolist()) - {""}
    row_of: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key in needed:
            row_of.setdefault(key, row)
    return np.fromiter((row_of.get(key, -1) for key in wanted), dtype=np.int64, count=len(wanted))


def or_none(values: np.ndarray) -> np.ndarray:
    """Return the texts with ``None`` for ""."""
    kept: np.ndarray = values.astype(object)
    kept[kept == ""] = None
    return kept
