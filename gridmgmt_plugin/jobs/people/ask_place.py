"""Who answers here (查责): one place at one time, by the same code that answers a million points.

Only what lies near the place is read, so that a click takes as long in a city as in a street office; what is further
away cannot change the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, texts
from gridmgmt_plugin.core.dates.asked import moment_of
from gridmgmt_plugin.core.duty.answers import Answers, Points, who_answers
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.classes import COMPONENT, EVENT, ClassTitle, classes_asked
from gridmgmt_plugin.core.duty.lane_grids import grids_on_lanes, is_over_lanes
from gridmgmt_plugin.core.duty.place_answer import ClassAnswer, DutyPlace, PlaceAnswer, Post
from gridmgmt_plugin.core.duty.reasons import Asking, Names, reasons
from gridmgmt_plugin.core.duty.roster import Roster
from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.people_on_duty import People, text_of
from gridmgmt_plugin.workspace.changes.reformed_names import names_before
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

AREA, LANE, GRID, UNIT, PERSON, CASE = "area", "lane", "responsibility_grid", "unit_grid", "person", "cases"
#: Tables whose rows can be asked about, and the column that names a row.
KEYS = {UNIT: "code", GRID: "code", AREA: "code", LANE: "code", COMPONENT: "code", CASE: "id", PERSON: "id"}


@dataclass(frozen=True)
class Where:
    """What is asked about: a place on the map (``x``, ``y`` in metres of the workspace's frame), or a row named by
    ``table`` and ``code`` (a responsibility grid by its ``scheme`` too). ``component``: code of the component that a
    place on the map is about.
    """

    x: float | None = None
    y: float | None = None
    table: str = ""
    code: str = ""
    scheme: str = ""
    component: str = ""


def ask_place(
    workspace: Workspace,
    where: Where,
    *,
    at: str | None = None,
    scheme: str = "",
    classes: Sequence[tuple[str | None, str | None]] | None = None,
) -> PlaceAnswer:
    """Say who answers for a place, a thing of the workspace or what a person holds; the workspace is only read.

    A unit grid, a grid or an area is asked at a point within it, a lane in its middle, a component or a case where it
    lies, with its class and, for a component, its own owner and maintainer.

    :param at: date and time in any form that offices write; now when ``None``.
    :param scheme: the scheme whose rules are asked; the grids of every scheme are told.
    :param classes: pairs of kind (``component``, ``event``, ``None``) and class code; what the duty rules name when
        ``None``. A component or case is asked for its own class.
    :raises InputError: ``moment_unreadable``, ``place_not_on_map`` for a code that is not there, or what the tables
        raise (``post_times_unclear`` …).
    """
    moment = moment_of(at)
    with workspace.reading() as opened:
        if where.table == PERSON:
            return _PersonAsked(opened, where.code, moment).answer()
        return _Asked(opened, where, moment, scheme, classes).answer()


class _Asked:
    def __init__(
        self,
        workspace: Workspace,
        where: Where,
        moment: np.datetime64,
        scheme: str,
        classes: Sequence[tuple[str | None, str | None]] | None,
    ) -> None:
        self._workspace, self._where, self._moment, self._scheme = workspace, where, moment, scheme
        info = workspace.info
        self._catalogues = {COMPONENT: info.component_catalogue, EVENT: info.event_catalogue}
        row = _row_of(workspace, where)
        self.x, self.y = _spot(where, row)
        self._component = (
            where.code if where.table == COMPONENT else where.component or text_of(row, "component_code")
        )
        self._lane = where.code if where.table == LANE or self._is_grid_on_lane() else ""
        self._day = moment.astype("datetime64[D]")
        self._tables = names_before(workspace, self._near(), self._day)
        if where.table in (COMPONENT, CASE):
            kind = COMPONENT if where.table == COMPONENT or self._component else text_of(row, "kind") or None
            classes = [(kind, text_of(row, "class_code") or None)]
        elif classes is None:
            classes = classes_asked(self._tables["duty_rule"], self._catalogues)
        self._classes = list(classes)

    def _is_grid_on_lane(self) -> bool:
        where = self._where
        return where.table == GRID and is_over_lanes(
            self._workspace.read("scheme", where={"key": where.scheme}, geometry=False), where.scheme
        )

    def answer(self) -> PlaceAnswer:
        points = self._points()
        tables, precision_m = self._tables, self._workspace.info.precision_m
        answers = who_answers(points, tables, self._scheme, precision_m=precision_m)
        why = reasons(points, answers, tables, Asking(self._scheme, precision_m, self._catalogues))
        units = tables["unit_grid"]
        codes = texts(units, "code")
        at = int(np.flatnonzero(codes == answers.unit_grid[0])[0]) if answers.unit_grid[0] else -1
        areas = self._areas(answers.area_code[0] or "")
        people = People(self._workspace, tables, self._moment)
        return PlaceAnswer(
            at=str(self._moment),
            x=self.x,
            y=self.y,
            unit_grid=answers.unit_grid[0] or "",
            cell=None if at < 0 else shapely.to_wkb(geometries(units)[at]),
            areas=areas,
            places=(
                *self._grids(at, answers, areas, people),
                *self._lanes(answers, areas, people),
                *_posted(areas, people),
            ),
            classes=tuple(self._class_answer(answers, row, why[row]) for row in range(len(answers))),
        )

    def _points(self) -> Points:
        n = len(self._classes)
        kinds, codes = zip(*self._classes)
        return Points(
            np.full(n, self.x),
            np.full(n, self.y),
            as_column(codes),
            as_column([self._component or None] * n),
            np.full(n, self._moment, dtype="datetime64[s]"),
            as_column(kinds),
        )

    def _near(self) -> dict[str, Rows]:
        """Read what can have a say at the place: of large tables what lies near it."""
        read, precision_m = self._workspace.read, self._workspace.info.precision_m
        lane_m = float(load_json(CATALOGUE)["lane_distance_m"])
        at, near = self._box(2 * precision_m), self._box(lane_m + 2 * precision_m)
        tables = {name: read(name, bounds=at) for name in ("unit_grid", "duty_zone")}
        tables["lane"] = read("lane", bounds=near)
        tables["area"] = read("area")
        tables.update({name: read(name, geometry=False) for name in ("duty_rule", "department", "station", "scheme")})
        component = {"code": self._component} if self._component else {"fid": -1}
        tables["component"] = read("component", where=component, geometry=False)
        own_lane = text_of(tables["component"], "lane_code")
        if self._lane:  # it is this lane that is asked about, not another one that crosses it there
            tables["lane"] = read("lane", where={"code": self._lane})
        elif own_lane:
            tables["lane"] = read("lane", where={"code": sorted({own_lane, *texts(tables["lane"], "code")})})
        over_lanes = [key for key in texts(tables["scheme"], "key") if is_over_lanes(tables["scheme"], key)]
        lanes = sorted(set(texts(tables["lane"], "code")))
        tables[GRID] = read(GRID, where={"scheme": over_lanes, "code": lanes}, geometry=False)
        tables["post"], tables["person"] = self._posts(tables)
        return tables

    def _posts(self, tables: Mapping[str, Rows]) -> tuple[Rows, Rows]:
        """Read the posts of what lies near, and who holds them."""
        units = tables["unit_grid"]
        grids = [texts(units, name) for name in units.columns if name.startswith("rg_")]
        codes = {*texts(tables["lane"], "code"), *texts(tables["area"], "code")}.union(*(set(grid) for grid in grids))
        posts = self._workspace.read("post", where={"target_code": sorted(codes - {""})}, geometry=False)
        held = sorted(set(texts(posts, "person_id")) - {""})
        return posts, self._workspace.read("person", where={"id": held}, geometry=False)

    def _box(self, around_m: float) -> tuple[float, float, float, float]:
        return self.x - around_m, self.y - around_m, self.x + around_m, self.y + around_m

    def _areas(self, code: str) -> tuple[tuple[str, str, str], ...]:
        areas = self._tables["area"]
        about = dict(zip(texts(areas, "code"), zip(texts(areas, "level"), texts(areas, "name"))))
        chain = AreaTree(areas).chain(code)
        return tuple((about[area][0], area, about[area][1]) for area in chain if area in about)

    def _grid_code(self, scheme: str, unit: int, answers: Answers) -> str:
        if is_over_lanes(self._tables["scheme"], scheme):
            lane, day = np.array([answers.lane_code[0] or ""], dtype=object), self._moment.astype("datetime64[D]")
            return str(grids_on_lanes(self._tables, scheme, lane, np.array([day]))[0])
        return str(texts(self._tables["unit_grid"], scheme_column(scheme))[unit]) if unit >= 0 else ""

    def _grids(
        self, unit: int, answers: Answers, areas: tuple[tuple[str, str, str], ...], people: People
    ) -> tuple[DutyPlace, ...]:
        found, schemes = [], self._tables["scheme"]
        for key, title in zip(texts(schemes, "key"), texts(schemes, "title")):
            code = self._grid_code(key, unit, answers)
            if not code:
                continue
            row = self._workspace.read(GRID, where={"scheme": key, "code": code}, geometry=False)
            asked = {GRID: row, "department": self._tables["department"]}
            row = names_before(self._workspace, asked, self._day)[GRID]
            names = [text_of(row, "alias") or text_of(row, "name")]
            departments = people.departments(text_of(row, "supervisor_code"), text_of(row, "operator_code"))
            found.append(
                people.at_place(GRID, code, names[0], areas, scheme=key, title=title or key, bodies=departments)
            )
        return tuple(found)

    def _lanes(
        self, answers: Answers, areas: tuple[tuple[str, str, str], ...], people: People
    ) -> tuple[DutyPlace, ...]:
        code = answers.lane_code[0] or ""
        if not code:
            return ()
        lanes = self._tables["lane"]
        row = lanes.take(texts(lanes, "code") == code)
        departments = people.departments(text_of(row, "property_code"), text_of(row, "cleaning_code"))
        distance = float(answers.lane_distance_m[0])
        told = distance if np.isfinite(distance) else None
        return (people.at_place(LANE, code, text_of(row, "name"), areas, bodies=departments, distance_m=told),)

    def _class_answer(self, answers: Answers, row: int, why: tuple[Message, ...]) -> ClassAnswer:
        kind, code = self._classes[row]
        departments = self._tables["department"]
        department = answers.department_code[row] or ""
        held = departments.take(texts(departments, "code") == department)
        title = ClassTitle(code, {}, kind or "", self._catalogues) if code else Message("class_not_asked")
        return ClassAnswer(
            kind=kind or "",
            class_code=code or "",
            class_title=title,
            department_code=department,
            department=Names(self._tables).name(department),
            phone=text_of(held, "duty_phone"),
            status=str(answers.status[row]),
            rule=str(answers.rule[row]),
            reasons=why,
        )


class _PersonAsked:
    def __init__(self, workspace: Workspace, person_id: str, moment: np.datetime64) -> None:
        self._workspace, self._id, self._moment = workspace, person_id, moment

    def answer(self) -> PlaceAnswer:
        read = self._workspace.read
        persons = read("person", where={"id": self._id}, geometry=False)
        if not len(persons):
            raise InputError("place_not_on_map", code=self._id)
        tables = {"person": persons, "post": read("post", where={"person_id": self._id}, geometry=False)}
        tables.update({name: read(name, geometry=False) for name in ("department", "station", "area", "scheme")})
        people = People(self._workspace, tables, self._moment)
        roster, posts = people.roster, tables["post"]
        valid_to = roster.valid_to
        current = np.isnat(valid_to) | (valid_to >= self._moment.astype("datetime64[D]"))
        on = roster.on_duty(np.arange(len(posts)), np.full(len(posts), self._moment, dtype="datetime64[s]"))
        titles = dict(zip(texts(tables["scheme"], "key"), texts(tables["scheme"], "title")))
        held = tuple(
            Post(
                str(roster.target[post]),
                str(roster.target_code[post]),
                self._place_name(roster, post),
                titles.get(str(roster.scheme[post]), str(roster.scheme[post])),
                str(roster.role[post]),
                str(roster.turn[post]),
                bool(on[post]),
                str(roster.scheme[post]),
            )
            for post in np.flatnonzero(current).tolist()
        )
        roles = [post.role for post in held] or [""]
        return PlaceAnswer(at=str(self._moment), person=people.person(self._id, roles[0], ""), posts=held)

    def _place_name(self, roster: Roster, post: int) -> str:
        table_name, code = str(roster.target[post]), str(roster.target_code[post])
        where = {"code": code, **({"scheme": str(roster.scheme[post])} if table_name == GRID else {})}
        row = self._workspace.read(table_name, where=where, geometry=False)
        return text_of(row, "alias") or text_of(row, "name")


def _posted(areas: tuple[tuple[str, str, str], ...], people: People) -> tuple[DutyPlace, ...]:
    """Return the areas for which somebody holds a post."""
    posted = set(people.roster.target_code[people.roster.target == AREA].tolist())
    return tuple(people.at_place(AREA, code, name, areas) for _, code, name in areas if code in posted)


def _row_of(workspace: Workspace, where: Where) -> Rows:
    """Return the row that is asked about, no row for a place on the map.

    :raises InputError: ``place_not_on_map``.
    """
    if not where.table:
        return Rows()
    condition = {KEYS[where.table]: where.code, **({"scheme": where.scheme} if where.table == GRID else {})}
    row = workspace.read(where.table, where=condition)
    if not len(row) or geometries(row)[0] is None:
        raise InputError("place_not_on_map", code=where.code)
    return row


def _spot(where: Where, row: Rows) -> tuple[float, float]:
    if not len(row):
        if where.x is None or where.y is None:
            raise ValueError("neither a place on the map nor a row is asked about")
        return where.x, where.y
    shape = geometries(row)[0]
    if where.table == LANE:
        parts = shapely.get_parts(shape)
        longest = parts[int(np.argmax(shapely.length(parts)))]
        point = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    else:
        point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))
