"""What a package holds, file by file, under our names of layers, tables and columns wherever it says them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text, runs_in_a_spreadsheet
from gridmgmt_plugin.exchange.http.opened_package import OpenedPackage
from gridmgmt_plugin.exchange.package.field_forms import from_date_form, key_of
from gridmgmt_plugin.exchange.package.fields import INTEGER, REAL, layer_specs, setting, table_specs
from gridmgmt_plugin.exchange.package.layer_files import GEOJSON, GPKG, SHP
from gridmgmt_plugin.exchange.package.profile import CONTACTS, package_specs
from gridmgmt_plugin.exchange.package_back.foreign import recognised
from gridmgmt_plugin.exchange.package_back.parts import Part, title_of, told_of
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.handover.package_place import MANIFEST

# The one that keeps most of what it was given comes first.
_FORMATS = (GPKG, SHP, GEOJSON)
_CSV = "csv"
# What no other program writes into a manifest.
_OURS = frozenset({"names", "county_code", "code_layouts", "scheme_title", "answering", "content_hash"})


@dataclass(frozen=True, eq=False)
class Contents:
    """``manifest``: what a package of ours says of itself, ``None`` for one of another hand. ``parts``: the layers
    and tables that can be taken in. ``missing``: those that a package has and this one has not. ``notes``: what could
    not be read, file by file. ``gone``: how many files the manifest names that are not there.
    """

    manifest: Mapping[str, Any] | None
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    notes: tuple[Message, ...]
    gone: int = 0

    @property
    def begins(self) -> date:
        """Return the day on whose areas its unit grids lie: the first of its release if that is ahead, or today."""
        today, told = clock.today(), (self.manifest or {}).get("effective_from")
        return max(today, date.fromisoformat(told)) if told else today

    def __contains__(self, name: object) -> bool:
        return any(part.name == name for part in self.parts)


def taken_names() -> tuple[str, ...]:
    """Return the layers and tables that a workspace takes back; the others are worked out from these."""
    explaining = {*setting("outside_hash")} - {CONTACTS}
    return tuple(name for name in package_specs() if name not in explaining and name != "lane_chiefs")


def read_contents(
    folder: Path, encoding: str = "auto", progress: Progress | None = None, shown: str = ""
) -> Contents:
    """Read the layers and tables of an unpacked package.

    With a manifest of ours every file is held against its check sum and every field is known by name. Without one,
    files are recognised by their names and headings.

    :param encoding: of the texts of a package without manifest. ``shown``: what a sentence calls the package.
    :raises InputError: ``package_back_changed``, ``package_back_manifest_odd``, ``package_back_nothing``, or what a
        file of ours refuses.
    """
    progress = progress or Progress()
    manifest = _manifest_of(folder)
    if manifest is None:
        found = recognised(folder, taken_names(), encoding, progress)
        parts, notes = found.parts, found.notes
    else:
        parts, notes = _named(folder, manifest, progress)
    if not parts:
        raise InputError("package_back_nothing", name=shown or folder.name)
    there = {part.name for part in parts}
    optional = {name for name, spec in layer_specs().items() if spec.optional}
    missing = tuple(name for name in taken_names() if name not in there | optional | {CONTACTS})
    listed = [] if manifest is None else manifest["files"]
    gone = sum(not (folder / str(entry["path"])).is_file() for entry in listed)
    return Contents(manifest, parts, missing, notes, gone)


def _manifest_of(folder: Path) -> Mapping[str, Any] | None:
    """Return what the manifest says; ``None`` where there is none, or that of another program.

    :raises InputError: ``package_back_manifest_odd`` for one that cannot be read or is half of one of ours: without
        it no check sum would be asked.
    """
    if not (folder / MANIFEST).is_file():
        return None
    try:
        said = json.loads((folder / MANIFEST).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError("package_back_manifest_odd", name=folder.name) from error
    if isinstance(said, dict) and {"names", "files"} <= set(said):
        return said
    if isinstance(said, dict) and not _OURS.isdisjoint(said):
        raise InputError("package_back_manifest_odd", name=folder.name)
    return None


def _named(
    folder: Path, manifest: Mapping[str, Any], progress: Progress
) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """Return the parts of a package of ours.

    :raises InputError: ``package_back_changed``, ``package_back_manifest_odd``.
    """
    files = _proven(folder, manifest)
    parts: list[Part] = []
    notes: list[Message] = []
    names = [name for name in taken_names() if name in manifest["names"]]
    for number, name in enumerate(names):
        progress.report(number / len(names))
        entry = manifest["names"][name]
        path = _file_of(folder, name, str(entry["file"]), files)
        if path is None:
            notes.append(Message("package_back_file_missing", {"layer": title_of(name)}))
            continue
        layer = str(entry["file"]) if path.suffix == f".{GPKG}" else None
        source = read_source(path, layer, "utf-8" if path.suffix == f".{_CSV}" else "auto", as_written=True)
        part, lost = _in_our_names(name, source, entry)
        parts.append(part)
        notes += told_of(name, lost)
    progress.report(1.0)
    return tuple(parts), tuple(notes)


def _proven(folder: Path, manifest: Mapping[str, Any]) -> set[str]:
    """Return the names of the files that are there and as they were written.

    :raises InputError: ``package_back_changed``, ``package_back_manifest_odd``.
    """
    package = OpenedPackage(folder, manifest)
    there = set()
    try:
        files = [str(entry["path"]) for entry in manifest["files"] if entry["sha256"]]
        _refuse_odd(manifest)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise InputError("package_back_manifest_odd", name=folder.name) from error
    for name in files:
        if Path(name).name != name:
            raise InputError("package_back_escapes", name=folder.name, file=name)
        if not (folder / name).is_file():
            continue
        try:
            package.read(name)
        except InputError as error:
            raise InputError("package_back_changed", name=folder.name, file=name) from error
        there.add(name)
    return there


def _refuse_odd(manifest: Mapping[str, Any]) -> None:
    """Look at every fact that an import relies on; what is not there or of another kind raises what Python says."""
    for fact in ("county_code", "scheme", "release"):
        _ = manifest[fact]
    date.fromisoformat(manifest["effective_from"])
    frame = manifest["frame"]
    _ = frame.get("delivered", frame)["label"]
    _ = manifest.get("code_layouts", {}).get("unit_grid"), manifest.get("answering", {}).get("over_lanes")
    for name, entry in manifest["names"].items():
        _ = entry["file"], dict(entry["fields"])
        for form in entry.get("forms", {}).values():
            _ = form["date"] if "date" in form else dict(form["values"])
        rounded = dict(entry.get("rounded", {}))
        _ = [range(decimals) for decimals in rounded.values()]
        fields = package_specs()[name].fields if name in package_specs() else ()
        if any(field.column in rounded and field.type not in (REAL, INTEGER) for field in fields):
            raise ValueError(name)


def _file_of(folder: Path, name: str, stem: str, files: set[str]) -> Path | None:
    suffixes: Sequence[str] = _FORMATS if name in layer_specs() else (_CSV,)
    found = next((f"{stem}.{suffix}" for suffix in suffixes if f"{stem}.{suffix}" in files), None)
    return None if found is None else folder / found


def _in_our_names(name: str, source: Source, entry: Mapping[str, Any]) -> tuple[Part, list[Message]]:
    """Return a layer or table with our columns in the place of the receiver's."""
    specs = {spec.column: spec for spec in package_specs()[name].fields}
    forms = entry.get("forms", {})
    columns, lost = {}, []
    is_table = name in table_specs()
    for column, heading in entry["fields"].items():
        if column not in specs:
            continue
        if heading not in source.rows:
            lost.append(str(heading))
            continue
        values = source.rows[heading]
        if is_table:
            values = as_column(_unquoted(value) for value in values)
        columns[column] = _ours(values, forms[column]) if column in forms else values
    not_given = [specs[column].name for column in specs if column not in entry["fields"]]
    rows, kept = Rows(columns, source.rows.geometry), source
    if entry.get("single_parts") and rows.geometry is not None:
        rows, first = _joined_parts(rows, package_specs()[name].key)
        kept = replace(source, row_numbers=source.row_numbers[first])
    notes = []
    if lost or not_given:
        notes.append(Message("package_back_fields_missing", {"names": ", ".join([*lost, *not_given])}))
    return Part(name, replace(kept, rows=rows, notes=()), {column: column for column in columns}), notes


def _unquoted(value: Any) -> Any:
    """Return a cell without the sign that keeps a spreadsheet from running it."""
    is_kept = isinstance(value, str) and value.startswith("'") and runs_in_a_spreadsheet(value[1:])
    return value[1:] if is_kept else value


def _ours(values: np.ndarray, form: Mapping[str, Any]) -> np.ndarray:
    """Return values of a receiver as our own; see :meth:`.FieldForm.back`."""
    if "date" in form:
        return as_column(from_date_form(clean_text(value), str(form["date"])) for value in values)
    turned = {str(theirs): ours for theirs, ours in form["values"].items()}
    return as_column(turned.get(key_of(value), value) or None for value in values)


def _joined_parts(rows: Rows, key: tuple[str, ...]) -> tuple[Rows, np.ndarray]:
    """Return features of one part each as the features of several parts that they were; and the first row of each."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for position, values in enumerate(zip(*(rows[name] for name in key))):
        places.setdefault(values, []).append(position)
    shapes = [_collected(rows.shapes[positions]) for positions in places.values()]
    first = np.array([positions[0] for positions in places.values()], dtype=np.int64)
    return rows.take(first).with_geometry(as_column(shapes)), first


def _collected(shapes: np.ndarray) -> shapely.Geometry | None:
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    if not len(parts):
        return None
    return (shapely.multilinestrings if shapely.get_dimensions(parts[0]) == 1 else shapely.multipolygons)(parts)
