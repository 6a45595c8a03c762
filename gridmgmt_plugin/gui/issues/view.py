"""The table of issues, in which what is wrong stays in sight however narrow it is."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QHeaderView, QTableView

from gridmgmt_plugin.project.settings import layout_key, remember, remembered

_COLUMNS = layout_key("issue_columns")
_WIDTHS = (70, 190, 180, 90)
# How much of the list at least tells what is wrong: its last column.
_SENTENCE_SHARE = 0.4
_IN_HEADING_PX, _SORT_ARROW_PX = 8, 14


class IssueView(QTableView):
    """Keeps the widths of its columns as the planner made them; in a narrow list the columns before the sentence give
    way as far as their headings let them, and come back with the room.
    """

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._widths_px: list[int] = []
        self._is_fitting = False

    def fit_headings(self) -> None:
        """Give the columns their widths, once the model is there."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_stored_widths()):
            self._widths_px.append(max(width, self._least_px(column) + _SORT_ARROW_PX))
            header.resizeSection(column, self._widths_px[column])
        header.sectionResized.connect(self._column_resized)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt calls it
        """Have what is wrong stay in sight."""
        super().resizeEvent(event)
        if not self._widths_px:
            return
        least_px = [self._least_px(column) for column in range(len(self._widths_px))]
        more_px = [max(0, width_px - least) for width_px, least in zip(self._widths_px, least_px)]
        room_px = self.viewport().width() * (1.0 - _SENTENCE_SHARE) - sum(least_px)
        share = min(1.0, max(0.0, room_px) / max(1, sum(more_px)))
        self._is_fitting = True
        for column, (least, more) in enumerate(zip(least_px, more_px)):
            self.horizontalHeader().resizeSection(column, least + int(more * share))
        self._is_fitting = False

    def _least_px(self, column: int) -> int:
        """Return how wide a column must be to show its heading whole, at today's size of letters."""
        heading = self.model().headerData(column, Qt.Orientation.Horizontal)
        return int(self.horizontalHeader().fontMetrics().horizontalAdvance(heading)) + _IN_HEADING_PX

    def _column_resized(self, column: int, _: int, width_px: int) -> None:
        if not self._is_fitting and column < len(self._widths_px):
            self._widths_px[column] = width_px
            remember(_COLUMNS, ",".join(map(str, self._widths_px)))


def _stored_widths() -> tuple[int, ...]:
    stored = str(remembered(_COLUMNS) or "").split(",")
    return tuple(int(text) for text in stored) if all(text.isdigit() for text in stored) else _WIDTHS
