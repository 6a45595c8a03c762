"""The order in which the cells of a community are numbered: west to east inside bands from north to south.

DB11/T 2157-2023, CJ/T 349-2010 and DB6101/T 3185-2024 ask for "west to east, north to south" and do not say what
that means for irregular polygons. The rule here:

1. A cell stands where its representative point stands.
2. Bands of equal height are counted southwards from the northernmost point of the community, which lies in band 0;
   a point exactly on a band's lower edge belongs to the band below.
3. Within a band, by x from west to east; equal x: the northern one first; the same point: as given.

So the numbers depend on the points of the community and the band height alone, not on the order of the input.
GB/T 37149-2018 counts streets the other way round; do not use this for lanes.
"""

from __future__ import annotations

import numpy as np
import shapely


def representative_points(polygons: np.ndarray) -> np.ndarray:
    """Return a point inside each polygon, float64 (n, 2), in the units of the frame.

    :raises ValueError: when a geometry is missing or empty.
    """
    points: np.ndarray = shapely.get_coordinates(shapely.point_on_surface(polygons))
    if len(points) != len(polygons):
        raise ValueError("every cell needs a geometry that is not empty")
    return points


def default_band_height_m(areas_m2: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """Return the side of the median cell as band height: float64 (n,), one value per cell, equal within a group.

    :param areas_m2: float (n,), all positive.
    :param groups: (n,) community of each cell; ``None`` = one community.
    :raises ValueError: when an area is not positive.
    """
    areas = np.asarray(areas_m2, dtype=np.float64)
    if not np.all(areas > 0):
        raise ValueError("every cell needs a positive area")
    group = _group_numbers(groups, len(areas))
    order = np.lexsort((areas, group))
    starts, counts = _group_extents(group[order])
    lower = areas[order][starts + (counts - 1) // 2]
    upper = areas[order][starts + counts // 2]
    sides = np.sqrt((lower + upper) / 2)
    return np.asarray(sides[group])


def sequence_order(
    points: np.ndarray, band_height_m: float | np.ndarray, groups: np.ndarray | None = None
) -> np.ndarray:
    """Return the position of each cell in the order of numbering: int64 (n,), 0 … m-1 within each group of m.

    :param points: float (n, 2) representative points, x to the east and y to the north, metres.
    :param band_height_m: one height, or float (n,) with one value per cell, equal within a group.
    :param groups: (n,) community of each cell; ``None`` = one community.
    :raises ValueError: when a coordinate is not finite or a band height not positive.
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    count = len(xy)
    heights = np.broadcast_to(np.asarray(band_height_m, dtype=np.float64), (count,))
    if not np.all(np.isfinite(xy)):
        raise ValueError("every representative point needs finite coordinates")
    if not np.all(heights > 0):
        raise ValueError("the band height must be positive")
    if count == 0:
        return np.empty(0, dtype=np.int64)
    group = _group_numbers(groups, count)
    north = np.full(group.max() + 1, -np.inf)
    np.maximum.at(north, group, xy[:, 1])
    band = np.floor((north[group] - xy[:, 1]) / heights)
    order = np.lexsort((-xy[:, 1], xy[:, 0], band, group))
    starts, counts = _group_extents(group[order])
    position = np.empty(count, dtype=np.int64)
    position[order] = np.arange(count) - np.repeat(starts, counts)
    return position


def _group_numbers(groups: np.ndarray | None, count: int) -> np.ndarray:
    if groups is None:
        return np.zeros(count, dtype=np.int64)
    _, numbers = np.unique(np.asarray(groups), return_inverse=True)
    return np.asarray(numbers, dtype=np.int64).reshape(count)


def _group_extents(sorted_groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return start and length of each run in group numbers that are sorted and leave no number out."""
    counts = np.bincount(sorted_groups)
    return np.cumsum(counts) - counts, counts
