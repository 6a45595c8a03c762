"""Where in a table the heading stands and which rows are no data, as offices lay out their forms.

Above the heading stand titles, the reporting office and the date; the heading may take several rows with merged
cells; below it may stand a row of units; totals and signatures follow the data. What is left out is always told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import folded, half_width, without_blanks
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.exchange.column_roles import is_known_heading

# A title, a unit line, a date line: more rows than that before the heading and it is no table.
MOST_LAYOUT_ROWS = 12
#: Among so many of the last rows signatures and remarks stand.
LAST_ROWS = 6
_CATALOGUE = "catalogues/table_forms.json"
_MOST_HEADING_ROWS = 3
_FIRST_COLUMNS = 3
_SHOWN = 5
_BRACKETS = re.compile(r"^[(\[]|[)\]]$")
_FILLERS = {"-", "—", "/", "无"}

Cells = Sequence[Any]


@dataclass(frozen=True)
class Layout:
    """``titles``: rows above the heading; ``heading``: its cells; ``rows``: how many rows it takes; ``units``: a row
    of units follows it.
    """

    titles: int
    heading: list[Any]
    rows: int
    units: bool

    @property
    def first_row(self) -> int:
        """Return the position of the first row of data."""
        return self.titles + self.rows + self.units

    def notes(self) -> list[Message]:
        """Return what to tell about rows that are no data."""
        notes = []
        if self.titles:
            notes.append(Message("title_rows_skipped", {"count": self.titles}))
        if self.rows > 1:
            notes.append(Message("heading_of_several_rows", {"count": self.rows}))
        if self.units:
            notes.append(Message("unit_row_skipped"))
        return notes


def find_layout(rows: Sequence[Cells]) -> Layout:
    """Return where the heading stands in the first rows of a table (not blank, ``None`` for an empty cell).

    The heading is the first row that is about as wide as the widest: titles stand alone in theirs. Of several rows
    that could be it, the one wins that names columns as they are usually named.
    """
    first = [list(row) for row in rows[:MOST_LAYOUT_ROWS]]
    at = _heading_at(first)
    cells, taken = first[at], 1
    while taken < _MOST_HEADING_ROWS and at + taken < len(first) and _continues(cells, first[at + taken]):
        cells = _joined(cells, first[at + taken])
        taken += 1
    units = at + taken < len(first) and _are_units(first[at + taken])
    return Layout(at, cells, taken, units)


def _heading_at(rows: list[list[Any]]) -> int:
    filled = [sum(cell is not None for cell in row) for row in rows]
    widest = max(filled)
    at = next(i for i, count in enumerate(filled) if 2 * count >= widest)
    if widest == 2 and filled[at] == 1 and _is_title_over_two(rows[at:]):
        at += 1
    if not _speaks_like_a_form(rows[at], widest):
        return at
    known = [sum(is_known_heading(cell) for cell in row if isinstance(cell, str)) for row in rows]
    best = max(range(at, len(rows)), key=lambda i: known[i])  # the first of them where several are equal
    return best if known[best] >= 2 and known[best] > known[at] else at


def _is_title_over_two(rows: list[list[Any]]) -> bool:
    below = rows[1] if len(rows) > 1 else []
    return rows[0][0] is not None and sum(map(_is_word, below)) == 2


def _speaks_like_a_form(row: list[Any], widest: int) -> bool:
    """Tell whether a row may be a line of a form (填报单位: 某街道) and not the heading."""
    there = [half_width(str(cell)).strip() for cell in row if cell is not None]
    return len(there) < widest or any(":" in text for text in there)


def _continues(upper: list[Any], lower: list[Any]) -> bool:
    """Tell whether ``lower`` is the next row of a heading: it names, in words, gaps inside the upper row and what
    stands above them, and leaves empty what the upper row names alone (as merged cells do).
    """
    if not any(cell is not None for cell in lower) or not all(cell is None or _is_word(cell) for cell in lower):
        return False
    width = max(len(upper), len(lower))
    above, below = upper + [None] * (width - len(upper)), lower + [None] * (width - len(lower))
    gaps = [i for i in range(1, width) if above[i] is None and below[i] is not None]
    groups = {max((g for g in range(i) if above[g] is not None), default=-1) for i in gaps}
    leaves_free = any(above[i] is not None and below[i] is None for i in range(width))
    return bool(gaps) and leaves_free and all(g >= 0 and below[g] is not None for g in groups)


def _is_word(cell: Any) -> bool:
    """Tell whether a cell can name a column: text, and no number, code or date."""
    if not isinstance(cell, str):
        return False
    return not any(c.isdigit() for c in cell) or bool(re.search("[\u4e00-\u9fff]", cell))


def _joined(upper: list[Any], lower: list[Any]) -> list[Any]:
    width = max(len(upper), len(lower))
    above, below = upper + [None] * (width - len(upper)), lower + [None] * (width - len(lower))
    names, group = [], None
    for over, under in zip(above, below):
        group = over if over is not None else group
        names.append(over if under is None else f"{group} {under}" if group is not None else under)
    return names


def _are_units(row: list[Any]) -> bool:
    if any(cell is not None and not isinstance(cell, str) for cell in row):
        return False
    there = {_BRACKETS.sub("", half_width(cell).strip()) for cell in row if cell is not None} - _FILLERS
    return bool(there) and there <= set(load_json(_CATALOGUE)["units"])


@dataclass(frozen=True)
class LeftOut:
    """``rows``: int64 positions of totals and signatures, ascending; ``notes``: what to tell about them."""

    rows: np.ndarray
    notes: tuple[Message, ...]


def find_left_out(columns: Sequence[np.ndarray], numbers: np.ndarray, *, at_end: bool = True) -> LeftOut:
    """Return the rows that are no data: totals (合计, 小计) anywhere, signatures and remarks below the last row.

    ``columns``: object arrays; ``numbers``: the number under which the user finds each row. ``at_end``: the last row
    is the last of the table.
    """
    totals = _totals(columns)
    signatures = [row for row in _signatures(columns) if row not in totals] if at_end else []
    notes = []
    for code, rows in (("total_rows_left_out", sorted(totals)), ("signature_rows_left_out", signatures)):
        if rows:
            shown = ", ".join(str(int(numbers[row])) for row in rows[:_SHOWN]) + (" …" if len(rows) > _SHOWN else "")
            notes.append(Message(code, {"count": len(rows), "rows": shown}))
    return LeftOut(np.array(sorted({*totals, *signatures}), dtype=np.int64), tuple(notes))


def _totals(columns: Sequence[np.ndarray]) -> set[int]:
    """Return the rows whose first filled cell, among the first columns, is a word such as 合计."""
    words = frozenset(load_json(_CATALOGUE)["totals"])
    # One look at the first character spares a million cells the rest.
    starts = frozenset(" \u3000").union(*({word[0], word[0].upper()} for word in words))
    found = set()
    rows: Sequence[int] = range(len(columns[0]) if columns else 0)
    for column in columns[:_FIRST_COLUMNS]:
        cells = column if len(rows) == len(column) else column[list(rows)]
        for row, cell in zip(rows, cells):
            if cell.__class__ is str and cell[:1] in starts:
                word = folded(cell).rstrip(":")
                if word in words:
                    found.add(row)
        rows = [row for row, cell in zip(rows, cells) if cell is None]
    return found


def _signatures(columns: Sequence[np.ndarray]) -> list[int]:
    count = len(columns[0]) if columns else 0
    words = tuple(load_json(_CATALOGUE)["signatures"])
    found = []
    for row in range(count - 1, max(-1, count - 1 - LAST_ROWS), -1):
        texts = [without_blanks(half_width(str(column[row]))) for column in columns if column[row] is not None]
        if 2 * len(texts) > len(columns) or not texts or not _signs(texts[0], words):
            break
        found.append(row)
    return found[::-1]


def _signs(text: str, words: tuple[str, ...]) -> bool:
    return text.startswith(words) and (":" in text or text in words)
