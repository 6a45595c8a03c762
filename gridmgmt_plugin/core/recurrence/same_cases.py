"""Cases that look like one case reported twice: the same class at the same place within the hour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: So near lies the same place, and within such a time it is the same report (our choice, no standard says).
NEAR_M, WITHIN_S = 10.0, 3600
# Of the cases of a class in one cell so many before it are looked at, in the order of time.
_LOOK_BACK = 3
# So many cases are looked at together, in the order of time.
_BLOCK = 50_000
# Of more numbers than this not all have a place in 64 bits.
_MOST_NUMBERS = 1 << 62


def repeated_cases(
    classes: np.ndarray, reported: np.ndarray, x: np.ndarray, y: np.ndarray, address: np.ndarray
) -> np.ndarray:
    """Return for n cases the earliest one that each may repeat, int64 (n,), −1 for none.

    Two cases are alike that have one class, were reported within the hour, and lie within ten metres of each other or
    have the same unit grid and address.

    :param classes: whole numbers, one per class, negative for none. :param reported: datetime64[s], NaT for none.
    :param x, y: metres, not-a-number for none. :param address: int64, a number per unit grid and address, negative
        for none.
    """
    earlier = np.full(len(classes), -1, dtype=np.int64)
    seconds = reported.view(np.int64)
    usable = np.flatnonzero((classes >= 0) & ~np.isnat(reported))
    usable = usable[np.argsort(seconds[usable], kind="stable")]
    in_block: np.ndarray = np.zeros(len(classes), dtype=bool)
    for start in range(0, len(usable), _BLOCK):  # what is alike is near in time: a million at once take 150 MB
        block = usable[start : start + _BLOCK]
        since = np.searchsorted(seconds[usable[:start]], seconds[block[0]] - WITHIN_S)
        in_block[block] = True
        for rows, number in _gatherings(classes, x, y, address, usable[since : start + _BLOCK]):
            by_cell = np.argsort(number, kind="stable")  # in each cell they stay in the order of time
            order, cell = rows[by_cell], number[by_cell]
            for back in range(1, _LOOK_BACK + 1):
                together = np.flatnonzero(cell[:-back] == cell[back:])
                one, two = order[together], order[together + back]
                alike = (seconds[two] - seconds[one] <= WITHIN_S) & (classes[one] == classes[two]) & in_block[two]
                one, two = one[alike], two[alike]
                near = np.hypot(x[one] - x[two], y[one] - y[two]) <= NEAR_M
                same_words = (address[one] >= 0) & (address[one] == address[two])
                fresh = (near | same_words) & (earlier[two] < 0)
                earlier[two[fresh]] = one[fresh]
        in_block[block] = False
    while True:  # what repeats a repetition repeats the first of them
        first = np.where(earlier >= 0, earlier[earlier], -1)
        longer = first >= 0
        if not longer.any():
            return earlier
        earlier[longer] = first[longer]


def _gatherings(
    classes: np.ndarray, x: np.ndarray, y: np.ndarray, address: np.ndarray, usable: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield rows to look at in the order of ``usable`` and a number for each, so often that every two that may be
    alike share a number once: cells twice as wide as what is near, laid four times with half a cell between them, and
    addresses.
    """
    placed = usable[np.isfinite(x[usable]) & np.isfinite(y[usable])]
    for east in (0.0, NEAR_M):
        for north in (0.0, NEAR_M):
            column, row = (np.floor((axis[placed] + by) / (2 * NEAR_M)) for axis, by in ((x, east), (y, north)))
            yield placed, _numbered(classes[placed], column.astype(np.int64), row.astype(np.int64))
    worded = usable[address[usable] >= 0]
    yield worded, _numbered(classes[worded], address[worded])


def _numbered(first: np.ndarray, *others: np.ndarray) -> np.ndarray:
    """Return a number for each row of keys, int64, the same for equal rows and for these alone."""
    number, count = _from_nothing(first)
    for other in others:
        more, width = _from_nothing(other)
        if count * width > _MOST_NUMBERS:
            number, more = (np.unique(keys, return_inverse=True)[1].astype(np.int64) for keys in (number, more))
            count, width = (int(keys.max(initial=0)) + 1 for keys in (number, more))
        number, count = number * width + more, count * width
    return number


def _from_nothing(keys: np.ndarray) -> tuple[np.ndarray, int]:
    """Return keys counted from their least one, and how many there may be."""
    if not len(keys):
        return keys, 1
    least = int(keys.min())
    return keys.astype(np.int64) - least, int(keys.max()) - least + 1
