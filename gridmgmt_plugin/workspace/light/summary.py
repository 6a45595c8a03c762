"""The tree of a workspace with its figures, read with plain SQL: county → … → unit grid, and how much lies in each.

Nothing here needs numpy, shapely or GDAL, so that looking at a workspace works in every QGIS. Reading is meant for a
background thread: plain data in, plain data out. Files and databases are asked the same and answer the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.area_chains import AreaChains, lanes_of_areas
from gridmgmt_plugin.workspace.counts.kept import Counts, counting
from gridmgmt_plugin.workspace.light.directory import with_directory
from gridmgmt_plugin.workspace.light.opening import county_of, entries_of, light_reading
from gridmgmt_plugin.workspace.light.places import (
    AREA_LEVELS,
    RESPONSIBILITY_GRID,
    UNIT_GRID,
    Figures,
    Place,
    Summary,
)
from gridmgmt_plugin.workspace.light.reader import LightReader, lanes_that_are
from gridmgmt_plugin.workspace.location import Location, parse_location
from gridmgmt_plugin.workspace.schema import scheme_column


def read_summary(location: str | Path | Location, scheme: str | None = None) -> Summary:
    """Read the tree of a workspace; without ``scheme``, or when it is gone, with the first scheme that it has.

    :raises WorkspaceError: ``workspace_missing``, ``workspace_unreadable``, ``workspace_locked``, what connecting to
        a database raises, or what :func:`~gridmgmt_plugin.workspace.light.opening.read_entries` raises.
    """
    place = parse_location(location)
    with counting(place) as counts, light_reading(place) as reader:
        entries = entries_of(reader, place)
        schemes = tuple(
            (key, title or key) for key, title in reader.rows("SELECT key, title FROM scheme ORDER BY fid")
        )
        columns = reader.columns("unit_grid")
        shown = [key for key, _ in schemes if scheme_column(key) in columns]
        chosen = scheme if scheme in shown else (shown[0] if shown else None)
        summary = with_directory(_Builder(reader, chosen, counts).summary(schemes), reader, counts)
        return replace(summary, county=county_of(entries))


_NO_FIGURES = Figures()


class _Builder:
    """Builds one summary from an open workspace."""

    def __init__(self, reader: LightReader, scheme: str | None, counts: Counts) -> None:
        self._reader, self._counts = reader, counts
        self._read = reader.rows
        self._scheme = scheme
        self._places: list[Place] = []
        self._position: dict[tuple[str, str], int] = {}
        self._children: list[list[int]] = []
        self._roots: list[int] = []

    def summary(self, schemes: tuple[tuple[str, str], ...]) -> Summary:
        self._add_areas()
        self._add_responsibility_grids()
        components, cases = (self._counts.of(self._reader, table, "unit_grid") for table in ("component", "cases"))
        self._add_unit_grids(components, cases)
        places = self._with_sums()
        return Summary(
            schemes,
            self._scheme,
            places,
            tuple(self._roots),
            tuple(map(tuple, self._children)),
            sum(components.values()),
            sum(cases.values()),
        )

    def _add(self, level: str, code: str, name: str | None, parent: int, figures: Figures = _NO_FIGURES) -> None:
        position = len(self._places)
        self._places.append(Place(level, code, name or "", parent, figures))
        self._position[_kind(level), code] = position
        self._children.append([])
        (self._roots if parent < 0 else self._children[parent]).append(position)

    def _area(self, code: str | None) -> int:
        """Return the position of an area; what names an area that is not there stays visible under the first one."""
        return self._position.get(("area", code or ""), 0 if self._places else -1)

    def _add_areas(self) -> None:
        rows = self._read("SELECT level, code, name, parent_code FROM area")
        for level, code, name, parent_code in sorted(rows, key=lambda row: (len(row[1] or ""), row[1] or "")):
            self._add(level, code, name, self._position.get(("area", parent_code or ""), -1))

    def _add_responsibility_grids(self) -> None:
        rows = self._read(
            "SELECT code, coalesce(nullif(alias, ''), name), area_code FROM responsibility_grid WHERE scheme = ?",
            (self._scheme,),
        )
        for code, name, area_code in sorted(rows, key=lambda row: row[0] or ""):
            self._add(RESPONSIBILITY_GRID, code, name, self._area(area_code))

    def _add_unit_grids(self, components: dict[str, int], cases: dict[str, int]) -> None:
        """Add the unit grids and take what lies in them out of ``components`` and ``cases``."""
        column = f'"{scheme_column(self._scheme)}"' if self._scheme else "NULL"
        rows = self._read(f"SELECT code, name, area_code, {column} FROM unit_grid")  # noqa: S608
        for code, name, area_code, grid in sorted(rows, key=lambda row: row[0] or ""):
            parent = self._position.get((RESPONSIBILITY_GRID, grid or ""))
            figures = Figures(1, None, None, components.pop(code, 0), cases.pop(code, 0))
            self._add(UNIT_GRID, code, name, self._area(area_code) if parent is None else parent, figures)

    def _with_sums(self) -> tuple[Place, ...]:
        """Add up from the unit grids to the roots; lanes and officers are counted once, however often they occur."""
        count = len(self._places)
        of_area = self._lanes()
        officers = self._officers(of_area)
        sums = [[0, 0, 0, 0] for _ in range(count)]
        for position in range(count - 1, -1, -1):
            place, mine = self._places[position], sums[position]
            if place.level == UNIT_GRID:
                mine[0], mine[2], mine[3] = 1, place.figures.components or 0, place.figures.cases or 0
            if place.parent >= 0:
                above = sums[place.parent]
                for index in range(4):
                    above[index] += mine[index]
                above[1] += place.level == RESPONSIBILITY_GRID
                officers.setdefault(place.parent, set()).update(officers.get(position, ()))
        return tuple(
            place
            if place.level == UNIT_GRID
            else replace(place, figures=_figures(place, sums[i], of_area.get(place.code, ()), officers.get(i, ())))
            for i, place in enumerate(self._places)
        )

    def _lanes(self) -> dict[str, set[str]]:
        """Return area → lanes that run through it or that its office has or manages."""
        lanes, gone = lanes_that_are()
        rows = self._read(f"SELECT code, street_code, managing_street_code FROM {lanes}", gone)  # noqa: S608
        parents = self._read("SELECT code, parent_code FROM area")
        return lanes_of_areas(
            ((code or "", office or "", managing or "") for code, office, managing in rows),
            ((lane or "", area or "") for lane, area in self._read("SELECT lane_code, area_code FROM lane_area")),
            AreaChains({code or "": parent or "" for code, parent in parents}),
        )

    def _officers(self, lanes: Mapping[str, Collection[str]]) -> dict[int, set[str]]:
        """Return who holds a post today, by the place that the post is for; lane posts count where the lane lies."""
        today = clock.today().isoformat()
        rows = self._read(
            "SELECT target, target_code, person_id FROM post WHERE person_id IS NOT NULL"
            " AND (target <> 'responsibility_grid' OR scheme IS NULL OR scheme = ?)"
            " AND coalesce(CAST(valid_from AS text), '') <= ?"
            " AND coalesce(nullif(CAST(valid_to AS text), ''), '9999') >= ?",
            (self._scheme, today, today),
        )
        areas_of_lane: dict[str, list[str]] = {}
        for area, codes in lanes.items():
            for lane in codes:
                areas_of_lane.setdefault(lane, []).append(area)
        return _gathered(
            (self._position.get(key), person)
            for target, code, person in rows
            for key in _keys(target, code, areas_of_lane)
        )


def _kind(level: str) -> str:
    return "area" if level in AREA_LEVELS else level


def _keys(target: str, code: str, areas_of_lane: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    if target == "lane":
        return [("area", area) for area in areas_of_lane.get(code, ())]
    return [(target, code)]


def _gathered(pairs: Iterable[tuple[int | None, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for position, value in pairs:
        if position is not None:
            found.setdefault(position, set()).add(value)
    return found


def _figures(place: Place, sums: list[int], lanes: Iterable[str], officers: Iterable[str]) -> Figures:
    units, grids, components, cases = sums
    is_area = place.level in AREA_LEVELS
    return Figures(
        units, grids if is_area else None, len(set(lanes)) if is_area else None, components, cases, len(set(officers))
    )
