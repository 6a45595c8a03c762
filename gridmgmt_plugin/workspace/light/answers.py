"""Who answers for a place: by each grid scheme, for its areas, its lane; read with plain SQL, ready for a card.

Names, roles and turns only: no telephone number is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.responsibility.answering_order import place_in_order
from gridmgmt_plugin.workspace.light.directory import SERVING, serving_today, succession_of
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.light.places import (
    AREA_LEVELS,
    COMMUNITY,
    LANE,
    PERSON,
    RESPONSIBILITY_GRID,
    UNIT_GRID,
    Place,
)
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.location import Location, parse_location
from gridmgmt_plugin.workspace.schema import scheme_column

_POST = "post.target, post.role, post.turn, post.section_from, post.section_to, post.person_id"


@dataclass(frozen=True)
class Officer:
    """One person on a post: the role's key, the name, the turn as it stands."""

    role: str
    name: str
    turn: str


@dataclass(frozen=True)
class Answer:
    """What answers for a place: a grid of a scheme, an area, a lane; who serves there, which departments.

    ``scheme`` is the scheme's title, empty for what belongs to none; ``departments`` are names.
    """

    place: Place
    scheme: str
    officers: tuple[Officer, ...]
    departments: tuple[str, ...] = ()


def read_answers(location: str | Path | Location, place: Place, scheme: str | None) -> tuple[Answer, ...]:
    """Return who answers for a place, nearest first, officers in the order in which they answer; for a community its
    grids too, one after another; for a person, the places that he or she holds a post for.

    :param scheme: the scheme of the grids that are told, and of one that is asked about.
    :raises WorkspaceError: what opening the workspace raises.
    """
    with light_reading(parse_location(location)) as reader:
        return tuple(_Asked(reader, scheme).answers(place))


class _Asked:
    def __init__(self, reader: LightReader, scheme: str | None) -> None:
        self._reader, self._rows, self._scheme = reader, reader.rows, scheme
        self._succession, self._today = succession_of(reader), clock.today().isoformat()
        self._titles = dict(reader.rows("SELECT key, coalesce(nullif(title, ''), key) FROM scheme"))

    def answers(self, place: Place) -> list[Answer]:
        if place.level == COMMUNITY:
            return self._community(place.code)
        if place.level in AREA_LEVELS:
            return self._areas(place.code)
        if place.level == RESPONSIBILITY_GRID and self._scheme is not None:
            grid = self._grid(self._scheme, place.code)
            return [*grid, *self._areas(place.code[:12])]
        if place.level == UNIT_GRID:
            return self._unit(place.code)
        if place.level == LANE:
            return self._lane(place.code)
        if place.level == PERSON:
            return self._posts_of(place.code)
        if place.level in ("component", "cases"):
            return self._record(place)
        return []

    def _community(self, code: str) -> list[Answer]:
        """Return the community, then each of its grids, also one where nobody serves, then the areas above it."""
        areas = self._areas(code)
        rows = self._rows(
            "SELECT code FROM responsibility_grid WHERE scheme = ? AND area_code = ? ORDER BY code",
            (self._scheme, code),
        )
        grids = [answer for (grid,) in rows if self._scheme and grid for answer in self._grid(self._scheme, grid)]
        own = [answer for answer in areas if answer.place.code == code]
        return [*own, *grids, *areas[len(own) :]]

    def _unit(self, code: str) -> list[Answer]:
        columns = self._reader.columns("unit_grid")
        schemes = [key for key in self._titles if scheme_column(key) in columns]
        names = "".join(f', "{scheme_column(key)}"' for key in schemes)
        row = next(iter(self._rows(f"SELECT area_code{names} FROM unit_grid WHERE code = ?", (code,))), None)  # noqa: S608
        if row is None:
            return []
        grids = [answer for key, grid in zip(schemes, row[1:]) if grid for answer in self._grid(key, grid)]
        return [*grids, *self._areas(row[0])]

    def _grid(self, scheme: str, code: str) -> list[Answer]:
        rows = self._rows(
            "SELECT coalesce(nullif(alias, ''), name), supervisor_code, operator_code FROM responsibility_grid"
            " WHERE scheme = ? AND code = ?",
            (scheme, code),
        )
        name, *departments = rows[0] if rows else (None, None, None)
        officers = self._officers(RESPONSIBILITY_GRID, code, scheme)
        place = Place(RESPONSIBILITY_GRID, code, name or "", -1)
        return [Answer(place, self._titles.get(scheme, scheme), officers, self._department_names(departments))]

    def _areas(self, code: str | None) -> list[Answer]:
        """Return the area and those above it, as far as somebody answers for them."""
        found: list[Answer] = []
        while code and len(found) < len(AREA_LEVELS):
            rows = self._rows("SELECT level, name, parent_code, managed_by FROM area WHERE code = ?", (code,))
            if not rows:
                break
            level, name, parent, managed_by = rows[0]
            place = Place(level, code, name or "", -1)
            found.append(Answer(place, "", self._officers("area", code), self._department_names([managed_by])))
            code = parent
        return [answer for answer in found if answer.officers or answer.departments]

    def _lane(self, code: str) -> list[Answer]:
        rows = self._rows("SELECT name, street_code, property_code, cleaning_code FROM lane WHERE code = ?", (code,))
        if not rows:
            return []
        name, street, *departments = rows[0]
        own = Answer(
            Place(LANE, code, name or "", -1), "", self._officers("lane", code), self._department_names(departments)
        )
        return [own, *self._areas(street)]

    def _record(self, place: Place) -> list[Answer]:
        key = "code" if place.level == "component" else "id"
        more = ", owner_code, maintainer_code" if place.level == "component" else ""
        sql = f"SELECT unit_grid, lane_code, department_code{more} FROM {place.level} WHERE {key} = ?"  # noqa: S608
        rows = self._rows(sql, (place.code,))
        if not rows:
            return []
        unit, lane, *departments = rows[0]
        own = self._department_names(departments)
        found = [Answer(place, "", (), own)] if own else []
        return found + (self._unit(unit) if unit else []) + (self._lane(lane)[:1] if lane else [])

    def _posts_of(self, person: str) -> list[Answer]:
        rows = self._rows(
            f"SELECT {_POST}, target_code, scheme FROM post WHERE person_id = ? AND {SERVING} ORDER BY fid",  # noqa: S608
            (person, *serving_today()),
        )
        rows.sort(key=_place_in_order)
        return [
            Answer(
                self._target(target, code or "", scheme),
                self._titles.get(scheme, "") if scheme else "",
                (Officer(role or "", "", turn or ""),),
            )
            for target, role, turn, *_, code, scheme in rows
        ]

    def _target(self, target: str, code: str, scheme: str | None) -> Place:
        if target == "area":
            rows = self._rows("SELECT level, name FROM area WHERE code = ?", (code,))
            level, name = rows[0] if rows else ("county", "")
            return Place(level, code, name or "", -1)
        if target == RESPONSIBILITY_GRID:
            sql = "SELECT coalesce(nullif(alias, ''), name) FROM responsibility_grid WHERE code = ? AND scheme = ?"
            rows = self._rows(sql, (code, scheme))
        elif target == LANE:
            rows = self._rows("SELECT name FROM lane WHERE code = ?", (code,))
        else:
            rows = []
        return Place(target, code, (rows[0][0] if rows else "") or "", -1)

    def _officers(self, target: str, code: str, scheme: str | None = None) -> tuple[Officer, ...]:
        condition, values = ("(scheme IS NULL OR scheme = ?)", (scheme,)) if scheme else ("1 = 1", ())
        rows = self._rows(
            f"SELECT {_POST}, person.name FROM post JOIN person ON person.id = post.person_id"  # noqa: S608
            f" WHERE post.target = ? AND post.target_code = ? AND {condition} AND {SERVING} ORDER BY post.fid",
            (target, code, *values, *serving_today()),
        )
        rows.sort(key=_place_in_order)
        return tuple(Officer(row[1] or "", row[-1] or "", row[2] or "") for row in rows)

    def _department_names(self, codes: list[str | None]) -> tuple[str, ...]:
        names = []
        for code in dict.fromkeys(self._succession.of(code, self._today) for code in codes if code):
            rows = self._rows("SELECT coalesce(nullif(short_name, ''), name) FROM department WHERE code = ?", (code,))
            names.append((rows[0][0] if rows else code) or code)
        return tuple(names)


def _place_in_order(row: tuple[Any, ...]) -> tuple[int, int, bool, str]:
    """Return the sort key of a row that begins with :data:`_POST`."""
    target, role, turn, section_from, section_to, person = row[:6]
    return place_in_order(target, role, turn, of_section=bool(section_from or section_to), person_id=person)
