"""A file's columns as proposed: for each column to fill a list of headings, and the first ten rows below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.gui.frame.colours import faint
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.intake.column_proposal import ColumnProposal, WantedColumn
from gridmgmt_plugin.project.i18n import language, tr

_ACROSS = 3
_LIST_CHARACTERS = 11
_NARROWEST_PX, _WIDEST_PX = 60, 180
_SHOWN_ROWS = 5


class ColumnsPanel(QWidget):
    """``changed``: the planner chose another heading for a column."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.proposal: ColumnProposal | None = None
        self.lists: dict[str, QComboBox] = {}
        self._labels: dict[str, QLabel] = {}
        self._folded: list[str] = []
        self._grid_holder = QWidget(self)
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.more: QToolButton = QToolButton(self)
        self.more.setObjectName("gridmgmt_job_more_columns")
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.more.setAutoRaise(True)
        self.more.toggled.connect(self._fold)
        self.preview: QTableWidget = QTableWidget(self)
        self.preview.setObjectName("gridmgmt_job_preview")
        self.preview.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.preview.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.preview.setTabKeyNavigation(False)
        self.preview.setWordWrap(False)
        explain(self.preview, tr("The first rows of the file; above each column stands what it is taken for."))
        explain(self.more, tr("Shows or folds the columns for which nothing was found in the file."))
        self.preview.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + 4)
        self.preview.setMinimumHeight((self.fontMetrics().lineSpacing() + 5) * (_SHOWN_ROWS + 3))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._grid_holder)
        layout.addWidget(self.more)
        layout.addWidget(self.preview, 1)

    def show_proposal(
        self, proposal: ColumnProposal, first: Sequence[str], decided: Mapping[str, str | None]
    ) -> None:
        """Show what the columns seem to be.

        :param first: columns to show at once, with those that are needed or were found.
        :param decided: column → heading as the planner decided for an earlier file of this kind.
        """
        self.clear()
        self.proposal = proposal
        shown = [w for w in proposal.wanted if w.is_needed or w.heading or w.name in first or decided.get(w.name)]
        shown.sort(key=lambda w: list(first).index(w.name) if w.name in first else len(first))
        rest = [w for w in proposal.wanted if w not in shown]
        self._folded = [w.name for w in rest]
        for position, wanted in enumerate([*shown, *rest]):
            self._add(wanted, position if wanted in shown else position + (-len(shown) % _ACROSS), decided)
        for column in range(_ACROSS):
            self._grid.setColumnStretch(2 * column + 1, 1)
        self.more.setText(tr("{count} more {count:column|columns}", count=len(rest)))
        self.more.setVisible(bool(rest))
        self.more.setChecked(False)
        self._fold(False)
        self._show_preview()

    def clear(self) -> None:
        """Show no file."""
        self.proposal = None
        self.lists, self._labels = {}, {}
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        self.preview.setRowCount(0)
        self.preview.setColumnCount(0)
        self.more.setVisible(False)

    def chosen(self) -> dict[str, str | None]:
        """Return wanted column → heading, ``None`` for a column that stays empty."""
        return {name: combo.currentData() for name, combo in self.lists.items()}

    def changed_columns(self) -> dict[str, str | None]:
        """Return the columns for which something else was chosen than proposed."""
        proposed = {w.name: w.heading for w in self.proposal.wanted} if self.proposal is not None else {}
        return {name: heading for name, heading in self.chosen().items() if proposed.get(name) != heading}

    def missing(self) -> list[str]:
        """Return the titles of columns without which nothing is imported and for which nothing is chosen."""
        wanted = () if self.proposal is None else self.proposal.wanted
        return [_title(w) for w in wanted if w.is_needed and self.lists[w.name].currentData() is None]

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [*self.lists.values(), self.more, self.preview]

    def _add(self, wanted: WantedColumn, position: int, decided: Mapping[str, str | None]) -> None:
        proposal = self.proposal
        assert proposal is not None
        combo = QComboBox(self._grid_holder)
        combo.setObjectName(f"gridmgmt_job_column_{wanted.name}")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_LIST_CHARACTERS)
        combo.addItem(tr("(not in the file)"), None)
        likely = [h for h in (wanted.heading, *wanted.others) if h is not None]
        others = [h for h in proposal.headings if h not in likely and h not in proposal.withheld]
        for heading in likely:
            combo.addItem(proposal.title_of(heading), heading)
        if likely and others:
            combo.insertSeparator(combo.count())
        for heading in others:
            combo.addItem(proposal.title_of(heading), heading)
        chosen = decided.get(wanted.name, wanted.heading)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))
        label = QLabel(_title(wanted) + (" *" if wanted.is_needed else ""), self._grid_holder)
        label.setBuddy(combo)
        explain(combo, tr("Column of the file that holds: {column}").format(column=_title(wanted)))
        if not wanted.is_sure and chosen == wanted.heading:
            label.setText(tr("{column} (a guess)").format(column=label.text()))
            label.setToolTip(tr("A guess: please look at the rows below"))
        row, column = divmod(position, _ACROSS)
        self._grid.addWidget(label, row, 2 * column)
        self._grid.addWidget(combo, row, 2 * column + 1)
        combo.currentIndexChanged.connect(self._chosen)
        self.lists[wanted.name], self._labels[wanted.name] = combo, label

    def _chosen(self, *_: object) -> None:
        self._show_preview()
        self.changed.emit()

    def _fold(self, is_open: bool) -> None:  # noqa: FBT001  a Qt signal calls this
        self.more.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        for name in self._folded:
            self.lists[name].setVisible(is_open)
            self._labels[name].setVisible(is_open)

    def _show_preview(self) -> None:
        proposal = self.proposal
        if proposal is None:
            return
        titles = {w.name: _title(w) for w in proposal.wanted}
        used: dict[str, list[str]] = {}
        for name, heading in self.chosen().items():
            if heading is not None:
                used.setdefault(heading, []).append(titles[name])
        for heading, title in proposal.understood.items():
            used.setdefault(heading, [title[0] if language() == "zh" else title[1]])
        # Columns that are used come first: a file of forty columns would hide them beyond the edge.
        order = sorted(range(len(proposal.headings)), key=lambda at: proposal.headings[at] not in used)
        self.preview.setColumnCount(len(order))
        self.preview.setRowCount(len(proposal.preview))
        headings = [proposal.headings[at] for at in order]
        for column, heading in enumerate(headings):
            title = QTableWidgetItem(_header(proposal, heading, used))
            title.setToolTip(title.text())  # a column is at most so wide
            self.preview.setHorizontalHeaderItem(column, title)
        unused = QBrush(faint(self.preview))
        for column, at in enumerate(order):
            for row, cells in enumerate(proposal.preview):
                item = QTableWidgetItem(cells[at])
                if headings[column] not in used:
                    item.setForeground(unused)
                self.preview.setItem(row, column, item)
        self.preview.resizeColumnsToContents()
        for column in range(len(order)):
            width = min(max(self.preview.columnWidth(column), _NARROWEST_PX), _WIDEST_PX)
            self.preview.setColumnWidth(column, width)


def _header(proposal: ColumnProposal, heading: str, used: Mapping[str, Sequence[str]]) -> str:
    title = proposal.title_of(heading)
    if heading in proposal.withheld:
        return f"{title}\n{tr('personal: not taken')}"
    return f"{title}\n→ {tr(', ').join(used[heading])}" if heading in used else f"{title}\n–"


def _title(wanted: WantedColumn) -> str:
    return wanted.zh if language() == "zh" else wanted.en[:1].upper() + wanted.en[1:]
