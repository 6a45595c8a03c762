"""Geometry rules that set unit grids against areas, compounds and the size that their kind should have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.duty.zone_overlaps import overlapping_zones
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_coverage import place_key

# Unit, area code, ground beyond that area, whether nothing of the unit lies inside.
_Stray = tuple[int, str, Any, bool]


def _strays(context: Context) -> list[_Stray]:
    found: list[_Stray] = context.once("beyond own area", lambda: list(_beyond_own_area(context)))
    return found


def _beyond_own_area(context: Context) -> Iterator[_Stray]:
    """Yield the unit grids with ground in other areas; ground beyond the outline is another rule's."""
    cells, of = context.unit_polygons, context.text("unit_grid", "area_code")
    if context.outline is None:
        return
    precision_m = context.settings.precision_m
    for code, area in context.area_polygons.items():
        shapely.prepare(area)
        members = np.flatnonzero((of == code) & ~shapely.is_empty(cells))
        members = members[~shapely.covers(area, cells[members])]
        beyond = polygons_only(shapely.difference(cells[members], area))
        wide = mean_width_m(beyond) > precision_m
        members, beyond = members[wide], beyond[wide]
        other = polygons_only(shapely.intersection(beyond, context.outline))
        foreign = mean_width_m(other) > precision_m
        inside = mean_width_m(polygons_only(shapely.intersection(cells[members], area))) > precision_m
        for unit, ground, some in zip(members[foreign].tolist(), other[foreign], inside[foreign].tolist()):
            yield unit, code, ground, not some


@rule("unit_across_area")
def across_area(context: Context) -> Iterator[Issue]:
    """Find unit grids that reach over the border of their area into another."""
    for unit, area, ground, outside in _strays(context):
        if not outside:
            keys = (context.unit_codes[unit],)
            yield context.issue("unit_across_area", "unit_grid", keys, ground, ground.area, area=area)


@rule("unit_outside_area")
def outside_area(context: Context) -> Iterator[Issue]:
    """Find unit grids that lie wholly in another area than the one they name."""
    for unit, area, ground, outside in _strays(context):
        if outside:
            keys = (context.unit_codes[unit],)
            yield context.issue("unit_outside_area", "unit_grid", keys, ground, ground.area, area=area)


@rule("unit_area_ended")
def area_ended(context: Context) -> Iterator[Issue]:
    """Find unit grids whose area is not in force today."""
    held = context.in_force("area")
    codes = context.text("area", "code")
    ended = set(codes[~held]) - set(codes[held]) - {""}
    of = context.text("unit_grid", "area_code")
    for unit in np.flatnonzero([area in ended for area in of]):
        keys = (context.unit_codes[unit],)
        yield context.issue("unit_area_ended", "unit_grid", keys, context.geometry("unit_grid")[unit], area=of[unit])


@rule("unit_cuts_compound")
def cuts_compound(context: Context) -> Iterator[Issue]:
    """Find compounds (居住小区, 单位大院) in several unit grids; what a border only grazes does not count."""
    kinds = context.text("duty_zone", "kind")
    rows = np.flatnonzero(
        np.isin(kinds.astype(str), context.parameter("compound_kinds")) & context.in_force("duty_zone")
    )
    compounds = polygonal(context.geometry("duty_zone"))[rows]
    codes = context.text("duty_zone", "code")[rows]
    for at, units, cut_m2 in _cut(context, compounds, context.parameter("compound_graze_m")):
        keys, told = (codes[at], *units), listing(units)
        yield context.issue("unit_cuts_compound", "duty_zone", keys, compounds[at], cut_m2, units=told)


@rule("duty_zones_overlap")
def zones_overlap(context: Context) -> Iterator[Issue]:
    """Find duty zones of one kind, not ended today, that share ground: two managing bodies would answer there."""
    stands = context.days("duty_zone", "valid_to")
    rows = np.flatnonzero(np.isnat(stands) | (stands >= context.today))
    codes = context.text("duty_zone", "code")[rows]
    kinds = context.text("duty_zone", "kind")[rows]
    zones = context.rows("duty_zone").take(rows)
    found = overlapping_zones(zones, np.ones(len(rows), dtype=bool))
    for one, other, shared in zip(found.one.tolist(), found.other.tolist(), found.shared.tolist()):
        keys = tuple(sorted((codes[one], codes[other])))
        kind = ValueTitle(f"duty_zone_kind.{kinds[one]}")
        yield context.issue("duty_zones_overlap", "duty_zone", keys, shared, shared.area, kind=kind)


@rule("unit_cuts_building")
def cuts_building(context: Context) -> Iterator[Issue]:
    """Find buildings in several unit grids; a building has no code of ours, its key is its place."""
    buildings = polygonal(context.geometry("building"))
    for at, units, cut_m2 in _cut(context, buildings, context.parameter("building_graze_m")):
        keys, told = (place_key(buildings[at]), *units), listing(units)
        yield context.issue("unit_cuts_building", "unit_grid", keys, buildings[at], cut_m2, units=told)


def _cut(context: Context, things: np.ndarray, graze_m: float) -> Iterator[tuple[int, tuple[str, ...], float]]:
    """Yield what lies in several unit grids: its position, these units, and the area of all but the largest part.

    A part counts when it is wider than ``graze_m``: what was surveyed apart never meets a border exactly.
    """
    at, unit = shapely.STRtree(context.unit_polygons).query(things, predicate="intersects")
    several = np.bincount(at, minlength=len(things))[at] > 1
    at, unit = at[several], unit[several]
    pieces = polygons_only(shapely.intersection(things[at], context.unit_polygons[unit]))
    real = mean_width_m(pieces) > graze_m
    at, unit, area = at[real], unit[real], shapely.area(pieces[real])
    order = np.lexsort((unit, -area, at))
    at, unit, area = at[order], unit[order], area[order]
    first = np.flatnonzero(np.r_[True, at[1:] != at[:-1]]) if len(at) else at
    for start, end in zip(first.tolist(), [*first[1:].tolist(), len(at)]):
        if end - start > 1:
            yield (
                int(at[start]),
                tuple(context.unit_codes[unit[start:end]].tolist()),
                float(area[start + 1 : end].sum()),
            )


@rule("unit_area_range")
def area_range(context: Context) -> Iterator[Issue]:
    """Find unit grids smaller or larger than grids of their kind should be."""
    kind, area = context.text("unit_grid", "grid_kind"), shapely.area(context.unit_polygons)
    limits, odd = _area_ranges(context), _out_of_range(context)
    unfit = set(_unfit_kinds(context))
    for unit in np.flatnonzero(odd):
        if kind[unit] in unfit:
            continue
        yield context.issue(
            "unit_area_range",
            "unit_grid",
            (context.unit_codes[unit],),
            context.unit_polygons[unit],
            float(area[unit]),
            kind=ValueTitle(f"grid_kind.{kind[unit]}"),
            smallest=f"{limits[unit, 0]:.0f}",
            largest=f"{limits[unit, 1]:.0f}",
        )


@rule("area_range_unfit")
def range_unfit(context: Context) -> Iterator[Issue]:
    """Find kinds most of whose grids are out of range: then it is the range that does not fit."""
    kind, area = context.text("unit_grid", "grid_kind"), shapely.area(context.unit_polygons)
    limits, odd = _area_ranges(context), _out_of_range(context)
    for name in _unfit_kinds(context):
        mine = np.flatnonzero((kind == name) & (area > 0))
        yield context.issue(
            "area_range_unfit",
            "unit_grid",
            (name or "–",),
            None,
            float(np.median(area[mine])),
            kind=ValueTitle(f"grid_kind.{name}"),
            count=len(mine),
            odd=int(odd[mine].sum()),
            smallest=f"{limits[mine[0], 0]:.0f}",
            largest=f"{limits[mine[0], 1]:.0f}",
        )


def _area_ranges(context: Context) -> np.ndarray:
    """Return the smallest and largest suitable area of each unit grid, float64 (n, 2)."""
    ranges = context.parameter("area_ranges_m2")
    kind = context.text("unit_grid", "grid_kind")
    return np.array([ranges.get(name, ranges["other"]) for name in kind], dtype=np.float64).reshape(-1, 2)


def _out_of_range(context: Context) -> np.ndarray:
    limits, area = _area_ranges(context), shapely.area(context.unit_polygons)
    return np.asarray((area > 0) & ((area < limits[:, 0]) | (area > limits[:, 1])))


def _unfit_kinds(context: Context) -> list[str]:
    kind, odd = context.text("unit_grid", "grid_kind").astype(str), _out_of_range(context)
    names, of, count = np.unique(kind, return_inverse=True, return_counts=True)
    number = np.bincount(of.reshape(-1), weights=odd, minlength=len(names))
    enough = count >= context.parameter("area_range_grids")
    return [str(name) for name in names[enough & (number > context.parameter("area_range_share") * count)]]
