"""Sheets of an xlsx workbook as columns; openpyxl reads them and is asked for only then."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.headings import heading_notes, headings
from gridmgmt_plugin.exchange.problems import RowProblems
from gridmgmt_plugin.exchange.source import Source

# A title, a unit line, a date line: more rows than that before the heading and it is no table.
_MOST_TITLE_ROWS = 6
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_STEP = 5000
_ERROR_CELLS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def read_workbook(path: str, sheet: str | None, progress: Progress) -> Source:
    """Return one sheet: text as text, numbers as numbers, dates as ISO 8601 text, empty cells ``None``.

    Title rows above the heading are skipped and told; a heading over two rows (merged cells) is joined and told.
    Cells that hold a spreadsheet error are ``None`` and listed in ``problems``.

    :raises InputError: ``workbook_old``, ``file_broken``, ``layer_missing``, ``layer_needed``,
        ``table_without_heading``.
    :raises CapabilityError: ``openpyxl_missing``.
    """
    name = Path(path).name
    workbook = _open(path)
    try:
        worksheet = _choose(workbook, sheet, name)
        # Some platforms write a wrong sheet size; then only its first cell would be read.
        worksheet.reset_dimensions()
        lines = list(_lines(worksheet, progress))
        title = worksheet.title
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise InputError("file_broken", name=name, reason=str(error)) from error
    finally:
        workbook.close()
    heading_at, cells, two_rows = _find_heading(lines, name)
    first = heading_at + (2 if two_rows else 1)
    names = headings(cells)
    body = [(number, cells) for number, cells in lines[first:] if any(cell is not None for cell in cells)]
    values, broken = _columns([cells for _, cells in body], len(names))
    rows = Rows({column: as_column(v) for column, v in zip(names, values)})
    notes = heading_notes(cells, names)
    if heading_at:
        notes.append(Message("title_rows_skipped", {"count": heading_at}))
    if two_rows:
        notes.append(Message("heading_of_two_rows"))
    if not body:
        notes.append(Message("table_without_rows"))
    problems = RowProblems.of(broken, "cell_error")
    if len(problems):
        notes.append(Message("rows_with_problem", {"count": len(problems), "problem": Message("cell_error")}))
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    return Source(rows, title, path, None, "utf-8", tuple(notes), numbers, problems)


def sheet_names(path: str) -> tuple[str, ...]:
    """Return the names of the sheets.

    :raises InputError: ``workbook_old`` or ``file_broken``.
    :raises CapabilityError: ``openpyxl_missing``.
    """
    workbook = _open(path)
    try:
        return tuple(worksheet.title for worksheet in workbook.worksheets)
    finally:
        workbook.close()


def _open(path: str) -> Any:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  csv needs no openpyxl
        from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415
    except ImportError as error:
        raise CapabilityError("openpyxl_missing") from error
    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            if file.read(4) == _OLE_MAGIC:  # an old .xls under a new name, or a workbook with a password
                raise InputError("workbook_old", name=name)
        return load_workbook(path, read_only=True, data_only=True)
    except PermissionError as error:
        raise InputError("file_no_permission", name=name) from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise InputError("file_broken", name=name, reason=str(error)) from error


def _choose(workbook: Any, sheet: str | None, name: str) -> Any:
    sheets = {worksheet.title: worksheet for worksheet in workbook.worksheets}
    if sheet is not None:
        if sheet not in sheets:
            raise InputError("layer_missing", name=name, layer=sheet, layers=", ".join(sheets))
        return sheets[sheet]
    visible = [worksheet for worksheet in sheets.values() if worksheet.sheet_state == "visible"]
    filled = [worksheet for worksheet in visible if next(_rows(worksheet), None) is not None]
    if len(filled) > 1:
        raise InputError("layer_needed", name=name, layers=", ".join(worksheet.title for worksheet in filled))
    if not filled:
        raise InputError("table_without_heading", name=name)
    return filled[0]


def _rows(worksheet: Any) -> Iterator[Sequence[Any]]:
    worksheet.reset_dimensions()
    return (row for row in worksheet.iter_rows(values_only=True) if any(cell is not None for cell in row))


def _lines(worksheet: Any, progress: Progress) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for number, row in enumerate(worksheet.iter_rows(values_only=True), start=1):
        if number % _STEP == 0:
            progress.report(0.5)
        if any(cell is not None for cell in row):
            yield number, row


def _find_heading(lines: list[tuple[int, tuple[Any, ...]]], name: str) -> tuple[int, list[Any], bool]:
    """Return the position of the heading, its cells, and whether it takes two rows.

    The heading is the first row that is about as wide as the widest of the first rows: titles stand alone in theirs.
    """
    if not lines:
        raise InputError("table_without_heading", name=name)
    first = [row for _, row in lines[: _MOST_TITLE_ROWS + 4]]
    filled = [sum(cell is not None for cell in row) for row in first]
    widest = max(filled)
    at = next(i for i, count in enumerate(filled) if 2 * count >= widest)
    cells = list(first[at])
    below = list(first[at + 1]) if at + 1 < len(first) else []
    if _continues(cells, below):
        return at, _joined(cells, below), True
    width = max(len(row) for row in first)
    return at, cells + [None] * (_last_filled(first, width) - len(cells)), False


def _last_filled(rows: list[tuple[Any, ...]], width: int) -> int:
    return max((i + 1 for row in rows for i in range(min(width, len(row))) if row[i] is not None), default=0)


def _continues(upper: list[Any], lower: list[Any]) -> bool:
    """Tell whether ``lower`` is the second half of a heading: it names, in words, gaps inside the upper row, and
    leaves empty what the upper row names alone (as merged cells do).
    """
    if not lower or any(cell is not None and not isinstance(cell, str) for cell in lower):
        return False
    width = max(len(upper), len(lower))
    above, below = upper + [None] * (width - len(upper)), lower + [None] * (width - len(lower))
    fills_gap = any(above[i] is None and below[i] is not None and i > 0 for i in range(width))
    leaves_free = any(above[i] is not None and below[i] is None for i in range(width))
    return fills_gap and leaves_free


def _joined(upper: list[Any], lower: list[Any]) -> list[Any]:
    width = max(len(upper), len(lower))
    above, below = upper + [None] * (width - len(upper)), lower + [None] * (width - len(lower))
    names, group = [], None
    for over, under in zip(above, below):
        group = over if over is not None else group
        names.append(over if under is None else f"{group} {under}" if group is not None else under)
    return names


def _columns(rows: list[tuple[Any, ...]], width: int) -> tuple[list[list[Any]], list[int]]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    broken = []
    for position, row in enumerate(rows):
        for i, column in enumerate(columns):
            value = _cell(row[i]) if i < len(row) else None
            if isinstance(value, str) and value in _ERROR_CELLS:
                broken.append(position)
                value = None
            column.append(value)
    return columns, broken


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        moment = value.replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value
