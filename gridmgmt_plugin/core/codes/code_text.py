"""What is wrong with a piece of text that ought to be a code, before any layout is asked."""

from __future__ import annotations

import re
from typing import Any

from gridmgmt_plugin.core.messages import Message

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")


def is_digits(text: str) -> bool:
    """Tell whether ``text`` is one or more of 0-9; full-width and other digits of Unicode do not count."""
    return text.isascii() and text.isdigit()


def text_problem(code: Any) -> Message | None:
    """Return what stops ``code`` from being read as a code at all, or ``None``.

    Told apart, because each has another cause and another cure: missing, a number instead of text (leading zeros
    and the digits after the fifteenth are lost), scientific form (a spreadsheet did it), spaces, full-width digits.
    Positions count from 1.
    """
    if isinstance(code, str) and is_digits(code):
        return None
    if code is None or code == "":
        return Message("code_missing")
    if not isinstance(code, str):
        return Message("code_not_text", {"value": code})
    if _SCIENTIFIC.fullmatch(code.strip()):
        return Message("code_scientific_form", {"value": code})
    for position, character in enumerate(code, start=1):
        if character.isspace() or not character.isprintable():
            return Message("code_has_space", {"value": code, "position": position})
        if character.isdigit() and not character.isascii():
            return Message("code_other_digit", {"value": code, "position": position, "character": character})
    return None
