"""待落图案件 in the window: the list, the click that says where a case lies, and what is written."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsPointXY, QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.intake.waiting_dock import WaitingDock
from gridmgmt_plugin.gui.people.ask_tool import AskTool
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.jobs.intake.placing.place_cases import WaitingCase, place_case, waiting_cases
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace


class WaitingCases(Desk):
    """Answers ``waiting_cases``: shows and hides the dock and keeps its list up to date."""

    ACTION, HEIGHT_PX = "waiting_cases", 300

    def __init__(self, shell: Shell) -> None:
        self._canvas = shell.iface.mapCanvas()
        self._tool = AskTool(self._canvas)
        super().__init__(shell, WaitingDock(shell.iface.mainWindow()))
        self._tool.asked.connect(lambda point: shell.attempt(lambda: self._picked(point)))
        self._tool.deactivated.connect(lambda: self.dock.picker.setChecked(False))
        self.dock.pick_wanted.connect(self._pick)
        self._read_of: Location | None = None  # whose cases are listed
        self.dock.visibilityChanged.connect(self._shown)

    def close(self) -> None:
        """Take dock and tool out of QGIS."""
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._shown)
        if is_alive(self._tool):
            self._pick(False)
            self._tool.deleteLater()
        super().close()

    def refresh(self) -> None:
        """Read the list again, in the background; while it is hidden nothing is read."""
        self._errands.forget_question()
        self._is_reading = False
        location = self._session.location
        if location is None:
            self._pick(False)  # there is nothing left to be placed
            self._forget(tr("No workspace is open."))
            return
        if self.dock.isHidden():
            self._forget("")  # it is read when somebody looks again
            return
        if self._read_of != location:
            self._forget(tr("Reading …"))
        self._is_reading = True

        def read(cases: Sequence[WaitingCase] | None, error: GridError | None) -> None:
            self._read(location, cases, error)

        self._errands.ask(
            tr("Reading the cases without a place"), location, lambda at: waiting_cases(Workspace.open(at)), read
        )

    def _read(self, location: Location, cases: Sequence[WaitingCase] | None, error: GridError | None) -> None:
        self._is_reading = False
        if not is_alive(self.dock):
            return
        if error is not None:
            self._forget(error.text(language()))
        elif cases is not None:
            self._read_of = location
            self.dock.show_cases(cases)
            if not cases:
                self._pick(False)

    def _forget(self, why: str) -> None:
        self._read_of = None
        self.dock.show_nothing(why)

    def _shown(self, is_visible: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Forget what nobody looks at, and read again what was forgotten."""
        if self.dock.isHidden():
            self._errands.forget_question()
            self._is_reading = False
            self._forget("")
        elif is_visible and self._read_of is None and not self._is_reading:
            self.refresh()

    def _pick(self, on: bool) -> None:  # noqa: FBT001  a signal hands it over
        if on:
            self._canvas.setMapTool(self._tool)
        elif self._canvas.mapTool() is self._tool:
            self._shell.iface.actionPan().trigger()
            self._canvas.unsetMapTool(self._tool)

    def _picked(self, point: QgsPointXY) -> None:
        """Put the case that is chosen where the map was clicked."""
        layer, case = shown_layer(QgsProject.instance(), "cases"), self.dock.current()
        if layer is None or self._read_of is None:  # the dock says why no case is known
            return
        if case is None:
            self._shell.tell(Message("no_case_waits"))
            return
        place = self._tool.toLayerCoordinates(layer, point)
        author = self._errands.prepare(self._shell.iface.mainWindow())
        self._errands.act(
            tr("Placing a case"),
            lambda workspace, progress: place_case(workspace, case.id, place.x(), place.y(), author, progress),
            lambda report: report.notes,
        )

    def _mark_action(self, *_: object) -> None:
        super()._mark_action()
        if self.dock.isHidden():
            self._pick(False)
