"""Recognise codes that a spreadsheet has damaged; nothing is repaired here, because most damage cannot be undone.

A spreadsheet that takes a code for a number keeps 15 significant digits, drops leading zeros, shows long numbers as
3.70102E+14 and, through some databases, adds ``.0``. The planner is told which rows are hurt and in which way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text, is_nan

SCIENTIFIC = "damage_scientific"
DIGITS_LOST = "damage_digits_lost"
DECIMAL_TAIL = "damage_decimal_tail"
ZEROS_LOST = "damage_zeros_lost"

_KEPT_DIGITS = 15
# Printable signs of ASCII without a blank: as they are written.
_PLAIN = re.compile("[!-~]+").fullmatch
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")
_DECIMAL_TAIL = re.compile(r"\d+\.0+")
# The chance that untouched codes all end in zeros by accident; below it they count as cut off.
_ACCIDENT = 1e-3
# Twice is a repeated row; from here on different objects were rounded to one code.
_ROUNDED_TOGETHER = 3
# So many times more often than other codes must codes with zeros at the end repeat themselves to be suspicious.
_SUSPICIOUS = 10
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


@dataclass(frozen=True)
class CodeForms:
    """What tells at a glance whether a code of a column may be damaged; of parts of a column of texts it is added up.

    ``lengths``: of the codes that are digits; ``zero_first``: one of these begins with zero; ``doubtful``: one is
    written as a decimal or a power of ten, or has zeros from its 16th digit on.
    """

    lengths: frozenset[int] = frozenset()
    zero_first: bool = False
    doubtful: bool = False

    def __add__(self, other: CodeForms) -> CodeForms:
        return CodeForms(
            self.lengths | other.lengths, self.zero_first or other.zero_first, self.doubtful or other.doubtful
        )

    @property
    def are_sound(self) -> bool:
        """Tell whether :func:`find_damaged_codes` finds nothing in such a column."""
        return not self.doubtful and not (self.zero_first and len(self.lengths) > 1)


def forms_of(column: Any) -> CodeForms:
    """Return the forms of the codes of a column (any values, ``None`` allowed); a million are looked at quickly."""
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    if set(map(type, cells)) == {int} and min(cells) > -(10**_KEPT_DIGITS) and max(cells) < 10**_KEPT_DIGITS:
        return CodeForms()  # numbers that were never decimals have lost no digit, nor a zero in front
    if set(map(type, cells)) <= {str, type(None)}:
        distinct = set(cells) - {None, ""}
        plain = _PLAIN("".join(distinct)) is not None
        texts = distinct if plain else {text for text in map(_as_written, distinct) if text}
    else:
        texts = {text for text in map(_as_written, cells) if text}
    digits = texts if "".join(texts).isdecimal() else {text for text in texts if text.isdecimal()}
    lengths = frozenset(map(len, digits))
    long = max(lengths, default=0) > _KEPT_DIGITS
    doubtful = long and any(text[-1] == "0" and _is_cut(text) for text in digits)
    if len(digits) < len(texts):
        others = [text for text in texts - digits if "." in text or "E" in text or "e" in text]
        doubtful = doubtful or any(_SCIENTIFIC.fullmatch(text) or _DECIMAL_TAIL.fullmatch(text) for text in others)
    return CodeForms(lengths, min(digits, default="").startswith("0"), doubtful)


def _is_cut(code: str) -> bool:
    """Tell whether a code has digits beyond those that are kept, and these are zeros."""
    return len(code) > _KEPT_DIGITS and not code[_KEPT_DIGITS:].strip("0")


def find_damaged_codes(column: Any, lengths: Collection[int] = ()) -> DamagedCodes:
    """Return the rows of ``column`` (any values, ``None`` allowed) that a spreadsheet damaged.

    ``lengths``: how many digits a whole code may have, e.g. ``(15,)`` for unit grids; without it, lost leading zeros
    are found only where the other rows of the column still begin with zero.

    Digits count as lost when numbers of more than 15 digits end in zeros from the 16th on and chance cannot explain
    it: all of them do, or a block of them in the middle of a sound column does, or one of them stands three times or
    more where others do not repeat (different codes rounded to one; its first row may be the true one and is left).
    """
    if _keeps_lengths(column, lengths) if lengths else forms_of(column).are_sound:
        return DamagedCodes(np.zeros(0, dtype=np.int64), as_column([]))
    texts = _all_as_written(column)
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


def _keeps_lengths(column: Any, lengths: Collection[int]) -> bool:
    """Tell whether all are plain digits of one length that a spreadsheet keeps, none of them too short."""
    distinct = set(column.tolist() if isinstance(column, np.ndarray) else column)
    if set(map(type, distinct)) != {str}:
        return False
    sizes, together = set(map(len, distinct)), "".join(distinct)
    return (
        together.isascii() and together.isdigit() and len(sizes) == 1 and min(lengths) <= max(sizes) <= _KEPT_DIGITS
    )


def _all_as_written(column: Any) -> list[str | None]:
    cells = list(column)
    if set(map(type, cells)) <= {str, type(None)}:
        known = {value: value if value and _PLAIN(value) is not None else _as_written(value) for value in set(cells)}
        return list(map(known.__getitem__, cells))
    return [value if type(value) is str and _PLAIN(value) is not None else _as_written(value) for value in cells]


def _as_written(value: Any) -> str | None:
    if isinstance(value, (float, np.floating)):
        # A float cell is a code that became a number: str() writes it as the spreadsheet would hand it on.
        return None if is_nan(value) else str(value)
    text = clean_text(value)
    return None if text is None else half_width(text)


def _rows_cut_to_15_digits(texts: list[str | None]) -> list[int]:
    rows = [row for row, text in enumerate(texts) if text and len(text) > _KEPT_DIGITS and text.isdecimal()]
    codes = [texts[row] or "" for row in rows]
    ends = [at for at, code in enumerate(codes) if code[-1] == "0" and _is_cut(code)]
    if not ends:
        return []
    if len(ends) == len(rows):
        distinct = set(codes)
        return rows if len(distinct) < len(rows) or _chance(distinct) <= _ACCIDENT else []
    together = _rounded_together(codes, ends)
    first: dict[str, int] = {}
    for at in together:
        first.setdefault(codes[at], at)
    cut = {at for at in together if first[codes[at]] != at}
    for block in np.split(np.array(ends), np.flatnonzero(np.diff(ends) > 1) + 1):
        alone = [at for at in block.tolist() if codes[at] not in first]
        distinct = {codes[at] for at in alone}
        if len(rows) * _chance(distinct) <= _ACCIDENT and not _in_steps(distinct) and _without_kin(codes, distinct):
            cut.update(alone)
    return [rows[at] for at in cut]


def _chance(codes: Collection[str]) -> float:
    """Return the chance that as many sound codes end in as many zeros."""
    return 10.0 ** -sum(len(code) - _KEPT_DIGITS for code in codes)


def _rounded_together(codes: Sequence[str], ends: Sequence[int]) -> list[int]:
    """Return the ``ends`` whose code stands three times or more, in a column in which others hardly ever do."""
    counts = Counter(codes[at] for at in ends)
    often = {code for code, count in counts.items() if count >= _ROUNDED_TOGETHER}
    if not often:
        return []
    others = Counter(codes)
    for code in counts:
        del others[code]
    usual = sum(count >= _ROUNDED_TOGETHER for count in others.values()) / len(others)
    if len(often) / len(counts) <= _SUSPICIOUS * usual:
        return []
    return [at for at in ends if codes[at] in often]


def _without_kin(codes: Sequence[str], suspects: Collection[str]) -> bool:
    """Tell whether most of the ``suspects`` have no neighbour in the column that differs in the last digits only.

    Sound codes may stand beside each other by their last digits, sorted by number across classes; then each of them
    has its kin elsewhere.
    """
    tens = Counter({code[:_KEPT_DIGITS]: 0 for code in suspects})
    for code in set(codes):
        if code[:_KEPT_DIGITS] in tens:
            tens[code[:_KEPT_DIGITS]] += 1
    return sum(count == 1 for count in tens.values()) * 2 > len(tens)


def _in_steps(codes: Collection[str]) -> bool:
    """Tell whether codes run on in even steps of ten (hundred …), as some suppliers number; digits that were lost
    leave gaps and repetitions instead.
    """
    numbers = sorted(int(code) for code in codes)
    steps = Counter(after - before for before, after in zip(numbers, numbers[1:]))
    return 4 * max(steps.values(), default=0) >= 3 * (len(numbers) - 1)


def _rows_without_leading_zeros(texts: list[str | None], lengths: Collection[int]) -> list[int]:
    if not lengths and not any(text and text[0] == "0" for text in set(texts)):
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
