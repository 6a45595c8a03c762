"""Layers written: shapefile and GeoPackage 1.2 through GDAL, GeoJSON (RFC 7946) as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from osgeo import gdal, ogr, osr

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.ogr_access import config_options, quiet_gdal
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import DATE, INTEGER, REAL, TEXT, FieldSpec
from gridmgmt_plugin.exchange.package.geojson_text import geojson_lines
from gridmgmt_plugin.exchange.package.strict_dbf import make_ascii, make_strict
from gridmgmt_plugin.exchange.package.text_fit import FittedField, fit_fields

SHP, GPKG, GEOJSON = "shp", "gpkg", "geojson"
FORMATS = (SHP, GPKG, GEOJSON)
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# 1e-10 degree is a hundredth of a millimetre: below any precision of a workspace.
GEOJSON_DECIMALS = 10
UNDEFINED_CARTESIAN = -1
_STEP = 2000
_NUMBER_WIDTH = 20
_INTEGER_WIDTH = 12
_DATE_WIDTH = 8
#: Of the .shp and of the .dbf: many programs read neither beyond it.
MOST_SHAPEFILE_BYTES = 2**31 - 1
_BYTES_A_POINT, _BYTES_A_SHAPE = 16, 64
_GEOMETRY = {
    "Point": ogr.wkbPoint,
    "LineString": ogr.wkbLineString,
    "Polygon": ogr.wkbPolygon,
    "MultiPolygon": ogr.wkbMultiPolygon,
    "MultiLineString": ogr.wkbMultiLineString,
    "Geometry": ogr.wkbUnknown,
}
_MULTI = "Multi"
_OF_PARTS = (ogr.wkbMultiPolygon, ogr.wkbMultiLineString)
_FIELD = {TEXT: ogr.OFTString, REAL: ogr.OFTReal, INTEGER: ogr.OFTInteger64, DATE: ogr.OFTDate}


@dataclass(frozen=True)
class LayerToWrite:
    """A layer under its delivered name: rows with workspace columns and geometry in the workspace's frame, and the
    fields with their delivered names.
    """

    name: str
    geometry: str
    fields: tuple[FieldSpec, ...]
    rows: Rows
    keys: tuple[str, ...]


@dataclass(frozen=True)
class WrittenLayer:
    """What was written: the files (the main one first) and the fields as they are in it."""

    format: str
    paths: tuple[Path, ...]
    fields: tuple[FieldSpec, ...]


def write_layer(
    layer: LayerToWrite,
    folder: Path,
    format_: str,
    delivery: Delivery,
    encoding: str,
    now: datetime,
    progress: Progress | None = None,
    file: Path | None = None,
) -> WrittenLayer:
    """Write one layer in one format into a folder, under its own name or as ``file``.

    :raises InputError: ``package_shapefile_too_large``, and what :func:`fit_fields` and :class:`Delivery` raise.
    :raises WorkspaceError: ``package_not_written`` with GDAL's reason.
    """
    progress = progress or Progress()
    path = file or folder / f"{layer.name}.{format_}"
    write = {SHP: _write_shapefile, GPKG: _write_geopackage, GEOJSON: _write_geojson}[format_]
    with _settings(now, encoding):
        return write(layer, path, delivery, encoding, now, progress)


def write_geopackage(
    layers: Sequence[LayerToWrite], path: Path, delivery: Delivery, now: datetime, progress: Progress | None = None
) -> None:
    """Write several layers into one GeoPackage.

    :raises WorkspaceError: ``package_not_written``.
    """

    def fill(dataset: Any) -> None:
        for layer in layers:
            rows = delivery.rows(layer.rows)
            fields = [FittedField(spec, rows[spec.column]) for spec in layer.fields]
            kind = _GEOMETRY[layer.geometry]
            made = dataset.CreateLayer(layer.name, _system(delivery), kind, ["GEOMETRY_NAME=geom"])
            _fill(dataset, made, fields, rows.geometry, path, progress or Progress())

    with _settings(now, "UTF-8"):
        _write("GPKG", path, ["VERSION=1.2"], fill)
    if delivery.frame.is_local:
        _mark_undefined(path)


def _write_shapefile(
    layer: LayerToWrite, path: Path, delivery: Delivery, encoding: str, now: datetime, progress: Progress
) -> WrittenLayer:
    rows = delivery.rows(layer.rows)
    fields = fit_fields(rows, layer.fields, layer.keys, layer.name, encoding)
    _refuse_too_large(layer.name, fields, rows.geometry)
    options = [f"ENCODING={encoding}", f"DBF_DATE_LAST_UPDATE={now:%Y-%m-%d}"]

    def fill(dataset: Any) -> None:
        made = dataset.CreateLayer(layer.name, _system(delivery), _GEOMETRY[layer.geometry], options)
        _fill(dataset, made, fields, rows.geometry, path, progress)

    _write("ESRI Shapefile", path, [], fill)
    try:
        make_strict(path.with_suffix(".dbf"), encoding)
        make_ascii(path.with_suffix(".prj"), delivery.wkt if delivery.frame.is_local else None)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
    path.with_suffix(".cpg").write_text(encoding, encoding="ascii")
    parts = tuple(path.with_suffix(suffix) for suffix in SHAPEFILE_PARTS)
    return WrittenLayer(SHP, parts, tuple(field.spec for field in fields))


def _write_geopackage(
    layer: LayerToWrite, path: Path, delivery: Delivery, _encoding: str, now: datetime, progress: Progress
) -> WrittenLayer:
    write_geopackage([layer], path, delivery, now, progress)
    return WrittenLayer(GPKG, (path,), layer.fields)


def _write_geojson(
    layer: LayerToWrite, path: Path, delivery: Delivery, _encoding: str, _now: datetime, progress: Progress
) -> WrittenLayer:
    rows = delivery.lonlat_rows(layer.rows)
    shapes = rows.geometry
    if shapes is not None and layer.geometry.startswith(_MULTI):
        shapes = as_multi(shapes)
    columns = {spec.name: rows[spec.column] for spec in layer.fields}
    progress.report(0.0)
    try:
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(geojson_lines(columns, shapes, len(rows), GEOJSON_DECIMALS))
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
    progress.report(1.0)
    return WrittenLayer(GEOJSON, (path,), layer.fields)


def _system(delivery: Delivery) -> Any:
    if delivery.frame.is_local:
        return None
    return _system_of(delivery.epsg, delivery.wkt)


def _system_of(epsg: int | None, wkt: str) -> Any:
    system = osr.SpatialReference()
    if epsg is not None:
        system.ImportFromEPSG(epsg)
    else:
        system.ImportFromWkt(wkt)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system


def _fill(
    dataset: Any,
    made: Any,
    fields: Sequence[FittedField],
    geometry: np.ndarray | None,
    path: Path,
    progress: Progress,
) -> None:
    if made is None:
        raise _refusal(path)
    for field in fields:
        made.CreateField(_definition(field.spec, dataset))
    count = 0 if not fields else len(fields[0].values)
    bodies = [None] * count
    if geometry is not None:
        shapes = as_multi(geometry) if made.GetGeomType() in _OF_PARTS else geometry
        bodies = shapely.to_wkb(shapes, byte_order=1, flavor="iso").tolist()
    feature = ogr.Feature(made.GetLayerDefn())  # one for all rows: to make one costs as much as to fill it
    filled = [at for at, field in enumerate(fields) if any(value is not None for value in field.values)]
    for at in set(range(len(fields))).difference(filled):
        feature.SetFieldNull(at)
    setters = [_setter(feature, fields[at].spec.type) for at in filled]
    columns = [fields[at].values.tolist() for at in filled]
    transactions = dataset.TestCapability(ogr.ODsCTransactions)
    if transactions:
        dataset.StartTransaction()
    for row, (body, *values) in enumerate(zip(bodies, *columns)):
        if row % _STEP == 0:
            progress.report(row / count)
        for position, put, value in zip(filled, setters, values):
            if value is None:
                feature.SetFieldNull(position)
            else:
                put(position, value)
        feature.SetGeometryDirectly(None if body is None else ogr.CreateGeometryFromWkb(body))
        feature.SetFID(ogr.NullFID)
        if made.CreateFeature(feature) != 0:
            raise _refusal(path)
    if transactions:
        dataset.CommitTransaction()
    progress.report(1.0)


def _refuse_too_large(name: str, fields: Sequence[FittedField], geometry: np.ndarray | None) -> None:
    """Refuse a shapefile of which a part would be larger than every program reads.

    :raises InputError: ``package_shapefile_too_large``.
    """
    widths = {REAL: _NUMBER_WIDTH, INTEGER: _INTEGER_WIDTH, DATE: _DATE_WIDTH}
    rows = 0 if not fields else len(fields[0].values)
    table = rows * (1 + sum(widths.get(field.spec.type, field.spec.width) for field in fields))
    shapes = 0
    if geometry is not None:
        points = int(shapely.get_num_coordinates(geometry).sum())
        shapes = points * _BYTES_A_POINT + len(geometry) * _BYTES_A_SHAPE
    largest = max(table, shapes)
    if largest > MOST_SHAPEFILE_BYTES:
        raise InputError(
            "package_shapefile_too_large", layer=name, size=largest >> 20, most=MOST_SHAPEFILE_BYTES >> 20
        )


def _setter(feature: Any, type_: str) -> Callable[[int, Any], None]:
    """Return what sets a field of a type: to be asked for the kind of a value costs more than to write it."""
    put: Callable[[int, Any], None] = feature.SetFieldInteger64 if type_ == INTEGER else feature.SetFieldString
    if type_ == REAL:
        put = feature.SetField
    return put


def _definition(spec: FieldSpec, dataset: Any) -> Any:
    definition = ogr.FieldDefn(spec.name, _FIELD[spec.type])
    if dataset.GetDriver().ShortName == "ESRI Shapefile":
        if spec.type == TEXT:
            definition.SetWidth(spec.width)
        elif spec.type == REAL:
            definition.SetWidth(_NUMBER_WIDTH)
            definition.SetPrecision(spec.decimals)
        elif spec.type == INTEGER:
            definition.SetWidth(_INTEGER_WIDTH)
    return definition


def _write(driver: str, path: Path, options: Sequence[str], fill: Callable[[Any], None]) -> None:
    """Create a dataset, fill it, close it, and tell what GDAL complained about on the way.

    :raises WorkspaceError: ``package_not_written``.
    """
    with quiet_gdal():
        try:
            dataset = gdal.GetDriverByName(driver).Create(str(path), 0, 0, 0, gdal.GDT_Unknown, list(options))
            if dataset is None:
                raise _refusal(path)
            fill(dataset)
            dataset.FlushCache()
            del dataset  # closes the file: much is written only now
        except RuntimeError as error:  # another plugin switched exceptions on
            raise WorkspaceError("package_not_written", name=path.name, reason=str(error)) from error
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise _refusal(path)


def _refusal(path: Path) -> WorkspaceError:
    return WorkspaceError("package_not_written", name=path.name, reason=gdal.GetLastErrorMsg() or "–")


def _settings(now: datetime, encoding: str) -> AbstractContextManager[None]:
    """Set GDAL up for this thread alone.

    It writes ``now`` into the files, so that equal content gives equal bytes. And it encodes shapefiles as asked:
    QGIS switches that off for the whole process (``SHAPE_ENCODING`` is empty there) and does it by itself.
    """
    return config_options({"OGR_CURRENT_DATE": f"{now:%Y-%m-%dT%H:%M:%S}.000Z", "SHAPE_ENCODING": encoding})


def _mark_undefined(path: Path) -> None:
    """Say "undefined Cartesian" in a GeoPackage of a local frame: plain metres, which no program will shift."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (UNDEFINED_CARTESIAN,))
        connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE data_type = 'features'", (UNDEFINED_CARTESIAN,))
    connection.close()
