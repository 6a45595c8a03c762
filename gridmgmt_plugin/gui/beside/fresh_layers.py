"""Layers show what colleagues wrote: on the map at once, in open attribute tables as far as rows are known."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsVectorLayer
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QAbstractTableModel
from qgis.PyQt.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gridmgmt_plugin.gui.beside.burst import Burst
from gridmgmt_plugin.gui.beside.open_forms import open_forms
from gridmgmt_plugin.gui.opening.open_tables import fill_empty_tables
from gridmgmt_plugin.project.forms.name_copies import outdate_copy
from gridmgmt_plugin.project.postponed import is_postponed, outdate
from gridmgmt_plugin.project.row_numbers import features_of_rows
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.project.stored_rows import show_stored

# Python takes what QGIS made itself for one of Qt's.
_MODEL, _TABLE, _CELLS = "QgsAttributeTableModel", "QgsDualView", "QgsAttributeTableView"
TYPED_INTO = (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit)


def show_burst(layers: dict[str, QgsVectorLayer], burst: Burst) -> None:
    """Have the layers of the tables that were written drawn anew, once each; edit buffer, selection and undo steps of
    a layer that is being edited stay.

    What was kept of rows and shapes is forgotten only where rows or shapes are others: else a table that is open
    shows the rows that were told, and reads no other.
    """
    for table, layer in layers.items():
        if table not in burst.rows or not layer.isValid():
            continue
        outdate_copy(layer)
        if is_postponed(layer):
            outdate(layer)
            continue
        numbers = burst.rows[table]
        if numbers is None or table in burst.reshaped:
            show_stored(layer)
        else:
            _show_rows(layer, numbers)
        if layer.isSpatial():
            layer.triggerRepaint()
    fill_empty_tables()


def _show_rows(layer: QgsVectorLayer, numbers: Iterable[int]) -> None:
    """Have open attribute tables read a few rows again."""
    models = [model for model in _open_tables() if model.layer() is not None and model.layer().id() == layer.id()]
    if not models:
        return
    features = features_of_rows(layer, sorted(numbers)).values()
    for model in models:
        last = model.columnCount() - 1
        for feature in features:
            row = model.idToRow(feature)
            if row >= 0:
                model.layerCache().removeCachedFeature(feature)
                model.reload(model.index(row, 0), model.index(row, last))


def tables_typed_into() -> set[str]:
    """Return the tables of whose attribute table a cell has the cursor, or a form in it something typed: read anew it
    would close and throw that away.
    """
    focus = QApplication.focusWidget()
    around = focus.parentWidget() if isinstance(focus, TYPED_INTO) else None
    is_cell = False
    while around is not None and around.metaObject().className() != _TABLE:
        is_cell |= around.metaObject().className() == _CELLS
        around = around.parentWidget()
    if around is None or not (is_cell or any(one.typed() for one in open_forms() if around.isAncestorOf(one.form))):
        return set()
    layers = [model.layer() for model in _models_in(around)]
    return {str(layer.customProperty(TABLE_PROPERTY) or "") for layer in layers if layer is not None}


def _open_tables() -> list[QgsAttributeTableModel]:
    return [model for window in QApplication.topLevelWidgets() for model in _models_in(window)]


def _models_in(widget: QWidget) -> list[QgsAttributeTableModel]:
    found = [one for one in widget.findChildren(QAbstractTableModel) if one.metaObject().className() == _MODEL]
    return [sip.cast(one, QgsAttributeTableModel) for one in found]
