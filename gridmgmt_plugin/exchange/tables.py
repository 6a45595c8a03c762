"""Text tables (csv, txt, tsv, also gzipped) as columns: encoding and delimiter found, every odd row reported."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.delimited_rows import (
    Chunk,
    LineReader,
    Lines,
    RowsOfPieces,
    forms_of_cells,
    long_cells,
    row_with_swallowed_rows,
    with_bom,
)
from gridmgmt_plugin.exchange.encodings import (
    Encoding,
    chosen_encoding,
    encoding_of_file,
    is_web_page,
    pieces_of,
    require_codec,
)
from gridmgmt_plugin.exchange.headings import heading_notes, headings, refuse_too_wide, without_idle_columns
from gridmgmt_plugin.exchange.paths import stem_of
from gridmgmt_plugin.exchange.placeholders import is_blank_text
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.exchange.table_layout import LAST_ROWS, MOST_LAYOUT_ROWS, find_layout, find_left_out

# Small chunks stay in the processor's cache and out of the garbage collector's way: twice as fast as 10 000 rows.
_CHUNK_ROWS = 500
# Columns whose values repeat keep one object per distinct value, which saves most of the memory of a big table.
_REPEATING = 0.5


def read_text_table(path: str, encoding: str, progress: Progress) -> Source:
    """Return a delimited text table; every cell is text, an empty one ``None``.

    Short rows are filled up with nothing, surplus cells of long rows are left out; both are listed in ``problems``.
    Told in ``notes``: title rows above the heading and a row of units below it (skipped), a heading over several rows
    (joined), totals and signatures (left out).

    :raises InputError: ``encoding_unknown``, ``encoding_not_found``, ``encoding_mismatch``, ``file_not_text``,
        ``file_is_web_page``, ``file_broken``, ``file_no_permission``, ``table_without_heading``,
        ``quote_not_closed``, ``line_too_long``, ``table_too_wide``.
    """
    name = Path(path).name
    with _told(name, encoding):
        found = _encoding(path, encoding, name)
        with _open(path) as binary:
            (table,) = _tables(binary, found, path, encoding, progress)
            return _source(table, found, path, None, is_first=True)


def read_text_parts(
    path: str, encoding: str, progress: Progress, most: int
) -> tuple[Source, Callable[[Collection[str]], Iterator[Source]]]:
    """Return by which of its rows the columns of a table are judged, and what reads all of it in parts of about
    ``most`` rows, with the columns that are asked for.

    The rows to judge by are those of the whole table where it is small, else those of pieces all through it: they
    are the same whatever the size of the parts. What is wrong with the table as a whole is told with the first part,
    what its end shows with the last.

    :raises InputError: as :func:`read_text_table`, at the part that shows it.
    """
    name = Path(path).name
    with _told(name, encoding):
        found = _encoding(path, encoding, name)
        with _open(path) as binary:
            pieces = io.BytesIO(pieces_of(binary, found.name, RowsOfPieces(found.name)))
        (judged,) = _tables(pieces, found, path, encoding, Progress())
        shown = _source(judged, found, path, None, is_first=True)
        usual = [forms_of_cells(column) for column in judged.columns()]

    def parts(names: Collection[str]) -> Iterator[Source]:
        with _told(name, encoding), _open(path) as binary:
            tables = _tables(binary, found, path, encoding, progress, most, usual)
            for number, table in enumerate(tables):
                yield _source(table, found, path, names, is_first=number == 0)

    return shown, parts


def _tables(
    binary: BinaryIO,
    found: Encoding,
    path: str,
    encoding: str,
    progress: Progress,
    most: int | None = None,
    usual: list[set[str] | None] | None = None,
) -> Iterator[_Table]:
    """Yield a table in parts of about ``most`` rows, ``None`` in one.

    :param usual: what the rows of the whole table say, see :func:`row_with_swallowed_rows`.
    """
    strict = "strict" if encoding != "auto" else "replace"
    with long_cells(), io.TextIOWrapper(binary, with_bom(found.name), errors=strict, newline="") as text:
        yield from _read(text, Path(path), progress, most, usual)


@contextmanager
def _told(name: str, encoding: str) -> Iterator[None]:
    """Say in our own words what hinders reading while the block runs."""
    try:
        yield
    except PermissionError as error:
        raise InputError("file_no_permission", name=name) from error
    except UnicodeError as error:
        raise InputError("encoding_mismatch", name=name, encoding=encoding, count=1) from error
    except (OSError, EOFError, zlib.error) as error:  # a cut off or damaged gzip, a network drive that went away
        raise InputError("file_broken", name=name, reason=str(error)) from error


def _encoding(path: str, wanted: str, name: str) -> Encoding:
    codec = None if wanted == "auto" else require_codec(wanted)
    with _open(path) as binary:
        if is_web_page(binary.read(1024)):
            raise InputError("file_is_web_page", name=name)
    with _open(path) as binary:
        return encoding_of_file(binary, name) if codec is None else chosen_encoding(binary, codec)


def _source(table: _Table, found: Encoding, path: str, names: Collection[str] | None, *, is_first: bool) -> Source:
    """Return a part of a table; ``names``: its columns, ``None`` for all that have a heading or a value."""
    numbers = np.array(table.numbers, dtype=np.int64)
    columns = table.columns()
    left_out = find_left_out(columns, numbers, at_end=table.ends)
    no_rows = np.union1d(left_out.rows, _lines_of_blanks(columns))
    if names is None:
        rows = Rows(without_idle_columns(table.heading, table.names, columns))
    else:
        rows = Rows({name: column for name, column in zip(table.names, columns) if name in names})
    short, long = np.array(table.short, dtype=np.int64), np.array(table.long, dtype=np.int64)
    if len(no_rows):
        kept = np.setdiff1d(np.arange(len(numbers)), no_rows)
        rows, numbers = rows.take(kept), numbers[kept]
        short, long = (np.flatnonzero(np.isin(kept, rows)) for rows in (short, long))
    problems = RowProblems.joined([RowProblems.of(short, "row_too_short"), RowProblems.of(long, "row_too_long")])
    notes = [*table.notes, *left_out.notes]
    if is_first:
        notes = [*found.notes, *heading_notes(table.heading, table.names, rows.columns), *notes]
    if not len(numbers) and is_first and table.ends:
        notes.append(Message("table_without_rows"))
    notes += problems.notes()
    return Source(rows, stem_of(path), path, None, found.name, tuple(notes), numbers, problems)


def _lines_of_blanks(columns: list[np.ndarray]) -> np.ndarray:
    """Return the int64 positions of the lines in which nobody sees a sign: as good as empty lines, and no rows."""
    left: np.ndarray = np.arange(len(columns[0]) if columns else 0)
    for column in columns:
        cells = zip(left.tolist(), column[left])
        # One look at the first sign spares nearly all cells the rest.
        blank = [row for row, cell in cells if cell is None or (not cell[:1].isalnum() and is_blank_text(cell))]
        left = np.array(blank, dtype=np.int64)
        if not len(left):
            break
    return left


@dataclass
class _Table:
    heading: list[Any]
    names: list[str]
    notes: list[Message]
    parts: list[list[np.ndarray]] = field(default_factory=list)  # per chunk of rows one object array per column
    numbers: list[int] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    ends: bool = False  # its last row is the last of the file

    def following(self) -> _Table:
        """Return the empty part that follows."""
        return _Table(self.heading, self.names, [])

    def columns(self) -> list[np.ndarray]:
        """Return the chunks as whole columns."""
        empty = np.zeros(0, dtype=object)
        return [np.concatenate([empty, *(part[i] for part in self.parts)]) for i in range(len(self.names))]


def _open(path: str) -> BinaryIO:
    if path.lower().endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]  # a GzipFile reads like any binary file
    return Path(path).open("rb")


def _read(
    text: io.TextIOWrapper[Any],
    path: Path,
    progress: Progress,
    most: int | None,
    usual: list[set[str] | None] | None,
) -> Iterator[_Table]:
    name, size = path.name, path.stat().st_size
    lines = Lines(text, name)
    reader = LineReader(lines, name)
    try:
        for table in _read_rows(reader, lambda: progress.report(_fraction(text, size)), name, most):
            if table.ends and lines.zeros:
                table.notes.append(Message("nul_characters_dropped", {"count": lines.zeros}))
            suspects = np.flatnonzero(np.isin(table.numbers, reader.broken_lines)).tolist()
            ragged = {*table.short, *table.long}
            columns = table.columns() if suspects else []
            swallowing = row_with_swallowed_rows(columns, suspects, ragged, reader.delimiter, usual)
            if swallowing is not None:
                raise InputError("quote_not_closed", name=name, line=table.numbers[swallowing])
            yield table
    except csv.Error as error:
        raise InputError("quote_not_closed", name=name, line=reader.line) from error


def _fraction(text: io.TextIOWrapper[Any], size: int) -> float:
    # A gzipped table does not tell how long it is.
    return 0.5 if isinstance(text.buffer, gzip.GzipFile) else min(text.buffer.tell() / (size or 1), 1.0)


def _read_rows(reader: LineReader, report: Callable[[], None], name: str, most: int | None) -> Iterator[_Table]:
    chunk = reader.chunk(_CHUNK_ROWS)
    if not chunk:
        raise InputError("table_without_heading", name=name)
    refuse_too_wide(max(map(len, chunk.rows)), name)
    layout = find_layout([[cell if cell.strip() else None for cell in row] for row in chunk.rows[:MOST_LAYOUT_ROWS]])
    table = _Table(layout.heading, headings(layout.heading), layout.notes())
    width = len(table.names)
    chunk = Chunk(chunk.lines[layout.first_row :], chunk.rows[layout.first_row :])
    memos: list[dict[str, str | None] | None] | None = None
    while chunk:
        cells: Sequence[Sequence[str]] = chunk.columns or _even_out(chunk.rows, table)
        if memos is None:
            memos = [{"": None} if len(set(column)) < _REPEATING * len(chunk) else None for column in cells]
        table.parts.append([_part(values, memo) for values, memo in zip(cells, memos)])
        table.numbers.extend(chunk.lines)
        report()
        chunk = reader.chunk(_CHUNK_ROWS, width)
        while chunk and len(chunk) < LAST_ROWS:  # what may be the last rows is looked at together
            more = reader.chunk(_CHUNK_ROWS, width)
            if not more:
                break
            chunk = chunk.joined(more)
        if len(chunk) >= LAST_ROWS and most is not None and len(table.numbers) >= most:
            yield table
            table = table.following()
    table.ends = True
    yield table


def _part(values: Sequence[str], memo: dict[str, str | None] | None) -> np.ndarray:
    if memo is not None:
        return as_column(map(memo.setdefault, values, values))
    return as_column([value or None for value in values] if "" in values else values)


def _even_out(rows: list[list[str]], table: _Table) -> list[tuple[str, ...]]:
    width = len(table.names)
    if set(map(len, rows)) != {width}:
        start = len(table.numbers)
        for i, row in enumerate(rows):
            if len(row) < width:
                table.short.append(start + i)
                rows[i] = row + [""] * (width - len(row))
            elif len(row) > width:
                if any(cell.strip() for cell in row[width:]):  # empty cells at the end are a spreadsheet's habit
                    table.long.append(start + i)
                rows[i] = row[:width]
    return list(zip(*rows))
