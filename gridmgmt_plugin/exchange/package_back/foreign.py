"""A package without a manifest of ours: which file is which layer or table, by its headings, then by its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.package.fields import FieldSpec, LayerSpec, TableSpec
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.package_back.parts import Part, told_of
from gridmgmt_plugin.exchange.paths import TEXT_TABLES, VECTORS, WORKBOOKS
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.exchange.source import Source

_READ = (*VECTORS, *TEXT_TABLES, *WORKBOOKS)
_HALF = 0.5
_CODE_MAP, _OLD_AND_NEW = "code_map", {"old_code", "new_code"}
# Files of a shapefile beside the one that is opened.
_BESIDE_SHAPEFILE = (".dbf",)
# A workbook that says what a text table says is for people, and so is a second format of a layer.
_ORDER = (".gpkg", ".shp", *TEXT_TABLES)


@dataclass(frozen=True, eq=False)
class Recognised:
    """``parts``: one per layer or table that was found; ``notes``: what was not, and why."""

    parts: tuple[Part, ...]
    notes: tuple[Message, ...]


def recognised(folder: Path, wanted: Collection[str], encoding: str, progress: Progress) -> Recognised:
    """Read every file of a folder and say what it is.

    Of several files that may be one layer the one counts that says most. A file that is not recognised, or is a
    second one, is named in the notes; what cannot be read too, with the reason.

    :param wanted: layers and tables to look for.
    """
    candidates: dict[str, list[tuple[tuple[float, ...], str, Source]]] = {}
    notes: list[Message] = []
    unknown: list[str] = []
    files = list(_files(folder))
    for number, file in enumerate(files):
        progress.report(number / len(files))
        for source in _sources(file, encoding, notes):
            found = name_of(source, file.stem, wanted)
            shown = file.name if source.name == file.stem else f"{file.name} ({source.name})"
            if found is None:
                unknown.append(shown)
            else:
                candidates.setdefault(found[0], []).append((found[1], shown, source))
    parts = {}
    for name, several in candidates.items():
        best = max(several, key=lambda one: one[0])
        parts[name] = Part(name, best[2], headings_of(name, best[2]))
        notes += told_of(name, best[2].notes)
        for other in several:
            if other is not best:
                notes.append(Message("package_back_second", {"file": other[1], "first": best[1]}))
    if unknown:
        notes.append(Message("package_back_unknown", {"count": len(unknown), "names": listing(unknown)}))
    progress.report(1.0)
    return Recognised(tuple(parts[name] for name in wanted if name in parts), tuple(notes))


def name_of(source: Source, stem: str, wanted: Collection[str]) -> tuple[str, tuple[float, ...]] | None:
    """Return the layer or table that a file holds and how surely (larger is surer), ``None`` where neither its
    headings nor its name say.

    A layer says so by a code that only it has (BGID, 责任网格编码), a map of codes by an old and a new one, a file by
    its name, anything by half of its headings; ``code`` and ``name`` alone are those of every table. Of several
    candidates the one counts whose name the file bears, then the one of which most headings are there.
    """
    scores: dict[str, tuple[float, ...]] = {}
    for name in wanted:
        spec = package_specs()[name]
        if not _is_of_kind(spec, source):
            continue
        found = headings_of(name, source)
        share = len(found) / len(spec.fields)
        is_named = _is_named(name, stem, source.name)
        there = set(map(comparable_word, source.field_names))
        is_known = bool(isinstance(spec, LayerSpec) and _own_words(spec) & there)
        is_known = is_known or (name == _CODE_MAP and {*found} >= _OLD_AND_NEW)
        if is_known or share >= _HALF or (is_named and found):
            scores[name] = (is_named, is_known, share, len(found))
    return max(scores.items(), key=lambda one: one[1]) if scores else None


def headings_of(name: str, source: Source) -> dict[str, str]:
    """Return our column → heading for the fields of a layer or table under the names that a package has for them."""
    there = {comparable_word(heading): heading for heading in reversed(source.field_names)}
    found: dict[str, str] = {}
    for field in package_specs()[name].fields:
        usual = _usual_headings(field.column) if name == _CODE_MAP else ()
        heading = next((there[word] for word in (*_words(field), *usual) if word in there), None)
        if heading is not None and heading not in found.values():
            found[field.column] = heading
    return found


def _usual_headings(column: str) -> Iterator[str]:
    """Yield what offices call a column of a map of codes."""
    return map(comparable_word, load_json("catalogues/import_values.json")["headings"][_CODE_MAP].get(column, ()))


def _is_of_kind(spec: LayerSpec | TableSpec, source: Source) -> bool:
    """Tell whether rows are drawn as those of a layer are; those of a table are not drawn."""
    if not isinstance(spec, LayerSpec):
        return not source.rows.is_spatial
    if not source.rows.is_spatial:
        return False
    drawn = shapely.get_dimensions(source.rows.shapes)
    return bool((drawn == (1 if spec.geometry.endswith("LineString") else 2)).any() or (drawn < 0).all())


def _own_words(spec: LayerSpec) -> set[str]:
    """Return the words for the code of a layer that no other one has."""
    (key,) = (field for field in spec.fields if field.column in spec.key)
    return {comparable_word(word) for word in (key.name, key.zh, key.en)}


def _words(field: FieldSpec) -> Iterator[str]:
    # A shapefile cuts a name after ten bytes.
    for word in (field.name, field.column, field.zh, field.en, field.column[:10]):
        yield comparable_word(word)


def _is_named(name: str, *said: str) -> bool:
    spec = package_specs()[name]
    words = {comparable_word(word) for word in (name, spec.table, spec.zh, spec.en) if word}
    return any(word in comparable_word(text) for text in said for word in words)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files that hold rows: of several with one stem the one that keeps most."""
    found: dict[tuple[Path, str], list[Path]] = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        if file.suffix.lower() in _READ and file.name != "manifest.json":
            found.setdefault((file.parent, file.stem.lower()), []).append(file)
    for files in found.values():
        suffixes = {file.suffix.lower() for file in files}
        layered = [file for file in files if file.suffix.lower() not in _BESIDE_SHAPEFILE or ".shp" not in suffixes]
        yield min(layered, key=lambda file: (*(file.suffix.lower() != one for one in _ORDER), file.name))


def _sources(file: Path, encoding: str, notes: list[Message]) -> Iterator[Source]:
    try:
        for layer in list_layers(file):
            several = file.suffix.lower() in (".gpkg", *WORKBOOKS)
            yield read_source(file, layer.name if several else None, encoding)
    except InputError as error:
        notes.append(Message("package_back_unread", {"file": file.name, "reason": error.message}))
