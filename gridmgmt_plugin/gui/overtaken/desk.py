"""Opens the window about overtaken rows after a refused save, and carries out what is chosen in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsProject

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import Choosing
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.overtaken.window import OvertakenWindow
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layers


class OvertakenDesk:
    """Has at most one window open; it goes when its layer is saved, given up or removed."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._window: Any = None
        self._guard: SaveGuard | None = None

    def open(self, guard: SaveGuard) -> None:
        """Show the rows of a layer that were overtaken, as they are stored at this moment.

        :raises GridError: what keeps the workspace from being read.
        """
        self.close()
        main = self._shell.iface.mainWindow()
        choosing = Choosing(look_at(guard, known_author(main)))
        if not choosing.sides.rows:
            self._shell.tell(Message("overtaken_no_more"), Qgis.MessageLevel.Info, self._save_button(guard))
            return
        self._guard = guard
        self._window = OvertakenWindow(choosing, shown_layers(QgsProject.instance()), self._apply, main)
        self._window.finished.connect(self._window.deleteLater)
        guard.layer.afterCommitChanges.connect(self.close)
        guard.layer.editingStopped.connect(self.close)
        self._window.show()

    def close(self) -> None:
        """Close the window; nothing that was chosen in it is carried out."""
        window, self._window = self._window, None
        guard, self._guard = self._guard, None
        if guard is not None and is_alive(guard.layer):
            guard.layer.afterCommitChanges.disconnect(self.close)
            guard.layer.editingStopped.disconnect(self.close)
        if is_alive(window):
            window.close()

    def let_go(self, table: str) -> None:
        """Close the window if it is about a table whose layer goes."""
        if self._guard is not None and self._guard.table == table:
            self.close()

    def _apply(self) -> None:
        self._shell.attempt(self._carry_out)

    def _carry_out(self) -> None:
        guard, window = self._guard, self._window
        if guard is None or not is_alive(window):
            return
        choosing = window.choosing
        settled = [row for row in choosing.sides.rows if choosing.is_settled(row)]
        carry_out(guard, choosing)
        self.close()
        left = len(choosing.sides.rows) - len(settled)
        code = "overtaken_settled_some" if left else "overtaken_settled"
        told = Message(code, {"count": len(settled), **({"undecided": left} if left else {})})
        self._shell.tell(told, Qgis.MessageLevel.Info, self._save_button(guard))

    def _save_button(self, guard: SaveGuard) -> tuple[str, Callable[[], object]]:
        return tr("Save now"), lambda: is_alive(guard.layer) and guard.save_again()
