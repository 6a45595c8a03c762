"""Geometry rules that set unit grids against areas, compounds and the size that their kind should have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.validation.catalogue import parameter
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

# Unit, area code, ground beyond that area, whether nothing of the unit lies inside.
_Stray = tuple[int, str, Any, bool]


def _strays(context: Context) -> list[_Stray]:
    found: list[_Stray] = context.once("beyond own area", lambda: list(_beyond_own_area(context)))
    return found


def _beyond_own_area(context: Context) -> Iterator[_Stray]:
    """Yield the unit grids with ground in other areas; ground beyond the outline is another rule's."""
    cells, of = context.unit_polygons, context.text("unit_grid", "area_code")
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


@rule("unit_cuts_compound")
def cuts_compound(context: Context) -> Iterator[Issue]:
    """Find compounds (居住小区, 单位大院) in several unit grids; what a border only grazes does not count."""
    kinds = context.text("duty_zone", "kind")
    rows = np.flatnonzero(np.isin(kinds.astype(str), parameter("compound_kinds")) & context.in_force("duty_zone"))
    compounds = polygonal(context.geometry("duty_zone"))[rows]
    codes = context.text("duty_zone", "code")[rows]
    at, unit = shapely.STRtree(context.unit_polygons).query(compounds, predicate="intersects")
    pieces = polygons_only(shapely.intersection(compounds[at], context.unit_polygons[unit]))
    real = mean_width_m(pieces) > parameter("compound_graze_m")
    at, unit, area = at[real], unit[real], shapely.area(pieces[real])
    for compound in np.flatnonzero(np.bincount(at, minlength=len(compounds)) > 1):
        mine = at == compound
        order = np.argsort(-area[mine], kind="stable")
        units = tuple(context.unit_codes[unit[mine][order]].tolist())
        cut_off = float(area[mine].sum() - area[mine].max())
        yield context.issue(
            "unit_cuts_compound",
            "duty_zone",
            (codes[compound], *units),
            compounds[compound],
            cut_off,
            units="、".join(units),
        )


@rule("unit_area_range")
def area_range(context: Context) -> Iterator[Issue]:
    """Find unit grids smaller or larger than grids of their kind should be."""
    ranges = {**parameter("area_ranges_m2"), **context.settings.area_ranges_m2}
    kind = context.text("unit_grid", "grid_kind")
    limits = np.array([ranges.get(name, ranges["other"]) for name in kind], dtype=np.float64).reshape(-1, 2)
    area = shapely.area(context.unit_polygons)
    for unit in np.flatnonzero((area > 0) & ((area < limits[:, 0]) | (area > limits[:, 1]))):
        yield context.issue(
            "unit_area_range",
            "unit_grid",
            (context.unit_codes[unit],),
            context.unit_polygons[unit],
            float(area[unit]),
            kind=kind[unit] or "–",
            smallest=f"{limits[unit, 0]:.0f}",
            largest=f"{limits[unit, 1]:.0f}",
        )
