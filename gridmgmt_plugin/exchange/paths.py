"""The path of a file as the user gave it: whether and how it can be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError

TEXT_TABLES = (".csv", ".txt", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm")
VECTORS = (
    ".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gdb", ".zip", ".dbf", ".sqlite", ".kml", ".gml", ".tab", ".mif",
)  # fmt: skip
DRAWING = ".dxf"
CLOSED_DRAWING = ".dwg"
OLD_WORKBOOKS = (".xls", ".et")
KNOWN = (*TEXT_TABLES, *WORKBOOKS, *VECTORS, DRAWING)


def checked_kind(file: str) -> str:
    """Return the lower-case suffix that decides how ``file`` is read (``.csv`` for ``.csv.gz``).

    :raises InputError: when it cannot be read at all, see :func:`gridmgmt_plugin.exchange.reading.read_source`.
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
