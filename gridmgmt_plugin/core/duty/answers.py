"""Who answers: for a class at a place and a time, the department, the person on duty, the lane and its officer.

The rule, in one sentence (the contract of the project): a component's ``interim_code``, then maintainer, then owner;
else the duty rule by zone, then longest class prefix, then smallest area, then priority; else the unit grid's
``responsible_code``; else its ``fallback_code``; else the street office (属地兜底), named by its department. Whoever
is named so and has passed its work on by the day asked about (机构改革) is its successor in the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from gridmgmt_plugin.core.columns import as_texts, or_none, picked, positions, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.lane_grids import grids_on_lanes, is_over_lanes
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.duty.places import Located, locate
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.rules import Places, RuleBook
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.times import CATALOGUE, disputed_owner_states
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.locate import PointSet
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

CLEAR, DISPUTED, FALLBACK = "clear", "disputed", "fallback"
# What decided, where it was no duty rule (then it is the rule's id).
INTERIM, MAINTAINER, OWNER = "interim", "maintainer", "owner"
RESPONSIBLE, GRID_FALLBACK, STREET, OUTSIDE = (
    "unit_grid_responsible",
    "unit_grid_fallback",
    "street_office",
    "outside",
)
_BY_RULE = "duty_rule"


@dataclass(frozen=True)
class Points:
    """What is asked, n rows: ``x``, ``y`` in metres of the workspace's frame; ``class_code`` and ``component_code``:
    object arrays of texts (``None`` = not known); ``at``: datetime64 of n, local time; ``class_kind``: object array
    of ``event`` or ``component``, ``None`` = not known (a point with a component is of kind component anyway);
    ``shapes``: the places as shapely points, where they have been made already.
    """

    x: np.ndarray
    y: np.ndarray
    class_code: np.ndarray
    component_code: np.ndarray
    at: np.ndarray
    class_kind: np.ndarray | None = None
    shapes: np.ndarray | None = None


@dataclass(frozen=True)
class Answers:
    """Who answers, n rows in the order of the points; object arrays of texts with ``None`` for nothing.

    ``status``: ``clear``, ``disputed`` or ``fallback``. ``rule``: what decided: ``interim``, ``maintainer``,
    ``owner``, the id of a duty rule, ``unit_grid_responsible``, ``unit_grid_fallback``, ``street_office``, or
    ``outside`` where no area holds the point (no department then). ``named_code``: the department that is named
    there; another than ``department_code`` where it has passed its work on by then. ``person_id``, ``person_role``,
    ``person_turn``: on duty in the responsibility grid. ``lane_distance_m``: float64, ``inf`` where no lane is near.
    ``lane_officer``, ``lane_officer_role``: on duty on the lane. ``notes``: what to look at.
    """

    unit_grid: np.ndarray
    area_code: np.ndarray
    responsibility_grid: np.ndarray
    department_code: np.ndarray
    named_code: np.ndarray
    status: np.ndarray
    rule: np.ndarray
    person_id: np.ndarray
    person_role: np.ndarray
    person_turn: np.ndarray
    lane_code: np.ndarray
    lane_distance_m: np.ndarray
    lane_officer: np.ndarray
    lane_officer_role: np.ndarray
    notes: tuple[Message, ...] = ()

    def __len__(self) -> int:
        return len(self.status)

    def rows(self) -> Rows:
        """Return the answers as columns of a table."""
        names = [f.name for f in fields(self) if f.name != "notes"]
        return Rows({name: getattr(self, name).astype(object) for name in names})


def who_answers(
    points: Points,
    tables: Mapping[str, Rows],
    scheme_key: str = "",
    *,
    lane_distance_m: float | None = None,
    precision_m: float = 0.0,
    progress: Progress | None = None,
) -> Answers:
    """Say who answers for every point.

    The answer is ``disputed`` when the component's owner is disputed or still to be ruled, when the rules that win
    name different departments, or when one of them is 争议 or 协商中; ``fallback`` when ``fallback_code`` or the
    street office answers; else ``clear``. The street office is named by its department, see :class:`Offices`.

    :param tables: Rows by contract name and column: ``unit_grid``, ``area``, ``duty_zone`` and ``lane`` with
        geometry, ``component``, ``department``, ``duty_rule``, ``post``, ``person``; for a scheme over lanes also
        ``scheme`` and ``responsibility_grid``. A missing table is empty.
    :param scheme_key: the scheme whose responsibility grids (column ``rg_<scheme>``; in a scheme over lanes the
        lane), posts and rules are asked.
    :param lane_distance_m: how far a lane may be; the default of the catalogue. A component's own ``lane_code`` wins.
    :param precision_m: a point this near to an edge lies on it (the smaller code holds it).
    :raises InputError: ``duty_time_missing``; ``duty_date_unclear``, ``post_times_unclear`` for wrong table values.
    """
    progress = progress or Progress()
    at = points.at.astype("datetime64[s]")
    if np.isnat(at).any():
        raise InputError("duty_time_missing", count=int(np.isnat(at).sum()))
    day = at.astype("datetime64[D]")
    components, component = _asked_components(table(tables, "component"), as_texts(points.component_code))
    if lane_distance_m is None:
        lane_distance_m = float(load_json(CATALOGUE)["lane_distance_m"])
    tree = AreaTree(table(tables, "area"))
    located = locate(
        PointSet(points.x, points.y, points.shapes),
        day,
        tables,
        tree,
        scheme_key,
        lane_distance_m,
        precision_m,
        progress.part(0.0, 0.6),
    )
    located = located.with_component_lanes(_held(components, "lane_code", component), table(tables, "lane"), day)
    if is_over_lanes(table(tables, "scheme"), scheme_key):
        located = replace(located, responsibility_grid=grids_on_lanes(tables, scheme_key, located.lane_code, day))
    successors = Successors(table(tables, "department"))
    book = RuleBook(table(tables, "duty_rule"), table(tables, "duty_zone"), tree, scheme_key, successors)
    offices = Offices(table(tables, "area"), table(tables, "department"), tree)
    decided = _decide(points, day, located, components, component, tables, offices, book)
    department = successors.on(decided.department, day)
    progress.report(0.8)
    roster = read_roster(table(tables, "post"), table(tables, "person"))
    person = roster.first_on_duty(
        "responsibility_grid", located.responsibility_grid, at, scheme=scheme_key, roles=decided.role
    )
    officer = roster.first_on_duty("lane", located.lane_code, at, scheme=scheme_key)
    progress.report(1.0)
    return Answers(
        unit_grid=or_none(located.unit_grid),
        area_code=or_none(located.area_code),
        responsibility_grid=or_none(located.responsibility_grid),
        department_code=or_none(department),
        named_code=or_none(decided.department),
        status=decided.status,
        rule=decided.rule,
        person_id=_of(roster.person_id, person),
        person_role=_of(roster.role, person),
        person_turn=_of(roster.turn, person),
        lane_code=or_none(located.lane_code),
        lane_distance_m=located.lane_distance_m,
        lane_officer=_of(roster.person_id, officer),
        lane_officer_role=_of(roster.role, officer),
        notes=_notes(decided, book, offices),
    )


@dataclass(frozen=True)
class _Decided:
    department: np.ndarray  # as it is named, whoever has its work by then
    status: np.ndarray
    rule: np.ndarray
    role: np.ndarray


def _decide(
    points: Points,
    day: np.ndarray,
    located: Located,
    components: Rows,
    component: np.ndarray,
    tables: Mapping[str, Rows],
    offices: Offices,
    book: RuleBook,
) -> _Decided:
    """Go down the contract's sentence: who is named first, answers."""
    n = len(day)
    classes = as_texts(points.class_code)
    if len(components):
        classes = np.where(classes == "", _held(components, "class_code", component), classes)
    kinds = np.full(n, "", dtype=object) if points.class_kind is None else as_texts(points.class_kind)
    kinds = np.where(component >= 0, "component", kinds) if len(components) else kinds
    matched = book.match(Places(kinds, classes, located.area_code, located.zones, day, located.zone_sets))
    units = table(tables, "unit_grid")
    of_components = {INTERIM: "interim_code", MAINTAINER: "maintainer_code", OWNER: "owner_code"}
    named = {
        **{key: _held(components, column, component) for key, column in of_components.items() if len(components)},
        # Outside every grid and area no rule of this workspace speaks.
        _BY_RULE: np.where(located.inside, matched.named, ""),
        RESPONSIBLE: _held(units, "responsible_code", located.unit),
        GRID_FALLBACK: _held(units, "fallback_code", located.unit),
        STREET: offices.offices(located.area_code, day),
    }
    department, rule = np.full(n, "", dtype=object), np.full(n, OUTSIDE, dtype=object)
    for key, codes in named.items():
        takes = (department == "") & (codes != "")
        department[takes], rule[takes] = codes[takes], key
    by_rule = rule == _BY_RULE
    rule[by_rule] = book.rule_id[matched.entry[by_rule]]
    role = np.full(n, "", dtype=object)
    role[by_rule] = book.role[matched.entry[by_rule]]

    status = np.full(n, CLEAR, dtype=object)
    for key in (GRID_FALLBACK, STREET, OUTSIDE):
        status[(rule == key) & ~by_rule] = FALLBACK
    status[by_rule & matched.disputed] = DISPUTED
    if len(components):
        owner_state = _held(components, "owner_state", component).astype(str)
        status[np.isin(owner_state, disputed_owner_states())] = DISPUTED
    return _Decided(department, status, rule, role)


def _held(rows: Rows, column: str, position: np.ndarray) -> np.ndarray:
    """Return the texts of a column at positions; "" at −1."""
    return picked(texts(rows, column), position)


def _asked_components(components: Rows, codes: np.ndarray) -> tuple[Rows, np.ndarray]:
    """Return the rows of the components asked for and each point's position in them, −1 = none."""
    found = positions(texts(components, "code"), codes)
    known = found >= 0
    return components.take(found[known]), np.where(known, np.cumsum(known) - 1, -1)


def _of(column: np.ndarray, post: np.ndarray) -> np.ndarray:
    return or_none(picked(column, post))


def _notes(decided: _Decided, book: RuleBook, offices: Offices) -> tuple[Message, ...]:
    notes = []
    outside = int((decided.rule == OUTSIDE).sum())
    if outside:
        notes.append(Message("duty_points_outside", {"count": outside}))
    if book.unusable:
        details = {"count": len(book.unusable), "rules": listing(book.unusable)}
        notes.append(Message("duty_rules_without_department", details))
    if book.not_asked:
        schemes = listing(sorted(set(book.not_asked)))
        notes.append(Message("duty_rules_of_schemes_not_asked", {"count": len(book.not_asked), "schemes": schemes}))
    alone = offices.without_department(decided.department[decided.rule == STREET]) if offices.known else ()
    if alone:
        notes.append(Message("duty_offices_without_department", {"offices": listing(alone)}))
    return tuple(notes)
