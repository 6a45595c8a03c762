"""Rows of a job as the layer that the user asked for: a file, a temporary layer or a table of a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.parts import as_stored
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.attributes import field

_STEP = 2000


def write_rows(call: Call, name: str, rows: Rows, types: Mapping[str, type], geometry: str, frame: Frame) -> str:
    """Write the columns that ``types`` names (str, int, float) and the geometries; return the layer's address.

    :param geometry: ``Point``, ``Polygon``, ``MultiPolygon`` or ``MultiLineString``.
    :raises QgsProcessingException: when QGIS cannot write there.
    :raises Cancelled: when the user asked to stop.
    """
    fields = QgsFields()
    for column, kind in types.items():
        fields.append(field(column, kind))
    crs = QgsCoordinateReferenceSystem()
    if frame.epsg is not None:
        crs = QgsCoordinateReferenceSystem.fromEpsgId(frame.epsg)
    sink, address = call.algorithm.parameterAsSink(
        call.parameters, name, call.context, fields, QgsWkbTypes.parseType(geometry), crs
    )
    if sink is None:
        raise QgsProcessingException(call.algorithm.invalidSinkError(call.parameters, name))
    shapes = shapely.to_wkb(as_stored(rows.shapes, geometry))
    for row, (wkb, values) in enumerate(zip(shapes, zip(*(rows[column] for column in types)))):
        feature = QgsFeature(fields)
        feature.setAttributes([_as_type(value, kind) for value, kind in zip(values, types.values())])
        if wkb is not None:
            shape = QgsGeometry()
            shape.fromWkb(wkb)
            feature.setGeometry(shape)
        if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(call.algorithm.writeFeatureError(sink, call.parameters, name))
        if row % _STEP == 0 and call.feedback.isCanceled():
            raise Cancelled
    return str(address)


def types_of(rows: Rows) -> dict[str, type]:
    """Return str, int or float for each column, by its values."""
    return {name: _type_of(column) for name, column in rows.columns.items()}


def _type_of(column: np.ndarray) -> type:
    kinds = {type(value) for value in column if value is not None}
    if kinds and kinds <= {int, bool}:
        return int
    return float if kinds and kinds <= {int, float, bool} else str


def _as_type(value: Any, kind: type) -> Any:
    return None if value is None else kind(value)
