"""Which of many shapes may hold a point, by buckets of ground: arrays instead of a tree asked shape by shape."""

from __future__ import annotations

import math

import numpy as np
import shapely

# Buckets over the ground of all shapes: about so many for each shape, and not more than the memory of a small layer.
_PER_SHAPE = 16
_MOST_BUCKETS = 1 << 22
# Shapes that are listed in more buckets than this all together are long beside the others; buckets are made larger.
_MOST_ENTRIES = 1 << 23
# Points are gone through in this order of ground, so that each shape is looked at for all its points at once.
_STRIPES = 1 << 8


class Buckets:
    """The boxes of n shapes, listed in each bucket of ground that they meet.

    :param geometry: object array of shapely geometries in metres of one frame; missing and empty ones meet nothing.
    """

    def __init__(self, geometry: np.ndarray) -> None:
        self._geometry = geometry
        self._boxes = shapely.bounds(geometry)
        self._there = np.flatnonzero(~np.isnan(self._boxes[:, 0]))
        shapely.prepare(geometry)
        self._lay()

    def pairs(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return every (point, shape) pair where the point lies in or on the shape, in no order: two int64 arrays.

        :param x, y: float64, metres; what is not a number meets nothing.
        """
        if not len(self._there):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        inside = (x >= self._west) & (x <= self._east) & (y >= self._south) & (y <= self._north)
        point = np.flatnonzero(inside)
        point = point[np.argsort(self._stripe(x[point], y[point]), kind="stable")]
        x, y = x[point], y[point]
        bucket = self._bucket(x, y)
        first, count = self._first[bucket], self._count[bucket]
        pair_of = np.repeat(np.arange(len(point), dtype=np.int32), count)
        behind = np.arange(len(pair_of)) - np.repeat(np.cumsum(count) - count, count)
        shape = self._listed[first[pair_of] + behind]
        x, y = x[pair_of], y[pair_of]
        west, south, east, north = (self._boxes[:, side][shape] for side in range(4))
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        shape, pair_of = shape[near], pair_of[near]
        found = shapely.intersects_xy(self._geometry[shape], x[near], y[near])
        return point[pair_of[found]], shape[found].astype(np.int64)

    def _lay(self) -> None:
        """Choose the size of the buckets and list the shapes in them."""
        boxes = self._boxes[self._there]
        if not len(boxes):
            return
        self._west, self._south = boxes[:, :2].min(axis=0)
        self._east, self._north = boxes[:, 2:].max(axis=0)
        width, height = max(self._east - self._west, 1e-9), max(self._north - self._south, 1e-9)
        wanted = min(_PER_SHAPE * len(boxes), _MOST_BUCKETS)
        while True:
            self._side = max(math.sqrt(width * height / wanted), max(width, height) / wanted)
            self._columns, self._rows = int(width // self._side) + 1, int(height // self._side) + 1
            left, right = self._column(boxes[:, 0]), self._column(boxes[:, 2])
            low, high = self._row(boxes[:, 1]), self._row(boxes[:, 3])
            across, up = right - left + 1, high - low + 1
            if (across * up).sum() <= _MOST_ENTRIES or wanted <= 1:
                break
            wanted = max(1, wanted // 4)
        entries = across * up
        of = np.repeat(np.arange(len(boxes)), entries)
        place = np.arange(len(of)) - np.repeat(np.cumsum(entries) - entries, entries)
        bucket = (low[of] + place // across[of]) * self._columns + left[of] + place % across[of]
        order = np.argsort(bucket, kind="stable")
        self._listed = self._there[of[order]].astype(np.int32)
        self._count = np.bincount(bucket, minlength=self._columns * self._rows)
        self._first = np.cumsum(self._count) - self._count

    def _column(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip(((x - self._west) / self._side).astype(np.int64), 0, self._columns - 1))

    def _row(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip(((y - self._south) / self._side).astype(np.int64), 0, self._rows - 1))

    def _bucket(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(self._row(y) * self._columns + self._column(x))

    def _stripe(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return a number of the ground of each point that numpy sorts by in no time: 16 bits."""
        across = (x - self._west) * (_STRIPES - 1) / max(self._east - self._west, 1e-9)
        up = (y - self._south) * (_STRIPES - 1) / max(self._north - self._south, 1e-9)
        return np.asarray(up.astype(np.uint16) * np.uint16(_STRIPES) + across.astype(np.uint16))
