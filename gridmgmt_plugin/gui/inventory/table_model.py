"""The counts of the inventory as Qt's table views show them: the sum on top, whatever they are sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.jobs.inventory.inventory import Inventory, InventoryTable
from gridmgmt_plugin.project.i18n import language, tr

_ROOT = QModelIndex()
_DENSITIES = 2


@dataclass(frozen=True)
class Cell:
    """What a cell counts: the words of its row and column, ``None`` for all of them."""

    row: str | None
    column: str | None


class CountModel(QAbstractTableModel):
    """A row per word: its title, all of its components, those of each column, and per hectare and 100 m."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._table: InventoryTable | None = None
        self._titles: list[str] = []
        self._headings: list[str] = [""]
        self._order: np.ndarray = np.zeros(0, dtype=np.int64)
        self._sorted_by: tuple[int, bool] = (-1, False)

    def show(
        self, table: InventoryTable | None, inventory: Inventory | None, kinds: tuple[str, str], heading: str
    ) -> None:
        """Show other counts. ``kinds``: of rows and columns; ``heading``: what the rows are."""
        tongue = language()
        self.beginResetModel()
        self._table = table
        self._titles, self._headings = [], [heading]
        if table is not None and inventory is not None:
            self._titles = [inventory.title(kinds[0], word, tongue) for word in table.rows]
            columns = [inventory.title(kinds[1], word, tongue) for word in table.columns]
            self._headings = [heading, tr("All"), *columns, tr("per ha"), tr("per 100 m of lane")]
        self._sort()
        self.endResetModel()

    def cell(self, index: QModelIndex) -> Cell | None:
        """Return what a cell counts, ``None`` for one that counts nothing."""
        if self._table is None or not index.isValid():
            return None
        column = index.column() - 2
        row = None if index.row() == 0 else self._table.rows[int(self._order[index.row() - 1])]
        return Cell(row, self._table.columns[column] if 0 <= column < len(self._table.columns) else None)

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many rows there are, the sum included."""
        return 0 if parent.isValid() or self._table is None else len(self._order) + 1

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns."""
        return len(self._headings)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tip, alignment or weight of one cell."""
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return ALIGN_RIGHT
        if role == Qt.ItemDataRole.FontRole and row == 0:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the headings, as tips too: a column may be narrower."""
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if orientation == Qt.Orientation.Horizontal and role in roles:
            return self._headings[section]
        return None

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows below the sum."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self._sort()
        self.layoutChanged.emit()

    # Inside.

    def _sort(self) -> None:
        table, (column, is_falling) = self._table, self._sorted_by
        if table is None:
            self._order = np.zeros(0, dtype=np.int64)
            return
        order: np.ndarray = np.arange(len(table.rows))
        if column == 0:
            order = np.array(sorted(order.tolist(), key=lambda at: self._titles[at]), dtype=np.int64)
        elif 0 < column < len(self._headings):
            order = np.argsort(np.nan_to_num(self._values(column), nan=-1.0), kind="stable")
        self._order = order[::-1] if is_falling and column >= 0 else order

    def _values(self, column: int) -> np.ndarray:
        """Return what a column of numbers holds per row."""
        table = self._table
        assert table is not None
        last = len(self._headings) - 1
        if column >= last - 1:
            return table.per_100m if column == last else table.per_hectare
        return table.counts.sum(axis=1) if column == 1 else table.counts[:, column - 2]

    def _text(self, row: int, column: int) -> str:
        if column == 0:
            return tr("All together") if row == 0 else self._titles[int(self._order[row - 1])]
        values = self._values(column)
        is_density = column >= len(self._headings) - _DENSITIES
        if row == 0:
            return "" if is_density else f"{int(values.sum()):,}"
        value = values[int(self._order[row - 1])]
        if is_density:
            return "" if np.isnan(value) else f"{value:,.2f}"
        return f"{int(value):,}" if value else ""
