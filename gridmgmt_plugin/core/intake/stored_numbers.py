"""The row numbers of the cases that are there, found by their ids: of a million 50 MB, where a dictionary has 250."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


class StoredNumbers:
    """Ids as one row of bytes, and in the order of their hashes where each of them ends in it."""

    def __init__(self, parts: Iterable[tuple[Sequence[Any], np.ndarray]]) -> None:
        """``parts``: ids and row numbers (int64) of some cases each; who has no id is not found."""
        nothing: np.ndarray = np.zeros(0, dtype=np.int64)
        hashes, lengths, numbers, written = [nothing], [nothing], [nothing], [b""]
        for ids, rows in parts:
            texts = list(map(_as_bytes, ids))
            written.append(b"".join(texts))
            hashes.append(_hashes(ids))
            lengths.append(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
            numbers.append(rows)
        self._written = b"".join(written)
        self._numbers, self._ends = np.concatenate(numbers), np.cumsum(np.concatenate(lengths))
        in_order = np.concatenate(hashes)
        self._order = np.argsort(in_order)
        self._hashes = in_order[self._order]

    def of(self, ids: np.ndarray) -> np.ndarray:
        """Return the row number of each id, int64, −1 where no case has it; ``None`` is nobody's."""
        found = np.full(len(ids), -1, dtype=np.int64)
        if not len(self._hashes):
            return found
        keys = ids.tolist()
        hashes = _hashes(keys)
        first = np.searchsorted(self._hashes, hashes)
        likely = np.flatnonzero(self._hashes[np.minimum(first, len(self._hashes) - 1)] == hashes)
        at = self._order[first[likely]]
        ends, starts = self._ends[at].tolist(), np.where(at > 0, self._ends[at - 1], 0).tolist()
        for row, place, start, end in zip(likely.tolist(), at.tolist(), starts, ends):
            key = _as_bytes(keys[row])
            if self._written[start:end] != key:
                place = self._among_alike(int(first[row]), key)  # noqa: PLW2901  another has the same hash
            if key and place >= 0:
                found[row] = self._numbers[place]
        return found

    def _among_alike(self, first: int, key: bytes) -> int:
        """Return where an id stands beside others of its hash, −1 for nowhere; ``first``: of these hashes."""
        last = int(np.searchsorted(self._hashes, self._hashes[first], side="right"))
        for at in self._order[first:last].tolist():
            if self._written[int(self._ends[at - 1]) if at else 0 : int(self._ends[at])] == key:
                return int(at)
        return -1


def _as_bytes(key: Any) -> bytes:
    return b"" if key is None else str(key).encode("utf-8", "surrogatepass")


def _hashes(ids: Sequence[Any]) -> np.ndarray:
    return np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))
