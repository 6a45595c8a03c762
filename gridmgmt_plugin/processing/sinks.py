"""Rows of a job as the layer that the user asked for: a file, a temporary layer or a table of a database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputLayerDefinition,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.parts import as_stored
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.attributes import field
from gridmgmt_plugin.project.files_in_use import address_of
from gridmgmt_plugin.workspace.gpkg.large_layers import write_large_layer
from gridmgmt_plugin.workspace.personal_data import is_code

_STEP = 2000
#: From so many rows on a GeoPackage is written by columns.
LARGE = 50_000


def write_rows(call: Call, name: str, rows: Rows, types: Mapping[str, type], geometry: str, frame: Frame) -> str:
    """Write the columns that ``types`` names (str, int, float) and the geometries; return the layer's address.

    What belongs to people is masked in texts, also in those of the file that was given; codes stay.

    :param geometry: ``Point``, ``Polygon``, ``MultiPolygon`` or ``MultiLineString``.
    :raises QgsProcessingException: when QGIS cannot write there.
    :raises Cancelled: when the user asked to stop.
    """
    texts = [column for column, kind in types.items() if kind is str and not is_code(column)]
    rows = rows.with_columns(**{column: redact_column(rows[column]).values for column in texts})
    path = _file_of(call, name) if len(rows) >= LARGE else None
    if path is not None:
        write_large_layer(rows, types, geometry, frame, path, call.progress.part(0.95, 0.99))
        return _shown(call, name, path)
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
    columns = [_typed(rows[column], kind) for column, kind in types.items()]
    for row, (wkb, values) in enumerate(zip(shapes, zip(*columns))):
        feature = QgsFeature(fields)
        feature.setAttributes(list(values))
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


def _typed(column: np.ndarray, kind: type) -> list[Any]:
    """Return values of one kind; those of a long column that are of it already are taken as they are."""
    if set(map(type, column)) <= {kind, type(None)}:
        return list(column)
    return [None if value is None else kind(value) for value in column]


def _file_of(call: Call, name: str) -> Path | None:
    """Return the GeoPackage that a sink is to become, ``None`` for anything else."""
    value = call.parameters.get(name)
    if isinstance(value, QgsProcessingOutputLayerDefinition) and getattr(value, "useRemapping", bool)():
        return None
    address = address_of(value)
    is_file = address.lower().endswith(".gpkg") and "|" not in address and ":" not in Path(address).name
    path = Path(address)
    return path if is_file and path.parent.is_dir() else None


def _shown(call: Call, name: str, path: Path) -> str:
    """Have the layer loaded when the run ends, where that was asked for; return its address."""
    value = call.parameters.get(name)
    if isinstance(value, QgsProcessingOutputLayerDefinition) and value.destinationProject is not None:
        title = value.destinationName or call.algorithm.parameterDefinition(name).description()
        details = QgsProcessingContext.LayerDetails(title, value.destinationProject, name)
        call.context.addLayerToLoadOnCompletion(str(path), details)
    return str(path)
