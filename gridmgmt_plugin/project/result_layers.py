"""Results of a job as QGIS layers: kept in memory for the map, or written to a file of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, sqlite_uri, staging_path
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.parts import of_one_kind
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.project.attributes import field
from gridmgmt_plugin.workspace.gpkg.create import UNDEFINED_CARTESIAN

_GEOJSON = (".geojson", ".json")
_LONLAT = "EPSG:4326"


def memory_layer(rows: Rows, title: str, frame: Frame) -> QgsVectorLayer:
    """Return rows with geometry as a layer in memory, columns typed by their values, row by row in order.

    Single and multipart shapes of one family make a multipart layer; a row without a shape stays a row.

    :raises ValueError: for rows without geometry, or with points, lines and polygons mixed.
    """
    if rows.geometry is None:
        raise ValueError("a layer needs geometry")
    kind, shapes = of_one_kind(rows.geometry)
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation = True  # a local frame has no system; nobody is to be asked for one
    layer = QgsVectorLayer(kind, title, "memory", options)
    layer.setCrs(
        QgsCoordinateReferenceSystem() if frame.epsg is None else QgsCoordinateReferenceSystem.fromEpsgId(frame.epsg)
    )
    kinds = [_value_kind(column) for column in rows.columns.values()]
    provider = layer.dataProvider()
    provider.addAttributes([field(name, k) for name, k in zip(rows.columns, kinds)])
    layer.updateFields()
    columns = [_as_kind(column, k) for column, k in zip(rows.columns.values(), kinds)]
    features = _features(columns, shapes, layer.fields())
    added, _ = provider.addFeatures(features, QgsFeatureSink.Flag.FastInsert)
    if not added or layer.featureCount() != len(rows):
        raise ValueError(f"{len(rows) - layer.featureCount()} rows did not become features of a {kind} layer")
    layer.updateExtents()
    return layer


def write_layer(layer: QgsVectorLayer, path: Path | str) -> Path:
    """Write a layer to a GeoPackage or GeoJSON file, by the suffix of ``path``; a file of that name is replaced.

    GeoJSON is RFC 7946: longitude and latitude in WGS 84. The file appears complete or not at all.

    :raises WorkspaceError: ``layer_not_written`` with what QGIS says, ``layer_format_unknown``,
        ``geojson_needs_lonlat`` for a layer in a local frame, ``layer_would_replace_workspace``.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in (".gpkg", *_GEOJSON):
        raise WorkspaceError("layer_format_unknown", path=target.name)
    if suffix in _GEOJSON and not layer.crs().isValid():
        raise WorkspaceError("geojson_needs_lonlat", path=target.name)
    if _is_workspace(target):
        raise WorkspaceError("layer_would_replace_workspace", path=target.name)
    # QGIS appends the format's own suffix where another one stands.
    unfinished = staging_path(target, ".gpkg" if suffix == ".gpkg" else ".geojson")
    try:
        _write(layer, unfinished, target)
        if suffix == ".gpkg" and not layer.crs().isValid():
            _declare_plain_metres(unfinished)
        replace_file(unfinished, target)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(target), reason=str(error.strerror)) from error
    finally:
        clear_away(unfinished)
    return target


def _write(layer: QgsVectorLayer, path: Path, target: Path) -> None:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = target.stem
    options.fileEncoding = "UTF-8"
    context = QgsCoordinateTransformContext()
    if path.suffix == ".gpkg":
        options.driverName = "GPKG"
        options.datasourceOptions = ["VERSION=1.2"]
    else:
        options.driverName = "GeoJSON"
        options.layerOptions = ["RFC7946=YES"]
        options.ct = QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem(_LONLAT), context)
    error, reason = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)[:2]
    if error != QgsVectorFileWriter.WriterError.NoError or not path.is_file():
        raise WorkspaceError("layer_not_written", path=str(target), reason=reason)


def _declare_plain_metres(path: Path) -> None:
    """Name "undefined Cartesian" as system, as the workspace does; GDAL would say "undefined geographic"."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (UNDEFINED_CARTESIAN,))
        connection.execute("UPDATE gpkg_contents SET srs_id = ?", (UNDEFINED_CARTESIAN,))


def _is_workspace(path: Path) -> bool:
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(sqlite_uri(path, "ro"), uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'workspace_info'").fetchone()
    except sqlite3.DatabaseError:
        return False
    return found is not None


def _value_kind(column: np.ndarray) -> type:
    """Return what all values of a column can be stored as: bool, int, float, else text."""
    kinds = {type(_plain(value)) for value in column if value is not None}
    for kind, fitting in ((bool, {bool}), (int, {int, bool}), (float, {float, int, bool})):
        if kinds and kinds <= fitting:
            return kind
    return str


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _as_kind(column: np.ndarray, kind: type) -> list[Any]:
    values = [_plain(value) for value in column]
    return [None if value is None or value != value else kind(value) for value in values]  # noqa: PLR0124  NaN test


def _features(columns: Sequence[Sequence[Any]], shapes: np.ndarray, fields: QgsFields) -> list[QgsFeature]:
    features = []
    rows = zip(*columns) if columns else ([] for _ in shapes)
    for wkb, values in zip(shapely.to_wkb(shapes), rows):
        feature = QgsFeature(fields)
        feature.setAttributes(list(values))
        if wkb is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(wkb)
            feature.setGeometry(geometry)
        features.append(feature)
    return features
