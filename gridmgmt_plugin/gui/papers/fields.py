"""The field for the lanes that papers are about."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFeatureRequest, QgsProcessingParameterDefinition, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter

from gridmgmt_plugin.gui.jobs.fields import Field
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists


class LanesField(Field):
    """Street-lanes: all, those selected on the map, those of an area, or codes that are typed."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self._wanted: str | None = None
        self.widget: QComboBox = _choices()
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())
        self.widget.addItem(tr("All street-lanes"), None)

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer what is selected on the map, first of all, and the areas."""
        selected = _selected_lanes()
        if selected:
            title = tr("{count} selected on the map", count=len(selected))
            self.widget.insertItem(0, title, ", ".join(selected))
            self.widget.setCurrentIndex(0)
        for area in lists.areas:
            self.widget.addItem(f"{area.name}  {area.code}", area.code)
        if self._wanted is not None:
            self.show_value(self._wanted)

    def value(self) -> str | None:
        """Return codes of lanes or of an area, ``None`` for all lanes."""
        return _chosen(self.widget)

    def show_value(self, value: Any) -> None:
        """Show codes, or what they are offered as; before the list is known they are kept for then."""
        self._wanted = None if is_null(value) or value == "" else str(value)
        _show(self.widget, self._wanted)


def _choices() -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _chosen(box: QComboBox) -> str | None:
    """Return what stands behind the text, or the text where nobody offers it."""
    at = box.findText(box.currentText())
    if at >= 0:
        found: str | None = box.itemData(at)
        return found
    return box.currentText().strip() or None


def _show(box: QComboBox, value: str | None) -> None:
    at = box.findData(value)
    if at >= 0:
        box.setCurrentIndex(at)
    elif value is not None:
        box.setEditText(value)


def _selected_lanes() -> list[str]:
    layer = shown_layer(QgsProject.instance(), "lane")
    if layer is None or not layer.selectedFeatureCount():
        return []
    request = QgsFeatureRequest(layer.selectedFeatureIds()).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    codes = (feature["code"] for feature in layer.getFeatures(request))
    return sorted(str(code) for code in codes if not is_null(code))
