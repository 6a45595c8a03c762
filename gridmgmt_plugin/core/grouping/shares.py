"""How many groups each part gets."""

from __future__ import annotations

import numpy as np


def largest_remainder(load: np.ndarray, limit: np.ndarray, total: int) -> np.ndarray:
    """Distribute ``total`` seats over parts in proportion to ``load``: int64 (p,), each 1 … ``limit``.

    Largest remainder (Hare-Niemeyer) with at least one and at most ``limit`` seats per part; ties go to the
    earlier part. What the bounds withhold goes to, or comes from, the parts that are furthest from their quota.

    :param load: float (p,), not negative, with a positive sum.
    :param limit: int (p,), at least 1: the units of the part.
    :raises ValueError: when ``total`` lies outside p … sum(limit).
    """
    if not len(load) <= total <= limit.sum():
        raise ValueError("the total does not fit between one seat per part and the limits")
    quota = total * np.asarray(load, dtype=np.float64) / load.sum()
    seats: np.ndarray = np.clip(np.floor(quota).astype(np.int64), 1, limit)
    while seats.sum() < total:
        lacking = np.where(seats < limit, quota - seats, -np.inf)
        seats[np.argmax(lacking)] += 1
    while seats.sum() > total:
        excess = np.where(seats > 1, seats - quota, -np.inf)
        seats[np.argmax(excess)] -= 1
    return seats
