"""Rings as arrays of corners: take a corner out, put one in, and tell whether the polygons still tile the ground."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

Ring = np.ndarray  # float64 (k, 2), without the closing corner


def with_rings(polygon: shapely.Polygon, change: Callable[[Ring], Ring]) -> shapely.Polygon | None:
    """Return the polygon with every ring rewritten; ``None`` when a ring keeps fewer than three corners."""
    rings = [change(shapely.get_coordinates(ring)[:-1]) for ring in shapely.get_rings(polygon)]
    if min(len(ring) for ring in rings) < 3:
        return None
    return shapely.Polygon(rings[0], rings[1:])


def places_of(ring: Ring, corner: np.ndarray) -> np.ndarray:
    """Return the positions (int64) at which a ring has a corner, equal to the last bit."""
    return np.flatnonzero((ring == corner).all(axis=1))


def put_between(ring: Ring, one: np.ndarray, two: np.ndarray, places: np.ndarray) -> Ring:
    """Return the ring with corners put into its edge between two corners, if it has that edge.

    :param places: float64 (k, 2), in the order from ``one`` to ``two``.
    """
    after = np.roll(ring, -1, axis=0)
    ahead = np.flatnonzero((ring == one).all(axis=1) & (after == two).all(axis=1))
    back = np.flatnonzero((ring == two).all(axis=1) & (after == one).all(axis=1))
    if len(ahead):
        return np.insert(ring, ahead[0] + 1, places, axis=0)
    if len(back):
        return np.insert(ring, back[0] + 1, places[::-1], axis=0)
    return ring


def still_tiles(before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether polygons whose corners were moved, added or dropped still tile what they tiled.

    :param before: object array of n Polygons that tile some ground.
    :param after: the same polygons with the same rings, where every change of an inner edge was made on both its
        sides and no edge of the common border moved.

    Each point of the ground is then enclosed once, counted with the turning of the rings. So if every polygon is
    simple and no ring turned over, no two of them can overlap and none can leave a gap.
    """
    if not shapely.is_valid(after).all():
        return False
    return bool((_turns_left(before) == _turns_left(after)).all())


def _turns_left(polygons: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.is_ccw(shapely.get_rings(polygons)))
