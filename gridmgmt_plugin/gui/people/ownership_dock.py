"""The dock of the ownership desk: disputed components by age and department, what can be done below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gridmgmt_plugin.core.duty.disputes import Dispute, listed_disputes
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.flow import flow_row, titled
from gridmgmt_plugin.gui.frame.keyboard import GridDock, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.people.ownership import UNSETTLED, Desk
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable

_HEADINGS = (
    translatable("Component"), translatable("Class"), translatable("State"), translatable("Department"),
    translatable("Since"), translatable("Days"), translatable("Case file"), translatable("Who claims it"),
)  # fmt: skip
_WIDTHS = (150, 150, 90, 150, 100, 60, 80, 260)
_AGES = (0, 30, 90, 365)


class OwnershipDock(GridDock):
    """Shows a desk and says what is wanted; it knows neither workspace nor map.

    ``chosen``: a dispute was clicked. ``shown``: the list was filtered anew (the disputes in it). ``case_wanted``,
    ``ruling_wanted``: for a dispute. ``pick_wanted``: a component is to be picked on the map (on or off).
    ``sheet_wanted``: the meeting sheet of what is listed.
    """

    chosen = pyqtSignal(object)
    shown = pyqtSignal(list)
    case_wanted = pyqtSignal(object)
    ruling_wanted = pyqtSignal(object)
    pick_wanted = pyqtSignal(bool)
    sheet_wanted = pyqtSignal(list)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Ownership desk"), parent)
        self.setObjectName("gridmgmt_ownership_dock")
        page = QWidget(self)
        self.department, self.state, self.age = QComboBox(page), QComboBox(page), QComboBox(page)
        self.table, self.summary = QTableWidget(0, len(_HEADINGS), page), QLabel("", page)
        self.picker, self.printer, self.opener, self.ruler = (QPushButton(page) for _ in range(4))
        self._desk, self._listed = Desk((), ()), list[Dispute]()
        layout = self.stack(page)
        layout.addWidget(self._head())
        layout.addWidget(self._list(), 1)
        layout.addWidget(self._foot(page))
        self.show_desk(self._desk)

    @property
    def departments(self) -> Sequence[tuple[str, str]]:
        """Return the departments there are, (code, name)."""
        return self._desk.departments

    def show_desk(self, desk: Desk, why: str = "") -> None:
        """Show a desk. ``why``: what to say instead of the count."""
        self._desk, chosen = desk, self.department.currentData()
        self.department.blockSignals(True)
        self.department.clear()
        self.department.addItem(tr("all departments"), None)
        named = {d.department_code: d.department or tr("none recorded") for d in desk.disputes}
        for code, name in sorted(named.items(), key=lambda item: item[1]):
            self.department.addItem(name, code)
        self.department.setCurrentIndex(max(self.department.findData(chosen), 0))
        self.department.blockSignals(False)
        self._fill()
        if why:
            self.summary.setText(why)

    def current(self) -> Dispute | None:
        """Return the dispute that is looked at."""
        row = self.table.currentRow()
        return self._listed[row] if 0 <= row < len(self._listed) else None

    # Inside.

    def _head(self) -> QWidget:
        fields: list[QWidget] = []
        self.state.addItem(tr("all states"), "")
        for state in UNSETTLED:
            self.state.addItem(value_label("owner_state", state, locale_tag()), state)
        self.age.addItem(tr("any age"), 0)
        for days in _AGES[1:]:
            self.age.addItem(tr("longer than {days} {days:day|days}", days=days), days)
        for title, box, name in (
            (tr("Department"), self.department, "department"),
            (tr("State"), self.state, "state"),
            (tr("How long"), self.age, "age"),
        ):
            box.setObjectName(f"gridmgmt_ownership_{name}")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(lambda _: self._fill())
            fields.append(titled(title, box))
        explain(self.department, tr("Only components for which this department is recorded"))
        explain(self.state, tr("Only components whose ownership is in this state"))
        explain(self.age, tr("Only what has been open for longer than this"))
        return flow_row(*fields)

    def _list(self) -> QTableWidget:
        self.table.setObjectName("gridmgmt_ownership_table")
        self.table.setHorizontalHeaderLabels([tr(heading) for heading in _HEADINGS])
        explain(
            self.table, tr("A row shows its component on the map; a double click, or Enter, opens a case about it.")
        )
        self.table.setTabKeyNavigation(False)
        on_enter(self.table, lambda: self._ask(self.case_wanted))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().setVisible(False)
        header = self.table.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, max(width, header.sectionSizeHint(column)))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.itemSelectionChanged.connect(self._selected)
        self.table.itemDoubleClicked.connect(lambda _: self._ask(self.case_wanted))
        return self.table

    def _foot(self, page: QWidget) -> QWidget:
        self.summary.setObjectName("gridmgmt_ownership_summary")
        self.picker.setText(tr("Pick on the map"))
        self.picker.setObjectName("gridmgmt_ownership_pick")
        self.picker.setCheckable(True)
        explain(self.picker, tr("Click a component on the map to open a case about it"))
        self.picker.toggled.connect(self.pick_wanted)
        self.opener.setText(tr("Open case…"))
        self.opener.setObjectName("gridmgmt_ownership_open")
        explain(self.opener, tr("Write down who claims the component, and who acts until it is settled"))
        self.opener.clicked.connect(lambda: self._ask(self.case_wanted))
        self.ruler.setText(tr("Rule…"))
        self.ruler.setObjectName("gridmgmt_ownership_rule")
        explain(self.ruler, tr("Write down whose the component is, on what basis"))
        self.ruler.clicked.connect(lambda: self._ask(self.ruling_wanted))
        self.printer.setText(tr("Meeting sheet…"))
        self.printer.setObjectName("gridmgmt_ownership_sheet")
        explain(self.printer, tr("Write what is listed as a PDF for the meeting, with room for the decisions"))
        self.printer.clicked.connect(lambda: self.sheet_wanted.emit(list(self._listed)))
        self.summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        buttons = (self.picker, self.printer, self.opener, self.ruler)
        return flow_row(self.summary, *buttons, help_button(page, "ownership"), to_right=True)

    def _fill(self) -> None:
        department, state, days = (box.currentData() for box in (self.department, self.state, self.age))
        self._listed = listed_disputes(self._desk.disputes, department, str(state or ""), int(days or 0))
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._listed))
        for row, dispute in enumerate(self._listed):
            for column, text in enumerate(_cells(dispute)):
                item = QTableWidgetItem(text)
                if column == _HEADINGS.index("Days"):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.blockSignals(False)
        told = tr("{count} of {all} {all:component|components}")
        self.summary.setText(counted(told, count=len(self._listed), all=len(self._desk.disputes)))
        self._update_buttons()
        self.shown.emit(list(self._listed))

    def _selected(self) -> None:
        self._update_buttons()
        self._ask(self.chosen)

    def _ask(self, signal: Any) -> None:
        dispute = self.current()
        if dispute is not None:
            signal.emit(dispute)

    def _update_buttons(self) -> None:
        for button in (self.opener, self.ruler):
            button.setEnabled(self.current() is not None)
        self.printer.setEnabled(bool(self._listed))


def _cells(dispute: Dispute) -> tuple[str, ...]:
    return (
        " ".join(filter(None, (dispute.component, dispute.name))),
        dispute.class_title.text(language()),
        value_label("owner_state", dispute.state, locale_tag()),
        dispute.department,
        dispute.since,
        str(dispute.age_days) if dispute.age_days >= 0 else "",
        dispute.case,
        dispute.claims,
    )
