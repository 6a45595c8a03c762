"""Looks now and then which jobs colleagues let run in the same database."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import QObject, QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import LOGIN_REFUSED, BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.light.jobs import read_jobs_of_others
from gridmgmt_plugin.workspace.location import Location, PostgresLocation
from gridmgmt_plugin.workspace.logins import Login, kept_login, stored_login

EVERY_MS = 10_000


class JobsOfColleagues:
    """Asks in the background while a workspace in a database is open; ``on_change`` is called when another answer
    comes. A server that does not answer tells of no job: whatever else is done says what is the matter with it.
    """

    def __init__(self, parent: QObject, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._location: PostgresLocation | None = None
        self._refused: tuple[Login | None, str | None] | None = None
        self._asking: BackgroundCall | None = None
        self.jobs: tuple[JobAtWork, ...] = ()
        self._timer = QTimer(parent)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def follow(self, location: Location | None) -> None:
        """Look at another workspace from now on, or at none."""
        self.stop()
        self.jobs, self._refused = (), None
        if isinstance(location, PostgresLocation):
            self._location = location
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Ask, unless an answer is waited for or the server has refused the login that is known."""
        if self._location is not None and self._asking is None and _login(self._location) != self._refused:
            title = tr("Looking for jobs of colleagues")
            self._asking = BackgroundCall(title, self._location, read_jobs_of_others, self._looked, asks_login=False)
            self._asking.start()

    def stop(self) -> None:
        """Ask nothing any more."""
        self._location = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if is_alive(self._timer):
            self._timer.stop()

    def _looked(self, jobs: tuple[JobAtWork, ...] | None, error: GridError | None) -> None:
        self._asking = None
        if error is not None and error.code == LOGIN_REFUSED and self._location is not None:
            # A server may lock out whoever comes with a wrong password every few seconds: another one is waited for.
            self._refused = _login(self._location)
        found = jobs if jobs is not None and error is None else ()
        if found != self.jobs:
            self.jobs = found
            self._on_change()


def _login(location: PostgresLocation) -> tuple[Login | None, str | None]:
    """Return what is known of who logs in, typed in this run or stored by QGIS."""
    return kept_login(location), None if location.authcfg is None else stored_login(location.authcfg)
