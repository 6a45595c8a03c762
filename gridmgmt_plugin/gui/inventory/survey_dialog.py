"""What a survey found otherwise, before it is taken over, difference by difference."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFormLayout, QLabel, QTableView, QVBoxLayout

from gridmgmt_plugin.core.inventory.components import gone_states
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.keyboard import fit_columns, list_rows
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.jobs.inventory.survey_in import LEFT
from gridmgmt_plugin.project.i18n import language, tr, translatable

_HEADINGS = (
    translatable("Difference"), translatable("Component"), translatable("Old code"), translatable("Column"),
    translatable("In the workspace"), translatable("In the survey"),
)  # fmt: skip
_COLUMNS = ("difference_name", "code", "old_code", "column_name", "before", "after")
_WIDTH_PX, _WIDEST_PX, _LINES, _CHARACTERS = 640, 940, 9, 20


class SurveyDialog(QDialog):
    """``asked``: something else was chosen, and somebody may say what it would do (:meth:`tell`)."""

    asked = pyqtSignal()

    def __init__(self, name: str, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_survey_dialog")
        self.setWindowTitle(tr("Take in a survey of components"))
        self.gone, self.conflicts = QComboBox(self), QComboBox(self)
        self.gone.addItem(tr("Leave them, only list them"), LEFT)
        for state in sorted(gone_states()):
            title = value_label("component_state", state, language())
            self.gone.addItem(tr("Set their state to: {state}", state=title), state)
        self.conflicts.addItem(tr("Keep what is here"), False)
        self.conflicts.addItem(tr("Take what the survey says"), True)
        self.told, self.table = QLabel(tr("Comparing the survey…"), self), QTableView(self)
        self.told.setWordWrap(True)
        self._differences = BoardModel([tr(title) for title in _HEADINGS], self.table)
        self.table.setModel(SortedRows(self._differences, self.table))
        list_rows(self.table, several=False)
        fit_columns(self.table, _CHARACTERS)
        self.table.setMinimumHeight(self.table.fontMetrics().lineSpacing() * _LINES)
        for field, key in ((self.gone, "gone"), (self.conflicts, "conflicts"), (self.told, "told")):
            field.setObjectName(f"gridmgmt_survey_{key}")
        explain(self.gone, tr("What becomes of components that were sent out and did not come back"))
        explain(self.conflicts, tr("What becomes of values that were changed here and by the survey"))
        explain(self.table, tr("What the survey says otherwise, one row for each value"))
        buttons, self._accept = answer_buttons(self, tr("Take over"), "gridmgmt_survey_accept", "component_inventory")
        self._accept.setEnabled(False)
        head, form, column = QLabel(name, self), QFormLayout(), QVBoxLayout(self)
        form.addRow(tr("Components that did not come back"), self.gone)
        form.addRow(tr("Where both sides have changed"), self.conflicts)
        for part in (head, self.table):
            column.addWidget(part)
        column.addLayout(form)
        column.addWidget(self.told)
        column.addWidget(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())
        for box in (self.gone, self.conflicts):
            box.currentIndexChanged.connect(self._follow)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, by the names of :func:`.survey_in.import_survey`."""
        return {"gone": str(self.gone.currentData()), "conflicts_follow_survey": bool(self.conflicts.currentData())}

    def tell(self, text: str, differences: Rows | None, *, is_possible: bool) -> None:
        """Say what would happen, and show the differences."""
        self.told.setText(text)
        if differences is not None:
            cells = zip(*(["" if v is None else str(v) for v in differences[name]] for name in _COLUMNS))
            self._differences.show([Row(row, row, ("", ""), 0, None) for row in cells])
            fit_columns(self.table, _CHARACTERS)
            wanted_px = self.width() - self.table.viewport().width() + self.table.horizontalHeader().length()
            self.resize(max(self.width(), min(wanted_px, _WIDEST_PX)), self.height())
        self._accept.setEnabled(is_possible)

    def _follow(self, *_: object) -> None:
        self._accept.setEnabled(False)
        self.told.setText(tr("Comparing the survey…"))
        self.asked.emit()
