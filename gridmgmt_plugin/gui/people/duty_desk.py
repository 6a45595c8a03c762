"""The duty list in the window: the matrix is read, a cell is changed, a rule's form is opened."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.people.duty_dock import DutyDock
from gridmgmt_plugin.jobs.people.duty_matrix import MatrixView, read_matrix, set_duty
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.workspace import Workspace

ACTION = "duty_list"
_HEIGHT_PX = 300


class DutyDesk:
    """Answers ``duty_list``: shows and hides the dock, and keeps it up to date."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._focus = MapFocus(shell.iface)
        self._reading: BackgroundCall | None = None
        self._task: JobTask | None = None
        window = shell.iface.mainWindow()
        self.dock = DutyDock(window)
        self.dock.hide()
        self.dock.wanted.connect(self.refresh)
        self.dock.rule_wanted.connect(self._open_rule)
        self.dock.model.department_wanted.connect(
            lambda row, column, code: shell.attempt(lambda: self._set(row, column, code))
        )
        self.dock.left.connect(shell.iface.mapCanvas().setFocus)
        self.dock.visibilityChanged.connect(self._mark_action)
        shell.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [_HEIGHT_PX], Qt.Orientation.Vertical)
        self._session.changed.connect(self.refresh)
        self._session.data_changed.connect(self.refresh)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        self.dock.setUserVisible(checked)
        if checked:
            self.refresh()

    def close(self) -> None:
        """Take the dock out of QGIS."""
        if self._reading is not None:
            self._reading.cancel()
        if self._task is not None:
            self._task.drop()
        self._reading = self._task = None
        self._session.changed.disconnect(self.refresh)
        self._session.data_changed.disconnect(self.refresh)
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._mark_action)
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def refresh(self) -> None:
        """Read the matrix again, in the background; while it is hidden nothing is read."""
        location, scheme = self._session.location, self._session.scheme or ""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self.dock.isHidden():
            return
        if location is None:
            self.dock.show_nothing(tr("No workspace is open."))
            return
        area, zone = self.dock.chosen()

        def read(at: Any) -> MatrixView:
            return read_matrix(Workspace.open(at), area=area, zone_kind=zone, scheme=scheme)

        self._reading = BackgroundCall(tr("Reading the duty list"), location, read, self._read)
        self._reading.start()

    def _read(self, view: MatrixView | None, error: GridError | None) -> None:
        self._reading = None
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_nothing(error.text(language()))
        elif view is not None:
            self.dock.show_view(view)

    def _set(self, row: ClassRow, column: PlaceColumn, department: str) -> None:
        """Write who answers.

        :raises GridError: when nobody says who is working, or unsaved edits wait.
        """
        self._session.refuse_pending_edits()
        author, location = known_author(self._shell.iface.mainWindow()), self._session.location
        if location is None:
            return

        def job(_: Progress) -> Report:
            return set_duty(Workspace.open(location), row, column, department, author=author)

        self._task = JobTask(tr("Changing the duty list"), job, self._written).start()

    def _written(self, report: Report | None, error: GridError | None) -> None:
        self._task = None
        if error is not None:
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif report is not None:
            said = report.notes[0] if report.notes else Message("duty_written")
            self._shell.tell(said, Qgis.MessageLevel.Success)
            self._session.reload()

    def _open_rule(self, rule_id: str) -> None:
        self._focus.open_form(Place("duty_rule", rule_id, "", -1), None)

    def _mark_action(self, *_: object) -> None:
        self._shell.action(ACTION).setChecked(not self.dock.isHidden())
