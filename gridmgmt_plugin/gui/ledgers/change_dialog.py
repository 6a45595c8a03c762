"""What is asked about a ledger: its name, which statuses are done, how it is drawn."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsColorButton
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.value_lists import value_label, value_list
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

_WIDTH_PX, _LINES = 420, 6


class ChangeLedgerDialog(QDialog):
    """``name``, :meth:`done_statuses`, ``symbol`` and ``colour`` hold what was said after :meth:`agreed`."""

    def __init__(self, ledger: Ledger, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_ledger_dialog")
        self.setWindowTitle(tr("Change a ledger"))
        self.name, self.statuses = QLineEdit(ledger.title, self), QListWidget(self)
        self.symbol, self.colour = QComboBox(self), QgsColorButton(self)
        for widget, name in (
            (self.name, "name"),
            (self.statuses, "statuses"),
            (self.symbol, "symbol"),
            (self.colour, "colour"),
        ):
            widget.setObjectName(f"gridmgmt_ledger_{name}")
        for status in ledger.statuses:
            item = QListWidgetItem(status, self.statuses)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if status in ledger.done else Qt.CheckState.Unchecked)
        self.statuses.setFixedHeight(self.fontMetrics().lineSpacing() * (_LINES + 1))
        for key, _ in value_list("ledger_symbol"):
            self.symbol.addItem(value_label("ledger_symbol", key, language()), key)
        self.symbol.setCurrentIndex(max(self.symbol.findData(ledger.symbol), 0))
        self.colour.setColor(QColor(ledger.colour))
        explain(self.name, tr("What the ledger is called, on the map too"))
        explain(self.statuses, tr("Ticked statuses count as done: such items are never overdue"))
        explain(self.symbol, tr("The symbol of its points on the map"))
        explain(self.colour, tr("The colour in which the map draws its items"))
        form = QFormLayout()
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Statuses that count as done"), self.statuses)
        form.addRow(tr("Symbol"), self.symbol)
        form.addRow(tr("Colour"), self.colour)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        row, accept = answer_buttons(self, tr("OK"), "gridmgmt_ledger_accept", "ledgers")
        self.name.textChanged.connect(lambda text: accept.setEnabled(bool(text.strip())))
        layout.addWidget(row)
        fit(self, _WIDTH_PX)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def done_statuses(self) -> tuple[str, ...]:
        """Return the ticked statuses."""
        items = [self.statuses.item(at) for at in range(self.statuses.count())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)
