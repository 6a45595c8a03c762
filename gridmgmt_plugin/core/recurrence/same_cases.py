"""Cases that look like one case reported twice: the same class at the same place within the hour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: So near lies the same place, and within such a time it is the same report (our choice, no standard says).
NEAR_M, WITHIN_S = 10.0, 3600
# Of the cases of a class in one cell so many before it are looked at, in the order of time.
_LOOK_BACK = 3


def repeated_cases(
    classes: np.ndarray, reported: np.ndarray, x: np.ndarray, y: np.ndarray, address: np.ndarray
) -> np.ndarray:
    """Return for n cases the earliest one that each may repeat, int64 (n,), −1 for none.

    Two cases are alike that have one class, were reported within the hour, and lie within ten metres of each other or
    have the same unit grid and address.

    :param classes: int64, a number per class, negative for none. :param reported: datetime64[s], NaT for none.
    :param x, y: metres, not-a-number for none. :param address: int64, a number per unit grid and address, negative
        for none.
    """
    earlier = np.full(len(classes), -1, dtype=np.int64)
    usable = (classes >= 0) & ~np.isnat(reported)
    seconds = reported.astype(np.int64)
    for cell, rows in _gatherings(classes, x, y, address, usable):
        order = rows[np.lexsort((rows, seconds[rows], cell[rows]))]
        for back in range(1, _LOOK_BACK + 1):
            one, two = order[:-back], order[back:]
            alike = (cell[one] == cell[two]) & (seconds[two] - seconds[one] <= WITHIN_S)
            near = np.hypot(x[one] - x[two], y[one] - y[two]) <= NEAR_M
            same_words = (address[one] >= 0) & (address[one] == address[two])
            found = alike & (near | same_words) & (classes[one] == classes[two])
            fresh = found & (earlier[two] < 0)
            earlier[two[fresh]] = one[fresh]
    while True:  # what repeats a repetition repeats the first of them
        first = np.where(earlier >= 0, earlier[earlier], -1)
        longer = first >= 0
        if not longer.any():
            return earlier
        earlier[longer] = first[longer]


def _gatherings(
    classes: np.ndarray, x: np.ndarray, y: np.ndarray, address: np.ndarray, usable: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield a number per case and the rows to look at, so often that every two that may be alike share a number once:
    cells twice as wide as what is near, laid four times with half a cell between them, and addresses.
    """
    placed = np.flatnonzero(usable & np.isfinite(x) & np.isfinite(y))
    for east in (0.0, NEAR_M):
        for north in (0.0, NEAR_M):
            cell = np.full(len(x), -1, dtype=np.int64)
            column, row = (np.floor((axis[placed] + by) / (2 * NEAR_M)) for axis, by in ((x, east), (y, north)))
            keys = np.column_stack([classes[placed], column.astype(np.int64), row.astype(np.int64)])
            cell[placed] = _numbered(keys)
            yield cell, placed
    worded = np.flatnonzero(usable & (address >= 0))
    cell = np.full(len(x), -1, dtype=np.int64)
    cell[worded] = _numbered(np.column_stack([classes[worded], address[worded]]))
    yield cell, worded


def _numbered(keys: np.ndarray) -> np.ndarray:
    """Return a number per row of keys, the same for equal rows."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort(keys.T)
    other = np.any(keys[order][1:] != keys[order][:-1], axis=1)
    number = np.empty(len(keys), dtype=np.int64)
    number[order] = np.concatenate([[0], np.cumsum(other)])
    return number
