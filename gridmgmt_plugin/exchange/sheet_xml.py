"""A sheet as its XML has it: the rows that are there, merged cells, formulas whose result was never stored.

openpyxl tells of the last two nothing when it reads row by row, and reading a sheet whole takes some fifty times its
size; so the sheet's XML is looked through once for these two marks. Its own loop over rows yields one for every
number that is left out, two thousand million of them where a number is damaged, and a cell for every one that only
has a colour; ours makes up nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet._reader import WorkSheetParser

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.headings import refuse_too_wide

MOST_ROWS = 1_048_576
_BLOCK = 1 << 20
_OVERLAP = 1 << 14  # longer than any formula cell
_NAME = rb"(?:\w+:)?"
_MERGED = re.compile(rb"<" + _NAME + rb'mergeCell\s[^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"')
_WITHOUT_RESULT = re.compile(
    rb"<" + _NAME + rb'c\s[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*'
    rb"<" + _NAME + rb"f(?:\s[^>]*)?(?:/>|>[^<]*</" + _NAME + rb"f>)\s*"
    rb"(?:<" + _NAME + rb"v\s*/>|<" + _NAME + rb"v>\s*</" + _NAME + rb"v>)?\s*</" + _NAME + rb"c>"
)


@dataclass(frozen=True)
class SheetMarks:
    """``merged``: (first row, first column, last row, last column) per merged range, counted from 1;
    ``without_result``: (row, column) of the formulas whose result is not stored.
    """

    merged: tuple[tuple[int, int, int, int], ...] = ()
    without_result: tuple[tuple[int, int], ...] = ()


def read_marks(path: str, part: str) -> SheetMarks:
    """Return the marks of the sheet whose XML is ``part`` of the workbook at ``path``."""
    merged: dict[tuple[int, int, int, int], None] = {}
    unknown: dict[tuple[int, int], None] = {}
    for piece in _pieces(path, part):
        for match in _MERGED.finditer(piece):
            merged[(*_place(match[1]), *_place(match[2]))] = None
        if b"<f" in piece or b":f" in piece:
            for match in _WITHOUT_RESULT.finditer(piece):
                unknown[_place(match[1])] = None
    return SheetMarks(tuple(merged), tuple(unknown))


def _pieces(path: str, part: str) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as stream:
        tail = b""
        while block := stream.read(_BLOCK):
            yield tail + block
            tail = (tail + block)[-_OVERLAP:]


def _place(reference: bytes) -> tuple[int, int]:
    column, row = coordinate_from_string(reference.decode("ascii"))
    return row, column_index_from_string(column)


class _Parser(WorkSheetParser):
    row_counter: int

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        number = row.get("r")
        self.row_counter = self.row_counter + 1 if number is None else int(number)
        self.col_counter = 0
        return self.row_counter, [cell for element in row if (cell := self._cell(element)) is not None]

    def _cell(self, element: Any) -> dict[str, Any] | None:
        if len(element) == 0 and element.get("r"):  # a colour, a border, and nothing in it
            return None
        return dict(self.parse_cell(element))


def sheet_rows(worksheet: Any, name: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield number and values of the rows of a sheet that was opened for reading only; rows without values are left
    out, and cells after the last one with a value.

    :raises InputError: ``sheet_row_impossible``, ``table_too_wide``; what openpyxl raises for damaged files besides.
    """
    workbook = worksheet.parent
    with worksheet._get_source() as source:  # noqa: SLF001  openpyxl has no public way to the rows that are there
        parser = _Parser(
            source,
            worksheet._shared_strings,  # noqa: SLF001
            data_only=workbook.data_only,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,  # noqa: SLF001
            timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001
        )
        for number, cells in parser.parse():
            if not 0 < number <= MOST_ROWS:
                raise InputError("sheet_row_impossible", name=name, row=number, most=MOST_ROWS)
            filled = [(cell["column"], cell["value"]) for cell in cells if cell["value"] is not None]
            width = max((column for column, _ in filled), default=0)
            refuse_too_wide(width, name)
            if filled:
                values: list[Any] = [None] * width
                for column, value in filled:
                    values[column - 1] = value
                yield number, values
