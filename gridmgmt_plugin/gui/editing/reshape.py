"""调整边界: a line drawn across a shared border replaces it, and the neighbours follow."""

from __future__ import annotations

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.editing.line_tool import Coordinates, LineTool, as_line, bounds_of
from gridmgmt_plugin.project.i18n import tr


class ReshapeTool(LineTool):
    """Draws a stretch of border anew."""

    key = "reshape"
    desk: Desk

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Reshape")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.is_busy():
            return tr("Cross the border a second time; double click or Enter reshapes, Esc cancels")
        return tr("Draw the new border: across the old one, and back across it")

    def plan(self, places: Coordinates) -> tuple[Neighbourhood, CoverageEdit]:
        """Return what the new border gives to one side and takes from the other."""
        near = self.desk.near(bounds_of(places))
        return near, reshape(near.cells, as_line(places), self.desk.tolerance)
