"""Chinese in a PDF that can be searched and copied.

A font gives one picture to a word and to the radical that looks like it (长 and U+2ED3, 水 and U+2F54), and Qt, asked
which word a picture stands for, names the radical. Nobody finds 街巷长 then. The tables that tell pictures from
words (``/ToUnicode``) are mended by an update behind the end of the file, as ISO 32000-1, 7.5.6 has it.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import cache
from pathlib import Path

from gridmgmt_plugin.core.resources import load_json

_FIRST, _LAST = 0x2E80, 0x2FDF
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_SECTION = re.compile(rb"(\d+) (\d+)\s*\n")
_TABLE = re.compile(rb"/ToUnicode (\d+) 0 R")
_STREAM = re.compile(rb"\d+ 0 obj\s*<<(.*?)>>\s*stream\r?\n", re.DOTALL)
_LENGTH, _SIZE = re.compile(rb"/Length (\d+)"), re.compile(rb"/Size (\d+)")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
# First and last picture, then the first word, or in brackets the word of each.
_SIGN = rb"<([0-9A-Fa-f]{4})>"
_RANGE = re.compile(rb"%s\s*%s\s*(?:%s|\[([^\]]*)\])" % (_SIGN, _SIGN, _SIGN))
_BLOCK = re.compile(rb"\d+ beginbfrange\n(.*?)endbfrange\n?", re.DOTALL)
_MOST_IN_A_BLOCK, _ENTRY = 100, 20


def mend_pdf_text(path: Path) -> int:
    """Let words stand for themselves in a PDF that Qt wrote; return how many tables were mended.

    A file that is put together in another way than Qt's is left as it is.

    :raises OSError: when the file cannot be read or written.
    """
    content = path.read_bytes()
    start = _START.search(content[-64:])
    trailer = _TRAILER.search(content, content.rfind(b"trailer"))
    if start is None or trailer is None:
        return 0
    places = _places(content, int(start.group(1)))
    mended = {}
    for number in sorted({int(found) for found in _TABLE.findall(content)}):
        table = _table(content, places.get(number, -1))
        if table is not None and (words := _with_words(table)) != table:
            mended[number] = words
    if mended:
        with path.open("ab") as file:
            file.write(_update(len(content), mended, trailer.group(1), int(start.group(1))))
    return len(mended)


def word_of(letter: int) -> int:
    """Return the sign that is written where Qt names its lookalike, by code point; every other is its own."""
    written = _lookalikes().get(letter)
    if written is not None or not _FIRST <= letter <= _LAST:
        return letter if written is None else written
    same = unicodedata.normalize("NFKC", chr(letter))
    return ord(same) if len(same) == 1 else letter


@cache
def _lookalikes() -> dict[int, int]:
    pairs = [ord(sign) for sign in load_json("catalogues/radicals.json")["pairs"]]
    return dict(zip(pairs[::2], pairs[1::2]))


def _places(content: bytes, start: int) -> dict[int, int]:
    """Return where each object begins, by the table at ``start``."""
    found: dict[int, int] = {}
    at = content.index(b"\n", start) + 1
    while (section := _SECTION.match(content, at)) is not None:
        first, count = int(section.group(1)), int(section.group(2))
        at = section.end()
        for number in range(first, first + count):
            found[number] = int(content[at : at + 10])
            at += _ENTRY
    return found


def _table(content: bytes, at: int) -> bytes | None:
    """Return the table that begins at a place, unpacked; ``None`` for anything else."""
    head = _STREAM.match(content, at) if at >= 0 else None
    length = _LENGTH.search(head.group(1)) if head else None
    if head is None or length is None:
        return None
    stream = content[head.end() : head.end() + int(length.group(1))]
    return zlib.decompress(stream) if b"FlateDecode" in head.group(1) else stream


def _with_words(table: bytes) -> bytes:
    """Return the table with words for radicals, picture by picture where there are some; else as it is."""
    found = _words(table)
    if all(word_of(word) == word for _, word in found):
        return table
    lines = [b"<%04X> <%04X> <%04X>\n" % (picture, picture, word_of(word)) for picture, word in found]
    groups = [lines[at : at + _MOST_IN_A_BLOCK] for at in range(0, len(lines), _MOST_IN_A_BLOCK)]
    text = b"".join(b"%d beginbfrange\n%sendbfrange\n" % (len(group), b"".join(group)) for group in groups)
    blocks = list(_BLOCK.finditer(table))
    return table[: blocks[0].start()] + text + table[blocks[-1].end() :]


def _words(table: bytes) -> list[tuple[int, int]]:
    """Return pictures with their words."""
    found: list[tuple[int, int]] = []
    for block in _BLOCK.findall(table):
        for first, last, start, each in _RANGE.findall(block):
            pictures = range(int(first, 16), int(last, 16) + 1)
            words = range(int(start, 16), int(start, 16) + len(pictures)) if start else _listed(each)
            found += zip(pictures, words)
    return found


def _listed(text: bytes) -> list[int]:
    return [int(word, 16) for word in re.findall(_SIGN, text)]


def _update(end: int, objects: dict[int, bytes], trailer: bytes, before: int) -> bytes:
    """Return what is written behind the end: the objects anew, where they are now, and where the table before is."""
    body, entries = b"\n", []
    for number, table in objects.items():
        entries.append(b"%d 1\n%010d 00000 n \n" % (number, end + len(body)))
        body += b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(table), table)
    start = end + len(body)
    tail = b"trailer\n<<%s/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, before, start)
    return body + b"xref\n" + b"".join(entries) + tail
