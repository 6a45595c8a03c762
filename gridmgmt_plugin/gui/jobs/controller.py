"""Actions that are answered by a job's dialog: one dialog per job, its runs, and what follows in the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.jobs.talk import JobTalk
from gridmgmt_plugin.processing.base import GridAlgorithm


class Jobs:
    """Opens the dialogs, one per job, and closes those that are still open at the end."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._open: dict[str, JobTalk] = {}

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  no such action is checkable
        """Show the dialog of the action's job; a second click brings the same one to the front."""
        talk = self._open.get(key)
        if talk is None or not is_alive(talk.dialog) or not talk.dialog.isVisible():
            self._discard(key)
            self._shell.session.refuse_pending_edits()
            algorithm = self._algorithm(key)
            if algorithm.parameterDefinition("AUTHOR") is not None:
                known_author(self._shell.iface.mainWindow())
            talk = JobTalk(self._shell, key, algorithm)
            self._open[key] = talk
        talk.dialog.show()
        talk.dialog.raise_()
        talk.dialog.activateWindow()

    def offer(self, path: str, keys: Sequence[str]) -> None:
        """Ask, under the pointer, as what a file is to be imported, and show that dialog with the file chosen."""
        menu = QMenu(self._shell.iface.mainWindow())
        menu.setObjectName("gridmgmt_dropped_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(Path(path).name)
        for key in keys:
            spec = self._shell.spec(key)
            action = menu.addAction(self._shell.action(key).icon(), spec.shown_text())
            action.triggered.connect(partial(self._open_with, key, path))
        menu.popup(QCursor.pos())

    def _open_with(self, key: str, path: str, *_: object) -> None:
        self.trigger(key, False)
        if key in self._open:
            self._open[key].take_file(path)

    def trigger_with(self, key: str, values: Mapping[str, Any]) -> None:
        """Show the fields of the dialog of an action, some filled in (parameter → value).

        A dialog that is open already learns what has come into the workspace since.
        """
        before = self._open.get(key)
        self.trigger(key, False)
        if key in self._open:
            dialog = self._open[key].dialog
            if self._open[key] is before:
                before.ask_lists()
            if dialog.shows_result():
                dialog.show_settings()
            dialog.show_values(values)

    def close(self) -> None:
        """Close what is still open."""
        for key in list(self._open):
            self._discard(key)

    def _algorithm(self, key: str) -> GridAlgorithm:
        declared = self._shell.spec(key).algorithm
        assert declared is not None, key
        made: GridAlgorithm = declared().create()
        return made

    def _discard(self, key: str) -> None:
        talk = self._open.pop(key, None)
        if talk is not None:
            talk.end()
