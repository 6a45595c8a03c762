"""Cases that lie together: places no wider than asked, the densest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.progress import Progress

# Positions closer than this are one spot: what a desk writes for one address, and copies of it.
_SPOT_M = 0.1
# So many middles are asked at once, or fewer where many cases lie around them: neighbours are held in memory.
_ASKED_AT_ONCE, _NEIGHBOURS_AT_ONCE = 2000, 2_000_000


@dataclass(frozen=True)
class Places:
    """p places. ``of_case``: int64 (c,), the place of each case. ``x``, ``y``: float64 (p,), its middle, where a case
    lies. ``group``: int64 (p,), the class of its cases."""

    of_case: np.ndarray
    x: np.ndarray
    y: np.ndarray
    group: np.ndarray

    def __len__(self) -> int:
        return len(self.x)


def gather(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, distance_m: float, progress: Progress | None = None
) -> Places:
    """Put every case into one place: with cases of its group that lie within ``distance_m`` of the place's middle.

    ``x``, ``y``: float (c,), finite, in metres; ``group``: int (c,), 0 or more. The middle of the first place is the
    spot with most cases around it, and so on among those that are left, so that no place is wider than twice the
    distance and a chain of cases along a street does not become one place. The order of the cases does not matter.
    """
    progress = progress or Progress()
    key = np.column_stack([group, np.round(x / _SPOT_M), np.round(y / _SPOT_M)]).astype(np.int64)
    spots, spot_of, weight = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    spot_of = spot_of.reshape(-1)
    places = np.full(len(spots), -1, dtype=np.int64)
    middles: list[int] = []
    starts = np.flatnonzero(np.diff(spots[:, 0], prepend=-1))
    for start, end in zip(starts, np.append(starts[1:], len(spots))):
        _gather_group(spots[start:end, 1:] * _SPOT_M, weight[start:end], distance_m, int(start), places, middles)
        progress.report(float(end) / max(len(spots), 1))
    middle = np.array(middles, dtype=np.int64)
    return Places(places[spot_of], spots[middle, 1] * _SPOT_M, spots[middle, 2] * _SPOT_M, spots[middle, 0])


def _gather_group(
    at: np.ndarray, weight: np.ndarray, distance_m: float, offset: int, places: np.ndarray, middles: list[int]
) -> None:
    """Fill ``places`` (of all spots, from ``offset``) for the spots of one group and add the middles."""
    crowd = _cases_around(at, weight, distance_m)
    points = shapely.points(at)
    tree = shapely.STRtree(points)
    order = np.lexsort((at[:, 1], at[:, 0], -crowd))
    taken = np.zeros(len(at), dtype=bool)
    for batch in _batches(crowd[order]):
        asked = order[batch]
        asked = asked[~taken[asked]]
        who, found = tree.query(points[asked], predicate="dwithin", distance=distance_m)
        ends = np.cumsum(np.bincount(who, minlength=len(asked)))
        found = found[np.argsort(who, kind="stable")]
        for number, middle in enumerate(asked.tolist()):
            if taken[middle]:
                continue
            near = found[ends[number - 1] if number else 0 : ends[number]]
            near = near[~taken[near]]
            taken[near] = taken[middle] = True
            places[offset + near] = places[offset + middle] = len(middles)
            middles.append(offset + middle)


def _batches(crowd: np.ndarray) -> Iterator[slice]:
    """Part the spots, in the order in which they are asked, by how many neighbours they may have together."""
    total = np.cumsum(crowd)
    begin = 0
    while begin < len(total):
        most = int(total[begin] - crowd[begin]) + _NEIGHBOURS_AT_ONCE
        end = min(max(int(np.searchsorted(total, most, side="right")), begin + 1), begin + _ASKED_AT_ONCE)
        yield slice(begin, end)
        begin = end


def _cases_around(at: np.ndarray, weight: np.ndarray, distance_m: float) -> np.ndarray:
    """Return about how many cases lie around each spot, int64 (s,): those of its square of the size of the distance,
    and of the eight around it."""
    cell = np.floor(at / distance_m).astype(np.int64)
    cell -= cell.min(axis=0) - 1
    width = int(cell[:, 1].max()) + 2
    keys, where = np.unique(cell[:, 0] * width + cell[:, 1], return_inverse=True)
    total = np.bincount(where.reshape(-1), weights=weight).astype(np.int64)
    around = np.zeros(len(keys), dtype=np.int64)
    for step in (-width - 1, -width, -width + 1, -1, 0, 1, width - 1, width, width + 1):
        position = np.searchsorted(keys, keys + step)
        position[position == len(keys)] = 0
        around += np.where(keys[position] == keys + step, total[position], 0)
    return np.asarray(around[where.reshape(-1)])
