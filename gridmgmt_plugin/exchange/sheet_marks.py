"""What a sheet says beside its values: merged cells, and formulas whose result was never stored.

openpyxl tells neither when it reads row by row, and reading a sheet whole takes some fifty times its size; so the
sheet's XML is looked through once for these two marks.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

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
