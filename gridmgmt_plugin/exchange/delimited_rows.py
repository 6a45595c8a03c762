"""The rows of delimited text: where one ends, and which of them a stray quotation mark has swallowed.

A quotation mark that nobody meant as one swallows the rows up to the next; they must not vanish unseen. A cell that
rightly holds line breaks holds lines of a text. A cell that has swallowed rows holds their line breaks: cut there,
the row falls into pieces that look like whole rows of the table, column by column.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 60
_LONGEST_CELL = 1 << 20
_SAMPLE = 400
# A column whose values take more forms than this is free text, in which anything may stand.
_MOST_FORMS = 12
_PARTS = (
    (re.compile(r"\d+"), "9"),
    (re.compile(r"[A-Za-z]+"), "a"),
    (re.compile("[\u3400-\u9fff]+"), "\u6c49"),
)


@contextmanager
def long_cells() -> Iterator[None]:
    """Let the csv module read cells up to :data:`_LONGEST_CELL` characters while the block runs."""
    previous = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(previous)


def with_bom(codec: str) -> str:
    """Return the codec with which a text is read: who says UTF-8 means it with and without the mark at its start."""
    return "utf-8-sig" if codec == "utf-8" else codec


def rows_of(lines: Iterable[str]) -> tuple[Any, str]:
    """Return the csv reader of the lines of a table, and the delimiter that it found."""
    unread = iter(lines)
    first = list(itertools.islice(unread, _SNIFFED_LINES))
    delimiter = _delimiter_of(first)
    if first and first[0].lower().startswith("sep=") and len(first[0].strip()) == 5:
        delimiter, first[0] = first[0][4], "\n"  # a spreadsheet's own hint
    return csv.reader(itertools.chain(first, unread), delimiter=delimiter), delimiter


class RowsOfPieces:
    """Tells which lines of pieces of a table are whole rows, see :func:`pieces_of`."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._delimiter = ","
        self._widths = set[int]()

    def whole_at_the_start(self, lines: list[bytes]) -> int:
        """Return how many of the first lines of the table are whole rows; the last row may go on beyond them."""
        with long_cells():
            rows, self._delimiter = rows_of(self._decoded(lines))
            ends_and_widths = [(rows.line_num, len(row)) for row in rows]
        ends = [0, *(end for end, _ in ends_and_widths)]
        in_one_line = zip(ends, ends_and_widths[:-1])
        widths = {width for start, (end, width) in in_one_line if end == start + 1}
        # A title above the table is one cell, and so is each piece of a text over several lines.
        self._widths = widths - {1} or widths
        return int(ends[-2]) if len(ends) > 1 else 0

    def whole(self, lines: list[bytes]) -> list[bytes]:
        """Return those of some lines that are rows by themselves: nobody can tell where a row over several began.

        They close their quotation marks and are as wide as a row of the start that stands in one line.
        """
        with long_cells():
            return [line for line, text in zip(lines, self._decoded(lines)) if self._is_row(text)]

    def _is_row(self, text: str) -> bool:
        if '"' not in text:
            return text.count(self._delimiter) + 1 in self._widths
        rows = list(csv.reader([text, "end"], delimiter=self._delimiter))
        return len(rows) == 2 and len(rows[0]) in self._widths

    def _decoded(self, lines: list[bytes]) -> list[str]:
        return [line.decode(with_bom(self._codec), "replace").replace("\0", "") for line in lines]


def _delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that cuts the most of the first lines into the same number of cells, more than one."""
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        counts = Counter(_cells_in(csv.reader(lines, delimiter=delimiter)))
        cells, agreeing = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        score = (agreeing, cells) if cells > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _cells_in(rows: Any) -> Iterator[int]:
    """Yield the number of cells of the rows that are not blank, up to one that cannot be read with this delimiter."""
    try:
        yield from (len(row) for row in rows if row)
    except csv.Error:  # told when all of the table is read
        return


def row_with_swallowed_rows(
    columns: Sequence[np.ndarray],
    suspects: Sequence[int],
    ragged: set[int],
    delimiter: str,
    usual: Sequence[set[str] | None] | None = None,
) -> int | None:
    """Return the first of the rows ``suspects`` (those with line breaks) that has swallowed others, else ``None``.

    ``ragged``: rows that had more or fewer cells than the heading; for those one whole row inside a cell is enough.
    ``usual``: per column what :func:`forms_of_cells` says of the table, where these rows are a part of it.
    """
    width = len(columns)
    if width < 2:
        return None
    for row in suspects:
        pieces = delimiter.join(column[row] or "" for column in columns).splitlines()
        if row in ragged and any(piece.count(delimiter) + 1 >= width for piece in pieces[1:-1]):
            return row
        whole = [piece.split(delimiter) for piece in pieces if piece.count(delimiter) + 1 == width]
        # The first piece is the row's own line; of the others one may be odd, the one that closed the quotation.
        if len(whole) < max(2, len(pieces) - 1):
            continue
        usual = usual or [forms_of_cells(column) for column in columns]
        allowed = [{_form(cell)} if forms == set() else forms for forms, cell in zip(usual, whole[0])]
        if all(_fits(cells, allowed) for cells in whole):
            return row
    return None


def forms_of_cells(column: np.ndarray) -> set[str] | None:
    """Return which forms the cells of a column have, ``None`` for free text, in which anything may stand."""
    found = {_form(cell or "") for cell in column[:: max(1, len(column) // _SAMPLE)] if "\n" not in (cell or "")}
    return found if len(found) <= _MOST_FORMS else None


def _form(text: str) -> str:
    for pattern, sign in _PARTS:
        text = pattern.sub(sign, text)
    return text


def _fits(cells: Sequence[str], allowed: Sequence[set[str] | None]) -> bool:
    return all(forms is None or _form(cell) in forms for cell, forms in zip(cells, allowed))
