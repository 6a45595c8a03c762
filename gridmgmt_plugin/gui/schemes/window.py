"""The window with the grid schemes: one row each, alternatives below their scheme with how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
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
from gridmgmt_plugin.project.i18n import language, tr

if TYPE_CHECKING:
    from gridmgmt_plugin.jobs.responsibility.scheme_figures import SchemeFigures

_SIZE_PX = (1180, 360)
_NAMED = 12


class SchemesWindow(QDialog):
    """Shows the schemes; ``wanted(deed, key)`` says what is asked for: new, copy, alternative, adopt, rules, delete,
    show, without.
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
        self._build()
        self.resize(*_SIZE_PX)

    def show_schemes(self, schemes: Sequence[SchemeFigures]) -> None:
        """Show the schemes, alternatives below the scheme that they are of; the chosen one stays chosen."""
        chosen = self.current()
        key = None if chosen is None else chosen.key
        self.schemes = _in_order(schemes)
        self.table.setRowCount(len(self.schemes))
        for row, scheme in enumerate(self.schemes):
            for column, (text, is_number) in enumerate(_cells(scheme)):
                item = QTableWidgetItem(text)
                if is_number:
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

    def _build(self) -> None:
        headings = (
            tr("Scheme"),
            tr("Made of"),
            tr("Keeps within"),
            tr("Grids"),
            tr("Unit grids in none"),
            tr("Areas without"),
            tr("Largest deviation"),
            tr("Differs in"),
            tr("Posts"),
        )
        self.table.setObjectName("gridmgmt_schemes_table")
        explain(self.table, tr("One row for each scheme; alternatives stand below the scheme that they are of"))
        self.table.setColumnCount(len(headings))
        self.table.setHorizontalHeaderLabels(headings)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.currentCellChanged.connect(lambda *_: self._update())
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        self._told.setObjectName("gridmgmt_schemes_told")
        self._told.setWordWrap(True)
        layout.addWidget(self._told)
        layout.addLayout(self._button_row())
        layout.addWidget(close_button(self, "schemes"))

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for deed, title, tip in (
            ("show", tr("Show on the map"), tr("Let the map and the tree show the grids of this scheme")),
            (
                "without",
                tr("Select what is in none"),
                tr("Select on the map the unit grids that are in no grid of it"),
            ),
            ("rules", tr("Rules…"), tr("Change what the scheme asks of its grids, and their colour")),
            ("new", tr("New…"), tr("Make a scheme over unit grids or over street-lanes")),
            ("copy", tr("Copy…"), tr("Make another scheme with the same grids")),
            ("alternative", tr("Alternative…"), tr("Copy the scheme as an alternative, to be changed and compared")),
            ("adopt", tr("Adopt…"), tr("Put the grids of the alternative in the place of those of its scheme")),
            ("delete", tr("Delete…"), tr("Delete the scheme with its grids and posts, once its title is typed")),
        ):
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
        there, over_units = scheme is not None, scheme is not None and scheme.base == "unit_grid"
        proposed = scheme is not None and bool(scheme.rules.alternative_of)
        states = {
            "show": there,
            "without": over_units and scheme is not None and bool(scheme.units_without),
            "rules": there,
            "new": True,
            "copy": over_units and not proposed,
            "alternative": over_units and not proposed,
            "adopt": proposed,
            "delete": there,
        }
        for deed, button in self._buttons.items():
            button.setEnabled(states[deed])
        self._told.setText("" if scheme is None else _told(scheme))


def _in_order(schemes: Sequence[SchemeFigures]) -> list[SchemeFigures]:
    known = {scheme.key for scheme in schemes}
    found = []
    for scheme in schemes:
        if scheme.rules.alternative_of not in known:
            found.append(scheme)
            found += [other for other in schemes if other.rules.alternative_of == scheme.key]
    return found


def _cells(scheme: SchemeFigures) -> list[tuple[str, bool]]:
    proposed = bool(scheme.rules.alternative_of)
    is_lane = scheme.base != "unit_grid"
    return [
        (f"　└ {scheme.title}" if proposed else f"{scheme.title}  {scheme.key}", False),
        (value_label("scheme_base", scheme.base, language()), False),
        ("" if is_lane else within_title(scheme.rules.within), False),
        (f"{scheme.grids:,}", True),
        ("" if is_lane else f"{len(scheme.units_without):,}", True),
        ("" if is_lane else f"{len(scheme.areas_without):,}", True),
        ("" if is_lane or not scheme.grids else f"{scheme.deviation_percent:.0f} %", True),
        (tr("{count} unit {count:grid|grids}", count=f"{scheme.differs:,}") if proposed else "", True),
        (f"{scheme.posts:,}", True),
    ]


def _told(scheme: SchemeFigures) -> str:
    """Return which areas have no grid, by code, a few of them."""
    if not scheme.areas_without:
        return ""
    codes = tr(", ").join(scheme.areas_without[:_NAMED])
    more = "…" if len(scheme.areas_without) > _NAMED else ""
    text = tr("No grid of {title} in these communities and street offices: {codes}")
    return text.format(title=scheme.title, codes=codes + more)
