"""A text-based layer file (GeoJSON, DXF) handed to GDAL in UTF-8, whatever encoding it is in.

GDAL takes GeoJSON for UTF-8 and believes what a DXF declares; both are wrong often enough. A file in another encoding
is read from a recoded copy in memory; the file itself is never touched.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from osgeo import gdal

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.encodings import (
    GB18030,
    UTF8,
    Encoding,
    all_decodes,
    codec_of,
    encoding_of_file,
    encoding_of_pieces,
    require_codec,
)

_UTF8 = (UTF8, "utf-8-sig", "ascii")
_HEADER_BYTES = 1 << 16
_BLOCK = 1 << 24
_MOST_PIECES = 4000
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d+)")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\S+)")
# From AutoCAD 2007 on a DXF is UTF-8, although it still names a code page.
_FIRST_UTF8_VERSION = 1021


def json_encoding(gdal_path: str, wanted: str, name: str) -> Encoding:
    """Return the encoding of a GeoJSON file: UTF-8, as its standard asks, wherever that can be.

    :raises InputError: ``encoding_unknown`` or ``encoding_not_found``.
    """
    if wanted != "auto":
        return Encoding(require_codec(wanted))
    with _reading(gdal_path) as stream:
        found = encoding_of_file(stream, name)
    if found.name != GB18030:
        return found
    with _reading(gdal_path) as stream:
        return Encoding(UTF8) if all_decodes(stream, UTF8) else found


def dxf_encoding(gdal_path: str, wanted: str) -> Encoding:
    """Return the encoding of a DXF: what it declares, unless its bytes contradict it.

    :raises InputError: ``encoding_unknown``.
    """
    if wanted != "auto":
        return Encoding(require_codec(wanted))
    with _reading(gdal_path) as stream:
        data = stream.read(_HEADER_BYTES)
        version, page = _VERSION.search(data), _CODE_PAGE.search(data)
        declared = codec_of(page[1].decode("ascii", "replace")) if page else None
        if version and int(version[1]) >= _FIRST_UTF8_VERSION:
            declared = UTF8
        pieces: list[bytes] = []
        rest = b""
        while data and len(pieces) < _MOST_PIECES:
            *lines, rest = (rest + data).split(b"\n")
            pieces += [line.strip() for line in lines if not line.isascii()]
            data = stream.read(_BLOCK)
        return encoding_of_pieces(pieces[:_MOST_PIECES], declared)


def whole_text(gdal_path: str, codec: str, name: str, *, strict: bool) -> tuple[str, int]:
    """Return the text of a file, and how many places of it could not be decoded.

    :raises InputError: ``encoding_mismatch`` when ``strict`` and something cannot be decoded.
    """
    text = _content(gdal_path).decode(codec, "replace")
    lost = text.count("\ufffd")
    if lost and strict:
        raise InputError("encoding_mismatch", name=name, encoding=codec, count=lost)
    return text, lost


def count_lines(gdal_path: str) -> int:
    """Return how many lines of a file hold something, 0 where it is not there."""
    return sum(1 for line in _content(gdal_path).splitlines() if line.strip())


def is_utf8(codec: str) -> bool:
    """Tell whether GDAL can read a file in ``codec`` as it is."""
    return codec in _UTF8


@contextmanager
def copy_in_memory(gdal_path: str, text: str) -> Iterator[str]:
    """Yield the GDAL path of a copy with ``text`` in UTF-8, under the suffix of the original."""
    copy = f"/vsimem/{uuid.uuid4().hex}/recoded{PurePosixPath(gdal_path).suffix.lower()}"
    gdal.FileFromMemBuffer(copy, text.encode("utf-8"))
    try:
        yield copy
    finally:
        gdal.Unlink(copy)


def _content(gdal_path: str) -> bytes:
    with _reading(gdal_path) as stream:
        parts = []
        while block := stream.read(_BLOCK):
            parts.append(block)
    return b"".join(parts)


@contextmanager
def _reading(gdal_path: str) -> Iterator[Any]:
    handle = gdal.VSIFOpenL(gdal_path, "rb")
    try:
        yield _Stream(handle)
    finally:
        if handle is not None:
            gdal.VSIFCloseL(handle)


class _Stream:
    """The little of a binary file that the search for an encoding asks for; nothing where it cannot be opened."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def read(self, most: int) -> bytes:
        """Return the next bytes, none at the end."""
        return b"" if self._handle is None else bytes(gdal.VSIFReadL(1, most, self._handle) or b"")
