"""Make an empty workspace file with every table of the schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from osgeo import gdal, ogr, osr

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, staging_path
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.gdal_manner import raising_gdal
from gridmgmt_plugin.workspace.gpkg.indexes import create_indexes
from gridmgmt_plugin.workspace.schema import TableDefinition, tables

UNDEFINED_CARTESIAN = -1
# What GDAL knows of a table beside the table.
_REGISTRIES = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_extensions")
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
    try:
        with raising_gdal():
            _create_tables(path, frame)
        _finish_with_sql(path, srs_id)
    except (RuntimeError, sqlite3.Error, OSError) as error:
        raise WorkspaceError("workspace_not_created", path=str(path), reason=str(error)) from error
    return srs_id


def add_table(connection: sqlite3.Connection, path: Path, name: str) -> None:
    """Make one table of the schema in a file that lacks it, inside the transaction that is open.

    It is copied, with its key, spatial index and all that registers it, from an empty workspace that stands beside
    the one at ``path`` for a moment: GDAL's own tables have no second author.

    :raises WorkspaceError: ``workspace_not_created`` when the folder cannot be written.
    """
    info = dict(connection.execute("SELECT key, value FROM workspace_info"))
    epsg = int(info["crs_epsg"]) if info["crs_epsg"] else None
    pattern = staging_path(path)
    try:
        remove_file(pattern)
        create_file(pattern, Frame(kind=info["crs_kind"], epsg=epsg, label=info["crs_label"]))
        with closing(sqlite3.connect(pattern)) as model:
            for sql in _statements_of(model, name):
                connection.execute(sql)
            for registry in _REGISTRIES:
                for row in model.execute(f"SELECT * FROM {registry} WHERE table_name = ?", (name,)):
                    connection.execute(f"INSERT INTO {registry} VALUES ({', '.join('?' * len(row))})", row)
    finally:
        clear_away(pattern)


def _statements_of(model: sqlite3.Connection, name: str) -> list[str]:
    """Return what made a table of ``model``: the table itself, its spatial index, then indexes and triggers."""
    found = model.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = ?1 OR name = 'rtree_' || ?1 || '_geom')"
        " ORDER BY name <> ?1, type <> 'table', type, name",
        (name,),
    )
    return [sql for (sql,) in found]


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
    dataset.FlushCache()  # what GDAL would put off until it closes the file, waiting for the disk for each table
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
        # Python begins no transaction for what makes indexes: each would wait for the disk by itself.
        connection.execute("BEGIN")
        if srs_id == UNDEFINED_CARTESIAN:
            connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
            connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE data_type = 'features'", (srs_id,))
        for definition in tables().values():
            if definition.key:
                columns = ", ".join(quoted(name) for name in definition.key)
                index = quoted(f"{definition.name}_key")
                connection.execute(f"CREATE UNIQUE INDEX {index} ON {quoted(definition.name)} ({columns})")
            create_indexes(connection, definition.name)
    connection.close()
