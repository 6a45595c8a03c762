"""Which small cell joins which neighbour."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.regions import Border, RegionGraph
from gridmgmt_plugin.core.partition.sharing import ThreadSharing
from gridmgmt_plugin.core.partition.strips import STRIPS
from gridmgmt_plugin.core.partition.threads import NEARLY_THREAD

# A cell that has its minimum still joins another of the same block when both together come nearer to the target.
_IMPROVE_BELOW = 0.8
# What a merge is worth that makes a thread: there must be no other way.
_THREAD_WORTH = 0.1


def is_sliver(graph: RegionGraph, i: int, options: PartitionOptions) -> bool:
    """Tell whether region i is too narrow to stand alone; :func:`is_strip` for one region."""
    width = graph.mean_width_m(i)
    if width >= STRIPS[-1][1] * options.sliver_width_m:
        return False
    shape = graph.compactness(i)
    return any(shape < most and width < times * options.sliver_width_m for most, times in STRIPS)


class CellMerging:
    """The rules by which the cells of an area grow together.

    Slivers and cells under the least area (``least_m2``, one per region) join a neighbour whatever lies between.
    Cells under the minimum join one that stays within the largest ratio, not across a major street. Cells under 0.8
    targets join when that brings both nearer to the target. Among several the most compact, least divided and best
    sized wins.
    """

    def __init__(
        self,
        graph: RegionGraph,
        is_road: np.ndarray,
        is_part: np.ndarray,
        least_m2: np.ndarray,
        options: PartitionOptions,
    ) -> None:
        self._graph = graph
        self._is_road: list[bool] = is_road.tolist()
        self._sharing = ThreadSharing(graph, self._is_road, is_part.tolist(), options)
        self._least_m2: list[float] = least_m2.tolist()
        self._options = options

    def run(self, tick: Callable[[], None]) -> int:
        """Merge until every cell is content; return the number of merges."""
        shared = self._graph.absorb(self._sharing.urgency, self._sharing.neighbour, tick)
        slivers = self._graph.absorb(self._thinness, self._any_neighbour, tick)
        forced = self._graph.absorb(self._below_least, self._any_neighbour, tick)
        return shared + slivers + forced + self._graph.absorb(self._below_target, self._good_neighbour, tick)

    def _thinness(self, i: int) -> float | None:
        return self._graph.mean_width_m(i) if self._is_sliver(i) else None

    def _is_sliver(self, i: int) -> bool:
        """Tell whether cell i must go; one under the minimum at twice the sliver width already."""
        if self._is_road[i] or self._graph.mean_width_m(i) >= 2.0 * self._options.sliver_width_m:
            return False
        small = self._graph.size[i] < self._options.min_ratio
        return small or is_sliver(self._graph, i, self._options)

    def _below_least(self, i: int) -> float | None:
        return self._graph.area_m2[i] if self._graph.area_m2[i] < self._least_m2[i] else None

    def _below_target(self, i: int) -> float | None:
        return self._graph.size[i] if self._graph.size[i] < _IMPROVE_BELOW else None

    def _any_neighbour(self, i: int) -> int | None:
        """Return the best neighbour of a cell that must go; one of its own kind and street side if there is."""
        borders = [j for j in self._graph.borders[i] if not self._is_in_vain(i, j)]
        alike = [j for j in borders if self._is_road[j] == self._is_road[i]]
        beside = [j for j in alike if not self._graph.borders[i][j].is_major]
        candidates = ([] if self._is_sliver(i) else beside) or alike or borders
        if not candidates:
            return None
        return max(candidates, key=lambda j: (self._forced_score(i, j), -j))

    def _is_in_vain(self, i: int, j: int) -> bool:
        """Tell whether both together would be too large and a thread still: a tail that the outline forces."""
        graph = self._graph
        if graph.size[i] < self._options.min_ratio or graph.size[i] + graph.size[j] <= self._options.max_ratio:
            return False
        return graph.merged_compactness(i, j) < NEARLY_THREAD

    def _forced_score(self, i: int, j: int) -> float:
        border = self._graph.borders[i][j]
        fits = self._graph.size[i] + self._graph.size[j] <= self._options.max_ratio
        is_place = self._graph.merged_compactness(i, j) >= NEARLY_THREAD
        worth = (1.0 if fits else 0.4) * (1.0 if is_place else _THREAD_WORTH)
        return (border.length_m - 0.3 * border.resisted_m) * worth

    def _good_neighbour(self, i: int) -> int | None:
        scores = [(self._score(i, j, border), -j) for j, border in self._graph.borders[i].items()]
        best = max(scores, default=(0.0, 0))
        return -best[1] if best[0] > 0 else None

    def _score(self, i: int, j: int, border: Border) -> float:
        if border.is_major or self._is_road[i] != self._is_road[j]:
            return 0.0
        mine, other = self._graph.size[i], self._graph.size[j]
        together = mine + other
        if together > self._options.max_ratio:
            # A compound that is too large anyway takes up a crumb; nothing else passes the largest ratio.
            if other <= self._options.max_ratio or mine > 0.1 * other or mine >= self._options.min_ratio:
                return 0.0
        elif mine >= self._options.min_ratio and not self._improves(mine, other, together):
            return 0.0
        shape = self._graph.merged_compactness(i, j)
        if shape < NEARLY_THREAD:
            if mine >= self._options.min_ratio:
                return 0.0
            shape *= _THREAD_WORTH
        open_share = 1.0 - border.resisted_m / border.length_m
        contact = min(1.0, 2.5 * border.length_m / self._graph.perimeter_m[i])
        return open_share * shape * contact * _fit(together)

    def _improves(self, mine: float, other: float, together: float) -> bool:
        off_before = (abs(math.log(mine)) + abs(math.log(max(other, 1e-9)))) / 2
        return abs(math.log(together)) < 0.8 * off_before


def _fit(size: float) -> float:
    """Return how welcome a merged size is: 1 up to the target, 0.4 at twice of it."""
    return 1.0 if size <= 1.0 else max(0.2, 1.0 - 0.6 * (size - 1.0))
