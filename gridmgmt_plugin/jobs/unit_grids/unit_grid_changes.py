"""What follows when unit grids are imported: points that lie in other ones, outlines of areas with their vertices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.ground import Ground
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class Relocated:
    """Points that lie in another unit grid now: row numbers (int64) and the codes (object array)."""

    fid: np.ndarray
    unit_grid: np.ndarray

    def __len__(self) -> int:
        return len(self.fid)


def relocated_points(workspace: Workspace, units: Rows, name: str) -> Relocated:
    """Return which points of a table lie in another unit grid than their row says."""
    if workspace.count(name) == 0:
        return Relocated(np.empty(0, dtype=np.int64), as_column([]))
    rows = workspace.read(name, ["unit_grid"])
    x, y = shapely.get_x(rows.geometry), shapely.get_y(rows.geometry)
    cell = locate_points(x, y, units.geometry, units["code"])
    codes = np.append(units["code"], as_column([None]))[cell]
    changed = np.array([one != two for one, two in zip(codes, rows["unit_grid"])], dtype=bool)
    return Relocated(rows.fid[changed], codes[changed])


def area_outlines(workspace: Workspace, ground: Ground, drawn: np.ndarray) -> Rows:
    """Return rows of ``area`` with outlines that have the vertices of their cells; areas of other shape are left.

    :param drawn: the ground with those vertices, one shape per row of ``ground``.
    """
    areas = workspace.read("area", ["code"])
    if workspace.count("covered_extent"):
        return Rows({}, np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    found = list(_redrawn(areas, ground, drawn))
    return Rows({}, as_column(shape for _, shape in found), np.array([fid for fid, _ in found], dtype=np.int64))


def _redrawn(areas: Rows, ground: Ground, drawn: np.ndarray) -> Iterator[tuple[int, shapely.Geometry]]:
    codes = ground.codes.astype(str)
    for row, code in enumerate(areas["code"]):
        before = areas.geometry[row]
        members = np.flatnonzero(np.char.startswith(codes, str(code)))
        if before is None or len(members) == 0:
            continue
        after = drawn[members[0]] if len(members) == 1 else shapely.union_all(drawn[members])
        apart_m2 = shapely.area(shapely.symmetric_difference(before, after))
        same = shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0.0)
        if not same and apart_m2 < 0.002 * shapely.length(after) + 0.01:
            yield int(areas.fid[row]), after
