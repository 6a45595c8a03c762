"""成果版本 in the window: the list of releases, acts on them, the receipt of a receiver, what differs between two."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.handover.act_dialog import ReleaseActDialog
from gridmgmt_plugin.gui.handover.dock import ReleasesDock
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.jobs.handover.release_acts import act_on_release
from gridmgmt_plugin.jobs.handover.release_desk import ListedRelease, read_releases
from gridmgmt_plugin.jobs.handover.restore_release import restore_release
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.workspace import Workspace

_RECEIPT, _COMPARISON = "import_receipt", "compare_states"


class ReleasesDesk(Desk):
    """Answers ``releases``: shows and hides the dock, and keeps it up to date."""

    ACTION, HEIGHT_PX = "releases", 290

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, ReleasesDock(shell.iface.mainWindow()))
        self.dock.act_wanted.connect(lambda act, release: shell.attempt(lambda: self._act(act, release)))
        self.dock.receipt_wanted.connect(lambda release: shell.attempt(lambda: self._receipt(release)))
        self.dock.comparison_wanted.connect(lambda release: shell.attempt(lambda: self._compare(release)))
        self.dock.restoring_wanted.connect(lambda release: shell.attempt(lambda: self._restore(release)))

    def refresh(self) -> None:
        """Read the releases again, in the background; while the dock is hidden nothing is read."""
        self._errands.forget_question()
        location = self._session.location
        if location is None:
            self.dock.show_releases((), tr("No workspace is open."))
            return
        if self.dock.isHidden():
            self.dock.show_releases(())
            return
        self._errands.ask(
            tr("Reading the releases"), location, lambda at: read_releases(Workspace.open(at)), self._read
        )

    def _read(self, releases: tuple[ListedRelease, ...] | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_releases((), error.text(language()))
        elif releases is not None:
            self.dock.show_releases(releases)

    def _act(self, act: str, release: ListedRelease) -> None:
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window, publishes=True)
        dialog = ReleaseActDialog(act, release, window)
        try:
            if not dialog.agreed():
                return
            said = dialog.said()
        finally:
            dialog.deleteLater()
        self._errands.act(
            tr("Entering the act"),
            lambda w, progress: act_on_release(w, release.number, act, said, author=author, progress=progress),
            lambda report: report.notes,
        )

    def _receipt(self, release: ListedRelease) -> None:
        jobs: Any = self._shell.controller(_RECEIPT)
        jobs.trigger_with(_RECEIPT, {"RELEASE": release.number})

    def _restore(self, release: ListedRelease) -> None:
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        text = tr(
            "Make an alternative plan of “{scheme}” from the responsibility grids of release {number}? Unit grids "
            "are those of today; what is in force stays until the plan is adopted.",
            scheme=release.scheme_title,
            number=release.number,
        )
        if not is_wanted("gridmgmt_release_restoring", text, tr("Restore"), window):
            return
        self._errands.act(
            tr("Restoring the release"),
            lambda w, progress: restore_release(w, release.number, author=author, progress=progress),
            lambda report: report.notes,
        )

    def _compare(self, release: ListedRelease) -> None:
        """Open the comparison with the base of a release or with what it corrects, else with today."""
        jobs: Any = self._shell.controller(_COMPARISON)
        former = release.base_number or release.replaces
        states = (former, release.number) if former else (release.number, "today")
        jobs.trigger_with(_COMPARISON, dict(zip(("BASE", "OTHER"), states)))
