"""The receiver profile of an export: one that the workspace keeps, one that comes along, or a file."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.release.profile_names import means_file, shipped_titles
from gridmgmt_plugin.gui.jobs.fields import Field, choose_or_type, without_hint, writable_list
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists


class ReceiverProfileField(Field):
    """A receiver profile by its name; the last entry of the list asks for a file, and a path can be typed."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.title = without_hint(self.title)
        self._wanted: Any = None
        self.widget = writable_list(tr("none; or choose one"))
        self.widget.editTextChanged.connect(self._edited)
        self.widget.activated.connect(self._chosen)

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer those of the workspace, then those that come along."""
        wanted = self.value() or self._wanted
        self.widget.blockSignals(True)
        self.widget.clear()
        for name in lists.receiver_profiles:
            self.widget.addItem(name, name)
        for key, title in shipped_titles(language()).items():
            if title not in lists.receiver_profiles:
                self.widget.addItem(title, key)
        self.widget.addItem(tr("From a file…"), None)
        self.widget.setCurrentIndex(-1)
        self.widget.setEditText("")
        self.widget.blockSignals(False)
        is_known = self.widget.findData(wanted) >= 0 or means_file(str(wanted or ""))
        self.show_value(wanted if is_known else None)  # one of another workspace is none here

    def value(self) -> str | None:
        """Return the name, the key of one that comes along, or the path that was typed."""
        text = self.widget.currentText().strip()
        at = self.widget.findText(text)
        known = self.widget.itemData(at) if at >= 0 else text
        return str(known) if known else None

    def show_value(self, value: Any) -> None:
        """Choose by name or key; anything else stands there as if it had been typed."""
        choose_or_type(self.widget, value)

    def _edited(self, text: str) -> None:
        if self.value() is not None or not text.strip():  # the entry that asks for a file is no profile yet
            self._wanted = self.value()
        self.changed.emit()

    def _chosen(self, at: int) -> None:
        if self.widget.itemData(at) is not None:
            return
        wanted = self._wanted
        given, _ = QFileDialog.getOpenFileName(
            self.widget.window(), self.title, "", f"JSON (*.json);;{tr('All files')} (*)"
        )
        self.show_value(given or wanted)
