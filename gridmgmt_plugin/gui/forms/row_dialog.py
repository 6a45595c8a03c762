"""A row added or changed from a list: its form, and then the save, as one deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsVectorLayerUtils
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.PyQt.QtWidgets import QDialog, QLineEdit, QWidget

from gridmgmt_plugin.project.forms.description import ListDescription


def add_row(
    layer: QgsVectorLayer,
    description: ListDescription,
    belongs_to: QgsFeature,
    chosen: Mapping[str, Any],
    parent: QWidget,
    context: QgsAttributeEditorContext,
) -> bool:
    """Ask for a new row of a list in its form and save it; tell whether it was added.

    A layer that is being edited already keeps the new row with its other edits until the planner saves.
    """
    referring = {description.column: description.of, **description.match}
    values = {column: belongs_to[of] for column, of in referring.items()}
    values |= {**description.where, **chosen}
    with_index = {layer.fields().lookupField(name): value for name, value in values.items()}

    def new_row() -> QgsFeature:
        return QgsVectorLayerUtils.createFeature(layer, QgsGeometry(), with_index, layer.createExpressionContext())

    mode = QgsAttributeEditorContext.Mode.AddFeatureMode
    return _ask_and_save(layer, new_row, mode, parent, context)


def edit_row(layer: QgsVectorLayer, row: QgsFeature, parent: QWidget, context: QgsAttributeEditorContext) -> bool:
    """Show the form of a row for changing and save it; tell whether something was changed."""
    mode = QgsAttributeEditorContext.Mode.SingleEditMode
    return _ask_and_save(layer, lambda: QgsFeature(row), mode, parent, context)


def _ask_and_save(layer: QgsVectorLayer, row: Any, mode: Any, parent: QWidget, context: Any) -> bool:
    was_edited = layer.isEditable()
    if not was_edited and not layer.startEditing():
        return False
    dialog = QgsAttributeDialog(layer, row(), False, parent.window(), True, _context(context))
    dialog.setMode(mode)
    QTimer.singleShot(0, lambda: focus_first_empty(dialog))  # when it is shown; no click before typing
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if was_edited:
        return bool(accepted)
    if not accepted or not layer.isModified():
        layer.rollBack()
        return False
    saved: bool = layer.commitChanges()
    return saved


def focus_first_empty(form: QWidget) -> None:
    """Put the cursor into the first line of a form that is empty and may be typed into, as it is read."""
    lines = [
        line
        for line in form.findChildren(QLineEdit)
        if line.isVisible() and line.isEnabled() and not line.isReadOnly() and not line.text()
    ]
    places = {line: line.mapTo(form, QPoint(0, 0)) for line in lines}
    if lines:
        min(lines, key=lambda line: (places[line].y(), places[line].x())).setFocus()


def _context(around: QgsAttributeEditorContext) -> QgsAttributeEditorContext:
    """Return the context of a form on top of another, so that what it opens finds QGIS's tools."""
    context = QgsAttributeEditorContext()
    context.setVectorLayerTools(around.vectorLayerTools())
    context.setMapCanvas(around.mapCanvas())
    context.setMainMessageBar(around.mainMessageBar())
    context.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
    return context
