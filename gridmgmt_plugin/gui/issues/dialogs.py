"""Dialogs of the list of issues: what a fix would do, and why an issue may stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.end_reasons import end_reasons
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, close_button, fit
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.schema import table as definition_of

if TYPE_CHECKING:
    from gridmgmt_plugin.jobs.checks.fix_issues import ChangedValue

_LISTED = 200


@dataclass(frozen=True)
class CellLine:
    """What a fix does to a cell, in m²; ``note`` where it is new or goes."""

    code: str
    gained_m2: float
    lost_m2: float
    note: str = ""


class FixDialog(QDialog):
    """Shows what fixing would do before anything is done."""

    def __init__(
        self,
        parent: Any,
        fixed: int,
        refused: Sequence[Message],
        cells: Sequence[CellLine],
        values: Sequence[ChangedValue] = (),
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_fix_dialog")
        self.setWindowTitle(tr("Fix issues"))
        layout = QVBoxLayout(self)
        summary = QLabel(_summary(fixed, len(cells), len(values)), self)
        summary.setObjectName("gridmgmt_fix_summary")
        summary.setWordWrap(True)
        layout.addWidget(summary)
        if cells:
            layout.addWidget(_cell_table(self, cells))
        if values:
            layout.addWidget(_value_table(self, values))
        if refused:
            layout.addWidget(_reasons(self, refused))
        if fixed:
            layout.addWidget(answer_buttons(self, tr("Fix"), "gridmgmt_fix_accept", "issues")[0])
        else:
            layout.addWidget(close_button(self, "issues"))
        fit(self, 520, 480 if not (cells and values) else 640)


def _summary(fixed: int, cells: int, values: int) -> str:
    if not fixed:
        return tr("Nothing of this can be fixed automatically.")
    parts = [
        tr(
            "{count} {count:issue|issues} will be fixed; the check was repeated and finds no more of them.",
            count=fixed,
        )
    ]
    if cells:
        parts.append(
            tr(
                "{count} unit {count:grid changes|grids change}; this is the ground that each gains and loses:",
                count=cells,
            )
        )
    if values:
        parts.append(tr("{count} {count:value|values} in tables {count:is|are} set right.", count=values))
    return "\n".join(parts)


def _cell_table(parent: Any, cells: Sequence[CellLine]) -> QTableWidget:
    headings = [tr("Unit grid"), tr("Gains (m²)"), tr("Loses (m²)"), ""]
    rows = [(cell.code, f"{cell.gained_m2:,.2f}", f"{cell.lost_m2:,.2f}", cell.note) for cell in cells[:_LISTED]]
    table = _table(parent, "gridmgmt_fix_cells", headings, rows, right=(1, 2))
    explain(table, tr("What would change in each unit grid; nothing has been changed yet."))
    return table


def _value_table(parent: Any, values: Sequence[ChangedValue]) -> QTableWidget:
    headings = [tr("Object"), tr("Column"), tr("As it is"), tr("Then")]
    rows = [
        (
            value.key,
            value.column.text(language()),
            *(_shown(one, value.column) for one in (value.before, value.after)),
        )
        for value in values[:_LISTED]
    ]
    table = _table(parent, "gridmgmt_fix_values", headings, rows)
    explain(table, tr("What would stand in each row; nothing has been changed yet."))
    return table


def _shown(value: object, column: Message) -> str:
    """Return a value of a column (``post.end_reason``) as the reader knows it."""
    if value is None or value == "":
        return "–"
    table, _, name = column.code.partition(".")
    if name == "end_reason":
        return end_reasons(language()).get(str(value), str(value))
    values = next((one.values for one in definition_of(table).columns if one.name == name), None)
    return value_label(values, str(value), language()) if values else str(value)


def _table(
    parent: Any, name: str, headings: list[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> QTableWidget:
    table = QTableWidget(len(rows), len(headings), parent)
    table.setObjectName(name)
    table.setHorizontalHeaderLabels(headings)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.verticalHeader().hide()
    table.setTabKeyNavigation(False)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in right:
                item.setTextAlignment(ALIGN_RIGHT)
            table.setItem(row, column, item)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _reasons(parent: Any, refused: Sequence[Message]) -> QLabel:
    counted = Counter(message.text(language()) for message in refused)
    lines = [tr("{count} {count:issue stays|issues stay}:", count=len(refused))]
    lines += [f"· {text} ({number})" for text, number in counted.most_common(5)]
    label = QLabel("\n".join(lines), parent)
    label.setObjectName("gridmgmt_fix_refused")
    label.setWordWrap(True)
    return label


class ExemptDialog(QDialog):
    """Asks why issues may stay, who approved it, and until when."""

    def __init__(self, parent: Any, count: int, title: str) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_exempt_dialog")
        self.setWindowTitle(tr("Exempt"))
        layout = QVBoxLayout(self)
        what = QLabel(
            tr(
                "{count} {count:issue|issues} of “{rule}” {count:is|are} kept in the list as exempted.",
                count=count,
                rule=title,
            ),
            self,
        )
        what.setWordWrap(True)
        layout.addWidget(what)
        form = QFormLayout()
        self._reason = QPlainTextEdit(self)
        self._reason.setObjectName("gridmgmt_exempt_reason")
        self._reason.setTabChangesFocus(True)
        self._reason.setPlaceholderText(tr("Why it may stay, e.g. a lake that needs no grid"))
        self._reason.setFixedHeight(4 * self._reason.fontMetrics().lineSpacing() + 8)
        self._approved = QLineEdit(self)
        self._approved.setObjectName("gridmgmt_exempt_approved")
        self._limited = QCheckBox(tr("until"), self)
        self._limited.setObjectName("gridmgmt_exempt_limited")
        self._until = QDateEdit(QDate(clock.today()).addMonths(6), self)
        self._until.setObjectName("gridmgmt_exempt_until")
        self._until.setCalendarPopup(True)
        self._until.setDisplayFormat("yyyy-MM-dd")
        self._until.setMinimumDate(QDate(clock.today()))
        self._until.setEnabled(False)
        self._limited.toggled.connect(self._until.setEnabled)
        explain(self._reason, tr("Stands beside the issue in the list; without a reason nothing is exempted."))
        explain(self._approved, tr("Who agreed that it may stay: a person or an office."))
        explain(self._limited, tr("After this day the issue counts again."))
        explain(self._until, tr("After this day the issue counts again."))
        form.addRow(tr("Reason"), self._reason)
        form.addRow(tr("Approved by"), self._approved)
        form.addRow(self._limited, self._until)
        layout.addLayout(form)
        buttons, self._accept = answer_buttons(self, tr("Exempt"), "gridmgmt_exempt_accept", "issues")
        self._accept.setEnabled(False)
        self._reason.textChanged.connect(lambda: self._accept.setEnabled(bool(self.reason)))
        layout.addWidget(buttons)
        fit(self, 440)

    @property
    def reason(self) -> str:
        """Return the reason."""
        return str(self._reason.toPlainText()).strip()

    @property
    def approved_by(self) -> str:
        """Return who approved it."""
        return str(self._approved.text()).strip()

    @property
    def valid_until(self) -> date | None:
        """Return the last day, ``None`` for good."""
        if not self._limited.isChecked():
            return None
        day = self._until.date()
        return date(day.year(), day.month(), day.day())


def with_suffix(path: Path, kind: str) -> Path:
    """Return a file name with the suffix of the kind that was chosen, where it has none."""
    return path if path.suffix else path.with_suffix(kind[kind.rindex("*") + 1 :].rstrip(")"))


def accepted(dialog: QDialog) -> bool:
    """Show a dialog and wait; tell whether the planner agreed. It can still be asked afterwards."""
    try:
        return bool(dialog.exec() == QDialog.DialogCode.Accepted)
    finally:
        dialog.deleteLater()


def note_of(*, is_new: bool, is_gone: bool) -> str:
    """Return what becomes of a cell, in a word; "" where only its outline changes."""
    return tr("new") if is_new else tr("goes") if is_gone else ""
