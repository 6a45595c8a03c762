"""The dock of the component inventory (部件清查): what is asked above, counts and what is wrong below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.gui.frame.flow import flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, fit_columns, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.inventory.question_bar import InventoryBar
from gridmgmt_plugin.gui.inventory.table_model import CountModel
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.jobs.inventory.code_pairs import CodePair
from gridmgmt_plugin.jobs.inventory.component_problems import Problem, ProblemName, Problems
from gridmgmt_plugin.jobs.inventory.inventory import Inventory, InventoryTable
from gridmgmt_plugin.project.i18n import language, tr, translatable

_PROBLEM_HEADINGS = (
    translatable("Problem"), translatable("Component"), translatable("Old code"), translatable("Details"),
)  # fmt: skip
_LINES, _COUNT_CHARACTERS, _PROBLEM_CHARACTERS, _AROUND = 3, 18, 18, 4
_PAIRS = "pairs"
_LONGEST_TITLE, _LONGEST_CELL = 20, 24


class InventoryDock(GridDock):
    """Shows counts and problems and says what is wanted; it knows neither workspace nor map.

    ``counted``: a cell of the counts was clicked (a :class:`.table_model.Cell`). ``chosen``: a problem was clicked.
    ``change_wanted``: what is selected on the map is to be changed. ``survey_wanted``: what is counted is to go out.
    ``intake_wanted``: a survey that came back is to be taken in.
    """

    counted = pyqtSignal(object)
    chosen = pyqtSignal(object)
    change_wanted = pyqtSignal()
    survey_wanted = pyqtSignal()
    intake_wanted = pyqtSignal()

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Component inventory"), parent)
        self.setObjectName("gridmgmt_inventory_dock")
        page = QWidget(self)
        self.bar, self.told = InventoryBar(page), QLabel("", page)
        self.table, self.kind, self.problems = QTableView(page), QComboBox(page), QTableView(page)
        self.changer = QPushButton(page)
        self.sender, self.taker = QPushButton(tr("Survey layer…"), page), QPushButton(tr("Take in survey…"), page)
        self.counts = CountModel(self.table)
        self._rows: tuple[list[Row], list[Row]] = ([], [])  # of problems, and of codes side by side
        self._wrong = BoardModel([tr(title) for title in _PROBLEM_HEADINGS], self.problems)
        self._listed = SortedRows(self._wrong, self.problems)
        layout = self.stack(page)
        layout.addWidget(self.bar)
        layout.addWidget(self._body(page), 1)
        layout.addWidget(self._foot(page))
        self._wire()
        self.show_nothing("")

    def show_nothing(self, why: str) -> None:
        """Show no counts, and why."""
        self.counts.show(None, None, ("", ""), "")
        self._rows = [], []
        self._wrong.show([])
        self.kind.clear()
        self.told.setText(why)
        self.show_selected(0)
        self.sender.setEnabled(False)
        self.taker.setEnabled(False)

    def show_counts(self, table: InventoryTable, inventory: Inventory) -> None:
        """Show the counts of a question."""
        self.counts.show(table, inventory, self.bar.chosen_kinds(), self.bar.rows.currentText())
        self._fit_counts(f"{table.total:,}")
        self.sender.setEnabled(table.total > 0)
        self.taker.setEnabled(True)
        self.told.setText(
            tr("{count} of {all} {all:component|components}", count=f"{table.total:,}", all=f"{len(inventory):,}")
        )

    def show_problems(self, problems: Problems, pairs: Sequence[CodePair] = ()) -> None:
        """Show what is wrong, all of it or the kind that was chosen, or the codes that components bore before."""
        tongue, chosen = language(), self.kind.currentData()
        self._rows = [_row(one, tongue) for one in problems.found], [_row_of_pair(one) for one in pairs]
        was_blocked = self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItem(tr("all problems ({count})", count=len(problems.found)), "")
        for kind, count in problems.counts().items():
            self.kind.addItem(f"{ProblemName(kind).text(tongue)} ({count:,})", kind)
        if pairs:
            self.kind.addItem(tr("old and new codes ({count})", count=f"{len(pairs):,}"), _PAIRS)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))
        self.kind.blockSignals(was_blocked)
        self._filter()

    def show_selected(self, count: int) -> None:
        """Say how many components are selected on the map."""
        self.changer.setText(tr("Change {count} selected…", count=count) if count else tr("Change what is selected…"))
        self.changer.setEnabled(count > 0)

    # Inside.

    def _fit_counts(self, largest: str) -> None:
        """Give headings and numbers their room, and the titles of the rows what is left."""
        letters = self.table.horizontalHeader().fontMetrics()
        around = letters.averageCharWidth() * _AROUND
        titles = [str(self.counts.headerData(column, 1)) for column in range(1, self.counts.columnCount())]
        widths = [max(map(letters.horizontalAdvance, (title, largest))) + around for title in titles]
        left = self.table.viewport().width() - sum(widths)
        for column, width in enumerate([max(left, letters.averageCharWidth() * _LONGEST_TITLE), *widths]):
            self.table.setColumnWidth(column, width)

    def _body(self, page: QWidget) -> QWidget:
        letter = self.told.fontMetrics()
        wrong = QWidget(page)
        column = QVBoxLayout(wrong)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.kind)
        column.addWidget(self.problems, 1)
        for view, characters in ((self.table, _COUNT_CHARACTERS), (self.problems, _PROBLEM_CHARACTERS)):
            view.setMinimumWidth(letter.averageCharWidth() * characters)
            view.setMinimumHeight(letter.lineSpacing() * _LINES)
        both = QSplitter(page)
        for at, block in enumerate((self.table, wrong)):
            both.addWidget(block)
            both.setStretchFactor(at, 1)
        both.setChildrenCollapsible(False)
        return both

    def _foot(self, page: QWidget) -> QWidget:
        self.told.setObjectName("gridmgmt_inventory_told")
        self.changer.setObjectName("gridmgmt_inventory_change")
        explain(
            self.changer,
            tr("Gives all components that are selected on the map another state, department or owner, with a reason"),
        )
        self.sender.setObjectName("gridmgmt_inventory_survey")
        explain(self.sender, tr("Writes the components that are counted into a GeoPackage for QField or Mergin"))
        self.taker.setObjectName("gridmgmt_inventory_intake")
        explain(self.taker, tr("Compares a survey layer that came back, and takes over what was found outside"))
        self.told.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return flow_row(
            self.told, self.sender, self.taker, self.changer, help_button(page, "component_inventory"), to_right=True
        )

    def _wire(self) -> None:
        self.table.setObjectName("gridmgmt_inventory_counts")
        self.table.setModel(self.counts)
        list_rows(self.table, several=False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        explain(self.table, tr("A click, or Enter, selects the components of a cell on the map and shows them."))
        self.table.clicked.connect(lambda _: self._count())
        on_enter(self.table, self._count)
        self.kind.setObjectName("gridmgmt_inventory_kind")
        explain(self.kind, tr("Which problems are listed, or which codes components bore before"))
        self.kind.currentIndexChanged.connect(lambda _: self._filter())
        self.problems.setObjectName("gridmgmt_inventory_problems")
        self.problems.setModel(self._listed)
        list_rows(self.problems, several=False)
        explain(self.problems, tr("A click, or Enter, shows the component on the map."))
        self.problems.clicked.connect(lambda _: self._choose())
        on_enter(self.problems, self._choose)
        self.changer.clicked.connect(lambda _: self.change_wanted.emit())
        self.sender.clicked.connect(lambda _: self.survey_wanted.emit())
        self.taker.clicked.connect(lambda _: self.intake_wanted.emit())

    def _filter(self) -> None:
        kind = self.kind.currentData()
        wrong, pairs = self._rows
        self._wrong.show(pairs if kind == _PAIRS else wrong)
        fit_columns(self.problems, _LONGEST_CELL)
        if kind == _PAIRS:
            kind = ""
        self._listed.filter_by((lambda row: row.what.kind == kind) if kind else None)

    def _count(self) -> None:
        cell = self.counts.cell(self.table.currentIndex())
        if cell is not None:
            self.counted.emit(cell)

    def _choose(self) -> None:
        index = self._listed.mapToSource(self.problems.currentIndex())
        if index.isValid():
            self.chosen.emit(self._wrong.row_at(index.row()).what)


def _row(one: Problem, tongue: str) -> Row:
    cells = (ProblemName(one.kind).text(tongue), one.code, one.old_code, one.message.text(tongue))
    return Row(cells, cells, ("", ""), 0, one)


def _row_of_pair(one: CodePair) -> Row:
    """Return a row under the same headings: by which layouts the codes are made stands where a problem is named."""
    told = f"{one.old_layout or tr('numbers of its own')} → {one.layout or tr('numbers of its own')}"
    shared = tr("{count} {count:component bears|components bear} this old code", count=one.borne_by)
    cells = (told, one.code, one.old_code, shared if one.borne_by > 1 else one.name)
    return Row(cells, cells, ("", ""), 0, one)
