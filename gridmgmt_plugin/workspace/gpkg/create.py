"""Make an empty workspace file with every table of the schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from osgeo import gdal, ogr, osr

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.schema import TableDefinition, tables

UNDEFINED_CARTESIAN = -1
_FIELD_TYPES = {
    "text": (ogr.OFTString, ogr.OFSTNone),
    "integer": (ogr.OFTInteger64, ogr.OFSTNone),
    "real": (ogr.OFTReal, ogr.OFSTNone),
    "date": (ogr.OFTDate, ogr.OFSTNone),
    # Local wall-clock time as ISO 8601 text: a GeoPackage DATETIME would have to be UTC.
    "datetime": (ogr.OFTString, ogr.OFSTNone),
    "boolean": (ogr.OFTInteger, ogr.OFSTBoolean),
    "blob": (ogr.OFTBinary, ogr.OFSTNone),
}
_GEOMETRY_TYPES = {
    None: ogr.wkbNone,
    "Point": ogr.wkbPoint,
    "Polygon": ogr.wkbPolygon,
    "MultiPolygon": ogr.wkbMultiPolygon,
    "MultiLineString": ogr.wkbMultiLineString,
    "Geometry": ogr.wkbUnknown,
}


def create_file(path: Path, frame: Frame) -> int:
    """Write an empty GeoPackage 1.2 with all tables in ``frame``; return its srs id (−1 for a local frame).

    A local frame is stored as "undefined Cartesian": plain metres, which no program will shift.

    :raises WorkspaceError: ``workspace_not_created`` when the folder cannot be written.
    """
    srs_id = frame.epsg if frame.epsg is not None else UNDEFINED_CARTESIAN
    use_exceptions = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        _create_tables(path, frame)
        _finish_with_sql(path, srs_id)
    except (RuntimeError, sqlite3.Error, OSError) as error:
        raise WorkspaceError("workspace_not_created", path=str(path), reason=str(error)) from error
    finally:
        if not use_exceptions:
            gdal.DontUseExceptions()
    return srs_id


def _create_tables(path: Path, frame: Frame) -> None:
    srs = None
    if frame.epsg is not None:
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(frame.epsg)
    driver = gdal.GetDriverByName("GPKG")
    dataset = driver.Create(str(path), 0, 0, 0, gdal.GDT_Unknown, ["VERSION=1.2"])
    dataset.StartTransaction()
    for definition in tables().values():
        _create_table(dataset, definition, srs)
    dataset.CommitTransaction()
    del dataset


def _create_table(dataset: gdal.Dataset, definition: TableDefinition, srs: osr.SpatialReference | None) -> None:
    options = ["FID=fid", f"IDENTIFIER={definition.name}", f"DESCRIPTION={definition.zh} {definition.en}"]
    options.append("GEOMETRY_NAME=geom" if definition.geometry else "ASPATIAL_VARIANT=GPKG_ATTRIBUTES")
    layer = dataset.CreateLayer(
        definition.name, srs if definition.geometry else None, _GEOMETRY_TYPES[definition.geometry], options
    )
    for column in definition.columns:
        kind, subtype = _FIELD_TYPES[column.type]
        field = ogr.FieldDefn(column.name, kind)
        field.SetSubType(subtype)
        layer.CreateField(field)
    if definition.versioned:
        version = ogr.FieldDefn("row_version", ogr.OFTInteger64)
        version.SetDefault("1")
        layer.CreateField(version)


def _finish_with_sql(path: Path, srs_id: int) -> None:
    connection = sqlite3.connect(path)
    with connection:
        if srs_id == UNDEFINED_CARTESIAN:
            connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
            connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE data_type = 'features'", (srs_id,))
        for definition in tables().values():
            if definition.key:
                columns = ", ".join(quoted(name) for name in definition.key)
                index = quoted(f"{definition.name}_key")
                connection.execute(f"CREATE UNIQUE INDEX {index} ON {quoted(definition.name)} ({columns})")
    connection.close()
