"""Rules on responsibility grids: every unit grid in one, each in one piece, inside its area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.responsibility.boundaries import lie_within
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

STREET_DIGITS = 9
_ROUNDED_M2 = 0.01


def grid_rows(context: Context, scheme: str) -> dict[str, int]:
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
    return shapely.union_all(context.unit_polygons[units])


@rule("unit_unassigned")
def unassigned(context: Context) -> Iterator[Issue]:
    """Find unit grids that no responsibility grid of a scheme holds; a scheme not yet begun is told once."""
    for scheme, labels in context.schemes():
        if (labels != "").any():
            for unit in np.flatnonzero(labels == ""):
                keys = (context.unit_codes[unit],)
                yield context.issue(
                    "unit_unassigned",
                    "unit_grid",
                    keys,
                    context.unit_polygons[unit],
                    scheme=context.scheme_title(scheme),
                )


@rule("scheme_not_begun")
def not_begun(context: Context) -> Iterator[Issue]:
    """Find schemes in which no unit grid is assigned at all."""
    for scheme, labels in context.schemes():
        if len(labels) and not (labels != "").any():
            yield context.issue("scheme_not_begun", "scheme", (scheme,), scheme=context.scheme_title(scheme))


@rule("responsibility_unknown")
def unknown(context: Context) -> Iterator[Issue]:
    """Find codes of responsibility grids in unit grids that are not in the table of them."""
    for scheme, labels in context.schemes():
        known = grid_rows(context, scheme)
        for code, units in _members(labels):
            if code not in known:
                keys = (code, *context.unit_codes[units[:1]].tolist())
                yield context.issue(
                    "responsibility_unknown",
                    "unit_grid",
                    keys,
                    _place(context, units),
                    len(units),
                    scheme=context.scheme_title(scheme),
                    count=len(units),
                )


@rule("responsibility_empty")
def empty(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in force that hold no unit grid."""
    open_ = context.in_force("responsibility_grid")
    for scheme, labels in context.schemes():
        used = set(labels)
        for code, row in grid_rows(context, scheme).items():
            if open_[row] and code not in used:
                yield context.issue(
                    "responsibility_empty", "responsibility_grid", (code,), scheme=context.scheme_title(scheme)
                )


@rule("responsibility_closed_in_use")
def closed_in_use(context: Context) -> Iterator[Issue]:
    """Find responsibility grids that are not in force any more and still hold unit grids."""
    open_ = context.in_force("responsibility_grid")
    for scheme, labels in context.schemes():
        known = grid_rows(context, scheme)
        for code, units in _members(labels):
            if code in known and not open_[known[code]]:
                place = _place(context, units)
                yield context.issue(
                    "responsibility_closed_in_use",
                    "responsibility_grid",
                    (code,),
                    place,
                    count=len(units),
                    scheme=context.scheme_title(scheme),
                )


@rule("responsibility_parts")
def parts(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in more parts than planned; units that meet in a corner only do not hang together."""
    graph: Adjacency | None = None
    expected = context.number("responsibility_grid", "expected_parts")
    drawn = ~shapely.is_empty(context.unit_polygons)
    for scheme, labels in context.schemes():
        if graph is None:
            shared_m = context.parameter("shared_border_m")
            graph = rook_adjacency(context.unit_polygons, shared_m, context.settings.precision_m)
        if not context.scheme_rules(scheme).contiguous:
            continue
        part = graph.components(labels.astype(str))
        known = grid_rows(context, scheme)
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
                    scheme=context.scheme_title(scheme),
                    parts=number,
                    expected=allowed,
                )


@rule("responsibility_outline_differs")
def outline_differs(context: Context) -> Iterator[Issue]:
    """Find responsibility grids whose outline is not the sum of their unit grids, beyond rounding."""
    stored = context.geometry("responsibility_grid")
    for scheme, labels in context.schemes():
        known = grid_rows(context, scheme)
        codes = [code for code, _ in _members(labels) if code in known and stored[known[code]] is not None]
        if not codes:
            continue
        summed = summed_grids(context.unit_polygons, labels, codes).outline
        drawn = polygonal(stored[[known[code] for code in codes]])
        apart_m2 = _apart_m2(drawn, summed)
        allowed_m2 = context.settings.precision_m * shapely.length(summed) + _ROUNDED_M2
        for at in np.flatnonzero(apart_m2 > allowed_m2).tolist():
            yield context.issue(
                "responsibility_outline_differs",
                "responsibility_grid",
                (codes[at],),
                summed[at],
                float(apart_m2[at]),
                scheme=context.scheme_title(scheme),
            )


def _apart_m2(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return how many m² lie in one polygon of each pair alone, float64; most pairs are the same vertex by vertex."""
    found = np.zeros(len(one))
    other = ~shapely.equals_exact(shapely.normalize(as_multi(one)), shapely.normalize(as_multi(two)), 0.0)
    parts = (shapely.make_valid(shapes[other]) for shapes in (one, two))
    found[other] = shapely.area(shapely.symmetric_difference(*parts))
    return found


@rule("responsibility_across_area")
def across_area(context: Context) -> Iterator[Issue]:
    """Find responsibility grids with units beyond their own area, or, when they name none, in two street offices."""
    unit_area, own_area = context.text("unit_grid", "area_code"), context.text("responsibility_grid", "area_code")
    for scheme, labels in context.schemes():
        known = grid_rows(context, scheme)
        for code, units in _members(labels):
            own = own_area[known[code]] if code in known else ""
            areas = unit_area[units]
            if own and area_code_problem(own) is None:
                strays = ~lie_within(areas, own) & (areas != "")
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
                    scheme=context.scheme_title(scheme),
                    area=own,
                    count=int(strays.sum()),
                )
