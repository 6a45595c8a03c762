"""Outlines of areas with the vertices of the cells that were drawn in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.ground import Ground, areas_in_force, covered_extent
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace


def area_outlines(workspace: Workspace, ground: Ground, drawn: np.ndarray) -> Rows:
    """Return rows of ``area`` with outlines that have the vertices of their cells; areas of other shape are left.

    :param drawn: the ground with those vertices, one shape per row of ``ground``.
    """
    areas = workspace.read("area", ["code", "valid_from", "valid_to"])
    areas = areas.take(areas_in_force(areas))
    if covered_extent(workspace.read("covered_extent")) is not None:
        return Rows({}, np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    found = list(_redrawn(areas, ground, drawn))
    return Rows({}, as_column(shape for _, shape in found), np.array([fid for fid, _ in found], dtype=np.int64))


def _redrawn(areas: Rows, ground: Ground, drawn: np.ndarray) -> Iterator[tuple[int, shapely.Geometry]]:
    codes = ground.codes.astype(str)
    for row, code in enumerate(areas["code"]):
        before = areas.shapes[row]
        members = np.flatnonzero(np.char.startswith(codes, str(code)))
        if before is None or len(members) == 0:
            continue
        after = drawn[members[0]] if len(members) == 1 else shapely.union_all(drawn[members])
        apart_m2 = shapely.area(shapely.symmetric_difference(before, after))
        same = shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0.0)
        if not same and apart_m2 < 0.002 * shapely.length(after) + 0.01:
            yield int(areas.fids[row]), after
