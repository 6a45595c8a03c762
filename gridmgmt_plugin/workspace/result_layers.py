"""Results of a job as QGIS layers: kept in memory for the map, or written beside the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows

_KINDS = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
# QVariant's type numbers are those of QMetaType, which replaces it from QGIS 3.38 on.
_TYPES = {str: QVariant.String, int: QVariant.LongLong, float: QVariant.Double, bool: QVariant.Bool}


def memory_layer(rows: Rows, title: str, frame: Frame) -> QgsVectorLayer:
    """Return rows with geometry as a layer in memory, columns typed by their values.

    :raises ValueError: for rows without geometry.
    """
    if rows.geometry is None:
        raise ValueError("a layer needs geometry")
    kinds = np.unique(shapely.get_type_id(rows.geometry)).tolist()
    kind = _KINDS[max(kinds)] if kinds else "Polygon"
    layer = QgsVectorLayer(kind, title, "memory")
    # Said outright also for a local frame: without a word QGIS would take a layer in memory for degrees.
    layer.setCrs(QgsCoordinateReferenceSystem() if frame.epsg is None else _epsg(frame.epsg))
    provider = layer.dataProvider()
    provider.addAttributes([QgsField(name, _type_of(column)) for name, column in rows.columns.items()])
    layer.updateFields()
    provider.addFeatures(_features(rows, layer.fields()))
    layer.updateExtents()
    return layer


def write_layer(layer: QgsVectorLayer, path: Path) -> Path:
    """Write a layer to a GeoPackage or GeoJSON file, by the suffix of ``path``.

    :raises WorkspaceError: ``layer_not_written`` with what QGIS says.
    """
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GeoJSON" if path.suffix.lower() in (".geojson", ".json") else "GPKG"
    options.layerName = path.stem
    options.fileEncoding = "UTF-8"
    if options.driverName == "GPKG":
        options.datasourceOptions = ["VERSION=1.2"]
    error, reason = QgsVectorFileWriter.writeAsVectorFormatV3(
        layer, str(path), QgsCoordinateTransformContext(), options
    )[:2]
    if error != QgsVectorFileWriter.WriterError.NoError:
        raise WorkspaceError("layer_not_written", path=str(path), reason=reason)
    return path


def _epsg(number: int) -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem.fromEpsgId(number)


def _type_of(column: np.ndarray) -> int:
    for value in column:
        if value is not None:
            return _TYPES.get(type(value), QVariant.String)
    return QVariant.String


def _features(rows: Rows, fields: QgsFields) -> Sequence[QgsFeature]:
    features = []
    for wkb, values in zip(shapely.to_wkb(rows.geometry), zip(*rows.columns.values())):
        feature = QgsFeature(fields)
        feature.setAttributes(list(values))
        if wkb is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(wkb)
            feature.setGeometry(geometry)
        features.append(feature)
    return features
