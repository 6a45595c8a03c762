"""Small charts drawn with the colours of the theme: a few milliseconds each, by mouse and by keyboard."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QEvent, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from gridmgmt_plugin.gui.frame.colours import MARK_CONTRAST, NOTE, faint, laid_over, readable

_PAD_PX, _LEAST_BAR_PX = 3, 2
_PICKED_ALPHA, _BAR_ALPHA = 255, 150
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_PICK = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Entry:
    """One bar or field: what stands beside it, how much it is, what the tip says; ``key`` is what picking it means,
    ``None`` where it means nothing. ``is_rest``: all others together, which no bar is compared with.
    """

    label: str
    value: int
    tip: str
    key: object = None
    is_rest: bool = False


class Chart(QWidget):
    """Entries as boxes that can be pointed at, walked with the arrow keys and picked with a click or Enter.

    ``picked``: the key of an entry.
    """

    picked = pyqtSignal(object)

    def __init__(self, parent: QWidget, size: QSize) -> None:
        super().__init__(parent)
        self._size = size
        self.entries: Sequence[Entry] = ()
        self.picked_key: object = None
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_entries(self, entries: Sequence[Entry], picked_key: object = None) -> None:
        """Show other entries; the one whose key is picked stands out."""
        self.entries, self.picked_key = tuple(entries), picked_key
        self._at = min(self._at, len(self.entries) - 1)
        self._say()
        self.update()

    @abstractmethod
    def box(self, at: int) -> QRect:
        """Return where an entry can be clicked."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Draw the entries."""

    def sizeHint(self) -> QSize:
        """Ask for room in proportion to the letters."""
        letter = self.fontMetrics()
        return QSize(letter.averageCharWidth() * self._size.width(), letter.lineSpacing() * self._size.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt calls these
        """Be legible."""
        return QSize(self.sizeHint().width() // 2, self.sizeHint().height())

    def bar_colour(self, entry: Entry) -> QColor:
        """Return the colour of a bar: full for what is picked, else half of it."""
        colour = readable(NOTE, self, MARK_CONTRAST)
        stands_out = self.picked_key is None or entry.key == self.picked_key
        colour.setAlpha(_PICKED_ALPHA if stands_out else _BAR_ALPHA)
        return laid_over(colour, self.palette().color(QPalette.ColorRole.Window))

    def paintEvent(self, event: Any) -> None:  # noqa: ARG002, N802
        """Draw; what the keyboard is on has a frame."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        self.draw(painter)
        if self.hasFocus() and 0 <= self._at < len(self.entries):
            painter.setPen(readable(NOTE, self))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.box(self._at).adjusted(0, 0, -1, -1))
        painter.end()

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """Pick what was clicked."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pick(self._under(event.pos()))

    def keyPressEvent(self, event: Any) -> None:
        """Walk and pick."""
        step = (event.key() in _ON) - (event.key() in _BACK)
        if step and self.entries:
            self._at = (max(self._at, 0) if self._at < 0 and step < 0 else self._at) + step
            self._at %= len(self.entries)
            self._say()
            self.update()
        elif event.key() in _PICK and self._at >= 0:
            self._pick(self._at)
        else:
            super().keyPressEvent(event)

    def event(self, event: Any) -> bool:
        """Say of the box below the pointer what it is."""
        if event.type() == QEvent.Type.ToolTip:
            at = self._under(event.pos())
            if at >= 0:
                QToolTip.showText(event.globalPos(), self.entries[at].tip, self)
                return True
        return bool(super().event(event))

    def _under(self, place: Any) -> int:
        return next((at for at in range(len(self.entries)) if self.box(at).contains(place)), -1)

    def _pick(self, at: int) -> None:
        if 0 <= at < len(self.entries) and self.entries[at].key is not None:
            self._at = at
            self.picked.emit(self.entries[at].key)

    def _say(self) -> None:
        """Tell a program that reads the screen what the keyboard is on."""
        self.setAccessibleDescription(self.entries[self._at].tip if self._at >= 0 else "")


class BarChart(Chart):
    """Entries below each other: name, bar, number."""

    _LABEL_SHARE = 0.42

    def box(self, at: int) -> QRect:
        """Return the line of an entry; lines come closer where there are more than find room."""
        height = min(self.fontMetrics().height() + 2 * _PAD_PX, self.height() // max(len(self.entries), 1))
        return QRect(0, at * height, self.width(), height)

    def draw(self, painter: QPainter) -> None:
        """Draw a line for each entry."""
        letters = self.fontMetrics()
        most = max((entry.value for entry in self.entries if not entry.is_rest), default=0)
        label_px = int(self.width() * self._LABEL_SHARE)
        number_px = letters.horizontalAdvance(f"{most:,}") + _PAD_PX
        for at, entry in enumerate(self.entries):
            line = self.box(at)
            pad = (line.height() - letters.height()) // 2
            text = letters.elidedText(entry.label, Qt.TextElideMode.ElideRight, label_px - _PAD_PX)
            painter.drawText(line.left(), line.top() + pad + letters.ascent(), text)
            if entry.is_rest:
                painter.drawText(label_px, line.top() + pad + letters.ascent(), f"{entry.value:,}")
                continue
            room = self.width() - label_px - number_px - _PAD_PX
            length = max(_LEAST_BAR_PX if entry.value else 0, round(room * entry.value / most)) if most else 0
            painter.fillRect(label_px, line.top() + pad + 1, length, letters.height() - 2, self.bar_colour(entry))
            painter.drawText(label_px + length + _PAD_PX, line.top() + pad + letters.ascent(), f"{entry.value:,}")


class SeriesChart(Chart):
    """Entries beside each other in their order, each as high as its value; the first and the last are named."""

    def box(self, at: int) -> QRect:
        """Return the column of an entry."""
        count, width = max(len(self.entries), 1), self.width()
        left = at * width // count
        return QRect(left, 0, (at + 1) * width // count - left, self.height())

    def draw(self, painter: QPainter) -> None:
        """Draw the columns over a line, the highest number above them."""
        if not self.entries:
            return
        letters, most = self.fontMetrics(), max(entry.value for entry in self.entries)
        ground = self.height() - letters.height() - _PAD_PX
        room = ground - letters.height()
        for at, entry in enumerate(self.entries):
            column = self.box(at)
            height = max(_LEAST_BAR_PX if entry.value else 0, round(room * entry.value / most)) if most else 0
            gap = 1 if column.width() > _LEAST_BAR_PX else 0
            painter.fillRect(
                column.left(), ground - height, max(column.width() - gap, 1), height, self.bar_colour(entry)
            )
        painter.drawLine(0, ground, self.width(), ground)
        first, last = self.entries[0].label, self.entries[-1].label
        below = QRect(0, ground + 1, self.width(), letters.height() + _PAD_PX)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), first)
        if len(self.entries) > 1:
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), last)
        painter.setPen(faint(self))
        painter.drawText(QRect(0, 0, self.width(), letters.height()), int(Qt.AlignmentFlag.AlignLeft), f"{most:,}")


class HourChart(Chart):
    """Fields of 7 days by 24 hours, the darker the more; entries run through Monday's hours first."""

    DAYS, HOURS = 7, 24
    _TOLD_HOURS = (0, 6, 12, 18)

    def __init__(self, parent: QWidget, size: QSize, days: Sequence[str]) -> None:
        super().__init__(parent, size)
        self._days = tuple(days)

    def box(self, at: int) -> QRect:
        """Return the field of an hour of a day."""
        day, hour = divmod(at, self.HOURS)
        left, height = self._label_px(), self.height() - self.fontMetrics().height()
        x, y = left + hour * (self.width() - left) // self.HOURS, day * height // self.DAYS
        right, below = left + (hour + 1) * (self.width() - left) // self.HOURS, (day + 1) * height // self.DAYS
        return QRect(x, y, right - x, below - y)

    def draw(self, painter: QPainter) -> None:
        """Draw the fields, days on the left, hours below."""
        if not self.entries:
            return
        letters, most = self.fontMetrics(), max(entry.value for entry in self.entries)
        ground = self.palette().color(QPalette.ColorRole.Window)
        colour = readable(NOTE, self, MARK_CONTRAST)
        for at, entry in enumerate(self.entries):
            if entry.value:
                colour.setAlphaF(0.15 + 0.85 * entry.value / most)
                painter.fillRect(self.box(at).adjusted(0, 0, -1, -1), laid_over(colour, ground))
        step = 1 if self.box(0).height() >= letters.ascent() else 2  # else the names would lie over each other
        for day, name in list(enumerate(self._days))[::step]:
            field = self.box(day * self.HOURS)
            painter.drawText(
                QRect(0, field.top(), self._label_px(), field.height()), int(Qt.AlignmentFlag.AlignVCenter), name
            )
        for hour in self._TOLD_HOURS:
            left = self.box(hour).left()
            painter.drawText(left, self.height() - letters.descent(), f"{hour}")

    def _label_px(self) -> int:
        return max(int(self.fontMetrics().horizontalAdvance(name)) for name in self._days) + 2 * _PAD_PX
