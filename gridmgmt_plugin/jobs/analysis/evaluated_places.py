"""Whose case each one is: the place, department or person that is judged by it, as reported or as today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.responsibility.assignment_history import LOG_COLUMNS, AssignmentHistory
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

AREAS = ("community", "street_office", "county")
LEVELS = ("unit_grid", "responsibility_grid", "lane", *AREAS, "department", "person")
REPORTED, TODAY = "reported", "today"
#: Columns of ``cases`` that say where a case lies and whose it is.
CASE_PLACES = ("unit_grid", "reported_grid", "lane_code", "department_code")
_OF_SCHEME = ("responsibility_grid", "person")
_GRID = "responsibility_grid"


@dataclass(frozen=True, eq=False)
class CasePlaces:
    """``rows``: the n places with ``code``, ``name`` and geometry (``None`` where there is none to draw): all that
    there are of areas, grids and lanes, and of departments and persons those with a case. ``place``: int64 (c,), the
    row of each case, −1 for none."""

    rows: Rows
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def places_of_cases(
    workspace: Workspace, cases: Rows, reported: np.ndarray, level: str, by: str, scheme: str | None
) -> CasePlaces:
    """Return the places of a level and which of them each case is counted for.

    As *reported*, a case belongs to the unit grid that it was reported for, to the area of that unit grid, to the
    responsibility grid that it belonged to at that moment, and to who held the first post there on that day. As
    *today*, it belongs to the unit grid in which its place lies now, and to who answers there now.

    :param cases: with :data:`CASE_PLACES`. :param reported: when, datetime64[s] (c,), not-a-time for unknown.
    :param scheme: of responsibility grids and persons.
    :raises InputError: ``evaluation_level_unknown``, ``evaluation_by_unknown``, ``evaluation_scheme_missing``.
    """
    if level not in LEVELS:
        raise InputError("evaluation_level_unknown", value=level, known=", ".join(LEVELS))
    if by not in (REPORTED, TODAY):
        raise InputError("evaluation_by_unknown", value=by, known=f"{REPORTED}, {TODAY}")
    if level in _OF_SCHEME:
        codes = _grid_codes(workspace, cases, reported, by, _scheme(workspace, scheme))
        if level == "person":
            codes = _persons(workspace, codes, reported, by, _scheme(workspace, scheme))
    elif level in AREAS:
        codes = _area_codes(workspace, _unit_codes(cases, by), level, by)
    else:
        column = {"lane": "lane_code", "department": "department_code"}.get(level)
        codes = columns.texts(cases, column) if column else _unit_codes(cases, by)
    return _placed(_places(workspace, level, scheme), codes, drawn=level not in ("department", "person"))


def _scheme(workspace: Workspace, scheme: str | None) -> str:
    """Return the key of the scheme, the only one where none is named."""
    known = columns.texts(workspace.read("scheme", ["key"], geometry=False), "key").tolist()
    if scheme in known:
        return str(scheme)
    if not scheme and len(known) == 1:
        return str(known[0])
    raise InputError("evaluation_scheme_missing", value=scheme or "–", known=listing(known) or "–")


def _unit_codes(cases: Rows, by: str) -> np.ndarray:
    today = columns.texts(cases, "unit_grid")
    if by == TODAY:
        return today
    then = columns.texts(cases, "reported_grid")
    return np.where(then != "", then, today)


def _grid_codes(workspace: Workspace, cases: Rows, reported: np.ndarray, by: str, scheme: str) -> np.ndarray:
    """Return the responsibility grid of each case, "" for none."""
    column = scheme_column(scheme)
    units = workspace.read("unit_grid", ["code", column], geometry=False)
    of_case = _unit_codes(cases, by)
    grids = columns.picked(columns.texts(units, column), columns.positions(columns.texts(units, "code"), of_case))
    dated = ~np.isnat(reported)
    if by == TODAY or not dated.any():
        return grids
    log = workspace.read("change_log", LOG_COLUMNS, {"table_name": "unit_grid"}, geometry=False)
    then = AssignmentHistory(log, column).at(of_case[dated], reported[dated], grids[dated])
    grids[dated] = columns.as_texts(then)
    return grids


def _persons(workspace: Workspace, grids: np.ndarray, reported: np.ndarray, by: str, scheme: str) -> np.ndarray:
    """Return who holds the first post at each case's grid on its day, "" for nobody."""
    posts = workspace.read("post", where={"target": _GRID}, geometry=False)
    roster = read_roster(posts, workspace.read("person", geometry=False))
    day = np.full(len(grids), np.datetime64(clock.today(), "D")) if by == TODAY else reported.astype("datetime64[D]")
    found = np.full(len(grids), "", dtype=object)
    asked = np.flatnonzero(~np.isnat(day))
    if not len(asked):
        return found
    days, which = columns.periods(roster.valid_from, np.minimum(roster.valid_to, roster.left_on), day[asked])
    usable = np.isin(roster.scheme.astype(str), ("", scheme))
    for number, one in enumerate(days):
        first: dict[str, Any] = {}
        there = np.flatnonzero(usable & roster.present(one))
        for post in there[np.argsort(roster.preference[there], kind="stable")].tolist():
            first.setdefault(roster.target_code[post], roster.person_id[post])
        rows = asked[which == number]
        found[rows] = [first.get(grid, "") for grid in grids[rows]]
    return found


def area_of_cases(workspace: Workspace, cases: Rows) -> np.ndarray:
    """Return the area of the unit grid that each case was reported for, "" for none: object (c,)."""
    return _areas_of_units(workspace, _unit_codes(cases, REPORTED), REPORTED)


def _areas_of_units(workspace: Workspace, units: np.ndarray, by: str) -> np.ndarray:
    area_of: dict[str, str] = {}
    tables = ("unit_grid_history", "unit_grid") if by == REPORTED else ("unit_grid",)
    for name in tables:
        rows = workspace.read(name, ["code", "area_code"], geometry=False)
        area_of.update(zip(columns.texts(rows, "code").tolist(), columns.texts(rows, "area_code").tolist()))
    distinct, which = columns.numbered(units)
    return np.asarray(columns.as_texts(area_of.get(unit, "") for unit in distinct)[which])


def _area_codes(workspace: Workspace, units: np.ndarray, level: str, by: str) -> np.ndarray:
    """Return the area of each case's unit grid at a level, "" for none."""
    areas = workspace.read("area", ["code", "level", "parent_code"], geometry=False)
    tree = AreaTree(areas)
    distinct, which = columns.numbered(_areas_of_units(workspace, units, by))
    return columns.picked(as_column(tree.at_level(code, level) for code in distinct), which)


def _places(workspace: Workspace, level: str, scheme: str | None) -> Rows:
    if level in AREAS:
        rows = workspace.read("area", ["code", "name", "valid_to"], {"level": level})
        last = columns.days(rows, "valid_to")
        rows = rows.take(np.isnat(last) | (last >= np.datetime64(clock.today(), "D")))
    elif level == _GRID:
        rows = workspace.read(level, ["code", "name"], {"scheme": _scheme(workspace, scheme)})
    elif level == "person":
        people = workspace.read("person", ["id", "name"], geometry=False)
        rows = Rows({"code": people["id"], "name": people["name"]})
    else:
        rows = workspace.read(level, ["code", "name"])
    nothing = as_column([None] * len(rows))
    return Rows({"code": rows["code"], "name": rows["name"]}, nothing if rows.geometry is None else rows.geometry)


def _placed(known: Rows, codes: np.ndarray, *, drawn: bool) -> CasePlaces:
    """Return the known places, those that only cases name after them, and the row of each case."""
    known_codes = columns.texts(known, "code")
    distinct, which = columns.numbered(codes)
    position = columns.positions(known_codes, as_column(distinct))
    rows: Mapping[str, np.ndarray] = known.columns
    if not drawn:
        kept = position[position >= 0]
        known = known.take(kept)
        rows, known_codes = known.columns, columns.texts(known, "code")
        position = columns.positions(known_codes, as_column(distinct))
    new = [code for code, at in zip(distinct, position.tolist()) if at < 0 and code]
    position = columns.positions(np.append(known_codes, as_column(new)), as_column(distinct))
    more = as_column([None] * len(new))
    joined = {"code": np.append(rows["code"], as_column(new)), "name": np.append(rows["name"], more)}
    return CasePlaces(Rows(joined, np.append(known.shapes, more)), position[which])
