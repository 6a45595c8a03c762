"""Shapes that cannot be reckoned with: coordinates that are no numbers, and points that lie nowhere."""

from __future__ import annotations

import numpy as np
import shapely


def finite(geometry: np.ndarray) -> np.ndarray:
    """Tell which geometries are there and have finite coordinates only: a bool mask; an empty one has no others."""
    there = ~shapely.is_missing(geometry)
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    there[owner[~np.isfinite(coordinates).all(axis=1)]] = False
    return np.asarray(there, dtype=bool)


def xy_of_points(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates of Points, float64, not-a-number where there is none, or an empty one.

    Newer GEOS raises where it is asked for the place of an empty point, older gives not-a-number.
    """
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    x, y = np.full(len(points), np.nan), np.full(len(points), np.nan)
    x[there], y[there] = shapely.get_x(points[there]), shapely.get_y(points[there])
    return x, y


def points_at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Points at coordinates, object (n,); ``None`` where one of them is no number."""
    points: np.ndarray = np.asarray(shapely.points(x, y), dtype=object)
    points[~(np.isfinite(x) & np.isfinite(y))] = None
    return points
