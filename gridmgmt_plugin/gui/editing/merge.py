"""合并: cells are collected one by one or by a stroke, and become one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.merging import merge
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.desk import Desk, bounds_around
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.project.i18n import tr


class MergeTool(GridTool):
    """Collects cells by their row numbers; one of them may be named as the one that keeps its code."""

    key = "merge"
    desk: Desk

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.members: dict[int, shapely.Polygon] = {}
        self.keeper: int | None = None
        self._last: int | None = None

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Merge")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if len(self.members) > 1:
            return tr("Enter or double click merges; Ctrl+click names the cell that keeps its code, Esc cancels")
        return tr("Click the cells to merge one by one, or drag across them")

    def is_busy(self) -> bool:
        """Tell whether a cell is chosen."""
        return bool(self.members)

    def clicked(self, point: QgsPointXY, event: Any) -> None:
        """Choose a cell or leave it out again; with Ctrl: let it keep its code."""
        cell = self._cell_at(self.on_layer(point))
        if cell is None:
            return
        self._last, shape = cell
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.members[self._last], self.keeper = shape, self._last
        elif self.members.pop(self._last, None) is None:
            self.members[self._last] = shape
        if self.keeper not in self.members:
            self.keeper = None

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Choose what the stroke comes across."""
        self._choose_along(stroke[-2:])

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Choose all that the stroke came across."""
        self._choose_along(stroke)

    def double_clicked(self) -> None:
        """Merge, with the cell that was clicked twice among the others."""
        if self._last is not None and self._last not in self.members:
            cell = self._cell_at(self.on_layer(self.cursor)) if self.cursor is not None else None
            if cell is not None:
                self.members[cell[0]] = cell[1]
        self.finish()

    def finish(self) -> None:
        """Merge the chosen cells.

        :raises InputError: why they cannot be merged; they stay chosen.
        """
        near, edit = self._plan()
        self.desk.apply(near, edit)
        self.reset()

    def step_back(self) -> None:
        """Leave out the cell that was chosen last."""
        if self.members:
            fid, _ = self.members.popitem()
            self.keeper = None if self.keeper == fid else self.keeper

    def reset(self) -> None:
        """Forget the choice."""
        self.members, self.keeper, self._last = {}, None, None
        super().reset()

    def preview(self) -> None:
        """Show the chosen cells and what they become."""
        chosen = [
            Area(shape, Look.KEEPER if fid == self.keeper else Look.CHOSEN) for fid, shape in self.members.items()
        ]
        if len(self.members) < 2:
            self.rubber.draw_areas([*chosen, *self._hovered()], self.desk.layer)
            self.desk.panel.show_rows(())
            return
        try:
            near, edit = self._plan()
            areas, rows = self.desk.preview(near, edit)
        except InputError as error:
            self.show_refusal(error)
            self.rubber.draw_areas([Area(shape, Look.TROUBLE) for shape in self.members.values()], self.desk.layer)
        else:
            self.rubber.draw_areas([*chosen, *(Area(area.shape, Look.RESULT) for area in areas)], self.desk.layer)
            self.desk.panel.show_rows([replace(row, colour=Look.RESULT.value[0]) for row in rows])

    def _plan(self) -> tuple[Neighbourhood, CoverageEdit]:
        if len(self.members) < 2:
            raise InputError("merge_too_few")
        near = self.desk.near(bounds_around(list(self.members.values())))
        positions = [near.position(fid, shape) for fid, shape in self.members.items()]
        if None in positions:
            self.members = {fid: shape for fid, shape in self.members.items() if near.position(fid) is not None}
            raise InputError("editing_cells_changed_meanwhile", unit_grid="–")
        keeper = None if self.keeper is None else near.position(self.keeper, self.members[self.keeper])
        return near, merge(near.cells, np.array(positions), self.desk.tolerance, keeper)

    def _choose_along(self, stroke: list[QgsPointXY]) -> None:
        places = [self.on_layer(point) for point in stroke]
        line = shapely.LineString(places if len(places) > 1 else [*places, *places])
        near = self.desk.near(bounds_around([line]))
        for position in np.flatnonzero(shapely.intersects(near.cells.geometry, line)):
            self.members.setdefault(int(near.fid[position]), near.cells.geometry[position])

    def _cell_at(self, place: tuple[float, float]) -> tuple[int, shapely.Polygon] | None:
        near = self.desk.near((*place, *place))
        position = self.desk.position_at(near, place)
        return None if position is None else (int(near.fid[position]), near.cells.geometry[position])

    def _hovered(self) -> list[Area]:
        cell = None if self.cursor is None else self._cell_at(self.on_layer(self.cursor))
        return [] if cell is None or cell[0] in self.members else [Area(cell[1], Look.BEFORE)]
