"""The rows of delimited text: where one ends, and which of them a stray quotation mark has swallowed.

A quotation mark that nobody meant as one swallows the rows up to the next; they must not vanish unseen. A cell that
rightly holds line breaks holds lines of a text. A cell that has swallowed rows holds their line breaks: cut there,
the row falls into pieces that look like whole rows of the table, column by column.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import InputError

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 60
_LONGEST_CELL = 1 << 20
# What is longer is no line of a table, and a few of them would fill the memory.
_LONGEST_LINE = 1 << 23
# A cell over more lines than this means a quotation mark that was never closed.
_MOST_LINES_OF_A_ROW = 200
# So many signs of plain lines are cut at once: of these, too, some hundred rows.
_AT_ONCE = 1 << 17
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


def columns_at_once(text: str, delimiter: str, width: int) -> list[list[str]] | None:
    """Return whole lines of a table as columns, as the csv module reads them: four times as fast, for nothing is
    looked at sign by sign.

    ``None`` where that cannot be: for lines with quotation marks or zero characters, blank ones, some of another
    ``width``, single carriage returns, or a row that may be empty.
    """
    if not text or len(text) > _LONGEST_CELL or '"' in text or "\0" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    if text[-1] != "\n":
        text += "\n"
    count, across = text.count("\n"), width + 1
    cells = text.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
    # The end of each line became a cell of its own: all of them stand where a row of this width ends, or one is not.
    if len(cells) != count * across + 1 or cells[width::across].count("\n") != count:
        return None
    columns = [cells[at:-1:across] for at in range(width)]
    return None if all("" in column for column in columns) else columns


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


class Lines:
    """The lines of a text without the zero characters that some writers leave in it; ``zeros`` counts those,
    ``number`` the lines that were given away.
    """

    def __init__(self, text: io.TextIOWrapper[Any], name: str) -> None:
        self._text = text
        self._name = name
        self._back: io.StringIO | None = None
        self.zeros = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            self.number += 1
            if "\0" in line:
                self.zeros += line.count("\0")
                line = line.replace("\0", "")
            if len(line) >= _LONGEST_LINE:
                raise InputError("line_too_long", name=self._name, line=self.number, most=_LONGEST_LINE)
            yield line

    def _next(self) -> str:
        if self._back is not None:
            if line := self._back.readline(_LONGEST_LINE):
                return line
            self._back = None
        return self._text.readline(_LONGEST_LINE)

    def many(self) -> str:
        """Return many whole lines at once, none where some were put back or there are no more."""
        return "" if self._back is not None else self._text.read(_AT_ONCE) + self._text.readline(_LONGEST_LINE)

    def put_back(self, text: str) -> None:
        """Have the lines come one by one."""
        if text:
            self._back = io.StringIO(text, newline="")


@dataclass
class Chunk:
    """Some rows of a table, by rows or by columns, and the line on which each begins."""

    lines: Sequence[int]
    rows: list[list[str]] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def joined(self, other: Chunk) -> Chunk:
        """Return these rows and those that follow them."""
        rows = [one.rows or [list(row) for row in zip(*one.columns)] for one in (self, other)]
        return Chunk([*self.lines, *other.lines], rows[0] + rows[1])


class LineReader:
    """Reads chunks of rows that are not blank, with the line on which each of them begins.

    ``broken_lines``: the numbers of the rows that go over several lines.
    """

    def __init__(self, lines: Lines, name: str) -> None:
        self._source = lines
        self._reader, self.delimiter = rows_of(lines)
        self._name = name
        self._at_once = 0  # lines that went past the reader of single rows
        self.broken_lines: list[int] = []

    @property
    def line(self) -> int:
        """Return the number of the last line that was read."""
        return int(self._reader.line_num) + self._at_once

    def chunk(self, most: int, width: int | None = None) -> Chunk:
        """Return up to ``most`` rows and their line numbers; no rows at the end of the file (or only blank ones).

        ``width``: of the table, where it is known; of plain lines as wide as this so many come as are read at once.
        The first chunk is read without it: the delimiter was looked for in its lines.
        """
        if width is not None:
            text = self._source.many()
            columns = columns_at_once(text, self.delimiter, width)
            if columns is not None:
                start, count = self.line + 1, len(columns[0])
                self._at_once += count
                self._source.number += count
                return Chunk(range(start, start + count), columns=columns)
            self._source.put_back(text)
        rows, lines = self._row_by_row(most)
        return Chunk(lines, rows)

    def _row_by_row(self, most: int) -> tuple[list[list[str]], list[int]]:
        while True:
            start = self.line + 1
            rows = list(itertools.islice(self._reader, most))
            lines = self._lines_of(rows, start)
            if not rows or all(map(any, rows)):
                return rows, lines
            kept = [(row, line) for row, line in zip(rows, lines) if any(row)]
            if kept:
                return [row for row, _ in kept], [line for _, line in kept]

    def _lines_of(self, rows: list[list[str]], start: int) -> list[int]:
        if self.line + 1 - start == len(rows):
            return list(range(start, self.line + 1))
        spans = [1 + sum(cell.count("\n") for cell in row) for row in rows]
        lines = list(itertools.accumulate(spans, initial=start))
        unclosed = next((i for i, span in enumerate(spans) if span > _MOST_LINES_OF_A_ROW), None)
        if unclosed is not None:
            raise InputError("quote_not_closed", name=self._name, line=lines[unclosed])
        self.broken_lines += [line for line, span in zip(lines, spans) if span > 1]
        return lines[: len(rows)]
