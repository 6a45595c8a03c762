"""Text as offices type it, made texts, codes and numbers: stray blanks, spreadsheet marks, numbers as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import STRAY, half_width, without_blanks
from gridmgmt_plugin.core.rows import as_column

_FORMULA_TEXT = re.compile(r'="(.*)"')
# What makes a spreadsheet run a cell instead of showing it, full-width forms included.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Of codes in these signs alone nothing is taken away.
_PLAIN_CODES = re.compile("[0-9A-Za-z-]+").fullmatch
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def clean_text(value: Any) -> str | None:
    """Return ``value`` as text without blanks around it; ``None`` for nothing, blanks or not-a-number."""
    if isinstance(value, str):
        bare = value.strip()
        return (bare if bare.isascii() else bare.strip(STRAY).strip()) or None
    if value is None or is_nan(value):
        return None
    return plain_text(value).strip().strip(STRAY).strip() or None


def clean_code(value: Any) -> str | None:
    """Return a code or class as text: half-width, no blanks anywhere, without a spreadsheet's text mark.

    The marks are the leading apostrophe and ``="…"``. A number cell gives its plain digits; whether a spreadsheet
    damaged them is for :mod:`gridmgmt_plugin.core.codes.damaged_codes` to say. Case is kept.
    """
    text = clean_text(value)
    if text is None:
        return None
    text = half_width(text)
    marked = _FORMULA_TEXT.fullmatch(text)
    text = marked.group(1) if marked else text.lstrip("'`\u2018\u2019")
    return without_blanks(text) or None


def is_nan(value: Any) -> bool:
    """Tell whether ``value`` is the float that stands for nothing."""
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))


def plain_text(value: Any) -> str:
    """Return a value as text; a whole number in a float has no decimal point and never a power of ten."""
    if isinstance(value, (float, np.floating)) and np.isfinite(value) and float(value).is_integer():
        return f"{value:.0f}"
    return str(value)


def runs_in_a_spreadsheet(text: str) -> bool:
    """Tell whether a spreadsheet takes a text for a formula, by what it begins with; ``-12.5`` counts, it is text."""
    return half_width(text.lstrip(" \u3000")[:1]) in _RUNS


def spreadsheet_safe(text: str) -> str:
    """Return text that a spreadsheet shows instead of running it: one that begins like a formula is quoted.

    Numbers stay as they are.
    """
    return "'" + text if runs_in_a_spreadsheet(text) and not _is_number(text) else text


def clean_codes(column: Iterable[Any]) -> np.ndarray:
    """Return :func:`clean_code` of every value as an object array."""
    column = _listed(column)
    if set(map(type, column)) == {str} and all(column) and _PLAIN_CODES("".join(column)):
        return as_column(column)  # a million that are as they should be
    return _mapped(column, clean_code)


def clean_texts(column: Iterable[Any]) -> np.ndarray:
    """Return :func:`clean_text` of every value as an object array."""
    column = _listed(column)
    if not _is_text(column):
        return _mapped(column, clean_text)
    # Most columns are clean: a text from which nothing is stripped comes back as the same object.
    stray = {
        value: clean_text(value)
        for value in dict.fromkeys(column)
        if value is not None and (not value or value.strip() is not value or value.strip(STRAY) is not value)
    }
    return as_column([stray.get(value, value) for value in column] if stray else column)


def to_numbers(column: Any) -> np.ndarray:
    """Return the column as float64; what is not a number (text, empty, infinite) is not-a-number.

    Accepts full-width digits, blanks around the number and thousands separators.
    """
    values = np.asarray(column)
    numbers = values.astype(np.float64) if values.dtype.kind in "iufb" else _numbers(_listed(values))
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _listed(column: Iterable[Any]) -> list[Any]:
    return column.tolist() if isinstance(column, np.ndarray) and column.dtype == object else list(column)


def _is_text(column: list[Any]) -> bool:
    """Tell whether there is nothing but texts and ``None`` in a column."""
    return set(map(type, column)) <= {str, type(None)}


def _mapped(column: Iterable[Any], clean: Any) -> np.ndarray:
    # Code columns repeat themselves: each distinct text is cleaned once.
    known: dict[Any, str | None] = {}
    column = _listed(column)
    if _is_text(column):
        known = {value: clean(value) for value in dict.fromkeys(column)}
        return as_column(map(known.__getitem__, column))
    out = []
    for value in column:
        key = (type(value), value)
        if key not in known:
            known[key] = clean(value)
        out.append(known[key])
    return as_column(out)


def _numbers(values: list[Any]) -> np.ndarray:
    kinds = set(map(type, values))
    if kinds <= {int, float, type(None)}:
        return np.array(values, dtype=np.float64)  # ``None`` becomes not-a-number
    # What Python reads as a number at once is that number; only its own notation 1_000 is none of an office's.
    if kinds == {str} and "_" not in "".join(values):
        try:
            return np.fromiter(map(float, values), dtype=np.float64, count=len(values))
        except ValueError:  # some need a closer look
            return np.fromiter(map(_number, values), dtype=np.float64, count=len(values))
    return np.fromiter(map(_number, values), dtype=np.float64, count=len(values))


def _number(value: Any) -> float:
    if isinstance(value, str):
        text = half_width(value).strip().strip(STRAY)
        if "_" in text:  # Python's own notation, never an office's
            return float("nan")
        if "," in text and _GROUPED_NUMBER.fullmatch(text):
            text = text.replace(",", "")
        try:
            return float(text)
        except ValueError:
            return float("nan")
    if value is None or isinstance(value, bool):
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
