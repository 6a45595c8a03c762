"""Which cell a point lies in, and which lane is nearest: one rule for ties, the smaller code, everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.buckets import Buckets
from gridmgmt_plugin.core.progress import Progress

# Points per step: small enough that a cancel is felt at once, large enough that the index costs nothing.
CHUNK_POINTS = 200_000
# For fewer points no buckets of ground are laid out: an index of the points answers as fast.
_MANY_POINTS = 2_000
# A distance is rounded in its last digit.
_ROUNDING = 1e-9


def code_ranks(codes: Sequence[Any] | np.ndarray) -> np.ndarray:
    """Return the place of each code in text order, int64, equal codes by position; no code comes last."""
    texts = ["" if code is None else str(code) for code in codes]
    order = sorted(range(len(texts)), key=lambda i: (texts[i] == "", texts[i], i))
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[np.asarray(order, dtype=np.int64)] = np.arange(len(texts))
    return ranks


class PointSet:
    """Points that several layers are asked about: each chunk is indexed once, at the first question.

    :param x, y: float64 arrays of n metres in the frame of what is asked; a point that is not a number meets nothing.
    :param shapes: the same as shapely points, where they have been made already.
    :raises InputError: ``locate_lengths_differ`` when ``x`` and ``y`` differ in length.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, shapes: np.ndarray | None = None) -> None:
        if len(x) != len(y):
            raise InputError("locate_lengths_differ", x=len(x), y=len(y))
        self.x, self.y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self._shapes = shapes
        self._trees: dict[int, shapely.STRtree] = {}

    def __len__(self) -> int:
        return len(self.x)

    def take(self, which: np.ndarray) -> PointSet:
        """Return some of the points (mask or positions); all of them are the same set, indexed already."""
        whole = len(which) == len(self) and (which.dtype == bool and which.all())
        return self if whole else PointSet(self.x[which], self.y[which])

    def chunks(self, progress: Progress | None = None) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yield each chunk's first position and its places, and tell the progress."""
        progress = progress or Progress()
        for start in range(0, len(self), CHUNK_POINTS):
            progress.report(start / len(self))
            yield start, self.x[start : start + CHUNK_POINTS], self.y[start : start + CHUNK_POINTS]
        progress.report(1.0)

    def trees(self, progress: Progress | None = None) -> Iterator[tuple[int, shapely.STRtree]]:
        """Yield each chunk's first position and index, and tell the progress; a missing point is ``None`` in it."""
        for start, x, y in self.chunks(progress):
            if start not in self._trees:
                part = slice(start, start + CHUNK_POINTS)
                points = shapely.points(x, y) if self._shapes is None else self._shapes[part].copy()
                points[~(np.isfinite(x) & np.isfinite(y))] = None
                self._trees[start] = shapely.STRtree(points)
            yield start, self._trees[start]


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
    return pairs_of(PointSet(x, y), geometry, precision_m=precision_m, progress=progress)


def pairs_of(
    asked: PointSet, geometry: np.ndarray, *, precision_m: float = 0.0, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Do what :func:`pairs_at_points` does, for points that other layers are asked about as well."""
    point, cell = _unordered_pairs(asked, geometry, precision_m, progress)
    order = np.lexsort((cell, point))
    return point[order], cell[order]


def _unordered_pairs(
    asked: PointSet,
    geometry: np.ndarray,
    precision_m: float,
    progress: Progress | None,
    buckets: Buckets | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    points: list[np.ndarray] = []
    cells: list[np.ndarray] = []
    if not precision_m > 0 and len(asked) >= _MANY_POINTS:
        buckets = Buckets(np.asarray(geometry, dtype=object)) if buckets is None else buckets
        for start, x, y in asked.chunks(progress):
            point, cell = buckets.pairs(x, y)
            points.append(point + start)
            cells.append(cell)
        return np.concatenate(points), np.concatenate(cells)
    for start, tree in asked.trees(progress):
        # The points are indexed and the cells asked: GEOS prepares each cell once for all its points.
        if precision_m > 0:
            found = tree.query(geometry, predicate="dwithin", distance=precision_m)
        else:
            found = tree.query(geometry, predicate="intersects")
        cells.append(found[0])
        points.append(found[1] + start)
    nothing = [np.empty(0, dtype=np.int64)]
    return np.concatenate(points or nothing).astype(np.int64), np.concatenate(cells or nothing).astype(np.int64)


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
    return cell_of(PointSet(x, y), geometry, codes, precision_m=precision_m, progress=progress)


def cell_of(
    asked: PointSet,
    geometry: np.ndarray,
    codes: Sequence[Any] | np.ndarray,
    *,
    precision_m: float = 0.0,
    progress: Progress | None = None,
    buckets: Buckets | None = None,
) -> np.ndarray:
    """Do what :func:`locate_points` does, for points that other layers are asked about as well.

    :param buckets: of ``geometry``, where they have been laid already.
    """
    point, cell = _unordered_pairs(asked, geometry, precision_m, progress, buckets)
    return _smallest_code(len(asked), point, cell, codes)


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
    return lane_of(PointSet(x, y), geometry, codes, max_distance_m, progress=progress)


def lane_of(
    asked: PointSet,
    geometry: np.ndarray,
    codes: Sequence[Any] | np.ndarray,
    max_distance_m: float,
    *,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Do what :func:`nearest_lane` does, for points that other layers are asked about as well."""
    index, distance_m = np.full(len(asked), -1, dtype=np.int64), np.full(len(asked), np.inf)
    lanes = NearLanes(geometry, codes, max_distance_m)
    for point, lane, gap_m in lanes.pairs(asked, progress):
        found, first = np.unique(point, return_index=True)
        index[found], distance_m[found] = lane[first], gap_m[first]
    return index, distance_m


class NearLanes:
    """Lanes that any number of points are asked about: their pieces are laid out once.

    :param geometry, codes, max_distance_m: as for :func:`nearest_lane`, which raises the same.
    """

    def __init__(self, geometry: np.ndarray, codes: Sequence[Any] | np.ndarray, max_distance_m: float) -> None:
        if not max_distance_m >= 0:
            raise InputError("locate_distance_negative", distance=max_distance_m)
        self._most_m = max_distance_m
        self._segments, self._lane = _segments(geometry)
        low_x, low_y, high_x, high_y = shapely.bounds(self._segments).reshape(-1, 4).T
        within = max_distance_m * (1 + _ROUNDING)  # so that a box never loses what a distance would find
        self._near = shapely.box(low_x - within, low_y - within, high_x + within, high_y + within)
        self._ranks = code_ranks(codes)

    def pairs(
        self, asked: PointSet, progress: Progress | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield points, the lanes near them (int64 each) and the distances in metres: point by point, the nearest
        lane first, of those equally near the one with the smaller code; once for each piece of a lane that is near.
        """
        if not len(self._segments):
            return
        for start, tree in asked.trees(progress):
            # A lane is long and its box is large: its segments are asked, and only the pairs of boxes are measured.
            segment, point = tree.query(self._near)
            gap_m = shapely.distance(tree.geometries[point], self._segments[segment])
            close = gap_m <= self._most_m
            point, lane, gap_m = point[close], self._lane[segment[close]], gap_m[close]
            order = np.lexsort((self._ranks[lane], gap_m, point))
            yield start + point[order], lane[order], gap_m[order]


def _segments(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight pieces of lines as object array of two-point lines, and the line of each (int64)."""
    drawn = np.flatnonzero(~(shapely.is_missing(lines) | shapely.is_empty(lines)))
    parts, owner = shapely.get_parts(lines[drawn], return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(part[1:] == part[:-1])
    ends = np.stack([xy[joined], xy[joined + 1]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object), drawn[owner[part[joined]]].astype(np.int64)


def _smallest_code(n: int, point: np.ndarray, cell: np.ndarray, codes: Sequence[Any] | np.ndarray) -> np.ndarray:
    best = np.full(n, -1, dtype=np.int64)
    best[point] = cell
    several = np.flatnonzero((np.bincount(point, minlength=n) > 1)[point])
    if len(several):  # points on edges, which are few
        point, cell = point[several], cell[several]
        order = np.lexsort((code_ranks(codes)[cell], point))
        on_edge, first = np.unique(point[order], return_index=True)
        best[on_edge] = cell[order][first]
    return best
