"""How a server is asked for texts by their beginning or end, so that it finds them by an index.

It says nothing of numbers and shapes: who looks a number up before anything is loaded asks so too.
"""

from __future__ import annotations

import re


def beginning(head: str) -> str:
    """Return what LIKE asks for that begins with a text."""
    return re.sub(r"([\\%_])", r"\\\1", head) + "%"


def ending(column: str, tail: str) -> tuple[str, str]:
    """Return the condition that a column ends with a text, with a question mark, and its value."""
    return f"reverse({column}) LIKE ?", beginning(tail[::-1])
