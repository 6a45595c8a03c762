"""One door for every file that comes in: what it holds, where it says it lies, how its text was decoded."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.problems import RowProblems

TEXT_TABLES = (".csv", ".txt", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm")
VECTORS = (".shp", ".gpkg", ".geojson", ".json", ".gdb", ".zip", ".dbf", ".sqlite", ".kml", ".gml", ".tab", ".mif")
DRAWING = ".dxf"
CLOSED_DRAWING = ".dwg"
OLD_WORKBOOKS = (".xls", ".et")
KNOWN = (*TEXT_TABLES, *WORKBOOKS, *VECTORS, DRAWING)
_QUOTES = ('""', "''", "“”")


def _no_numbers() -> np.ndarray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Source:
    """A table or layer as it stands in a file; nothing in it is repaired, nothing left out.

    ``rows``: the columns as read (text as ``str``, blank as ``None``, dates of a layer as ISO 8601 text) and the
    geometries, two-dimensional. ``name``: file stem, layer or sheet. ``path``: as the user gave it. ``crs_wkt``: what
    the file says about its reference system, ``None`` when it says nothing. ``encoding``: the codec of its text.
    ``notes``: what the user should know about the file as a whole. ``row_numbers``: int64 array, the number under
    which the user finds each row (line of a text table, row of a sheet, feature id of a layer). ``problems``: what is
    wrong with single rows.
    """

    rows: Rows
    name: str
    path: str
    crs_wkt: str | None
    encoding: str
    notes: tuple[Message, ...] = ()
    row_numbers: np.ndarray = field(default_factory=_no_numbers)
    problems: RowProblems = field(default_factory=RowProblems)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the columns in the order of the file."""
        return tuple(self.rows.columns)


@dataclass(frozen=True)
class LayerInfo:
    """A layer or sheet of a file: ``geometry`` is GDAL's type name (``None`` for a table), ``rows`` −1 if unknown."""

    name: str
    geometry: str | None
    rows: int


def read_source(
    path: str | os.PathLike[str], layer: str | None = None, encoding: str = "auto", progress: Progress | None = None
) -> Source:
    """Return the content of a file: csv/txt (also .gz), xlsx, shapefile, GeoPackage, GeoJSON, DXF, or one in a zip.

    ``path`` may be QGIS's own form ``file.gpkg|layername=x``; ``layer`` names a layer or sheet where there are
    several; ``encoding`` is ``auto`` or a name such as ``GBK``, ``936``, ``UTF-8``.

    :raises InputError: with the reason and what to do: ``file_missing``, ``file_is_folder``, ``file_not_regular``,
        ``file_empty``, ``file_no_permission``, ``file_broken``, ``file_locked``, ``format_unknown``,
        ``workbook_old``, ``drawing_closed``, ``shapefile_part_missing``, ``layer_missing``, ``layer_needed``,
        ``encoding_unknown``, ``encoding_mismatch`` …
    :raises CapabilityError: ``openpyxl_missing`` or ``gdal_missing``.
    """
    file, named_layer = split_layer(os.fspath(path))
    read = _read(file, layer or named_layer, encoding, progress or Progress())
    from gridmgmt_plugin.exchange.code_damage import with_code_damage  # noqa: PLC0415  source is imported by it

    return with_code_damage(read)


def _read(file: str, wanted: str | None, encoding: str, silent: Progress) -> Source:
    kind = checked_kind(file)
    if kind in TEXT_TABLES:
        from gridmgmt_plugin.exchange.tables import read_text_table  # noqa: PLC0415  source is imported by it

        return read_text_table(file, encoding, silent)
    if kind in WORKBOOKS:
        from gridmgmt_plugin.exchange.workbooks import read_workbook  # noqa: PLC0415  source is imported by it

        return read_workbook(file, wanted, silent)
    _require_gdal()
    if kind == DRAWING:
        from gridmgmt_plugin.exchange.dxf import read_drawing_layer  # noqa: PLC0415  source is imported by it

        return read_drawing_layer(file, wanted, encoding, silent)
    from gridmgmt_plugin.exchange.vectors import read_vector  # noqa: PLC0415  tables are read without GDAL

    return read_vector(file, wanted, encoding, silent)


def list_layers(path: str | os.PathLike[str]) -> tuple[LayerInfo, ...]:
    """Return the layers or sheets of a file, with geometry type and row count; a text table is one of its own.

    :raises InputError: as :func:`read_source`.
    :raises CapabilityError: ``openpyxl_missing`` or ``gdal_missing``.
    """
    file, _ = split_layer(os.fspath(path))
    kind = checked_kind(file)
    if kind in TEXT_TABLES:
        return (LayerInfo(stem_of(file), None, -1),)
    if kind in WORKBOOKS:
        from gridmgmt_plugin.exchange.workbooks import sheet_names  # noqa: PLC0415  source is imported by it

        return tuple(LayerInfo(name, None, -1) for name in sheet_names(file))
    _require_gdal()
    if kind == DRAWING:
        from gridmgmt_plugin.exchange.dxf import list_drawing_layers  # noqa: PLC0415  source is imported by it

        return list_drawing_layers(file)
    from gridmgmt_plugin.exchange.vectors import list_vector_layers  # noqa: PLC0415  tables are read without GDAL

    return list_vector_layers(file)


def split_layer(path: str) -> tuple[str, str | None]:
    """Return file and layer of QGIS's form ``file|layername=x|subset=…``; other parts are left to QGIS.

    Also understood: a path in quotation marks, as file managers copy it, and ``file:///…``.
    """
    if _exists(path):  # "|" may stand in the name of a file
        return path, None
    file, *options = path.split("|")
    for option in options:
        key, _, value = option.partition("=")
        if key.strip().lower() == "layername":
            return _plain_path(file), value.strip()
    return _plain_path(file), None


def _plain_path(path: str) -> str:
    if _exists(path):
        return path
    text = path.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if text.lower().startswith("file:"):
        text = url2pathname(urlsplit(text).path)
    return text


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long for a name, a folder that may not be entered
        return False


def checked_kind(file: str) -> str:
    """Return the lower-case suffix that decides how ``file`` is read (``.csv`` for ``.csv.gz``).

    :raises InputError: when it cannot be read at all, see :func:`read_source`.
    """
    if not file.strip():  # nothing was chosen: an empty path would be the folder that the program runs in
        raise InputError("file_missing", path=file)
    path = Path(file)
    mode, size = _looked_up(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-1] if suffixes else ""
    if kind == ".gz":
        kind = suffixes[-2] if len(suffixes) > 1 and suffixes[-2] in TEXT_TABLES else ".gz"
    if stat.S_ISDIR(mode) and kind != ".gdb":
        raise InputError("file_is_folder", path=file)
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):  # a pipe or a device may keep us waiting for ever
        raise InputError("file_not_regular", path=file)
    if kind in OLD_WORKBOOKS:
        raise InputError("workbook_old", name=path.name)
    if kind == CLOSED_DRAWING:
        raise InputError("drawing_closed", name=path.name)
    if kind not in KNOWN:
        raise InputError("format_unknown", name=path.name, known=" ".join(KNOWN))
    if not os.access(file, os.R_OK):
        raise InputError("file_no_permission", name=path.name)
    if stat.S_ISREG(mode) and size == 0:
        raise InputError("file_empty", name=path.name)
    return kind


def _looked_up(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except PermissionError as error:
        raise InputError("file_no_permission", name=path.name) from error
    except (OSError, ValueError) as error:  # not there, a link that leads nowhere or in a circle, no possible name
        raise InputError("file_missing", path=str(path)) from error
    return found.st_mode, found.st_size


def stem_of(file: str) -> str:
    """Return the file name without folder and suffix; 部件2025.03.csv.gz is 部件2025.03."""
    path = Path(file)
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def unique_names(names: Iterable[str]) -> list[str]:
    """Return field names without repetition: the second 备注 becomes 备注_2, whatever the upper or lower case."""
    seen: set[str] = set()
    out = []
    for name in names:
        candidate, number = name, 2
        while candidate.lower() in seen:
            candidate, number = f"{name}_{number}", number + 1
        seen.add(candidate.lower())
        out.append(candidate)
    return out


def _require_gdal() -> None:
    try:
        import osgeo.ogr  # noqa: F401, PLC0415  asked for only when a layer is read
    except ImportError as error:
        raise CapabilityError("gdal_missing") from error
