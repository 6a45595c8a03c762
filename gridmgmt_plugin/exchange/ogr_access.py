"""GDAL opened for one file at a time: no global switches, its complaints caught and told as our errors.

QGIS and its other plugins share one GDAL in the process. ``UseExceptions`` would change it for all of them, so errors
are collected through the error stack of the calling thread instead, and both manners of GDAL (return nothing, raise)
are understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from typing import Any

from osgeo import gdal, ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.source import LayerInfo

SIDE_FILES = (".shx", ".dbf")
_IN_ZIP = (".shp", ".gpkg", ".geojson", ".json")
# A locked GeoPackage is told at once; SQLite would wait for five seconds.
_BUSY_TIMEOUT, _BUSY_MILLISECONDS = "SQLITE_BUSY_TIMEOUT", "200"
# Tables that QGIS and GDAL keep beside the data.
_HOUSEKEEPING = {"layer_styles", "qgis_projects"}


@contextmanager
def quiet_gdal() -> Iterator[None]:
    """Keep GDAL from printing or raising in this thread while the block runs."""
    manner = gdal.ExceptionMgr(useExceptions=False) if hasattr(gdal, "ExceptionMgr") else nullcontext()
    with manner:
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        gdal.ErrorReset()
        before = gdal.GetThreadLocalConfigOption(_BUSY_TIMEOUT)
        gdal.SetThreadLocalConfigOption(_BUSY_TIMEOUT, _BUSY_MILLISECONDS)
        try:
            yield
        finally:
            gdal.SetThreadLocalConfigOption(_BUSY_TIMEOUT, before)
            gdal.PopErrorHandler()


def open_dataset(gdal_path: str, name: str, open_options: Sequence[str] = ()) -> Any:
    """Return the opened dataset; call inside :func:`quiet_gdal`.

    :raises InputError: ``shapefile_part_missing``, ``file_locked`` or ``file_broken``.
    """
    _check_side_files(gdal_path, name)
    try:
        dataset = gdal.OpenEx(gdal_path, gdal.OF_VECTOR | gdal.OF_READONLY, open_options=list(open_options))
    except RuntimeError as error:  # another plugin switched exceptions on
        raise _refusal(name, str(error)) from error
    if dataset is None:
        raise _refusal(name, gdal.GetLastErrorMsg())
    return dataset


def complaint(name: str) -> None:
    """Raise what GDAL complained about since :func:`quiet_gdal` began, if anything failed.

    :raises InputError: ``file_locked`` or ``file_broken``.
    """
    if gdal.GetLastErrorType() >= gdal.CE_Failure:
        raise _refusal(name, gdal.GetLastErrorMsg())


def gdal_path_of(path: str, layer: str | None) -> str:
    """Return the path as GDAL opens it; a zip is looked into.

    :raises InputError: ``zip_without_layer`` or ``layer_needed`` for a zip.
    """
    if not path.lower().endswith(".zip"):
        return path
    stems = zip_members(path)
    if layer in stems:
        return stems[layer]
    if len(stems) > 1:
        raise InputError("layer_needed", name=Path(path).name, layers=", ".join(stems))
    return next(iter(stems.values()))


def zip_members(path: str) -> dict[str, str]:
    """Return file stem → GDAL path of the layer files inside a zip.

    :raises InputError: ``zip_without_layer``.
    """
    root = "/vsizip/" + Path(path).resolve().as_posix()
    inside = [entry for entry in (gdal.ReadDirRecursive(root) or ()) if entry.lower().endswith(_IN_ZIP)]
    if not inside:
        raise InputError("zip_without_layer", name=Path(path).name)
    return {PurePosixPath(entry).stem: f"{root}/{entry}" for entry in inside}


def choose_layer(dataset: Any, layer: str | None, name: str) -> Any:
    """Return the layer called ``layer``, or the only one.

    :raises InputError: ``layer_missing``, ``layer_needed`` (naming the layers there) or ``no_layers``.
    """
    layers = data_layers(dataset)
    if not layers:
        raise InputError("no_layers", name=name)
    if layer is None:
        if len(layers) > 1:
            raise InputError("layer_needed", name=name, layers=", ".join(layers))
        return next(iter(layers.values()))
    chosen = layers.get(layer) or {key.lower(): value for key, value in layers.items()}.get(layer.lower())
    if chosen is None:
        raise InputError("layer_missing", name=name, layer=layer, layers=", ".join(layers))
    return chosen


def data_layers(dataset: Any) -> dict[str, Any]:
    """Return name → layer without the tables that GDAL and QGIS keep for themselves."""
    layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
    return {layer.GetName(): layer for layer in layers if layer.GetName() not in _HOUSEKEEPING}


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
    return InputError("file_broken", name=name, reason=reason or "–")
