"""The list of what a search found, below the search box: one line each, a click leads there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.tree.tree_model import LEVEL_TITLES, place_title
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.places import Place

_LINES, _FEWEST_LINES, _SHOWN_AT_MOST = 7, 1, 60


class ResultsList(QListWidget):
    """Hidden while there is nothing to choose from; ``chosen`` tells the position in what was found."""

    chosen = pyqtSignal(int)

    def __init__(self, icon: Callable[[str], QIcon], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_results")
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._icon = icon
        explain(self, tr("What the search found: a click, or Enter, leads there."))
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self.hide()

    def show_places(self, places: Sequence[Place]) -> None:
        """List these places; one alone needs no list when the tree shows it."""
        self.clear()
        for place in places[:_SHOWN_AT_MOST]:
            code = "" if place_title(place) == place.code else place.code
            item = QListWidgetItem(self._icon(place.level), "  ".join(filter(None, (place_title(place), code))), self)
            item.setToolTip(" ".join(filter(None, (tr(LEVEL_TITLES[place.level]), place.name, place.code))))
        if len(places) > _SHOWN_AT_MOST:
            more = QListWidgetItem(tr("{count} more").format(count=len(places) - _SHOWN_AT_MOST), self)
            more.setFlags(Qt.ItemFlag.NoItemFlags)
        self.setVisible(bool(places))
        self.setMaximumHeight(self._height())
        self.setMinimumHeight(min(self._height(), self._height(_FEWEST_LINES)))
        self.updateGeometry()

    def take_focus(self) -> None:
        """Go down into the list."""
        if self.count():
            self.setCurrentRow(0)
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def sizeHint(self) -> QSize:
        """Ask for no more width than the dock has."""
        return QSize(50, self._height())

    def _height(self, lines: int = 0) -> int:
        lines = lines or min(max(self.count(), 1), _LINES)
        line_px = max(self.sizeHintForRow(0), self.fontMetrics().height() + 4)
        return int(lines * line_px + 2 * self.frameWidth() + 2)

    def _choose(self, item: Any) -> None:
        row = self.row(item)
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(row)
