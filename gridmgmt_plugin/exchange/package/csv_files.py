"""Tables as CSV for machines (UTF-8 with BOM, RFC 4180, CRLF) and as xlsx for people, codes as text in both."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, unescape

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import plain_text, runs_in_a_spreadsheet
from gridmgmt_plugin.exchange.package.fields import FieldSpec

_WIDEST_COLUMN = 60
_LONGEST_CELL = 32_767
# Of a workbook: half the time of zlib's own choice, for a file that is a sixth larger.
_LEVEL = 3
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
# Rows and cells of a sheet of ours; whether all of it is XML is for the parser to say.
_END_OF_ROW = "</row>"
_CELL = re.compile(
    r'<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?>(?:<is><t[^>]*>([^<]*)</t></is>|<v>([^<]*)</v>)</c>'
)
_SHOWN_ROW = re.compile(rb'<row r="2"[^>]*><c r="A2" s="(\d+)".*?</row>')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


Lines = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: ``rows`` of cells below ``headings``; ``longest``: letters of the longest cell of each
    column.
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    longest: Sequence[int]


def write_csv(path: Path, rows: Rows, fields: Sequence[FieldSpec], lines: Lines | None = None) -> None:
    """Write a table; the heading holds the delivered names.

    :param lines: what :func:`csv_lines` makes of the rows, where it has been made already; so everywhere here.
    :raises WorkspaceError: ``package_not_written``.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([csv_cell(field.name) for field in fields])
            writer.writerows(csv_lines(rows, fields) if lines is None else lines)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error


def csv_lines(rows: Rows, fields: Sequence[FieldSpec]) -> list[list[str]]:
    """Return the cells of a table as the file holds them."""
    columns = [_cells_of(rows[field.column].tolist()) for field in fields]
    return [list(line) for line in zip(*columns)]


def _cells_of(values: list[Any]) -> list[str]:
    """Return :func:`csv_cell` of every value; most values of a column come again and again."""
    cells = {(type(value), value): "" for value in values}
    for kind, value in cells:
        cells[kind, value] = csv_cell(value)
    return [cells[type(value), value] for value in values]


def csv_cell(value: Any) -> str:
    """Return a value as a cell that a spreadsheet shows and never runs."""
    if isinstance(value, str):
        return "'" + value if runs_in_a_spreadsheet(value) else str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_text(value)


def write_workbook(
    path: Path,
    title: str,
    rows: Rows,
    fields: Sequence[FieldSpec],
    language: str,
    now: datetime,
    lines: Lines | None = None,
) -> None:
    """Write a table as xlsx, headings in the reader's language, text cells as text, dated ``now``.

    :raises ImportError: when openpyxl is not there; ask :func:`workbooks_possible` first.
    :raises WorkspaceError: ``package_not_written``.
    """
    lines = csv_lines(rows, fields) if lines is None else lines
    longest = [max((len(line[at]) for line in lines), default=0) for at in range(len(fields))]
    headings = [field.label(language) for field in fields]
    write_sheets(path, [Sheet(title, headings, zip(*(rows[field.column] for field in fields)), longest)], now)


def write_sheets(path: Path, sheets: Iterable[Sheet], now: datetime) -> None:
    """Write sheets as one xlsx, text cells as text, dated ``now``.

    openpyxl makes the workbook with its headings; the rows, which are many and plain, are put into it as they are.

    :raises ImportError: when openpyxl is not there; ask :func:`workbooks_possible` first.
    :raises WorkspaceError: ``package_not_written``.
    """
    from openpyxl import Workbook  # noqa: PLC0415  packages without workbooks need no openpyxl

    book = Workbook(write_only=True)
    book.properties.creator = ""
    rows = {}
    for number, sheet in enumerate(sheets, start=1):
        _add_sheet(book, sheet)
        rows[f"xl/worksheets/sheet{number}.xml"] = sheet.rows
    written = io.BytesIO()
    book.save(written)
    try:
        _repack(written, path, now, rows)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error


def _add_sheet(book: Any, content: Sheet) -> None:
    """Add a sheet with its headings, and below them one cell of text that shows the style of text cells."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  see write_sheets
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet = book.create_sheet(_sheet_title(content.title, {title.casefold() for title in book.sheetnames}))
    sheet.freeze_panes = "A2"
    for position, (heading, longest) in enumerate(zip(content.headings, content.longest)):
        width = min(max(longest, 2 * len(heading)) + 2, _WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(position + 1)].width = width

    def cell(value: str) -> Any:
        made = WriteOnlyCell(sheet, value=workbook_value(value))
        made.data_type = "s"  # else a text that begins with = would be run
        made.number_format = "@"
        return made

    heads = [cell(heading) for heading in content.headings]
    for made in heads:
        made.font = Font(bold=True)
    sheet.append(heads)
    sheet.append([cell("x")])


def _sheet_title(wanted: str, taken: Collection[str]) -> str:
    """Return a title that a workbook takes: without the signs that it forbids, of 31 letters at most, like no other.

    :param taken: titles in small letters.
    """
    plain = _NOT_IN_TITLES.sub(" ", wanted).strip(" '")[:_LONGEST_TITLE] or "–"
    endings = ("" if number == 1 else f" {number}" for number in count(1))
    titles = (plain[: _LONGEST_TITLE - len(ending)] + ending for ending in endings)
    return next(title for title in titles if title.casefold() not in taken)


def _with_rows(sheet: bytes, rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the XML of a sheet of :func:`_add_sheet` with its rows in the place of the cell that shows the style."""
    shown = _SHOWN_ROW.search(sheet)
    assert shown, "a sheet without the row that shows the style of text"
    style = shown[1].decode("ascii")
    lines = [
        f'<row r="{number}">{"".join(_cells(number, values, style))}</row>'
        for number, values in enumerate(rows, start=2)
    ]
    return sheet[: shown.start()] + "".join(lines).encode("utf-8") + sheet[shown.end() :]


def _cells(row: int, values: Sequence[Any], style: str) -> Iterator[str]:
    for column, value in enumerate(values):
        where = f'r="{column_letters(column)}{row}"'
        if isinstance(value, str):
            text = _in_xml(value)
            yield f'<c {where} s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        elif isinstance(value, (bool, np.bool_)):
            yield f'<c {where} t="b"><v>{int(value)}</v></c>'
        elif value is not None and math.isfinite(value):
            yield f"<c {where}><v>{value!s}</v></c>"


@lru_cache(maxsize=1 << 15)
def _in_xml(value: str) -> str:
    """Return a text as the XML of a sheet holds it; most of a table's texts come again and again."""
    return escape(_NOT_IN_XML.sub("", workbook_value(value)))


@lru_cache(maxsize=256)
def column_letters(column: int) -> str:
    """Return the name of a column: A, B … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read_sheet(path: Path) -> list[dict[str, Any]]:
    """Return the rows of the first sheet of a workbook of ours, as letters of column → value without empty cells.

    :raises WorkspaceError: ``package_not_readable``, also for what is no XML.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        expat.ParserCreate().Parse(sheet, True)
        text = sheet.decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, expat.ExpatError) as error:
        raise WorkspaceError("package_not_readable", name=path.name, reason=str(error)) from error
    return [
        {letters: _value(kind, shown, number) for letters, kind, shown, number in _CELL.findall(row)}
        for row in text.split(_END_OF_ROW)[:-1]
    ]


def _value(kind: str, shown: str, number: str) -> Any:
    if kind == "inlineStr":
        return unescape(shown) if "&" in shown else shown
    return bool(int(number)) if kind == "b" else float(number)


def workbook_value(value: Any) -> Any:
    """Return a value as a cell of a workbook holds it."""
    if isinstance(value, str) and len(value) > _LONGEST_CELL:
        return value[: _LONGEST_CELL - 1] + "…"
    return value


def workbooks_possible() -> bool:
    """Tell whether xlsx files can be written here."""
    try:
        import openpyxl  # noqa: F401, PLC0415  asked for only when a workbook is wanted
    except ImportError:
        return False
    return True


def _repack(written: io.BytesIO, path: Path, now: datetime, rows: Mapping[str, Iterable[Sequence[Any]]]) -> None:
    """Write the workbook with its rows and with ``now`` in the place of the clock, so that equal content gives equal
    bytes.
    """
    stamp = f"{now:%Y-%m-%dT%H:%M:%S}Z".encode()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            if name in rows:
                content = _with_rows(content, rows[name])
            target.writestr(zip_entry(name, now), content, compresslevel=_LEVEL)


def zip_entry(name: str, now: datetime) -> zipfile.ZipInfo:
    """Return the entry of a zip, dated ``now``, compressed, readable by everybody."""
    entry = zipfile.ZipInfo(name, (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
