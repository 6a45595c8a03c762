"""Show a thing of the workspace on the map: select it, zoom to it, let it flash, open its form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.light.places import AREA_LEVELS, RESPONSIBILITY_GRID, Place

_FLASH_FROM, _FLASH_TO = QColor(31, 139, 214, 220), QColor(31, 139, 214, 30)
_FLASHES, _FLASH_MS = 2, 350
_MARK_WIDTH_PX, _MARK_POINT_PX = 3, 14
# Ground to leave around what is shown, and the least width of the map for a point.
_MARGIN, _POINT_WIDTH_M = 1.15, 300.0


# Tables whose rows are not named by a code.
_KEYS = {"cases": "id", "person": "id", "duty_rule": "id"}


def bring_into_view(layer: QgsVectorLayer) -> None:
    """Let a layer be drawn that was switched off or that the theme of the map leaves out, and the groups it is in."""
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    if node is not None and not node.isVisible():
        node.setItemVisibilityCheckedParentRecursive(True)


class MapFocus:
    """Works on the layers of the open workspace in QGIS's current project."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._mark_on_map: Any = None

    def show_place(self, place: Place, scheme: str | None) -> bool:
        """Select, zoom and flash; tell whether the place is on the map."""
        layer, feature = self._find(place, scheme)
        if layer is None or feature is None or not feature.hasGeometry():
            return False
        for other in shown_layers(QgsProject.instance()).values():
            if other is not layer and other.selectedFeatureCount():
                other.removeSelection()
        layer.selectByIds([feature.id()])
        self._mark(layer, feature.geometry())
        self._iface.setActiveLayer(layer)
        self.show_geometry(feature.geometry(), layer)
        return True

    def forget_mark(self) -> None:
        """Take the mark off the map."""
        if is_alive(self._mark_on_map):
            self._iface.mapCanvas().scene().removeItem(self._mark_on_map)
        self._mark_on_map = None

    def _mark(self, layer: QgsVectorLayer, geometry: QgsGeometry) -> None:
        """Mark what its layer, which the theme leaves out, does not show as selected."""
        self.forget_mark()
        node = QgsProject.instance().layerTreeRoot().findLayer(layer)
        if node is not None and node.isVisible():
            return
        mark = QgsRubberBand(self._iface.mapCanvas(), layer.geometryType())
        mark.setStrokeColor(_FLASH_FROM)
        mark.setFillColor(_FLASH_TO)
        mark.setWidth(_MARK_WIDTH_PX)
        mark.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
        mark.setIconSize(_MARK_POINT_PX)
        mark.setToGeometry(geometry, layer)
        self._mark_on_map = mark

    def show_geometry(self, geometry: QgsGeometry, layer: QgsVectorLayer) -> None:
        """Zoom to a geometry of ``layer`` and let it flash."""
        self.show_geometries([geometry], layer)

    def show_geometries(self, geometries: Sequence[QgsGeometry], layer: QgsVectorLayer) -> None:
        """Zoom to all of some geometries of ``layer`` and let them flash."""
        canvas = self._iface.mapCanvas()
        box = geometries[0].boundingBox()
        for geometry in geometries[1:]:
            box.combineExtentWith(geometry.boundingBox())
        extent = canvas.mapSettings().layerExtentToOutputExtent(layer, box)
        extent.scale(_MARGIN)
        if max(extent.width(), extent.height()) < _POINT_WIDTH_M:
            extent.grow(_POINT_WIDTH_M / 2)
        canvas.setExtent(extent)
        canvas.refresh()
        canvas.flashGeometries(list(geometries), layer.crs(), _FLASH_FROM, _FLASH_TO, _FLASHES, _FLASH_MS)

    def open_form(self, place: Place, scheme: str | None) -> bool:
        """Open QGIS's form of the place; tell whether there is one."""
        layer, feature = self._find(place, scheme)
        if layer is None or feature is None:
            return False
        self._iface.openFeatureForm(layer, feature, False, False)
        return True

    @staticmethod
    def _find(place: Place, scheme: str | None) -> tuple[QgsVectorLayer | None, QgsFeature | None]:
        table = "area" if place.level in AREA_LEVELS else place.level
        layer = shown_layer(QgsProject.instance(), table)
        if layer is None:
            return None, None
        condition = QgsExpression.createFieldEqualityExpression(_KEYS.get(table, "code"), place.code)
        if table == RESPONSIBILITY_GRID:
            condition += " AND " + QgsExpression.createFieldEqualityExpression("scheme", scheme)
        return layer, next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition)), None)
