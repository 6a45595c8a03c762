"""The duty matrix as a table: classes down, places across, who answers in the cells, changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QStyledItemDelegate, QWidget

from gridmgmt_plugin.core.duty.matrix import (
    BELOW,
    CLEAR,
    DISPUTED,
    MANAGER,
    NOBODY,
    ClassRow,
    MatrixCell,
    PlaceColumn,
)
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.jobs.people.duty_matrix import MatrixView
from gridmgmt_plugin.project.i18n import language, tr, translatable

#: What a cell says where no department's name stands in it.
WORDS = {NOBODY: translatable("no rule"), BELOW: translatable("by parts")}
STATUS_TIPS = {
    CLEAR: translatable("Rule {rule}"),
    DISPUTED: translatable("Disputed: rule {rule} and others, or its state is not settled"),
    NOBODY: translatable("No rule: the unit grid's body, else the street office answers"),
    BELOW: translatable("No rule for the whole place, but some for parts of it"),
}
_ROOT = QModelIndex()


class DutyModel(QAbstractTableModel):
    """Shows a view; ``department_wanted``: another department was chosen for a cell (class, place, code)."""

    department_wanted = pyqtSignal(object, object, str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.view: MatrixView | None = None
        self.colours: dict[str, QColor] = {}
        self._shown: list[int] = []

    def show(self, view: MatrixView | None, *, only_gaps: bool = False, text: str = "") -> None:
        """Show a matrix, or none.

        :param only_gaps: leave out classes for which all is clear. :param text: part of a class's code or name.
        """
        self.beginResetModel()
        self.view = view
        rows = range(len(view.matrix.rows)) if view is not None else range(0)
        self._shown = [at for at in rows if self._is_wanted(at, text.strip().casefold(), only_gaps=only_gaps)]
        self.endResetModel()

    def cell(self, index: QModelIndex) -> tuple[ClassRow, PlaceColumn, MatrixCell] | None:
        """Return class, place and answer of a cell."""
        if self.view is None or not index.isValid():
            return None
        matrix, row = self.view.matrix, self._shown[index.row()]
        return matrix.rows[row], matrix.columns[index.column()], matrix.cells[row][index.column()]

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many classes are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many places there are."""
        return 0 if parent.isValid() or self.view is None else len(self.view.matrix.columns)

    def flags(self, index: QModelIndex) -> Any:
        """Return that every cell can be changed."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tip or colour of a cell."""
        found = self.cell(index)
        if found is None:
            return None
        cell = found[2]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._answer(cell)
        if role == Qt.ItemDataRole.EditRole:
            return cell.department
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(STATUS_TIPS[cell.status]).format(rule=cell.rule_id)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self.colours.get(cell.status)
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Tell that another department is wanted; the matrix shows it once it is written."""
        found = self.cell(index)
        if role != Qt.ItemDataRole.EditRole or found is None or value is None or str(value) == found[2].department:
            return False
        self.department_wanted.emit(found[0], found[1], str(value))
        return True

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return places across and classes down."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or self.view is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.place_title(self.view.matrix.columns[section])
        return self.class_title(self.view.matrix.rows[self._shown[section]])

    def place_title(self, column: PlaceColumn) -> str:
        """Return what a column is called."""
        area = self.view.names.name(column.area_code) if self.view is not None else column.area_code
        zone = value_label("duty_zone_kind", column.zone_kind, language())
        return tr("{area}: {zone}").format(area=area, zone=zone) if zone else area

    def class_title(self, row: ClassRow) -> str:
        """Return kind, code and name of a class."""
        kinds = {"component": tr("component "), "event": tr("event ")}
        name = self.view.class_names[row][language()] if self.view is not None else ""
        return f"{kinds.get(row.kind, '')}{row.code or tr('every class')} {name}".strip()

    def _answer(self, cell: MatrixCell) -> str:
        if cell.status in WORDS:
            return tr(WORDS[cell.status])
        name = Message("duty_zone_manager").text(language()) if cell.department == MANAGER else ""
        assert self.view is not None
        name = name or self.view.names.name(cell.department)
        return tr("{department} (disputed)").format(department=name) if cell.status == DISPUTED else name

    def _is_wanted(self, at: int, text: str, *, only_gaps: bool) -> bool:
        assert self.view is not None
        line = self.view.matrix.cells[at]
        if only_gaps and all(cell.status == CLEAR for cell in line):
            return False
        return text in self.class_title(self.view.matrix.rows[at]).casefold()


class DepartmentDelegate(QStyledItemDelegate):
    """Lets a department be chosen, or typed to be found; the first choice is nobody."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.departments: Sequence[tuple[str, str]] = ()

    def createEditor(self, parent: QWidget, option: Any, index: QModelIndex) -> QWidget:  # noqa: ARG002, N802
        """Return a list of departments."""
        box = QComboBox(parent)
        box.setObjectName("gridmgmt_duty_department")
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        box.addItem(tr("nobody in particular"), "")
        for code, name in self.departments:
            box.addItem(f"{name}  {code}", code)
        return box

    def setEditorData(self, editor: QComboBox, index: QModelIndex) -> None:  # noqa: N802
        """Show who answers now."""
        editor.setCurrentIndex(max(editor.findData(index.data(Qt.ItemDataRole.EditRole)), 0))
        editor.lineEdit().selectAll()

    def setModelData(self, editor: QComboBox, model: Any, index: QModelIndex) -> None:  # noqa: N802
        """Hand over what was chosen; what names no department changes nothing."""
        at = editor.findText(editor.currentText())
        if at >= 0:
            model.setData(index, editor.itemData(at), Qt.ItemDataRole.EditRole)
