"""Open, close, the sample, who is working: the actions about the workspace as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import Qgis
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QLabel, QVBoxLayout

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.author import ask_author
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.opening.recent import documents, working_folder
from gridmgmt_plugin.gui.opening.sample import copy_sample, sample_folder
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import SAMPLE_FOLDER, remember, remembered


class WorkspaceActions:
    """Answers ``open_workspace``, ``open_sample``, ``close_workspace`` and ``settings``."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  none of them is checkable
        """Do what the action ``key`` stands for."""
        answers: dict[str, Callable[[], object]] = {
            "open_workspace": self._open,
            "open_sample": self._open_sample,
            "close_workspace": self._shell.session.close_workspace,
            "settings": lambda: ask_author(self._window),
        }
        answers[key]()

    def close(self) -> None:
        """Nothing stays open: the dialogs here are waited for."""

    @property
    def _window(self) -> Any:
        return self._shell.iface.mainWindow()

    def _open(self) -> None:
        kinds = f"{tr('Workspaces')} (*.gpkg)"
        chosen, _ = QFileDialog.getOpenFileName(self._window, tr("Open workspace"), str(working_folder()), kinds)
        if chosen:
            self._shell.session.open(Path(chosen))

    def _open_sample(self) -> None:
        sample_folder()
        target = self._ask_folder()
        if target is None:
            return
        workspace, fresh = copy_sample(target)
        remember(SAMPLE_FOLDER, str(target))
        self._shell.session.open(workspace)
        code = "sample_opened" if fresh else "sample_opened_again"
        self._shell.tell(Message(code, {"folder": target.name}), Qgis.MessageLevel.Success)

    def _ask_folder(self) -> Path | None:
        dialog = SampleDialog(self._window, Path(remembered(SAMPLE_FOLDER) or documents() / tr("Grid sample")))
        try:
            return dialog.folder() if dialog.exec() == QDialog.DialogCode.Accepted else None
        finally:
            dialog.deleteLater()


class SampleDialog(QDialog):
    """Asks where the copy of the sample goes; the proposal is good for nearly everybody."""

    def __init__(self, parent: Any, proposal: Path) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_sample_dialog")
        self.setWindowTitle(tr("Open sample"))
        text = QLabel(
            tr(
                "The sample is an invented district: grids, street-lanes, staff, components and a year of cases. "
                "It is copied into this folder, so you can try everything on it."
            ),
            self,
        )
        text.setWordWrap(True)
        self._file = QgsFileWidget(self)
        self._file.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self._file.setFilePath(str(proposal))
        explain(self._file, tr("The copy is put into this folder; what is there already stays as it is."))
        buttons, _ = answer_buttons(self, tr("Open"), "gridmgmt_sample_accept", "open_sample")
        layout = QVBoxLayout(self)
        for widget in (text, self._file, buttons):
            layout.addWidget(widget)
        fit(self, 520)

    def folder(self) -> Path | None:
        """Return the folder that was chosen, ``None`` for an empty line."""
        chosen = self._file.filePath().strip()
        return Path(chosen).expanduser() if chosen else None
