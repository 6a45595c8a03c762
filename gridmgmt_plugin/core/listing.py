"""Lists inside sentences: the first few names, and a sign that there are more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# A sentence names this many; the rest is a count, the full list is in the result.
NAMED_IN_A_SENTENCE = 20


def listing(items: Iterable[Any], most: int = NAMED_IN_A_SENTENCE) -> str:
    """Return the items as a planner lists them: 甲、乙、丙, with … where there are more than ``most``."""
    texts = [str(item) for item in items]
    return "、".join(texts[:most]) + ("…" if len(texts) > most else "")
