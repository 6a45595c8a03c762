"""绘制街巷 and 延长街巷: a line drawn by hand, snapped to streets and lanes."""

from __future__ import annotations

import shapely
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.lanes.gestures import draw, extend
from gridmgmt_plugin.core.lanes.lane_edit import LaneEdit
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.editing.line_tool import Coordinates, LineTool, as_line, bounds_of
from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk
from gridmgmt_plugin.gui.lanes.make import name_field
from gridmgmt_plugin.project.i18n import tr


class _LaneLineTool(LineTool):
    desk: LaneDesk

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Next point; double click or Enter ends the line, Backspace takes a point back, Esc cancels")

    def _line(self, places: Coordinates) -> tuple[Rows, shapely.LineString]:
        return self.desk.editor.near(bounds_of(places)), as_line(places)


class DrawLaneTool(_LaneLineTool):
    """Draws a lane that no street layer has."""

    key = "lane_draw"

    def __init__(self, desk: LaneDesk) -> None:
        super().__init__(desk)
        self._options, self.name = name_field(self)

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Draw lane")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return super().hint() if self.points else tr("Draw the line of a lane: click point by point, or drag")

    def options(self) -> QWidget:
        """Return the field for the name."""
        return self._options

    def plan(self, places: Coordinates) -> tuple[Rows, LaneEdit]:
        """Return the lane of this line."""
        lanes, line = self._line(places)
        name = normalise_name(self.name.text())
        return lanes, draw(lanes, line, {"name": name} if name else {}, self.desk.editor.options)

    def applied(self, *_: object) -> None:
        """Forget the name: the next lane has another one."""
        self.name.clear()


class ExtendLaneTool(_LaneLineTool):
    """Draws on from the end of a lane."""

    key = "lane_extend"

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Extend lane")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return super().hint() if self.points else tr("Click the end of a lane, then draw on from there")

    def plan(self, places: Coordinates) -> tuple[Rows, LaneEdit]:
        """Return the lane with this line."""
        lanes, line = self._line(places)
        return lanes, extend(lanes, line, self.desk.editor.options, self.within_m())[1]
