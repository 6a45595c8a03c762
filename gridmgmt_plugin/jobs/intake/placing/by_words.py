"""Rows of a file that have no coordinates, placed by what they say: unit grid, lane and house, address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import read_coordinates
from gridmgmt_plugin.core.lanes.address_ties import NAMING
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.lanes.worded_places import (
    Home,
    RowWords,
    WordedGround,
    WordedPlaces,
    house_in_address,
)
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange import points as given_points
from gridmgmt_plugin.exchange.column_roles import is_personal
from gridmgmt_plugin.exchange.points import PointColumns
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.workspace import Workspace

#: The column that says by which words a row was placed; empty where it has coordinates or a planner placed it.
PLACED_BY = "placed_by"
#: Names beyond a table's columns that tell where a row lies.
WORDS = ("grid", "lane", "house")
#: What tells where a row lies.
TELLING = (*WORDS, "address")
#: With these a row has no coordinates, not wrong ones.
NO_PLACE = (given_points.MISSING, "geometry_missing")
#: Which column of which table is an address, and so tells of houses that are known.
ADDRESSES: Mapping[str, str] = {"cases": "address", "component": "location"}
# How far from its lane a known house may stand.
_BESIDE_M = 40.0
_SAMPLE, _MOST = 2000, 0.5
_Column = TypeVar("_Column")


class WordPlacer:
    """The unit grids, lanes and known houses of a workspace, read at the first row that needs them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def _lanes(self) -> Rows:
        stored = self._workspace.read("lane", ["code", *NAMING, "state", "valid_to", "street_code"])
        return stored.take(lanes_in_use(stored))

    @cached_property
    def _ground(self) -> WordedGround:
        units = self._workspace.read("unit_grid", ["code"])
        return WordedGround(units, self._lanes, self._homes())

    def place(self, columns: Mapping[str, np.ndarray], rows: np.ndarray) -> WordedPlaces:
        """Return where some rows lie.

        :param columns: those of :data:`WORDS` and ``address`` that the file has, one value per row of the file.
        :param rows: int64 positions of the rows that have no coordinates.
        """
        words = [
            RowWords(*(columns[name][row] if name in columns else None for name in TELLING)) for row in rows.tolist()
        ]
        return self._ground.place(words, self._houses)

    def _homes(self) -> list[list[Home]]:
        areas = self._workspace.read("area", ["code", "name"])
        named = {
            code: (clean_text(name) or "", shape) for code, name, shape in zip(*areas.columns.values(), areas.shapes)
        }
        of_lane: dict[str, list[Home]] = defaultdict(list)
        shares = self._workspace.read("lane_area", ["lane_code", "area_code"], geometry=False)
        offices = zip(self._lanes["code"], self._lanes["street_code"])
        for lane, area in (*zip(shares["lane_code"], shares["area_code"]), *offices):
            if area in named:
                of_lane[lane].append(named[area])
        return [of_lane[code] for code in self._lanes["code"].tolist()]

    def _houses(self, lane: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of houses on a lane that components and cases with coordinates tell, and where."""
        line = self._lanes.shapes[lane]
        names = [name for name in (self._lanes[column][lane] for column in NAMING[:3]) if clean_text(name)]
        west, south, east, north = line.bounds
        bounds = (west - _BESIDE_M, south - _BESIDE_M, east + _BESIDE_M, north + _BESIDE_M)
        numbers: list[int] = []
        spots: list[shapely.Geometry] = []
        for table, column in ADDRESSES.items():
            # What words alone placed tells nothing: a guess would be the evidence of the next.
            near = self._workspace.read(table, [column], {PLACED_BY: None}, bounds=bounds)
            beside = shapely.dwithin(near.shapes, line, _BESIDE_M)
            for text, spot in zip(near[column][beside], near.shapes[beside]):
                house = next(filter(None, (house_in_address(text, name) for name in names)), None)
                if house is not None:
                    numbers.append(house)
                    spots.append(spot)
        return np.array(numbers, dtype=np.int64), as_column(spots)


def said_of_place(table: str, columns: Mapping[str, _Column]) -> dict[str, _Column]:
    """Return what tells where a row lies among the columns of a file that fill a table, by :data:`TELLING`."""
    address = ADDRESSES.get(table, "address")
    return {
        name: columns[heading] for name, heading in (*zip(WORDS, WORDS), ("address", address)) if heading in columns
    }


def may_lack_coordinates(table: str, fields: Mapping[str, str], source: Source) -> bool:
    """Tell whether a file in which no columns of coordinates are known may go by its words.

    Of cases any words do. Components are surveyed, and a description stands beside their coordinates as a rule: with
    nothing better than that, and two columns of numbers that fill nothing, those are the coordinates, by other names.

    :param fields: column of the table → heading of the file.
    """
    said = said_of_place(table, fields)
    if table != "component" or not said:
        return bool(said)
    filled = {name for name, heading in said.items() if any(map(clean_text, source.rows[heading].tolist()))}
    if "grid" in filled or {"lane", "house"} <= filled:
        return True
    used = set(fields.values())
    free = [name for name in source.field_names if name not in used and not is_personal(name)]
    return sum(_has_numbers(source.rows[name][:_SAMPLE]) for name in free) < 2


def _has_numbers(column: np.ndarray) -> bool:
    return bool(len(column)) and bool(np.isfinite(read_coordinates(column).values).mean() > _MOST)


def without_place(points: PointColumns, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the int64 positions of rows that have no coordinates and say something of their place.

    Wrong coordinates are no reason to go by words: they are mended in the file.
    """
    lacking = np.flatnonzero(~points.ok)
    lacking = lacking[np.isin(points.reasons[lacking].astype(str), NO_PLACE)]
    return np.asarray(lacking[says_where(columns, lacking)])


def says_where(columns: Mapping[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Tell which of some rows (int64 positions) say anything of where they lie, a bool mask."""
    said = np.zeros(len(rows), dtype=bool)
    for name in TELLING:
        if name in columns and not said.all():
            said |= np.array([clean_text(value) is not None for value in columns[name][rows].tolist()], dtype=bool)
    return said


def nowhere(count: int) -> PointColumns:
    """Return the points of a file without any columns of coordinates."""
    reasons: np.ndarray = np.full(count, given_points.MISSING, dtype=object)
    nothing = np.full(count, np.nan)
    return PointColumns(nothing, nothing.copy(), np.zeros(count, dtype=bool), reasons)
