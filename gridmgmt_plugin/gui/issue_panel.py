"""The list of what validation found; a click shows the place on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsGeometry, QgsVectorLayer
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.map_focus import MapFocus
from gridmgmt_plugin.gui.qt import is_alive
from gridmgmt_plugin.gui.result_display import SEVERITIES
from gridmgmt_plugin.workspace.i18n import tr

_ORDER = {key: rank for rank, key in enumerate(SEVERITIES)}
_ROOT = QModelIndex()
_HEIGHT_PX = 220


@dataclass(frozen=True)
class _Row:
    severity: str
    rule: str
    objects: str
    sentence: str
    exempted_by: str
    geometry: QgsGeometry


class IssueModel(QAbstractTableModel):
    """Severity, rule, object and sentence of each issue, errors first."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []

    def show_layer(self, layer: QgsVectorLayer) -> None:
        """Read the issues of the layer that validation wrote."""
        self.beginResetModel()
        self._rows = sorted(_rows_of(layer), key=lambda row: (_ORDER.get(row.severity, len(_ORDER)), row.rule))
        self.endResetModel()

    def geometry(self, row: int) -> QgsGeometry:
        """Return where the issue is; empty when it has no place."""
        return self._rows[row].geometry

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many issues there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns."""
        return 4

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tip or colour of one cell."""
        row = self._rows[index.row()]
        title = tr(SEVERITIES[row.severity][1]) if row.severity in SEVERITIES else row.severity
        if row.exempted_by:
            title = tr("Exempted")
        if role == Qt.ItemDataRole.DisplayRole:
            return (title, row.rule, row.objects, row.sentence)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sentence
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0 and not row.exempted_by:
            return QColor(SEVERITIES.get(row.severity, ("#7b8895", ""))[0])
        return None

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Severity"), tr("Rule"), tr("Object"), tr("What is wrong"))[section]
        return None


class IssuePanel:
    """The dock below the map with the issues of the last check."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._focus = MapFocus(iface)
        self._layer: Any = None
        self.dock = QgsDockWidget(tr("Issues found"), iface.mainWindow())
        self.dock.setObjectName("gridmgmt_issues_dock")
        self.model = IssueModel(self.dock)
        self.view, self._count = QTableView(self.dock), QLabel("", self.dock)
        self._build()
        iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        iface.mainWindow().resizeDocks([self.dock], [_HEIGHT_PX], Qt.Orientation.Vertical)

    def show_layer(self, layer: QgsVectorLayer) -> None:
        """List the issues of ``layer``."""
        self._layer = layer
        self.model.show_layer(layer)
        self._count.setText(tr("{count} issues; a click shows the place.").format(count=self.model.rowCount()))
        self.dock.setUserVisible(True)

    def close(self) -> None:
        """Take the dock out of QGIS."""
        if is_alive(self.dock):
            self._iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def _build(self) -> None:
        self.view.setObjectName("gridmgmt_issues_view")
        sorted_model = QSortFilterProxyModel(self.dock)
        sorted_model.setSourceModel(self.model)
        self.view.setModel(sorted_model)
        self.view.setSortingEnabled(True)
        self.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setWordWrap(False)
        self.view.verticalHeader().hide()
        header = self.view.horizontalHeader()
        for column, width in enumerate((60, 150, 140)):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.view.clicked.connect(self._clicked)
        page = QWidget(self.dock)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.view)
        layout.addWidget(self._count)
        self.dock.setWidget(page)

    def _clicked(self, index: QModelIndex) -> None:
        geometry = self.model.geometry(self.view.model().mapToSource(index).row())
        if is_alive(self._layer) and not geometry.isEmpty():
            self._focus.show_geometry(geometry, self._layer)


def _rows_of(layer: QgsVectorLayer) -> Sequence[_Row]:
    names = set(layer.fields().names())

    def text(feature: Any, name: str) -> str:
        value = feature[name] if name in names else None
        return "" if value is None or str(value) == "NULL" else str(value)

    return [
        _Row(
            text(feature, "severity"),
            text(feature, "title") or text(feature, "rule"),
            text(feature, "object_keys").replace("|", tr(", ")),
            text(feature, "message"),
            text(feature, "exempted_by"),
            QgsGeometry(feature.geometry()),
        )
        for feature in layer.getFeatures()
    ]
