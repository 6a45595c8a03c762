"""Times that no form can read stay as they are: QGIS would empty them when anything else in the form is saved."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsFeature, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.schema import tables


def protect_unreadable(form: QWidget, layer: QgsVectorLayer, feature: QgsFeature) -> None:
    """Keep a form from writing over times that it cannot read, and show them as they are.

    The columns are only to be read from then on, in all rows, until the workspace is opened again.
    """
    found = unreadable_times(layer, feature)
    if not found:
        return
    config = layer.editFormConfig()
    for name, text in found.items():
        config.setReadOnly(layer.fields().lookupField(name), True)
        field = form.findChild(QWidget, name)
        if field is not None:
            field.setToolTip(tr("No date and time that can be read; it stays as it is: {text}").format(text=text))
            _show(field, text)
    layer.setEditFormConfig(config)


def unreadable_times(layer: QgsVectorLayer, feature: QgsFeature) -> Mapping[str, str]:
    """Return the texts of a row that should be times and are none, by column."""
    definition = tables().get(str(layer.customProperty(TABLE_PROPERTY)))
    names = set(feature.fields().names())
    found = {}
    for column in definition.columns if definition is not None else ():
        if column.type == "datetime" and column.name in names:
            text = feature[column.name]
            if not is_null(text) and not QDateTime.fromString(str(text), Qt.DateFormat.ISODate).isValid():
                found[column.name] = str(text)
    return found


def _show(field: QWidget, text: str) -> None:
    for line in field.findChildren(QLineEdit):
        if line.parentWidget().metaObject().className() == "QgsDateTimeEdit":
            line.blockSignals(True)
            line.setText(text)
            line.blockSignals(False)
