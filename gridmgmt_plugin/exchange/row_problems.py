"""Which rows of a file have which fault: nothing is dropped in silence, so every finding keeps its row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column


def _no_rows() -> np.ndarray:
    return np.zeros(0, dtype=np.int64)


def _no_reasons() -> np.ndarray:
    return np.zeros(0, dtype=object)


@dataclass(frozen=True)
class RowProblems:
    """Findings about single rows.

    ``rows``: int64 array of positions in the rows of the source, ascending; ``reasons``: object array of the same
    length with stable codes, each a key of ``resources/messages``. A row may appear more than once.
    """

    rows: np.ndarray = field(default_factory=_no_rows)
    reasons: np.ndarray = field(default_factory=_no_reasons)

    def __len__(self) -> int:
        return len(self.rows)

    def counts(self) -> dict[str, int]:
        """Return how often each reason occurs, most frequent first."""
        names, numbers = np.unique(self.reasons.astype(str), return_counts=True)
        return {str(names[i]): int(numbers[i]) for i in np.argsort(-numbers, kind="stable")}

    def notes(self) -> list[Message]:
        """Return one sentence per reason, most frequent first."""
        return [
            Message("rows_with_problem", {"count": count, "problem": Message(reason)})
            for reason, count in self.counts().items()
        ]

    @classmethod
    def of(cls, rows: Iterable[int], reason: str) -> RowProblems:
        """Return problems with one reason for all ``rows``."""
        positions = np.unique(np.asarray(list(rows), dtype=np.int64))
        return cls(positions, as_column([reason] * len(positions)))

    @classmethod
    def joined(cls, parts: Iterable[RowProblems]) -> RowProblems:
        """Return the problems of all ``parts`` in the order of their rows."""
        listed = list(parts)
        if not listed:
            return cls()
        rows = np.concatenate([part.rows for part in listed])
        reasons = np.concatenate([part.reasons for part in listed])
        order = np.argsort(rows, kind="stable")
        return cls(rows[order], reasons[order])
