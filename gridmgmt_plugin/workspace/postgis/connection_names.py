"""Who works, in the name of a connection: every login of the database may read it, whatever else is hidden from it.

Names of connections are ASCII and end after 63 signs.
"""

from __future__ import annotations

import base64
import binascii

_LONGEST = 63
#: What the name of a connection begins with on which somebody writes.
WRITES = "gridmgmt "


def as_name(before: str, text: str, after: str = "") -> str:
    """Return a name of a connection: as much of a text as there is room for between two pieces of ASCII.

    Where there is none the second piece is cut.
    """
    while text:
        name = before + base64.b64encode(text.encode()).decode() + after
        if len(name) <= _LONGEST:
            return name
        text = text[:-1]
    return (before + after)[:_LONGEST]


def text_of(piece: str) -> str:
    """Return the text that a name holds, "" for what is none: another program's name may begin like ours."""
    try:
        return base64.b64decode(piece, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def author_of(name: str) -> str:
    """Return who writes on a connection of that name, "" for any other one."""
    return text_of(name[len(WRITES) :]) if name.startswith(WRITES) else ""
