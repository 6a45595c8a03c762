"""Rules on components and cases: where they lie, and whose the components are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import picked, positions
from gridmgmt_plugin.core.duty.classes import ClassTitle
from gridmgmt_plugin.core.duty.times import disputed_owner_states
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.titles import ValueTitle
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
    x, y = xy_of_points(places)
    found[drawn] = locate_points(x, y, context.unit_polygons, context.unit_codes, progress=context.progress)
    return found


def _outside(context: Context, table: str, code: str) -> Iterator[Issue]:
    keys = row_keys(context, table)
    for row in np.flatnonzero(_cell_of(context, table) == -1):
        yield context.issue(code, table, (keys[row],), context.geometry(table)[row])


def _elsewhere(context: Context, table: str, code: str) -> Iterator[Issue]:
    """Yield the points whose recorded grid is another than the one that holds them.

    Within the precision of an edge either side will do: coordinates are not better than that.
    """
    cell = _cell_of(context, table)
    stored = context.text(table, "unit_grid")
    true = picked(context.unit_codes, np.maximum(cell, -1))
    wrong = np.flatnonzero((cell >= 0) & (stored != true))
    points = context.geometry(table)[wrong]
    recorded = positions(context.unit_codes, stored[wrong])
    known = recorded >= 0
    near = np.zeros(len(wrong), dtype=bool)
    cells = context.unit_polygons[recorded[known]]
    near[known] = shapely.distance(points[known], cells) <= context.settings.precision_m
    near &= shapely.distance(points, shapely.boundary(context.unit_polygons[cell[wrong]])) > 0
    keys = row_keys(context, table)
    for row in wrong[~near]:
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
    """Find components whose ownership is disputed or still to be ruled: who answers for them is disputed as well."""
    states = context.text("component", "owner_state")
    disputed = np.isin(states.astype(str), disputed_owner_states())
    keys, names = row_keys(context, "component"), context.text("component", "name")
    classes, catalogues = context.text("component", "class_code"), context.settings.class_catalogues
    for row in np.flatnonzero(disputed):
        place = context.geometry("component")[row]
        called = ClassTitle(classes[row], kind="component", catalogues=catalogues) if classes[row] else "–"
        name, state = names[row] or called, ValueTitle(f"owner_state.{states[row]}")
        yield context.issue("component_disputed", "component", (keys[row],), place, name=name, state=state)
