"""The tools for unit grids on duty zones: draw, split, merge, reshape, vertex, with a form for kind and manager."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.draw import DrawTool
from gridmgmt_plugin.gui.editing.line_tool import Coordinates, as_line, bounds_of
from gridmgmt_plugin.gui.editing.merge import MergeTool
from gridmgmt_plugin.gui.editing.reshape import ReshapeTool
from gridmgmt_plugin.gui.editing.split import SplitTool
from gridmgmt_plugin.gui.editing.vertex import VertexTool
from gridmgmt_plugin.gui.editing.zone_desk import ZoneDesk
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr


class _WithForm:
    """Puts the form of the desk above what a tool itself lets set."""

    def __init__(self, desk: ZoneDesk) -> None:
        self._desk = desk
        self._holder = QWidget(desk.panel)
        self._rows = QVBoxLayout(self._holder)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._holder.hide()

    def around(self, own: QWidget | None) -> QWidget:
        """Return form and options as one; the form is the same one in every tool."""
        self._desk.form.fill()
        for widget in (self._desk.form, own):
            if widget is not None:
                self._rows.addWidget(widget)
                widget.show()
        return self._holder


class ZoneDrawTool(DrawTool):
    """Draws a new zone; without the box it takes ground from zones of its kind."""

    def __init__(self, desk: ZoneDesk) -> None:
        super().__init__(desk)
        self._with_form = _WithForm(desk)
        self._fill_only.setText(tr("Only ground that no zone of this kind covers"))
        explain(
            self._fill_only, tr("The new zone takes nothing from others of its kind and fills other ground only.")
        )
        self._fill_only.setChecked(True)

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.is_busy():
            return super().hint()
        return tr("Draw the outline of a new duty zone: click corner by corner, or drag around it")

    def options(self) -> QWidget:
        """Return the form and the choice between taking ground and filling bare ground."""
        return self._with_form.around(super().options())


class ZoneSplitTool(SplitTool):
    """Splits zones of one kind."""

    def __init__(self, desk: ZoneDesk) -> None:
        super().__init__(desk)
        self._with_form = _WithForm(desk)

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.points:
            return super().hint()
        return tr("Draw a line right through one or more duty zones: click point by point, or drag")

    def options(self) -> QWidget:
        """Return the form and the field for a part of exactly so many square metres."""
        return self._with_form.around(super().options())


class ZoneMergeTool(MergeTool):
    """Merges zones of one kind that touch."""

    def __init__(self, desk: ZoneDesk) -> None:
        super().__init__(desk)
        self._with_form = _WithForm(desk)

    def hint(self) -> str:
        """Return what the planner can do next."""
        if len(self.members) > 1:
            return tr("Enter or double click merges; Ctrl+click names the zone that keeps its code, Esc cancels")
        return tr("Click the duty zones to merge one by one, or drag across them")

    def options(self) -> QWidget:
        """Return the form."""
        return self._with_form.around(None)


class ZoneReshapeTool(ReshapeTool):
    """Draws a stretch of a zone's border anew; ground that it gives up need not go to anybody."""

    def __init__(self, desk: ZoneDesk) -> None:
        super().__init__(desk)
        self._with_form = _WithForm(desk)

    def options(self) -> QWidget:
        """Return the form."""
        return self._with_form.around(None)

    def plan(self, places: Coordinates) -> tuple[Neighbourhood, CoverageEdit]:
        """Return what the new border gives to one side and takes from the other."""
        near = self.desk.near(bounds_of(places))
        return near, reshape(near.cells, as_line(places), self.desk.tolerance, frees=True)


class ZoneVertexTool(VertexTool):
    """Moves, adds and deletes vertices of zones; a border that no two zones share goes where it is put."""

    frees = True

    def __init__(self, desk: ZoneDesk) -> None:
        super().__init__(desk)
        self._with_form = _WithForm(desk)

    def options(self) -> QWidget:
        """Return the form."""
        return self._with_form.around(None)
