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
_IN_HEADING_PX = 22


class IssueView(QTableView):
    """Keeps the widths of its columns as the planner made them; in a narrow list the columns before the sentence give
    way, and come back with the room.
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
            heading = self.model().headerData(column, Qt.Orientation.Horizontal)
            least = header.fontMetrics().horizontalAdvance(heading) + _IN_HEADING_PX
            self._widths_px.append(max(width, least))
            header.resizeSection(column, self._widths_px[column])
        header.sectionResized.connect(self._column_resized)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt calls it
        """Have what is wrong stay in sight."""
        super().resizeEvent(event)
        if not self._widths_px:
            return
        room_px = self.viewport().width() * (1.0 - _SENTENCE_SHARE)
        share = min(1.0, room_px / sum(self._widths_px))
        self._is_fitting = True
        for column, width_px in enumerate(self._widths_px):
            self.horizontalHeader().resizeSection(column, int(width_px * share))
        self._is_fitting = False

    def _column_resized(self, column: int, _: int, width_px: int) -> None:
        if not self._is_fitting and column < len(self._widths_px):
            self._widths_px[column] = width_px
            remember(_COLUMNS, ",".join(map(str, self._widths_px)))


def _stored_widths() -> tuple[int, ...]:
    stored = str(remembered(_COLUMNS) or "").split(",")
    return tuple(int(text) for text in stored) if all(text.isdigit() for text in stored) else _WIDTHS
