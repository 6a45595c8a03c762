"""The issues that are shown, row by row, for Qt's table view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import QAbstractItemView

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import Title, ValueTitle
from gridmgmt_plugin.gui.frame.colours import faint, readable
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.gui.frame.result_display import SEVERITIES
from gridmgmt_plugin.gui.issues.filters import Facets, IssueFilter
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.project.forms.schemes import scheme_titles
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import placed_layer

SEVERITY, RULE, OBJECT, MEASURE, SENTENCE = range(5)
_ROOT = QModelIndex()
_DECIMALS = {"m²": 1, "m": 3, "°": 1, "parts": 0}
_UNITS_ZH = {"m²": "平方米", "m": "米", "°": "度", "parts": "块"}


class IssueModel(QAbstractTableModel):
    """Shows what a filter lets through, in the order of the table or of one column.

    :param view: what shows it; its theme says which colours can be read.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self.table = IssueTable(Rows())
        self.filter = IssueFilter()
        self._scheme_titles: Mapping[str, str] = {}
        self._done: np.ndarray = np.zeros(0, dtype=bool)
        self._order: np.ndarray = np.zeros(0, dtype=np.int64)
        self._shown: np.ndarray = np.zeros(0, dtype=np.int64)

    def show(self, table: IssueTable) -> None:
        """Show other issues; what was marked as done stays so where it is found again."""
        was_done = {(self.table.text("rule")[i], self.table.keys(i)) for i in np.flatnonzero(self._done).tolist()}
        self.beginResetModel()
        self.table = table
        self._scheme_titles = scheme_titles(placed_layer(QgsProject.instance(), "scheme"))
        names = zip(table.text("rule"), map(table.keys, range(len(table))))
        self._done = np.array([name in was_done for name in names], dtype=bool)
        self._order = self._sorted(-1)
        self._refilter()
        self.endResetModel()

    def set_filter(self, chosen: IssueFilter) -> None:
        """Show what passes another filter."""
        if chosen == self.filter:
            return
        self.beginResetModel()
        self.filter = chosen
        self._refilter()
        self.endResetModel()

    def facets(self) -> Facets:
        """Return how many issues each severity and rule would show."""
        return self.filter.facets(self.table, self._done)

    def issue(self, row: int) -> int:
        """Return the position in the table of the issue in a row."""
        return int(self._shown[row])

    def row_of(self, issue: int) -> int:
        """Return the row of an issue, −1 while it is not shown."""
        found = np.flatnonzero(self._shown == issue)
        return int(found[0]) if len(found) else -1

    def shown(self) -> np.ndarray:
        """Return the positions of the issues that are shown, in their order (int64)."""
        return self._shown

    def anywhere(self) -> np.ndarray:
        """Return which issues pass the filters, wherever the map looks (bool, one per issue)."""
        return replace(self.filter, extent=None).mask(self.table, self._done)

    def is_done(self, issue: int) -> bool:
        """Tell whether the planner marked an issue as done."""
        return bool(self._done[issue])

    def open_ranks(self) -> list[int]:
        """Return the rank of each issue that is neither exempted nor marked as done."""
        is_open = ~(np.asarray(self.table.exempted, dtype=bool) | self._done)
        ranks: list[int] = np.asarray(self.table.severity)[is_open].tolist()
        return ranks

    def mark_done(self, issues: list[int], *, done: bool) -> None:
        """Mark issues as done, or not done any more."""
        self.beginResetModel()
        self._done[issues] = done
        self._refilter()
        self.endResetModel()

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; −1 is the order of the check, errors first, behind what the receiver refused."""
        self.beginResetModel()
        found = self._sorted(column)
        self._order = found[::-1] if order == Qt.SortOrder.DescendingOrder else found
        self._refilter()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many issues are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns."""
        return 5

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tip, colour or font of one cell."""
        issue, column = self.issue(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell_text(issue, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(issue)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(issue, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == MEASURE:
            return ALIGN_RIGHT
        if role == Qt.ItemDataRole.FontRole and self.is_done(issue):
            font = QFont()
            font.setStrikeOut(True)
            return font
        return None

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Severity"), tr("Rule"), tr("Object"), tr("Measure"), tr("What is wrong"))[section]
        return None

    def cell_text(self, issue: int, column: int) -> str:
        """Return what a cell of an issue says."""
        text = self.table.text
        if column == SEVERITY:
            name = text("severity")[issue]
            return tr("Exempted") if self.table.exempted[issue] else tr(SEVERITIES[name][1])
        if column == MEASURE:
            return self._measure(issue)
        if column == OBJECT:
            if text("table_name")[issue] == "scheme":
                return tr(", ").join(self._scheme_titles.get(key, key) for key in self.table.keys(issue))
            return tr(", ").join(map(_shown_key, self.table.keys(issue)))
        return str(text("title" if column == RULE else "message")[issue])

    def _measure(self, issue: int) -> str:
        measure, unit = self.table.measure[issue], self.table.text("unit")[issue]
        if not unit or np.isnan(measure):
            return ""
        told = _UNITS_ZH[unit] if language() == "zh" and unit in _UNITS_ZH else unit
        return f"{measure:,.{_DECIMALS.get(unit, 1)}f} {told}"

    def _tip(self, issue: int) -> str:
        sentence = str(self.table.text("message")[issue])
        if not self.table.exempted[issue]:
            return sentence
        reason, until = self.table.text("exemption_reason")[issue], self.table.text("exempted_until")[issue]
        lines = [
            sentence,
            tr("Exempted by {who}: {why}").format(who=self.table.text("exempted_by")[issue], why=reason),
        ]
        return "\n".join([*lines, *([tr("Until {day}").format(day=until)] if until else [])])

    def _colour(self, issue: int, column: int) -> Any:
        if self.is_done(issue) or self.table.exempted[issue]:
            return faint(self._view)
        colour = SEVERITIES[self.table.text("severity")[issue]][0]
        return readable(colour, self._view) if column == SEVERITY else None

    def _refilter(self) -> None:
        mask = self.filter.mask(self.table, self._done)
        self._shown = self._order[mask[self._order]]

    def _sorted(self, column: int) -> np.ndarray:
        table = self.table
        if column == SEVERITY:
            return np.argsort(table.severity, kind="stable")
        if column == MEASURE:
            return np.argsort(table.measure, kind="stable")
        if column in (RULE, OBJECT, SENTENCE):
            name = {RULE: "title", OBJECT: "object_keys", SENTENCE: "message"}[column]
            return np.argsort(table.text(name).astype(str), kind="stable")
        return np.argsort(~table.refused, kind="stable")


def _shown_key(key: str) -> str:
    """Return the key of an object as planners know it: a column by its titles, a role by its name, all as such."""
    table, dot, column = key.partition(".")
    titles = [Title(table).text(language()), Title(key).text(language())]
    if dot and titles != [table, column]:
        return " · ".join(titles)
    return tr("all") if key == "*" else ValueTitle(f"role.{key}").text(language())
