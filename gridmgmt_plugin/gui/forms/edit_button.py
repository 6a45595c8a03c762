"""The way from looking at a row to changing it: a button in the form of a layer that is not being edited."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from gridmgmt_plugin.gui.forms.form_parts import keep, parts_of
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_DONE = "gridmgmt_edit_offered"


def offer_editing(form: QWidget, layer: QgsVectorLayer, tools: Any) -> None:
    """Put the button beside those of a window that shows a row, once; it is seen while the layer is not edited.

    :param tools: QGIS's own, which begin to edit a layer.
    """
    config = layer.editFormConfig()
    is_typed = any(not config.readOnly(at) for at in range(layer.fields().count()))
    if form.property(_DONE) or tools is None or layer.readOnly() or not is_typed:
        return
    form.setProperty(_DONE, True)
    box = next((part for part in parts_of(form) if isinstance(part, QDialogButtonBox)), None)
    if box is not None and form.window().metaObject().className() == "QgsAttributeDialog":
        EditButton(box, layer, tools)


class EditButton(QObject):
    """Begins to edit the layer of a form, and is seen as long as nobody does."""

    def __init__(self, box: QDialogButtonBox, layer: QgsVectorLayer, tools: Any) -> None:
        super().__init__(box)
        keep(self)
        button = QPushButton(QgsApplication.getThemeIcon("/mActionToggleEditing.svg"), tr("Start editing"), box)
        button.setObjectName("gridmgmt_start_editing")
        button.setAutoDefault(False)
        explain(
            button,
            tr("The form only shows the row. From here on it can be changed; OK puts it with the unsaved edits."),
        )
        button.clicked.connect(lambda _=False: tools.startEditing(layer))
        box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self._button = button
        layer.editingStarted.connect(self._hide)
        layer.editingStopped.connect(self._come_back)
        button.setVisible(not layer.isEditable())

    def _hide(self) -> None:
        if is_alive(self._button):
            self._button.hide()

    def _come_back(self) -> None:
        if is_alive(self._button):
            self._button.show()
