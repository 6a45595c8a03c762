"""A few words that follow the mouse over the map."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget

_AWAY_PX = 20
_STYLE = """
QLabel { background: rgba(255, 255, 255, 232); color: #1d2731; border: 1px solid #9aa6b2; border-radius: 4px;
padding: 3px; }
"""


class MouseNote(QLabel):
    """Stands beside the mouse, inside the map, and takes no clicks."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("gridmgmt_paint_note")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setStyleSheet(_STYLE)
        self._canvas = canvas
        self.hide()

    def say(self, text: str, place: QPoint) -> None:
        """Show a text beside a place of the map, nothing for an empty one."""
        if not text:
            self.hide()
            return
        if text != self.text():
            self.setText(text)
        self.adjustSize()
        x, y = place.x() + _AWAY_PX, place.y() + _AWAY_PX
        if x + self.width() > self._canvas.width():
            x = place.x() - _AWAY_PX - self.width()
        if y + self.height() > self._canvas.height():
            y = place.y() - _AWAY_PX - self.height()
        self.move(max(x, 0), max(y, 0))
        self.show()
        self.raise_()
