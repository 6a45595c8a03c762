"""What a repair would do to each cell, in square metres, before the planner agrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from gridmgmt_plugin.editing.saving.reports import RepairProposal
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_WIDTH_PX, _ROWS_SHOWN, _CODE_CHARACTERS = 460, 9, 18


class RepairDialog(QDialog):
    """Lists the cells that win or lose ground and those that get another code."""

    def __init__(self, proposal: RepairProposal, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_repair_dialog")
        self.setWindowTitle(tr("Repair"))
        layout = QVBoxLayout(self)
        text = QLabel(tr("The repair changes the cells below and nothing else. Undo takes it back."), self)
        text.setWordWrap(True)
        layout.addWidget(text)
        if proposal.grounds:
            rows = [
                (ground.code or tr("new"), _metres(ground.gained_m2), _metres(ground.lost_m2))
                for ground in proposal.grounds
            ]
            headings = (tr("Unit grid"), tr("Gains (m²)"), tr("Loses (m²)"))
            layout.addWidget(_table(self, headings, rows, figures_from=1))
        if proposal.recodings:
            codes = [(recoding.old or tr("none"), recoding.new) for recoding in proposal.recodings]
            layout.addWidget(_table(self, (tr("Code now"), tr("New code")), codes))
        if not (proposal.grounds or proposal.recodings):
            layout.addWidget(QLabel(tr("No cell wins or loses ground; only vertices are matched."), self))
        buttons, _ = answer_buttons(self, tr("Repair"), "gridmgmt_repair_accept", "take_back")
        layout.addWidget(buttons)
        fit(self, _WIDTH_PX)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants the repair."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)


def _metres(area_m2: float) -> str:
    return f"{area_m2:,.2f}" if area_m2 else "–"


def _table(
    parent: Any, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], figures_from: int | None = None
) -> QTableWidget:
    table = QTableWidget(len(rows), len(headings), parent)
    table.setHorizontalHeaderLabels(headings)
    table.verticalHeader().hide()
    explain(table, tr("What would change in each unit grid; nothing has been changed yet."))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    # A code is read to its end.
    table.setMinimumWidth(len(headings) * _CODE_CHARACTERS * table.fontMetrics().horizontalAdvance("0"))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if figures_from is not None and column >= figures_from:
                item.setTextAlignment(ALIGN_RIGHT)
            table.setItem(row, column, item)
    shown = min(len(rows), _ROWS_SHOWN)
    height = table.horizontalHeader().sizeHint().height() + shown * table.rowHeight(0) + 2 * table.frameWidth()
    table.setFixedHeight(height)
    return table
