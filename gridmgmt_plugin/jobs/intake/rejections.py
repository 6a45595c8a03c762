"""Rows that are not taken: one reason each, the first that was found, told under the file's own row numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.source import Source


class Rejections:
    """The reason per row of a source, ``None`` while the row is still good."""

    def __init__(self, source: Source) -> None:
        self.reasons = np.full(len(source), None, dtype=object)
        self._values = np.full(len(source), None, dtype=object)
        self._details: dict[int, Mapping[str, Any]] = {}
        self._numbers = source.row_numbers

    def add(
        self,
        rows: np.ndarray,
        reason: str | np.ndarray,
        values: np.ndarray | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Reject those of ``rows`` (positions or mask) that are still good.

        :param reason: one for all, or an object array with one each.
        :param values: what stands in the file, one each; ``details``: what else the sentence of the reason names.
        """
        picked = np.flatnonzero(rows) if rows.dtype == bool else rows
        good = is_null(self.reasons[picked])
        self.reasons[picked[good]] = reason[good] if isinstance(reason, np.ndarray) else reason
        if values is not None:
            self._values[picked[good]] = values[good]
        if details:
            self._details.update(dict.fromkeys(picked[good].tolist(), details))

    @property
    def kept(self) -> np.ndarray:
        """Return the int64 positions of the rows that are good."""
        return np.flatnonzero(is_null(self.reasons))

    def counts(self) -> dict[str, int]:
        """Return how many rows each reason took, most frequent first."""
        names, numbers = np.unique(self.reasons[self._rejected].astype(str), return_counts=True)
        return {str(names[i]): int(numbers[i]) for i in np.argsort(-numbers, kind="stable")}

    def listed(self, keys: np.ndarray) -> tuple[RejectedRow, ...]:
        """Return the rejected rows; ``keys`` (one per row of the source) say which object it was."""
        rows = self._rejected
        return tuple(
            RejectedRow(
                number,
                "" if reason == KEY_IS_PRIVATE else _text(key),
                reason,
                _text(value),
                self._details.get(row, {}),
            )
            for row, number, key, reason, value in zip(
                rows.tolist(), self._numbers[rows].tolist(), keys[rows], self.reasons[rows], self._values[rows]
            )
        )

    @property
    def _rejected(self) -> np.ndarray:
        return np.flatnonzero(~is_null(self.reasons))


def first_of_each(keys: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the mask over ``rows`` of those whose key no earlier one of them bears."""
    seen: set[Any] = set()
    first = np.ones(len(rows), dtype=bool)
    for place, key in enumerate(keys[rows]):
        first[place] = key not in seen
        seen.add(key)
    return first


def no_texts(count: int) -> np.ndarray:
    """Return a column of nothing."""
    return as_column([None] * count)


def _text(value: Any) -> str:
    return clean_text(value) or ""
