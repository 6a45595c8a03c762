"""Issues on the map: rings that are seen at any scale, and the one that the planner looks at."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.gui import QgsVertexMarker
from qgis.PyQt.QtGui import QColor

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.result_display import SEVERITIES, put_on_top
from gridmgmt_plugin.gui.issues.filters import Extent
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.project.i18n import tr

_ACCENT = QColor(217, 119, 20)
_FLASH_FROM, _FLASH_TO = QColor(217, 119, 20, 220), QColor(217, 119, 20, 30)
_FLASHES, _FLASH_MS = 2, 350
_RING_PX, _RING_PEN_PX = 26, 3
# How much ground to leave around an issue, and the least and greatest width of the map after a zoom.
_MARGIN, _LEAST_M, _MOST_M = 1.4, 60.0, 20_000.0
# A place smaller than this on the screen gets a ring.
_TINY_PX = 12.0
_SHOWN = ("rule", "title", "severity", "object_keys", "message", "exempted_by")


class IssuePlaces:
    """Draws issues on the map of one window.

    Coordinates are those of the workspace; ``crs`` is what QGIS knows of them.
    """

    def __init__(self, iface: Any) -> None:
        self._canvas = iface.mapCanvas()
        self._marker: QgsVertexMarker | None = None
        self._layer: QgsVectorLayer | None = None
        self._features: dict[int, QgsFeature] = {}
        self._wanted: list[int] | None = None
        self.crs = QgsCoordinateReferenceSystem()

    @property
    def layer(self) -> QgsVectorLayer | None:
        """Return the layer with the rings, ``None`` while there is none."""
        return self._layer if is_alive(self._layer) else None

    def show_all(self, table: IssueTable, crs: QgsCoordinateReferenceSystem) -> None:
        """Put a ring on the map for each issue that is somewhere, in place of those of an earlier check."""
        self.crs = crs
        layer = self.layer
        if layer is None:
            layer = _ring_layer(crs)
            QgsProject.instance().addMapLayer(layer)
            put_on_top(layer)
            self._layer = layer
        self._features, self._wanted = _features(table, layer), None
        self.show_only(np.ones(len(table), dtype=bool))

    def clear(self) -> None:
        """Take the rings of a list away that is not shown any more."""
        self._features = {}
        self.show_only(np.zeros(0, dtype=bool))

    def show_only(self, shown: np.ndarray) -> None:
        """Leave the rings of some issues alone on the map. ``shown``: bool, one per issue of the table."""
        wanted = [issue for issue in self._features if shown[issue]]
        layer = self.layer
        if layer is None or wanted == self._wanted:
            return
        self._wanted = wanted
        provider = layer.dataProvider()
        provider.truncate()
        provider.addFeatures([QgsFeature(self._features[issue]) for issue in wanted])
        layer.updateExtents()
        layer.triggerRepaint()

    def focus(self, table: IssueTable, issue: int) -> bool:
        """Zoom to an issue, ring it and let it flash; tell whether it is anywhere."""
        self.forget()
        shape = table.geometry[issue]
        if shape is None or shape.is_empty:
            return False
        box = self._to_map().transformBoundingBox(QgsRectangle(*shape.bounds))
        extent = QgsRectangle(box)
        extent.scale(_MARGIN)
        if max(extent.width(), extent.height()) < _LEAST_M:
            extent.grow(_LEAST_M / 2)
        if max(extent.width(), extent.height()) > _MOST_M:
            extent = QgsRectangle.fromCenterAndSize(extent.center(), _MOST_M, _MOST_M)
        self._canvas.setExtent(extent)
        self._canvas.refresh()
        if max(box.width(), box.height()) < _TINY_PX * self._canvas.mapUnitsPerPixel():
            self._ring(box.center())
        self._canvas.flashGeometries(
            [QgsGeometry.fromWkt(shape.wkt)], self.crs, _FLASH_FROM, _FLASH_TO, _FLASHES, _FLASH_MS
        )
        return True

    def extent(self) -> Extent:
        """Return what the map shows, in the coordinates of the workspace."""
        box = self._to_map().transformBoundingBox(self._canvas.extent(), Qgis.TransformDirection.Reverse)
        return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()

    def forget(self) -> None:
        """Take the ring around the last issue away."""
        if is_alive(self._marker):
            self._canvas.scene().removeItem(self._marker)
        self._marker = None

    def set_shown(self, *, is_shown: bool) -> None:
        """Show or hide the rings: they belong to the list."""
        if not is_shown:
            self.forget()
        layer = self.layer
        node = None if layer is None else QgsProject.instance().layerTreeRoot().findLayer(layer)
        if node is not None:
            node.setItemVisibilityChecked(is_shown)

    def close(self) -> None:
        """Take everything off the map that would lead nowhere without the list."""
        self.forget()
        layer = self.layer
        if layer is not None:
            QgsProject.instance().removeMapLayer(layer.id())
        self._layer, self._features, self._wanted = None, {}, None

    def _to_map(self) -> QgsCoordinateTransform:
        return QgsCoordinateTransform(
            self.crs, self._canvas.mapSettings().destinationCrs(), QgsProject.instance().transformContext()
        )

    def _ring(self, center: QgsPointXY) -> None:
        marker = QgsVertexMarker(self._canvas)
        marker.setCenter(center)
        marker.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
        marker.setColor(_ACCENT)
        marker.setIconSize(_RING_PX)
        marker.setPenWidth(_RING_PEN_PX)
        self._marker = marker


def _ring_layer(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation = True  # a local frame has no system; nobody is to be asked for one
    fields = "&".join(f"field={name}:string" for name in _SHOWN)
    layer = QgsVectorLayer(f"Point?{fields}", tr("Issues"), "memory", options)
    layer.setCustomProperty("skipMemoryLayersCheck", 1)  # QGIS need not warn of losing what a check makes anew
    layer.setCrs(crs)
    layer.setCustomProperty("gridmgmt/issues", True)
    layer.setReadOnly(True)
    categories = [
        QgsRendererCategory(key, _ring_symbol(colour), tr(title)) for key, (colour, title) in SEVERITIES.items()
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("severity", categories))
    return layer


def _ring_symbol(colour: str) -> QgsMarkerSymbol:
    return QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": "0,0,0,0", "size": "3.4", "outline_color": colour, "outline_width": "0.6"}
    )


def _features(table: IssueTable, layer: QgsVectorLayer) -> dict[int, QgsFeature]:
    somewhere = np.flatnonzero(~(shapely.is_missing(table.geometry) | shapely.is_empty(table.geometry)))
    points = shapely.point_on_surface(table.geometry[somewhere])
    features = {}
    texts = [table.text(name) for name in _SHOWN]
    for issue, x, y in zip(somewhere.tolist(), shapely.get_x(points).tolist(), shapely.get_y(points).tolist()):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([column[issue] for column in texts])
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        features[issue] = feature
    return features
