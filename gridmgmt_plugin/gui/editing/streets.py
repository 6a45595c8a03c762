"""The streets that close a block: the street-lanes of the workspace, and every line layer that the map shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.row_reading import Bounds

_LINES = QgsWkbTypes.GeometryType.LineGeometry


def street_layers(canvas: Any) -> list[QgsVectorLayer]:
    """Return the layers whose lines count as streets."""
    lanes = shown_layer(QgsProject.instance(), "lane")
    shown = [layer for layer in canvas.layers() if isinstance(layer, QgsVectorLayer) and layer is not lanes]
    found = [layer for layer in shown if layer.geometryType() == _LINES]
    return [*([lanes] if lanes is not None else []), *found]


def streets_within(canvas: Any, layer: QgsVectorLayer, bounds: Bounds) -> np.ndarray:
    """Return the lines (object array, in the frame of ``layer``) that meet ``bounds``, unsaved ones too."""
    lines = [line for source in street_layers(canvas) for line in _lines_of(source, layer, bounds)]
    found = np.empty(len(lines), dtype=object)
    found[:] = lines
    return found


def _lines_of(source: QgsVectorLayer, layer: QgsVectorLayer, bounds: Bounds) -> list[shapely.Geometry]:
    request = QgsFeatureRequest().setNoAttributes()
    rectangle = QgsRectangle(*bounds)
    transform = QgsCoordinateTransform(source.crs(), layer.crs(), QgsProject.instance())
    if not transform.isShortCircuited():
        rectangle = transform.transformBoundingBox(rectangle, Qgis.TransformDirection.Reverse)
    request.setFilterRect(rectangle)
    lines = []
    for feature in source.getFeatures(request):
        geometry = feature.geometry()
        if geometry.isEmpty():
            continue
        if not transform.isShortCircuited():
            geometry.transform(transform)
        lines.append(shapely.force_2d(shapely.from_wkb(geometry.asWkb().data())))
    return lines
