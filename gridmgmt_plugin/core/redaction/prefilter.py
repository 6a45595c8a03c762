"""Which of a million texts must be looked at closely: found in long pieces, many texts at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gridmgmt_plugin.core.redaction.words import SPELT

_PART = 20_000  # texts that are searched as one
# So many other signs may stand between two digits of a number.
_BETWEEN = 5


@dataclass(frozen=True)
class DigitRun:
    """``least`` digits and spelt numerals or more, at most five other signs of the same line between two of them.

    ``pattern`` finds the same; arrays do in a third of the time.
    """

    pattern: re.Pattern[str]
    least: int

    def starts(self, text: str) -> list[int]:
        """Return where in a long text such runs begin."""
        signs = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
        if len(signs) != len(text):  # signs beyond the first 65 536 take two places
            return [match.start() for match in self.pattern.finditer(text)]
        digits = np.flatnonzero(_are_digits()[signs])
        line = np.searchsorted(np.flatnonzero(signs == ord("\n")), digits)
        ends = np.flatnonzero((np.diff(digits) > _BETWEEN + 1) | (np.diff(line) > 0))
        edges = np.concatenate([[-1], ends, [len(digits) - 1]])
        return list(digits[edges[:-1][np.diff(edges) >= self.least] + 1].tolist())


def positions_found(texts: Sequence[str], patterns: Sequence[re.Pattern[str] | DigitRun]) -> list[int]:
    """Return the positions of the texts in which one of the patterns is found, ascending.

    :param patterns: none of them matches a line feed, looks for the beginning or end of a text, or tells a line feed
        beside its match from the beginning or end.
    """
    found: set[int] = set()
    for start in range(0, len(texts), _PART):
        part = texts[start : start + _PART]
        together = "\n".join(part)
        places = [place for pattern in patterns for place in _places(pattern, together)]
        if places:
            ends = np.cumsum(np.fromiter(map(len, part), dtype=np.int64, count=len(part)) + 1)
            found.update((start + np.searchsorted(ends, places, side="right")).tolist())
    return sorted(found)


def _places(pattern: re.Pattern[str] | DigitRun, text: str) -> list[int]:
    if isinstance(pattern, DigitRun):
        return pattern.starts(text)
    return [match.start() for match in pattern.finditer(text)]


@lru_cache(maxsize=1)
def _are_digits() -> np.ndarray:
    """Return which of the first 65 536 signs are digits or spelt numerals, bool."""
    digit = re.compile(rf"[\d{SPELT}]")
    return np.array([digit.match(chr(sign)) is not None for sign in range(1 << 16)], dtype=bool)
