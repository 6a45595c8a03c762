"""How many groups each part gets, and how they are numbered: as cells are, from west to east in bands, by zone."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.codes.numbering_order import default_band_height_m, sequence_order


def largest_remainder(load: np.ndarray, limit: np.ndarray, total: int, least: np.ndarray | None = None) -> np.ndarray:
    """Distribute ``total`` seats over parts in proportion to ``load``: int64 (p,), each ``least`` … ``limit``.

    Largest remainder (Hare-Niemeyer) with at least one (or ``least``) and at most ``limit`` seats per part; ties go
    to the earlier part. What the bounds withhold goes to, or comes from, the parts that are
    furthest from their quota.

    :param load: float (p,), not negative, with a positive sum.
    :param limit: int (p,), at least 1: the units of the part. ``least``: int (p,), 1 … limit.
    :raises ValueError: when ``total`` lies outside sum(least) … sum(limit).
    """
    low = np.ones(len(load), dtype=np.int64) if least is None else least
    if not low.sum() <= total <= limit.sum():
        raise ValueError("the total does not fit between one seat per part and the limits")
    quota = total * np.asarray(load, dtype=np.float64) / load.sum()
    seats: np.ndarray = np.clip(np.floor(quota).astype(np.int64), low, limit)
    while seats.sum() < total:
        lacking = np.where(seats < limit, quota - seats, -np.inf)
        seats[np.argmax(lacking)] += 1
    while seats.sum() > total:
        excess = np.where(seats > low, seats - quota, -np.inf)
        seats[np.argmax(excess)] -= 1
    return seats


def spatial_order(label: np.ndarray, points: np.ndarray, areas_m2: np.ndarray, zones: np.ndarray) -> np.ndarray:
    """Return the new number of each group, int64 (k,): zones ascending, inside a zone by place.

    ``label``: int64 (n,), group 0 … k-1 of each unit, every group inside one zone. A group stands at the centre
    of its units, weighted by area, so that the order depends on where the groups are and not on how they were
    found. ``points``: float (n, 2), metres. ``areas_m2``: float (n,), positive. ``zones``: int64 (n,).
    """
    area = np.bincount(label, weights=areas_m2)
    centre = np.column_stack([np.bincount(label, weights=areas_m2 * points[:, axis]) / area for axis in (0, 1)])
    zone = zones[np.unique(label, return_index=True)[1]]
    place = sequence_order(centre, default_band_height_m(area, zone), zone)
    number = np.empty(len(area), dtype=np.int64)
    number[np.lexsort((place, zone))] = np.arange(len(area))
    return number
