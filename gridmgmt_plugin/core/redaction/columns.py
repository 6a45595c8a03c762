"""A column of a million texts made safe to store and to hand over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.redaction.prefilter import DigitRun, positions_found
from gridmgmt_plugin.core.redaction.texts import LEAST_DIGITS, NUMBERS, redacted, words_of_people
from gridmgmt_plugin.core.rows import as_column


@dataclass(frozen=True)
class Redacted:
    """A text column without what belongs to people.

    ``values``: object array (``None`` stays); ``rows``: int64 array of the rows that were changed; ``phones``,
    ``identities`` and ``others`` (cards, accounts, plates, names): how many were taken out.
    """

    values: np.ndarray
    rows: np.ndarray
    phones: int
    identities: int
    others: int


def redact_column(column: Iterable[Any]) -> Redacted:
    """Return the column with every number and name of people replaced by a fixed mask; only text is looked at."""
    values = as_column(column)
    rows = values.tolist()
    if set(map(type, rows)) <= {str, type(None)}:
        texts = list(filter(None, set(rows)))
    else:
        texts = list({value for value in rows if isinstance(value, str)})
    masked: dict[Any, tuple[str, int, int, int]] = {}
    for at in positions_found(texts, (DigitRun(NUMBERS, LEAST_DIGITS), *words_of_people())):
        found = redacted(texts[at])
        if any(found[1:]):
            masked[texts[at]] = found
    changed = [row for row, value in enumerate(rows) if isinstance(value, str) and value in masked] if masked else []
    safe = [masked[rows[row]] for row in changed]
    values[changed] = [text for text, *_ in safe]
    phones, identities, others = (sum(counts) for counts in zip(*(one[1:] for one in safe))) if safe else (0, 0, 0)
    return Redacted(values, np.array(changed, dtype=np.int64), phones, identities, others)
