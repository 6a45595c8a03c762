"""Hot units joined into places that a manager can name: which hang together, on which side of an area they lie."""

from __future__ import annotations

import math

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.adjacency import Adjacency

# Within this share of the way from the middle to the edge nobody says “side”.
_MIDDLE = 0.3
_SIDES = ("east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast")
MIDDLE = "middle"


def number_places(hotspot: np.ndarray, count: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Return the number of the place that each hot unit belongs to, int64 (n,): 1 for the place with most cases, 0
    for units that are not hot.

    ``hotspot``: int (n,), −3 … 3, hot above 0; ``count``: int (n,), cases. Hot units that touch are one place.
    """
    hot = np.asarray(hotspot) > 0
    part = adjacency.components(hot.astype(np.int64))
    number = np.zeros(len(hot), dtype=np.int64)
    if hot.any():
        parts, which = np.unique(part[hot], return_inverse=True)
        cases = np.bincount(which.reshape(-1), weights=np.asarray(count)[hot], minlength=len(parts))
        rank = np.empty(len(parts), dtype=np.int64)
        rank[np.argsort(-cases, kind="stable")] = np.arange(1, len(parts) + 1)
        number[hot] = rank[which.reshape(-1)]
    return number


def side_within(outline: shapely.Geometry, x: float, y: float) -> str:
    """Return on which side of an area a point lies: one of eight directions, or ``middle``.

    ``outline``: polygonal, not empty, in the metres of ``x``, ``y``. Distances count by the area's own width and
    height, so that a long area has ends and a middle too.
    """
    west, south, east, north = outline.bounds
    middle = outline.centroid
    across, up = max(east - west, 1e-9) / 2, max(north - south, 1e-9) / 2
    dx, dy = (x - middle.x) / across, (y - middle.y) / up
    if math.hypot(dx, dy) <= _MIDDLE:
        return MIDDLE
    return _SIDES[round(math.atan2(dy, dx) / (math.pi / 4)) % len(_SIDES)]
