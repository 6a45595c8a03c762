"""Everything that a part of the window says, and whether it is said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProject
from qgis.gui import QgsAttributeDialog, QgsAttributeForm, QgsFilterLineEdit
from qgis.PyQt.QtCore import QAbstractItemModel, QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QTableView,
    QTextBrowser,
    QTreeView,
    QWidget,
)

from gridmgmt_plugin.gui.frame.qt import QAction
from tests.foreign_words import foreign

__all__ = ["foreign", "menu_entries", "said_by", "said_by_layers"]

_PROPERTIES = (
    "text",
    "title",
    "toolTip",
    "whatsThis",
    "placeholderText",
    "windowTitle",
    "statusTip",
    "suffix",
    "prefix",
)
_READ = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
_ROWS = 50
_FORMS = (QgsAttributeDialog, QgsAttributeForm)
#: Classes of QGIS that hold widgets of ours.
_OUR_FRAMES = ("QgsCollapsibleGroupBox", "QgsDockWidget", "QgsScrollArea", "QgsOptionsPageWidget")


def said_by(root: QWidget, *, data: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of a widget and all below it that a planner can see or point at.

    :param data: object names of widgets whose content is the workspace's own, such as the tree.
    """
    for widget in (root, *root.findChildren(QWidget), *root.findChildren(QAction)):
        if _is_part_of_qgis(widget, root):
            continue
        where = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, (QWidget, QAction)) and not _is_of_qgis(widget):
            for name in _PROPERTIES:
                value = widget.property(name)
                if isinstance(value, str) and value and not (name == "text" and _is_typed(widget)):
                    yield f"{where} {name}", value
        if isinstance(widget, QComboBox) and widget.objectName() not in data:
            for row in range(widget.count()):
                yield f"{where} item", widget.itemText(row)
        if isinstance(widget, QTextBrowser):
            yield f"{where} text", widget.toPlainText()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from (
                (f"{where} {part}", text) for part, text in _listed(widget, is_data=widget.objectName() in data)
            )


def _listed(view: QAbstractItemView, *, is_data: bool) -> Iterator[tuple[str, str]]:
    model = view.model()
    if isinstance(view, (QTableView, QTreeView)):
        for column in range(model.columnCount()):
            for role in _READ:
                yield "heading", str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
    if not is_data:
        yield from (("cell", text) for text in _cells(model, QModelIndex()))


def _cells(model: QAbstractItemModel, below: QModelIndex) -> Iterator[str]:
    """Yield what stands in the first rows of a list, also of what is folded, and the tips of its cells."""
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(below)
    for row in range(min(model.rowCount(below), _ROWS)):
        for column in range(columns):
            at = model.index(row, column, below)
            yield from (str(at.data(role) or "") for role in _READ)
        if not isinstance(model, (QAbstractListModel, QAbstractTableModel)):
            yield from _cells(model, model.index(row, 0, below))


def _is_part_of_qgis(widget: QObject, root: QWidget) -> bool:
    """Tell whether a widget is the inside of one of QGIS's own, whose words QGIS translates."""
    while widget is not root and widget is not None:
        widget = widget.parentWidget()
        if _is_of_qgis(widget) and not isinstance(widget, _FORMS):
            return True
    return False


def _is_of_qgis(widget: QObject) -> bool:
    return type(widget).__module__ == "qgis._gui" and type(widget).__name__ not in _OUR_FRAMES


def _is_typed(widget: QObject) -> bool:
    return isinstance(widget, (QLineEdit, QgsFilterLineEdit))


def said_by_layers(project: QgsProject) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of groups, layers, their columns, legends, value lists and relations of a project."""
    for group in project.layerTreeRoot().findGroups(True):
        yield "group", group.name()
    for layer in project.mapLayers().values():
        yield "layer", layer.name()
        for field in layer.fields():
            if field.name() != "fid":
                yield f"column {layer.name()}.{field.name()}", field.alias() or field.name()
            setup = layer.editorWidgetSetup(layer.fields().indexOf(field.name()))
            if setup.type() == "ValueMap":
                for entry in setup.config().get("map", []):
                    for label in entry:
                        yield f"value of {layer.name()}.{field.name()}", str(label)
        if layer.isSpatial() and layer.renderer() is not None:
            for item in layer.renderer().legendSymbolItems():
                yield f"legend {layer.name()}", item.label()
    for relation in project.relationManager().relations().values():
        yield "relation", relation.name()


def menu_entries(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of our menu, toolbars and docks."""
    for action in window.findChildren(QAction):
        if action.objectName().startswith("gridmgmt"):
            for text in (action.text(), action.toolTip(), action.statusTip()):
                yield f"action {action.objectName()}", text
