"""Outlines of areas as the gestures need them: the ground whose cells carry the area's code."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.ground import areas_in_force, covered_extent, own_ground
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace


class AreaOutlines:
    """Reads outlines when they are first asked for and keeps them until :meth:`forget`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, shapely.Geometry | None] = {}
        self._extent: shapely.Geometry | None = None
        self._extent_read = False
        self._all: tuple[np.ndarray, shapely.STRtree] | None = None

    def forget(self) -> None:
        """Read everything anew: areas or the covered extent were changed."""
        self._known.clear()
        self._extent, self._extent_read = None, False
        self._all = None

    def meeting(self, bounds: tuple[float, float, float, float]) -> list[str]:
        """Return the codes, sorted, of the areas with ground of their own that meets minx, miny, maxx, maxy."""
        box = shapely.box(*bounds)
        if self._all is not None:
            return self._meeting(box, self._all)
        with self._workspace.reading() as opened:  # what comes after it is read in the same state
            areas = _areas(opened, "code")
            self._all = areas["code"], shapely.STRtree(areas.shapes)
            self._read(self._near(box, self._all), opened)
        return self._meeting(box, self._all)

    @staticmethod
    def _near(box: shapely.Geometry, known: tuple[np.ndarray, shapely.STRtree]) -> list[str]:
        codes, tree = known
        return [str(code) for code in codes[tree.query(box, predicate="intersects")] if code]

    def _meeting(self, box: shapely.Geometry, known: tuple[np.ndarray, shapely.STRtree]) -> list[str]:
        ground = self.of(self._near(box, known))
        return sorted(code for code, outline in ground.items() if shapely.intersects(outline, box))

    def of(self, codes: Iterable[str]) -> dict[str, shapely.Geometry]:
        """Return code → prepared outline, for those codes that an area in force has a shape for.

        The ground of an area is what its own parts leave of it, inside the covered extent where one is in force.
        """
        wanted = list(codes)
        unknown = [code for code in wanted if code and code not in self._known]
        if unknown:
            with self._workspace.reading() as opened:
                self._read(unknown, opened)
        found = {code: self._known.get(code) for code in wanted}
        return {code: outline for code, outline in found.items() if outline is not None}

    def _read(self, codes: list[str], opened: Workspace) -> None:
        if not codes:
            return
        areas, parts = _areas(opened, "code", codes), _areas(opened, "parent_code", codes)
        self._known.update(dict.fromkeys(codes))
        for code, shape in zip(areas["code"], areas.shapes):
            below = parts.shapes[parts["parent_code"] == code]
            ground = own_ground(shape, below, self._covered(opened), self._workspace.info.precision_m)
            if not ground.is_empty:
                shapely.prepare(ground)
                self._known[code] = ground

    def _covered(self, opened: Workspace) -> shapely.Geometry | None:
        if not self._extent_read:
            self._extent = covered_extent(opened.read("covered_extent", ["valid_from", "valid_to"]))
            self._extent_read = True
        return self._extent


def _areas(workspace: Workspace, column: str, codes: list[str] | None = None) -> Rows:
    """Return the areas in force (of ``codes`` in a column) with their shapes and that column."""
    where = None if codes is None else {column: codes}
    areas = workspace.read("area", [column, "valid_from", "valid_to"], where)
    return areas.take(areas_in_force(areas))
