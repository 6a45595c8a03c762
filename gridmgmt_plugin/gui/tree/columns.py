"""The columns of a list give way to a narrow dock: the least used go first, the name keeps its room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView


class GivingWay(QObject):
    """Watches the width of a list; what the planner has hidden stays hidden.

    :param order: columns in the order in which they go; others always stay.
    """

    def __init__(
        self, view: QAbstractItemView, header: QHeaderView, name_column: int, least_name_px: int, order: Sequence[int]
    ) -> None:
        super().__init__(view)
        self._view, self._header = view, header
        self._name, self._least_px, self._order = name_column, least_name_px, tuple(order)
        self._given_px = least_name_px
        self._wide_name_px = header.sectionSize(name_column)
        self._widths = {column: header.sectionSize(column) for column in range(header.count())}
        self.hidden: set[int] = set()
        view.viewport().installEventFilter(self)

    def hide_for_good(self, column: int, *, hidden: bool) -> None:
        """Hide or show a column because the planner wants it so."""
        (self.hidden.add if hidden else self.hidden.discard)(column)
        self.fit()

    def take_widths(self, widths_px: Sequence[int]) -> None:
        """Give the columns the widths that what they show now needs; the name takes what is left, up to its own."""
        for column, width_px in enumerate(widths_px):
            self._header.setSectionHidden(column, False)
            self._header.resizeSection(column, width_px)
        self._wide_name_px = widths_px[self._name]
        self.fit()

    def need_for_names(self, name_px: int) -> None:
        """Give names so much room before other columns have any, but no more than the name has in a wide list."""
        self._least_px = max(self._given_px, min(name_px, self._wide_name_px))
        self.fit()

    def wanted_width(self) -> int:
        """Return the width in pixels at which every column that is wanted can be read."""
        return int(self._wide_name_px) + sum(self._width(column) for column in self._shown_if_there_is_room())

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802  Qt calls it
        """Fit the columns whenever the width changes."""
        if event.type() == QEvent.Type.Resize and event.oldSize().width() != event.size().width():
            self.fit()
        return bool(super().eventFilter(watched, event))

    def fit(self) -> None:
        """Show as many columns as the width holds beside the name."""
        header, room = self._header, self._view.viewport().width()
        shown = self._shown_if_there_is_room()
        for column in self._order:
            if self._least_px + sum(map(self._width, shown)) <= room:
                break
            if column in shown:
                shown.remove(column)
        for column in range(header.count()):
            if column != self._name:
                header.setSectionHidden(column, column not in shown)
        name_px = room - sum(map(self._width, shown))
        header.resizeSection(self._name, max(self._least_px, min(name_px, self._wide_name_px)))

    def _shown_if_there_is_room(self) -> list[int]:
        return [c for c in range(self._header.count()) if c != self._name and c not in self.hidden]

    def _width(self, column: int) -> int:
        header = self._header
        if not header.isSectionHidden(column):
            self._widths[column] = header.sectionSize(column)
        return int(self._widths[column])
