"""Where groups start: units spread over their part, denser where the load is."""

from __future__ import annotations

import numpy as np
import shapely

LLOYD_ROUNDS = 4


def spread_seeds(points: np.ndarray, load: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` different units as seeds, int64: k-means++ on the centroids, then a few Lloyd rounds.

    ``points``: float (n, 2); ``load``: float (n,), positive; ``count`` <= n.
    Source: D. Arthur and S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
    """
    if count == 1:
        return np.array([np.argmin(_squared(points, np.average(points, axis=0, weights=load)))])
    centres = points[_plus_plus(points, load, count, rng)]
    for _ in range(LLOYD_ROUNDS):
        nearest = shapely.STRtree(shapely.points(centres)).nearest(shapely.points(points))
        total = np.bincount(nearest, weights=load, minlength=count)
        for axis in (0, 1):
            moved = np.bincount(nearest, weights=load * points[:, axis], minlength=count)
            centres[:, axis] = np.where(total > 0, moved / np.where(total > 0, total, 1), centres[:, axis])
    return _own_units(points, centres)


def _plus_plus(points: np.ndarray, load: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    chosen = np.empty(count, dtype=np.int64)
    far = np.full(len(points), np.inf)
    chance = load
    for k in range(count):
        cumulated = np.cumsum(chance)
        if cumulated[-1] > 0:
            chosen[k] = min(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right"), len(points) - 1)
        else:  # all that is left stands on seeds already
            chosen[k] = np.setdiff1d(np.arange(len(points)), chosen[:k])[0]
        np.minimum(far, _squared(points, points[chosen[k]]), out=far)
        chance = load * far
    return chosen


def _own_units(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the unit nearest to each centre; where two centres want one unit, the later takes the next free."""
    nearest = shapely.STRtree(shapely.points(points)).nearest(shapely.points(centres))
    taken = np.zeros(len(points), dtype=bool)
    seeds = np.empty(len(centres), dtype=np.int64)
    for k, unit in enumerate(nearest):
        if taken[unit]:
            distance = np.where(taken, np.inf, _squared(points, centres[k]))
            seeds[k] = np.argmin(distance)
        else:
            seeds[k] = unit
        taken[seeds[k]] = True
    return seeds


def _squared(points: np.ndarray, centre: np.ndarray) -> np.ndarray:
    offset = points - centre
    return np.asarray(np.einsum("ij,ij->i", offset, offset))
