"""The tool 查责 on the map: a click asks who answers there; the place asked about is marked."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsGeometry, QgsPointXY, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapTool, QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QCursor

from gridmgmt_plugin.gui.frame.qt import is_alive

_COLOUR, _FILL = QColor(31, 139, 214), QColor(31, 139, 214, 40)
_WIDTH_PX, _MARK_PX, _PEN_PX = 2, 14, 3


class AskTool(QgsMapTool):
    """``asked``: the map was clicked here, in coordinates of the map."""

    asked = pyqtSignal(object)

    def __init__(self, canvas: Any) -> None:
        super().__init__(canvas)
        self.setCursor(QCursor(Qt.CursorShape.WhatsThisCursor))

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802  QGIS calls it
        """Ask at the place that was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(event.mapPoint())


class AskedMark:
    """The unit grid and the spot that were asked about, drawn over the map."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._items: list[Any] = []

    def show(self, layer: QgsVectorLayer, point: QgsPointXY, cell: bytes | None) -> None:
        """Mark a spot (coordinates of the map) and the outline of its cell (WKB in the frame of ``layer``)."""
        self.clear()
        if cell is not None:
            shape = QgsGeometry()
            shape.fromWkb(cell)
            band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            band.setStrokeColor(_COLOUR)
            band.setFillColor(_FILL)
            band.setWidth(_WIDTH_PX)
            band.setToGeometry(shape, layer)
            self._items.append(band)
        mark = QgsVertexMarker(self._canvas)
        mark.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
        mark.setColor(_COLOUR)
        mark.setIconSize(_MARK_PX)
        mark.setPenWidth(_PEN_PX)
        mark.setCenter(point)
        self._items.append(mark)

    def clear(self) -> None:
        """Take the marks off the map."""
        for item in self._items:
            if is_alive(item):
                self._canvas.scene().removeItem(item)
        self._items = []
