"""Which polygons have the ground of others: overlaid, the largest share first."""

from __future__ import annotations

import numpy as np
import shapely

# What follows a polygon holds at least this much of it; less is a boundary redrawn.
SUCCESSOR_SHARE = 0.01


def overlaps(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs (old, new) of polygons that share ground, and the m², ordered by old, then largest first."""
    old, new = _sound(old), _sound(new)
    one, two = shapely.STRtree(new).query(old, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(old[one], new[two]))
    real = shared_m2 > 0
    one, two, shared_m2 = one[real], two[real], shared_m2[real]
    order = np.lexsort((two, -shared_m2, one))
    return one[order], two[order], shared_m2[order]


def _sound(shapes: np.ndarray) -> np.ndarray:
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    if not broken.any():
        return shapes
    sound: np.ndarray = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken])
    return sound
