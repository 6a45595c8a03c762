"""Files that must not be written over: the workspace with its journals, what a job reads, what the project shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject, QgsProperty, QgsProviderRegistry

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location

# What SQLite keeps beside a file that somebody writes; without it the file is half a change.
_JOURNALS = ("-journal", "-wal", "-shm")
# A shapefile is several files, and any of them names all.
_SHAPEFILE = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_TABLE_IN_FILE = re.compile(r"""(?:dbname|file)\s*=\s*(?:'([^']*)'|"([^"]*)"|(\S+))""", re.IGNORECASE)


@dataclass(frozen=True)
class FileInUse:
    """A file that is needed. ``what``: ``workspace``, ``journal``, ``input`` or ``layer``."""

    path: Path
    what: str


def files_of_workspace(location: Location | None) -> list[FileInUse]:
    """Return the file of a workspace and its journals; nothing for a database."""
    if not isinstance(location, GeoPackageLocation):
        return []
    path = location.path
    journals = [FileInUse(path.with_name(path.name + end), "journal") for end in _JOURNALS]
    return [FileInUse(path, "workspace"), *journals]


def files_of_inputs(paths: Iterable[str | None]) -> list[FileInUse]:
    """Return the files that are read; a path may name a layer in a file (``file.gpkg|layername=x``)."""
    return [FileInUse(Path(path.split("|")[0]), "input") for path in paths if path]


def files_of_project(project: QgsProject) -> list[FileInUse]:
    """Return the files of all layers that a project shows, and of the project itself."""
    found = [FileInUse(Path(project.fileName()), "layer")] if project.fileName() else []
    for layer in project.mapLayers().values():
        parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
        if parts.get("path"):
            found.append(FileInUse(Path(parts["path"]), "layer"))
    return found


def refuse_writing_over(name: str, output: str, used: Iterable[FileInUse]) -> None:
    """Do nothing when an output names no file that is in use.

    :param name: what the output is called in the message. ``output``: a path, or QGIS's address of a table in a file.
    :raises InputError: ``output_is_workspace``, ``output_is_journal``, ``output_is_input``, ``output_is_layer``.
    """
    target = _file_of(output)
    if target is None:
        return
    for file in used:
        if same_file(target, file.path):
            raise InputError(f"output_is_{file.what}", name=name, path=str(target))


def address_of(value: Any) -> str:
    """Return the path or address that a destination parameter was given, "" where only a run would tell."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    return value if isinstance(value, str) else ""


def _file_of(output: str) -> Path | None:
    text = output.strip()
    if not text or text.startswith(("memory:", "TEMPORARY_OUTPUT", "postgis:", "postgresql:")):
        return None
    if text.lower().startswith("file:"):
        return Path(re.sub(r"^file:/*", "/", text, flags=re.IGNORECASE))
    table = _TABLE_IN_FILE.search(text) if text.lower().startswith("ogr:") else None
    if table is not None:
        text = next(part for part in table.groups() if part is not None)
    return Path(text.split("|")[0])


def same_file(one: Path, two: Path) -> bool:
    """Tell whether two paths name one file; the files of a shapefile are one."""
    if one.suffix.lower() in _SHAPEFILE and two.suffix.lower() in _SHAPEFILE:
        one, two = one.with_suffix(".shp"), two.with_suffix(".shp")
    try:
        if one.exists() and two.exists():
            return one.samefile(two)
    except OSError:  # a folder that may not be entered: names are all that is known
        return _named(one) == _named(two)
    return _named(one) == _named(two)


def _named(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))
