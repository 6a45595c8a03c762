"""What colleagues edit, drawn over the map: hatched in a colour each and named; no layer, nothing that is saved.

Where the map shows shapes large enough they are outlined themselves; further out rectangles of some pixels stand for
them, so that a single unit grid is still seen when the whole district is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsRectangle, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvasItem, QgsRubberBand
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.gui.frame.qt import is_alive

#: Told apart on imagery and by the colour-blind, and none of those in which gestures are drawn.
COLOURS = ("#c2185b", "#00796b", "#6a1b9a", "#6d4c41", "#283593", "#827717", "#d84315", "#0277bd")
_WIDTH_PX, _FILL_ALPHA, _POINT_PX, _CASING = 2, 130, 12, QColor(255, 255, 255, 190)
# Shapes that are smaller than this on the screen are drawn as rectangles that reach so far around them.
_SMALL_PX, _AROUND_PX = 8.0, 7.0
_PADDING_PX, _GROUND = 3.0, QColor(255, 255, 255, 225)
# Below what a gesture draws and what says why a save was refused.
_BELOW_GESTURES, _NAMES = 5, 8


@dataclass(frozen=True)
class Mark:
    """What one colleague edits: shapes as WKB in the frame of the workspace, one of :data:`COLOURS`, and a name."""

    name: str
    colour: str
    shapes: tuple[bytes, ...]


class Overlay:
    """Lies over one map canvas until :meth:`close`."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._marks: Sequence[tuple[Mark, list[QgsGeometry]]] = ()
        self._layer: QgsVectorLayer | None = None
        self._bands: list[Any] = []
        self._names: _Names | None = None
        self._again = QTimer()
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._again.timeout.connect(self._draw)
        self._signals = (canvas.scaleChanged, canvas.destinationCrsChanged)
        for signal in self._signals:
            signal.connect(self._moved)

    def show(self, marks: Sequence[Mark], layer: QgsVectorLayer | None) -> None:
        """Draw these in place of those before.

        :param layer: one of the workspace, which knows its frame.
        """
        self._layer = layer
        self._marks = [(mark, _geometries(mark)) for mark in marks if mark.shapes] if layer is not None else []
        self._draw()

    def close(self) -> None:
        """Take everything away from the map."""
        for signal in self._signals:
            signal.disconnect(self._moved)
        self._again.stop()
        self._marks = ()
        self._clear()

    def _moved(self, *_: object) -> None:
        if self._marks:
            self._again.start()

    def _clear(self) -> None:
        for item in (*self._bands, self._names):
            if item is not None:
                self._canvas.scene().removeItem(item)
        self._bands, self._names = [], None

    def _draw(self) -> None:
        self._clear()
        if not self._marks or not is_alive(self._layer):
            return
        labels = []
        for mark, stored in self._marks:
            shapes = self._on_map(stored)
            if self._are_small(shapes):
                shapes = self._around(shapes)
            self._add_bands(mark, shapes)
            shapes.sort(key=lambda shape: (shape.area(), shape.length()), reverse=True)
            labels.append((mark, [shape.boundingBox() for shape in shapes]))
        self._names = _Names(self._canvas, labels)

    def _on_map(self, stored: Sequence[QgsGeometry]) -> list[QgsGeometry]:
        """Return shapes in the frame of the map; what that cannot show is left out."""
        settings = self._canvas.mapSettings()
        transform: QgsCoordinateTransform = settings.layerTransform(self._layer)
        shown = []
        for shape in stored:
            moved = QgsGeometry(shape)
            try:
                moved.transform(transform)
            except QgsCsException:
                continue
            shown.append(moved)
        return shown

    def _are_small(self, shapes: Sequence[QgsGeometry]) -> bool:
        sizes = sorted(max(box.width(), box.height()) for box in (shape.boundingBox() for shape in shapes))
        return bool(sizes) and sizes[len(sizes) // 2] < _SMALL_PX * self._canvas.mapUnitsPerPixel()

    def _around(self, shapes: Sequence[QgsGeometry]) -> list[QgsGeometry]:
        """Return rectangles around shapes, those that meet made one."""
        reach = _AROUND_PX * self._canvas.mapUnitsPerPixel()
        boxes = [QgsGeometry.fromRect(shape.boundingBox().buffered(reach)) for shape in shapes]
        return [part for part in QgsGeometry.unaryUnion(boxes).asGeometryCollection() if not part.isEmpty()]

    def _add_bands(self, mark: Mark, shapes: Sequence[QgsGeometry]) -> None:
        kinds = QgsWkbTypes.GeometryType
        for kind in (kinds.PolygonGeometry, kinds.LineGeometry, kinds.PointGeometry):
            own = [shape for shape in shapes if shape.type() == kind]
            if own:
                band = QgsRubberBand(self._canvas, kind)
                _dress(band, QColor(mark.colour))
                band.setToGeometry(QgsGeometry.collectGeometry(own), None)
                self._bands.append(band)


def _geometries(mark: Mark) -> list[QgsGeometry]:
    made = []
    for body in mark.shapes:
        shape = QgsGeometry()
        shape.fromWkb(body)
        made.append(shape)
    return made


def _dress(band: Any, colour: QColor) -> None:
    fill = QColor(colour)
    fill.setAlpha(_FILL_ALPHA)
    band.setStrokeColor(colour)
    band.setSecondaryStrokeColor(_CASING)
    band.setFillColor(fill)
    band.setBrushStyle(Qt.BrushStyle.BDiagPattern)
    band.setWidth(_WIDTH_PX)
    band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
    band.setIconSize(_POINT_PX)
    band.setZValue(_BELOW_GESTURES)


class _Names(QgsMapCanvasItem):
    """The names: each above the largest of what its colleague edits in view, none over another one.

    :param labels: marks with the rectangles around their shapes, the largest first.
    """

    def __init__(self, canvas: Any, labels: Sequence[tuple[Mark, list[QgsRectangle]]]) -> None:
        super().__init__(canvas)
        self._canvas, self._labels = canvas, labels
        self.setZValue(_NAMES)

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt calls it
        """Return the whole map: names are laid out when they are painted."""
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())

    def updatePosition(self) -> None:  # noqa: N802  QGIS calls it
        """Paint anew: the map was moved."""
        self.update()

    def paint(self, painter: Any, option: Any = None, widget: Any = None) -> None:  # noqa: ARG002  Qt calls it
        """Paint the names."""
        font = self._canvas.font()
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(font)
        height = metrics.height() + 2 * _PADDING_PX
        taken = _over_the_map(self._canvas)
        # A name that touches the edge is on the map, however rounded.
        room = self.boundingRect().adjusted(-1, -1, 1, 1)
        for mark, boxes in self._labels:
            corner = self._corner(boxes)
            if corner is None:
                continue
            width = metrics.boundingRect(mark.name).width() + 4 * _PADDING_PX
            x = min(max(corner.x(), 0.0), max(self._canvas.width() - width, 0.0))
            place = _free(QRectF(x, max(corner.y() - height, 0.0), width, height), taken, room)
            taken.append(place)
            ground = QPainterPath()
            ground.addRoundedRect(place, _PADDING_PX, _PADDING_PX)
            painter.fillPath(ground, _GROUND)
            painter.setPen(QPen(QColor(mark.colour), 1.5))
            painter.drawPath(ground)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, mark.name)

    def _corner(self, boxes: Sequence[QgsRectangle]) -> QPointF | None:
        """Return the upper left of the first that is in view, in pixels; ``None`` where none is."""
        view = self._canvas.extent()
        seen = next((box.intersect(view) for box in boxes if view.intersects(box)), None)
        if seen is None:
            return None
        units = self._canvas.mapUnitsPerPixel()
        corner = self.toCanvasCoordinates(seen.center())
        return QPointF(corner.x() - seen.width() / 2 / units, corner.y() - seen.height() / 2 / units)


def _over_the_map(canvas: Any) -> list[QRectF]:
    """Return where panels lie over a map, such as the figures of a tool: a name under one is not read."""
    own = (canvas.viewport(), canvas.horizontalScrollBar(), canvas.verticalScrollBar())
    panels = canvas.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [QRectF(panel.geometry()) for panel in panels if panel.isVisible() and panel not in own]


def _free(place: QRectF, taken: Sequence[QRectF], room: QRectF) -> QRectF:
    """Return where a name is over none of the others and on the map: higher up, so that it hides no shape, below
    them, or to the side of what takes the whole height; its own place where the map has no other.
    """
    step = place.height() + 1
    for right, down in ((0.0, -step), (0.0, step), (step, 0.0), (-step, 0.0)):
        moved = QRectF(place)
        while room.contains(moved) and any(moved.intersects(other) for other in taken):
            moved.translate(right, down)
        if room.contains(moved):
            return moved
    return place
