"""Sheets of an xlsx workbook as columns; openpyxl reads them and is asked for only then."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.encodings import is_web_page
from gridmgmt_plugin.exchange.headings import heading_notes, headings, without_idle_columns
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source, layer_needed
from gridmgmt_plugin.exchange.table_layout import find_layout, find_left_out

if TYPE_CHECKING:
    from gridmgmt_plugin.exchange.sheet_xml import SheetMarks

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_STEP = 5000
_RELATIONS, _SHARED_STRINGS = "_rels/.rels", "xl/sharedStrings.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
# Unpacked; the shared texts are held in memory as a whole.
_MOST_BYTES, _MOST_SHARED_BYTES = 2 << 30, 300 << 20
_SOME_DAY = date(2000, 1, 1)
_HALF_A_SECOND = timedelta(milliseconds=500)
_ERROR_CELLS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
# What openpyxl lets through when the bytes of a workbook are damaged or are no workbook.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    SyntaxError, RuntimeError,
)  # fmt: skip

Line = tuple[int, list[Any]]


def read_workbook(path: str, sheet: str | None, progress: Progress) -> Source:
    """Return one sheet: text as text, numbers as numbers, dates as ISO 8601 text, empty cells ``None``.

    Told in ``notes``: title rows above the heading and a row of units below it (skipped), a heading over several rows
    (joined), cells merged downwards (each of their rows gets the value), totals and signatures (left out). Cells
    that hold a spreadsheet error or a formula without a stored result are ``None`` and listed in ``problems``.

    :raises InputError: ``workbook_old``, ``file_broken``, ``file_no_permission``, ``file_is_web_page``,
        ``layer_missing``, ``layer_needed``, ``table_without_heading``, ``workbook_strict``, ``workbook_too_large``,
        ``sheet_row_impossible``, ``table_too_wide``.
    :raises CapabilityError: ``openpyxl_missing``.
    """
    name = Path(path).name
    workbook = _open(path)
    try:
        worksheet = _choose(workbook, sheet, name)
        lines = list(_lines(worksheet, name, progress))
        marks = _marks(path, worksheet)
        title = worksheet.title
    except _DAMAGE as error:
        raise InputError("file_broken", name=name, reason=str(error)) from error
    finally:
        workbook.close()
    if not lines:
        raise InputError("table_without_heading", name=name)
    return _source(lines, marks, title, path)


def _source(lines: list[Line], marks: SheetMarks, title: str, path: str) -> Source:
    layout = find_layout([cells for _, cells in lines])
    notes = layout.notes()
    body = lines[layout.first_row :]
    filled = _fill_merged(body, marks)
    if filled:
        notes.append(Message("merged_cells_filled", {"count": filled}))
    # Without a heading of its own a filled column still comes in: nothing beside the heading is lost.
    heading = layout.heading + [None] * (_width([cells for _, cells in body]) - len(layout.heading))
    names = headings(heading)
    values, broken = _columns([cells for _, cells in body], len(names))
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    left_out = find_left_out(values, numbers)
    kept = np.setdiff1d(np.arange(len(body)), left_out.rows)
    rows = Rows(without_idle_columns(heading, names, values)).take(kept)
    notes = [*heading_notes(heading, names, rows.columns), *notes, *left_out.notes]
    if not len(kept):
        notes.append(Message("table_without_rows"))
    without_result = {row for row, _ in marks.without_result}
    problems = RowProblems.joined(
        [
            RowProblems.of(np.flatnonzero(np.isin(kept, broken)), "cell_error"),
            RowProblems.of(np.flatnonzero(np.isin(numbers[kept], list(without_result))), "cell_without_result"),
        ]
    )
    notes += problems.notes()
    return Source(rows, title, path, None, "utf-8", tuple(notes), numbers[kept], problems)


def sheet_names(path: str) -> tuple[str, ...]:
    """Return the names of the sheets.

    :raises InputError: ``workbook_old``, ``file_broken``, ``file_no_permission`` or ``file_is_web_page``.
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
            head = file.read(1024)
        if head.startswith(_OLE_MAGIC):  # an old .xls under a new name, or a workbook with a password
            raise InputError("workbook_old", name=name)
        if is_web_page(head):
            raise InputError("file_is_web_page", name=name)
        _refuse_unreadable_parts(path, name)
        return load_workbook(path, read_only=True, data_only=True)
    except PermissionError as error:
        raise InputError("file_no_permission", name=name) from error
    except (InvalidFileException, *_DAMAGE) as error:
        raise InputError("file_broken", name=name, reason=str(error)) from error


def _refuse_unreadable_parts(path: str, name: str) -> None:
    """Do nothing for a workbook whose parts can be read.

    :raises InputError: ``workbook_strict``, ``workbook_too_large``.
    """
    with zipfile.ZipFile(path) as archive:
        sizes = {part.filename: part.file_size for part in archive.infolist()}
        relations = archive.read(_RELATIONS) if 0 < sizes.get(_RELATIONS, 0) < _MOST_BYTES else b""
    if _STRICT in relations:
        raise InputError("workbook_strict", name=name)
    size = sum(sizes.values())
    if size > _MOST_BYTES or sizes.get(_SHARED_STRINGS, 0) > _MOST_SHARED_BYTES:
        raise InputError("workbook_too_large", name=name, size=size >> 20, most=_MOST_BYTES >> 20)


def _choose(workbook: Any, sheet: str | None, name: str) -> Any:
    sheets = {worksheet.title: worksheet for worksheet in workbook.worksheets}
    if sheet is not None:
        chosen = sheets.get(sheet) or {folded(title): one for title, one in sheets.items()}.get(folded(sheet))
        if chosen is None:
            raise InputError("layer_missing", name=name, layer=sheet, layers=", ".join(sheets))
        return chosen
    filled = [worksheet for worksheet in sheets.values() if next(_rows(worksheet, name), None) is not None]
    visible = [worksheet for worksheet in filled if worksheet.sheet_state == "visible"]
    if not filled:
        raise InputError("table_without_heading", name=name)
    if len(visible) != 1:  # hidden sheets are lists for drop-downs; where nothing else is filled, the user decides
        raise layer_needed(name, (s.title for s in visible or filled))
    return visible[0]


def _rows(worksheet: Any, name: str) -> Iterator[Line]:
    from gridmgmt_plugin.exchange.sheet_xml import sheet_rows  # noqa: PLC0415  needs openpyxl

    return sheet_rows(worksheet, name)


def _lines(worksheet: Any, name: str, progress: Progress) -> Iterator[Line]:
    for read, (number, row) in enumerate(_rows(worksheet, name), start=1):
        if read % _STEP == 0:
            progress.report(0.5)
        cells = [_cell(cell) for cell in row]
        if any(cell is not None for cell in cells):
            yield number, cells


def _marks(path: str, worksheet: Any) -> SheetMarks:
    from gridmgmt_plugin.exchange.sheet_xml import read_marks  # noqa: PLC0415  needs openpyxl

    return read_marks(path, worksheet._worksheet_path)  # noqa: SLF001  openpyxl has no public name for the part


def _fill_merged(body: list[Line], marks: SheetMarks) -> int:
    """Give the value of cells merged downwards to each of their rows; return how many cells were filled."""
    places = dict(body)
    filled = 0
    for first_row, column, last_row, _ in marks.merged:
        first = places.get(first_row, [])
        value = first[column - 1] if column <= len(first) else None
        if value is None:
            continue
        for row in range(first_row + 1, last_row + 1):
            cells = places.get(row)
            if cells is None:  # a blank row inside the range is no row of data
                continue
            cells += [None] * (column - len(cells))
            if cells[column - 1] is None:
                cells[column - 1] = value
                filled += 1
    return filled


def _width(rows: list[list[Any]]) -> int:
    return max((i + 1 for row in rows for i in range(len(row)) if row[i] is not None), default=0)


def _columns(rows: list[list[Any]], width: int) -> tuple[list[np.ndarray], list[int]]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    broken = []
    for position, row in enumerate(rows):
        for i, column in enumerate(columns):
            value = row[i] if i < len(row) else None
            if isinstance(value, str) and value in _ERROR_CELLS:
                broken.append(position)
                value = None
            column.append(value)
    return [as_column(column) for column in columns], broken


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime):
        moment = _whole_second(value)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
    if isinstance(value, time):
        return _whole_second(datetime.combine(_SOME_DAY, value)).time().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(timedelta(seconds=round(value.total_seconds())))
    return value


def _whole_second(moment: datetime) -> datetime:
    """Return the nearest whole second: a workbook holds days as fractions, and 8:05 comes out as 8:04:59.952."""
    return (moment + _HALF_A_SECOND).replace(microsecond=0)
