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
_HEADING_MARKS = re.compile(r"[\s_\-./:()\[\]【】" + STRAY + "]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
# What is longer is no heading but a broken file.
_LONGEST_HEADING = 200


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


def folded_heading(heading: str, *, with_brackets: bool = False) -> str:
    """Return a heading as it is compared: half-width, in small letters, without blanks and marks.

    What stands in brackets explains it and is left out where anything stands outside of them.

    >>> folded_heading("经度（WGS_84）"), folded_heading("经度（WGS_84）", with_brackets=True)
    ('经度', '经度wgs84')

    :param with_brackets: what stands in brackets belongs to it.
    """
    text = half_width(heading[:_LONGEST_HEADING]).casefold()
    outside = "" if with_brackets else _HEADING_MARKS.sub("", _IN_BRACKETS.sub("", text))
    return outside or _HEADING_MARKS.sub("", text)
