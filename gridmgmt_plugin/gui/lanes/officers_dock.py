"""The dock with the officers of street-lanes (街巷长) on a day: lanes, loads, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QDate, QItemSelection, QItemSelectionModel, QItemSelectionRange, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QTableView,
    QTabWidget,
    QWidget,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.posts.lane_classes import BY_LOAD, BY_MISSING, BY_OFFICER, BY_WALKED
from gridmgmt_plugin.core.posts.lane_staff import LaneStaff
from gridmgmt_plugin.core.value_lists import ROLE, lane_roles, value_label
from gridmgmt_plugin.gui.frame.flow import Column, flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.lanes.assign_page import AssignPage, explained_fields
from gridmgmt_plugin.gui.lanes.choices import day_box, day_in, show_day_in
from gridmgmt_plugin.gui.lanes.officer_rows import LANE_HEADINGS, LOAD_HEADINGS, lane_rows, load_rows, runs
from gridmgmt_plugin.gui.lanes.patrol_page import (
    PATROL_HEADINGS,
    PATROL_NUMBERS,
    PATROL_WIDTHS,
    PatrolPage,
    deed_button,
    patrol_rows,
)
from gridmgmt_plugin.gui.people.dragging import OFFICER_MIME
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.jobs.lanes.patrols import PatrolBoard
from gridmgmt_plugin.project.i18n import language, tr, translatable

#: The lists; behind them stands the page on which roles are given.
LANES, PERSONS, PATROLS, ASSIGN = range(4)
_NAMES = ("gridmgmt_officers_lanes", "gridmgmt_officers_persons", "gridmgmt_officers_patrols")
_NUMBERS = ((2,), range(1, 6), PATROL_NUMBERS)
_WIDTHS = ((24, 18, 13, 50, 24), (24, 9, 14, 14, 10, 18), PATROL_WIDTHS)
# The rows of controls have the room that they need before the lists have more than this.
_LEAST_LIST_PX = 24
_COLOURS = (
    ("", translatable("as it is")),
    (BY_OFFICER, translatable("by officer")),
    (BY_MISSING, translatable("by role that is missing")),
    (BY_LOAD, translatable("by load")),
    (BY_WALKED, translatable("by last walk")),
)
_PERIODS = (
    ("", translatable("none")),
    ("1", translatable("a month back")),
    ("3", translatable("three months back")),
    ("12", translatable("a year back")),
)


class OfficersDock(GridDock):
    """Shows the officers of a day and says what the planner wants; it knows neither workspace nor map."""

    staff_wanted = pyqtSignal()
    #: The map is to be coloured otherwise.
    colours_wanted = pyqtSignal()
    #: The tool on the map, as :class:`.assign_page.AssignPage` names it, or "" to lay it down.
    tool_wanted = pyqtSignal(str)
    #: Lanes (codes) are looked at; or gone to.
    lanes_chosen = pyqtSignal(list)
    lanes_wanted = pyqtSignal(list)
    #: Key of a button: area, end, hand_over, list, export, take_back, and those of the page of patrols.
    deed_wanted = pyqtSignal(str)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Officers of street-lanes"), parent)
        self.setObjectName("gridmgmt_officers_dock")
        self.area, self.day, self.cases, self.colours = (
            QComboBox(self), day_box(self), QComboBox(self), QComboBox(self),
        )  # fmt: skip
        self.role, self.assigning = QComboBox(self), AssignPage(self)
        self.person, self.until = self.assigning.person, self.assigning.until
        self.letters, self.signed = self.assigning.letters, self.assigning.signed
        self.tabs = QTabWidget(self)
        self.views: list[QTableView] = []
        self.models: list[BoardModel] = []
        self._proxies: list[SortedRows] = []
        self._board: PatrolBoard | None = None
        self._front = LANES
        self._today = QDate(clock.today())
        self._summary = QLabel("", self)
        self._build()

    # What is shown.

    def show_choices(self, areas: Sequence[tuple[str, str]], persons: Sequence[tuple[str, str]]) -> None:
        """Offer areas (code, name) and persons (id, name); what is chosen stays where it is among them."""
        _refill(self.area, [(tr("the whole district"), ""), *((name, code) for code, name in areas)])
        self.person.offer(persons)

    def forget_area(self) -> None:
        """Look at the whole district, without asking for the officers again."""
        self.area.blockSignals(True)
        self.area.setCurrentIndex(0)
        self.area.blockSignals(False)

    def select_lanes(self, codes: Sequence[str]) -> None:
        """Select lanes in their list, and bring the first one into sight."""
        self.tabs.setCurrentIndex(LANES)
        view, model, proxy = self.views[LANES], self.models[LANES], self._proxies[LANES]
        wanted = frozenset(codes)
        rows = [at for at in range(model.rowCount()) if model.row_at(at).what.code in wanted]
        chosen = QItemSelection()
        for first, last in runs(proxy.mapFromSource(model.index(at, 0)).row() for at in rows):
            chosen.append(QItemSelectionRange(proxy.index(first, 0), proxy.index(last, 0)))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        view.selectionModel().select(chosen, flags)
        if rows:
            view.scrollTo(proxy.mapFromSource(model.index(rows[0], 0)))

    def show_staff(self, staff: LaneStaff, persons: Sequence[tuple[str, str]]) -> None:
        """Show the officers of a day. ``persons``: (id, name) who can be made officers."""
        rows = (lane_rows(staff), load_rows(staff, persons))
        for model, shown in zip(self.models, rows):
            model.show(shown)
        for at, title in enumerate(_list_titles()):
            self.tabs.setTabText(at, f"{title} ({len(rows[at])})")
        bare = sum(not lane.of_role("") for lane in staff.lanes)
        text = tr(
            "{lanes} {lanes:lane|lanes}, {bare} without anybody; {officers} {officers:officer|officers}; {adrift}"
            " {adrift:post|posts} at lanes that are no more"
        )
        told = counted(text, lanes=len(staff.lanes), bare=bare, officers=len(staff.loads), adrift=len(staff.adrift))
        self._tell(told)

    def show_patrols(self, board: PatrolBoard | None) -> None:
        """Show who walked which lane, and who is to; ``None`` where that was not asked for."""
        self._board = board
        rows = [] if board is None else patrol_rows(board, self.patrols.days.value())
        self.models[PATROLS].show(rows)
        late = sum(row.tone > 1 for row in rows)
        self.tabs.setTabText(PATROLS, tr("Patrols") if board is None else f"{tr('Patrols')} ({late})")

    def show_nothing(self, why: str = "") -> None:
        """Show no officers; ``why``: what to say instead."""
        for at, title in enumerate(_list_titles()):
            self.models[at].show(())
            self.tabs.setTabText(at, title)
        self.show_patrols(None)
        self._tell(why)

    def show_tool(self, kind: str) -> None:
        """Show which tool is in hand, "" for none."""
        self.assigning.show_tool(kind)

    def show_day(self, day: str) -> None:
        """Go to another day (ISO text)."""
        show_day_in(self.day, day)

    def follow_calendar(self) -> None:
        """Once midnight has passed, be today where the day before was shown; the officers are not asked for."""
        before, self._today = self._today, QDate(clock.today())
        if before != self._today and self.day.date() == before:
            self.day.blockSignals(True)
            show_day_in(self.day, self._today.toString("yyyy-MM-dd"))
            self.day.blockSignals(False)

    # What is chosen.

    def chosen_area(self) -> str:
        """Return the code of the area that is looked at, "" for the whole district."""
        return str(self.area.currentData() or "")

    def chosen_day(self) -> str:
        """Return the day as ISO text."""
        return day_in(self.day)

    def chosen_period(self) -> tuple[str, str] | None:
        """Return the first and the last day of the cases that are counted."""
        months = str(self.cases.currentData() or "")
        if not months:
            return None
        return str(self.day.date().addMonths(-int(months)).toString("yyyy-MM-dd")), self.chosen_day()

    def chosen_role(self) -> str:
        """Return the role, "" for all of them."""
        return str(self.role.currentData() or "")

    def chosen_person(self) -> str:
        """Return the id of the person, or what was typed."""
        return self.person.chosen()

    def list_in_front(self) -> int:
        """Return the list that is looked at; behind the page on which roles are given, the one before it."""
        return self._front

    def wants_patrols(self) -> bool:
        """Tell whether somebody looks at the patrols, in their list or on the map."""
        return bool(self._front == PATROLS or self.colours.currentData() == BY_WALKED)

    def chosen_rows(self) -> list[Row]:
        """Return the rows of the list in front that are selected."""
        at = self._front
        rows = self.views[at].selectionModel().selectedRows()
        return [self.models[at].row_at(self._proxies[at].mapToSource(index).row()) for index in rows]

    def chosen_lanes(self) -> list[str]:
        """Return the codes of the lanes of the selected rows."""
        rows, at = [row.what for row in self.chosen_rows()], self._front
        codes = [row.lanes if at == PERSONS else (row.lane,) if at == PATROLS else (row.code,) for row in rows]
        return list(dict.fromkeys(code for some in codes for code in some))

    # Building.

    def _build(self) -> None:
        page = QWidget(self)
        layout = self.stack(page)
        layout.addWidget(self._view_row())
        for at, headings in enumerate((LANE_HEADINGS, LOAD_HEADINGS, PATROL_HEADINGS)):
            self._add_list(at, [tr(text) for text in headings])
        for view in self.views:
            view.setMinimumHeight(_LEAST_LIST_PX)
        self.assigning.tool_wanted.connect(self.tool_wanted)
        self.assigning.deed_wanted.connect(self.deed_wanted)
        self.tabs.addTab(self.assigning, tr("Assign"))
        self.tabs.currentChanged.connect(self._chose_tab)
        layout.addWidget(self.tabs, 1)
        self._summary.setObjectName("gridmgmt_officers_summary")
        self._summary.setWordWrap(True)
        layout.addWidget(self._summary)
        layout.addWidget(self._foot())

    def _view_row(self) -> QWidget:
        self.area.addItem(tr("the whole district"), "")
        self.role.addItem(tr("all roles"), "")
        for key in lane_roles():
            self.role.addItem(value_label(ROLE, key, language()), key)
        _fill(self.colours, _COLOURS)
        tips = (
            ("area", tr("Lanes of"), self.area, tr("The street office or community whose lanes are shown")),
            (
                "day",
                tr("on"),
                self.day,
                tr("The day that lists and map show; it follows QGIS's temporal controller"),
            ),
            ("role", tr("Role"), self.role, tr("The role that is given, and that the map is coloured for")),
            ("colours", tr("map"), self.colours, tr("How the map colours the lanes, for the role that is chosen")),
        )
        fields = explained_fields(tips)
        self.area.currentIndexChanged.connect(lambda _: self.staff_wanted.emit())
        self.day.valueChanged.connect(lambda _: self.staff_wanted.emit())
        self.role.currentIndexChanged.connect(lambda _: self.colours_wanted.emit())
        self.colours.currentIndexChanged.connect(lambda _: self.colours_wanted.emit())
        return flow_row(*fields)

    def _with_cases(self, view: QTableView) -> QWidget:
        """Return the list of persons below the choice of the cases that are counted for each."""
        page = QWidget(self)
        column = Column(page)
        column.setContentsMargins(0, 0, 0, 0)
        _fill(self.cases, _PERIODS)
        tip = tr("The cases that are counted for each person, up to the day")
        self.cases.currentIndexChanged.connect(lambda _: self.staff_wanted.emit())
        column.addWidget(flow_row(*explained_fields((("cases", tr("cases"), self.cases, tip),))))
        column.addWidget(view, 1)
        return page

    def _add_list(self, at: int, headings: list[str]) -> None:
        view = QTableView(self)
        model = BoardModel(headings, view, _NUMBERS[at], OFFICER_MIME)
        proxy = SortedRows(model, self)
        view.setObjectName(_NAMES[at])
        view.setModel(proxy)
        lanes_tip = tr("Selected lanes are selected on the map; a double click, or Enter, goes there")
        persons_tip = tr("Drag a person onto a lane on the map; selecting one selects the lanes that he or she has")
        tips = (lanes_tip, persons_tip, lanes_tip)
        explain(view, tips[at])
        list_rows(view, several=True)
        view.setDragEnabled(at == PERSONS)
        view.setDragDropMode(
            QAbstractItemView.DragDropMode.DragOnly if at == PERSONS else QAbstractItemView.DragDropMode.NoDragDrop
        )
        for column, width in enumerate(_WIDTHS[at]):
            view.horizontalHeader().resizeSection(column, width * view.fontMetrics().averageCharWidth())
        view.selectionModel().selectionChanged.connect(lambda *_: self.lanes_chosen.emit(self.chosen_lanes()))
        view.doubleClicked.connect(lambda _: self.lanes_wanted.emit(self.chosen_lanes()))
        on_enter(view, lambda: self.lanes_wanted.emit(self.chosen_lanes()))
        self.models.append(model)
        self._proxies.append(proxy)
        self.views.append(view)
        if at == PATROLS:
            self.patrols = PatrolPage(view, self)
            self.patrols.deed_wanted.connect(self.deed_wanted)
            self.patrols.days_changed.connect(self._chose_days)
            self.tabs.addTab(self.patrols, tr("Patrols"))
        else:
            self.tabs.addTab(self._with_cases(view) if at == PERSONS else view, _list_titles()[at])

    def _chose_tab(self, at: int) -> None:
        if at != ASSIGN:
            self._front = at
        if self._board is None and self.wants_patrols():
            self.staff_wanted.emit()

    def _chose_days(self) -> None:
        self.show_patrols(self._board)
        self.colours_wanted.emit()

    def _foot(self) -> QWidget:
        row: list[QWidget] = []
        deeds = (
            ("end", tr("End…"), tr("End the posts of the selected lanes or persons, with a last day and a reason")),
            ("hand_over", tr("Hand over…"), tr("Pass the posts of a person to another from a date on")),
            ("export", tr("Export…"), tr("Write the officers of the day and what each carries as tables")),
            (
                "take_back",
                tr("Take back…"),
                tr("Restore what the last act changed, if nobody built on it"),
            ),
        )
        for key, title, tip in deeds:
            row.append(deed_button(self, key, title, tip))
        return flow_row(*row, help_button(self, "lane_officers"), to_right=True)

    def _tell(self, text: str) -> None:
        self._summary.setText(text)
        self._summary.setToolTip(text)


def _list_titles() -> tuple[str, str]:
    return tr("Lanes"), tr("Persons")


def _fill(box: QComboBox, entries: Sequence[tuple[str, str]]) -> None:
    for key, title in entries:
        box.addItem(tr(title), key)


def _refill(box: QComboBox, entries: Sequence[tuple[str, str]]) -> None:
    """Offer other entries (text, key); the chosen one stays where it is among them."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, key in entries:
        box.addItem(text, key)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    box.blockSignals(False)
