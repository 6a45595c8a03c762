"""A graph of regions that grow together: who borders whom over how much of what."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

import numpy as np

from gridmgmt_plugin.core.geometry.segments import SharedSegments

# How little a merge likes to cross an edge, by its grade: −1 is no street at all, 4 an expressway.
RESISTANCE = {-1: 0.0, 0: 0.3, 1: 0.5, 2: 0.85, 3: 0.95, 4: 1.0}


class Border:
    """What two regions share: length in metres, the same times resistance, and the part that is major street."""

    __slots__ = ("length_m", "major_m", "resisted_m")

    def __init__(self, length_m: float, resisted_m: float, major_m: float) -> None:
        self.length_m = length_m
        self.resisted_m = resisted_m
        self.major_m = major_m

    def plus(self, other: Border) -> Border:
        """Return both borders as one."""
        return Border(
            self.length_m + other.length_m, self.resisted_m + other.resisted_m, self.major_m + other.major_m
        )

    @property
    def is_major(self) -> bool:
        """Tell whether most of the border is a major street."""
        return self.major_m > 0.5 * self.length_m


class RegionGraph:
    """Regions of one partition; merging two of them keeps every figure right.

    ``area_m2``, ``perimeter_m``, ``size`` (area in target areas): one float per region, lists for speed in plain
    Python. ``borders[i]``: region → :class:`Border`, only with regions that i may ever join.
    """

    def __init__(self, area_m2: np.ndarray, perimeter_m: np.ndarray, size: np.ndarray) -> None:
        self.area_m2: list[float] = area_m2.tolist()
        self.perimeter_m: list[float] = perimeter_m.tolist()
        self.size: list[float] = size.tolist()
        self.borders: list[dict[int, Border]] = [{} for _ in self.area_m2]
        self._parent = list(range(len(self.area_m2)))

    def connect(self, segments: SharedSegments, allowed: np.ndarray, grade: np.ndarray, major_grade: int) -> None:
        """Add the borders of the segments marked in ``allowed``; ``grade`` int8 per segment, −1 for no street."""
        left, right = segments.left[allowed], segments.right[allowed]
        length, grades = segments.length_m[allowed], grade[allowed].astype(np.int64)
        low, high = np.minimum(left, right), np.maximum(left, right)
        table = np.array([RESISTANCE[value] for value in range(-1, 5)])
        key, where = np.unique(low * max(len(self.size), 1) + high, return_inverse=True)
        where = where.reshape(-1)
        total = np.bincount(where, weights=length, minlength=len(key))
        resisted = np.bincount(where, weights=length * table[grades + 1], minlength=len(key))
        major = np.bincount(where, weights=length * (grades >= major_grade), minlength=len(key))
        first, second = (key // max(len(self.size), 1)).tolist(), (key % max(len(self.size), 1)).tolist()
        for i, j, *parts in zip(first, second, total.tolist(), resisted.tolist(), major.tolist()):
            self.borders[i][j] = self.borders[j][i] = Border(*parts)

    def is_alive(self, i: int) -> bool:
        """Tell whether region ``i`` still stands for itself."""
        return self._parent[i] == i

    def merge(self, keep: int, gone: int) -> None:
        """Let ``keep`` swallow its neighbour ``gone``."""
        shared = self.borders[keep].pop(gone)
        del self.borders[gone][keep]
        self.area_m2[keep] += self.area_m2[gone]
        self.size[keep] += self.size[gone]
        self.perimeter_m[keep] += self.perimeter_m[gone] - 2.0 * shared.length_m
        for other, border in self.borders[gone].items():
            del self.borders[other][gone]
            known = self.borders[keep].get(other)
            joint = border if known is None else known.plus(border)
            self.borders[keep][other] = self.borders[other][keep] = joint
        self.borders[gone] = {}
        self._parent[gone] = keep

    def compactness(self, i: int) -> float:
        """Return 4π·area / perimeter² of region ``i``."""
        return 4.0 * math.pi * self.area_m2[i] / max(self.perimeter_m[i], 1e-9) ** 2

    def merged_compactness(self, i: int, j: int) -> float:
        """Return 4π·area / perimeter² that ``i`` and ``j`` would have together."""
        perimeter = self.perimeter_m[i] + self.perimeter_m[j] - 2.0 * self.borders[i][j].length_m
        return 4.0 * math.pi * (self.area_m2[i] + self.area_m2[j]) / max(perimeter, 1e-9) ** 2

    def mean_width_m(self, i: int) -> float:
        """Return 2·area / perimeter of region ``i``."""
        return 2.0 * self.area_m2[i] / max(self.perimeter_m[i], 1e-9)

    def labels(self) -> np.ndarray:
        """Return for each first region the number of the region it is in now (int64, 0 … regions − 1)."""
        parent = np.array(self._parent, dtype=np.int64)
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
        return np.unique(parent, return_inverse=True)[1].astype(np.int64).reshape(-1)

    def absorb(
        self, urgency: Callable[[int], float | None], choose: Callable[[int], int | None], tick: Callable[[], None]
    ) -> int:
        """Merge regions until none wants to; return how many merges were made.

        ``urgency(i)``: smallest first, ``None`` when i wants no merge. ``choose(i)``: the neighbour to join, or
        ``None``.
        A region that grew, and any neighbour of it that found no partner before, is asked again.
        """
        heap = [(value, i) for i in range(len(self.size)) if (value := self._asked(i, urgency)) is not None]
        heapq.heapify(heap)
        merges = 0
        while heap:
            value, i = heapq.heappop(heap)
            if self._asked(i, urgency) != value:
                continue  # it merged or grew since; its new value is in the heap
            partner = choose(i)
            if partner is None:
                continue
            keep, gone = (i, partner) if self.area_m2[i] > self.area_m2[partner] else (partner, i)
            self.merge(keep, gone)
            merges += 1
            if merges % 256 == 0:
                tick()
            for changed in (keep, *self.borders[keep]):
                again = self._asked(changed, urgency)
                if again is not None:
                    heapq.heappush(heap, (again, changed))
        return merges

    def _asked(self, i: int, urgency: Callable[[int], float | None]) -> float | None:
        return urgency(i) if self.is_alive(i) else None
