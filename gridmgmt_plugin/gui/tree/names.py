"""Names of places in a narrow tree: how much room they need, and how they are shortened where there is less."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from gridmgmt_plugin.workspace.light.places import AREA_LEVELS, Summary

_MARGIN_PX, _ICON_PX = 14, 24


class NameDelegate(QStyledItemDelegate):
    """Shortens names at their ends, where they are least missed; codes in their middle: they differ at the ends."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802  Qt's name
        """Say of one cell how it is shortened."""
        super().initStyleOption(option, index)
        is_code = option.text.isascii() and option.text.replace(" ", "").isdigit()
        option.textElideMode = Qt.TextElideMode.ElideMiddle if is_code else Qt.TextElideMode.ElideRight


def room_for_names(summary: Summary, view: QTreeView) -> int:
    """Return how many pixels the names of areas need in their column, the widest of them."""
    depth = {level: at + 1 for at, level in enumerate(AREA_LEVELS)}
    areas = [place for place in summary.places if place.level in depth]
    metrics = view.fontMetrics()
    widths = (metrics.horizontalAdvance(area.name) + depth[area.level] * view.indentation() for area in areas)
    return max(widths, default=0) + _ICON_PX + _MARGIN_PX
