"""Which encoding the bytes of a file are in, when the file does not say so or says it wrongly.

Files of Chinese offices are UTF-8 or one of the GB family, which GB 18030 contains whole. UTF-8 is strict enough that
longer Chinese text in another encoding never passes for it; only short GBK words can (一 is two bytes of it that read
as a Cyrillic letter), and these are told apart by what they would mean.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message

UTF8, GB18030, BIG5 = "utf-8", "gb18030", "big5hkscs"
LATIN = ("iso8859-1", "cp1252", "cp437", "ascii")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB_NAMES = {"gbk", "gb2312", "gb18030", "cp936", "936", "gbk2312", "hz", "chinesegb", "gb", "euccn"}
_CODE_PAGES = {
    "65001": UTF8,
    "utf8": UTF8,
    "950": BIG5,
    "cp950": BIG5,
    "big5": BIG5,
    "1252": "cp1252",
    "cp1252": "cp1252",
    "ldid87": "cp1252",
    "88591": "iso8859-1",
    "iso88591": "iso8859-1",
    "88591latin1": "iso8859-1",
}
# At least this share of the characters beyond ASCII must be Chinese script for a reading to make sense.
_SENSIBLE = 0.8
# With the signs that stand alone in tables: without them, m² in UTF-8 would pass for m虏 in GBK. Not the middle dot:
# its two bytes are 路 in GBK, which stands alone far more often.
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef—…“”‘’①-⑳℃㎡°²³±×\u00a0]")
_HANZI = re.compile("[\u4e00-\u9fff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BLOCK = 1 << 20
# Of a text that is larger than this, pieces are looked at: its beginning, and so much every so many bytes.
_WHOLE, _BEGINNING, _PIECE, _EVERY = 24_000_000, 1 << 18, 1 << 15, 1 << 22
_SAMPLE_PIECES = 4000
# More unreadable bytes than this share, and the encoding is simply another one.
_TOLERATED = 1e-3
_MOST_ZEROS = 0.25
_PROBE = "1,a\r\n"
_NOTATIONS = {"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape"}
_HOPELESS = 100_000
# What no text holds and any program, picture or archive does. A zero byte alone is a fault of a writer of texts.
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class Encoding:
    """The Python codec of a file's text, and what there is to say about how it was found."""

    name: str
    notes: tuple[Message, ...] = ()


def codec_of(name: str) -> str | None:
    """Return the Python codec for a name as .cpg files and offices write it (936, GBK, UTF8, ANSI 936 …)."""
    key = re.sub(r"[^0-9a-z]", "", name.lower())
    if key.startswith("ansi") and key != "ansi":
        key = key[4:]
    if key in _GB_NAMES:
        return GB18030
    if key in _CODE_PAGES:
        return _CODE_PAGES[key]
    try:
        codec = codecs.lookup(name.strip()).name
        # Python's codecs include ciphers, compression and notations of its own, which no file is written in.
        return codec if _PROBE.encode(codec).decode(codec) == _PROBE and codec not in _NOTATIONS else None
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


def require_codec(name: str) -> str:
    """Return the Python codec for the encoding that the user named.

    :raises InputError: ``encoding_unknown``.
    """
    codec = codec_of(name)
    if codec is None:
        raise InputError("encoding_unknown", name=name)
    return codec


def encoding_of_pieces(pieces: Iterable[bytes], declared: str | None = None) -> Encoding:
    """Return the encoding of separate pieces of text, e.g. the cells of a DBF.

    A piece may be cut in the middle of a character at its end. ``declared`` is what the file itself says (a codec,
    see :func:`codec_of`); it is believed unless the bytes contradict it: they do not decode, a Latin code page is
    named for what reads as Chinese, or GBK for what is Chinese in UTF-8. With nothing but ASCII the answer is the
    declared encoding, else UTF-8.
    """
    telling = [piece for piece in pieces if not piece.isascii()]
    if not telling:
        return Encoding(declared or UTF8)
    found = _found_in(telling)
    if declared is None or found is None:
        # Neither reads: every byte is a character in a Latin code page, so nothing is lost and the note says so.
        return Encoding(declared or found or "cp1252", () if declared or found else (Message("encoding_guessed"),))
    if declared == GB18030 and found == UTF8 and _HANZI.search(_foreign(telling, UTF8)):
        return Encoding(found, (Message("encoding_declared_wrong", {"declared": declared, "used": found}),))
    if declared not in LATIN and all(_decodes(piece, declared) for piece in telling):
        return Encoding(declared)
    if declared in LATIN and not _sensible(telling, found):
        return Encoding(declared)
    return Encoding(found, (Message("encoding_declared_wrong", {"declared": declared, "used": found}),))


def encoding_of_file(stream: BinaryIO, name: str) -> Encoding:
    """Return the encoding of a text file, read once from start to end in blocks; the position is left at the end.

    :raises InputError: ``file_not_text``, ``encoding_not_found`` when neither UTF-8 nor GB 18030 nor UTF-16 reads it.
    """
    head = stream.read(_BLOCK)
    marked = next((codec for bom, codec in _BOMS if head.startswith(bom)), None)
    if marked is None and b"\0" in head:
        marked = _utf16_without_bom(head)
        if marked is None and (_CONTROL.search(head) or head.count(0) > _MOST_ZEROS * len(head)):
            raise InputError("file_not_text", name=name)
    readers = {codec: _Reader(codec) for codec in ((marked,) if marked else (UTF8, GB18030))}
    pieces: list[bytes] = []
    block, size = head, 0
    while block:
        size += len(block)
        for reader in readers.values():
            reader.feed(block)
        if len(pieces) < _SAMPLE_PIECES and not block.isascii():
            pieces += [line for line in block.splitlines() if not line.isascii()][:_SAMPLE_PIECES]
        block = stream.read(_BLOCK)
    for reader in readers.values():
        reader.close()
    fitting = [codec for codec, reader in readers.items() if not reader.errors]
    if len(fitting) > 1:
        return Encoding(_more_sensible(pieces))
    if fitting:
        return Encoding(fitting[0])
    best = min(readers.values(), key=lambda reader: reader.errors)
    if best.errors > max(1, size * _TOLERATED):
        raise InputError("encoding_not_found", name=name)
    return Encoding(best.codec, (Message("bytes_unreadable", {"count": best.errors, "encoding": best.codec}),))


def chosen_encoding(stream: BinaryIO, codec: str) -> Encoding:
    """Return the encoding that the user chose, with a note when the beginning of the text speaks against it."""
    head = stream.read(_BLOCK)
    if head.isascii() or b"\0" in head or codec not in (UTF8, GB18030):
        return Encoding(codec)
    pieces = [line for line in head.splitlines()[:-1] or [head] if not line.isascii()]
    found = _found_in(pieces[:_SAMPLE_PIECES]) if pieces else None
    if found in (None, codec):
        return Encoding(codec)
    return Encoding(codec, (Message("encoding_chosen_doubtful", {"chosen": codec, "found": found}),))


def all_decodes(stream: BinaryIO, codec: str) -> bool:
    """Tell whether every byte of a file can be decoded."""
    reader = _Reader(codec)
    while (block := stream.read(_BLOCK)) and not reader.errors:
        reader.feed(block)
    reader.close()
    return not reader.errors


class RowsOfLines(Protocol):
    """Tells which lines of a table, in the encoding of its file, are whole rows."""

    def whole_at_the_start(self, lines: list[bytes]) -> int:
        """Return how many of the first lines of the table are whole rows."""

    def whole(self, lines: list[bytes]) -> list[bytes]:
        """Return those of some lines further on that are rows by themselves."""


def pieces_of(stream: BinaryIO, codec: str, rows: RowsOfLines) -> bytes:
    """Return the whole of a text that is not large, else its beginning and the whole rows of a piece every few MB.

    Always the same pieces of the same text. A text in which a line does not end in one byte, or no row within the
    beginning, is returned whole.
    """
    start = stream.read(_WHOLE + 1)
    if len(start) <= _WHOLE:
        return start
    if "\n".encode(codec)[-1:] != b"\n" or codec.startswith("utf-16"):
        return start + stream.read()
    pieces, place = start[:_BEGINNING].splitlines(keepends=True)[:-1], _EVERY
    del pieces[rows.whole_at_the_start(pieces) :]
    if not pieces:
        return start + stream.read()
    while True:
        stream.seek(place)
        piece = stream.read(_PIECE)
        if not piece:
            return b"".join(pieces)
        pieces += rows.whole(piece.splitlines(keepends=True)[1:-1])
        place += _EVERY


def is_web_page(head: bytes) -> bool:
    """Tell whether a file begins as a web page: platforms export those under the names of tables."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    return start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta"))


def decode_piece(piece: bytes, codec: str) -> str:
    """Return a piece of text; a character cut off at its end is dropped, another unreadable byte becomes U+FFFD."""
    try:
        return piece.decode(codec)
    except UnicodeDecodeError as error:
        if _cut_at_end(piece, error):
            return piece[: error.start].decode(codec)
        return piece.decode(codec, "replace")


class _Reader:
    """Decodes a stream block by block and counts what does not decode."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.errors = 0
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def feed(self, block: bytes, *, final: bool = False) -> None:
        if self.errors > _HOPELESS:
            return
        self.errors += self._decoder.decode(block, final).count("\ufffd")

    def close(self) -> None:
        self.feed(b"", final=True)


def _found_in(pieces: list[bytes]) -> str | None:
    fitting = [
        codec
        for codec in (UTF8, GB18030)
        if all(_decodes(piece, codec) for piece in pieces) and _foreign(pieces, codec)
    ]
    return _more_sensible(pieces) if len(fitting) > 1 else fitting[0] if fitting else None


def _more_sensible(pieces: list[bytes]) -> str:
    """Return GB 18030 where only that makes Chinese of bytes that both encodings can read, else UTF-8.

    One Chinese character in UTF-8 settles it: GBK text hardly ever has the three bytes of one in this order.
    """
    if _HANZI.search(_foreign(pieces, UTF8)) or _sensible(pieces, UTF8):
        return UTF8
    return GB18030 if _sensible(pieces, GB18030) else UTF8


def _decodes(piece: bytes, codec: str) -> bool:
    try:
        piece.decode(codec)
    except UnicodeDecodeError as error:
        return _cut_at_end(piece, error)
    return True


def _cut_at_end(piece: bytes, error: UnicodeDecodeError) -> bool:
    """Tell whether ``piece`` is fine but for a last character of which some bytes are missing."""
    tail = piece[error.start :]
    return 0 < len(tail) <= 3 and tail[0] >= 0x80 and ("end of data" in error.reason or "incomplete" in error.reason)


def _sensible(pieces: list[bytes], codec: str) -> bool:
    foreign = _foreign(pieces, codec)
    return bool(foreign) and len(_CHINESE.findall(foreign)) >= _SENSIBLE * len(foreign)


def _foreign(pieces: list[bytes], codec: str) -> str:
    """Return the characters beyond ASCII; one that is cut off at the end of a piece does not count."""
    return "".join(_BEYOND_ASCII.findall("".join(decode_piece(piece, codec) for piece in pieces[:_SAMPLE_PIECES])))


def _utf16_without_bom(head: bytes) -> str | None:
    # ASCII delimiters and digits in UTF-16 are a character and a zero byte, or the other way round.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for codec, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 20 * others and zeros * 20 > len(head):
            return codec
    return None
