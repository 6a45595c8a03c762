"""The ground under unit grids that come in: areas of workspace and package, with outlines that fit those cells."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.rows import Rows, as_column

_COLUMNS = ("code", "parent_code", "level", "valid_from", "valid_to")


def joined_areas(own: Rows, given: Rows | None) -> Rows:
    """Return the areas of a workspace, and after them those that only the package has."""
    parts = [own] if len(own) else []
    if given is not None and len(given):
        known = own["code"].astype(str) if len(own) else np.empty(0, dtype=str)
        parts.append(given.take(~np.isin(given["code"].astype(str), known)))
    if not parts:
        return Rows({name: as_column([]) for name in _COLUMNS}, as_column([]))
    columns = {
        name: np.concatenate([rows[name] if name in rows else as_column([None] * len(rows)) for rows in parts])
        for name in _COLUMNS
    }
    return Rows(columns, np.concatenate([rows.shapes for rows in parts]))


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
