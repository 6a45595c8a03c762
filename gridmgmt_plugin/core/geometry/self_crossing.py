"""Rings that cross themselves too often to be mended: what GEOS needs for it grows faster than with their square."""

from __future__ import annotations

import numpy as np
import shapely

# A drawn border crosses itself at a few places; at this many a ring takes seconds, at ten times as many hours.
_MOST_CROSSINGS = 2000
_MOST_PAIRS = 3_000_000
_STEP = 64


def crosses_too_often(polygon: shapely.Geometry) -> bool:
    """Tell whether the rings of a geometry cross themselves or each other more than some thousand times.

    Edges are looked at in random order, so that a ring that crosses itself everywhere is known after a few of them.
    """
    coordinates, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    if len(joined) ** 2 <= 2 * _MOST_CROSSINGS:
        return False
    edges = shapely.linestrings(np.stack([coordinates[joined], coordinates[joined + 1]], axis=1))
    tree = shapely.STRtree(edges)
    crossings = pairs = 0
    order = np.random.default_rng(0).permutation(len(edges))
    for start in range(0, len(edges), _STEP):
        near, other = tree.query(edges[order[start : start + _STEP]])
        pairs += len(near)
        if pairs > _MOST_PAIRS:
            return True
        crossings += int(shapely.crosses(edges[order[start : start + _STEP]][near], edges[other]).sum())
        if crossings > 2 * _MOST_CROSSINGS:  # each is met from both of its edges
            return True
    return False
