"""Moments of a column as numbers: what a workspace stores is read at once, anything else as from a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates.parsing import FIRST_YEAR, LAST_YEAR, parse_dates
from gridmgmt_plugin.core.rows import as_column

# 2025-03-07T08:05:00: its length, and every third sign from the fifth on.
_ISO, _MARKS = 19, "--T::"
_FIRST, _AFTER = np.datetime64(f"{FIRST_YEAR}-01-01", "s"), np.datetime64(f"{LAST_YEAR + 1}-01-01", "s")


def moments_of(column: Sequence[Any] | np.ndarray) -> np.ndarray:
    """Return local times as datetime64[s] (n,), not-a-time for nothing and for what cannot be read: what
    :func:`.parse_dates` reads, faster where all are ISO 8601 to the second without a zone.
    """
    column = column.tolist() if isinstance(column, np.ndarray) else column
    kinds = set(map(type, column))
    if kinds == {type(None)}:
        return np.full(len(column), "NaT", dtype="datetime64[s]")
    if kinds <= {str, type(None)}:
        texts = [text or "" for text in column]
        if set(map(len, texts)) <= {0, _ISO} and {text[4::3] for text in texts} <= {"", _MARKS}:
            try:
                moments = np.array(texts, dtype="datetime64[s]")
            except ValueError:  # a day that the calendar does not have
                return _one_by_one(column)
            if (np.isnat(moments) | ((moments >= _FIRST) & (moments < _AFTER))).all():
                return moments
    return _one_by_one(column)


def _one_by_one(column: Sequence[Any]) -> np.ndarray:
    return np.array(parse_dates(as_column(column)).iso, dtype="datetime64[s]")
