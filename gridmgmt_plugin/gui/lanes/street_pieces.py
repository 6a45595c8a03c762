"""Pieces of street that lanes are made of: the lines of every layer that the map shows beside the lanes."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import Qgis, QgsCoordinateTransform, QgsFeatureRequest, QgsProject, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core.lanes.names import split_name
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.gui.editing.streets import street_layers
from gridmgmt_plugin.workspace.changes.row_reading import Bounds

# So many rows tell which column holds the names.
_SAMPLE = 200


def street_pieces(canvas: Any, lanes: QgsVectorLayer, bounds: Bounds) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines (object array of LineStrings, in the frame of ``lanes``) that meet ``bounds``, of every line
    layer that the map shows but the lanes, and their names: ``None`` where a piece has none.
    """
    lines: list[Any] = []
    names: list[str | None] = []
    for layer in street_layers(canvas):
        if layer is not lanes:
            _take(layer, lanes, bounds, lines, names)
    return as_column(lines), as_column(names)


def name_field(layer: QgsVectorLayer) -> str | None:
    """Return the column of a street layer that holds the names, ``None`` where none does."""
    request = QgsFeatureRequest().setLimit(_SAMPLE).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    features = list(layer.getFeatures(request))
    columns = {
        field.name(): as_column(plain(feature.attribute(at)) for feature in features)
        for at, field in enumerate(layer.fields())
    }
    found = find_field(Rows(columns), "lane") if features else None
    return None if found is None else found.field


def _take(
    layer: QgsVectorLayer, lanes: QgsVectorLayer, bounds: Bounds, lines: list[Any], names: list[str | None]
) -> None:
    transform = QgsCoordinateTransform(layer.crs(), lanes.crs(), QgsProject.instance())
    rectangle = QgsRectangle(*bounds)
    if not transform.isShortCircuited():
        rectangle = transform.transformBoundingBox(rectangle, Qgis.TransformDirection.Reverse)
    column = name_field(layer)
    for feature in layer.getFeatures(QgsFeatureRequest(rectangle)):
        geometry = feature.geometry()
        if geometry.isEmpty():
            continue
        if not transform.isShortCircuited():
            geometry.transform(transform)
        parts = shapely.get_parts(shapely.force_2d(shapely.from_wkb(geometry.asWkb().data())))
        # A name with a slash is two names; the piece counts for the first.
        known = split_name(plain(feature[column])) if column is not None else ()
        lines += list(parts)
        names += [known[0] if known else None] * len(parts)
