"""Tables as CSV for machines (UTF-8 with BOM, RFC 4180, CRLF) and as xlsx for people, codes as text in both."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import plain_text, runs_in_a_spreadsheet
from gridmgmt_plugin.exchange.package.fields import FieldSpec

_WIDEST_COLUMN = 60
_LONGEST_CELL = 32_767
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
    columns = [[csv_cell(value) for value in rows[field.column]] for field in fields]
    return [list(line) for line in zip(*columns)]


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

    :raises ImportError: when openpyxl is not there; ask :func:`workbooks_possible` first.
    :raises WorkspaceError: ``package_not_written``.
    """
    from openpyxl import Workbook  # noqa: PLC0415  packages without workbooks need no openpyxl

    book = Workbook(write_only=True)
    book.properties.creator = ""
    for sheet in sheets:
        _add_sheet(book, sheet)
    written = io.BytesIO()
    book.save(written)
    try:
        _repack(written, path, now)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error


def _add_sheet(book: Any, content: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  see write_sheets
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet = book.create_sheet(content.title[:31])
    sheet.freeze_panes = "A2"
    for position, (heading, longest) in enumerate(zip(content.headings, content.longest)):
        width = min(max(longest, 2 * len(heading)) + 2, _WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(position + 1)].width = width

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, value=workbook_value(value))
        made.data_type = "s"  # else a text that begins with = would be run
        made.number_format = "@"
        return made

    heads = [cell(heading) for heading in content.headings]
    for made in heads:
        made.font = Font(bold=True)
    sheet.append(heads)
    for values in content.rows:
        sheet.append([cell(value) for value in values])


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


def _repack(written: io.BytesIO, path: Path, now: datetime) -> None:
    """Write the workbook with ``now`` in the place of the clock, so that equal content gives equal bytes."""
    stamp = f"{now:%Y-%m-%dT%H:%M:%S}Z".encode()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            target.writestr(zip_entry(name, now), content)


def zip_entry(name: str, now: datetime) -> zipfile.ZipInfo:
    """Return the entry of a zip, dated ``now``, compressed, readable by everybody."""
    entry = zipfile.ZipInfo(name, (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
