"""The staffing board's lists as Qt's table views show them: posts, persons, hours without anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.gui.frame.colours import ERROR, WARNING, readable
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.people.dragging import PERSON_MIME, person_mime

_ROOT = QModelIndex()
SORT_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Row:
    """One row: what its cells say, what they are sorted by, the person in it (id, name), ``tone`` 0 plain, 1 with
    care, 2 trouble; ``what``: what it stands for.
    """

    cells: tuple[str, ...]
    order: tuple[Any, ...]
    person: tuple[str, str]
    tone: int
    what: Any
    tip: str = ""


class BoardModel(QAbstractTableModel):
    """Rows under headings; one with a person can be dragged, as ``mime``. ``view``: whose theme says which colours
    can be read.
    """

    def __init__(
        self, headings: Sequence[str], view: QWidget, right: Sequence[int] = (), mime: str = PERSON_MIME
    ) -> None:
        super().__init__(view)
        self._mime = mime
        self._view = view
        self._headings, self._right = tuple(headings), frozenset(right)
        self._rows: list[Row] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_at(self, row: int) -> Row:
        """Return a row."""
        return self._rows[row]

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns."""
        return len(self._headings)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tip, colour or order of one cell."""
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or row.cells[column]
        if role == SORT_ROLE:
            return row.order[column]
        if role == Qt.ItemDataRole.ForegroundRole and row.tone:
            return readable(ERROR if row.tone > 1 else WARNING, self._view)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in self._right:
            return ALIGN_RIGHT
        return None

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the headings, as tips too: a column may be narrower."""
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if orientation == Qt.Orientation.Horizontal and role in roles:
            return self._headings[section]
        return None

    def flags(self, index: QModelIndex) -> Any:
        """Let rows with a person be dragged."""
        flags = super().flags(index)
        if index.isValid() and self._rows[index.row()].person[0]:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> Any:  # noqa: N802  Qt calls it
        """Return the person of the first row that is dragged."""
        person, name = self._rows[indexes[0].row()].person
        return person_mime(person, name, self._mime)


class SortedRows(QSortFilterProxyModel):
    """The rows in the order of a column; only those whose ``what`` passes the filter."""

    def __init__(self, model: BoardModel, parent: Any = None) -> None:
        super().__init__(parent)
        self._passes: Any = None
        self.setSortRole(SORT_ROLE)
        self.setSourceModel(model)

    def filter_by(self, passes: Any) -> None:
        """Show rows for which ``passes(row)`` holds; ``None`` for all."""
        self._passes = passes
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:  # noqa: ARG002  Qt calls it
        """Tell whether a row is shown."""
        model: Any = self.sourceModel()
        return self._passes is None or bool(self._passes(model.row_at(row)))
