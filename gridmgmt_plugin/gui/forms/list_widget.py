"""A short list in a form: a few lines by name, "go there", "edit" and "add" below; read only when it is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsRelation, QgsVectorLayer
from qgis.gui import QgsAbstractRelationEditorWidget
from qgis.PyQt.QtCore import QSize, QTimer
from qgis.PyQt.QtGui import QBrush, QShowEvent
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.gui.forms.edit_button import offer_editing
from gridmgmt_plugin.gui.forms.polish import form_around, polish_form
from gridmgmt_plugin.gui.forms.row_dialog import add_row, edit_row
from gridmgmt_plugin.gui.forms.unreadable import protect_unreadable
from gridmgmt_plugin.gui.frame.colours import faint
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT, is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.forms.description import list_descriptions
from gridmgmt_plugin.project.forms.figures import read_list
from gridmgmt_plugin.project.forms.short_lists import ListSource, Row, ShortList
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.postponed import open_postponed
from gridmgmt_plugin.project.shown_workspace import shown_layers

_NUMBER = re.compile(r"\d{1,3}(,?\d{3})*(\.\d+)?( \D+)?")
_FEWEST_LINES = 3


class _Lines(QTreeWidget):
    """Lines of names that ask for the height that all of them need, and can do with a few."""

    def sizeHint(self) -> QSize:
        """Ask for room for every line."""
        return QSize(super().sizeHint().width(), self._height(max(self.topLevelItemCount(), _FEWEST_LINES)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt calls these
        """Be of use with a few lines."""
        return QSize(super().minimumSizeHint().width(), self._height(_FEWEST_LINES))

    def _height(self, lines: int) -> int:
        line = self.sizeHintForRow(0) if self.topLevelItemCount() else self.fontMetrics().height()
        return int(self.header().sizeHint().height() + lines * line + 2 * self.frameWidth())


class ShortListWidget(QgsAbstractRelationEditorWidget):
    """QGIS gives it relation and row; what it shows says the list that its configuration names."""

    def __init__(self, config: Mapping[str, Any], parent: QWidget, iface: Any) -> None:
        super().__init__(dict(config), parent)
        self._iface, self._config = iface, dict(config)
        self._row_of_form: QgsFeature | None = None
        self._stale = True
        self._lines: tuple[Row, ...] = ()
        self._build()

    # What QGIS asks of a list.

    def config(self) -> dict[str, Any]:
        """Return what the form keeps of the list."""
        return self._config

    def setConfig(self, config: Mapping[str, Any]) -> None:  # noqa: N802
        """Take over which list this is."""
        self._config = dict(config)
        self._add.setVisible(self._can_add())
        self._edit.setVisible(self._can_add())

    def updateUi(self) -> None:  # noqa: N802
        """Note that another row is shown; read what belongs to it when somebody looks."""
        self._stale = True
        QTimer.singleShot(0, self._polish)
        if self.isVisible():
            self._read()

    def parentFormValueChanged(self, attribute: str, new_value: Any) -> None:  # noqa: N802
        """Stay as it is: what belongs to a row is told for the row as it was opened."""

    def setTitle(self, title: str) -> None:  # noqa: N802
        """Do nothing: the frame around the list has its title."""

    def beforeSetRelationFeature(self, new_relation: QgsRelation, new_feature: QgsFeature) -> None:  # noqa: N802
        """Do nothing before another row is shown."""

    def afterSetRelationFeature(self) -> None:  # noqa: N802
        """Do nothing after another row is shown."""

    def beforeSetRelations(self, new_relation: QgsRelation, new_nm_relation: QgsRelation) -> None:  # noqa: N802
        """Do nothing before the relation is set."""

    def afterSetRelations(self) -> None:  # noqa: N802
        """Do nothing after the relation is set."""

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list as soon as its tab is looked at."""
        super().showEvent(event)
        if self._stale:
            self._read()

    # Its parts.

    def _build(self) -> None:
        self._table = _Lines(self)
        self._table.setObjectName("gridmgmt_short_list")
        self._table.setRootIsDecorated(False)
        explain(self._table, tr("A double click, or Enter, goes there; the buttons below change and add."))
        self._table.setUniformRowHeights(True)
        self._table.setAlternatingRowColors(True)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.itemSelectionChanged.connect(self._offer)
        self._table.itemActivated.connect(self._activated)
        self._table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._go = _button(self, "gridmgmt_go_there", tr("Go there"), tr("Show it on the map, or open its form"))
        self._edit = _button(self, "gridmgmt_edit_row", tr("Edit…"), tr("Change this row and save it"))
        self._add = _button(self, "gridmgmt_add_row", tr("Add…"), tr("Add a row here and save it"))
        self._go.clicked.connect(lambda: self._go_to(self._chosen()))
        self._edit.clicked.connect(self._edit_chosen)
        self._add.clicked.connect(self._add_one)
        self._count = QLabel(self)
        below = QHBoxLayout()
        for part in (self._go, self._edit, self._add):
            below.addWidget(part)
        below.addStretch()
        below.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._table)
        layout.addLayout(below)
        self._add.setVisible(self._can_add())
        self._edit.setVisible(self._can_add())

    def _can_add(self) -> bool:
        description = list_descriptions().get(self._config.get("list", ""))
        return description is not None and description.add

    # What it shows.

    def _read(self) -> None:
        self._stale = False
        description = list_descriptions().get(self._config.get("list", ""))
        layers = shown_layers(QgsProject.instance())
        if description is None or not self.feature().isValid():
            self._show(ShortList((), (), 0))
            return
        try:
            self._show(read_list(ListSource(layers, language()), description, self.feature()))
        except GridError as error:  # a table that waits cannot be opened now: read when somebody looks again
            self._stale = True
            self._show(ShortList((), (), 0))
            self._refuse(error)
            return
        layer = layers.get(description.table)
        full = description.most is not None and len(self._lines) >= description.most
        self._add.setEnabled(not full and layer is not None and not layer.readOnly())
        if description.roles and self._add.menu() is None:
            self._offer_roles(description.roles)

    def _show(self, found: ShortList) -> None:
        self._lines = found.rows
        self._table.clear()
        self._table.setColumnCount(max(len(found.headings), 1))
        self._table.setHeaderLabels(found.headings or [""])
        past = QBrush(faint(self._table))
        for row in found.rows:
            item = QTreeWidgetItem(list(row.cells))
            for at, cell in enumerate(row.cells):
                item.setToolTip(at, cell)
                if at and _NUMBER.fullmatch(cell):
                    item.setTextAlignment(at, ALIGN_RIGHT)
                if row.past:
                    item.setForeground(at, past)
            self._table.addTopLevelItem(item)
        self._table.updateGeometry()
        self._spread(ends_in_numbers=bool(found.rows) and all(_NUMBER.fullmatch(row.cells[-1]) for row in found.rows))
        more = found.total > len(found.rows) and not list_descriptions()[self._config["list"]].count_by
        shown = tr("{shown} of {total}").format(shown=len(found.rows), total=found.total)
        self._count.setText(shown if more else tr("{total} in all").format(total=f"{found.total:,}"))
        self._offer()

    def _refuse(self, error: GridError) -> None:
        """Say below the list what stands in the way of reading it."""
        self._count.setWordWrap(True)
        self._count.setText(error.text(language()))
        self._add.setEnabled(False)

    def _spread(self, *, ends_in_numbers: bool) -> None:
        """Give each column its width and the rest to the last; to the first where numbers stand at the right."""
        header = self._table.header()
        header.setStretchLastSection(not ends_in_numbers)
        for at in range(self._table.columnCount()):
            fills = at == 0 and ends_in_numbers
            mode = QHeaderView.ResizeMode.Stretch if fills else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(at, mode)
        headings = sum(header.sectionSizeHint(at) for at in range(header.count())) if ends_in_numbers else 0
        # The column that fills would otherwise give its heading away.
        bar = self._table.verticalScrollBar().sizeHint().width()
        self._table.setMinimumWidth(headings + bar + 2 * self._table.frameWidth() if headings else 0)

    def _offer(self) -> None:
        row = self._chosen()
        self._go.setEnabled(row is not None and row.condition is not None)
        self._edit.setEnabled(row is not None and row.condition is not None)

    def _chosen(self) -> Row | None:
        at = self._table.indexOfTopLevelItem(self._table.currentItem()) if self._table.selectedItems() else -1
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def _polish(self) -> None:
        if is_alive(self):
            form, layer = form_around(self), self.relation().referencedLayer()
            if form is not None and layer is not None:  # the workspace may have been closed under the form
                polish_form(form, layer)
                offer_editing(form, layer, self.editorContext().vectorLayerTools())
                protect_unreadable(form, layer, self.feature())

    # What it leads to.

    def _activated(self, *_: object) -> None:
        self._go_to(self._chosen())

    def _go_to(self, row: Row | None) -> None:
        """Show the rows behind a line on the map, or the form of the one row."""
        found = self._behind(row)
        if found is None:
            return
        layer, features = found
        shapes = [feature.geometry() for feature in features if feature.hasGeometry()]
        if shapes:
            layer.selectByIds([feature.id() for feature in features])
            MapFocus(self._iface).show_geometries(shapes, layer)
        elif len(features) == 1:
            self._iface.openFeatureForm(layer, features[0], False, self.window().isModal())

    def _behind(self, row: Row | None) -> tuple[QgsVectorLayer, list[QgsFeature]] | None:
        layer = shown_layers(QgsProject.instance()).get(row.table or "") if row is not None else None
        if layer is None or row is None or row.condition is None:
            return None
        try:
            open_postponed(layer)
        except GridError as error:
            self._refuse(error)
            return None
        features = list(layer.getFeatures(QgsFeatureRequest().setFilterExpression(row.condition)))
        return (layer, features) if features else None

    def _edit_chosen(self) -> None:
        found = self._behind(self._chosen())
        if found is not None and edit_row(found[0], found[1][0], self, self.editorContext()):
            self._read()

    def _add_one(self, role: str | None = None) -> None:
        description = list_descriptions()[self._config["list"]]
        layer = shown_layers(QgsProject.instance()).get(description.table)
        chosen = {"role": role} if role else {}
        if layer is not None and add_row(layer, description, self.feature(), chosen, self, self.editorContext()):
            self._read()

    def _offer_roles(self, roles: tuple[str, ...]) -> None:
        menu = QMenu(self._add)
        for role in roles:
            action = menu.addAction(value_label(ROLE, role, language()))
            action.setData(role)
        menu.triggered.connect(lambda action: self._add_one(action.data()))
        self._add.setMenu(menu)
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)


def _button(parent: QWidget, name: str, title: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setText(title)
    explain(button, tip)
    return button
