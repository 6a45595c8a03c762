"""GDAL opened for one file at a time: no global switches, its complaints caught and told as our errors.

QGIS and its other plugins share one GDAL in the process. ``UseExceptions`` would change it for all of them, so errors
are collected through the error stack of the calling thread instead, and both manners of GDAL (return nothing, raise)
are understood.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from osgeo import gdal, ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.exchange.encodings import GB18030, UTF8, decode_piece, encoding_of_pieces
from gridmgmt_plugin.exchange.ogr_columns import readable
from gridmgmt_plugin.exchange.source import LayerInfo, layer_needed
from gridmgmt_plugin.workspace.gpkg.gdal_manner import silent_gdal

SIDE_FILES = (".shx", ".dbf")
_JSON = ("GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON")
# A suffix is read by its own drivers only: others follow addresses of services that a file may hold.
_DRIVERS = {
    ".shp": ("ESRI Shapefile",),
    ".dbf": ("ESRI Shapefile",),
    ".gpkg": ("GPKG",),
    ".geojson": _JSON,
    ".json": _JSON,
    ".fgb": ("FlatGeobuf",),
    ".gdb": ("OpenFileGDB",),
    ".sqlite": ("SQLite",),
    ".kml": ("LIBKML", "KML"),
    ".gml": ("GML",),
    ".tab": ("MapInfo File",),
    ".mif": ("MapInfo File",),
    ".dxf": ("DXF",),
}
# No schema is fetched from the network, no file is left beside the user's.
_OPEN_OPTIONS = {".gml": ("DOWNLOAD_SCHEMA=NO", "WRITE_GFS=NO")}
_IN_ZIP = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gdb", ".sqlite", ".kml", ".gml", ".tab", ".mif")
# What archivers of one system leave for themselves.
_NOT_DATA = ("__MACOSX/", "._", "~$")
_SHOWN = 5
# A locked GeoPackage is told at once; SQLite would wait for five seconds.
_BUSY_TIMEOUT, _BUSY_MILLISECONDS = "SQLITE_BUSY_TIMEOUT", "200"
# Tables that QGIS and GDAL keep beside the data.
_HOUSEKEEPING = {"layer_styles", "qgis_projects"}


@contextmanager
def quiet_gdal() -> Iterator[None]:
    """Keep GDAL from printing or raising in this thread while the block runs."""
    with silent_gdal():
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        gdal.ErrorReset()
        before = gdal.GetThreadLocalConfigOption(_BUSY_TIMEOUT)
        gdal.SetThreadLocalConfigOption(_BUSY_TIMEOUT, _BUSY_MILLISECONDS)
        try:
            yield
        finally:
            gdal.SetThreadLocalConfigOption(_BUSY_TIMEOUT, before)
            gdal.PopErrorHandler()


@contextmanager
def config_options(options: Mapping[str, str]) -> Iterator[None]:
    """Set options of GDAL for this thread while the block runs."""
    before = {name: gdal.GetThreadLocalConfigOption(name) for name in options}
    for name, value in options.items():
        gdal.SetThreadLocalConfigOption(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            gdal.SetThreadLocalConfigOption(name, value)


def open_dataset(gdal_path: str, name: str, open_options: Sequence[str] = ()) -> Any:
    """Return the opened dataset; call inside :func:`quiet_gdal`.

    :raises InputError: ``shapefile_part_missing``, ``file_locked``, ``file_no_permission`` or ``file_broken``.
    """
    _check_side_files(gdal_path, name)
    suffix = PurePosixPath(gdal_path).suffix.lower()
    drivers = [driver for driver in _DRIVERS.get(suffix, ()) if gdal.GetDriverByName(driver) is not None]
    options = [*_OPEN_OPTIONS.get(suffix, ()), *open_options]
    try:
        dataset = gdal.OpenEx(
            gdal_path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=drivers, open_options=options
        )
    except RuntimeError as error:  # another plugin switched exceptions on
        raise _refusal(name, str(error)) from error
    if dataset is None:
        raise _refusal(name, gdal.GetLastErrorMsg())
    return dataset


def complaint(name: str) -> None:
    """Raise what GDAL complained about since :func:`quiet_gdal` began, if anything failed.

    :raises InputError: ``file_locked``, ``file_no_permission`` or ``file_broken``.
    """
    if gdal.GetLastErrorType() >= gdal.CE_Failure:
        raise _refusal(name, gdal.GetLastErrorMsg())


def gdal_path_of(path: str, layer: str | None) -> str:
    """Return the path as GDAL opens it; a zip is looked into.

    :raises InputError: as :func:`zip_members`, and ``layer_needed``.
    """
    if not path.lower().endswith(".zip"):
        return path
    members = zip_members(path)
    asked = layer or ""
    found = members.get(asked) or {folded(name): inside for name, inside in members.items()}.get(folded(asked))
    if found is not None:
        return found
    if len(members) > 1:
        raise layer_needed(Path(path).name, members)
    return next(iter(members.values()))


def zip_members(path: str) -> dict[str, str]:
    """Return name → GDAL path of the layer files inside a zip; the name is the file's stem, with its folders where
    several have the same.

    :raises InputError: ``zip_without_layer``, ``zip_encrypted`` or ``file_broken``.
    """
    name = Path(path).name
    try:
        with zipfile.ZipFile(path) as archive:
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise InputError("zip_encrypted", name=name)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:  # RuntimeError: of a later version
        raise InputError("file_broken", name=name, reason=str(error)) from error
    root = f"/vsizip/{{{Path(path).resolve().as_posix()}}}"
    entries = [entry.rstrip("/") for entry in gdal.ReadDirRecursive(root) or ()]
    inside = [entry for entry in entries if entry.lower().endswith(_IN_ZIP) and not _is_leftover(entry)]
    if not inside:
        files = [member_title(entry) for entry in entries if PurePosixPath(entry).suffix and not _is_leftover(entry)]
        raise InputError("zip_without_layer", name=name, files=", ".join(files[:_SHOWN]) or "–")
    stems = Counter(PurePosixPath(entry).stem for entry in inside)
    titles = [PurePosixPath(entry).stem if stems[PurePosixPath(entry).stem] == 1 else entry for entry in inside]
    return {member_title(title): f"{root}/{entry}" for title, entry in zip(titles, inside)}


def _is_leftover(entry: str) -> bool:
    return entry.startswith(_NOT_DATA) or PurePosixPath(entry).name.startswith(_NOT_DATA)


def member_title(name: str) -> str:
    """Return the name of a zip's member as its author wrote it: GDAL takes it for DOS text unless marked as UTF-8."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    codec = encoding_of_pieces([raw]).name
    return decode_piece(raw, codec) if codec in (GB18030, UTF8) else name


def choose_layer(dataset: Any, layer: str | None, name: str) -> Any:
    """Return the layer called ``layer``, or the only one.

    :raises InputError: ``layer_missing``, ``layer_needed`` (naming the layers there) or ``no_layers``.
    """
    layers = data_layers(dataset)
    if not layers:
        raise InputError("no_layers", name=name)
    if layer is None:
        if len(layers) > 1:
            raise layer_needed(name, layers)
        return next(iter(layers.values()))
    loosely = {folded(key): value for key, value in layers.items()}
    chosen = layers.get(layer) or loosely.get(folded(layer))
    if chosen is None:
        raise InputError("layer_missing", name=name, layer=layer, layers=", ".join(layers))
    return chosen


def data_layers(dataset: Any) -> dict[str, Any]:
    """Return name → layer without the tables that GDAL and QGIS keep for themselves."""
    layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
    named = {readable(layer.GetName()): layer for layer in layers}
    return {name: layer for name, layer in named.items() if name not in _HOUSEKEEPING}


def layer_infos(gdal_path: str, name: str) -> tuple[LayerInfo, ...]:
    """Return the layers of a vector file; call inside :func:`quiet_gdal`.

    :raises InputError: as :func:`open_dataset`.
    """
    dataset = open_dataset(gdal_path, name)
    return tuple(
        LayerInfo(
            title,
            None if layer.GetGeomType() == ogr.wkbNone else ogr.GeometryTypeToName(layer.GetGeomType()),
            layer.GetFeatureCount(),
        )
        for title, layer in data_layers(dataset).items()
    )


def _check_side_files(gdal_path: str, name: str) -> None:
    if not gdal_path.lower().endswith(".shp"):
        return
    stem = gdal_path[:-4]
    missing = [part for part in SIDE_FILES if not any(gdal.VSIStatL(stem + form) for form in (part, part.upper()))]
    if missing:
        raise InputError("shapefile_part_missing", name=name, parts=", ".join(missing))


def _refusal(name: str, reason: str) -> InputError:
    if "locked" in reason.lower():
        return InputError("file_locked", name=name)
    if "permission denied" in reason.lower():
        return InputError("file_no_permission", name=name)
    return InputError("file_broken", name=name, reason=reason or "–")
