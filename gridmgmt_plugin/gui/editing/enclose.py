"""围合成格: a click between streets makes the enclosed block a cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.blocks import clear_of, enclosed_block
from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.partition.model import ROAD
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.desk import Desk, bounds_around
from gridmgmt_plugin.gui.editing.place_tool import Place, PlaceTool
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.editing.streets import streets_within
from gridmgmt_plugin.project.i18n import tr

# Without the outline of the area streets are looked for this far around.
_REACH_M = 2_000.0


class EncloseTool(PlaceTool):
    """Shows the block under the mouse."""

    key = "enclose"
    desk: Desk

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._block: shapely.Polygon | None = None
        self._streets: tuple[object, np.ndarray] | None = None

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Enclosed block to cell")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Click between streets: the enclosed block becomes a cell")

    def activate(self) -> None:
        """Look at the streets as they are now."""
        self._block = self._streets = None
        super().activate()

    def plan(self, place: Place) -> tuple[Neighbourhood, CoverageEdit] | None:
        """Return the block at a place as a cell."""
        near = self.desk.near((*place, *place))
        group = self._group_at(near, place)
        outline = None if group is None else near.cells.outlines.get(group)
        if self._block is None or not shapely.contains_xy(self._block, *place):
            self._block = enclosed_block(
                self._streets_around(place, outline), outline, *place, self.desk.tolerance.precision_m
            )
            shapely.prepare(self._block)
        area_code = None if group is None else near.areas[group]
        near = self.desk.near(bounds_around([self._block]))
        again = near.areas.index(area_code) if area_code in near.areas else None
        roads = near.cells.geometry[near.rows["grid_kind"] == ROAD]
        block = clear_of(self._block, roads, *place)
        edit = draw(near.cells, block, self.desk.tolerance, group=again)
        return near, replace(edit, kind="enclose")

    def areas_before(self, near: Neighbourhood, edit: CoverageEdit) -> list[Area]:
        """Return the cells that go altogether."""
        return [Area(near.cells.geometry[position], Look.BEFORE) for position in edit.removed]

    def _group_at(self, near: Neighbourhood, place: Place) -> int | None:
        position = self.desk.position_at(near, place)
        if position is not None:
            return int(near.cells.group[position])
        inside = [g for g, outline in near.cells.outlines.items() if shapely.intersects_xy(outline, *place)]
        return min(inside, default=None)

    def _streets_around(self, place: Place, outline: shapely.Geometry | None) -> np.ndarray:
        """Return the streets about a place, kept as long as the mouse stays in one area."""
        if outline is None:
            x, y = place
            bounds = (x - _REACH_M, y - _REACH_M, x + _REACH_M, y + _REACH_M)
            return streets_within(self.desk.canvas, self.desk.layer, bounds)
        if self._streets is None or self._streets[0] is not outline:
            bounds = bounds_around([outline])
            self._streets = (outline, streets_within(self.desk.canvas, self.desk.layer, bounds))
        return self._streets[1]
