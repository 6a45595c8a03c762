"""Upgrade a workspace in a database that others may have open: they are told, and have time to save."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.opening.upgrade_window import UpgradeWindow
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.location import PostgresLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.upgrade_notices import UpgradeNoticeGiven
    from gridmgmt_plugin.workspace.upgrading.notice import Answers

#: Seconds that others have to save; within the first ones everybody who has the workspace open has answered, also
#: behind a pooler, where he looks every ten seconds.
GRACE_S, ANSWERED_S = 120.0, 12.0
_LOOK_MS = 1000
# Whoever wanted one may want something else meanwhile: Python must not take it away before its end.
_UNDER_WAY: set[SchemaUpgrade] = set()


class SchemaUpgrade:
    """One upgrade. ``on_done(kept, error)`` is called once in the window's thread, with where the former state is
    kept and what stood in the way; :meth:`cancel` withdraws it as long as it has not begun.

    It begins when nobody who has the workspace open has unsaved edits or a job that runs, when the planner does not
    want to wait for them, or when the time is over.
    """

    def __init__(
        self,
        location: PostgresLocation,
        window: QWidget,
        on_done: Callable[[PostgresLocation | None, GridError | None], None],
    ) -> None:
        self._location, self._on_done = location, on_done
        self._title = tr("Upgrading {place}").format(place=location.label)
        self._given: UpgradeNoticeGiven | None = None
        self._call: BackgroundCall | None = None
        self._is_wanted_now = self._is_withdrawn = False
        self._begun_s = time.monotonic()
        self._shown = UpgradeWindow(location.label, window)
        self._shown.wanted_now.connect(self._do_now)
        self._shown.rejected.connect(self.cancel)
        self._pause = QTimer(self._shown)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)

    def start(self) -> None:
        """Give notice; returns at once."""
        _UNDER_WAY.add(self)
        self._shown.dialog.show()
        self._ask(partial(_give_notice, who=author()), self._noticed)

    def cancel(self) -> None:
        """Withdraw it, unless it has begun: then it goes on."""
        self._is_withdrawn = True
        if self._pause_is_on():
            self._pause.stop()
            self._end(None, Cancelled())

    def _ask(self, deed: Callable[[PostgresLocation], Any], on_done: Any, *, writes: bool = False) -> None:
        self._call = BackgroundCall(self._title, self._location, deed, on_done, writes=writes)
        self._call.start()

    def _noticed(self, given: UpgradeNoticeGiven | None, error: GridError | None) -> None:
        if given is None or error is not None:
            self._end(None, error)
            return
        self._given = given
        self._look()

    def _look(self) -> None:
        given = self._given
        if given is not None:
            self._ask(lambda _: given.answers(), self._answered)

    def _answered(self, answers: Answers | None, error: GridError | None) -> None:
        if self._is_withdrawn:
            self._end(None, Cancelled())
        elif answers is None or error is not None:
            self._end(None, error)
        elif self._is_wanted_now or self._may_begin(answers):
            self._upgrade()
        else:
            self._shown.show_answers(answers)
            self._pause.start(_LOOK_MS)

    def _may_begin(self, answers: Answers) -> bool:
        has_answered = time.monotonic() - self._begun_s >= ANSWERED_S
        return answers.seconds_left <= 0 or (has_answered and answers.all_saved)

    def _do_now(self) -> None:
        self._is_wanted_now = True
        if self._pause_is_on():
            self._pause.stop()
            self._upgrade()

    def _pause_is_on(self) -> bool:
        """Tell whether nothing is being asked: else what it is answered with is waited for."""
        return is_alive(self._pause) and self._pause.isActive()

    def _upgrade(self) -> None:
        from gridmgmt_plugin.workspace.postgis import migrations  # noqa: PLC0415  needs shapely

        self._leave_dialog()
        self._ask(migrations.migrate_schema, self._end, writes=True)

    def _leave_dialog(self) -> None:
        if is_alive(self._shown.dialog):
            self._shown.leave()

    def _end(self, kept: PostgresLocation | None, error: GridError | None) -> None:
        """Have everybody look, whatever came of it, and say it here."""
        self._leave_dialog()
        given, self._given = self._given, None

        def closed(*_: object) -> None:
            _UNDER_WAY.discard(self)
            self._on_done(kept, error)

        if given is None:
            closed()
        else:
            self._ask(lambda _: given.close(), closed)


def _give_notice(location: PostgresLocation, who: str) -> UpgradeNoticeGiven:
    from gridmgmt_plugin.workspace.postgis import migrations, upgrade_notices  # noqa: PLC0415  need shapely

    migrations.refuse_hopeless_upgrade(location)
    return upgrade_notices.UpgradeNoticeGiven(location, who, GRACE_S)
