"""A row of controls that breaks into further rows where there is little room, so that none is ever out of sight."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, QObject, QRect, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

_GAP_PX = 3


def show_list_whole(box: QComboBox) -> None:
    """Let the list that a box unfolds be as wide as its longest entry, however narrow the box itself is."""
    widest = box.view().sizeHintForColumn(0) + box.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    box.view().setMinimumWidth(widest + 2 * box.view().frameWidth())
    if box.completer() is not None:
        box.completer().popup().setMinimumWidth(widest)


class FlowLayout(QLayout):
    """Lays its widgets from left to right; those that want to expand share what a row has left, and in height what
    the rows leave.

    :param to_right: rows in which none wants to expand end at the right, as the buttons below a list do.
    """

    def __init__(self, parent: QWidget, *, to_right: bool = False) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._to_right = to_right
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  Qt calls these
        """Put a widget behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of widgets."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Return what lies at a position."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Give back what lies at a position."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Any:  # noqa: N802
        """Take all the width there is, and no more height than is needed."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Tell that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height of as many rows as the width makes necessary."""
        rows = self._rows(width)
        return sum(map(_height, rows)) + _GAP_PX * max(len(rows) - 1, 0)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Give every widget its place."""
        super().setGeometry(rect)
        top, rows = rect.top(), self._rows(rect.width())
        high = [row for row in rows if any(map(_is_high, row))]
        more = max(rect.height() - self.heightForWidth(rect.width()), 0) // max(len(high), 1)
        for row in rows:
            height, left = _height(row), rect.left()
            whole = height + (more if row in high else 0)
            spare = rect.width() - sum(_width(item) for item in row) - _GAP_PX * (len(row) - 1)
            wide = [item for item in row if item.expandingDirections() & Qt.Orientation.Horizontal]
            if self._to_right and not wide:
                left += max(spare, 0)
            for item in row:
                width = min(_width(item) + (spare // len(wide) if item in wide else 0), rect.width())
                wanted = whole if _is_high(item) else item.sizeHint().height()
                at = top if _is_high(item) else top + (height - wanted) // 2
                item.setGeometry(QRect(left, at, width, wanted))
                left += width + _GAP_PX
            top += whole + _GAP_PX

    def sizeHint(self) -> QSize:
        """Ask for one row."""
        shown = self._shown()
        width = sum(_width(item) for item in shown) + _GAP_PX * max(len(shown) - 1, 0)
        return QSize(width, _height(shown))

    def minimumSize(self) -> QSize:  # noqa: N802
        """Need no more width than the widest widget, so that other docks are not pressed together."""
        shown = self._shown()
        return QSize(max(map(_width, shown), default=0), _height(shown))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = width + 1
        for item in self._shown():
            if used + _GAP_PX + _width(item) > width:
                rows.append([])
                used = -_GAP_PX
            rows[-1].append(item)
            used += _GAP_PX + _width(item)
        return rows


def keep_height(widget: QWidget) -> None:
    """Have a widget whose rows and texts break ask for the height that they need at the width which it has.

    Splitters and areas that scroll ask for a least height without saying at which width.
    """
    _Height(widget)


class Column(QVBoxLayout):
    """A column that gives its lists the height that is left and scrolls only where they have their least one.

    An area that scrolls makes its page as high as the page would like to be, and a list likes to show many rows: its
    buttons would lie below the edge while the list has room to spare.
    """

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt calls these
        """Want no more height than is needed."""
        edge, inner = self.contentsMargins(), width - self.contentsMargins().left() - self.contentsMargins().right()
        items = [item for item in map(self.itemAt, range(self.count())) if item is not None and not item.isEmpty()]
        least = [max(item.minimumSize().height(), _broken(item, inner)) for item in items]
        return int(sum(least) + self.spacing() * max(len(items) - 1, 0) + edge.top() + edge.bottom())

    def minimumHeightForWidth(self, width: int) -> int:  # noqa: N802
        """Need what is wanted."""
        return self.heightForWidth(width)


def scrolled(page: QWidget) -> QScrollArea:
    """Return an area in which a page scrolls where there is too little height; its width it has always."""
    area = QScrollArea(page.parentWidget())
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(page)
    _Height(page, area)
    return area


class _Height(QObject):
    def __init__(self, widget: QWidget, area: QScrollArea | None = None) -> None:
        super().__init__(widget)
        self._area = area
        widget.installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Ask for the height whenever the width or what is in the widget has changed."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            layout = watched.layout()
            if layout.hasHeightForWidth():
                watched.setMinimumHeight(layout.minimumHeightForWidth(watched.width()))
            if self._area is not None:
                bar = self._area.verticalScrollBar().sizeHint().width()
                self._area.setMinimumWidth(layout.minimumSize().width() + bar)
        return False


def flow_row(*controls: QWidget, to_right: bool = False) -> QWidget:
    """Return controls of one parent as a row that breaks where there is little room; see :class:`FlowLayout`."""
    holder = QWidget(controls[0].parentWidget())
    row = FlowLayout(holder, to_right=to_right)
    for control in controls:
        row.addWidget(control)
    return holder


def titled(title: str, field: QWidget) -> QWidget:
    """Return a field with its title before it; a row that breaks keeps the two together."""
    holder = QWidget(field.parentWidget())
    pair, label = QHBoxLayout(holder), QLabel(title, holder)
    label.setBuddy(field)
    pair.setContentsMargins(0, 0, 0, 0)
    pair.addWidget(label)
    pair.addWidget(field, 1)
    return holder


def _width(item: QLayoutItem) -> int:
    """Return the least width of a control that wants to expand, of others what they ask for."""
    expands = item.expandingDirections() & Qt.Orientation.Horizontal
    return int((item.minimumSize() if expands else item.sizeHint()).width())


def _is_high(item: QLayoutItem) -> bool:
    return bool(item.expandingDirections() & Qt.Orientation.Vertical)


def _height(row: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in row), default=0)


def _broken(item: QLayoutItem, width: int) -> int:
    return item.minimumHeightForWidth(width) if item.hasHeightForWidth() else 0
