"""Shape figures of polygons, vectorised."""

from __future__ import annotations

import numpy as np
import shapely


def mean_width_m(polygons: np.ndarray) -> np.ndarray:
    """Return 2·area / perimeter of each polygon, in metres (float64): the width of a long strip.

    A strip of width w and length l ≫ w has 2·w·l / 2·(w + l) ≈ w; a square of side s has s / 2. Empty
    geometries give 0.
    """
    return mean_width_of(shapely.area(polygons), shapely.length(polygons))


def mean_width_of(area_m2: np.ndarray, perimeter_m: np.ndarray) -> np.ndarray:
    """Return 2·area / perimeter from the two measures, 0 where the perimeter is 0."""
    area, perimeter = np.asarray(area_m2, dtype=np.float64), np.asarray(perimeter_m, dtype=np.float64)
    return np.asarray(np.divide(2.0 * area, perimeter, out=np.zeros_like(area), where=perimeter > 0))


def compactness(polygons: np.ndarray) -> np.ndarray:
    """Return 4π·area / perimeter² of each polygon (float64, 0 … 1; a circle 1, a square 0.785).

    Source: Polsby and Popper (1991), the isoperimetric quotient.
    """
    area, perimeter = shapely.area(polygons), shapely.length(polygons)
    return np.asarray(np.divide(4.0 * np.pi * area, perimeter**2, out=np.zeros_like(area), where=perimeter > 0))
