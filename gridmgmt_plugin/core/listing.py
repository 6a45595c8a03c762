"""Values inside sentences: a few names and a sign that there are more, no value longer than can be read."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Number
from typing import Any

# A sentence names this many; the rest is a count, the full list is in the result.
NAMED_IN_A_SENTENCE = 20
# Somebody fills a cell with a book; who reads the sentence sees where it stands, not all of it.
_LONGEST_VALUE, _LONGEST_NAME = 600, 80
# A heading of megabytes is a broken file: so much of each end is looked at for what belongs to people, far more than
# is shown.
_LOOKED_AT = 10_000
_BETWEEN = "、"
_MOST_BITS = 256


class Listing(str):
    """Items one after the other, as Chinese lists them (甲、乙、丙); an English sentence puts commas between them."""

    __slots__ = ()

    def with_commas(self) -> str:
        """Return the same for a reader of English."""
        return self.replace(_BETWEEN, ", ")


def listing(items: Iterable[Any], most: int = NAMED_IN_A_SENTENCE) -> Listing:
    """Return the items as a planner lists them: 甲、乙、丙, with … where there are more than ``most``."""
    texts = [shortened(str(item), _LONGEST_NAME) for item in items]
    return Listing(_BETWEEN.join(texts[:most]) + ("…" if len(texts) > most else ""))


def shortened(text: str, most: int = _LONGEST_VALUE) -> str:
    """Return a text as a sentence can quote it: of a long one both ends, and only real characters.

    What belongs to people is masked before a long one is cut: half of a number is no longer known for one.
    """
    if len(text) > most:
        text = told(_ends(text), "zh")
    if len(text) > most:
        tail = most // 4
        text = f"{text[: most - tail - 1]}…{text[-tail:]}"
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def quoted(value: Any, language: str = "en") -> Any:
    """Return a value that a sentence names: numbers as they are, everything else as text of a length to be read.

    Whatever is told goes through here, so what belongs to people is masked.
    """
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"{'-' if value < 0 else ''}2^{value.bit_length() - 1}…"
    if isinstance(value, Number):  # numpy's are such too
        return value
    return shortened(told(_ends(value if isinstance(value, str) else str(value)), language))


def _ends(text: str) -> str:
    """Return a text that can be looked at in no time: of a very long one both ends, without the number that the cut
    may have halved.
    """
    if len(text) <= 2 * _LOOKED_AT:
        return text
    until, since = _LOOKED_AT, len(text) - _LOOKED_AT
    while until and not text[until - 1].isalpha():
        until -= 1
    while since < len(text) and not text[since].isalpha():
        since += 1
    return f"{text[:until]}…{text[since:]}"


def told(text: str, language: str) -> str:
    """Return a text as reports, lists and logs may repeat it: without what belongs to people."""
    from gridmgmt_plugin.core.redaction.texts import redact  # noqa: PLC0415  QGIS starts without its patterns

    return redact(text, language)
