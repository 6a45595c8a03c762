"""How the window waits for a server: still for a moment, then painted on, with a way out.

Every statement of ours that runs in the window's thread comes through here
(:func:`gridmgmt_plugin.workspace.patience.wait_for`): it is run in a thread of its own. What it brings is handed back
as if it had been called; meanwhile nobody can do anything else in QGIS: the dialog takes all clicks and keys.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QProgressBar, QVBoxLayout

from gridmgmt_plugin.gui.frame.dialog_buttons import fit
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.patience import GivenUpError

_T = TypeVar("_T")
#: Seconds that the window may stand still for a server in one go, however many statements these are.
STILL_S = 0.5
# With the dialog shown an answer that comes at once needs no turn of the event loop.
_AT_ONCE_S = 0.005
_LOOK_MS = 15
# What is given up ends within this, or is left to end by itself.
_LEFT_AFTER_S = 0.25


class ServerWait:
    """See :class:`gridmgmt_plugin.workspace.patience.Waiting`.

    One deed of a planner may be many statements. They are counted together until QGIS is back in its event loop, and
    so long the dialog, once it was shown, stays.

    :param window: QGIS's main window.
    """

    def __init__(self, window: Any) -> None:
        self._window = window
        self._dialog: _WaitDialog | None = None
        self._depth = 0
        self._stood_still_s = 0.0
        self._ends_soon = False

    def is_on(self) -> bool:
        """Tell whether something is waited for right now."""
        return self._depth > 0

    def __call__(self, deed: Callable[[], _T], give_up: Callable[[], None], *, is_long: bool = False) -> _T:
        """Return what the deed returns, or raise what it raises.

        :param give_up: makes the deed end soon; called when the planner does not want to wait.
        :param is_long: the window is painted on from the beginning.
        :raises GivenUpError: then.
        """
        self._depth += 1
        try:
            if self._is_given_up():
                raise GivenUpError
            errand = _Errand(deed)
            if is_long or not self._comes_while_standing_still(errand):
                self._wait_painted(errand, give_up)
        finally:
            self._depth -= 1
            self._end_with_the_deed()
        answer: _T = errand.result()
        return answer

    def close(self) -> None:
        """Take the dialog away."""
        self._stood_still_s = 0.0
        dialog, self._dialog = self._dialog, None
        if is_alive(dialog):
            dialog.hide()
            dialog.deleteLater()

    def _comes_while_standing_still(self, errand: _Errand) -> bool:
        begun = time.monotonic()
        came = errand.over.wait(max(STILL_S - self._stood_still_s, _AT_ONCE_S))
        self._stood_still_s += time.monotonic() - begun
        return came

    def _wait_painted(self, errand: _Errand, give_up: Callable[[], None]) -> None:
        dialog = self._shown_dialog()
        loop = QEventLoop()
        look = QTimer()
        look.setInterval(_LOOK_MS)
        look.timeout.connect(lambda: loop.quit() if errand.over.is_set() or dialog.is_given_up else None)
        look.start()
        loop.exec()
        look.stop()
        if not errand.over.is_set():
            self._is_given_up()
            give_up()
            errand.over.wait(_LEFT_AFTER_S)
            raise GivenUpError

    def _is_given_up(self) -> bool:
        """Tell whether the planner does not want to wait, once; of what is asked in the middle the whole around it
        hears as well.
        """
        dialog = self._dialog
        if not is_alive(dialog) or not dialog.is_given_up:
            return False
        dialog.is_given_up = self._depth > 1
        return True

    def _shown_dialog(self) -> _WaitDialog:
        if not is_alive(self._dialog):
            self._dialog = _WaitDialog(QApplication.activeModalWidget() or self._window)
        self._dialog.show()
        return self._dialog

    def _end_with_the_deed(self) -> None:
        """Begin to count anew once QGIS is back in its event loop."""
        if not self._ends_soon:
            self._ends_soon = True
            QTimer.singleShot(0, self._ended)

    def _ended(self) -> None:
        self._ends_soon = False
        if not self._depth:
            self.close()


class _Errand:
    """A deed that is done in a thread of its own; ``over`` is set when it is done."""

    def __init__(self, deed: Callable[[], Any]) -> None:
        self._deed = deed
        self._result: Any = None
        self._error: BaseException | None = None
        self.over = threading.Event()
        threading.Thread(target=self._do, name="gridmgmt asks the server", daemon=True).start()

    def result(self) -> Any:
        """Return what came of it, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result

    def _do(self) -> None:
        try:
            self._result = self._deed()
        except BaseException as error:  # raised again where it was asked for
            self._error = error
        finally:
            self.over.set()


class _WaitDialog(QDialog):
    """Says that the server is waited for. ``is_given_up``: the planner does not want to."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.is_given_up = False
        self.setObjectName("gridmgmt_server_wait")
        self.setWindowTitle(tr("Grid Management"))
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        text = QLabel(tr("Waiting for the database server …"), self)
        text.setWordWrap(True)
        bar = QProgressBar(self)
        bar.setRange(0, 0)  # nobody knows how long
        row = QDialogButtonBox(self)
        cancel = row.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("gridmgmt_server_wait_cancel")
        explain(
            cancel, tr("Stops waiting: nothing is written, and edits that are not saved stay. Esc does the same.")
        )
        row.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (text, bar, row):
            layout.addWidget(widget)
        fit(self, 360)

    def reject(self) -> None:
        """Do not wait any longer; Cancel, Esc and the cross of the window come here."""
        self.is_given_up = True
