"""The dock in which a round of inspections is entered: lanes on the left, the items of one on the right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.value_lists import value_label, value_list
from gridmgmt_plugin.gui.frame.flow import Column, flow_row, keep_height, scrolled, titled
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.qt import QShortcut
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.inspection.verdicts import Verdicts
from gridmgmt_plugin.jobs.inspection.round_desk import LaneToInspect, RoundDesk, score_so_far
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable
from gridmgmt_plugin.project.settings import remember, remembered

ALL, OPEN, SELECTED = "all", "open", "selected"
_HEADINGS = (
    translatable("Street-lane"), translatable("Street office"), translatable("Standing"),
    translatable("Last inspected"), translatable("Score"), translatable("This round"), translatable("Months"),
    translatable("Falls"), translatable("Cases"),
)  # fmt: skip
_WIDTHS, _LETTERS = (150, 110, 90, 100, 60, 70, 140, 60, 60), 10
_MONTHS_TOLD, _BETWEEN_PX = 3, 3
#: What the map is coloured by, beside the items of the list: nothing of ours, the standing, how lanes fell back.
AS_IT_IS, BY_STANDING, BY_FALLS = "", "standing", "falls"
_KIND, _INSPECTOR = "inspection_kind", "inspection_inspector"


class InspectionDock(GridDock):
    """Shows the lanes of a round and says what is wanted; it knows neither workspace nor map.

    ``wanted``: another day or kind was chosen, so the round has to be read again. ``chosen``: a lane was clicked.
    ``given``: one lane's results are to be written (the lane). ``filtered``: which lanes are asked for was changed.
    """

    wanted = pyqtSignal()
    chosen = pyqtSignal(object)
    given = pyqtSignal(object)
    filtered = pyqtSignal()
    #: The map is to be coloured otherwise.
    colours_wanted = pyqtSignal()

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Lane inspections"), parent)
        self.setObjectName("gridmgmt_inspection_dock")
        page = QWidget(self)
        self.which, self.search, self.colours = QComboBox(page), QgsFilterLineEdit(page), QComboBox(page)
        self.table, self.summary = QTableWidget(0, len(_HEADINGS), page), QLabel("", page)
        self.tabs, self._entry = QTabWidget(page), QWidget(page)
        self.title, self.score = QLabel("", self._entry), QLabel("", self._entry)
        self.verdicts = Verdicts(self._entry, page)
        self.day, self.kind = QDateEdit(QDate(clock.today()), self.tabs), QComboBox(self.tabs)
        self.inspector, self.note = QLineEdit(self.tabs), QLineEdit(self._entry)
        self.passer, self.skipper, self.saver = (QPushButton(self._entry) for _ in range(3))
        self._desk: RoundDesk | None = None
        self._listed: list[LaneToInspect] = []
        self._selected: Collection[str] = ()
        self._is_another_round = True
        self._today = self.day.date()
        parts = QSplitter(page)
        self.tabs.setObjectName("gridmgmt_inspection_tabs")
        for side, title in ((self._lanes(page), tr("Lanes")), (self._round(), tr("Round"))):
            keep_height(side)
            self.tabs.addTab(side, title)
        for part in (self.tabs, self._form()):
            parts.addWidget(part)
        keep_height(self._entry)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(1, 1)
        parts.setSizes([1, 2])  # shares: what is judged has more to say than the list
        self.stack(page).addWidget(parts, 1)
        self._follow()
        self.show_round(None, tr("No workspace is open."))

    def show_round(self, desk: RoundDesk | None, why: str = "") -> None:
        """Show a round; the lane that is looked at stays so. ``why``: what to say where there is none."""
        kept, self._desk = self.current(), desk
        if desk is not None:
            self.verdicts.show_checklist(desk.checklist)
            self._offer_colours(desk.checklist)
        self._fill(None if kept is None else kept.code)
        if self._is_another_round and desk is not None:
            lane, self._is_another_round = self.current(), False
            self.verdicts.show_results({} if lane is None else lane.results)
            self.note.clear()
            self._update()
        if why:
            self.summary.setText(why)

    def show_selected(self, codes: Collection[str]) -> None:
        """Take in which lanes are selected on the map."""
        self._selected = frozenset(codes)
        if self.which.currentData() == SELECTED:
            self._fill(None)

    def follow_calendar(self) -> None:
        """Let today be chosen once midnight has passed, and be the day where the day before was: another round."""
        before, self._today = self._today, QDate(clock.today())
        if before == self._today:
            return
        was_blocked = self.day.blockSignals(True)
        self.day.setMaximumDate(self._today)
        if self.day.date() == before:
            self.day.setDate(self._today)
            self._is_another_round = True
        self.day.blockSignals(was_blocked)
        self._update()

    def current(self) -> LaneToInspect | None:
        """Return the lane that is looked at."""
        row = self.table.currentRow()
        return self._listed[row] if 0 <= row < len(self._listed) else None

    def go_on(self) -> None:
        """Look at the next lane of the list; at its end the last one stays."""
        row = self.table.currentRow()
        if row + 1 < len(self._listed):
            self.table.setCurrentCell(row + 1, 0)

    # Inside.

    def _lanes(self, page: QWidget) -> QWidget:
        left = QWidget(page)
        column = Column(left)
        column.setContentsMargins(0, 0, 0, 0)
        titles = {
            ALL: tr("all lanes"),
            OPEN: tr("not yet in this round"),
            SELECTED: tr("selected on the map"),
        }
        for key, title in titles.items():
            self.which.addItem(title, key)
        self.which.setObjectName("gridmgmt_inspection_which")
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(_LETTERS)
        self.which.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.search.setObjectName("gridmgmt_inspection_search")
        self.search.setPlaceholderText(tr("Name or code"))
        explain(self.which, tr("Which lanes are listed; a draw by lot selects its lanes on the map"))
        explain(self.search, tr("Only lanes whose name, code or street office has this in it"))
        self.table.setObjectName("gridmgmt_inspection_lanes")
        self.table.setHorizontalHeaderLabels([tr(heading) for heading in _HEADINGS])
        explain(self.table, tr("A row shows its lane on the map. Keys 1 to 9 and 0 judge the items, Enter saves."))
        list_rows(self.table, several=False)
        self.table.setSortingEnabled(False)
        header = self.table.horizontalHeader()
        for place, width in enumerate(_WIDTHS):
            header.resizeSection(place, max(width, header.sectionSizeHint(place)))
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.summary.setWordWrap(True)
        self.colours.setObjectName("gridmgmt_inspection_colours")
        self.colours.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.colours.setMinimumContentsLength(8)
        explain(
            self.colours,
            tr("How the map colours the lanes: by standing, by falls and trend, or by an item with its cases"),
        )
        column.addWidget(flow_row(self.which, self.search, self.colours))
        column.addWidget(self.table, 1)
        column.addWidget(self.summary)
        return left

    def _round(self) -> QWidget:
        """Return the page that says of which inspection the results are, which is the same from lane to lane."""
        page = QWidget(self.tabs)
        column = Column(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.kind.addItem(tr("no kind"), "")
        for key, _ in value_list("inspection_kind"):
            self.kind.addItem(value_label("inspection_kind", key, locale_tag()), key)
        self.kind.setCurrentIndex(max(self.kind.findData(str(remembered(_KIND, ""))), 0))
        self.inspector.setText(str(remembered(_INSPECTOR, "")))
        self.day.setCalendarPopup(True)
        self.day.setMaximumDate(QDate(clock.today()))
        self.day.setDisplayFormat("yyyy-MM-dd")
        rows = (
            (tr("Day"), self.day, "day", tr("The day of the inspection; not one that is still to come")),
            (tr("Kind"), self.kind, "kind", tr("Own checks, and those without a kind, do not decide the standing")),
            (tr("Inspector"), self.inspector, "inspector", tr("Who inspected; proposed again next time")),
        )
        for title, field, name, tip in rows:
            label = QLabel(title, self.tabs)
            label.setBuddy(_named(field, name, tip))
            column.addWidget(flow_row(label, field))  # large letters have the title above its field
        column.addStretch(1)
        return page

    def _form(self) -> QWidget:
        column = Column(self._entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_BETWEEN_PX)
        for told in (self.title, self.score):
            told.setWordWrap(True)
        self._buttons()
        helper = help_button(self._entry, "inspect_lanes")
        remarks = titled(tr("Remarks"), _named(self.note, "note", tr("Goes to the items that failed")))
        column.addWidget(flow_row(self.title, self.score))
        column.addWidget(scrolled(self.verdicts), 1)
        column.addWidget(remarks)
        column.addWidget(flow_row(self.passer, self.skipper, self.saver, helper, to_right=True))
        return self._entry

    def _buttons(self) -> None:
        told = (
            (self.passer, "pass", tr("Pass what is open"), tr("Every item that is not judged yet is passed")),
            (self.skipper, "next", tr("Next lane"), tr("Go to the next lane of the list; nothing is written")),
            (
                self.saver,
                "save",
                tr("Save, next lane"),
                tr("Write this lane's results and go to the next one (Ctrl+Enter; Enter in the list)"),
            ),
        )
        for button, name, text, tip in told:
            button.setObjectName(f"gridmgmt_inspection_{name}")
            button.setText(text)
            explain(button, tip)

    def _follow(self) -> None:
        self.which.currentIndexChanged.connect(lambda _: self._chose_which())
        self.colours.currentIndexChanged.connect(lambda _: self.colours_wanted.emit())
        self.search.textChanged.connect(lambda _: self._fill(None))
        self.table.itemSelectionChanged.connect(self._chose)
        on_enter(self.table, self._give)
        self.verdicts.changed.connect(self._update)
        self.day.dateChanged.connect(lambda _: self._want())
        self.kind.currentIndexChanged.connect(lambda _: self._chose_kind())
        self.inspector.editingFinished.connect(lambda: remember(_INSPECTOR, self.inspector.text().strip()))
        self.passer.clicked.connect(self.verdicts.pass_open)
        self.skipper.clicked.connect(self.go_on)
        self.saver.clicked.connect(self._give)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self.widget())
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._give)

    def _offer_colours(self, checklist: Checklist) -> None:
        """Offer what the map can be coloured by; what is chosen stays."""
        titles = {AS_IT_IS: tr("map as it is"), BY_STANDING: tr("map by standing"), BY_FALLS: tr("map by falls")}
        titles |= {item.code: item.title(locale_tag()) for item in checklist.items}
        if [self.colours.itemData(at) for at in range(self.colours.count())] == list(titles):
            return
        was_blocked, chosen = self.colours.blockSignals(True), self.colours.currentData()
        self.colours.clear()
        for key, title in titles.items():
            self.colours.addItem(title, key)
        self.colours.setCurrentIndex(max(self.colours.findData(chosen), 0))
        self.colours.blockSignals(was_blocked)

    def _chose_which(self) -> None:
        self.filtered.emit()
        self._fill(None)

    def _chose_kind(self) -> None:
        remember(_KIND, str(self.kind.currentData()))
        self._want()

    def _want(self) -> None:
        """Have another round read; what was judged and not saved belongs to the one before."""
        self._is_another_round = True
        self._update()
        self.wanted.emit()

    def _chose(self) -> None:
        lane = self.current()
        self.verdicts.show_results({} if lane is None else lane.results)
        self.note.clear()
        self._update()
        if lane is not None:
            self.chosen.emit(lane)

    def _give(self) -> None:
        lane = self.current()
        if lane is not None and self._can_be_saved():
            self.given.emit(lane)

    def _can_be_saved(self) -> bool:
        """Tell whether something was judged, and in the round whose day and kind are chosen."""
        return bool(self.verdicts.results) and not self._is_another_round

    def _fill(self, kept: str | None) -> None:
        """List the lanes that are asked for; ``kept`` is looked at again, the first one where it is not listed."""
        lanes = () if self._desk is None else self._desk.lanes
        which, word = self.which.currentData(), folded(self.search.text())
        self._listed = [
            lane
            for lane in lanes
            if (which != OPEN or not lane.results or lane.code == kept)
            and (which != SELECTED or lane.code in self._selected)
            and (not word or any(word in folded(text) for text in (lane.name, lane.code, lane.office)))
        ]
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._listed))
        for row, lane in enumerate(self._listed):
            for column, text in enumerate(_cells(lane)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        codes = [lane.code for lane in self._listed]
        self.table.setCurrentCell(codes.index(kept) if kept in codes else 0, 0)
        self.table.blockSignals(False)
        done = sum(bool(lane.results) for lane in lanes)
        told = tr("{count} of {all} {all:lane|lanes} listed, {done} in this round")
        self.summary.setText(counted(told, count=len(self._listed), all=len(lanes), done=done))
        found = self.current()
        if found is None or found.code != kept:
            self.verdicts.show_results({} if found is None else found.results)
            self.note.clear()
        self._update()

    def _update(self) -> None:
        lane, desk, results = self.current(), self._desk, self.verdicts.results
        self.title.setText("" if lane is None else f"{lane.name} {lane.code}")
        self._entry.setEnabled(lane is not None)
        self.verdicts.setEnabled(not self._is_another_round)  # what is judged before it is read would be lost
        self.saver.setEnabled(self._can_be_saved())
        if lane is None or desk is None:
            self.score.setText("")
            return
        so_far = score_so_far(desk.checklist, results, lane.now)
        if so_far.score is not None:
            self.score.setText(tr("{score} points").format(score=f"{so_far.score:g}"))
            return
        left = tr("{count} open", count=so_far.open)
        if results:
            text = tr("{points} of {possible} points, {left}")
            left = text.format(points=f"{so_far.points:g}", possible=f"{so_far.possible:g}", left=left)
        self.score.setText(left)


def _named(field: QWidget, name: str, tip: str) -> QWidget:
    field.setObjectName(f"gridmgmt_inspection_{name}")
    explain(field, tip)
    if isinstance(field, QLineEdit):
        field.setMinimumWidth(_LETTERS * field.fontMetrics().averageCharWidth())
    return field


def _cells(lane: LaneToInspect) -> tuple[str, ...]:
    score = "" if lane.last_score is None else f"{lane.last_score:g}"
    standing = value_label("lane_standing", lane.standing, locale_tag()) if lane.standing else ""
    failed = sum(not passed for passed in lane.results.values())
    mark = "" if not lane.results else "√" if not failed else f"× {failed}"
    record = lane.record
    months = " → ".join(f"{points:g}" for _, points in record.months[-_MONTHS_TOLD:])
    falls = str(record.falls or "") + (f" ({record.relapses})" if record.relapses else "")
    cases = str(sum(record.cases.values()) or "")
    return lane.name or lane.code, lane.office, standing, lane.last_day, score, mark, months, falls, cases
