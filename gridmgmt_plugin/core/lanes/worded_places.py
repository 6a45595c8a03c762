"""Where a row lies that has no coordinates: its words name a unit grid, a house on a street-lane, or an address.

Nothing is guessed. Words that fit two lanes place nothing, and a house is put along its lane only where houses that
are known there show at which end the numbers begin; else the row lies in the middle of its lane, and that is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.address_ties import house_behind, house_spans, includes_house, lane_names
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.lanes.sections import house_number
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code, clean_text

#: How a row was placed, the surest first.
BY_GRID, BY_HOUSE, BY_CROSSING, BY_LANE = "grid", "house", "crossing", "lane"
WAYS = (BY_GRID, BY_HOUSE, BY_CROSSING, BY_LANE)
#: Two lanes cross where they come as near as this.
CROSSING_M = 30.0
# House numbers run along a lane where so many known houses correlate so with it; chance hardly does (5 in 100).
_LEAST_HOUSES, _RUNS_ALONG = 5, 0.9
_FIRST_SIGNS = 2
# One number that was seen farther apart than this along a lane is no single house.
_ONE_HOUSE_M = 60.0

#: Numbers (int64) and points (object) of the houses that are known on a lane (its position).
KnownHouses = Callable[[int], tuple[np.ndarray, np.ndarray]]


#: An area that a lane lies in: its name and its polygon.
Home = tuple[str, shapely.Geometry]


@dataclass(frozen=True, eq=False)
class WordedPlaces:
    """``x``, ``y``: float64 (n,), metres, not-a-number where words tell no place. ``way``: object (n,), one of
    :data:`WAYS` or ``None``. ``several``: bool (n,), words fit several places and nothing decides between them.
    """

    x: np.ndarray
    y: np.ndarray
    way: np.ndarray
    several: np.ndarray


@dataclass(frozen=True)
class RowWords:
    """What one row says of its place; each a text or ``None``. ``grid``: code of a unit grid; ``lane``: name or code
    of a lane, ``house`` its number there; ``address``: free text.
    """

    grid: Any = None
    lane: Any = None
    house: Any = None
    address: Any = None


class WordedGround:
    """The unit grids and lanes of a district as words name them.

    :param units: rows with ``code`` and shapes. ``lanes``: rows in use with ``code``, ``name``, ``alias``,
        ``old_name``, ``house_no_min``, ``house_no_max`` and lines, ``None`` where one is not drawn. ``homes``: per
        lane its communities, then its street offices, as name and polygon: they tell namesakes apart, and which part
        of a long lane is meant.
    """

    def __init__(self, units: Rows, lanes: Rows, homes: Sequence[Sequence[Home]] = ()) -> None:
        self._units, self._lanes = units, lanes
        self._homes = homes or [()] * len(lanes)
        self._unit = {code: at for at, code in enumerate(units["code"].tolist())}
        self._lane_of_code = {code: at for at, code in enumerate(lanes["code"].tolist())}

    @cached_property
    def _of_name(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, names in enumerate(lane_names(self._lanes)):
            for name in dict.fromkeys(names):
                found[name].append(at)
        return found

    @cached_property
    def _by_start(self) -> Mapping[str, list[str]]:
        """Return the names by their first signs, the longest first."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._of_name, key=len, reverse=True):
            found[name[:_FIRST_SIGNS]].append(name)
        return found

    @cached_property
    def _has_line(self) -> np.ndarray:
        """Tell which lanes are drawn; a name may mean one that is not, and then tells no place."""
        return np.asarray(~(shapely.is_missing(self._lanes.shapes) | shapely.is_empty(self._lanes.shapes)))

    @cached_property
    def _spans(self) -> list[tuple[int | None, int | None]]:
        return house_spans(self._lanes)

    def place(self, rows: Sequence[RowWords], houses: KnownHouses) -> WordedPlaces:
        """Return where rows lie by their words.

        A unit grid that is named decides; else a lane that is named, with the house in its own column or in the
        address; else the lane in the address. :param houses: what is known of houses on a lane, asked at need.
        """
        x, y = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        way: np.ndarray = np.full(len(rows), None, dtype=object)
        several = np.zeros(len(rows), dtype=bool)
        known: dict[tuple[int, str], _HousesAlong] = {}
        for at, row in enumerate(rows):
            unit = self._unit.get(clean_code(row.grid) or "")
            if unit is not None:
                spot, way[at] = shapely.point_on_surface(self._units.shapes[unit]), BY_GRID
            else:
                meant, house = self._meant(row)
                spot = self._crossing(meant)
                several[at] = spot is None and (len(meant) > 1 or any(len(lanes) > 1 for lanes in meant))
                if not meant or several[at]:
                    continue
                if spot is not None:
                    way[at] = BY_CROSSING
                else:
                    ((lane,),) = meant
                    if not self._has_line[lane]:
                        continue
                    home = self._home_in(lane, _plain(row.address))
                    if (lane, home[0]) not in known:
                        known[lane, home[0]] = _HousesAlong(self._lanes.shapes[lane], home[1], *houses(lane))
                    spot, exact = known[lane, home[0]].spot(house)
                    way[at] = BY_HOUSE if exact else BY_LANE
            x[at], y[at] = spot.x, spot.y
        return WordedPlaces(x, y, way, several)

    def _meant(self, row: RowWords) -> tuple[list[list[int]], int | None]:
        """Return the lanes that each name in a row may mean, names of the same lanes once; and the house."""
        address = _plain(row.address)
        lane = self._lane_of_code.get(clean_code(row.lane) or "")
        named = _plain(row.lane)
        house = house_number(clean_text(row.house) or "")
        if lane is not None:
            return [[lane]], house
        text = named if named in self._of_name else address
        mentioned = [(name, house_behind(text, name)) for name in self._names_in(text)]
        if house is None and named in self._of_name and named in address:
            house = house_behind(address, named)
        housed = [one for one in mentioned if one[1] is not None]
        if len(mentioned) > 1 and len(housed) == 1:
            mentioned = housed
        meant: list[list[int]] = []
        for name, behind in mentioned:
            said = house if house is not None else behind
            lanes = self._of_namesakes(self._of_name[name], said if len(mentioned) == 1 else None, address)
            if lanes not in meant:
                meant.append(lanes)
        behinds = {behind for _, behind in mentioned if behind is not None}
        if len(meant) > 1:
            return meant, None
        return meant, behinds.pop() if house is None and len(behinds) == 1 else house

    def _of_namesakes(self, lanes: list[int], house: int | None, address: str) -> list[int]:
        """Return of lanes of one name those that the house or the neighbourhood in the address leaves."""
        if len(lanes) > 1:
            at_home = [lane for lane in lanes if self._home_in(lane, address)[0]]
            lanes = at_home or lanes
        if len(lanes) > 1 and house is not None:
            holding = [lane for lane in lanes if includes_house(self._spans[lane], house)]
            lanes = holding or lanes
        return lanes

    def _home_in(self, lane: int, address: str) -> tuple[str, shapely.Geometry | None]:
        """Return the area of a lane that an address names, the smallest; without a name where it names none."""
        return next((home for home in self._homes[lane] if home[0] and home[0] in address), ("", None))

    def _names_in(self, text: str) -> list[str]:
        """Return the names of lanes in a text, none inside another: 东四北大街 is not 东四."""
        found: list[str] = []
        at = 0
        while at <= len(text) - _FIRST_SIGNS:
            starting = self._by_start.get(text[at : at + _FIRST_SIGNS], ())
            name = next((name for name in starting if text.startswith(name, at)), None)
            if name is not None and name not in found:
                found.append(name)
            at += len(name) if name is not None else 1
        return found

    def _crossing(self, meant: list[list[int]]) -> shapely.Point | None:
        """Return where the lanes of two names meet, ``None`` where they do not, or more than once far apart.

        A name that leaves two lanes tells no crossing, though the two may go on in each other.
        """
        if len(meant) != 2 or any(len(lanes) > 1 for lanes in meant):
            return None
        one, two = (self._lanes.shapes[lanes[0]] for lanes in meant)
        if not shapely.dwithin(one, two, CROSSING_M):
            return None
        meeting = shapely.intersection(one, two)
        if meeting.is_empty:
            meeting = shapely.get_point(shapely.shortest_line(one, two), 0)
        west, south, east, north = meeting.bounds
        wide = max(east - west, north - south) > 2 * CROSSING_M
        return None if wide else meeting.centroid


class _HousesAlong:
    """Where the houses of one lane, or of its part in one area, stand, as far as those that are known tell."""

    def __init__(
        self, line: shapely.Geometry, area: shapely.Geometry | None, numbers: np.ndarray, points: np.ndarray
    ) -> None:
        if area is not None:
            inside = shapely.intersection(line, area)
            line = inside if inside.length > 0 else line
            here = shapely.intersects(area, points)
            numbers, points = numbers[here], points[here]
        self._line = longest_part(line)
        along_m = shapely.line_locate_point(self._line, points)
        ordered = np.unique(numbers)
        seen = [along_m[numbers == number] for number in ordered]
        sure = np.array([np.ptp(metres) <= _ONE_HOUSE_M for metres in seen], dtype=bool)
        self._numbers = ordered[sure]
        self._along_m = np.array([np.median(metres) for metres, one in zip(seen, sure) if one])
        enough = len(ordered) >= _LEAST_HOUSES and sure.mean() >= _RUNS_ALONG
        self._runs = enough and abs(_correlation(self._numbers, self._along_m)) >= _RUNS_ALONG

    def spot(self, house: int | None) -> tuple[shapely.Point, bool]:
        """Return where a house stands, and whether that is more than the middle of the lane."""
        if house is not None and house in self._numbers:
            along_m = self._along_m[np.searchsorted(self._numbers, house)]
            return shapely.line_interpolate_point(self._line, along_m), True
        if house is None or not self._runs or not self._numbers[0] <= house <= self._numbers[-1]:
            return shapely.line_interpolate_point(self._line, 0.5, normalized=True), False
        along_m = np.interp(house, self._numbers, self._along_m)
        return shapely.line_interpolate_point(self._line, along_m), True


def longest_part(line: shapely.Geometry) -> shapely.LineString:
    """Return the longest line of a lane, joined where its pieces go on in each other."""
    lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return parts[int(np.argmax(shapely.length(parts)))]


def house_in_address(address: Any, name: str) -> int | None:
    """Return the house that follows the name of a lane in an address, ``None`` where none does."""
    text, plain = _plain(address), _plain(name)
    return house_behind(text, plain) if plain and plain in text else None


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    if np.ptp(one) == 0 or np.ptp(two) == 0:
        return 0.0
    return float(np.corrcoef(one, two)[0, 1])


def _plain(text: Any) -> str:
    return normalise_name(clean_text(text) or "").replace(" ", "")
