"""Actions that are answered by QGIS's own dialog of one of our algorithms: parameters, progress, cancel, log."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.gui.qt import is_alive
from gridmgmt_plugin.gui.shell import Shell


class AlgorithmDialogs:
    """Opens the dialogs, one per algorithm, and closes those that are still open at the end."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._open: dict[str, Any] = {}

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  no such action is checkable
        """Show the dialog of the action's algorithm; a second click brings the same one to the front."""
        import processing  # noqa: PLC0415  QGIS's plugin, on the path only in its window

        if not is_alive(self._open.get(key)):
            self._open[key] = processing.createAlgorithmDialog(f"gridmgmt:{self._shell.spec(key).algorithm}", {})
        dialog = self._open[key]
        dialog.show()
        dialog.raise_()

    def close(self) -> None:
        """Close what is still open."""
        for dialog in self._open.values():
            if is_alive(dialog):
                dialog.close()
                dialog.deleteLater()
        self._open.clear()
