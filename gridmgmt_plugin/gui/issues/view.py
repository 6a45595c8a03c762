"""The table of issues, in which rule, object and what is wrong stay in sight however narrow it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QHeaderView, QTableView

from gridmgmt_plugin.gui.frame.keyboard import set_lines_of_rows
from gridmgmt_plugin.project.settings import layout_key, remember, remembered

_COLUMNS = layout_key("issue_columns")
_WIDTHS = (70, 190, 180, 90)
_RULE = 1
# What a narrow list still shows of a column in one line: the code of a unit grid, the number of a measure.
_SAMPLES = ("", "", "9" * 15 + "、", "9,999.9")
# How much of the list at least tells what is wrong: its last column, in two lines.
_SENTENCE_SHARE = 0.3
_IN_HEADING_PX, _SORT_ARROW_PX, _IN_CELL_PX = 8, 14, 10


class IssueView(QTableView):
    """Keeps the widths of its columns as the planner made them. In a narrow list the columns before the sentence give
    way, come back with the room, and rows have two lines for what one does not hold.
    """

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._widths_px: list[int] = []
        self._titles: tuple[str, ...] = ()
        self._is_fitting = False

    def fit_headings(self) -> None:
        """Give the columns their widths, once the model is there."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setWordWrap(True)
        for column, width in enumerate(_stored_widths()):
            self._widths_px.append(max(width, self._least_px(column) + _SORT_ARROW_PX))
            header.resizeSection(column, self._widths_px[column])
        header.sectionResized.connect(self._column_resized)

    def make_room_for(self, titles: Iterable[str]) -> None:
        """Have the titles of these rules be read."""
        self._titles = tuple(titles)
        self._fit_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt calls it
        """Have what is wrong stay in sight."""
        super().resizeEvent(event)
        if not self._widths_px:
            return
        self._is_fitting = True
        for column, width_px in enumerate(self._fitting_widths(self.viewport().width() * (1.0 - _SENTENCE_SHARE))):
            self.horizontalHeader().resizeSection(column, width_px)
        self._is_fitting = False
        self._fit_rows()

    def _fitting_widths(self, room_px: float) -> list[int]:
        """Return the widths of the columns before the sentence: the rule gives way last, as it says most."""
        least_px = [self._least_px(column) for column in range(len(self._widths_px))]
        wanted_px = [max(pair) for pair in zip(self._widths_px, least_px)]
        if sum(wanted_px) <= room_px:
            return wanted_px
        letters = self.fontMetrics()
        samples_px = [letters.horizontalAdvance(sample) + _IN_CELL_PX for sample in _SAMPLES]
        found = [min(wanted, max(parts)) for wanted, *parts in zip(wanted_px, least_px, samples_px)]
        found[_RULE] = least_px[_RULE]
        if sum(found) > room_px:
            return least_px
        for column in sorted(range(len(found)), key=lambda at: at != _RULE):
            found[column] = min(wanted_px[column], found[column] + int(room_px - sum(found)))
        return found

    def _fit_rows(self) -> None:
        """Give each row a second line where the longest title needs it."""
        letters = self.fontMetrics()
        longest_px = max((letters.horizontalAdvance(title) for title in self._titles), default=0) + _IN_CELL_PX
        set_lines_of_rows(self, 1 if longest_px <= self.columnWidth(_RULE) else 2)

    def _least_px(self, column: int) -> int:
        """Return how wide a column must be to show its heading whole, at today's size of letters."""
        heading = self.model().headerData(column, Qt.Orientation.Horizontal)
        return int(self.horizontalHeader().fontMetrics().horizontalAdvance(heading)) + _IN_HEADING_PX

    def _column_resized(self, column: int, _: int, width_px: int) -> None:
        if not self._is_fitting and column < len(self._widths_px):
            self._widths_px[column] = width_px
            remember(_COLUMNS, ",".join(map(str, self._widths_px)))
            self._fit_rows()


def _stored_widths() -> tuple[int, ...]:
    stored = str(remembered(_COLUMNS) or "").split(",")
    return tuple(int(text) for text in stored) if all(text.isdigit() for text in stored) else _WIDTHS
