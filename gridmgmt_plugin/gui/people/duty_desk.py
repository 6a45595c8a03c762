"""The duty list in the window: the matrix is read, a cell is changed, a rule's form is opened."""

from __future__ import annotations

from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.gui.people.duty_dock import DutyDock
from gridmgmt_plugin.jobs.people.duty_matrix import MatrixView, read_matrix, set_duty
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace


class DutyDesk(Desk):
    """Answers ``duty_list``: shows and hides the dock, and keeps it up to date."""

    ACTION, HEIGHT_PX = "duty_list", 300

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, DutyDock(shell.iface.mainWindow()))
        self._focus = MapFocus(shell.iface)
        self.dock.wanted.connect(self.refresh)
        self.dock.rule_wanted.connect(self._open_rule)
        self.dock.model.department_wanted.connect(
            lambda row, column, code: shell.attempt(lambda: self._set(row, column, code))
        )

    def refresh(self) -> None:
        """Read the matrix again, in the background; while it is hidden nothing is read."""
        location, scheme = self._session.location, self._session.scheme or ""
        self._errands.forget_question()
        if location is None:
            self.dock.forget_places()
            self.dock.show_nothing(tr("No workspace is open."))
            return
        if self.dock.isHidden():
            return
        area, zone = self.dock.chosen()

        def read(at: Location) -> MatrixView:
            return read_matrix(Workspace.open(at), area=area, zone_kind=zone, scheme=scheme)

        self._errands.ask(tr("Reading the duty list"), location, read, self._read)

    def _read(self, view: MatrixView | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_nothing(error.text(language()))
        elif view is not None:
            self.dock.show_view(view)

    def _set(self, row: ClassRow, column: PlaceColumn, department: str) -> None:
        """Write who answers.

        :raises GridError: when an act is still being written, unsaved edits wait, or nobody says who is working.
        """
        author = self._errands.prepare(self._shell.iface.mainWindow())
        self._errands.act(
            tr("Changing the duty list"),
            lambda workspace, _: set_duty(workspace, row, column, department, author=author),
            lambda report: report.notes,
        )

    def _open_rule(self, rule_id: str) -> None:
        self._focus.open_form(Place("duty_rule", rule_id, "", -1), None)
