"""The small panel over the map: what to do next, live figures of every part, and what a planner types in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QRect, Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.colours import ALARM, faint, grounds_of, readable
from gridmgmt_plugin.gui.frame.keyboard import press_with_enter, tab_stops
from gridmgmt_plugin.gui.frame.message_door import shortened
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import layout_key, remember, remembered

_CORNER = layout_key("figures_corner")
_MARGIN_PX, _WIDTH_PX, _ROWS_SHOWN = 12, 400, 8
# It makes way when the mouse comes this near, and is never narrower than this.
_WAY_PX, _LEAST_PX = 24, 160
# Columns that stay where there is little room.
_BRIEF = 3
_OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
_EDGE_PX, _BORDER_PX = 10, 1
# The theme's ground, nearly opaque, so that the map below does not disturb the reading.
_STYLE = """
QFrame#gridmgmt_figures {{ background: rgba({ground}, 240); border: {border}px solid {edge}; border-radius: 5px; }}
QFrame#gridmgmt_figures QLabel {{ background: transparent; }}
"""


@dataclass(frozen=True)
class FigureRow:
    """One part: its colour, what it is called, its figures; ``gain_m2`` where it is an old cell that won or lost.

    ``deviation_percent``: from the size that cells should have, ``None`` where none is asked for.
    ``is_odd``: its area is outside the range for its kind. ``below_m2``: the smallest size that a new cell is below.
    """

    colour: str
    title: str
    area_m2: float
    deviation_percent: float | None
    components: int
    cases: int
    gain_m2: float | None = None
    is_odd: bool = False
    below_m2: float | None = None


class FiguresPanel(QFrame):
    """Floats in a corner of the map; the planner drags it where it is out of the way, and it stays there."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("gridmgmt_figures")
        self._canvas = canvas
        self._grabbed: QPoint | None = None
        self._heading = self._hint = self._sentence = ""
        self._rows: tuple[FigureRow, ...] = ()
        #: The corner that it took to be out of the way, "" while it is in the planner's own.
        self._evaded = ""
        self._title, self._table, self._problem = (_label(self, name) for name in ("title", "table", "problem"))
        self._grey, self._warning = faint(self._title).name(), readable(ALARM, self._title).name()
        ground = ", ".join(map(str, grounds_of(self)[0].getRgb()[:3]))
        self.setStyleSheet(_STYLE.format(ground=ground, border=_BORDER_PX, edge=self._grey))
        self._table.setWordWrap(False)  # the panel grows with the figures, which must not be broken
        self._options: QWidget | None = None
        self._buttons = QHBoxLayout()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_EDGE_PX, 7, _EDGE_PX, 8)
        self._layout.setSpacing(5)
        for widget in (self._title, self._table, self._problem):
            self._layout.addWidget(widget)
        self._layout.addLayout(self._buttons)
        canvas.installEventFilter(self)
        self.hide()

    # What is shown.

    def begin(self, title: str, hint: str, options: QWidget | None = None) -> None:
        """Show the panel for a tool: its name, what to do first, and what can be set."""
        self._drop_options()
        self._options = options
        if options is not None:
            self._layout.insertWidget(1, options)
            options.show()
        self._heading, self._hint, self._evaded = title, hint, ""
        self.show_rows(())
        self.show_buttons(())
        self.show()
        self.raise_()

    def end(self) -> None:
        """Take the panel away; the options stay with their tool."""
        self._drop_options()
        self.hide()

    def show_hint(self, hint: str) -> None:
        """Say under the title what to do next."""
        if hint != self._hint:
            self._hint = hint
            self._fit()

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """Show the figures of the parts; the problem shown before is gone."""
        self._rows = tuple(rows)
        small = [row.below_m2 for row in rows if row.below_m2 is not None]
        warning = tr("⚠ Smaller than a new cell should be: {area} m² at least").format(
            area=square_metres(min(small, default=0.0))
        )
        self._sentence = warning if small else ""
        self._fit()

    def show_problem(self, sentence: str) -> None:
        """Say why the gesture as it stands could not be done, in place of figures."""
        self._rows, self._sentence = (), sentence
        self._fit()

    def show_buttons(self, buttons: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Offer what can be done now: object name, text and deed of each button."""
        while self._buttons.count():
            widget = self._buttons.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name, text, deed in buttons:
            button = QPushButton(text, self)
            button.setObjectName(name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to the map
            explain(button, tr("{deed}. From the map, the Tab key leads here, Esc back.").format(deed=text))
            button.clicked.connect(partial(self._pressed, deed))
            self._buttons.addWidget(button)
            button.show()  # by itself it would be shown a moment later, and no room be taken for it now
        if buttons:
            self._buttons.addStretch(1)
        self._order_tabs()
        self._fit()

    def _pressed(self, deed: Callable[[], object], *_: object) -> None:
        deed()
        self._canvas.setFocus()

    def _order_tabs(self) -> None:
        """Let the Tab key lead from the map into the panel: what can be set first, then the buttons."""
        widgets = [*([self._options] if self._options is not None else []), *self.findChildren(QPushButton)]
        before = self._canvas
        for stop in (stop for widget in widgets for stop in tab_stops(widget)):
            self.setTabOrder(before, stop)
            before = stop

    def keyPressEvent(self, event: Any) -> None:
        """Go back to the map with Esc, press a button with Enter; what the map would do with a key is not meant."""
        if event.key() == Qt.Key.Key_Escape:
            self._canvas.setFocus()
        else:
            press_with_enter(event)

    def text(self) -> str:
        """Return everything that can be read, without markup (tests read it)."""
        return "\n".join(label.text() for label in (self._title, self._table, self._problem) if label.text())

    # Where it stands.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Keep the corner when the map changes its size."""
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def mousePressEvent(self, event: Any) -> None:
        """Take hold of the panel."""
        self._grabbed = event.pos()

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Drag the panel."""
        if self._grabbed is not None:
            self.move(self._inside(self.mapToParent(event.pos()) - self._grabbed))

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: ARG002, N802
        """Pin the panel to the nearest corner, today and tomorrow."""
        self._grabbed = None
        centre = self.geometry().center()
        vertical = "top" if centre.y() < self._canvas.height() / 2 else "bottom"
        horizontal = "left" if centre.x() < self._canvas.width() / 2 else "right"
        remember(_CORNER, f"{vertical} {horizontal}")
        self._evaded = ""
        self._place()

    def make_way(self, place: QPoint) -> None:
        """Leave the corner that the mouse comes to in the middle of a gesture; the planner's own corner stays his."""
        near = self.geometry().adjusted(-_WAY_PX, -_WAY_PX, _WAY_PX, _WAY_PX)
        if self._grabbed is not None or not self.isVisible() or not near.contains(place):
            return
        vertical, _, horizontal = self._corner().partition(" ")
        others = [
            f"{vertical} {_OPPOSITE[horizontal]}",
            f"{_OPPOSITE[vertical]} {horizontal}",
            f"{_OPPOSITE[vertical]} {_OPPOSITE[horizontal]}",
        ]
        for corner in others:
            there = QRect(self._in_corner(corner), self.size()).adjusted(-_WAY_PX, -_WAY_PX, _WAY_PX, _WAY_PX)
            if not there.contains(place):
                self._evaded = corner
                self._place()
                return

    def _fit(self) -> None:
        """Take the room that is needed, never more than a quarter of the map.

        Rows give way first, then the hint, which the status bar has as well, then all columns but the area, and last
        the end of what is wrong, which its tip has.
        """
        self._say(self._sentence)
        if not self._fits_figures() and self._sentence:
            self._say(shortened(self._sentence, self._fits_with))
            self._take_room()
        if self._grabbed is None:
            self._place()

    def _fits_figures(self) -> bool:
        """Show as much of figures and hint as there is room for; tell whether there was room for the rest."""
        most = min(len(self._rows), _ROWS_SHOWN)
        bare = f"<b>{escape(self._heading)}</b>"
        for title, brief in ((self._title_text(), False), (bare, False), (bare, True)):
            self._title.setText(title)
            for shown in range(most, min(most, 1) - 1, -1):
                self._set(self._table, self._html(shown, brief=brief) if shown else "")
                self._take_room()
                if self._is_small():
                    return True
        return False

    def _fits_with(self, sentence: str) -> bool:
        self._say(sentence)
        self._take_room()
        return self._is_small()

    def _is_small(self) -> bool:
        return bool(self.width() * self.height() <= self._canvas.width() * self._canvas.height() / 4)

    def _say(self, sentence: str) -> None:
        """Say what is wrong, the whole of it in the tip where it is cut."""
        self._set(self._problem, f"<span style='color:{self._warning}'>{escape(sentence)}</span>" if sentence else "")
        self.setToolTip("" if sentence == self._sentence else self._sentence)

    def _take_room(self) -> None:
        least = min(_WIDTH_PX, self._canvas.width() // 2)
        inside = [self._table.sizeHint().width()] if self._table.text() else []
        inside += [self._options.minimumSizeHint().width()] if self._options is not None else []
        wanted = max(least, *(px + 2 * (_EDGE_PX + _BORDER_PX) for px in inside), 0)
        width = min(wanted, max(self._canvas.width() - 2 * _MARGIN_PX, _LEAST_PX))
        self._layout.activate()
        self.setFixedSize(width, self._layout.totalHeightForWidth(width - 2 * _BORDER_PX) + 2 * _BORDER_PX)

    def _html(self, shown: int, *, brief: bool) -> str:
        """Return the first rows as a table; ``brief``: nothing but colour, name and area, and no headings."""
        has_gain = any(row.gain_m2 is not None for row in self._rows)
        has_target = any(row.deviation_percent is not None for row in self._rows)
        head = ["", "", tr("m²"), tr("ha"), *([tr("Target")] if has_target else []), tr("Components"), tr("Cases")]
        if has_gain:
            head.insert(4, tr("Change m²"))
        rows = self._rows[:shown]
        cells = [_cells(row, self._warning, has_gain=has_gain, has_target=has_target) for row in rows]
        grey = [f"<span style='color:{self._grey}'>{text}</span>" for text in head]
        if brief:
            lines = [_line([*row[: _BRIEF - 1], tr("{area} m²").format(area=row[_BRIEF - 1])]) for row in cells]
        else:
            lines = [_line(grey), *map(_line, cells)]
        more = len(self._rows) - shown
        tail = f"<br>{tr('and {count} more').format(count=more)}" if more > 0 else ""
        return f"<table width='100%' cellspacing='0' cellpadding='3'>{''.join(lines)}</table>{tail}"

    def _title_text(self) -> str:
        return f"<b>{escape(self._heading)}</b><br><span style='color:{self._grey}'>{escape(self._hint)}</span>"

    def _place(self) -> None:
        self.move(self._in_corner(self._corner()))

    def _corner(self) -> str:
        return self._evaded or str(remembered(_CORNER) or "bottom left")

    def _in_corner(self, corner: str) -> QPoint:
        x = _MARGIN_PX if "left" in corner else self._canvas.width() - self.width() - _MARGIN_PX
        y = _MARGIN_PX if "top" in corner else self._canvas.height() - self.height() - _MARGIN_PX
        return self._inside(QPoint(x, y))

    def _inside(self, point: QPoint) -> QPoint:
        x = max(0, min(point.x(), self._canvas.width() - self.width()))
        y = max(0, min(point.y(), self._canvas.height() - self.height()))
        return QPoint(x, y)

    def _drop_options(self) -> None:
        if self._options is not None:
            self._layout.removeWidget(self._options)
            self._options.hide()
            self._options = None

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
        label.setVisible(bool(text))


def square_metres(area_m2: float) -> str:
    """Return an area as planners write it: whole m² with thousands apart, with more digits when it is small."""
    return f"{area_m2:,.0f}" if abs(area_m2) >= 100 else f"{area_m2:,.2f}"


def hectares(area_m2: float) -> str:
    """Return an area in hectares."""
    return f"{area_m2 / 10_000:,.3f}"


def _label(parent: QWidget, name: str) -> QLabel:
    label = QLabel("", parent)
    label.setObjectName(f"gridmgmt_figures_{name}")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # so that the panel can be dragged by it
    return label


def _cells(row: FigureRow, warning: str, *, has_gain: bool, has_target: bool) -> list[str]:
    style = f" style='color:{warning}'" if row.is_odd else ""
    cells = [
        f"<span style='color:{row.colour}'>■</span>",
        escape(row.title if row.below_m2 is None else f"⚠ {row.title}"),
        f"<b{style}>{square_metres(row.area_m2)}</b>",
        hectares(row.area_m2),
        f"{row.components:,}",
        f"{row.cases:,}",
    ]
    if has_target:
        cells.insert(4, "" if row.deviation_percent is None else f"{row.deviation_percent:+,.0f}%")
    if has_gain:
        gain = row.gain_m2
        cells.insert(4, "" if gain is None else f"{'+' if gain > 0 else ''}{square_metres(gain)}")
    return cells


def _line(cells: Sequence[str]) -> str:
    parts = [
        f"<td align='{'left' if i < 2 else 'right'}' style='white-space:nowrap'>{t}</td>" for i, t in enumerate(cells)
    ]
    return f"<tr>{''.join(parts)}</tr>"
