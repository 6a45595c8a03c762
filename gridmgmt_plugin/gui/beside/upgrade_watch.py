"""Tells who has the workspace open that a colleague is going to upgrade it, and what came of that."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.pending_edits import pending_layers, save_edits
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation
from gridmgmt_plugin.workspace.news.news import UPGRADE, News
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.upgrading.notice import Seen, UpgradeNotice

#: Milliseconds from one look at a database to the next: by itself, and while somebody has given notice.
EVERY_MS, SOON_MS = 10_000, 2_000
_ENTRIES = "workspace_info"
_LOCKED = ("workspace_locked", "workspace_half_written")


class UpgradeWatch:
    """Lives as long as the window. A database is looked at now and then, and at once when news come; a file when it
    was written to. What is said stands in the message bar until it is over.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._location: Location | None = None
        self._watch: Any = None
        self._asking: BackgroundCall | None = None
        self._notice: UpgradeNotice | None = None
        self._item: Any = None
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        shell.session.changed.connect(self._follow)
        shell.channel.arrived.connect(self._heard)
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Look no more."""
        self._shell.session.changed.disconnect(self._follow)
        self._shell.channel.arrived.disconnect(self._heard)
        self._leave()

    def _follow(self) -> None:
        """Look at the workspace that is open now."""
        self._leave()
        self._location = self._shell.session.location
        if isinstance(self._location, PostgresLocation):
            self._timer.start(EVERY_MS)

    def _leave(self) -> None:
        """Look no more, and answer nobody."""
        self._timer.stop()
        self._say_nothing()
        if self._asking is not None:
            self._asking.cancel()
        if self._watch is not None:
            # To answer no longer takes the server's word: the window does not wait for it.
            threading.Thread(target=self._watch.close, name="gridmgmt answers no more", daemon=True).start()
        self._location = self._watch = self._asking = self._notice = None

    def _heard(self, news: list[News]) -> None:
        if isinstance(self._location, GeoPackageLocation):
            if any(_ENTRIES in one.rows for one in news):
                self._ask(_version_of_file)
        elif any(one.kind == UPGRADE for one in news):
            self._look()

    def _look(self) -> None:
        if not isinstance(self._location, PostgresLocation):
            return
        if self._watch is None:
            from gridmgmt_plugin.workspace.postgis.upgrade_notices import NoticeWatch  # noqa: PLC0415  where it is used

            self._watch = NoticeWatch(self._location, f"{clock.now():%H:%M}")
        self._ask(partial(_seen_by, self._watch, who=author(), has_edits=bool(pending_layers())))

    def _ask(self, deed: Any) -> None:
        if self._location is not None and self._asking is None:
            title = tr("Looking for upgrades")
            self._asking = BackgroundCall(title, self._location, deed, self._looked, asks_login=False)
            self._asking.start()

    def _looked(self, seen: Seen | None, error: GridError | None) -> None:
        self._asking = None
        if seen is None or error is not None or not is_alive(self._timer):
            return  # whatever else is done says what is the matter
        had, self._notice = self._notice, seen.notice
        if seen.version is not None and seen.version > SCHEMA_VERSION:
            self._upgraded(seen.version, had)
        elif seen.notice is not None:
            self._timer.start(SOON_MS)
            self._say(_words(seen.notice))
        elif had is not None:
            self._timer.start(EVERY_MS)
            self._say_nothing()
            self._shell.tell(Message("upgrade_did_not_come", {"who": _who(had)}), Qgis.MessageLevel.Info)

    def _upgraded(self, version: int, had: UpgradeNotice | None) -> None:
        """Say it, and look no more: there is no way back."""
        details = {"who": _who(had), "found": version, "known": SCHEMA_VERSION}
        self._leave()
        self._item = self._shell.stay(None, Message("upgraded_by_other", details), Qgis.MessageLevel.Critical)

    def _say(self, message: Message) -> None:
        buttons = [("gridmgmt_upgrade_save", tr("Save edits"), save_edits)]
        self._item = self._shell.stay(self._item, message, Qgis.MessageLevel.Warning, buttons)

    def _say_nothing(self) -> None:
        self._shell.withdraw(self._item)
        self._item = None


def _words(notice: UpgradeNotice) -> Message:
    if notice.seconds_left <= 0:
        return Message("upgrade_runs", {"who": _who(notice)})
    at = clock.now() + timedelta(seconds=notice.seconds_left)
    return Message("upgrade_comes", {"who": _who(notice), "at": f"{at:%H:%M:%S}"})


def _who(notice: UpgradeNotice | None) -> str | Message:
    return notice.who if notice is not None and notice.who else Message("somebody")


def _seen_by(watch: Any, _: Location, who: str, *, has_edits: bool) -> Seen:
    """Look at a database and answer; a worker thread calls this."""
    seen: Seen = watch.look(who, has_edits=has_edits)
    return seen


def _version_of_file(location: GeoPackageLocation) -> Seen:
    """Return the version of a file that was written to."""
    try:
        read_entries(location)
    except WorkspaceError as error:
        if error.code == "workspace_too_new":
            return Seen(None, int(error.message.details["found"]))
        if error.code not in _LOCKED:
            raise
    return Seen()
