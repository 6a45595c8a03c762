"""Lane inspections in the window: the round is read, a lane is shown on the map, its results are written."""

from __future__ import annotations

from qgis.core import QgsFeatureRequest, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.inspection.lane_views import classes_of_falls, classes_of_item
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.inspection.inspection_dock import AS_IT_IS, BY_FALLS, BY_STANDING, SELECTED, InspectionDock
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.jobs.inspection.round_desk import LaneToInspect, RoundDesk, enter_round, read_round
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.map.inspection_style import colour_by_inspections
from gridmgmt_plugin.project.map.themes import apply_theme
from gridmgmt_plugin.project.shown_workspace import placed_layer
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace


class InspectionDesk(Desk):
    """Answers ``inspect_lanes``: shows and hides the dock, and keeps it up to date."""

    ACTION, HEIGHT_PX = "inspect_lanes", 350

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, InspectionDock(shell.iface.mainWindow()))
        self._focus = MapFocus(shell.iface)
        self._desk: RoundDesk | None = None
        self.dock.wanted.connect(self.refresh)
        self.dock.filtered.connect(self._take_selection)
        self.dock.colours_wanted.connect(self._colour)
        self.dock.chosen.connect(self._show)
        self.dock.given.connect(lambda lane: shell.attempt(lambda: self._write(lane)))

    def close(self) -> None:
        """Take dock and mark out of QGIS."""
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the round again, in the background; while the dock is hidden nothing is read."""
        location = self._session.location
        self._errands.forget_question()
        if location is None:
            self.dock.show_round(None, tr("No workspace is open."))
            return
        if self.dock.isHidden():
            return
        self.dock.follow_calendar()
        day, kind = self.dock.day.date().toString("yyyy-MM-dd"), str(self.dock.kind.currentData() or "")

        def read(at: Location) -> RoundDesk:
            return read_round(Workspace.open(at), day, kind)

        self._errands.ask(tr("Reading the inspections"), location, read, self._read)

    def _read(self, desk: RoundDesk | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_round(None, error.text(language()))
        elif desk is not None:
            self._desk = desk
            self._take_selection()
            self.dock.show_round(desk)
            self._draw()

    def _colour(self) -> None:
        """Let the map have the colours that are chosen."""
        if self.dock.colours.currentData() != AS_IT_IS:
            apply_theme(QgsProject.instance(), "standing")
            self._draw()

    def _draw(self) -> None:
        """Draw what is known now in the style of inspections, where the map has it."""
        layer, by = placed_layer(QgsProject.instance(), "lane"), str(self.dock.colours.currentData() or AS_IT_IS)
        if layer is None or self._desk is None or by == AS_IT_IS:
            return
        records = {lane.code: lane.record for lane in self._desk.lanes}
        classes = classes_of_falls(records) if by == BY_FALLS else classes_of_item(records, by)
        colour_by_inspections(layer, None if by == BY_STANDING else classes)

    def _take_selection(self) -> None:
        """Hand over which lanes are selected on the map, where that is asked for."""
        layer = placed_layer(QgsProject.instance(), "lane")
        if self.dock.which.currentData() == SELECTED and isinstance(layer, QgsVectorLayer):
            request = QgsFeatureRequest(layer.selectedFeatureIds()).setFlags(QgsFeatureRequest.Flag.NoGeometry)
            self.dock.show_selected([str(feature["code"]) for feature in layer.getFeatures(request)])

    def _show(self, lane: LaneToInspect) -> None:
        if self.dock.which.currentData() != SELECTED:  # showing a lane would select it alone
            self._focus.show_place(Place("lane", lane.code, lane.name, -1), None)

    def _write(self, lane: LaneToInspect) -> None:
        """Write what was judged, and go on to the next lane at once.

        :raises GridError: when an act is still being written, unsaved edits wait, or nobody says who is working.
        """
        desk, dock = self._desk, self.dock
        if desk is None:
            return
        author = self._errands.prepare(self._shell.iface.mainWindow())
        results, note = dock.verdicts.results, dock.note.text().strip()
        day, kind = dock.day.date().toString("yyyy-MM-dd"), str(dock.kind.currentData() or "")
        inspector = dock.inspector.text().strip()
        self._errands.act(
            tr("Writing the inspection"),
            lambda workspace, _: enter_round(
                workspace,
                lane.code,
                results,
                checklist=desk.checklist,
                day=day,
                kind=kind,
                inspector=inspector,
                note=note,
                author=author,
            ),
            lambda report: report.notes,
        )
        dock.go_on()
