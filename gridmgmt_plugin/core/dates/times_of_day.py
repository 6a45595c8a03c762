"""A day and the time of that day, where a table keeps them in two columns."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_text

_HALF = "上午|下午|中午|晚上|凌晨|AM|PM|[ap]\\. ?m\\.?"
_CLOCK = re.compile(
    rf"(?:{_HALF})? *\d{{1,2}} *(?:[:时点] *(?:\d{{1,2}}(?: *[:分] *(?:\d{{1,2}}(?:[.,]\d+)?秒?)?)?|半)?)"
    rf" *(?:{_HALF})?(?: *(?:Z|[+-]\d{{2}}(?::?\d{{2}})?))?|\d{{1,2}} *(?:{_HALF})",
    re.IGNORECASE,
)
# Databases and spreadsheets that know no time without a day put it on their first one.
_FIRST_DAYS = re.compile(r"(?:1899[-/]12[-/]3[01]|1900[-/]0?1[-/]0?[01]|(?:1970|0001)[-/]0?1[-/]0?1)[T ](?=\d)")
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?(Z|[+-]00:?00)?$")
_COMPACT = re.compile(r"(?:[01]?\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
_FRACTION = re.compile(r"0?\.\d+|0")


def times_of_day(column: np.ndarray, *, loose: bool = False) -> np.ndarray:
    """Return the cells that are a time of day and nothing else as texts, ``None`` where they are not.

    ``loose``: 805, 080500 and a spreadsheet's part of a day (0.3368) are times as well; the caller knows that the
    column is one of times.
    """
    known: dict[Any, str | None] = {}
    out = []
    for cell in column:
        key = (type(cell), cell)
        if key not in known:
            known[key] = _time(cell, loose=loose)
        out.append(known[key])
    return as_column(out)


def days_alone(column: np.ndarray) -> np.ndarray:
    """Return the cells as texts without a midnight behind the day, which is no time but what a database adds."""
    return as_column(None if (text := clean_text(cell)) is None else _MIDNIGHT.sub("", text) for cell in column)


def joined(days: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return day and time of each row as one text; where one of them is missing, the other alone."""
    return as_column(
        f"{day} {time}" if day is not None and time is not None else (day if day is not None else time)
        for day, time in zip(days, times)
    )


def are_times(column: np.ndarray, *, loose: bool = False) -> bool:
    """Tell whether the cells of a column, those with something in them, are times of day (four fifths at least)."""
    there = column[~is_null(column)]
    return len(there) > 0 and float(np.mean(~is_null(times_of_day(there, loose=loose)))) >= 0.8


def _time(cell: Any, *, loose: bool) -> str | None:
    text = clean_text(cell)
    if text is None:
        return None
    text = _FIRST_DAYS.sub("", half_width(text))
    if _CLOCK.fullmatch(text):
        return text
    if not loose:
        return None
    if _FRACTION.fullmatch(text):
        return str(timedelta(seconds=round(float(text) * 86_400) % 86_400))
    if _COMPACT.fullmatch(text):
        figures = text.zfill(6 if len(text) > 4 else 4)
        return ":".join(figures[i : i + 2] for i in range(0, len(figures), 2))
    return None
