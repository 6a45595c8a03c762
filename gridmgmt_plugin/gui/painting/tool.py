"""划归: brush, click, rectangle, polygon, whole community, pushed borders, split, merge; one stroke, one undo."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QPoint, Qt

from gridmgmt_plugin.core.assignment.figures import figures_of, grid_figures
from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.painting.dock import LEAST_M, MOST_M
from gridmgmt_plugin.gui.painting.easel import Easel
from gridmgmt_plugin.gui.painting.painter import NEW, Mode, Painter, Plan
from gridmgmt_plugin.project.i18n import language, tr

_MODE_KEYS = dict(
    zip(
        (
            Qt.Key.Key_1,
            Qt.Key.Key_2,
            Qt.Key.Key_3,
            Qt.Key.Key_4,
            Qt.Key.Key_5,
            Qt.Key.Key_6,
            Qt.Key.Key_7,
            Qt.Key.Key_8,
        ),
        Mode,
    )
)
_WIDTH_KEYS = {Qt.Key.Key_BracketLeft: 1 / 1.25, Qt.Key.Key_BracketRight: 1.25}
_STEP_KEYS = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
_OTHER_KEYS = (Qt.Key.Key_I, Qt.Key.Key_N, Qt.Key.Key_E, Qt.Key.Key_L)
_SHORTCUT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_STROKES = (Mode.BRUSH, Mode.CLICK, Mode.PUSH)
_LINES = (Mode.POLYGON, Mode.SPLIT)
_WIDTH_M = 60.0
_CIRCLE_CORNERS = 48
Place = tuple[float, float]


class PaintTool(GridTool):
    """Follows the mouse; what a gesture would do is a plan of the painter, what is shown stands on the easel."""

    key = "paint"
    desk: Desk

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.easel = Easel(desk, self)
        self.mode = Mode.BRUSH
        self.width_m = _WIDTH_M
        #: Points of an outline or a cutting line that were clicked, on the map.
        self.points: list[QgsPointXY] = []
        self._drawing: list[QgsPointXY] = []
        #: Unit grids that the stroke came across, and the grid that it goes to.
        self._swept: set[int] = set()
        self._aim: int | None = None
        self._border: tuple[int, int] | None = None
        self._modifiers: Any = Qt.KeyboardModifier.NoModifier
        self._connect()
        self.easel.dock.show_mode(self.mode)
        self.easel.dock.show_width(self.width_m)

    # What the base asks.

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Paint")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.points:
            return tr("Enter ends, Esc cancels")
        hints = {
            Mode.BRUSH: tr("Drag over unit grids; I picks the target"),
            Mode.CLICK: tr("Click or drag; I picks the target up"),
            Mode.RECTANGLE: tr("Drag a rectangle over unit grids"),
            Mode.POLYGON: tr("Draw around unit grids"),
            Mode.COMMUNITY: tr("Click anywhere in a community"),
            Mode.PUSH: tr("Drag from a border into the other grid"),
            Mode.SPLIT: tr("Draw a line through a grid"),
            Mode.MERGE: tr("Click the grid that the target takes over"),
        }
        return hints[self.mode]

    def is_busy(self) -> bool:
        """Tell whether a gesture has begun."""
        return bool(self.points or self._drawing or self._swept)

    def ready(self) -> None:
        """Read the scheme that the map shows, where it is not read yet.

        :raises GridError: ``paint_no_scheme``, or why the layer cannot be read.
        """
        self.easel.read()

    def close(self) -> None:
        """Take dock, figures and scheme away."""
        self.easel.close()

    def activate(self) -> None:
        """Take over the map; nothing snaps, for a brush has no point."""
        super().activate()
        self.desk.panel.end()
        self.desk.snapping.take_off()
        self.easel.show()

    def deactivate(self) -> None:
        """Give the map back."""
        self.easel.hide()
        super().deactivate()

    def reset(self) -> None:
        """Forget the gesture."""
        self.points, self._drawing, self._swept = [], [], set()
        self._aim = self._border = None
        super().reset()
        self.easel.clear()

    # The mouse.

    def cadCanvasPressEvent(self, event: Any) -> None:  # noqa: N802  QGIS calls it
        """Note which keys are held down."""
        self._modifiers = event.modifiers()
        super().cadCanvasPressEvent(event)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        """Change the width of the brush with Ctrl; without it, QGIS zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.mode == Mode.BRUSH:
            self._widen(1.25 if event.angleDelta().y() > 0 else 1 / 1.25)
            event.accept()
        else:
            event.ignore()

    def pressed(self, point: QgsPointXY) -> None:
        """Begin a stroke where there is one.

        :raises InputError: ``paint_no_target``.
        """
        if self._is_picking() or self.mode not in _STROKES:
            return
        self.painter.refresh()
        place = self.on_layer(point)
        unit = self.painter.scheme.unit_at(*place)
        if unit is None:
            return
        if self.mode == Mode.PUSH:
            self._border = self.painter.border_at(unit, *place)
        else:
            self._aim = self.painter.aim(unit)
        self._sweep([point])

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Take in what the mouse came across."""
        if self._is_picking():
            return
        if self.mode in _STROKES:
            if self._aim is not None or self._border is not None:
                self._sweep(stroke[-2:])
        elif self.mode == Mode.RECTANGLE:
            self._drawing = _rectangle(stroke[0], stroke[-1])
        elif self.mode in _LINES:
            self._drawing = stroke

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """End a stroke.

        :raises GridError: why it cannot be made.
        """
        if self._is_picking() or self.mode in (Mode.COMMUNITY, Mode.MERGE):
            self.clicked(stroke[-1], None)
            return
        self.stroke_moved(stroke)
        if self.points and self.mode in _LINES:  # the next stretch of an outline that was begun by clicks
            self.points, self._drawing = [*self.points, *self._drawing], []
            return
        self._make(self.plan())

    def clicked(self, point: QgsPointXY, event: Any) -> None:  # noqa: ARG002
        """Take a click: pick, paint, or set the next point.

        :raises GridError: why it cannot be made.
        """
        if self._is_picking():
            self._pick(point)
        elif self.mode in _LINES:
            if not self.points or point != self.points[-1]:
                self.points.append(point)
        elif self.mode != Mode.RECTANGLE:
            self.cursor = point
            self._make(self.plan())

    def finish(self) -> None:
        """End an outline or a line.

        :raises GridError: why it cannot be made; it stays for correction.
        """
        if self.points:
            self._drawing = []
            self._make(self.plan(self.points))

    def step_back(self) -> None:
        """Take the last point back; the gesture ends with the first one."""
        if len(self.points) > 1:
            self.points.pop()
        else:
            self.cancel()

    # Keys.

    def keys(self) -> tuple[int, ...]:
        """Return the keys that are answered while the mouse is over the map."""
        return (*_MODE_KEYS, *_WIDTH_KEYS, *_STEP_KEYS, *_OTHER_KEYS)

    def key_pressed(self, key: int) -> bool:
        """Answer a key."""
        if key in _MODE_KEYS:
            self.choose_mode(_MODE_KEYS[Qt.Key(key)])
        elif key in _WIDTH_KEYS:
            self._widen(_WIDTH_KEYS[Qt.Key(key)])
        elif key in _STEP_KEYS:
            self.easel.step(_STEP_KEYS[Qt.Key(key)])
        elif key == Qt.Key.Key_N:
            self.choose_target(NEW)
        elif key == Qt.Key.Key_E:
            self.choose_target(NOBODY)
        else:
            place = self.toMapCoordinates(self.desk.canvas.mouseLastXY())
            (self._pick if key == Qt.Key.Key_I else self._lock)(place)
        return True

    def _is_ours(self, event: Any) -> bool:
        is_plain = not event.modifiers() & _SHORTCUT
        return (is_plain or event.key() not in self.keys()) and super()._is_ours(event)

    def choose_mode(self, mode: Mode) -> None:
        """Paint in another way."""
        if self.is_busy():
            self.cancel()
        self.mode = mode
        self.easel.dock.show_mode(mode)
        self.show_soon()

    def choose_target(self, target: int) -> None:
        """Paint into another grid."""
        self.painter.choose(target)
        self.easel.show_target()
        self.show_soon()

    def set_width(self, metres: float) -> None:
        """Take another width of the brush, in metres."""
        self.width_m = min(max(metres, LEAST_M), MOST_M)
        self.easel.dock.show_width(self.width_m)
        self.show_soon()

    # What it would do.

    @property
    def painter(self) -> Painter:
        """Return what is painted."""
        assert self.easel.painter is not None  # the map is taken over after ``ready``
        return self.easel.painter

    def preview(self) -> None:
        """Show what the gesture would do if it ended here."""
        if self.easel.painter is None:
            return
        if self.painter.refresh():
            self.easel.changed()
        self.easel.forget_others()
        line, is_closed = self._line()
        self.easel.view.show_line(line, closed=is_closed)
        if self.cursor is None:
            return
        try:
            plan = self.plan(self._outline())
        except InputError as error:
            self.easel.show_problem(error.text(language()), self._mouse())
            return
        assignment = self.painter.scheme.assignment
        if plan is not None and (plan.move or plan.move.across or plan.move.locked):
            self.easel.show_plan(plan, figures_of(assignment, plan.move), self._mouse())
            return
        unit = self.painter.scheme.unit_at(*self.on_layer(self.cursor))
        grid = NOBODY if unit is None else int(assignment.grid_of[unit])
        nothing = assignment.move([], NOBODY)
        self.easel.show_grid([] if grid == NOBODY else [grid_figures(assignment, nothing, grid)])

    def plan(self, outline: list[QgsPointXY] | None = None) -> Plan | None:
        """Return what the gesture does as it stands, ``None`` where it does nothing.

        :param outline: points of the outline or line on the map, where the mode has one; else those drawn so far.
        :raises InputError: why it cannot be made.
        """
        painter, scheme = self.painter, self.painter.scheme
        if self.mode in (*_LINES, Mode.RECTANGLE):
            places = [self.on_layer(point) for point in (self._drawing if outline is None else outline)]
            return self._outlined(places)
        if self.mode == Mode.PUSH and self._border is not None:
            return painter.pushed(np.array(sorted(self._swept), dtype=np.int64), *self._border)
        if self._aim is not None:
            return painter.painted(np.array(sorted(self._swept), dtype=np.int64), self._aim)
        place = None if self.cursor is None else self.on_layer(self.cursor)
        unit = None if place is None else scheme.unit_at(*place)
        if place is None or unit is None:
            return None
        if self.mode == Mode.MERGE:
            return painter.merged(unit)
        if self.mode == Mode.COMMUNITY:
            return painter.painted(scheme.community_of(unit), painter.aim(unit))
        if self.mode == Mode.PUSH:
            border = painter.border_at(unit, *place)
            return None if border is None else painter.pushed(np.array([unit]), *border)
        return painter.painted(scheme.reach.under_brush(shapely.Point(*place), self._radius_m()), painter.aim(unit))

    def _outlined(self, places: list[Place]) -> Plan | None:
        if self.mode == Mode.SPLIT:
            return self.painter.split(shapely.LineString(places)) if len(places) > 1 else None
        if len(places) < 3:
            return None
        units = self.painter.scheme.reach.inside(shapely.make_valid(shapely.Polygon(places)))
        return self.painter.painted(units, self.painter.aim(int(units[0]))) if len(units) else None

    def _outline(self) -> list[QgsPointXY]:
        """Return the outline or line up to the mouse."""
        ahead = [self.cursor] if self.points and not self._drawing and self.cursor is not None else []
        return [*self.points, *self._drawing, *ahead]

    def _line(self) -> tuple[list[QgsPointXY], bool]:
        """Return what to draw as a line, and whether it closes: the outline, or the brush."""
        if self.mode != Mode.BRUSH or self.cursor is None:
            return self._outline(), self.mode != Mode.SPLIT
        angle = np.linspace(0, 2 * np.pi, _CIRCLE_CORNERS, endpoint=False)
        x, y = self.on_layer(self.cursor)
        ring = zip(x + self._radius_m() * np.cos(angle), y + self._radius_m() * np.sin(angle))
        return [self.toMapCoordinates(self.desk.layer, QgsPointXY(*corner)) for corner in ring], True

    def _sweep(self, points: list[QgsPointXY]) -> None:
        places = [self.on_layer(point) for point in points]
        way = shapely.LineString(places if len(places) > 1 else [*places, *places])
        path = way if way.length else shapely.Point(places[0])
        self._swept.update(self.painter.scheme.reach.under_brush(path, self._radius_m()).tolist())

    def _radius_m(self) -> float:
        return self.width_m / 2 if self.mode == Mode.BRUSH else 0.0

    def _make(self, plan: Plan | None) -> None:
        if plan is None or not plan.move:
            self.reset()
            if plan is not None:
                plan.move.refuse_held()
            return
        self.easel.make(plan)
        self.reset()
        self.easel.changed()

    def _pick(self, point: QgsPointXY) -> None:
        self.painter.refresh()
        unit = self.painter.scheme.unit_at(*self.on_layer(point))
        if unit is not None:
            self.painter.pick(unit)
            self.easel.show_target()
        self.show_soon()

    def _lock(self, point: QgsPointXY) -> None:
        unit = self.painter.scheme.unit_at(*self.on_layer(point))
        assignment = self.painter.scheme.assignment
        if unit is not None and assignment.grid_of[unit] != NOBODY:
            self.easel.lock(sorted(assignment.locked ^ {int(assignment.grid_of[unit])}))

    def _widen(self, factor: float) -> None:
        self.set_width(round(self.width_m * factor))

    def _is_picking(self) -> bool:
        return bool(self._modifiers & Qt.KeyboardModifier.AltModifier)

    def _mouse(self) -> QPoint:
        point = self.toCanvasCoordinates(self.cursor)
        return QPoint(point.x(), point.y())

    def _connect(self) -> None:
        dock = self.easel.dock
        dock.mode_chosen.connect(self.choose_mode)
        dock.width_chosen.connect(self.set_width)
        dock.target_chosen.connect(self.choose_target)
        dock.new_wanted.connect(lambda: self.choose_target(NEW))
        dock.erase_wanted.connect(lambda: self.choose_target(NOBODY))


def _rectangle(one: QgsPointXY, other: QgsPointXY) -> list[QgsPointXY]:
    """Return the corners of the rectangle between two points of the map."""
    return [one, QgsPointXY(other.x(), one.y()), other, QgsPointXY(one.x(), other.y())]
