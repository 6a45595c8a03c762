"""The dock with the staffing of a street office on a day: posts, what each person carries, hours without anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QDate, QDateTime, QTime, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QTabWidget,
    QWidget,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.posts.board import EXPIRED, FAULTS, Board, BoardLine
from gridmgmt_plugin.core.posts.fault_words import fault_words
from gridmgmt_plugin.gui.frame.flow import flow_row, titled
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.board_rows import (
    HOUR_HEADINGS,
    PERSON_HEADINGS,
    POST_HEADINGS,
    hour_rows,
    person_rows,
    post_rows,
)
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.project.i18n import language, tr

POSTS, PERSONS, HOURS = range(3)
_ALL, _ANY = "", "any"
_MANY = 999
_NAME_LETTERS = 9
# Widths of columns in characters: what a place, a date, a week is written in.
_WIDTHS = ((36, 14, 14, 9, 14, 20, 14, 14), (24, 10, 14, 14, 14, 24), (36, 14, 48))


class BoardDock(GridDock):
    """Shows a board and says what the planner wants; it knows neither workspace nor map."""

    board_wanted = pyqtSignal()
    #: What a row stands for: go there.
    place_wanted = pyqtSignal(object)
    #: Hand over the posts of a person (id), or enter a reform.
    hand_over_wanted = pyqtSignal(str)
    reform_wanted = pyqtSignal()
    #: Put somebody on the place of a row.
    assign_wanted = pyqtSignal(object)
    #: End the post of a row (a line of the board).
    end_wanted = pyqtSignal(object)
    export_wanted = pyqtSignal()

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Staffing board"), parent)
        self.setObjectName("gridmgmt_staff_dock")
        self.office, self.fault, self.day = QComboBox(self), QComboBox(self), QgsDateTimeEdit(self)
        self.tabs = QTabWidget(self)
        self.views: list[QTableView] = []
        self.models: list[BoardModel] = []
        self._proxies: list[SortedRows] = []
        self._buttons: dict[str, QPushButton] = {}
        self._summary = QLabel("", self)
        self._board: Board | None = None
        self._build()

    # What is shown.

    def show_offices(self, offices: Sequence[tuple[str, str]]) -> None:
        """Offer street offices (code, name); the chosen one stays where it is among them."""
        chosen = self.office.currentData()
        self.office.blockSignals(True)
        self.office.clear()
        self.office.addItem(tr("the whole district"), _ALL)
        for code, name in offices:
            self.office.addItem(name, code)
        self.office.setCurrentIndex(max(self.office.findData(chosen), 0))
        self.office.blockSignals(False)

    def show_board(self, board: Board, schemes: Mapping[str, str]) -> None:
        """Show another board. ``schemes``: key → title of the grid schemes."""
        self._board = board
        rows = (post_rows(board, schemes), person_rows(board, schemes), hour_rows(board, schemes))
        for model, shown in zip(self.models, rows):
            model.show(shown)
        titles = (tr("Posts"), tr("Persons"), tr("Hours without anybody"))
        for at, title in enumerate(titles):
            self.tabs.setTabText(at, f"{title} ({len(rows[at])})")
        self._offer_faults(board)
        several = sum(len(load.kinds) > 1 for load in board.loads)
        text = tr(
            "{persons} {persons:person|persons}, {several} of them in several schemes; {unanswered}"
            " {unanswered:place|places} with hours nobody answers"
        )
        unanswered = sum(place.phone is None for place in board.unwatched)
        self._tell(counted(text, persons=len(board.loads), several=several, unanswered=unanswered))
        self._update_buttons()

    def show_nothing(self, why: str = "") -> None:
        """Show no board; ``why``: what to say instead."""
        self._board = None
        for model in self.models:
            model.show(())
        self._tell(why)
        self._update_buttons()

    def chosen_office(self) -> str:
        """Return the code of the office that is looked at, "" for the whole district."""
        return str(self.office.currentData() or "")

    def chosen_day(self) -> str:
        """Return the day as ISO text."""
        return str(self.day.date().toString("yyyy-MM-dd"))

    def current(self) -> Row | None:
        """Return the row that the planner looks at."""
        at = self.tabs.currentIndex()
        index = self.views[at].currentIndex()
        return self.models[at].row_at(self._proxies[at].mapToSource(index).row()) if index.isValid() else None

    # Building.

    def _build(self) -> None:
        page = QWidget(self)
        layout = self.stack(page)
        layout.addWidget(self._head())
        lists = (POST_HEADINGS, PERSON_HEADINGS, HOUR_HEADINGS)
        for at, headings in enumerate(lists):
            self._add_list(at, [tr(text) for text in headings])
        layout.addWidget(self.tabs)
        self._summary.setObjectName("gridmgmt_staff_summary")
        self._summary.setWordWrap(True)
        layout.addWidget(self._summary)
        layout.addWidget(self._foot())
        self.tabs.currentChanged.connect(lambda _: self._update_buttons())
        self._update_buttons()

    def _head(self) -> QWidget:
        self.office.setObjectName("gridmgmt_staff_office")
        # The name of an office may be long: it gives way in a narrow dock, and the list shows it whole.
        self.office.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.office.setMinimumContentsLength(_NAME_LETTERS)
        self.office.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.show_offices(())
        self.day.setObjectName("gridmgmt_staff_day")
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.setAllowNull(False)
        self.day.setDateTime(QDateTime(QDate(clock.today()), QTime(0, 0)))
        self.fault.setObjectName("gridmgmt_staff_fault")
        self.fault.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # As wide from the start as any of its lines, so that nothing beside it moves when the board is there.
        self.fault.addItems([_counted(fault_words((fault,), language()), _MANY) for fault in FAULTS])
        self.fault.setMinimumWidth(self.fault.sizeHint().width())
        self.fault.clear()
        self.fault.addItem(tr("all posts"), _ALL)
        explain(self.office, tr("The street office whose staffing is shown"))
        explain(self.day, tr("The day whose staffing is shown; earlier days as they were"))
        explain(self.fault, tr("Show all posts, or only those with one kind of fault"))
        self.office.currentIndexChanged.connect(lambda _: self.board_wanted.emit())
        self.day.valueChanged.connect(lambda _: self.board_wanted.emit())
        self.fault.currentIndexChanged.connect(lambda _: self._filter())
        return flow_row(titled(tr("Office"), self.office), titled(tr("on"), self.day), titled(tr("show"), self.fault))

    def _add_list(self, at: int, headings: list[str]) -> None:
        view = QTableView(self)
        model = BoardModel(headings, view, range(1, 5) if at == PERSONS else ())
        proxy = SortedRows(model, self)
        view.setObjectName(("gridmgmt_staff_posts", "gridmgmt_staff_persons", "gridmgmt_staff_hours")[at])
        view.setModel(proxy)
        explain(
            view,
            tr(
                "A double click, or Enter, goes to the place; drag a row with a person onto a grid on the map or"
                " in the tree"
            ),
        )
        list_rows(view, several=False)
        view.setDragEnabled(True)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        for column, width in enumerate(_WIDTHS[at]):
            view.horizontalHeader().resizeSection(column, width * view.fontMetrics().averageCharWidth())
        view.selectionModel().selectionChanged.connect(lambda *_: self._update_buttons())
        view.doubleClicked.connect(lambda _: self._go())
        on_enter(view, self._go)
        self.models.append(model)
        self._proxies.append(proxy)
        self.views.append(view)
        self.tabs.addTab(view, "")

    def _foot(self) -> QWidget:
        deeds = (
            ("go", tr("Go there"), tr("Show the place of the row on the map"), self._go),
            (
                "assign",
                tr("Assign…"),
                tr("Put somebody on the place of the row"),
                lambda: self.assign_wanted.emit(self.current()),
            ),
            ("end", tr("End…"), tr("End the post of the row with a day; it stays on record"), self._end),
            (
                "hand_over",
                tr("Hand over…"),
                tr("Pass the posts of a person to another from a date on"),
                self._hand_over,
            ),
            (
                "reform",
                tr("Reform…"),
                tr("Let one department take the place of another from a date on"),
                self.reform_wanted.emit,
            ),
            (
                "export",
                tr("Export…"),
                tr("Write the posts, or what changed since a date, as tables"),
                self.export_wanted.emit,
            ),
        )
        for key, title, tip, deed in deeds:
            button = QPushButton(title, self)
            button.setObjectName(f"gridmgmt_staff_{key}")
            button.setAutoDefault(False)
            explain(button, tip)
            button.clicked.connect(lambda _=False, deed=deed: deed())
            self._buttons[key] = button
        return flow_row(*self._buttons.values(), help_button(self, "staff"), to_right=True)

    # What follows a choice.

    def _offer_faults(self, board: Board) -> None:
        chosen = self.fault.currentData()
        self.fault.blockSignals(True)
        self.fault.clear()
        self.fault.addItem(tr("all posts"), _ALL)
        wrong = sum(bool(line.faults) for line in board.lines)
        if wrong:
            self.fault.addItem(tr("whatever is wrong ({count})").format(count=wrong), _ANY)
        for fault in FAULTS:
            if board.count(fault):
                self.fault.addItem(_counted(fault_words((fault,), language()), board.count(fault)), fault)
        self.fault.setCurrentIndex(max(self.fault.findData(chosen), 0))
        self.fault.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        fault = self.fault.currentData()
        passes: Any = None
        if fault == _ANY:
            passes = lambda row: bool(row.what.faults)  # noqa: E731
        elif fault:
            passes = lambda row: fault in row.what.faults  # noqa: E731
        self._proxies[POSTS].filter_by(passes)

    def _update_buttons(self) -> None:
        row, at = (self.current() if self._buttons else None), self.tabs.currentIndex()
        states = {
            "go": row is not None and at != PERSONS,
            "assign": row is not None and at != PERSONS,
            "end": self._post_in_force() is not None,
            "hand_over": self._board is not None,
            "reform": self._board is not None,
            "export": self._board is not None,
        }
        for key, button in self._buttons.items():
            button.setEnabled(states[key])

    def _go(self) -> None:
        row = self.current()
        if row is not None and self.tabs.currentIndex() != PERSONS:
            self.place_wanted.emit(row.what.place)

    def _post_in_force(self) -> BoardLine | None:
        """Return the post of the row, ``None`` where that is none or has ended."""
        row = self.current() if self.tabs.currentIndex() == POSTS else None
        return None if row is None or EXPIRED in row.what.faults or not row.what.post else row.what

    def _end(self) -> None:
        line = self._post_in_force()
        if line is not None:
            self.end_wanted.emit(line)

    def _hand_over(self) -> None:
        row = self.current()
        self.hand_over_wanted.emit("" if row is None else row.person[0])

    def _tell(self, text: str) -> None:
        self._summary.setText(text)
        self._summary.setToolTip(text)


def _counted(title: str, count: int) -> str:
    return f"{title} ({count})"
