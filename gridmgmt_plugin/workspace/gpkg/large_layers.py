"""A large layer written to a GeoPackage of its own: columns at once instead of feature by feature."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely
from osgeo import gdal, ogr, osr

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, replace_file, staging_path
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.parts import as_stored
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.gpkg.blob import encode
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.create import UNDEFINED_CARTESIAN
from gridmgmt_plugin.workspace.gpkg.gdal_manner import raising_gdal
from gridmgmt_plugin.workspace.gpkg.many_rows import insert_many
from gridmgmt_plugin.workspace.gpkg.packed_index import fill_empty_index, node_bytes, packed_index
from gridmgmt_plugin.workspace.values import plain

_KINDS = {str: ogr.OFTString, int: ogr.OFTInteger64, float: ogr.OFTReal}
_CHUNK = 100_000


def write_large_layer(
    rows: Rows, types: Mapping[str, type], geometry: str, frame: Frame, path: Path, progress: Progress
) -> None:
    """Write rows as the only layer of a GeoPackage 1.2, under the file's name, with its spatial index.

    The file appears complete or not at all; one that stands there is replaced.

    :param types: column → str, int or float, in order. :param geometry: type of the layer, such as ``Point``.
    :raises WorkspaceError: ``layer_not_written``.
    :raises Cancelled: when the user asked to stop.
    """
    unfinished = staging_path(path)
    try:
        remove_file(unfinished)
        with raising_gdal():
            names = _create(unfinished, path.stem, types, geometry, frame)
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            # Nobody else knows the file yet; killed in between it is thrown away.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, path.stem, rows, dict(zip(types, names)), types, geometry, progress)
        replace_file(unfinished, path)
    except (RuntimeError, sqlite3.Error, OSError) as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=str(error)) from error
    finally:
        clear_away(unfinished)


def _create(path: Path, name: str, types: Mapping[str, type], geometry: str, frame: Frame) -> list[str]:
    """Make the empty layer; return the names that its columns got."""
    srs = None
    if frame.epsg is not None:
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(frame.epsg)
    dataset = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown, ["VERSION=1.2"])
    kind = getattr(ogr, f"wkb{geometry}")
    fid = "fid" if "fid" not in {column.lower() for column in types} else "ogc_fid"
    layer = dataset.CreateLayer(name, srs, kind, [f"FID={fid}", "GEOMETRY_NAME=geom", "SPATIAL_INDEX=YES"])
    for column, of_type in types.items():
        layer.CreateField(ogr.FieldDefn(column, _KINDS[of_type]))
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(at).GetName() for at in range(definition.GetFieldCount())]
    del layer, dataset
    return names


def _fill(
    connection: sqlite3.Connection,
    name: str,
    rows: Rows,
    names: Mapping[str, str],
    types: Mapping[str, type],
    geometry: str,
    progress: Progress,
) -> None:
    connection.execute("BEGIN")
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (name,)
    ).fetchall()
    for trigger, _ in triggers:
        connection.execute(f"DROP TRIGGER {quoted(trigger)}")
    srs = connection.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (name,)).fetchone()[0]
    if srs == 0:  # "undefined geographic": plain metres are no degrees
        srs = UNDEFINED_CARTESIAN
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ? WHERE table_name = ?", (srs, name))
        connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE table_name = ?", (srs, name))
    shapes = as_stored(rows.shapes, geometry)
    bounds, index = shapely.bounds(shapes), f"rtree_{name}_geom"
    with ThreadPoolExecutor(1) as beside:  # SQLite lets go of the interpreter at every row
        packed = beside.submit(packed_index, np.arange(1, len(rows) + 1), bounds, node_bytes(connection, index))
        _insert(connection, name, rows, shapes, srs, names, types, progress)
        fill_empty_index(connection, index, packed.result())
    for _, statement in triggers:
        connection.execute(statement)
    connection.execute("UPDATE gpkg_ogr_contents SET feature_count = ? WHERE table_name = ?", (len(rows), name))
    box = (
        [None] * 4
        if not len(rows) or np.isnan(bounds).all()
        else np.nanmin(bounds[:, :2], axis=0).tolist() + (np.nanmax(bounds[:, 2:], axis=0).tolist())
    )
    connection.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?", (*box, name)
    )
    connection.execute("COMMIT")


def _insert(
    connection: sqlite3.Connection,
    name: str,
    rows: Rows,
    shapes: np.ndarray,
    srs: int,
    names: Mapping[str, str],
    types: Mapping[str, type],
    progress: Progress,
) -> None:
    key = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk = 1", (name,)).fetchone()[0]
    columns = (key, "geom", *names.values())
    for start in range(0, len(rows), _CHUNK):
        progress.report(start / len(rows))
        part = slice(start, start + _CHUNK)
        values = [_typed(rows[column][part], types[column]) for column in types]
        numbers = range(start + 1, start + 1 + len(shapes[part]))
        insert_many(connection, name, columns, (numbers, encode(shapes[part], srs), *values))


def _typed(column: np.ndarray, kind: type) -> list[object]:
    """Return values that SQLite stores as the column's type."""
    values = column.tolist()
    found = set(map(type, values))
    if kind is not float and found <= {kind, type(None)}:
        return list(values)
    values = plain(column)
    if found <= {kind, type(None)}:
        return values
    return [None if value is None else kind(value) for value in values]
