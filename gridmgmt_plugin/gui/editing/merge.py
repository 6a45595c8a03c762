"""合并: cells are collected one by one or by a stroke, and become one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.merging import merge
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.collecting_tool import CollectingTool, Row
from gridmgmt_plugin.gui.editing.desk import Desk, bounds_around
from gridmgmt_plugin.gui.editing.place_tool import Place
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.project.i18n import tr


class MergeTool(CollectingTool):
    """Merges the cells that were collected; one of them may be named as the one that keeps its code."""

    key = "merge"
    desk: Desk

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Merge")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if len(self.members) > 1:
            return tr("Enter or double click merges; Ctrl+click names the cell that keeps its code, Esc cancels")
        return tr("Click the cells to merge one by one, or drag across them")

    def preview(self) -> None:
        """Show the chosen cells and what they become."""
        chosen = [
            Area(shape, Look.KEEPER if fid == self.keeper else Look.CHOSEN) for fid, shape in self.members.items()
        ]
        if len(self.members) < 2:
            self.rubber.draw_areas([*chosen, *self._not_chosen()], self.desk.layer)
            self.desk.panel.show_rows(())
            return
        try:
            near, edit = self.plan()
            areas, rows = self.desk.preview(near, edit)
        except InputError as error:
            self.show_refusal(error)
            self.rubber.draw_areas([Area(shape, Look.TROUBLE) for shape in self.members.values()], self.desk.layer)
        else:
            self.rubber.draw_areas([*chosen, *(Area(area.shape, Look.RESULT) for area in areas)], self.desk.layer)
            self.desk.panel.show_rows([replace(row, colour=Look.RESULT.value[0]) for row in rows])

    def plan(self) -> tuple[Neighbourhood, CoverageEdit]:
        """Return the merge.

        :raises InputError: ``merge_too_few``, ``editing_cells_changed_meanwhile``, or why they cannot be one.
        """
        if len(self.members) < 2:
            raise InputError("merge_too_few")
        near = self.desk.near(bounds_around(list(self.members.values())))
        positions = [near.position(fid, shape) for fid, shape in self.members.items()]
        if None in positions:
            self.members = {fid: shape for fid, shape in self.members.items() if near.position(fid) is not None}
            raise InputError("editing_cells_changed_meanwhile", unit_grid="–")
        keeper = None if self.keeper is None else near.position(self.keeper, self.members[self.keeper])
        return near, merge(near.cells, np.array(positions), self.desk.tolerance, keeper)

    def row_at(self, place: Place) -> Row | None:
        """Return the cell at a place."""
        near = self.desk.near((*place, *place))
        position = self.desk.position_at(near, place)
        return None if position is None else (int(near.fid[position]), near.cells.geometry[position])

    def rows_along(self, line: shapely.LineString) -> Iterator[Row]:
        """Return the cells that a line comes across."""
        near = self.desk.near(bounds_around([line]))
        for position in np.flatnonzero(shapely.intersects(near.cells.geometry, line)):
            yield int(near.fid[position]), near.cells.geometry[position]

    def _not_chosen(self) -> list[Area]:
        cell = self.hovered()
        return [] if cell is None or cell[0] in self.members else [Area(cell[1], Look.BEFORE)]
