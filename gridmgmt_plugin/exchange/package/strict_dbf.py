"""A shapefile's table and .prj as strict readers take them, whatever GDAL writes for what is empty."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.frames import in_ascii

_HEADER, _DESCRIPTOR, _END = 32, 32, 0x0D
_LANGUAGE_BYTE = 29
# The language driver of code page 936. UTF-8 has none: there the .cpg speaks alone.
_LANGUAGE_DRIVERS = {"GBK": 0x4D}
_BLANK, _STAR, _ZERO = b" *0"
_PADDING_OF_NUMBERS = ("N", "F")


def make_strict(path: Path, encoding: str) -> None:
    """Leave empty numbers and dates of a .dbf blank, as the format has it, and name its code page in the header.

    GDAL fills an empty number with asterisks and an empty date with zeros: readers that take a number for a number
    and a date for a date stop there.

    :raises OSError: when the file cannot be written.
    """
    content = np.fromfile(path, dtype=np.uint8)
    count, header, length = struct.unpack("<IHH", content[4:12].tobytes())
    records = content[header : header + count * length].reshape(count, length)
    start, at = 1, _HEADER
    while content[at] != _END:
        kind, width = chr(content[at + 11]), int(content[at + 16])
        cells = records[:, start : start + width]
        if kind in _PADDING_OF_NUMBERS:
            cells[cells[:, 0] == _STAR] = _BLANK
        elif kind == "D":
            cells[(cells == _ZERO).all(axis=1)] = _BLANK
        start, at = start + width, at + _DESCRIPTOR
    content[_LANGUAGE_BYTE] = _LANGUAGE_DRIVERS.get(encoding, content[_LANGUAGE_BYTE])
    content.tofile(path)


def make_ascii(path: Path, wkt: str | None = None) -> None:
    """Write a .prj in ASCII, as its readers expect.

    :param wkt: what it says; nothing for what it says already.
    :raises OSError: when the file cannot be written.
    """
    text = path.read_text(encoding="utf-8") if wkt is None else wkt
    path.write_bytes(in_ascii(text).encode("ascii"))
