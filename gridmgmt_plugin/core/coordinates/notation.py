"""Coordinates as people write them: 116.4°, 116°24'30", 东经116度24分30秒, N39.9, 503234.356米.

What is a plain number is left to :func:`gridmgmt_plugin.core.text.to_numbers`; this module reads the rest and says
which cells hold both coordinates at once, which nobody can put in the right column but the planner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.text import clean_text, to_numbers

_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_DEGREES, _MINUTES, _SECONDS = "[°º˚度:]", "[′'’‘´`分:]", "(?:[″\"”“秒]|''|′′|’’)"
_SIDE = r"东经|西经|北纬|南纬|[EWNS]"
_WRITTEN = re.compile(
    rf"(?:(?:经度|纬度|longitude|latitude|lon|lng|lat|[XY])[:=]?)?(?P<before>{_SIDE})?[:=]?(?P<sign>[+-])?"
    rf"(?P<degrees>{_NUMBER})(?:{_DEGREES}(?:(?P<minutes>{_NUMBER}){_MINUTES}"
    rf"(?:(?P<seconds>{_NUMBER}){_SECONDS}?)?|(?P<bare>{_NUMBER}))?|m|米)?(?P<after>[EWNS])?",
    re.IGNORECASE,
)
_PAIR = re.compile(
    rf"(?:POINT)?[ (\[]*[+-]?(?:{_NUMBER})[°]?(?:[,;、|/]| )+[+-]?(?:{_NUMBER})[°]?[ )\]]*", re.IGNORECASE
)
_NEGATIVE = {"西经", "南纬", "W", "S"}


@dataclass(frozen=True)
class WrittenNumbers:
    """``values``: float64 array, not-a-number where a cell is empty or cannot be read; ``translated``: int64
    positions of the cells that were not plain numbers but could be read.
    """

    values: np.ndarray
    translated: np.ndarray


def read_coordinates(column: Any) -> WrittenNumbers:
    """Return one column of coordinates as numbers: degrees in decimals, or metres."""
    values = to_numbers(column)
    translated = []
    for row in np.flatnonzero(np.isnan(values)).tolist():
        text = clean_text(column[row]) if isinstance(column[row], str) else None
        number = None if text is None else _written(text)
        if number is not None:
            values[row] = number
            translated.append(row)
    return WrittenNumbers(values, np.array(translated, dtype=np.int64))


def is_pair(value: Any) -> bool:
    """Tell whether a cell holds two numbers, such as ``116.4,39.9`` or ``POINT(116.4 39.9)``."""
    text = clean_text(value) if isinstance(value, str) else None
    if text is None or not _PAIR.fullmatch(half_width(text)):
        return False
    return bool(np.isnan(to_numbers([text])[0]))  # 448,000 is one number


def _written(text: str) -> float | None:
    match = _WRITTEN.fullmatch(half_width(text).replace(" ", ""))
    if match is None or match["bare"] is not None or (match["before"] and match["after"]):
        return None
    minutes, seconds = float(match["minutes"] or 0), float(match["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    value = float(match["degrees"]) + minutes / 60 + seconds / 3600
    side = (match["before"] or match["after"] or "").upper()
    return -value if (match["sign"] == "-") != (side in _NEGATIVE) else value
