"""A few words that follow the mouse over the map."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.colours import grounds_of
from gridmgmt_plugin.gui.painting.figures_text import Ink, ink_of

_AWAY_PX, _EDGE_PX, _SENTENCE_PX = 20, 4, 300
_STYLE = """
QFrame#gridmgmt_paint_note {{ background: rgb({ground}); border: 1px solid {edge}; border-radius: 4px; }}
QFrame#gridmgmt_paint_note QLabel {{ background: transparent; }}
"""


class MouseNote(QFrame):
    """Stands beside the mouse, inside the map, and takes no clicks. ``ink``: the colours that can be read in it."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("gridmgmt_paint_note")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas = canvas
        self._label = QLabel("", self)
        self._label.setObjectName("gridmgmt_paint_note_text")
        self._label.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        layout.addWidget(self._label)
        self.ink: Ink = ink_of(self._label)
        ground = ", ".join(map(str, grounds_of(self)[0].getRgb()[:3]))
        self.setStyleSheet(_STYLE.format(ground=ground, edge=self.ink.faint))
        self.hide()

    def text(self) -> str:
        """Return what it says, with its markup."""
        return str(self._label.text())

    def say(self, text: str, place: QPoint, *, is_sentence: bool = False) -> None:
        """Show a text beside a place of the map, nothing for an empty one; a sentence is broken into lines."""
        if not text:
            self.hide()
            return
        if text != self._label.text():
            self._label.setText(text)
        self._label.setWordWrap(is_sentence)
        self._label.setFixedWidth(_SENTENCE_PX if is_sentence else self._label.sizeHint().width())
        self.adjustSize()
        x, y = place.x() + _AWAY_PX, place.y() + _AWAY_PX
        if x + self.width() > self._canvas.width():
            x = place.x() - _AWAY_PX - self.width()
        if y + self.height() > self._canvas.height():
            y = place.y() - _AWAY_PX - self.height()
        self.move(max(x, 0), max(y, 0))
        self.show()
        self.raise_()
