"""The grids of a scheme as a list: which is painted into, which are locked, what each holds now."""

from __future__ import annotations

from typing import Any

import numpy as np
from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont

from gridmgmt_plugin.core.assignment.model import Assignment
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.painting.figures_text import grid_label
from gridmgmt_plugin.project.i18n import tr

NAME, UNITS, CASES = range(3)
_ROOT = QModelIndex()


class GridList(QAbstractTableModel):
    """A row per grid in the order of the codes; grids made here only while they have unit grids.

    ``locks_changed``: the planner ticked a lock.
    """

    locks_changed = pyqtSignal(list)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._assignment: Assignment | None = None
        self._grids: list[int] = []
        self._units: np.ndarray = np.empty(0, dtype=np.int64)
        self._cases: np.ndarray | None = None
        self._target = -1

    def show(self, assignment: Assignment, target: int) -> None:
        """Show the grids as they are now, the target in bold."""
        count = len(assignment.grids)
        inside = assignment.grid_of >= 0
        label = assignment.grid_of[inside]
        units = np.bincount(label, minlength=count)
        cases = assignment.units.loads.get("cases_per_month")
        grids = [at for at, grid in enumerate(assignment.grids) if units[at] or not grid.is_new]
        grids.sort(key=lambda at: assignment.grids[at].code)
        is_same = grids == self._grids and assignment is self._assignment
        if not is_same:
            self.beginResetModel()
        self._assignment, self._grids, self._units, self._target = assignment, grids, units, target
        self._cases = None
        if cases is not None:
            self._cases = np.bincount(label, weights=np.nan_to_num(cases[inside]), minlength=count)
        if is_same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(grids) - 1, CASES))
        else:
            self.endResetModel()

    def grid(self, row: int) -> int:
        """Return the grid in a row."""
        return self._grids[row]

    def grids(self) -> list[int]:
        """Return all grids that are listed."""
        return list(self._grids)

    def row_of(self, grid: int) -> int:
        """Return the row of a grid, −1 while it is not listed."""
        return self._grids.index(grid) if grid in self._grids else -1

    # For Qt.

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of grids."""
        return 0 if parent.isValid() else len(self._grids)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else CASES + 1

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        # A narrow dock may cut the title, so it is the tip as well.
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if orientation != Qt.Orientation.Horizontal or role not in roles:
            return None
        return (tr("Grid (tick = locked)"), tr("Unit grids"), tr("Cases per month"))[section]

    def flags(self, index: QModelIndex) -> Any:
        """Return what can be done with a cell: the first one has the lock."""
        return super().flags(index) | (
            Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else Qt.ItemFlag.NoItemFlags
        )

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or self._assignment is None:
            return None
        grid = self._grids[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(grid, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._assignment.grids[grid].code
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            return Qt.CheckState.Checked if grid in self._assignment.locked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != NAME:
            return ALIGN_RIGHT
        if role == Qt.ItemDataRole.FontRole and grid == self._target:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Take a tick: lock or unlock a grid."""
        if role != Qt.ItemDataRole.CheckStateRole or self._assignment is None:
            return False
        locked, grid = set(self._assignment.locked), self._grids[index.row()]
        is_checked = Qt.CheckState(value) == Qt.CheckState.Checked
        (locked.add if is_checked else locked.discard)(grid)
        self.locks_changed.emit(sorted(locked))
        self.dataChanged.emit(index, index)
        return True

    def _text(self, grid: int, column: int) -> str:
        assert self._assignment is not None
        if column == NAME:
            return grid_label(self._assignment, grid)
        if column == UNITS:
            return f"{int(self._units[grid]):,}"
        return "–" if self._cases is None else f"{float(self._cases[grid]):,.1f}"
