"""Rows that a colleague changed meanwhile, side by side with the planner's own edits of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.editing.overtaken.choosing import Choosing, Side
from gridmgmt_plugin.editing.overtaken.sides import OvertakenRow
from gridmgmt_plugin.gui.frame.colours import link_style
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.keyboard import list_rows
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.overtaken.side_maps import Picture, SideMaps
from gridmgmt_plugin.gui.overtaken.side_table import SideTable
from gridmgmt_plugin.gui.overtaken.told_rows import field_lines, heading_of_theirs, told_choice, told_open, told_row
from gridmgmt_plugin.project.forms.logged_values import ToldValues
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.schema import table as definition_of

# A window for so many letters beside one another, on a small screen.
_LETTERS, _LEAST_PX, _MOST_PX = 112, 1060, (1340, 680)
_KEY, _CHOICE, _WHO = range(3)


class OvertakenWindow(QDialog):
    """Lists the rows; of the chosen one every field and the outline in their versions. It changes nothing itself.

    :param on_yes: carries the choices out; called when the planner says so.
    """

    def __init__(
        self,
        choosing: Choosing,
        layers: Mapping[str, QgsVectorLayer],
        on_yes: Callable[[], None],
        parent: Any,
    ) -> None:
        super().__init__(parent)
        self.choosing = choosing
        self._layer = layers[choosing.sides.table]
        self._told = ToldValues(layers, choosing.sides.table, language())
        self.setObjectName("gridmgmt_overtaken_window")
        title = definition_of(choosing.sides.table).label(language())
        self.setWindowTitle(tr("{table}: changed by two", table=title))
        column = QVBoxLayout(self)
        about = QLabel(
            tr(
                "While you were editing, colleagues saved the rows below. What only one of you changed is chosen"
                " already; choose what shall count of what both changed. Nothing is changed before you choose Apply,"
                " and Undo takes it back in one step."
            ),
            self,
        )
        about.setWordWrap(True)
        column.addWidget(about)
        self._list = self._made_list()
        parts = QSplitter(Qt.Orientation.Horizontal, self)
        parts.addWidget(self._list)
        parts.addWidget(self._made_page())
        parts.setStretchFactor(1, 1)
        parts.setChildrenCollapsible(False)
        column.addWidget(parts, 1)
        self._open = QLabel(self)
        self._open.setObjectName("gridmgmt_overtaken_open")
        self._open.setWordWrap(True)
        self._open.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._open.linkActivated.connect(lambda at: self._list.setCurrentCell(int(at), _KEY))
        column.addWidget(self._open)
        row, self._apply = answer_buttons(self, tr("Apply"), "gridmgmt_overtaken_apply", "take_back", on_yes)
        column.addWidget(row)
        letter_px = self.fontMetrics().averageCharWidth()
        self.resize(min(max(letter_px * _LETTERS, _LEAST_PX), _MOST_PX[0]), _MOST_PX[1])
        self._list.selectRow(0)
        self._show_choices()

    @property
    def row(self) -> OvertakenRow:
        """Return the row that is looked at."""
        row: OvertakenRow = self.choosing.sides.rows[max(self._list.currentRow(), 0)]
        return row

    def _made_list(self) -> QTableWidget:
        rows = self.choosing.sides.rows
        listed = QTableWidget(len(rows), 3, self)
        listed.setObjectName("gridmgmt_overtaken_rows")
        listed.setHorizontalHeaderLabels((tr("Row"), tr("What counts"), tr("Saved by")))
        list_rows(listed, several=True)
        listed.setSortingEnabled(False)
        explain(
            listed,
            tr(
                "The rows that were changed by two; the one that the keyboard is on is shown beside. Several can be"
                " selected, and the two buttons serve all of them."
            ),
        )
        for at, row in enumerate(rows):
            for place, text in ((_KEY, row.key or "–"), (_CHOICE, ""), (_WHO, row.by or "–")):
                listed.setItem(at, place, QTableWidgetItem(text))
        _fit_list(listed)
        listed.currentCellChanged.connect(self._row_changed)
        return listed

    def _made_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self._about_row = QLabel(page)
        self._about_row.setObjectName("gridmgmt_overtaken_about")
        self._about_row.setWordWrap(True)
        buttons = QHBoxLayout()
        for name, text, tip, side in (
            ("theirs", tr("Take theirs"), tr("Give up my edits of the selected rows."), Side.THEIRS),
            (
                "mine",
                tr("Keep mine"),
                tr("Write what I edited in the selected rows over what the colleague saved."),
                Side.MINE,
            ),
        ):
            button = QPushButton(text, page)
            button.setObjectName(f"gridmgmt_overtaken_{name}")
            button.setAutoDefault(False)
            explain(button, tip)
            button.clicked.connect(lambda _, side=side: self._choose_all(side))
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._table = SideTable(page, self._choose)
        self._maps = SideMaps(page)
        column.addWidget(self._about_row)
        column.addLayout(buttons)
        column.addWidget(self._table, 3)
        column.addWidget(self._maps, 2)
        return page

    def _choose(self, part: str, side: Side) -> None:
        self.choosing.choose(self.row, part, side)
        self._show_choices()

    def _choose_all(self, side: Side) -> None:
        rows = self.choosing.sides.rows
        for index in self._list.selectionModel().selectedRows() or [self._list.currentIndex()]:
            self.choosing.choose_all(rows[index.row()], side)
        for part in self.choosing.parts(self.row):
            self._table.show_side(part, self.choosing.side(self.row, part))
        self._show_choices()

    def _row_changed(self, at: int, _column: int, before: int, _column_before: int) -> None:
        if at != before:
            self._show_row()

    def _show_row(self) -> None:
        row = self.row
        about = told_row(self.choosing, row)
        self._about_row.setText(about)
        self._about_row.setVisible(bool(about))
        self._table.show_lines(field_lines(self.choosing, row, self._told), heading_of_theirs(row))
        self._maps.show_pictures(self._pictures(row), self._layer.crs())

    def _show_choices(self) -> None:
        rows = self.choosing.sides.rows
        for at, row in enumerate(rows):
            self._list.item(at, _CHOICE).setText(told_choice(self.choosing, row))
        self._apply.setEnabled(any(self.choosing.is_settled(row) for row in rows))
        still_open = self.choosing.open_rows
        at = rows.index(still_open[0]) if still_open else 0
        self._open.setText(link_style(self._open) + told_open(self.choosing, self._told, at))

    def _pictures(self, row: OvertakenRow) -> list[Picture]:
        was, theirs, mine = row.shapes
        sides = self.choosing.sides
        group = sides.grounds[row.ground].rows if row.ground is not None else ()
        stored = dict(zip(sides.stored.fids.tolist(), sides.stored.shapes)) if sides.stored.is_spatial else {}
        pending = sides.pending
        drawn = [one.geometry for one in pending.added if row.ground is not None and one.fid in self._added(row)]
        here = [pending.shapes.get(fid, stored.get(fid)) for fid in group if fid not in pending.deleted]
        mine = None if row.is_deleted else mine
        return [
            Picture(tr("When I began"), was, ()),
            Picture(heading_of_theirs(row), theirs, [stored[fid] for fid in group if fid in stored]),
            Picture(tr("Mine"), mine, [*here, *drawn]),
        ]

    def _added(self, row: OvertakenRow) -> tuple[int, ...]:
        return () if row.ground is None else self.choosing.sides.grounds[row.ground].added


def _fit_list(listed: QTableWidget) -> None:
    """Give each column what it needs, that of choices also for those to come, and the list all of them."""
    header, letters = listed.horizontalHeader(), listed.fontMetrics()
    words = max(letters.horizontalAdvance(word) for word in (tr("open"), tr("theirs"), tr("mine"), tr("mixed")))
    around_px = 2 * letters.averageCharWidth()
    width_px = 0
    for column in range(listed.columnCount()):
        least_px = words + around_px if column == _CHOICE else 0
        wanted_px = max(listed.sizeHintForColumn(column), header.sectionSizeHint(column), least_px)
        listed.setColumnWidth(column, wanted_px)
        width_px += wanted_px
    listed.setMinimumWidth(width_px + 2 * listed.frameWidth() + around_px)
