"""Which lane a point lies on: the nearest, or of several that are nearly as near the one that its address names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gridmgmt_plugin.core.duty.times import CATALOGUE as DUTY
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.lanes.names import Spellings, normalise_name
from gridmgmt_plugin.core.lanes.sections import house_number
from gridmgmt_plugin.core.locate import NearLanes, PointSet
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text

# 东四三条12号, 12-1号, 甲12号院: the house right behind the name of its lane.
_HOUSE = re.compile(r"[甲乙丙丁]?(\d+)(?:-\d+)?号?")
_SHORTEST = 2
CATALOGUE = "catalogues/lane_cases.json"
#: What must be known of lanes.
NAMING = ("name", "alias", "old_name", "house_no_min", "house_no_max")
_HOUSES = ("house_no_min", "house_no_max")


def lanes_of_points(
    points: np.ndarray, addresses: np.ndarray | None, lanes: Rows, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lane of each of n points, int64 (n,), −1 for none, and where the address decided, bool (n,).

    A point lies on the nearest lane, no further away than people would call it the same place (``duty.json``), or
    on the one that its address names where that is nearly as near.

    :param points: shapely points in the metres of the lanes, object (n,). :param addresses: texts, object (n,);
        ``None`` where points have none.
    :param lanes: rows with a line, ``code`` and, where there are addresses, the columns of :data:`NAMING`.
    """
    return LaneFinder(lanes).find(PointSet(*xy_of_points(points), points), addresses, progress)


def lanes_meant(addresses: np.ndarray, points: np.ndarray, lanes: Rows) -> np.ndarray:
    """Return the lane that each address decides for, int64 per address, −1 where it decides nothing.

    How far a lane may be away, and how much farther than the nearest, is data (``duty.json``, ``lane_cases.json``).

    :param points: shapely points in the metres of the lanes, object (n,); a missing one decides nothing.
    :param lanes: rows with a line, ``code`` and the columns of :data:`NAMING`.
    """
    return LaneFinder(lanes).meant(PointSet(*xy_of_points(points), points), addresses)


class LaneFinder:
    """Lanes that any number of points are asked about, see :func:`lanes_of_points`; what they are called is looked
    at once.
    """

    def __init__(self, lanes: Rows) -> None:
        self._lanes = lanes
        self._near = NearLanes(lanes.shapes, lanes["code"], float(load_json(DUTY)["lane_distance_m"]))
        self._tie_m = float(load_json(CATALOGUE)["tie_m"])

    @cached_property
    def _named(self) -> NamedLanes:
        return NamedLanes(lane_names(self._lanes), house_spans(self._lanes))

    def find(
        self, asked: PointSet, addresses: np.ndarray | None, progress: Progress | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return lanes and where addresses decided, as :func:`lanes_of_points` does."""
        nearest, meant = (np.full(len(asked), -1, dtype=np.int64) for _ in range(2))
        for point, lane, gap_m in self._near.pairs(asked, progress):
            found, first = np.unique(point, return_index=True)
            nearest[found] = lane[first]
            if addresses is not None:
                decided, which = self._decided(addresses, point, lane, gap_m)
                meant[decided] = which
        named = (meant >= 0) & (meant != nearest)
        return np.where(named, meant, nearest), named

    def meant(self, asked: PointSet, addresses: np.ndarray) -> np.ndarray:
        """Return the lanes for which addresses decide, as :func:`lanes_meant` does."""
        meant = np.full(len(asked), -1, dtype=np.int64)
        for pairs in self._near.pairs(asked):
            decided, which = self._decided(addresses, *pairs)
            meant[decided] = which
        return meant

    def _decided(
        self, addresses: np.ndarray, point: np.ndarray, lane: np.ndarray, gap_m: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the points, among pairs, whose addresses decide, and the lane that each decides for."""
        found, at = np.unique(point, return_inverse=True)
        which = lanes_by_address(addresses[found], at.reshape(-1), lane, gap_m, self._named, self._tie_m)
        return found[which >= 0], which[which >= 0]


@dataclass(frozen=True)
class NamedLanes:
    """Per lane the names that it is known by, and its least and greatest house number; addresses as these compare."""

    names: Sequence[tuple[str, ...]]
    houses: Sequence[tuple[int | None, int | None]]
    spellings: Spellings = field(default_factory=Spellings)


def lanes_by_address(
    addresses: Sequence[Any] | np.ndarray,
    point: np.ndarray,
    lane: np.ndarray,
    distance_m: np.ndarray,
    named: NamedLanes,
    tie_m: float,
) -> np.ndarray:
    """Return the lane that each address decides for, int64 per address, −1 where it decides nothing.

    Of the lanes that are at most ``tie_m`` farther away than the nearest, the one whose name, alias or old name
    stands in the address is meant: the longest name, for 东四北大街 is not 东四; of namesakes the one whose house
    numbers include the house that follows the name. An address that names none or leaves several decides nothing.

    :param point, lane, distance_m: pairs of address and lane that are near each other, int64, int64 and float64.
    """
    least_m = np.full(len(addresses), np.inf)
    nearest_last = np.argsort(-distance_m, kind="stable")
    least_m[point[nearest_last]] = distance_m[nearest_last]
    close = distance_m <= least_m[point] + tie_m
    point, lane = np.divmod(np.unique(point[close] * len(named.names) + lane[close]), len(named.names))
    tied_with = np.bincount(point, minlength=len(addresses))[point] > 1
    near: dict[int, list[int]] = defaultdict(list)
    for one, which in zip(point[tied_with].tolist(), lane[tied_with].tolist()):
        near[one].append(which)
    found = np.full(len(addresses), -1, dtype=np.int64)
    for one, tied in near.items():
        text = named.spellings.of(addresses[one])
        if any(name in text for which in tied for name in named.names[which]):  # most addresses name none of them
            found[one] = _meant(text, tied, named)
    return found


def _meant(text: str, tied: list[int], lanes: NamedLanes) -> int:
    named = {which: max((name for name in lanes.names[which] if name in text), key=len, default="") for which in tied}
    longest = max(map(len, named.values()))
    meant = [which for which, name in named.items() if name and len(name) == longest]
    if len(meant) > 1:
        house = house_behind(text, named[meant[0]])
        meant = [which for which in meant if house is not None and includes_house(lanes.houses[which], house)]
    return meant[0] if len(meant) == 1 else -1


def includes_house(span: tuple[int | None, int | None], house: int) -> bool:
    """Tell whether a house is one of a lane, whose least and greatest number are given."""
    low, high = span
    return low is not None and high is not None and low <= house <= high


def house_behind(text: str, name: str) -> int | None:
    """Return the number of the house right behind a name that stands in a text, ``None`` where none follows."""
    match = _HOUSE.match(text[text.index(name) + len(name) :])
    return None if match is None else int(match[1])


def lane_names(lanes: Rows) -> list[tuple[str, ...]]:
    """Return the names that each lane is known by, as addresses write them."""
    columns = [lanes[name] for name in ("name", "alias", "old_name") if name in lanes]
    found = []
    for values in zip(*columns):
        plain = (normalise_name(value).replace(" ", "") for value in values)
        found.append(tuple(name for name in plain if len(name) >= _SHORTEST))
    return found


def house_spans(lanes: Rows) -> list[tuple[int | None, int | None]]:
    """Return the least and the greatest house number of each lane, ``None`` where it is not known."""
    low, high = ([house_number(clean_text(value) or "") for value in lanes[name]] for name in _HOUSES)
    return list(zip(low, high))
