"""What the bytes of a DBF tell before anything is decoded: field names, the code page, samples of its text.

GDAL needs the encoding to decode, and guesses Latin-1 where a shapefile does not name one; so the bytes themselves
are looked at first. Read through GDAL's file layer, so that a shapefile inside a zip works as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from osgeo import gdal

from gridmgmt_plugin.exchange.encodings import BIG5, GB18030

_HEADER_BYTES = 32
_FIELD_BYTES = 32
_END_OF_FIELDS = 0x0D
# Language driver ids that name a Chinese code page; the Latin ones (0x57, 0x03) are defaults and say nothing.
_LANGUAGE_DRIVERS = {0x4D: GB18030, 0x7A: GB18030, 0x4F: BIG5, 0x78: BIG5}
_MOST_BYTES = 32 << 20
_MOST_SAMPLES = 4000
_MOST_BYTES_OF_TABLE = 512 << 20


@dataclass(frozen=True)
class DbfText:
    """Undecoded text of a DBF.

    ``names``: field names in order; ``samples``: distinct cells that are not plain ASCII, at most some thousands;
    ``declared``: the codec that the language driver byte names, or ``None``.
    """

    names: tuple[bytes, ...]
    samples: tuple[bytes, ...]
    declared: str | None


def read_dbf_text(path: str) -> DbfText | None:
    """Return the undecoded text of the DBF at ``path`` (a GDAL path), or ``None`` when it is not a readable DBF."""
    data = _read_bytes(path, _MOST_BYTES)
    if len(data) < _HEADER_BYTES:
        return None
    header_length, record_length = (int(n) for n in np.frombuffer(data, "<u2", 2, 8))
    names, places = [], []
    start, offset = _HEADER_BYTES, 1  # a record begins with its deletion mark
    while start + _FIELD_BYTES <= min(len(data), header_length) and data[start] != _END_OF_FIELDS:
        names.append(data[start : start + 11].split(b"\0")[0])
        width = data[start + 16]
        if chr(data[start + 11]) in "Cc":
            places.append((offset, width))
        offset += width
        start += _FIELD_BYTES
    if not names or record_length <= 1:
        return None
    samples = _samples(data[header_length:], record_length, places)
    return DbfText(tuple(names), samples, _LANGUAGE_DRIVERS.get(data[29]))


def whole_numbers(path: str, positions: Collection[int], records: np.ndarray) -> dict[int, list[int | None]]:
    """Return the whole numbers in numeric fields as they are written, digit by digit; ``None`` for anything else.

    GDAL gives numbers of 19 digits and more as floats, which keep 15 of them.

    :param positions: of the fields, from 0. ``records``: int64, positions of the records wanted.
    """
    data = _read_bytes(path, _MOST_BYTES_OF_TABLE)
    if len(data) < _HEADER_BYTES or len(data) == _MOST_BYTES_OF_TABLE:
        return {}
    header_length, record_length = (int(n) for n in np.frombuffer(data, "<u2", 2, 8))
    widths = [data[_HEADER_BYTES + i * _FIELD_BYTES + 16] for i in range((header_length - 33) // _FIELD_BYTES)]
    starts = np.concatenate([[1], 1 + np.cumsum(widths)])
    found: dict[int, list[int | None]] = {}
    for at in positions:
        if at >= len(widths) or record_length <= starts[at]:
            continue
        places = (header_length + records * record_length + starts[at]).tolist()
        cells = (data[place : place + widths[at]].strip(b" \0") for place in places)
        found[at] = [_whole_number(cell) for cell in cells]
    return found


def _whole_number(cell: bytes) -> int | None:
    digits, _, decimals = cell.partition(b".")
    return int(digits) if digits.lstrip(b"+-").isdigit() and not decimals.strip(b"0") else None


def _samples(body: bytes, record_length: int, places: list[tuple[int, int]]) -> tuple[bytes, ...]:
    count = len(body) // record_length
    records = np.frombuffer(body, np.uint8, count * record_length).reshape(count, record_length)
    found: dict[bytes, None] = {}
    for offset, width in places:
        block = records[:, offset : offset + width]
        for cell in np.unique(block[(block >= 0x80).any(axis=1)], axis=0)[:_MOST_SAMPLES]:
            found[cell.tobytes().rstrip(b" \0")] = None
    return tuple(found)[:_MOST_SAMPLES]


def _read_bytes(path: str, most: int) -> bytes:
    handle = gdal.VSIFOpenL(path, "rb")
    if handle is None:
        return b""
    try:
        return bytes(gdal.VSIFReadL(1, most, handle) or b"")
    finally:
        gdal.VSIFCloseL(handle)


def read_small_text(path: str) -> str:
    """Return the ASCII content of a small side file such as .cpg; empty when it is not there."""
    return _read_bytes(path, 4096).decode("ascii", "ignore").strip()
