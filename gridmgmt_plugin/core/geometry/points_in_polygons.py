"""Points in polygons, in bulk."""

from __future__ import annotations

import numpy as np
import shapely


def points_in_polygons(points: np.ndarray, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (point positions, polygon positions), int64: every pair where the point is in or on the polygon.

    The index is over the points, because then GEOS prepares each polygon once.
    """
    if len(points) == 0 or len(polygons) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    return point.astype(np.int64), polygon.astype(np.int64)


def largest_around(points: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """Return for each point the largest polygon that it lies in or on (int64), −1 for none.

    Where polygons overlap or lie in one another, the largest wins; equal ones by position.
    """
    found = np.full(len(points), -1, dtype=np.int64)
    point, polygon = points_in_polygons(points, polygons)
    order = np.lexsort((-polygon, shapely.area(polygons)[polygon])) if len(point) else point
    found[point[order]] = polygon[order]
    return found
