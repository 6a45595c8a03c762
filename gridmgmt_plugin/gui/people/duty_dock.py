"""The dock with the duty list as a matrix: choices above, the matrix, why a cell says what it says below."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.duty.matrix import BELOW, DISPUTED, MANAGER, NOBODY, ClassRow, MatrixCell, PlaceColumn
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.colours import ALARM, faint, readable
from gridmgmt_plugin.gui.frame.flow import flow_row, titled
from gridmgmt_plugin.gui.frame.keyboard import GridDock, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.duty_model import DepartmentDelegate, DutyModel
from gridmgmt_plugin.jobs.people.duty_matrix import SIDE_BY_SIDE, MatrixView
from gridmgmt_plugin.project.i18n import language, tr

# The signs of search and of emptying stand beside what is said or typed.
_CLASS_PX, _PLACE_PX, _ICONS_PX = 290, 160, 48
_REASON_LINES = 2


class DutyDock(GridDock):
    """Shows the matrix and says what the planner wants; it knows neither workspace nor map.

    ``wanted``: another area or kind of zone. ``rule_wanted``: open the form of a rule (its id).
    """

    wanted = pyqtSignal()
    rule_wanted = pyqtSignal(str)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Duty list"), parent)
        self.setObjectName("gridmgmt_duty_dock")
        page = QWidget(self)
        self.area, self.zone = QComboBox(page), QComboBox(page)
        self.filter, self.gaps = QgsFilterLineEdit(page), QCheckBox(tr("Only gaps and disputes"), page)
        self.model, self.delegate = DutyModel(self), DepartmentDelegate(self)
        self.table, self.summary, self.reason = QTableView(page), QLabel("", page), QLabel("", page)
        self.settler = QPushButton(tr("Settle"), page)
        self.opener = QPushButton(tr("Open the rule"), page)
        self._view: MatrixView | None = None
        layout = self.stack(page)
        layout.addWidget(self._head())
        layout.addWidget(self._matrix(), 1)
        layout.addLayout(self._foot(page))
        self.show_nothing("")

    def chosen(self) -> tuple[str, str]:
        """Return the area and the kind of zone that are looked at."""
        return str(self.area.currentData() or ""), str(self.zone.currentData() or "")

    def show_view(self, view: MatrixView) -> None:
        """Show a matrix."""
        self._view = view
        self._offer(
            self.area, [(tr("the whole district"), ""), *((n or c, c) for c, n, lv in view.areas if lv != "county")]
        )
        zones = [(value_label("duty_zone_kind", kind, language()), kind) for kind in view.zone_kinds]
        self._offer(self.zone, [(tr("outside zones"), ""), *zones, (tr("kinds of zones side by side"), SIDE_BY_SIDE)])
        self.delegate.departments = view.departments
        self.model.colours = {
            DISPUTED: readable(ALARM, self.table),
            NOBODY: faint(self.table),
            BELOW: faint(self.table),
        }
        self._filter()
        matrix = view.matrix
        told = tr(
            "{gaps} of {cells} {cells:cell|cells} {gaps:has|have} no rule, {disputes} {disputes:is|are}"
            " disputed. Double-click a cell to change it."
        )
        cells = len(matrix.rows) * len(matrix.columns)
        self.summary.setText(counted(told, gaps=matrix.gaps, cells=cells, disputes=matrix.disputes))

    def forget_places(self) -> None:
        """Offer the areas and zones of no workspace."""
        self._offer(self.area, [(tr("the whole district"), "")])
        self._offer(self.zone, [(tr("outside zones"), "")])

    def show_nothing(self, why: str) -> None:
        """Show no matrix, and why."""
        self._view = None
        self.model.show(None)
        self.summary.setText(why)
        self.reason.setText("")
        self.opener.setEnabled(False)
        self.settler.setEnabled(False)

    def current(self) -> tuple[ClassRow, PlaceColumn, MatrixCell] | None:
        """Return class, place and answer of the cell that is looked at."""
        return self.model.cell(self.table.currentIndex())

    # Inside.

    def _head(self) -> QWidget:
        fields: list[QWidget] = []
        for title, box, name in ((tr("Area shown"), self.area, "area"), (tr("Duty zone"), self.zone, "zone")):
            box.setObjectName(f"gridmgmt_duty_{name}")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            # What is chosen stays readable in a narrow dock; the search gives way.
            box.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            box.currentIndexChanged.connect(lambda _: self.wanted.emit())
            fields.append(titled(title, box))
        self.filter.setObjectName("gridmgmt_duty_filter")
        self.filter.setShowSearchIcon(True)
        self.filter.setShowClearButton(True)
        self.filter.setPlaceholderText(tr("Class"))
        self.filter.textChanged.connect(lambda _: self._filter())
        self.gaps.setObjectName("gridmgmt_duty_gaps")
        self.gaps.toggled.connect(lambda _: self._filter())
        explain(
            self.area,
            tr("The columns are this area and those right below it: the whole district or one street office"),
        )
        explain(self.zone, tr("Which kind of duty zone the matrix is about, or all kinds side by side"))
        explain(self.filter, tr("Only classes whose code or name has this in it; Esc empties it"))
        explain(self.gaps, tr("Only classes for which something has no rule or is disputed"))
        said_px = self.filter.fontMetrics().horizontalAdvance(self.filter.placeholderText())
        self.filter.setMinimumWidth(said_px + _ICONS_PX)
        self.filter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return flow_row(*fields, self.filter, self.gaps)

    def _matrix(self) -> QTableView:
        self.table.setObjectName("gridmgmt_duty_table")
        self.table.setModel(self.model)
        self.table.setItemDelegate(self.delegate)
        explain(
            self.table,
            tr("Who answers for a class in a place. Double click, Enter or typing: name another department."),
        )
        self.table.setTabKeyNavigation(False)
        on_enter(self.table, lambda: self.table.edit(self.table.currentIndex()))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setDefaultSectionSize(_PLACE_PX)
        for header in (self.table.horizontalHeader(), self.table.verticalHeader()):
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setFixedWidth(_CLASS_PX)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._explain())
        return self.table

    def _foot(self, page: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        self.summary.setObjectName("gridmgmt_duty_summary")
        self.reason.setObjectName("gridmgmt_duty_reason")
        self.reason.setWordWrap(True)
        # Room for a long reason, so that nothing moves below the pointer when another cell is chosen.
        self.reason.setMinimumHeight(_REASON_LINES * self.reason.fontMetrics().lineSpacing())
        self.opener.setObjectName("gridmgmt_duty_open")
        explain(self.opener, tr("Open the form of the rule: state, basis, time limit, validity"))
        self.opener.clicked.connect(self._open)
        self.settler.setObjectName("gridmgmt_duty_settle")
        explain(self.settler, tr("The department that is named answers from today on, without dispute"))
        self.settler.clicked.connect(self._settle)
        self.summary.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column.addWidget(self.reason)
        column.addWidget(self.summary)
        column.addWidget(flow_row(self.settler, self.opener, help_button(page, "duty_list"), to_right=True))
        return column

    def _offer(self, box: QComboBox, choices: list[tuple[str, str]]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        for title, key in choices:
            box.addItem(title, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.blockSignals(False)

    def _filter(self) -> None:
        self.model.show(self._view, only_gaps=self.gaps.isChecked(), text=self.filter.text())
        self._explain()

    def _explain(self) -> None:
        found = self.current()
        self.opener.setEnabled(found is not None and bool(found[2].rule_id))
        named = found is not None and found[2].department not in ("", MANAGER)
        self.settler.setEnabled(named and found is not None and found[2].status == DISPUTED)
        if found is None:
            self.reason.setText("")
            return
        index = self.table.currentIndex()
        row, column, _ = found
        said = [self.model.class_title(row), self.model.place_title(column), str(self.model.data(index))]
        said.append(str(self.model.data(index, Qt.ItemDataRole.ToolTipRole)))
        self.reason.setText(" · ".join(said))

    def _settle(self) -> None:
        found = self.current()
        if found is not None:
            self.model.department_wanted.emit(found[0], found[1], found[2].department)

    def _open(self) -> None:
        found = self.current()
        if found is not None and found[2].rule_id:
            self.rule_wanted.emit(found[2].rule_id)
