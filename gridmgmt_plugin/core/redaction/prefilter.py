"""Which of a million texts must be looked at closely: found in long pieces, many texts at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_PART = 20_000  # texts that are searched as one


def positions_found(texts: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> list[int]:
    """Return the positions of the texts in which one of the patterns is found, ascending.

    :param patterns: none of them matches a line feed, looks for the beginning or end of a text, or tells a line feed
        beside its match from the beginning or end.
    """
    found: set[int] = set()
    for start in range(0, len(texts), _PART):
        part = texts[start : start + _PART]
        together = "\n".join(part)
        places = [match.start() for pattern in patterns for match in pattern.finditer(together)]
        if places:
            ends = np.cumsum(np.fromiter(map(len, part), dtype=np.int64, count=len(part)) + 1)
            found.update((start + np.searchsorted(ends, places, side="right")).tolist())
    return sorted(found)
