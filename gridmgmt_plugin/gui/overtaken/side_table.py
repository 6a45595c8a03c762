"""The fields of one overtaken row, three versions of each, and which of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gridmgmt_plugin.editing.overtaken.choosing import Side
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_FIELD, _WAS, _THEIRS, _MINE = range(4)
_SIDES = ((_THEIRS, Side.THEIRS), (_MINE, Side.MINE))


@dataclass(frozen=True)
class FieldLine:
    """One field: what it is called, the three values as they are read, and whether they differ.

    ``part``: what is chosen with it, "" for a field without a choice; ``side``: what is chosen now; ``can_keep``:
    whether one's own can be had.
    """

    label: str
    was: str
    theirs: str
    mine: str
    differs: bool
    part: str = ""
    side: Side | None = None
    can_keep: bool = True


class SideTable(QTableWidget):
    """Fields as lines; where both changed one, its two values are buttons of which one is on.

    :param on_choice: called with the part and the side that the planner takes.
    """

    def __init__(self, parent: QWidget, on_choice: Callable[[str, Side], None]) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("gridmgmt_side_table")
        self._on_choice = on_choice
        self._groups: list[QButtonGroup] = []
        self._buttons: dict[tuple[str, Side], QRadioButton] = {}
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        explain(self, tr("Every field in its versions; what differs is bold. Where both changed one, choose."))

    def show_lines(self, lines: Sequence[FieldLine], theirs: str) -> None:
        """Show the fields of a row. ``theirs``: what the column of the colleague is headed with."""
        self.setHorizontalHeaderLabels((tr("Field"), tr("When I began"), theirs, tr("Mine")))
        for group in self._groups:
            group.deleteLater()
        self._groups, self._buttons = [], {}
        self.setRowCount(0)
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in ((_FIELD, line.label), (_WAS, line.was), (_THEIRS, line.theirs), (_MINE, line.mine)):
                self._put(row, column, text, is_bold=line.differs)
            if line.part:
                self._offer(row, line)
        self._share_width()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt calls it
        """Share the new width out."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give each column what its content needs; where there is less room, a longer text takes several lines."""
        self.resizeColumnsToContents()
        columns, room_px = range(self.columnCount()), self.viewport().width()
        wanted = [self.columnWidth(column) for column in columns]
        alike_px = room_px // self.columnCount()
        if sum(wanted) > room_px:
            wanted = [min(width_px, max(alike_px, self._least_px(at))) for at, width_px in enumerate(wanted)]
        left_px = max(room_px - sum(wanted), 0) // self.columnCount()
        for column, width_px in zip(columns, wanted):
            self.setColumnWidth(column, width_px + left_px)
        self.resizeRowsToContents()

    def _least_px(self, column: int) -> int:
        """Return what the heading and the buttons of a column need."""
        buttons = (self.cellWidget(row, column) for row in range(self.rowCount()))
        needed = [int(button.sizeHint().width()) for button in buttons if button is not None]
        return max([int(self.horizontalHeader().sectionSizeHint(column)), *needed])

    def show_side(self, part: str, side: Side | None) -> None:
        """Show what is chosen of a part."""
        for _, each in _SIDES:
            button = self._buttons.get((part, each))
            if button is not None and each is side:
                button.setChecked(True)

    def _put(self, row: int, column: int, text: str, *, is_bold: bool) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        font = item.font()
        font.setBold(is_bold)
        item.setFont(font)
        self.setItem(row, column, item)

    def _offer(self, row: int, line: FieldLine) -> None:
        group = QButtonGroup(self)
        self._groups.append(group)
        for column, side in _SIDES:
            text = self.item(row, column).text()
            button = QRadioButton(text or tr("(empty)"), self)
            button.setObjectName(f"gridmgmt_{side.value}_{line.part}")
            button.setFont(self.item(row, column).font())
            button.setBackgroundRole(QPalette.ColorRole.Base)
            button.setAutoFillBackground(True)
            button.setEnabled(side is Side.THEIRS or line.can_keep)
            tips = {Side.THEIRS: tr("Take what the colleague saved."), Side.MINE: tr("Keep what I edited.")}
            explain(button, f"{tips[side]}\n{text}")
            button.setChecked(side is line.side)
            button.clicked.connect(lambda _, part=line.part, side=side: self._on_choice(part, side))
            group.addButton(button)
            self._buttons[line.part, side] = button
            self.item(row, column).setText("")
            self.setCellWidget(row, column, button)
