"""The keyboard in docks, panels and dialogs: where Tab stops, buttons that Enter presses too, Esc back to the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.gui import QgsDockWidget, QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
    QWidget,
)

from gridmgmt_plugin.gui.frame.flow import Column, scrolled
from gridmgmt_plugin.gui.frame.qt import QShortcut

_AROUND_LINE_PX, _EDGE_PX, _AROUND_HEADING = 6, 4, 4
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TAB_STOPS = (Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.WheelFocus)


class GridDock(QgsDockWidget):
    """A dock that the keyboard can work: every dock of ours is one.

    Esc empties a line that filters or searches, and then leaves. ``left``: the planner wants the keyboard back on
    the map.
    """

    left = pyqtSignal()

    def stack(self, page: QWidget) -> Column:
        """Take a page into the dock; return the narrow column in which what is in it stands.

        It scrolls where the dock is lower than it needs: the map must keep its room.
        """
        column = Column(page)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(_EDGE_PX)
        self.setWidget(scrolled(page))
        return column

    def lay_below(self, iface: Any, height_px: int) -> None:
        """Take a place at the lower edge; our docks share it as tabs, for side by side none of them has room."""
        window, edge = iface.mainWindow(), Qt.DockWidgetArea.BottomDockWidgetArea
        others = [dock for dock in window.findChildren(GridDock) if window.dockWidgetArea(dock) == edge]
        iface.addDockWidget(edge, self)
        for other in [dock for dock in others if dock is not self and not dock.isFloating()][:1]:
            window.tabifyDockWidget(other, self)
        window.resizeDocks([self], [height_px], Qt.Orientation.Vertical)

    def show_or_hide(self, *, is_wanted: bool) -> None:
        """Show the dock, or hide it; one that is behind another tab comes to the front first."""
        is_behind = self.isVisible() and self.visibleRegion().isEmpty()
        self.setUserVisible(is_wanted or is_behind)

    def keyPressEvent(self, event: Any) -> None:
        """Answer what nothing inside has answered."""
        if event.key() == Qt.Key.Key_Escape:
            line = QApplication.focusWidget()
            if isinstance(line, QgsFilterLineEdit) and line.text():
                line.clear()
            else:
                self.left.emit()
        elif not press_with_enter(event):
            super().keyPressEvent(event)


def press_with_enter(event: Any) -> bool:
    """Have Enter press the button that has the focus, as Space does; tell whether it did."""
    button = QApplication.focusWidget()
    if event.key() not in _ENTER or not isinstance(button, QAbstractButton) or not button.isEnabled():
        return False
    button.click()
    return True


def on_enter(view: QAbstractItemView, deed: Callable[[], Any]) -> None:
    """Have Enter do something with the row that the keyboard is on, whatever a click does on this desktop."""
    for key in _ENTER:
        shortcut = QShortcut(QKeySequence(key), view)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(deed)


def list_rows(view: QTableView, *, several: bool) -> None:
    """Have a table list rows of one line, read only, sorted by a click on a heading; the Tab key leaves it.

    :param several: more than one row can be selected.
    """
    modes, vertical, horizontal = QAbstractItemView.SelectionMode, view.verticalHeader(), view.horizontalHeader()
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.setAlternatingRowColors(True)
    vertical.hide()
    vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    set_lines_of_rows(view, 1)
    horizontal.setStretchLastSection(True)
    horizontal.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.setSortingEnabled(True)


def fit_columns(view: QTableView, most: int) -> None:
    """Give each column the width of what is in it, of so many letters at most; its heading is seen whole."""
    letters, model = view.horizontalHeader().fontMetrics(), view.model()
    for column in range(model.columnCount()):
        view.resizeColumnToContents(column)
        heading = str(model.headerData(column, Qt.Orientation.Horizontal))
        least_px = letters.horizontalAdvance(heading) + letters.averageCharWidth() * _AROUND_HEADING
        view.setColumnWidth(column, max(least_px, min(view.columnWidth(column), letters.averageCharWidth() * most)))


def set_lines_of_rows(view: QTableView, lines: int) -> None:
    """Give each row of a list the height of so many lines."""
    letters = view.fontMetrics()
    height_px = letters.height() + (lines - 1) * letters.lineSpacing() + _AROUND_LINE_PX
    if view.verticalHeader().defaultSectionSize() != height_px:
        view.verticalHeader().setDefaultSectionSize(height_px)


def tab_stops(widget: QWidget) -> list[QWidget]:
    """Return the parts of a field that the Tab key stops at; a list that drops down is a window of its own."""
    parts = [part for part in (widget, *widget.findChildren(QWidget)) if part.window() is widget.window()]
    return [part for part in parts if part.focusPolicy() in _TAB_STOPS and part.focusProxy() is None]
