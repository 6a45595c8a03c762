"""To which neighbours the parts of a thread-like cell go."""

from __future__ import annotations

import math

from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.regions import RegionGraph

# Compactness of the least worth and of full worth; between them it rises evenly. Below it still falls a little, so
# that ground which an area's own outline makes a thread takes no more with it than it must.
_POOR, _GOOD, _LEAST = 0.15, 0.4, 0.1
# A part must have this compactness to stay a cell of its own.
_STANDS = 0.25
# What crossing a street costs, in shares of the smaller part's worth.
_CROSSING = 0.25


class ThreadSharing:
    """The rules by which parts of threads find their place.

    Every part goes where the ground of both is worth most afterwards: worth is area (in targets) times how compact
    and how well sized it is. Parts may also form a cell of their own, if that is compact and has the minimum.
    """

    def __init__(
        self, graph: RegionGraph, is_road: list[bool], is_part: list[bool], options: PartitionOptions
    ) -> None:
        self._graph = graph
        self._is_road = is_road
        self._is_part = is_part
        self._options = options

    def urgency(self, i: int) -> float | None:
        """Return how soon part i is asked: the smallest first; ``None`` for what is no part."""
        return self._graph.size[i] if self._is_part[i] else None

    def neighbour(self, i: int) -> int | None:
        """Return the neighbour that i joins, ``None`` when it stands alone from now on."""
        graph = self._graph
        stands = graph.compactness(i) >= _STANDS and graph.size[i] >= self._options.min_ratio
        gains = [(self._gain(i, j), -j) for j in graph.borders[i] if self._is_road[j] == self._is_road[i]]
        best = max(gains, default=None)
        if best is None or (stands and best[0] <= 0):
            self._is_part[i] = False
            return None
        partner = -best[1]
        self._is_part[i] = self._is_part[partner] = self._is_part[i] and self._is_part[partner]
        return partner

    def _gain(self, i: int, j: int) -> float:
        graph, border = self._graph, self._graph.borders[i][j]
        mine, other = graph.size[i], graph.size[j]
        together = self._worth(mine + other, graph.merged_compactness(i, j))
        apart = self._worth(mine, graph.compactness(i)) + self._worth(other, graph.compactness(j))
        return together - apart - _CROSSING * min(mine, other) * border.resisted_m / border.length_m

    def _worth(self, size: float, shape: float) -> float:
        good = min(1.0, max(0.0, (shape - _POOR) / (_GOOD - _POOR)))
        return size * (_LEAST * min(1.0, shape / _POOR) + (1.0 - _LEAST) * good) * self._fit(size)

    def _fit(self, size: float) -> float:
        """Return how well sized a cell is: 1 at the target, 0.6 where it will be cut again."""
        least = max(self._options.min_ratio, 1e-9)
        if size < least:
            return 0.8 * size / least
        if size > self._options.max_ratio:
            return 0.6
        return 1.0 - 0.2 * min(1.0, abs(math.log(size)) / math.log(self._options.max_ratio))
