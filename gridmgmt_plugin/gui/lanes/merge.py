"""合并街巷: lanes are collected one by one or by a stroke, and become one."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.gestures import merge
from gridmgmt_plugin.core.lanes.lane_edit import LaneEdit
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.desk import bounds_around
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk
from gridmgmt_plugin.project.i18n import tr


class MergeLanesTool(GridTool):
    """Collects lanes by their row numbers; one may be named as the one that keeps code and name."""

    key = "lane_merge"
    desk: LaneDesk

    def __init__(self, desk: LaneDesk) -> None:
        super().__init__(desk)
        self.members: dict[int, shapely.MultiLineString] = {}
        self.keeper: int | None = None

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Merge lanes")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if len(self.members) > 1:
            return tr("Enter or double click merges; Ctrl+click names the lane that keeps its code, Esc cancels")
        return tr("Click the lanes to merge one by one, or drag across them")

    def is_busy(self) -> bool:
        """Tell whether a lane is chosen."""
        return bool(self.members)

    def clicked(self, point: QgsPointXY, event: Any) -> None:
        """Choose a lane or leave it out again; with Ctrl: let it keep its code."""
        lane = self._lane_at(point)
        if lane is None:
            return
        fid, shape = lane
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.members[fid], self.keeper = shape, fid
        elif self.members.pop(fid, None) is None:
            self.members[fid] = shape
        if self.keeper not in self.members:
            self.keeper = None

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Choose what the stroke comes across."""
        self._choose_along(stroke[-2:])

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Choose all that the stroke came across."""
        self._choose_along(stroke)

    def double_clicked(self) -> None:
        """Merge, with the lane that was clicked twice among the others."""
        lane = None if self.cursor is None else self._lane_at(self.cursor)
        if lane is not None:
            self.members.setdefault(*lane)
        self.finish()

    def finish(self) -> None:
        """Merge the chosen lanes.

        :raises InputError: why they cannot be merged; they stay chosen.
        """
        self.desk.apply(*self._plan())
        self.reset()

    def step_back(self) -> None:
        """Leave out the lane that was chosen last."""
        if self.members:
            fid, _ = self.members.popitem()
            self.keeper = None if self.keeper == fid else self.keeper

    def reset(self) -> None:
        """Forget the choice."""
        self.members, self.keeper = {}, None
        super().reset()

    def preview(self) -> None:
        """Show the chosen lanes, and why they cannot be one where they cannot."""
        look = Look.CHOSEN
        if len(self.members) > 1:
            try:
                self._plan()
                self.desk.panel.show_rows(())
            except InputError as error:
                self.show_refusal(error)
                look = Look.TROUBLE
        lane = None if self.cursor is None else self._lane_at(self.cursor)
        shown = [
            Area(self.desk.band(shape), Look.KEEPER if fid == self.keeper else look)
            for fid, shape in self.members.items()
        ]
        if lane is not None and lane[0] not in self.members:
            shown.append(Area(self.desk.band(lane[1]), Look.BEFORE))
        self.rubber.draw_areas(shown, self.desk.layer)

    def _plan(self) -> tuple[Rows, LaneEdit]:
        if len(self.members) < 2:
            raise InputError("lane_merge_too_few")
        lanes = self.desk.editor.near(bounds_around(list(self.members.values())))
        place = {fid: at for at, fid in enumerate(lanes.fids.tolist())}
        self.members = {fid: shape for fid, shape in self.members.items() if fid in place}
        keeper = None if self.keeper is None else place.get(self.keeper)
        return lanes, merge(lanes, [place[fid] for fid in self.members], self.desk.editor.options, keeper)

    def _lane_at(self, point: QgsPointXY) -> tuple[int, shapely.MultiLineString] | None:
        place, within = self.on_layer(point), self.within_m()
        lanes = self.desk.editor.near((place[0] - within, place[1] - within, place[0] + within, place[1] + within))
        at = self.desk.lane_at(lanes, place, within)
        return None if at is None else (int(lanes.fids[at]), lanes.shapes[at])

    def _choose_along(self, stroke: list[QgsPointXY]) -> None:
        places = [self.on_layer(point) for point in stroke]
        way = shapely.LineString(places if len(places) > 1 else [*places, *places])
        lanes = self.desk.editor.near(bounds_around([way]))
        for at in np.flatnonzero(shapely.intersects(lanes.shapes, way)).tolist():
            self.members.setdefault(int(lanes.fids[at]), lanes.shapes[at])
