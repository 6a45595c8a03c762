"""The window with the grid schemes: one row each, alternatives below their scheme with how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.schemes.within import within_title
from gridmgmt_plugin.project.i18n import language, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.jobs.responsibility.scheme_figures import SchemeFigures

_SIZE_PX = (1180, 360)
_NAMED = 12
_LANE = "lane"
#: Column → what its heading means.
_HEADING_TIPS = {
    3: translatable("How far the number of unit grids of a grid may be from their mean, by the rules of the scheme"),
    5: translatable("Unit grids, or street-lanes in use, that are in no grid of the scheme"),
    6: translatable("Communities and street offices without a single unit grid in a grid of the scheme"),
    7: translatable("How far the number of unit grids of a grid is from their mean at most"),
    8: translatable(
        "Borders of its grids with each other, within the areas that they keep to: the shorter, the smoother"
    ),
    11: translatable("Grids with a contract, the day on which the first of them ends, and contracts that ended"),
}

_Deed = tuple[str, str, str]


class SchemesWindow(QDialog):
    """Shows the schemes; ``wanted(deed, key)`` says what is asked for: new, copy, alternative, adopt, rules, delete,
    show, without, assign.
    """

    wanted = pyqtSignal(str, str)

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_schemes_window")
        self.setWindowTitle(tr("Grid schemes"))
        self.table = QTableWidget(self)
        self._told = QLabel("", self)
        self._buttons: dict[str, QPushButton] = {}
        self.schemes: list[SchemeFigures] = []
        self._as_made: tuple[SchemeFigures, ...] = ()
        #: Column and whether from the largest to the smallest; ``None``: as they were made.
        self._sorted_by: tuple[int, bool] | None = None
        self._build()
        self.resize(*_SIZE_PX)

    def show_schemes(self, schemes: Sequence[SchemeFigures]) -> None:
        """Show the schemes, alternatives below the scheme that they are of; the chosen one stays chosen."""
        self._as_made = tuple(schemes)
        chosen = self.current()
        key = None if chosen is None else chosen.key
        self.schemes = _in_order(schemes, self._sorted_by)
        self.table.setRowCount(len(self.schemes))
        for row, scheme in enumerate(self.schemes):
            for column, (text, value) in enumerate(_cells(scheme)):
                item = QTableWidgetItem(text)
                if isinstance(value, float):
                    item.setTextAlignment(ALIGN_RIGHT)
                self.table.setItem(row, column, item)
        at = next((row for row, scheme in enumerate(self.schemes) if scheme.key == key), 0)
        if self.schemes:
            self.table.setCurrentCell(at, 0)
        self._update()

    def current(self) -> SchemeFigures | None:
        """Return the scheme that is chosen."""
        row = self.table.currentRow()
        return self.schemes[row] if 0 <= row < len(self.schemes) else None

    def set_busy(self, *, busy: bool) -> None:
        """Let nothing be asked while something is written."""
        for button in self._buttons.values():
            button.setEnabled(not busy)
        if not busy:
            self._update()

    def _sort_by(self, column: int) -> None:
        """Sort by a column; again: the other way round; a third time: as the schemes were made."""
        if self._sorted_by is None or self._sorted_by[0] != column:
            self._sorted_by = (column, False)
        else:
            self._sorted_by = None if self._sorted_by[1] else (column, True)
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(self._sorted_by is not None)
        if self._sorted_by is not None:
            order = Qt.SortOrder.DescendingOrder if self._sorted_by[1] else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(column, order)
        self.show_schemes(self._as_made)

    def _build(self) -> None:
        headings = (
            tr("Scheme"),
            tr("Made of"),
            tr("Keeps within"),
            tr("Tolerance"),
            tr("Grids"),
            tr("In none"),
            tr("Areas without"),
            tr("Largest deviation"),
            tr("Border"),
            tr("Differs in"),
            tr("Posts"),
            tr("Contracts"),
        )
        self.table.setObjectName("gridmgmt_schemes_table")
        explain(self.table, tr("One row for each scheme; alternatives stand below the scheme that they are of"))
        self.table.setColumnCount(len(headings))
        self.table.setHorizontalHeaderLabels(headings)
        for column, tip in _HEADING_TIPS.items():
            self.table.horizontalHeaderItem(column).setToolTip(tr(tip))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setSectionsClickable(True)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.table.currentCellChanged.connect(lambda *_: self._update())
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        self._told.setObjectName("gridmgmt_schemes_told")
        self._told.setWordWrap(True)
        layout.addWidget(self._told)
        layout.addLayout(self._buttons_on(self._of_the_grids()))
        layout.addLayout(self._buttons_on(self._of_the_scheme()))
        layout.addWidget(close_button(self, "schemes"))

    def _of_the_grids(self) -> Sequence[_Deed]:
        """Return what can be done with the grids of the scheme that is chosen: key, title, tip."""
        return (
            ("show", tr("Show on the map"), tr("Let the map and the tree show the grids of this scheme")),
            (
                "without",
                tr("Select what is in none"),
                tr("Select on the map the unit grids, or street-lanes, that are in no grid of it"),
            ),
            ("assign", tr("Make them grids"), tr("Make every street-lane that is in none a grid of the scheme")),
            ("rules", tr("Rules…"), tr("Change what the scheme asks of its grids, and their colour")),
        )

    def _of_the_scheme(self) -> Sequence[_Deed]:
        """Return what can be done with schemes as a whole: key, title, tip."""
        return (
            ("new", tr("New…"), tr("Make a scheme over unit grids or over street-lanes")),
            ("copy", tr("Copy…"), tr("Make another scheme with the same grids")),
            ("alternative", tr("Alternative…"), tr("Copy the scheme as an alternative, to be changed and compared")),
            ("adopt", tr("Adopt…"), tr("Put the grids of the alternative in the place of those of its scheme")),
            ("delete", tr("Delete…"), tr("Delete the scheme with its grids and posts, once its title is typed")),
        )

    def _buttons_on(self, deeds: Sequence[_Deed]) -> QHBoxLayout:
        row = QHBoxLayout()
        for deed, title, tip in deeds:
            button = QPushButton(title, self)
            button.setObjectName(f"gridmgmt_schemes_{deed}")
            button.setAutoDefault(False)
            explain(button, tip)
            button.clicked.connect(lambda _=False, deed=deed: self._want(deed))
            self._buttons[deed] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _want(self, deed: str) -> None:
        scheme = self.current()
        self.wanted.emit(deed, "" if scheme is None else scheme.key)

    def _update(self) -> None:
        scheme = self.current()
        there, over_lanes = scheme is not None, scheme is not None and scheme.base == _LANE
        lacks = scheme is not None and bool(scheme.without)
        proposed = scheme is not None and bool(scheme.rules.alternative_of)
        states = {
            "show": there,
            "without": lacks,
            "assign": over_lanes and lacks,
            "rules": there,
            "new": True,
            "copy": there and not proposed,
            "alternative": there and not proposed,
            "adopt": proposed,
            "delete": there,
        }
        for deed, button in self._buttons.items():
            button.setEnabled(states[deed])
        self._told.setText("" if scheme is None else _told(scheme))


def _in_order(schemes: Sequence[SchemeFigures], sorted_by: tuple[int, bool] | None) -> list[SchemeFigures]:
    """Return the schemes sorted by a column, each with its alternatives below it."""
    if sorted_by is not None:
        column, is_falling = sorted_by
        schemes = sorted(schemes, key=lambda scheme: _cells(scheme)[column][1], reverse=is_falling)
    known = {scheme.key for scheme in schemes}
    found = []
    for scheme in schemes:
        if scheme.rules.alternative_of not in known:
            found.append(scheme)
            found += [other for other in schemes if other.rules.alternative_of == scheme.key]
    return found


def _cells(scheme: SchemeFigures) -> list[tuple[str, str | float]]:
    """Return text and value of each column; a number is nothing (−1) where it says nothing about the scheme."""
    proposed = bool(scheme.rules.alternative_of)
    over_units = scheme.base != _LANE
    divided = over_units and bool(scheme.grids)
    tolerance = scheme.rules.tolerance_percent
    return [
        (f"　└ {scheme.title}" if proposed else f"{scheme.title}  {scheme.key}", scheme.title),
        _text(value_label("scheme_base", scheme.base, language())),
        _text(within_title(scheme.rules.within) if over_units else ""),
        _number(f"± {tolerance:g} %", tolerance, over_units and tolerance > 0),
        _number(f"{scheme.grids:,}", scheme.grids),
        _number(f"{len(scheme.without):,}", len(scheme.without)),
        _number(f"{len(scheme.areas_without):,}", len(scheme.areas_without), over_units),
        _number(f"{scheme.deviation_percent:.0f} %", scheme.deviation_percent, divided),
        _number(tr("{km} km").format(km=f"{scheme.border_km:,.1f}"), scheme.border_km, divided),
        _number(_differs(scheme), scheme.differs, proposed),
        _number(f"{scheme.posts:,}", scheme.posts),
        (_contracts(scheme), scheme.contract_ends),
    ]


def _text(text: str) -> tuple[str, str]:
    return text, text


def _number(text: str, value: float, is_there: bool = True) -> tuple[str, float]:  # noqa: FBT001
    return (text, float(value)) if is_there else ("", -1.0)


def _differs(scheme: SchemeFigures) -> str:
    count = f"{scheme.differs:,}"
    if scheme.base == _LANE:
        return tr("{count} street-{count:lane|lanes}", count=count)
    return tr("{count} unit {count:grid|grids}", count=count)


def _contracts(scheme: SchemeFigures) -> str:
    """Return how many grids have a contract, until when, and how many have one that has ended."""
    said = [f"{scheme.contracts:,}"] if scheme.contracts else []
    if scheme.contract_ends:
        said.append(tr("the first ends on {day}").format(day=scheme.contract_ends))
    if scheme.contracts_over:
        said.append(tr("{count} ended", count=scheme.contracts_over))
    return tr(", ").join(said)


def _told(scheme: SchemeFigures) -> str:
    """Return which areas have no grid, by name, a few of them."""
    if not scheme.areas_without:
        return ""
    areas = tr(", ").join(scheme.names_without[:_NAMED])
    more = "…" if len(scheme.areas_without) > _NAMED else ""
    text = tr("No grid of {title} in these communities and street offices: {areas}")
    return text.format(title=scheme.title, areas=areas + more)
