"""Outlines of areas as the gestures need them: the ground whose cells carry the area's code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from gridmgmt_plugin.core.ground import areas_in_force, covered_extent, own_ground
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.workspace import Workspace

_COLUMNS = ("code", "parent_code", "valid_from", "valid_to")
_EXTENT = asked("covered_extent", ["valid_from", "valid_to"])


def outline_reads(codes: Iterable[str]) -> tuple[Asked, ...]:
    """Return the reads of :meth:`AreaOutlines.of` for these areas, where none is known yet."""
    wanted = sorted({code for code in codes if code})
    return _areas_asked({"code": wanted}), _areas_asked({"parent_code": wanted}), _EXTENT


class AreaOutlines:
    """Reads outlines when they are first asked for and keeps them until :meth:`forget`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, shapely.Geometry | None] = {}
        self._extent: shapely.Geometry | None = None
        self._extent_read = False
        self._all: tuple[Rows, shapely.STRtree] | None = None

    def forget(self) -> None:
        """Read everything anew: areas or the covered extent were changed."""
        self._known.clear()
        self._extent, self._extent_read = None, False
        self._all = None

    def missing(self) -> tuple[Asked, ...]:
        """Return the reads for :meth:`take`; none where all areas are known."""
        return (_areas_asked(None), _EXTENT) if self._all is None else ()

    def take(self, found: Sequence[Rows]) -> None:
        """Take what the reads that were :meth:`missing` have found."""
        if found:
            self._every(found)

    def _every(self, found: Sequence[Rows] = ()) -> tuple[Rows, shapely.STRtree]:
        if self._all is None:
            areas, extent = found or self._workspace.read_together(self.missing())
            self._take_extent(extent)
            areas = areas.take(areas_in_force(areas))
            self._all = areas, shapely.STRtree(areas.shapes)
        return self._all

    def meeting(self, bounds: tuple[float, float, float, float]) -> list[str]:
        """Return the codes, sorted, of the areas with ground of their own that meets minx, miny, maxx, maxy."""
        box = shapely.box(*bounds)
        areas, tree = self._every()
        near = [str(code) for code in areas["code"][tree.query(box, predicate="intersects")] if code]
        return sorted(code for code, outline in self.of(near).items() if shapely.intersects(outline, box))

    def of(self, codes: Iterable[str]) -> dict[str, shapely.Geometry]:
        """Return code → prepared outline, for those codes that an area in force has a shape for.

        The ground of an area is what its own parts leave of it, inside the covered extent where one is in force.
        """
        wanted = list(codes)
        unknown = [code for code in wanted if code and code not in self._known]
        if unknown:
            self._know(unknown, *self._areas_and_parts(unknown))
        found = {code: self._known.get(code) for code in wanted}
        return {code: outline for code, outline in found.items() if outline is not None}

    def _areas_and_parts(self, codes: Sequence[str]) -> tuple[Rows, Rows]:
        """Return the areas with these codes and their parts, all in force."""
        if self._all is not None:
            every = self._all[0]
            return every.take(np.isin(every["code"], codes)), every.take(np.isin(every["parent_code"], codes))
        reads = outline_reads(codes)
        areas, parts, *extent = self._workspace.read_together(reads[:2] if self._extent_read else reads)
        for rows in extent:
            self._take_extent(rows)
        return areas.take(areas_in_force(areas)), parts.take(areas_in_force(parts))

    def _know(self, codes: Sequence[str], areas: Rows, parts: Rows) -> None:
        self._known.update(dict.fromkeys(codes))
        for code, shape in zip(areas["code"], areas.shapes):
            below = parts.shapes[parts["parent_code"] == code]
            ground = own_ground(shape, below, self._extent, self._workspace.info.precision_m)
            if not ground.is_empty:
                shapely.prepare(ground)
                self._known[code] = ground

    def _take_extent(self, rows: Rows) -> None:
        self._extent, self._extent_read = covered_extent(rows), True


def _areas_asked(where: dict[str, list[str]] | None) -> Asked:
    return asked("area", _COLUMNS, where)
