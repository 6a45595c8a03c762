"""Letters as people type them, made comparable: full width, blanks, capitals. Needs the standard library alone."""

from __future__ import annotations

import re

# FF01 … FF5E are the full-width forms of the printable ASCII characters; one character becomes one character, so
# positions in the converted text are positions in the original.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH[0x3000] = 0x20
# Blanks that spreadsheets and web pages leave behind and ``str.strip`` does not know.
STRAY = "\ufeff\u200b\u200c\u200d\u2060"
_LISTED = re.compile(r"[,\uff0c;\uff1b\u3001\r\n]+")
_LISTED_CODES = re.compile(r"[\s,\uff0c;\uff1b\u3001]+")
_BLANKS = re.compile(r"[\s" + STRAY + "]+")


def half_width(text: str) -> str:
    """Return ``text`` with full-width letters, digits, punctuation and space as ASCII, character for character."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def without_blanks(text: str) -> str:
    """Return ``text`` without blanks anywhere, those that nobody sees included."""
    return _BLANKS.sub("", text)


def parts_of(text: str | None, *, at_blanks: bool = False) -> list[str]:
    """Return what a text lists: between commas, semicolons, 、 or line breaks, full width or not.

    >>> parts_of("甲 一，乙;丙、")
    ['甲 一', '乙', '丙']

    :param at_blanks: blanks stand between two as well, as between codes.
    """
    between = _LISTED_CODES if at_blanks else _LISTED
    parts = (part.strip().strip(STRAY) for part in between.split(text or ""))
    return [part for part in parts if part]


def folded(text: str) -> str:
    """Return ``text`` half-width, without blanks and in small letters: what is equal then is the same to a reader."""
    return without_blanks(half_width(text)).casefold()
