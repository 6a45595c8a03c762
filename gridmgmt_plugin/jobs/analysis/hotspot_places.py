"""The places that hot spots are looked for among: where they are, which are neighbours, what their size is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.casefigures.cases import CaseArrays
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.ground import unit_ground
from gridmgmt_plugin.core.hotspots.counts import NORMALISATIONS
from gridmgmt_plugin.core.hotspots.hot_places import side_within
from gridmgmt_plugin.core.lanes.lane_edit import lanes_that_are
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

LEVELS = ("unit_grid", "responsibility_grid", "community", "lane")
# Lanes are neighbours where they meet: centre lines drawn by hand end within a metre of each other.
_LANES_MEET_M = 1.0


@dataclass(frozen=True)
class HotspotPlaces:
    """n places of one ``level``: ``rows`` with ``code``, ``name`` and geometry.

    ``place_of_code``: what a case or component stores of its place (unit grid or lane) → position in ``rows``;
    ``None`` where places are found by location.
    """

    level: str
    rows: Rows
    place_of_code: dict[str, int] | None

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, points: Rows, precision_m: float) -> np.ndarray:
        """Return the place of each point, int64, −1 for none.

        :param points: rows with ``unit_grid``, ``lane_code`` and geometry.
        """
        if self.place_of_code is not None:
            column = points["lane_code" if self.level == "lane" else "unit_grid"]
            return np.array([self.place_of_code.get(code, -1) for code in column], dtype=np.int64)
        x, y = points.xy()
        return locate_points(x, y, self.rows.shapes, self.rows["code"], precision_m=precision_m)

    def of_cases(self, cases: CaseArrays, precision_m: float) -> np.ndarray:
        """Return the place of each case, int64, −1 for none."""
        if self.place_of_code is not None:
            return cases.columns["lane_code" if self.level == "lane" else "unit_grid"].of(self.place_of_code)
        return locate_points(cases.x, cases.y, self.rows.shapes, self.rows["code"], precision_m=precision_m)

    def neighbours(self, precision_m: float) -> Adjacency:
        """Return which places are neighbours: areas with a common border, lanes that meet."""
        geometry = self.rows.shapes
        if self.level != "lane":
            return rook_adjacency(geometry, precision_m=precision_m)
        first, second = shapely.STRtree(geometry).query(geometry, predicate="dwithin", distance=_LANES_MEET_M)
        keep = first < second
        return Adjacency.from_pairs(len(self), np.column_stack([first[keep], second[keep]]).astype(np.int64))


def hotspot_places(workspace: Workspace, level: str, scheme: str | None) -> HotspotPlaces:
    """Return the places of a level: ``community`` means the finest areas that the workspace has.

    Cases of a responsibility grid are those of its unit grids: the assignment decides, not the outline.

    :raises InputError: ``hotspot_level_unknown``, ``hotspot_scheme_missing``.
    :raises WorkspaceError: ``scheme_key_malformed``, ``hotspot_no_places``.
    """
    if level not in LEVELS:
        raise InputError("hotspot_level_unknown", value=level, known=", ".join(LEVELS))
    if level == "community":
        places = HotspotPlaces(level, _finest_areas(workspace), None)
    elif level == "responsibility_grid":
        if not scheme:
            raise InputError("hotspot_scheme_missing")
        column = scheme_column(scheme)
        rows = workspace.read(level, ["code", "name"], {"scheme": scheme})
        places = HotspotPlaces(level, rows, _by_assignment(workspace, rows, column) if len(rows) else {})
    else:
        rows = workspace.read(level, ["code", "name", "state", *(["valid_to"] if level == "lane" else [])])
        rows = rows.take(lanes_that_are(rows)) if level == "lane" else rows
        places = HotspotPlaces(level, rows, _positions(rows))
    if len(places) == 0:
        raise WorkspaceError("hotspot_no_places", level=Message(f"hotspot_level_{level}"))
    return places


def place_sizes(workspace: Workspace, places: HotspotPlaces, normalise: str) -> np.ndarray | None:
    """Return what the counts of the places are divided by, float64 (n,): m², components, m or people; ``None`` for
    none.

    People are those recorded of the place itself; where nothing is, and for responsibility grids, those of its unit
    grids, if each says how many: a sum over some would make a rate too high. NaN where nobody knows.

    :raises InputError: ``hotspot_normalise_unknown``, ``hotspot_base_empty`` when nothing is recorded to divide by,
        ``hotspot_people_of_lanes``.
    """
    if normalise not in NORMALISATIONS:
        raise InputError("hotspot_normalise_unknown", value=normalise, known=", ".join(NORMALISATIONS))
    if normalise == "none":
        return None
    geometry = places.rows.shapes
    if normalise == "area":
        found = shapely.area(geometry)
    elif normalise == "components":
        components = workspace.read("component", ["unit_grid", "lane_code"], geometry=places.place_of_code is None)
        place = places.of(components, workspace.info.precision_m)
        found = np.bincount(place[place >= 0], minlength=len(places)).astype(np.float64)
    elif normalise == "population":
        found = _people(workspace, places)
    elif places.level == "lane":
        found = shapely.length(geometry)
    else:
        found = lane_lengths_m(workspace, places.rows["code"], geometry)
    if not (found > 0).any():
        raise InputError("hotspot_base_empty", normalise=Message(f"hotspot_base_{normalise}"))
    return np.asarray(found, dtype=np.float64)


def _people(workspace: Workspace, places: HotspotPlaces) -> np.ndarray:
    """Return how many people live in each place, float64 (n,), NaN for not known."""
    if places.level == "lane":
        raise InputError("hotspot_people_of_lanes")
    units = workspace.read("unit_grid", ["code", "area_code", "population"], geometry=False)
    people = columns.numbers(units, "population")
    if places.level == "unit_grid":
        at = columns.positions(columns.texts(units, "code"), columns.texts(places.rows, "code"))
        return np.asarray(np.append(people, np.nan)[at])
    codes = columns.texts(units, "code" if places.place_of_code is not None else "area_code").tolist()
    home = places.place_of_code if places.place_of_code is not None else _positions(places.rows)
    of_unit = np.array([home.get(code, -1) for code in codes], dtype=np.int64)
    inside = of_unit >= 0
    found = np.bincount(of_unit[inside], weights=people[inside], minlength=len(places))
    found[np.bincount(of_unit[inside], minlength=len(places)) == 0] = np.nan
    if places.level == "community":
        areas = workspace.read("area", ["code", "population"], geometry=False)
        at = columns.positions(columns.texts(areas, "code"), columns.texts(places.rows, "code"))
        own = np.append(columns.numbers(areas, "population"), np.nan)[at]
        found = np.where(np.isnan(own), found, own)
    return found


def named_places(
    workspace: Workspace, places: HotspotPlaces, number: np.ndarray, count: np.ndarray
) -> tuple[Message, ...]:
    """Return what the hot places are called: the area and the side of it on which a place lies, with how many units
    and cases it has; lanes and areas by their own names.

    ``number``: int64 (n,), the place of each unit, from 1, 0 for none; ``count``: int64 (n,), cases.
    """
    inside = [np.flatnonzero(number == place) for place in range(1, int(number.max(initial=0)) + 1)]
    if not inside:
        return ()
    if places.level in ("lane", "community"):
        return tuple(_own_name(places, members, int(count[members].sum())) for members in inside)
    areas = _finest_areas(workspace)
    heavy = [members[np.argmax(count[members])] for members in inside]
    points = shapely.point_on_surface(places.rows.shapes[heavy])
    x, y = shapely.get_x(points), shapely.get_y(points)
    home = locate_points(x, y, areas.shapes, areas["code"], precision_m=workspace.info.precision_m)
    told = []
    for place, members in enumerate(inside):
        middle = shapely.centroid(shapely.GeometryCollection(places.rows.shapes[members].tolist()))
        cases = int(count[members].sum())
        if home[place] < 0:
            told.append(_own_name(places, members, cases))
            continue
        side = side_within(areas.shapes[home[place]], middle.x, middle.y)
        area = areas["name"][home[place]] or areas["code"][home[place]]
        figures = {"cells": len(members), "count": cases}
        told.append(Message("hotspot_place", {"area": area, "side": ValueTitle(f"side_within.{side}"), **figures}))
    return tuple(told)


def _own_name(places: HotspotPlaces, members: np.ndarray, cases: int) -> Message:
    rows = places.rows.take(members)
    names = listing([name or code for name, code in zip(rows["name"], rows["code"])])
    return Message("hotspot_place_alone", {"area": names, "count": cases})


def _finest_areas(workspace: Workspace) -> Rows:
    areas = workspace.read("area", ["code", "name", "parent_code", "valid_from", "valid_to"])
    ground = unit_ground(areas, Rows(), workspace.info.precision_m)
    return Rows({"code": ground.codes, "name": areas["name"][ground.row]}, as_column(ground.geometry))


def _positions(rows: Rows) -> dict[str, int]:
    return {code: position for position, code in enumerate(rows["code"])}


def _by_assignment(workspace: Workspace, grids: Rows, column: str) -> dict[str, int]:
    position = _positions(grids)
    units = workspace.read("unit_grid", ["code", column], geometry=False)
    return {unit: position[code] for unit, code in zip(units["code"], units[column]) if code in position}
