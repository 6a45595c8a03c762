"""A package without a manifest of ours: which file is which layer or table, by its headings, then by its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.package.fields import FieldSpec, LayerSpec
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.package_back.parts import Part, told_of
from gridmgmt_plugin.exchange.paths import TEXT_TABLES, VECTORS, WORKBOOKS
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.exchange.source import Source

_READ = (*VECTORS, *TEXT_TABLES, *WORKBOOKS)
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

    A file that is not recognised, or is a second one of what is there already, is named in the notes; what cannot be
    read too, with the reason.

    :param wanted: layers and tables to look for.
    """
    parts: dict[str, Part] = {}
    notes: list[Message] = []
    unknown: list[str] = []
    files = list(_files(folder))
    for number, file in enumerate(files):
        progress.report(number / len(files))
        for source in _sources(file, encoding, notes):
            name = name_of(source, file.stem, wanted)
            shown = file.name if source.name == file.stem else f"{file.name} ({source.name})"
            if name is None:
                unknown.append(shown)
            elif name in parts:
                notes.append(Message("package_back_second", {"file": shown, "first": parts[name].source.name}))
            else:
                parts[name] = Part(name, source, headings_of(name, source))
                notes += told_of(name, source.notes)
    if unknown:
        notes.append(Message("package_back_unknown", {"count": len(unknown), "names": listing(unknown)}))
    progress.report(1.0)
    return Recognised(tuple(parts[name] for name in wanted if name in parts), tuple(notes))


def name_of(source: Source, stem: str, wanted: Collection[str]) -> str | None:
    """Return the layer or table that a file holds, ``None`` where neither its headings nor its name say.

    It has to have what a row is known by. Of several candidates the one counts whose name the file bears, then the
    one of which most headings are there.
    """
    scores = {}
    for name in wanted:
        spec = package_specs()[name]
        is_layer = isinstance(spec, LayerSpec)
        if is_layer != source.rows.is_spatial:
            continue
        found = headings_of(name, source)
        keys = spec.key or tuple(field.column for field in spec.fields[:2])
        is_known = all(column in found for column in keys[:2])
        is_named = _is_named(name, stem, source.name)
        if is_known or (is_named and (is_layer or len(found) > 1)):
            scores[name] = (is_known, is_named, len(found) / len(spec.fields), len(found))
    return max(scores, key=scores.__getitem__) if scores else None


def headings_of(name: str, source: Source) -> dict[str, str]:
    """Return our column → heading for the fields of a layer or table under the names that a package has for them."""
    there = {comparable_word(heading): heading for heading in reversed(source.field_names)}
    found: dict[str, str] = {}
    for field in package_specs()[name].fields:
        heading = next((there[word] for word in _words(field) if word in there), None)
        if heading is not None and heading not in found.values():
            found[field.column] = heading
    return found


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
