"""The dock beside the brush: how to paint, into what, old → new of both sides, what is left to do, locks."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QSortFilterProxyModel, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.assignment.model import Assignment
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.gui.frame.keyboard import GridDock, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.painting.grid_list import CASES, NAME, UNITS, GridList
from gridmgmt_plugin.gui.painting.painter import Mode
from gridmgmt_plugin.project.i18n import tr, translatable

LEAST_M, MOST_M = 5.0, 2_000.0
_COLUMNS, _COLUMNS_OF_LONG_WORDS, _LONG_WORD_CHARACTERS = 4, 3, 14
# How to paint → its name and what it does.
_MODES = {
    Mode.BRUSH: (
        translatable("Brush"),
        translatable("Drag over unit grids; Ctrl+wheel or [ ] changes the width (1)"),
    ),
    Mode.CLICK: (translatable("Single"), translatable("Click unit grids one by one, or drag across them (2)")),
    Mode.RECTANGLE: (translatable("Rectangle"), translatable("Drag a rectangle over unit grids (3)")),
    Mode.POLYGON: (translatable("Polygon"), translatable("Draw around unit grids, by clicks or in one stroke (4)")),
    Mode.COMMUNITY: (translatable("Whole community"), translatable("Click anywhere in a community (5)")),
    Mode.PUSH: (translatable("Push border"), translatable("Drag or click from a border into the other grid (6)")),
    Mode.SPLIT: (translatable("Split off"), translatable("Draw a line through a grid (7)")),
    Mode.MERGE: (translatable("Merge grids"), translatable("Click the grid that the target takes over (8)")),
}


class PaintDock(GridDock):
    """Shows and asks; it knows neither layer nor map.

    ``mode_chosen``, ``width_chosen`` (metres), ``target_chosen`` (number of a grid), ``step_wanted`` (1 or −1: to the
    next open piece or the one before), ``locks_chosen``: what the planner wants; the others are buttons.
    """

    mode_chosen = pyqtSignal(object)
    width_chosen = pyqtSignal(float)
    target_chosen = pyqtSignal(int)
    new_wanted = pyqtSignal()
    erase_wanted = pyqtSignal()
    step_wanted = pyqtSignal(int)
    locks_chosen = pyqtSignal(list)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Paint"), parent)
        self.setObjectName("gridmgmt_paint_dock")
        self.grids = GridList(self)
        self.grids.locks_changed.connect(self.locks_chosen)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.grids)
        self._shown.setFilterKeyColumn(NAME)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._modes: dict[Mode, QToolButton] = {}
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(5)
        self._scheme, self._target = _label(page, "scheme"), _label(page, "target")
        self._figures, self._warnings, self._left = (_label(page, name) for name in ("figures", "warnings", "left"))
        layout.addWidget(self._scheme)
        layout.addLayout(self._mode_buttons(page))
        layout.addLayout(self._target_row(page))
        layout.addWidget(self._figures)
        layout.addWidget(self._warnings)
        layout.addLayout(self._left_row(page))
        layout.addLayout(self._search_row(page))
        layout.addWidget(self._list(page), 1)
        holder = QScrollArea(self)  # in a low dock all of it stays within reach
        holder.setFrameShape(QScrollArea.Shape.NoFrame)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder.setWidgetResizable(True)
        holder.setWidget(page)
        self.setWidget(holder)

    # What is shown.

    def show_scheme(self, title: str, within: str = "") -> None:
        """Say which scheme is painted, and by its rule within what each grid keeps."""
        text = tr("Scheme: <b>{title}</b>").format(title=title)
        if within:
            text += "<br>" + tr("By its rules each grid keeps within {area}.").format(area=within)
        self._scheme.setText(text)

    def show_mode(self, mode: Mode) -> None:
        """Show how is painted."""
        self._modes[mode].setChecked(True)
        self._width.setEnabled(mode == Mode.BRUSH)

    def show_width(self, metres: float) -> None:
        """Show the width of the brush."""
        self._width.blockSignals(True)
        self._width.setValue(metres)
        self._width.blockSignals(False)

    def show_target(self, text: str) -> None:
        """Say into what is painted."""
        self._target.setText(tr("Into: <b>{grid}</b>").format(grid=text))

    def show_figures(self, table: str, warnings: str) -> None:
        """Show figures and what to mind."""
        for label, text in ((self._figures, table), (self._warnings, warnings)):
            if label.text() != text:
                label.setText(text)
            label.setVisible(bool(text))

    def show_left(self, unassigned: int, detached: int) -> None:
        """Say how many unit grids are in no grid and how many pieces lie apart from theirs."""
        told = tr("{unassigned} unit {unassigned:grid|grids} in no grid, {detached} {detached:piece|pieces} apart")
        text = (
            counted(told, unassigned=unassigned, detached=detached)
            if unassigned or detached
            else tr("All assigned, each grid in one piece")
        )
        self._left.setText(text)
        for button in self._steps:
            button.setEnabled(bool(unassigned or detached))

    def show_grids(self, assignment: Assignment, target: int) -> None:
        """List the grids as they are now."""
        self.grids.show(assignment, target)

    def text(self) -> str:
        """Return everything that can be read, without markup (tests read it)."""
        labels = (self._scheme, self._target, self._figures, self._warnings, self._left)
        return "\n".join(label.text() for label in labels if label.text())

    # Building.

    def _mode_buttons(self, page: QWidget) -> QGridLayout:
        grid, group = QGridLayout(), QButtonGroup(page)
        grid.setSpacing(3)
        longest = max(len(tr(title)) for title, _ in _MODES.values())
        columns = _COLUMNS if longest < _LONG_WORD_CHARACTERS else _COLUMNS_OF_LONG_WORDS
        for number, (mode, (title, tip)) in enumerate(_MODES.items()):
            button = QToolButton(page)
            button.setObjectName(f"gridmgmt_paint_{mode.value}")
            button.setText(tr(title))
            explain(button, tr(tip))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to the map
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, mode=mode: self.mode_chosen.emit(mode))
            group.addButton(button)
            grid.addWidget(button, number // columns, number % columns)
            self._modes[mode] = button
        self._width = QDoubleSpinBox(page)
        self._width.setObjectName("gridmgmt_paint_width")
        self._width.setRange(LEAST_M, MOST_M)
        self._width.setDecimals(0)
        self._width.setSuffix(tr("{metres} m").format(metres=""))
        explain(self._width, tr("Width of the brush on the ground; Ctrl+wheel or [ ] over the map changes it too."))
        self._width.setKeyboardTracking(False)
        self._width.valueChanged.connect(self.width_chosen)
        name = QLabel(tr("Width of the brush"), page)
        name.setBuddy(self._width)
        row = -(-len(_MODES) // columns)
        grid.addWidget(name, row, 0, 1, 2)
        grid.addWidget(self._width, row, 2, 1, columns - 2)
        return grid

    def _target_row(self, page: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        explain(self._target, tr("Alt+click on a grid of the map, or I over it: paint into this grid"))
        row.addWidget(self._target, 1)
        row.addWidget(
            self._button(page, "new", tr("New grid"), tr("The next stroke makes a grid (N)"), self.new_wanted)
        )
        row.addWidget(self._button(page, "erase", tr("Erase"), tr("Paint into no grid (E)"), self.erase_wanted))
        return row

    def _left_row(self, page: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        self._steps = (
            self._button(page, "previous", "◀", tr("The open piece before (,)"), lambda: self.step_wanted.emit(-1)),
            self._button(page, "next", "▶", tr("The next open piece (.)"), lambda: self.step_wanted.emit(1)),
        )
        row.addWidget(self._left, 1)
        for button in (*self._steps, help_button(page, "paint")):
            row.addWidget(button)
        return row

    def _search_row(self, page: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        search = QLineEdit(page)
        search.setObjectName("gridmgmt_paint_search")
        search.setPlaceholderText(tr("Find a grid"))
        search.setClearButtonEnabled(True)
        explain(search, tr("Lists only the grids in whose name this stands."))
        search.textChanged.connect(self._shown.setFilterFixedString)
        row.addWidget(search, 1)
        lock, unlock = tr("Nothing enters or leaves any grid"), tr("All grids can be painted again")
        all_grids = lambda: self.locks_chosen.emit(self.grids.grids())  # noqa: E731
        row.addWidget(self._button(page, "lock_all", tr("Lock all"), lock, all_grids))
        row.addWidget(self._button(page, "unlock_all", tr("Unlock all"), unlock, lambda: self.locks_chosen.emit([])))
        return row

    def _list(self, page: QWidget) -> QTableView:
        self.view = QTableView(page)
        self.view.setObjectName("gridmgmt_paint_grids")
        self.view.setModel(self._shown)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.verticalHeader().hide()
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (UNITS, CASES):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.view.doubleClicked.connect(self._chosen)
        explain(self.view, tr("Double click, or Enter: paint into this grid"))
        on_enter(self.view, lambda: self._chosen(self.view.currentIndex()))
        self.view.setTabKeyNavigation(False)
        self.view.setMinimumHeight(2 * self.view.fontMetrics().lineSpacing())  # the figures above need their room
        return self.view

    def _chosen(self, index: Any) -> None:
        if index.isValid():
            self.target_chosen.emit(self.grids.grid(self._shown.mapToSource(index).row()))

    def _button(self, page: QWidget, name: str, text: str, tip: str, deed: Any) -> QPushButton:
        button = QPushButton(text, page)
        button.setObjectName(f"gridmgmt_paint_{name}")
        explain(button, tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: deed.emit() if hasattr(deed, "emit") else deed())
        return button


def _label(page: QWidget, name: str) -> QLabel:
    label = QLabel("", page)
    label.setObjectName(f"gridmgmt_paint_{name}_text")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    return label
