"""A brush over street-lanes: one stroke, or a click, names lanes; two clicks on one lane name a section of it."""

from __future__ import annotations

from typing import Any

import shapely
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapTool
from qgis.PyQt.QtCore import QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QApplication

from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.gui.editing.rubber import Area, Look, Rubber
from gridmgmt_plugin.project.shown_workspace import shown_layer

_LANE = "lane"
_REACH_PX, _BAND_PX = 8.0, 5.0


class OfficerTool(QgsMapTool):
    """``brushed``: the codes of the lanes that a stroke came across, or of the one that was clicked. ``section``: the
    code, first and last metre from the beginning of the longest of the lane's parts, and the length of that part,
    where ``by_section`` is set.
    """

    brushed = pyqtSignal(list)
    section = pyqtSignal(str, float, float, float)

    def __init__(self, canvas: Any) -> None:
        super().__init__(canvas)
        self.setCursor(QCursor(Qt.CursorShape.CrossCursor))
        self.by_section = False
        self._rubber = Rubber(canvas)
        self._pressed: Any = None
        self._stroke: list[QgsPointXY] = []
        self._chosen: dict[str, shapely.Geometry] = {}
        self._begun: tuple[str, float] | None = None

    def activate(self) -> None:
        """Take over the map."""
        super().activate()
        self.canvas().installEventFilter(self)

    def deactivate(self) -> None:
        """Give the map back without a trace."""
        self.forget()
        self.canvas().removeEventFilter(self)
        super().deactivate()

    def forget(self) -> None:
        """Let go of a stroke or section that has begun."""
        self._pressed, self._stroke, self._chosen, self._begun = None, [], {}, None
        self._rubber.clear()

    def canvasPressEvent(self, event: Any) -> None:  # noqa: N802  QGIS calls it
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._stroke, self._chosen = event.pos(), [event.mapPoint()], {}

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Choose what the stroke comes across, or show what a click would name."""
        layer = shown_layer(QgsProject.instance(), _LANE)
        if layer is None:
            return
        if self._pressed is None or self.by_section:
            if self._begun is None:
                near = self._near(layer, [event.mapPoint()])
                self._show(layer, dict([near[0]]) if near else {}, Look.BEFORE)
            return
        self._stroke.append(event.mapPoint())
        if (event.pos() - self._pressed).manhattanLength() >= QApplication.startDragDistance() or self._chosen:
            self._chosen.update(self._near(layer, self._stroke[-2:]))
            self._show(layer, self._chosen, Look.CHOSEN)

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """End the stroke, take a click, or let go with the right button."""
        layer, chosen, stroke = shown_layer(QgsProject.instance(), _LANE), self._chosen, self._stroke
        if event.button() != Qt.MouseButton.LeftButton or layer is None or self._pressed is None:
            self.forget()  # the right button, or Esc has let go of the stroke before
            return
        if self.by_section:
            self._pressed = None
            self._take_end(layer, event.mapPoint())
            return
        is_stroke = bool(chosen) or self._went_far(event.pos())
        self.forget()
        near = list(chosen) if is_stroke else [code for code, _ in self._near(layer, stroke[:1])[:1]]
        if near:
            self.brushed.emit(near)

    def eventFilter(self, watched: QObject, event: Any) -> bool:  # noqa: ARG002, N802
        """Let go with Esc: while a button is down, the canvas tells its tool of no key."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        has_begun = self._pressed is not None or self._begun is not None
        if event.key() == Qt.Key.Key_Escape and has_begun:
            self.forget()
            return True
        return False

    def lane_at(self, point: QgsPointXY) -> str:
        """Return the code of the lane at a point of the map, "" where there is none."""
        layer = shown_layer(QgsProject.instance(), _LANE)
        near = self._near(layer, [point]) if layer is not None else []
        return near[0][0] if near else ""

    def _went_far(self, position: Any) -> bool:
        far = self._pressed is not None and (position - self._pressed).manhattanLength()
        return bool(far >= QApplication.startDragDistance())

    def _take_end(self, layer: QgsVectorLayer, point: QgsPointXY) -> None:
        near = self._near(layer, [point])
        if not near:
            return
        code, shape = near[0]
        if self._begun is not None and self._begun[0] != code:
            near = [pair for pair in near if pair[0] == self._begun[0]]
            if not near:
                self.forget()
                return
            code, shape = near[0]
        place = self.toLayerCoordinates(layer, point)
        parts = shapely.get_parts(shape)
        axis = parts[int(shapely.length(parts).argmax())]
        metres = float(shapely.line_locate_point(axis, shapely.Point(place.x(), place.y())))
        if self._begun is None:
            self._begun = code, metres
            self._show(layer, {code: shape}, Look.KEEPER)
            return
        first, last = sorted((self._begun[1], metres))
        self.forget()
        self.section.emit(code, first, last, float(shapely.length(axis)))

    def _near(self, layer: QgsVectorLayer, points: list[QgsPointXY]) -> list[tuple[str, shapely.Geometry]]:
        """Return code and line of the lanes that lie near a way over the map, the nearest first."""
        reach = _REACH_PX * self.canvas().mapUnitsPerPixel()
        places = [self.toLayerCoordinates(layer, point) for point in points]
        way = QgsGeometry.fromPolylineXY([*places, *(places if len(places) == 1 else ())])
        box = QgsRectangle(way.boundingBox())
        box.grow(reach)
        request = QgsFeatureRequest(box)
        request.setSubsetOfAttributes(["code", "state"], layer.fields())
        found = []
        for feature in layer.getFeatures(request):
            distance = feature.geometry().distance(way)
            if distance <= reach and feature["state"] not in gone_states() and feature["code"]:
                found.append((distance, str(feature["code"]), feature.geometry()))
        return [(code, shapely.from_wkb(bytes(shape.asWkb().data()))) for _, code, shape in sorted(found, key=_first)]

    def _show(self, layer: QgsVectorLayer, lanes: dict[str, shapely.Geometry], look: Look) -> None:
        width = _BAND_PX * self.canvas().mapUnitsPerPixel() / 2.0
        areas = [Area(shapely.buffer(shape, width), look) for shape in lanes.values()]
        self._rubber.draw_areas(areas, layer)


def _first(found: tuple[float, str, QgsGeometry]) -> tuple[float, str]:
    return found[0], found[1]
