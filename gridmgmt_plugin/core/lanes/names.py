"""Street names as they come in, made comparable: full width, spaces, "no name" words, two roads in one name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.lanes.options import CATALOGUE
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.text import clean_text

# So many texts are kept as they compare.
_REMEMBERED = 50_000


@dataclass(frozen=True)
class SegmentNames:
    """The names of n segments.

    ``names``: the distinct names, sorted. ``slots``: int64 (n, k) positions in ``names``, −1 where there is none;
    the first slot is the name that the segment counts for. ``several``: the raw names that held more than one road.
    """

    names: tuple[str, ...]
    slots: np.ndarray
    several: tuple[str, ...]

    @property
    def primary(self) -> np.ndarray:
        """Return the position of the name that each segment counts for, −1 where it has no name."""
        return self.slots[:, 0]

    @property
    def named(self) -> np.ndarray:
        """Return the mask of segments with a name."""
        return self.slots[:, 0] >= 0


def normalise_name(raw: Any) -> str:
    """Return a name in NFKC form (full-width letters, digits and slashes become plain), spaces trimmed.

    Spaces between Chinese characters are dropped, others are kept as one. "No name" words give "".
    """
    words = unicodedata.normalize("NFKC", clean_text(raw) or "").split()
    name = ""
    for word in words:
        glue = " " if name and name[-1].isascii() and word[0].isascii() else ""
        name += glue + word
    return "" if name.lower() in load_json(CATALOGUE)["not_names"] else name


class Spellings:
    """Texts as names compare in them, without blanks; what comes again is not worked out twice."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def of(self, text: Any) -> str:
        """Return a text as :func:`normalise_name` gives it, without blanks; "" for nothing."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[text] = normalise_name(text).replace(" ", "")
        return known


@cache
def split_name(raw: Any) -> tuple[str, ...]:
    """Return the names that one raw name holds ("二环路/建国门桥" holds two), without repetition."""
    text = unicodedata.normalize("NFKC", clean_text(raw) or "")
    separators = load_json(CATALOGUE)["name_separators"]
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    parts = (normalise_name(part) for part in text.split(separators[0]))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_names(raw_names: Iterable[Any]) -> SegmentNames:
    """Return the names of segments, ready to be joined.

    Where a name holds several roads, the segment counts for the first of them that also names a segment alone (so
    that 二环路/建国门桥 lengthens the 二环路 and no lane is made of a bridge), else for the first; it still connects
    pieces of the others.
    """
    parts = [split_name(raw) for raw in raw_names]
    alone = {names[0] for names in parts if len(names) == 1}
    ordered = [_lead_first(names, alone) for names in parts]
    distinct = sorted({name for names in ordered for name in names})
    position = {name: i for i, name in enumerate(distinct)}
    width = max((len(names) for names in ordered), default=1)
    slots = np.full((len(ordered), max(width, 1)), -1, dtype=np.int64)
    for row, names in enumerate(ordered):
        for slot, name in enumerate(names):
            slots[row, slot] = position[name]
    several = sorted({"/".join(names) for names in parts if len(names) > 1})
    return SegmentNames(tuple(distinct), slots, tuple(several))


def _lead_first(names: Sequence[str], alone: set[str]) -> tuple[str, ...]:
    lead = next((name for name in names if name in alone), names[0] if names else None)
    return () if lead is None else (lead, *(name for name in names if name != lead))
