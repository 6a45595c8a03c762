"""A column of a million texts made safe to store and to hand over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.redaction.texts import NUMBERS, redacted, speaks_of_people
from gridmgmt_plugin.core.rows import as_column

_PART = 256  # rows that are looked through at once


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
    changed, phones, identities, others = [], 0, 0, 0
    for start in range(0, len(values), _PART):
        part = values[start : start + _PART].tolist()
        together = "\n".join([value for value in part if isinstance(value, str)])
        if not NUMBERS.search(together) and not speaks_of_people(together):
            continue
        for row, value in enumerate(part, start):
            if isinstance(value, str):
                values[row], *found = redacted(value)
                if any(found):
                    changed.append(row)
                    phones, identities, others = phones + found[0], identities + found[1], others + found[2]
    return Redacted(values, np.array(changed, dtype=np.int64), phones, identities, others)
