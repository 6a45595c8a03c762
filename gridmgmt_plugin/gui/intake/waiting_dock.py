"""The dock of cases that have no place: what is known of each, and the button that takes up the tool for the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gridmgmt_plugin.gui.frame.flow import flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.intake.placing.place_cases import WaitingCase
from gridmgmt_plugin.project.i18n import language, tr, translatable

_HEADINGS = (
    translatable("Case"), translatable("Reported"), translatable("Address"), translatable("Class"),
    translatable("What it is about"), translatable("Remarks"),
)  # fmt: skip
_WIDTHS = (130, 170, 260, 150, 260, 200)
_NUMBER_CHARACTERS, _AROUND = 40, 3
_TO_THE_MINUTE = len("2025-03-07 08:05")


class WaitingDock(GridDock):
    """Shows cases and says when one is to be placed; it knows neither workspace nor map.

    ``pick_wanted``: the chosen case is to be placed by a click on the map (on or off).
    """

    pick_wanted = pyqtSignal(bool)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Cases without a place"), parent)
        self.setObjectName("gridmgmt_waiting_dock")
        page = QWidget(self)
        self.table, self.summary = QTableWidget(0, len(_HEADINGS), page), QLabel("", page)
        self.picker = QPushButton(tr("Place on the map"), page)
        self._cases: Sequence[WaitingCase] = ()
        layout = self.stack(page)
        layout.addWidget(self._list(), 1)
        layout.addWidget(self._foot(page))

    def show_cases(self, cases: Sequence[WaitingCase]) -> None:
        """Show the cases that wait; the one that was chosen stays so, or the next of those that still wait."""
        self._list_cases(cases)
        count = len(self._cases)
        said = tr("{count} {count:case has|cases have} no place yet", count=count) if count else ""
        self.summary.setText(said or tr("Every case has its place."))

    def show_nothing(self, why: str) -> None:
        """Show no case, and say why nothing is known of them."""
        self._list_cases(())
        self.summary.setText(why)

    def current(self) -> WaitingCase | None:
        """Return the case that is chosen."""
        row = self.table.currentRow()
        return self._cases[row] if 0 <= row < len(self._cases) else None

    def _list_cases(self, cases: Sequence[WaitingCase]) -> None:
        row = max(self.table.currentRow(), 0)
        following = [case.id for case in self._cases[row:]]
        self._cases = tuple(cases)
        rows = {case.id: at for at, case in enumerate(self._cases)}
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._cases))
        for at, case in enumerate(self._cases):
            for column, text in enumerate(_cells(case)):
                self.table.setItem(at, column, QTableWidgetItem(text))
        self.table.blockSignals(False)
        self._fit_numbers()
        if self._cases:
            last = len(self._cases) - 1
            self.table.selectRow(next((rows[known] for known in following if known in rows), min(row, last)))

    def _fit_numbers(self) -> None:
        """Give the numbers of cases their room: they differ in their last figures."""
        letters, header = self.table.fontMetrics(), self.table.horizontalHeader()
        longest = max((letters.horizontalAdvance(_cells(case)[0]) for case in self._cases), default=0)
        most = letters.averageCharWidth() * _NUMBER_CHARACTERS
        wanted = min(longest + letters.averageCharWidth() * _AROUND, most)
        header.resizeSection(0, max(wanted, _WIDTHS[0], header.sectionSizeHint(0)))

    def _list(self) -> QTableWidget:
        self.table.setObjectName("gridmgmt_waiting_table")
        self.table.setHorizontalHeaderLabels([tr(heading) for heading in _HEADINGS])
        explain(self.table, tr("The chosen case is the one that a click on the map places."))
        list_rows(self.table, several=False)
        self.table.setSortingEnabled(False)  # a row stands for the case at its place in the list
        header = self.table.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, max(width, header.sectionSizeHint(column)))
        return self.table

    def _foot(self, page: QWidget) -> QWidget:
        self.summary.setObjectName("gridmgmt_waiting_summary")
        self.summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.picker.setObjectName("gridmgmt_waiting_pick")
        self.picker.setCheckable(True)
        explain(self.picker, tr("Click on the map where the chosen case lies; the next one follows"))
        self.picker.toggled.connect(self.pick_wanted)
        return flow_row(self.summary, self.picker, help_button(page, "waiting_cases"), to_right=True)


def _cells(case: WaitingCase) -> tuple[str, ...]:
    return (
        case.case_no or case.id,
        case.reported_at.replace("T", " ")[:_TO_THE_MINUTE],
        case.address,
        case.class_title.text(language()),
        case.title,
        case.note,
    )
