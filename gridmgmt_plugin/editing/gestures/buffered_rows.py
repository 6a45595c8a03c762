"""The rows of a layer around a place as its edit buffer has them, with one question to the database.

QGIS would ask three times more: for the rows that are edited apart from the others, and for each on a cursor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerEditBuffer,
)

from gridmgmt_plugin.editing.unanswered_reads import refuse_silent, refuse_unanswered_layer


def rows_within(layer: QgsVectorLayer, rectangle: QgsRectangle) -> list[QgsFeature]:
    """Return the rows whose bounding box meets a rectangle, with everything that is not saved yet.

    :raises WorkspaceError: ``editing_layer_silent``.
    """
    buffer = layer.editBuffer()
    if layer.providerType() != "postgres" or (buffer is not None and _has_other_columns(buffer)):
        return list(layer.getFeatures(QgsFeatureRequest(rectangle)))
    refuse_unanswered_layer(layer)
    found = _stored(layer, QgsFeatureRequest(rectangle))
    if not found:
        refuse_silent(layer)  # a lost connection gives no row
        found = _stored(layer, QgsFeatureRequest(rectangle))
    if buffer is None:
        return list(found.values())
    deleted, shapes = set(buffer.deletedFeatureIds()), buffer.changedGeometries()
    moved = [
        fid
        for fid, shape in shapes.items()
        if fid not in found and fid not in deleted and shape.boundingBoxIntersects(rectangle)
    ]
    if moved:
        found.update(_stored(layer, QgsFeatureRequest().setFilterFids(moved)))
    values = buffer.changedAttributeValues()
    rows = [_edited(row, shapes, values) for fid, row in found.items() if fid not in deleted]
    rows = [row for row in rows if row.id() not in shapes or row.geometry().boundingBoxIntersects(rectangle)]
    added = [row for row in buffer.addedFeatures().values() if row.geometry().boundingBoxIntersects(rectangle)]
    return [*added, *rows]


def _has_other_columns(buffer: QgsVectorLayerEditBuffer) -> bool:
    return bool(buffer.addedAttributes() or buffer.deletedAttributeIds())


def _stored(layer: QgsVectorLayer, request: QgsFeatureRequest) -> dict[int, QgsFeature]:
    """Return rows as they are stored, by number; columns that a layer computes stay empty."""
    columns = layer.fields().count()
    found = {}
    for row in layer.dataProvider().getFeatures(request):
        row.resizeAttributes(columns)
        found[row.id()] = row
    return found


def _edited(
    row: QgsFeature, shapes: Mapping[int, QgsGeometry], values: Mapping[int, Mapping[int, Any]]
) -> QgsFeature:
    if row.id() in shapes:
        row.setGeometry(shapes[row.id()])
    for at, value in values.get(row.id(), {}).items():
        row.setAttribute(at, value)
    return row
