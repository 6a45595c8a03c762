"""Who is responsible, spelled out row by row: unit grid → responsibility grid → department → person, and lanes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.columns import in_force, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.rows import Rows, as_column


def responsibility(chosen: Mapping[str, Rows], day: np.datetime64, *, over_lanes: bool = False) -> Rows:
    """Return one row per unit grid and person in post there on ``day``; a unit grid without any has one row as well.

    In a scheme over lanes no unit grid is in a grid: the grids, which are the lanes, have rows of their own without a
    unit grid, those of the unit grids say who answers beside the lanes.

    The department is the person's; where there is no person or he has none, the one that supervises the
    responsibility grid, else the unit grid's responsible body, else its fallback, else the street office, named as
    everywhere (:class:`Offices`). Whoever has passed its work on by the day is its successor.
    """
    units, groups, persons = chosen["unit_grid"], chosen["responsibility_grid"], chosen["person"]
    posts = chosen["post"].take(_staffed(chosen, "responsibility_grid", day))
    at_group: dict[str, list[int]] = {}
    for position, code in enumerate(texts(posts, "target_code")):
        at_group.setdefault(code, []).append(position)
    supervisor = dict(zip(texts(groups, "code"), texts(groups, "supervisor_code")))
    own = dict(zip(texts(persons, "id"), texts(persons, "department_code")))
    person, role, turn = (texts(posts, name) for name in ("person_id", "role", "turn"))
    records: list[tuple[str, str, str, str, str, str]] = []
    offices = Offices(chosen["area"], chosen["department"], AreaTree(chosen["area"]))
    street = {area: offices.office(area, day) for area in set(texts(units, "area_code"))}
    successors = Successors(chosen["department"])
    columns = ("code", "area_code", "responsibility_grid", "responsible_code", "fallback_code")
    for unit, area, group, responsible, fallback in zip(*(texts(units, name) for name in columns)):
        department = supervisor.get(group, "") or responsible or fallback or street[area]
        for post in at_group.get(group, ()) if group else ():
            records.append(
                (unit, group, own.get(person[post], "") or department, person[post], role[post], turn[post])
            )
        if not at_group.get(group) or not group:
            records.append((unit, group, department, "", "", ""))
    if over_lanes:
        for group, area in zip(texts(groups, "code"), texts(groups, "area_code")):
            department = supervisor.get(group, "") or offices.office(area, day)
            held = [(own.get(person[at], ""), person[at], role[at], turn[at]) for at in at_group.get(group, ())]
            records += [("", group, body or department, *rest) for body, *rest in held or [("", "", "", "")]]
    names = ("unit_grid", "responsibility_grid", "department_code", "person_id", "role", "turn")
    rows = _rows(names, records)
    return rows.with_columns(department_code=successors.on(rows["department_code"], np.array(day)))


def lane_chiefs(chosen: Mapping[str, Rows], day: np.datetime64) -> Rows:
    """Return one row per lane and person in post there on ``day``."""
    posts = chosen["post"].take(_staffed(chosen, "lane", day))
    names = dict(zip(texts(chosen["lane"], "code"), texts(chosen["lane"], "name")))
    columns = ("person_id", "role", "turn", "section_from", "section_to")
    dates = [posts[name] if name in posts else as_column([None] * len(posts)) for name in ("valid_from", "valid_to")]
    records = [
        (code, names[code], *values)
        for code, *values in zip(texts(posts, "target_code"), *(texts(posts, name) for name in columns), *dates)
        if code in names
    ]
    return _rows(("lane_code", "lane_name", *columns, "valid_from", "valid_to"), records)


def _staffed(chosen: Mapping[str, Rows], target: str, day: np.datetime64) -> np.ndarray:
    """Return the mask of posts at a kind of target whose period holds ``day`` and whose person is at work."""
    roster = read_roster(chosen["post"], chosen["person"])
    present = ~roster.vacant & (np.isnat(roster.left_on) | (roster.left_on >= day))
    held = in_force(roster.valid_from, roster.valid_to, np.full(len(roster), day))
    return np.asarray((roster.target == target) & present & held, dtype=bool)


def _rows(names: tuple[str, ...], records: list[tuple]) -> Rows:
    columns = list(zip(*records)) if records else [()] * len(names)
    return Rows({name: as_column(value or None for value in column) for name, column in zip(names, columns)})
