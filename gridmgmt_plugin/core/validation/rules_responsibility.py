"""Rules on responsibility grids and the people who answer for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import parameter
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

STREET_DIGITS = 9


def _grid_rows(context: Context, scheme: str) -> dict[str, int]:
    """Return code → row of the responsibility grids of a scheme."""
    mine = context.text("responsibility_grid", "scheme") == scheme
    codes = context.text("responsibility_grid", "code")
    return {codes[row]: int(row) for row in np.flatnonzero(mine) if codes[row]}


def _members(labels: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each responsibility grid's code and the positions of its units, by code."""
    held = np.flatnonzero(labels != "")
    codes, group = np.unique(labels[held].astype(str), return_inverse=True)
    order = np.argsort(group, kind="stable")
    for code, rows in zip(codes, np.split(held[order], np.cumsum(np.bincount(group, minlength=len(codes)))[:-1])):
        yield str(code), rows


def _place(context: Context, units: np.ndarray) -> shapely.Geometry:
    return shapely.multipolygons(shapely.get_parts(context.unit_polygons[units]))


@rule("unit_unassigned")
def unassigned(context: Context) -> Iterator[Issue]:
    """Find unit grids that no responsibility grid of a scheme holds; a scheme not yet begun is told once."""
    for scheme, labels in context.schemes():
        if (labels != "").any():
            for unit in np.flatnonzero(labels == ""):
                keys = (context.unit_codes[unit],)
                yield context.issue("unit_unassigned", "unit_grid", keys, context.unit_polygons[unit], scheme=scheme)


@rule("scheme_not_begun")
def not_begun(context: Context) -> Iterator[Issue]:
    """Find schemes in which no unit grid is assigned at all."""
    for scheme, labels in context.schemes():
        if len(labels) and not (labels != "").any():
            yield context.issue("scheme_not_begun", "scheme", (scheme,))


@rule("responsibility_unknown")
def unknown(context: Context) -> Iterator[Issue]:
    """Find codes of responsibility grids in unit grids that are not in the table of them."""
    for scheme, labels in context.schemes():
        known = _grid_rows(context, scheme)
        for code, units in _members(labels):
            if code not in known:
                keys = (code, *context.unit_codes[units[:1]].tolist())
                yield context.issue(
                    "responsibility_unknown",
                    "unit_grid",
                    keys,
                    _place(context, units),
                    len(units),
                    scheme=scheme,
                    count=len(units),
                )


@rule("responsibility_empty")
def empty(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in force that hold no unit grid."""
    open_ = context.in_force("responsibility_grid")
    for scheme, labels in context.schemes():
        used = set(labels)
        for code, row in _grid_rows(context, scheme).items():
            if open_[row] and code not in used:
                yield context.issue("responsibility_empty", "responsibility_grid", (code,), scheme=scheme)


@rule("responsibility_closed_in_use")
def closed_in_use(context: Context) -> Iterator[Issue]:
    """Find responsibility grids that are not in force any more and still hold unit grids."""
    open_ = context.in_force("responsibility_grid")
    for scheme, labels in context.schemes():
        known = _grid_rows(context, scheme)
        for code, units in _members(labels):
            if code in known and not open_[known[code]]:
                place = _place(context, units)
                yield context.issue(
                    "responsibility_closed_in_use",
                    "responsibility_grid",
                    (code,),
                    place,
                    count=len(units),
                    scheme=scheme,
                )


@rule("responsibility_parts")
def parts(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in more parts than planned; units that meet in a corner only do not hang together."""
    graph: Adjacency | None = None
    expected = context.number("responsibility_grid", "expected_parts")
    drawn = ~shapely.is_empty(context.unit_polygons)
    for scheme, labels in context.schemes():
        if graph is None:
            graph = rook_adjacency(context.unit_polygons, precision_m=context.settings.precision_m)
        part = graph.components(labels.astype(str))
        known = _grid_rows(context, scheme)
        for code, units in _members(labels):
            row = known.get(code)
            allowed = 1 if row is None or not expected[row] >= 1 else int(expected[row])
            number = len(np.unique(part[units[drawn[units]]]))
            if number > allowed:
                yield context.issue(
                    "responsibility_parts",
                    "responsibility_grid",
                    (code,),
                    _place(context, units),
                    number,
                    scheme=scheme,
                    parts=number,
                    expected=allowed,
                )


@rule("responsibility_across_area")
def across_area(context: Context) -> Iterator[Issue]:
    """Find responsibility grids with units beyond their own area, or, when they name none, in two street offices."""
    unit_area, own_area = context.text("unit_grid", "area_code"), context.text("responsibility_grid", "area_code")
    for scheme, labels in context.schemes():
        known = _grid_rows(context, scheme)
        for code, units in _members(labels):
            own = own_area[known[code]] if code in known else ""
            areas = unit_area[units]
            if own and area_code_problem(own) is None:
                strays = np.array([bool(area) and not area.startswith(own) for area in areas])
            else:
                streets = np.array([area[:STREET_DIGITS] for area in areas])
                names, number = np.unique(streets[streets != ""], return_counts=True)
                if len(names) < 2:
                    continue
                own = str(names[np.argmax(number)])
                strays = (streets != "") & (streets != own)
            if strays.any():
                yield context.issue(
                    "responsibility_across_area",
                    "responsibility_grid",
                    (code, *context.unit_codes[units[strays]].tolist()),
                    _place(context, units[strays]),
                    scheme=scheme,
                    area=own,
                    count=int(strays.sum()),
                )


def _gone(context: Context) -> set[str]:
    """Return the ids of people who have left or retired by today."""
    left = context.days("person", "left_on")
    away = np.isin(context.text("person", "state").astype(str), parameter("gone_states")) | (left < context.today)
    return set(context.text("person", "id")[away])


@rule("responsibility_without_post")
def without_post(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in force for which nobody who is still there holds a post today."""
    gone = _gone(context)
    staffed = set()
    open_post = context.in_force("post") & (context.text("post", "target") == "responsibility_grid")
    person, target = context.text("post", "person_id"), context.text("post", "target_code")
    scheme_of = context.text("post", "scheme")
    for row in np.flatnonzero(open_post & (person != "")):
        if person[row] not in gone:
            staffed.add((scheme_of[row], target[row]))
    table = "responsibility_grid"
    open_, outlines = context.in_force(table), context.geometry(table)
    for scheme, _ in context.schemes():
        for code, row in _grid_rows(context, scheme).items():
            if open_[row] and not {(scheme, code), ("", code)} & staffed:
                yield context.issue("responsibility_without_post", table, (code,), outlines[row], scheme=scheme)


@rule("post_person_gone")
def person_gone(context: Context) -> Iterator[Issue]:
    """Find posts in force whose person has left or retired."""
    gone = _gone(context)
    persons, targets = context.text("post", "person_id"), context.text("post", "target_code")
    ids = context.text("post", "id")
    for row in np.flatnonzero(context.in_force("post")):
        if persons[row] and persons[row] in gone:
            keys = (ids[row] or f"#{row + 1}", persons[row], targets[row])
            yield context.issue("post_person_gone", "post", keys, person=persons[row], target=targets[row])


@rule("post_target_unknown")
def target_unknown(context: Context) -> Iterator[Issue]:
    """Find posts at a grid, lane, area or station that does not exist."""
    target, code = context.text("post", "target"), context.text("post", "target_code")
    ids = context.text("post", "id")
    for table in ("responsibility_grid", "lane", "area", "station"):
        if table not in context.tables:
            continue
        known = set(context.text(table, "code"))
        for row in np.flatnonzero((target == table) & (code != "")):
            if code[row] not in known:
                keys = (ids[row] or f"#{row + 1}", code[row])
                yield context.issue("post_target_unknown", "post", keys, parent=Title(table), target=code[row])
