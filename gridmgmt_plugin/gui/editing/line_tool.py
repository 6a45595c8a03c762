"""Tools whose gesture is a line or an outline: clicked point by point, or drawn in one stroke."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import shapely
from qgis.core import QgsGeometry, QgsPointXY

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.workplace import Workplace

# A stroke keeps the vertices that matter on the screen; a hand is not steadier than this.
_STROKE_PX = 2.0
Coordinates = list[tuple[float, float]]


class LineTool(GridTool):
    """Collects points. ``is_area``: they are the outline of an area, and close by themselves."""

    is_area = False

    def __init__(self, desk: Workplace) -> None:
        super().__init__(desk)
        #: The points set so far, on the map.
        self.points: list[QgsPointXY] = []
        self._drawing: list[QgsPointXY] = []

    # What a subclass says.

    @abstractmethod
    def plan(self, places: Coordinates) -> tuple[Any, Any]:
        """Return what a line through these places of the layer does: what lies around it, and the edit.

        :raises InputError: why it does nothing.
        """

    def applied(self, gesture: Any, near: Any, edit: Any) -> None:
        """Go on after the gesture was made."""

    # What the planner does.

    def is_busy(self) -> bool:
        """Tell whether a point is set or a stroke has begun."""
        return bool(self.points or self._drawing)

    def clicked(self, point: QgsPointXY, event: Any) -> None:  # noqa: ARG002
        """Set the next point."""
        if not self.points:
            self.begin()
        if not self.points or point != self.points[-1]:
            self.points.append(point)

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Follow the stroke."""
        self._drawing = stroke

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Take the stroke: the whole gesture, or the next stretch of a line that was begun by clicks."""
        self._drawing = []
        is_whole = not self.points
        if is_whole:
            self.begin()
        line = QgsGeometry.fromPolylineXY(stroke).simplify(self.within_m(_STROKE_PX))
        self.points += line.asPolyline() or stroke
        if is_whole:
            self.finish()

    def begin(self) -> None:
        """Take note that a new gesture begins; what was offered after the last one is gone."""
        self.desk.panel.show_buttons(())

    def finish(self) -> None:
        """Make the gesture.

        :raises InputError: why it cannot be made; the line stays for correction.
        """
        if not self.points:
            return
        near, edit = self.plan(self._places(self.points))
        gesture = self.desk.apply(near, edit)
        self.reset()
        self.applied(gesture, near, edit)

    def step_back(self) -> None:
        """Take the last point back; the gesture ends with the first one."""
        if len(self.points) > 1:
            self.points.pop()
        else:
            self.cancel()

    def reset(self) -> None:
        """Forget all points."""
        self.points, self._drawing = [], []
        super().reset()

    def preview(self) -> None:
        """Show the line up to the mouse and what it would do."""
        if not self.is_busy():
            return
        ahead = [] if self._drawing or self.cursor is None else [self.cursor]
        points = _without_repeats([*self.points, *self._drawing, *ahead])
        self.rubber.draw_line(points, closed=self.is_area)
        if len(points) < (3 if self.is_area else 2):
            self.rubber.draw_areas([], self.desk.layer)
            self.desk.panel.show_rows(())
            return
        try:
            near, edit = self.plan(self._places(points))
            areas, rows = self.desk.preview(near, edit)
        except InputError as error:
            self.show_refusal(error)
        else:
            self.rubber.draw_areas(areas, self.desk.layer)
            self.desk.panel.show_rows(rows)

    def _places(self, points: list[QgsPointXY]) -> Coordinates:
        return [self.on_layer(point) for point in points]


def as_line(places: Coordinates) -> shapely.LineString:
    """Return the line through the places; a single place makes a line without length."""
    return shapely.LineString(places if len(places) > 1 else [*places, *places])


def bounds_of(places: Coordinates) -> tuple[float, float, float, float]:
    """Return minx, miny, maxx, maxy of the places."""
    xs, ys = zip(*places)
    return min(xs), min(ys), max(xs), max(ys)


def _without_repeats(points: list[QgsPointXY]) -> list[QgsPointXY]:
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]
