"""A dock that the keyboard can work: Enter presses the button that it has reached, Esc goes back to the map."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal

from gridmgmt_plugin.gui.frame.keyboard import press_with_enter


class GridDock(QgsDockWidget):
    """``left``: the planner wants the keyboard back on the map."""

    left = pyqtSignal()

    def keyPressEvent(self, event: Any) -> None:
        """Answer what nothing inside has answered."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif not press_with_enter(event):
            super().keyPressEvent(event)
