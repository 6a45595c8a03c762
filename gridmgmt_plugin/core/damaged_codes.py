"""Recognise codes that a spreadsheet has damaged; nothing is repaired here, because most damage cannot be undone.

A spreadsheet that takes a code for a number keeps 15 significant digits, drops leading zeros, shows long numbers as
3.70102E+14 and, through some databases, adds ``.0``. The planner is told which rows are hurt and in which way.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text, half_width, is_nan

SCIENTIFIC = "damage_scientific"
DIGITS_LOST = "damage_digits_lost"
DECIMAL_TAIL = "damage_decimal_tail"
ZEROS_LOST = "damage_zeros_lost"

_KEPT_DIGITS = 15
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")
_DECIMAL_TAIL = re.compile(r"\d+\.0+")
# The chance that untouched codes all end in zeros by accident; below it they count as cut off.
_ACCIDENT = 1e-3
# No code standard in use begins a code part with more zeros than this.
_MOST_ZEROS = 3


@dataclass(frozen=True)
class DamagedCodes:
    """Which rows of a code column are damaged, and how.

    ``rows``: int64 array of row positions, ascending; ``reasons``: object array of the same length with
    ``damage_scientific``, ``damage_digits_lost``, ``damage_decimal_tail`` or ``damage_zeros_lost``.
    """

    rows: np.ndarray
    reasons: np.ndarray

    def __bool__(self) -> bool:
        return len(self.rows) > 0

    def counts(self) -> dict[str, int]:
        """Return how many rows each reason has."""
        return {reason: int((self.reasons == reason).sum()) for reason in dict.fromkeys(self.reasons)}


def find_damaged_codes(column: Any, lengths: Collection[int] = ()) -> DamagedCodes:
    """Return the rows of ``column`` (any values, ``None`` allowed) that a spreadsheet damaged.

    ``lengths``: how many digits a whole code may have, e.g. ``(15,)`` for unit grids; without it, lost leading zeros
    are found only where the other rows of the column still begin with zero. Digits count as lost when every number of
    more than 15 digits ends in zeros from the 16th on and chance cannot explain it.
    """
    texts = [
        value if type(value) is str and value.isascii() and value.isalnum() else _as_written(value)
        for value in column
    ]
    found: dict[int, str] = {}
    # Only a text with a point or an E can be one of the two; a million plain codes are passed over quickly.
    suspects = [row for row, text in enumerate(texts) if text and ("." in text or "E" in text or "e" in text)]
    for row in suspects:
        if _SCIENTIFIC.fullmatch(texts[row] or ""):
            found[row] = SCIENTIFIC
        elif _DECIMAL_TAIL.fullmatch(texts[row] or ""):
            found[row] = DECIMAL_TAIL
    for row in [row for row, reason in found.items() if reason == DECIMAL_TAIL]:
        texts[row] = (texts[row] or "").split(".")[0]
    for row in _rows_cut_to_15_digits(texts):
        found[row] = DIGITS_LOST
    for row in _rows_without_leading_zeros(texts, lengths):
        found.setdefault(row, ZEROS_LOST)
    rows = np.array(sorted(found), dtype=np.int64)
    return DamagedCodes(rows, as_column(found[row] for row in rows.tolist()))


def _as_written(value: Any) -> str | None:
    if isinstance(value, (float, np.floating)):
        # A float cell is a code that became a number: str() writes it as the spreadsheet would hand it on.
        return None if is_nan(value) else str(value)
    text = clean_text(value)
    return None if text is None else half_width(text)


def _rows_cut_to_15_digits(texts: list[str | None]) -> list[int]:
    long_rows = [row for row, text in enumerate(texts) if text and len(text) > _KEPT_DIGITS and text.isdecimal()]
    tails = {row: (texts[row] or "")[_KEPT_DIGITS:] for row in long_rows}
    if not tails or any(tail.strip("0") for tail in tails.values()):
        return []
    zeros = sum(len(tails[row]) for row in {texts[row]: row for row in long_rows}.values())
    repeated = len({texts[row] for row in long_rows}) < len(long_rows)
    return long_rows if repeated or 10.0**-zeros <= _ACCIDENT else []


def _rows_without_leading_zeros(texts: list[str | None], lengths: Collection[int]) -> list[int]:
    if not lengths and not any(text and text[0] == "0" for text in texts):
        return []
    digits = {row: text for row, text in enumerate(texts) if text and text.isdecimal()}
    if not digits:
        return []
    if lengths:
        shortest = min(lengths)
    else:
        shortest = max(len(text) for text in digits.values())
        full = [text for text in digits.values() if len(text) == shortest]
        if len(full) * 2 < len(digits) or not any(text.startswith("0") for text in full):
            return []
    return [
        row
        for row, text in digits.items()
        if shortest - _MOST_ZEROS <= len(text) < shortest and len(text) not in lengths and not text.startswith("0")
    ]
