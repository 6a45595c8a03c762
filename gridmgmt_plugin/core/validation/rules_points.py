"""Rules on components and cases: where they lie, and whose the components are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.validation.catalogue import parameter
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_attributes import row_keys


def _cell_of(context: Context, table: str) -> np.ndarray:
    """Return the position of the unit grid of each point; −1 outside all, −2 without a point."""
    found: np.ndarray = context.once(f"cell of {table}", lambda: _locate(context, table))
    return found


def _locate(context: Context, table: str) -> np.ndarray:
    points = context.geometry(table)
    drawn = ~(shapely.is_missing(points) | shapely.is_empty(points))
    found = np.full(len(points), -2, dtype=np.int64)
    places = points[drawn]
    x, y = shapely.get_x(places), shapely.get_y(places)
    found[drawn] = locate_points(x, y, context.unit_polygons, context.unit_codes)
    return found


def _outside(context: Context, table: str, code: str) -> Iterator[Issue]:
    keys = row_keys(context, table)
    for row in np.flatnonzero(_cell_of(context, table) == -1):
        yield context.issue(code, table, (keys[row],), context.geometry(table)[row])


def _elsewhere(context: Context, table: str, code: str) -> Iterator[Issue]:
    cell = _cell_of(context, table)
    stored = context.text(table, "unit_grid")
    inside = cell >= 0
    true = np.full(len(cell), "", dtype=object)
    true[inside] = context.unit_codes[cell[inside]]
    keys = row_keys(context, table)
    for row in np.flatnonzero(inside & (stored != true)):
        details = {"stored": stored[row] or "–", "true": true[row]}
        yield context.issue(code, table, (keys[row], true[row]), context.geometry(table)[row], **details)


@rule("component_outside")
def component_outside(context: Context) -> Iterator[Issue]:
    """Find components that lie in no unit grid."""
    return _outside(context, "component", "component_outside")


@rule("case_outside")
def case_outside(context: Context) -> Iterator[Issue]:
    """Find cases that lie in no unit grid."""
    return _outside(context, "cases", "case_outside")


@rule("component_elsewhere")
def component_elsewhere(context: Context) -> Iterator[Issue]:
    """Find components that lie in another unit grid than their row says."""
    return _elsewhere(context, "component", "component_elsewhere")


@rule("case_elsewhere")
def case_elsewhere(context: Context) -> Iterator[Issue]:
    """Find cases that lie in another unit grid than their row says today."""
    return _elsewhere(context, "cases", "case_elsewhere")


@rule("component_disputed")
def component_disputed(context: Context) -> Iterator[Issue]:
    """Find components whose ownership is disputed."""
    disputed = np.isin(context.text("component", "owner_state").astype(str), parameter("disputed_states"))
    keys, names = row_keys(context, "component"), context.text("component", "name")
    for row in np.flatnonzero(disputed):
        place = context.geometry("component")[row]
        yield context.issue("component_disputed", "component", (keys[row],), place, name=names[row] or "–")
