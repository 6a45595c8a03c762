"""What a tool draws over the map while the planner is at work; one call takes all of it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import shapely
from qgis.core import QgsGeometry, QgsPointXY, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

#: Colours of the parts of a gesture, told apart on imagery and by the colour-blind; the panel shows the same.
PART_COLOURS = ("#1f8bd6", "#d97614", "#2e9e5b", "#8e5bd0", "#c23b6e", "#8a7a00")
_LINE_COLOUR, _LINE_WIDTH_PX, _AREA_WIDTH_PX = "#d92b2b", 2, 2
_FILL_ALPHA = 80


class Look(Enum):
    """How an area is drawn: what it means to the planner, as (colour, alpha of the fill, dashed outline)."""

    CHOSEN = ("#1f8bd6", 80, False)
    KEEPER = ("#d97614", 80, False)
    RESULT = ("#2e9e5b", 55, False)
    DOOMED = ("#d92b2b", 110, False)
    BEFORE = ("#7b8895", 0, True)
    TROUBLE = ("#d92b2b", 70, False)
    BORDER = ("#3a4350", 0, False)


@dataclass(frozen=True)
class Area:
    """A shape of the edited layer and how to draw it: a part's number, or what it stands for."""

    shape: shapely.Geometry
    look: int | Look = 0


def part_colour(number: int) -> str:
    """Return the colour of the part with this number; more parts than colours begin anew."""
    return PART_COLOURS[number % len(PART_COLOURS)]


class Rubber:
    """Line, areas and vertices over one map canvas; shapes come in the frame of the edited layer."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._line: Any = None
        self._bands: list[Any] = []
        self._markers: list[Any] = []

    def draw_line(self, points: Sequence[QgsPointXY], *, closed: bool = False) -> None:
        """Draw the line through points of the map; ``closed``: as the outline of an area."""
        if self._line is None:
            self._line = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.LineGeometry)
            self._line.setStrokeColor(QColor(_LINE_COLOUR))
            self._line.setWidth(_LINE_WIDTH_PX)
            self._line.setZValue(20)
        ends = [points[0]] if closed and len(points) > 2 else []
        self._line.setToGeometry(QgsGeometry.fromPolylineXY([*points, *ends]), None)
        self._line.setVisible(len(points) > 0)

    def draw_areas(self, areas: Sequence[Area], layer: QgsVectorLayer) -> None:
        """Draw areas in place of those drawn before; the bands are used again."""
        while len(self._bands) > len(areas):
            self._canvas.scene().removeItem(self._bands.pop())
        while len(self._bands) < len(areas):
            self._bands.append(QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry))
        for band, area in zip(self._bands, areas):
            _dress(band, area.look)
            band.setToGeometry(as_qgis(area.shape), layer)

    def draw_vertices(self, points: Sequence[QgsPointXY], colour: str = _LINE_COLOUR) -> None:
        """Mark vertices of the map in place of those marked before."""
        while len(self._markers) > len(points):
            self._canvas.scene().removeItem(self._markers.pop())
        while len(self._markers) < len(points):
            self._markers.append(_marker(self._canvas))
        for marker, point in zip(self._markers, points):
            marker.setColor(QColor(colour))
            marker.setCenter(point)

    def clear_line(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._canvas.scene().removeItem(self._line)
            self._line = None

    def clear(self) -> None:
        """Take everything away."""
        self.clear_line()
        for item in (*self._bands, *self._markers):
            self._canvas.scene().removeItem(item)
        self._bands, self._markers = [], []


def as_qgis(shape: shapely.Geometry) -> QgsGeometry:
    """Return a shape as QGIS has it."""
    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shape))
    return geometry


def _dress(band: Any, look: int | Look) -> None:
    dashed = False
    if isinstance(look, Look):
        colour, alpha, dashed = look.value
    else:
        colour, alpha = part_colour(look), _FILL_ALPHA
    fill = QColor(colour)
    fill.setAlpha(alpha)
    band.setFillColor(fill)
    band.setStrokeColor(QColor(colour))
    band.setLineStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    band.setWidth(_AREA_WIDTH_PX)
    band.setZValue(10)


def _marker(canvas: Any) -> Any:
    marker = QgsVertexMarker(canvas)
    marker.setIconType(QgsVertexMarker.IconType.ICON_BOX)
    marker.setIconSize(11)
    marker.setPenWidth(2)
    marker.setZValue(25)
    return marker
