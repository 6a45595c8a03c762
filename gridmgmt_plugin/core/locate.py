"""Which cell a point lies in, and which lane is nearest: one rule for ties, the smaller code, everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.progress import Progress

# Points per step: small enough that a cancel is felt at once, large enough that the index costs nothing.
CHUNK_POINTS = 200_000


def code_ranks(codes: Sequence[Any] | np.ndarray) -> np.ndarray:
    """Return the place of each code in text order, int64, equal codes by position; no code comes last."""
    texts = ["" if code is None else str(code) for code in codes]
    order = sorted(range(len(texts)), key=lambda i: (texts[i] == "", texts[i], i))
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[np.asarray(order, dtype=np.int64)] = np.arange(len(texts))
    return ranks


def pairs_at_points(
    x: np.ndarray, y: np.ndarray, geometry: np.ndarray, *, precision_m: float = 0.0, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return every (point, geometry) pair where the point lies in or on the geometry.

    :param x, y: float64 arrays of n metres in the frame of ``geometry``; a point that is not a number meets nothing.
    :param geometry: object array of shapely geometries; ``None`` meets nothing.
    :param precision_m: a point up to this far from a geometry counts as on it (0 = exact intersection).
    :returns: two int64 arrays, point positions and geometry positions, ordered by point, then geometry.
    :raises InputError: ``locate_lengths_differ`` when ``x`` and ``y`` differ in length.
    """
    points: list[np.ndarray] = []
    cells: list[np.ndarray] = []
    for start, chunk in _point_chunks(x, y, progress):
        # The points are indexed and the cells asked: GEOS prepares each cell once for all its points.
        if precision_m > 0:
            found = shapely.STRtree(chunk).query(geometry, predicate="dwithin", distance=precision_m)
        else:
            found = shapely.STRtree(chunk).query(geometry, predicate="intersects")
        cells.append(found[0])
        points.append(found[1] + start)
    point = np.concatenate(points) if points else np.empty(0, dtype=np.int64)
    cell = np.concatenate(cells) if cells else np.empty(0, dtype=np.int64)
    order = np.lexsort((cell, point))
    return point[order].astype(np.int64), cell[order].astype(np.int64)


def locate_points(
    x: np.ndarray,
    y: np.ndarray,
    geometry: np.ndarray,
    codes: Sequence[Any] | np.ndarray,
    *,
    precision_m: float = 0.0,
    progress: Progress | None = None,
) -> np.ndarray:
    """Return for each point the position of its cell in ``geometry``, int64, −1 where it lies in none.

    A point on a shared edge belongs to the smaller code (text order).

    :param codes: one text per geometry. Other parameters and errors: see :func:`pairs_at_points`.
    """
    point, cell = pairs_at_points(x, y, geometry, precision_m=precision_m, progress=progress)
    return _smallest_code(len(x), point, cell, codes)


def nearest_lane(
    x: np.ndarray,
    y: np.ndarray,
    geometry: np.ndarray,
    codes: Sequence[Any] | np.ndarray,
    max_distance_m: float,
    *,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest lane of each point within ``max_distance_m`` metres.

    :param x, y: float64 arrays of n metres in the frame of the lanes.
    :param geometry: object array of lines; ``None`` and empty lines are never near.
    :param codes: one text per lane; of lanes equally near the smaller code wins.
    :returns: int64 array of n positions in ``geometry`` (−1 where none is near enough) and float64 array of n
        distances in metres (``inf`` there).
    :raises InputError: ``locate_distance_negative`` for a maximum below zero or not a number;
        ``locate_lengths_differ``.
    """
    if not max_distance_m >= 0:
        raise InputError("locate_distance_negative", distance=max_distance_m)
    tree = shapely.STRtree(geometry)
    usable = bool((~(shapely.is_missing(tree.geometries) | shapely.is_empty(tree.geometries))).any())
    index = np.full(len(x), -1, dtype=np.int64)
    distance_m = np.full(len(x), np.inf)
    for start, chunk in _point_chunks(x, y, progress):
        if not usable:
            continue
        # Asking with distance 0 is refused by shapely; the next float up finds lanes that the point lies on.
        limit = max(max_distance_m, np.nextafter(0.0, 1.0))
        (point, lane), gap_m = tree.query_nearest(chunk, max_distance=limit, return_distance=True)
        within = gap_m <= max_distance_m
        nearest = _smallest_code(len(chunk), point[within], lane[within], codes)
        index[start : start + len(chunk)] = nearest
        distance_m[start + point[within]] = gap_m[within]
    return index, distance_m


def _smallest_code(n: int, point: np.ndarray, cell: np.ndarray, codes: Sequence[Any] | np.ndarray) -> np.ndarray:
    ranks = code_ranks(codes)
    best = np.full(n, len(ranks), dtype=np.int64)
    np.minimum.at(best, point, ranks[cell])
    by_rank = np.append(np.argsort(ranks), -1)
    return by_rank[best].astype(np.int64)


def _point_chunks(x: np.ndarray, y: np.ndarray, progress: Progress | None) -> Iterator[tuple[int, np.ndarray]]:
    """Yield (start, points) and tell the progress; where a coordinate is missing the point is ``None``."""
    if len(x) != len(y):
        raise InputError("locate_lengths_differ", x=len(x), y=len(y))
    progress = progress or Progress()
    for start in range(0, len(x), CHUNK_POINTS):
        progress.report(start / len(x))
        piece_x = np.asarray(x[start : start + CHUNK_POINTS], dtype=np.float64)
        piece_y = np.asarray(y[start : start + CHUNK_POINTS], dtype=np.float64)
        points = shapely.points(piece_x, piece_y)
        points[~(np.isfinite(piece_x) & np.isfinite(piece_y))] = None
        yield start, points
    progress.report(1.0)
