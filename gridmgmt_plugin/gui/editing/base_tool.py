"""What every tool does alike: snapping, keys, cancelling without a trace, figures that never hold the mouse up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from qgis.core import QgsPointLocator, QgsPointXY
from qgis.gui import QgsMapTool, QgsMapToolAdvancedDigitizing, QgsSnapIndicator
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QCursor, QIcon, QKeySequence, QPainter, QPen, QPixmap
from qgis.PyQt.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.editing.rubber import Rubber
from gridmgmt_plugin.gui.editing.workplace import Workplace
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.abstract_qt import AbstractQt
from gridmgmt_plugin.project.i18n import language

_CURSOR_PX, _CROSS_AT_PX, _ICON_PX = 32, 9, 17
_FINISH = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEP_BACK = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class GridTool(QgsMapToolAdvancedDigitizing, metaclass=AbstractQt):
    """A tool for one gesture. QGIS's advanced digitising panel works with it: distances, angles, coordinates.

    A subclass says ``key`` (of the action and of its icon), ``title``, ``hint`` and whether it ``is_busy``, and
    answers the planner: ``clicked``, ``dragged``, ``finish``, ``cancel``, ``step_back``; ``preview`` shows what the
    gesture would do now.
    """

    key = ""

    def __init__(self, desk: Workplace) -> None:
        super().__init__(desk.canvas, desk.iface.cadDockWidget())
        self.desk: Workplace = desk
        self.rubber = Rubber(desk.canvas)
        self.setToolName(self.title())
        self.setCursor(_cursor(self.key))
        #: Where the mouse is, on the map and snapped; ``None`` before its first movement.
        self.cursor: QgsPointXY | None = None
        self._snap_sign: Any = None
        self._pressed: QPoint | None = None
        self._stroke: list[QgsPointXY] = []
        self._is_dragging = False
        self._ignores_release = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._show_now)

    # What a subclass says.

    def ready(self) -> None:
        """Make ready before the map is taken over.

        :raises GridError: why this tool cannot be used now.
        """

    def offer(self, keys: Sequence[Sequence[str]], shapes: Sequence[Any]) -> None:
        """Choose objects as if the planner had done it: their keys and shapes, one each, as an issue names them."""

    def close(self) -> None:
        """Take away what the tool has beside the map; it is deleted then."""

    @abstractmethod
    def title(self) -> str:
        """Return the name of the tool."""

    @abstractmethod
    def hint(self) -> str:
        """Return what the planner can do next."""

    def options(self) -> QWidget | None:
        """Return what can be set for this tool, if anything."""
        return None

    @abstractmethod
    def is_busy(self) -> bool:
        """Tell whether a gesture has begun that could be cancelled."""

    @abstractmethod
    def preview(self) -> None:
        """Show what the gesture would do if it ended here."""

    def pressed(self, point: QgsPointXY) -> None:
        """Take note that the left button went down: a click or a stroke begins."""

    def clicked(self, point: QgsPointXY, event: Any) -> None:
        """Take a click of the left button without a drag."""

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Take a stroke: the left button went down, moved and came up."""

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Follow a stroke that has not ended yet."""

    def finish(self) -> None:
        """End the gesture: double click or Enter."""

    def cancel(self) -> None:
        """Forget the gesture: Esc or the right button; nothing of it stays on the map."""
        self.reset()
        self.show_soon()

    def step_back(self) -> None:
        """Take the last step of the gesture back: Backspace, or undo while a gesture has begun."""

    def key_pressed(self, key: int) -> bool:  # noqa: ARG002  for subclasses
        """Answer another key; return whether it was ours."""
        return False

    def reset(self) -> None:
        """Take everything of the gesture off the map."""
        self._pressed, self._stroke, self._is_dragging = None, [], False
        self.cursor = None  # the map stays bare until the mouse moves again
        self.rubber.clear()
        if self._snap_sign is not None:
            self._snap_sign.setMatch(QgsPointLocator.Match())
        self.desk.panel.show_rows(())
        self.desk.panel.show_buttons(())
        self.desk.withdraw_refusal()
        if self.cadDockWidget().cadEnabled():
            self.cadDockWidget().clearPoints()

    # Tools for subclasses.

    def show_soon(self) -> None:
        """Show the preview once all movements that wait have been taken: the last one counts."""
        if not self._later.isActive():
            self._later.start()

    def within_m(self, pixels: float = 10.0) -> float:
        """Return a distance on the screen in metres of the layer."""
        return float(pixels * self.desk.canvas.mapUnitsPerPixel())

    def on_layer(self, point: QgsPointXY) -> tuple[float, float]:
        """Return a point of the map in the frame of the layer."""
        place = self.toLayerCoordinates(self.desk.layer, point)
        return place.x(), place.y()

    def show_refusal(self, error: InputError) -> None:
        """Say in the panel why the gesture as it stands could not be done."""
        self.rubber.draw_areas([], self.desk.layer)
        self.desk.panel.show_problem(self.desk.wording(error).text(language()))

    # From QGIS.

    def flags(self) -> Any:
        """Return no flags: choosing another layer in the list must not end the tool."""
        return QgsMapTool.Flag(0)

    def activate(self) -> None:
        """Take over the map."""
        super().activate()
        self.desk.snap()
        self._snap_sign = QgsSnapIndicator(self.desk.canvas)
        self.desk.canvas.installEventFilter(self)
        self.desk.layer.undoStack().indexChanged.connect(self._history_moved)
        self.desk.panel.begin(self.title(), self.hint(), self.options())
        self.desk.say(self.hint())
        self.desk.canvas.setFocus()

    def deactivate(self) -> None:
        """Give the map back as it was: each part of it, whatever goes wrong with another."""
        with ExitStack() as ending:  # from the last to the first
            ending.callback(super().deactivate)
            ending.callback(self.desk.iface.statusBarIface().clearMessage)
            ending.callback(self.desk.panel.end)
            ending.callback(self.desk.snapping.take_off)
            ending.callback(self._drop_snap_sign)
            ending.callback(self.desk.canvas.removeEventFilter, self)
            ending.callback(self.reset)
            ending.callback(self._leave_history)
            ending.callback(self._later.stop)

    def cadCanvasPressEvent(self, event: Any) -> None:  # noqa: N802  QGIS calls it
        """Take note of where a drag may begin."""
        self._ignores_release = False
        if event.button() == _LEFT:
            self._pressed, self._stroke, self._is_dragging = event.pos(), [event.mapPoint()], False
            for tell in self.desk.on_press:
                tell(event.mapPoint())
            self.desk.attempt(lambda: self.pressed(event.mapPoint()))

    def cadCanvasMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Follow the mouse."""
        if self._snap_sign is not None:
            self._snap_sign.setMatch(event.mapPointMatch())
        self.cursor = event.mapPoint()
        if self.is_busy() or self._pressed is not None:
            self.desk.panel.make_way(event.pos())
        if self._pressed is not None:
            far = (event.pos() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            self._is_dragging = self._is_dragging or far
        if self._is_dragging:
            self._stroke.append(event.originalMapPoint())
            self.stroke_moved(self._stroke)
        self.show_soon()

    def cadCanvasReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """Take a click, a stroke, or the right button that cancels."""
        pressed, dragging, stroke = self._pressed, self._is_dragging, self._stroke
        self._pressed, self._is_dragging, self._stroke = None, False, []
        if event.button() == _RIGHT:
            if self.is_busy():
                self.desk.tell_dropped()
            self.cancel()
        elif self._ignores_release:
            self._ignores_release = False
        elif event.button() == _LEFT and pressed is not None:
            self.cursor = event.mapPoint()
            if dragging:
                stroke[-1] = event.mapPoint()  # its end is snapped, its way is not
                self.desk.attempt(lambda: self.dragged(stroke))
            else:
                self.desk.attempt(lambda: self.clicked(event.mapPoint(), event))
            self.show_soon()

    def canvasDoubleClickEvent(self, event: Any) -> None:  # noqa: N802
        """End the gesture; the click before has set its last point."""
        if event.button() == _LEFT:
            self._ignores_release, self._pressed = True, None
            self.desk.attempt(self.double_clicked)
            self.show_soon()

    def double_clicked(self) -> None:
        """Take a double click."""
        self.finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802
        """Take the keys of a gesture before QGIS's own shortcuts and the canvas do."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not self._is_ours(event):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.desk.attempt(lambda: self._answer(event))
            self.show_soon()
        return True

    def keys(self) -> tuple[int, ...]:
        """Return further keys that the tool answers at this moment."""
        return ()

    def _is_ours(self, event: Any) -> bool:
        if event.key() in self.keys():
            return True
        gesture = (*_FINISH, *_STEP_BACK, Qt.Key.Key_Escape)
        return self.is_busy() and (event.key() in gesture or event.matches(QKeySequence.StandardKey.Undo))

    def _answer(self, event: Any) -> None:
        if event.key() in self.keys() and self.key_pressed(event.key()):
            return
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in _FINISH:
            self.finish()
        else:
            if self.cadDockWidget().cadEnabled():
                self.cadDockWidget().removePreviousPoint()
            self.step_back()

    def _drop_snap_sign(self) -> None:
        self._snap_sign = None

    def _leave_history(self) -> None:
        if is_alive(self.desk.layer):
            self.desk.layer.undoStack().indexChanged.disconnect(self._history_moved)

    def _history_moved(self, _: int) -> None:
        """Let go of what is shown about the last gesture: it was undone, redone, saved, or another one came."""
        if not self.is_busy():
            self.reset()
        self.show_soon()

    def _show_now(self) -> None:
        if self.isActive():
            self.desk.attempt(self.preview)
            self.desk.say(self.hint())


def option_row(tool: GridTool, title: str, field: QWidget) -> QWidget:
    """Return a row for the panel in which a tool lets something be set: a title, and the field that it leads to."""
    holder = QWidget(tool.desk.panel)
    label = QLabel(title, holder)
    label.setBuddy(field)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(field, 1)
    holder.hide()
    return holder


def _cursor(key: str) -> QCursor:
    """Return a cross with the tool's icon beside it, readable on dark and on light ground."""
    picture = QPixmap(_CURSOR_PX, _CURSOR_PX)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for colour, width in (("#ffffff", 3), ("#1d2731", 1)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLine(_CROSS_AT_PX, 1, _CROSS_AT_PX, 2 * _CROSS_AT_PX - 1)
        painter.drawLine(1, _CROSS_AT_PX, 2 * _CROSS_AT_PX - 1, _CROSS_AT_PX)
    icon = QIcon(str(resource_path(f"icons/{key}.svg"))).pixmap(_ICON_PX, _ICON_PX)
    painter.drawPixmap(_CURSOR_PX - _ICON_PX, _CURSOR_PX - _ICON_PX, icon)
    painter.end()
    return QCursor(picture, _CROSS_AT_PX, _CROSS_AT_PX)
