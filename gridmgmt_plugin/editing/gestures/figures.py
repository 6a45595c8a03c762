"""Live figures of a gesture, asked for at every movement of the mouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.locate import code_ranks
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.workspace.changes.row_reading import Bounds
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.workspace import Workspace

DEFAULT_TARGET_AREA_M2 = 10_000.0
POINT_TABLES = ("component", "cases")
# Points are fetched for this much more ground than asked, so that a line that grows needs no second reading.
_REACH_BEYOND = 0.5


@dataclass(frozen=True)
class PartFigures:
    """A cell as the gesture would leave it. ``code``: ``None`` for one that would get a new code.

    ``deviation_percent``: how far its area is from the target area. ``components``, ``cases``: points in it; a point
    on a shared edge counts for the smaller code.
    """

    code: str | None
    area_m2: float
    deviation_percent: float
    components: int
    cases: int


@dataclass(frozen=True)
class _Points:
    tree: shapely.STRtree
    count: int


def target_area_m2(info: WorkspaceInfo) -> float:
    """Return what a unit grid should have: entry ``target_area_m2`` of the workspace, or 10 000 m²."""
    return float(info.more.get("target_area_m2", DEFAULT_TARGET_AREA_M2))


class Figures:
    """Figures of edits in one workspace; points are read once per neighbourhood and kept until :meth:`forget`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._bounds: Bounds | None = None
        self._points: dict[str, _Points] = {}

    def forget(self) -> None:
        """Read the points anew: some were changed."""
        self._bounds = None

    def of(self, near: Neighbourhood, edit: CoverageEdit) -> tuple[PartFigures, ...]:
        """Return the figures of every changed and added cell, changed ones first, in the order of the edit."""
        shapes = np.concatenate([edit.changed_geometry, edit.added_geometry])
        if len(shapes) == 0:
            return ()
        codes = [*near.code[edit.changed], *[None] * len(edit.added_geometry)]
        bounds = shapely.total_bounds(np.concatenate([near.cells.geometry, shapes]))
        self._fetch((float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])))
        components, cases = (self._count(self._points[name], shapes, codes) for name in POINT_TABLES)
        areas_m2 = shapely.area(shapes)
        target_m2 = target_area_m2(self._workspace.info)
        return tuple(
            PartFigures(codes[i], float(area), (float(area) / target_m2 - 1) * 100, int(components[i]), int(cases[i]))
            for i, area in enumerate(areas_m2)
        )

    def _fetch(self, bounds: Bounds) -> None:
        if self._bounds is not None and _holds(self._bounds, bounds):
            return
        wider = _widened(bounds)
        found = self._workspace.read_together([asked(name, [], bounds=wider) for name in POINT_TABLES])
        for name, rows in zip(POINT_TABLES, found):
            self._points[name] = _Points(shapely.STRtree(rows.shapes), len(rows.shapes))
        self._bounds = wider

    def _count(self, points: _Points, shapes: np.ndarray, codes: list[str | None]) -> np.ndarray:
        cell, point = points.tree.query(shapes, predicate="intersects")
        rank = code_ranks(codes)
        order = np.lexsort((rank[cell], point))
        first = np.unique(point[order], return_index=True)[1]
        return np.bincount(cell[order][first], minlength=len(shapes))


def _widened(bounds: Bounds) -> Bounds:
    minx, miny, maxx, maxy = bounds
    dx, dy = _REACH_BEYOND * (maxx - minx), _REACH_BEYOND * (maxy - miny)
    return minx - dx, miny - dy, maxx + dx, maxy + dy


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
