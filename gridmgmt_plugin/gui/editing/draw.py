"""绘制: a new cell that takes its ground from the cells below, or fills only ground that nobody covers."""

from __future__ import annotations

import shapely
from qgis.PyQt.QtWidgets import QCheckBox, QWidget

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.editing.line_tool import Coordinates, LineTool, bounds_of
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.changes.gestures import Gesture

_CORNERS = 3


class DrawTool(LineTool):
    """Draws the outline of a new cell."""

    key = "draw"
    desk: Desk
    is_area = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._fill_only = QCheckBox(tr("Only ground that no cell covers"), desk.panel)
        self._fill_only.setObjectName("gridmgmt_fill_only")
        explain(self._fill_only, tr("The new cell takes nothing from its neighbours and fills bare ground only."))
        self._fill_only.toggled.connect(lambda _: self.show_soon())
        self._fill_only.hide()

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Draw")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.is_busy():
            return tr(
                "Next corner; double click or Enter closes the outline, Backspace takes a corner back, Esc cancels"
            )
        return tr("Draw the outline of a new cell: click corner by corner, or drag around it")

    def options(self) -> QWidget:
        """Return the choice between taking ground and filling bare ground."""
        return self._fill_only

    def plan(self, places: Coordinates) -> tuple[Neighbourhood, CoverageEdit]:
        """Return the new cell and what it takes from the others."""
        if len(places) < _CORNERS:
            raise InputError("draw_unusable")
        near = self.desk.near(bounds_of(places))
        edit = draw(near.cells, shapely.Polygon(places), self.desk.tolerance, fill_only=self._fill_only.isChecked())
        return near, edit

    def applied(self, gesture: Gesture, near: Neighbourhood, edit: CoverageEdit) -> None:
        """Show the code of the new cell."""
        self.desk.panel.show_rows(self.desk.done_rows(near, self.desk.settled(near, edit), gesture))
