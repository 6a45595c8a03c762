"""Outlines of areas as the gestures need them: the ground whose cells carry the area's code."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import polygons_only
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
        if self._all is None:
            areas = self._workspace.read("area", ["code"])
            self._all = areas["code"], shapely.STRtree(areas.shapes)
        codes, tree = self._all
        box = shapely.box(*bounds)
        near = [str(code) for code in codes[tree.query(box, predicate="intersects")] if code]
        return sorted(code for code, ground in self.of(near).items() if shapely.intersects(ground, box))

    def of(self, codes: Iterable[str]) -> dict[str, shapely.Geometry]:
        """Return code → prepared outline, for those codes that the ``area`` table has a shape for.

        The ground of an area is what its own parts leave of it, inside the covered extent where there is one.
        """
        wanted = list(codes)
        unknown = [code for code in wanted if code and code not in self._known]
        if unknown:
            self._read(unknown)
        found = {code: self._known.get(code) for code in wanted}
        return {code: outline for code, outline in found.items() if outline is not None}

    def _read(self, codes: list[str]) -> None:
        areas = self._workspace.read("area", ["code"], {"code": codes})
        parts = self._workspace.read("area", ["parent_code"], {"parent_code": codes})
        self._known.update(dict.fromkeys(codes))
        for code, shape in zip(areas["code"], areas.shapes):
            if shape is None or shape.is_empty:
                continue
            ground = _without(shape, parts.shapes[parts["parent_code"] == code])
            ground = self._inside_extent(ground)
            if not ground.is_empty:
                shapely.prepare(ground)
                self._known[code] = ground

    def _inside_extent(self, ground: shapely.Geometry) -> shapely.Geometry:
        if not self._extent_read:
            extent = self._workspace.read("covered_extent", ["code"])
            self._extent = shapely.union_all(extent.shapes) if len(extent) else None
            self._extent_read = True
        if self._extent is None:
            return ground
        inside = shapely.intersection(ground, self._extent, grid_size=self._workspace.info.precision_m)
        return polygons_only(np.array([inside], dtype=object))[0]


def _without(shape: shapely.Geometry, parts: np.ndarray) -> shapely.Geometry:
    there = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    if len(there) == 0:
        return shape
    rest = shapely.difference(shape, shapely.union_all(there))
    return polygons_only(np.array([rest], dtype=object))[0]
