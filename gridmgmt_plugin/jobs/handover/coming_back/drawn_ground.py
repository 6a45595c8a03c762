"""The ground under unit grids that come in: areas of workspace and package, with outlines that fit those cells."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.rows import Rows, as_column, is_null, pick_or_none
from gridmgmt_plugin.jobs.handover.coming_back.filled_in import filled_areas

_DAYS = ("valid_from", "valid_to")
_COLUMNS = ("code", "parent_code", "level", *_DAYS)


def joined_areas(own: Rows, given: Rows | None) -> Rows:
    """Return the areas as an import leaves them: those of a workspace, with the days that the package says and its
    shape where none is drawn yet, and after them those that only the package has.

    :param given: ``area`` of the package; parents that it does not say follow from the codes.
    """
    parts = [own] if len(own) else []
    if given is not None and len(given):
        given = filled_areas(given)
        place = {code: at for at, code in enumerate(given["code"].tolist())}
        at = np.array([place.get(code, -1) for code in own["code"].tolist()] if len(own) else [], dtype=np.int64)
        parts = [_as_said(own, given, at)] if len(own) else []
        parts.append(given.take(np.setdiff1d(np.arange(len(given)), at)))
    if not parts:
        return Rows({name: as_column([]) for name in _COLUMNS}, as_column([]))
    columns = {
        name: np.concatenate([rows[name] if name in rows else as_column([None] * len(rows)) for rows in parts])
        for name in _COLUMNS
    }
    return Rows(columns, np.concatenate([geometries(rows) for rows in parts]))


def _as_said(own: Rows, given: Rows, at: np.ndarray) -> Rows:
    """Return areas of a workspace with what a package says of them. ``at``: their rows in it, −1 for none."""
    shapes = geometries(own).copy()
    bare = shapely.is_missing(shapes)
    shapes[bare] = pick_or_none(geometries(given), at)[bare]
    said = {name: pick_or_none(given[name], at) for name in _DAYS if name in given}
    here = {name: own[name] if name in own else as_column([None] * len(own)) for name in said}
    days = {name: np.where(is_null(values), here[name], values) for name, values in said.items()}
    return own.with_columns(**days).with_geometry(shapes)


def with_given_outlines(areas: Rows, given: Rows | None, codes: Collection[str]) -> tuple[Rows, np.ndarray]:
    """Return areas with the package's outlines where these are the same ground with other vertices, and which (bool).

    Cells of a package meet the vertices of its own areas. :param codes: areas whose cells are drawn anew; those that
    hold them follow.
    """
    changed = np.zeros(len(areas), dtype=bool)
    if given is None or given.geometry is None or not codes:
        return areas, changed
    shape_of = dict(zip(given["code"].tolist(), given.shapes))
    shapes = areas.shapes.copy()
    for at, code in enumerate(areas["code"].tolist()):
        before, after = shapes[at], shape_of.get(code)
        if before is None or after is None or not any(one.startswith(code) for one in codes):
            continue
        if shapely.equals_exact(*shapely.normalize(as_multi(as_column([before, after]))), 0.0):
            continue
        apart_m2 = shapely.area(shapely.symmetric_difference(before, after))
        if apart_m2 < 0.002 * shapely.length(after) + 0.01:
            shapes[at], changed[at] = after, True
    return areas.with_geometry(shapes), changed
