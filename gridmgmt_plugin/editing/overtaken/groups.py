"""Which edits of outlines hang together: those that touch can only be taken or dropped together without a tear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

# Edits that lie so near to each other touch, whatever the last digits of their vertices say.
_TOUCHING_M = 0.001
# Lines that have no more in common only cross.
_SHARED_M = 0.01


def touching_groups(shapes: Sequence[Sequence[Any]], geometry: str) -> np.ndarray:
    """Return for each of n edits the number of its group, int64 (n,), counted from 0.

    :param shapes: of each edit, its outlines before and after, ``None`` for a row that was not or will not be there.
    :param geometry: what the table holds. Polygons hang together where what changes of their borders touches, lines
        where they run on each other, points never.
    """
    label = np.arange(len(shapes), dtype=np.int64)
    if geometry.endswith("Point") or not len(shapes):
        return label
    is_line = "Line" in geometry
    bodies = np.array([_whole(parts) if is_line else _changed_border(parts) for parts in shapes], dtype=object)
    around = shapely.buffer(bodies, _TOUCHING_M)
    one, two = shapely.STRtree(around).query(around, predicate="intersects")
    if is_line:
        meets = shapely.length(shapely.intersection(bodies[one], around[two])) > _SHARED_M
        one, two = one[meets], two[meets]
    for first, second in zip(one.tolist(), two.tolist()):
        low, high = sorted((int(label[first]), int(label[second])))
        label[label == high] = low
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _whole(parts: Sequence[Any]) -> Any:
    return shapely.union_all([part for part in parts if part is not None])


def _changed_border(parts: Sequence[Any]) -> Any:
    """Return the lines and vertices that are in one outline and not in all others; all of one that stands alone."""
    borders = [shapely.boundary(part) for part in parts if part is not None]
    if len(borders) < len(parts) or len(borders) == 1:
        return shapely.union_all(borders)
    corners = [set(map(tuple, shapely.get_coordinates(border).tolist())) for border in borders]
    common = [corner for corner in corners[0] if all(corner in others for others in corners)]
    moved = shapely.MultiPoint(sorted(set().union(*corners).difference(common)))
    lines = [shapely.symmetric_difference(borders[0], border) for border in borders[1:]]
    return shapely.union_all([*lines, moved])
