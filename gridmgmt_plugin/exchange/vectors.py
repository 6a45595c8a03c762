"""Layers from shapefile, GeoPackage, GeoJSON and what else GDAL reads, as columns and geometries.

A shapefile is opened as Latin-1 whatever it is in: that carries every byte through GDAL unchanged, so that Python
decodes it with the encoding found from the bytes, and a field name cut in the middle of a character (which brings
down GDAL's Arrow stream) does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.dbf import read_dbf_text, read_small_text, whole_numbers
from gridmgmt_plugin.exchange.encodings import (
    Encoding,
    codec_of,
    decode_piece,
    encoding_of_pieces,
    require_codec,
)
from gridmgmt_plugin.exchange.geojson_crs import DeclaredCrs, believed_crs, find_crs, without_crs
from gridmgmt_plugin.exchange.headings import unique_names
from gridmgmt_plugin.exchange.ogr_access import (
    choose_layer,
    complaint,
    gdal_path_of,
    layer_infos,
    member_title,
    open_dataset,
    quiet_gdal,
    zip_members,
)
from gridmgmt_plugin.exchange.ogr_columns import LayerColumns, read_layer, readable, zoned_times
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import LayerInfo, Source
from gridmgmt_plugin.exchange.utf8_copies import (
    copy_in_memory,
    count_lines,
    is_utf8,
    json_encoding,
    whole_text,
)

_EXACT = 2.0**53
_DBF_KINDS = (".shp", ".dbf")
_JSON_KINDS = (".geojson", ".json")
# GDAL's names for the two "undefined" systems of a GeoPackage, which say nothing.
_UNDEFINED = "Undefined"
_TWIN_NUMBER = re.compile(rb"_\d{1,2}$")


def read_vector(path: str, layer: str | None, encoding: str, progress: Progress, *, judged: bool = True) -> Source:
    """Return one layer of a vector file; ``encoding`` matters for shapefiles, DBF tables and GeoJSON only.

    Curves become lines, heights and measures are dropped; invalid rings stay and are reported row by row, where the
    shapes shall be ``judged``.

    :raises InputError: see :func:`gridmgmt_plugin.exchange.reading.read_source`.
    """
    name = Path(path).name
    with quiet_gdal():
        gdal_path = gdal_path_of(path, layer)
        kind = Path(gdal_path).suffix.lower()
        inner = None if gdal_path != path or kind in (*_DBF_KINDS, *_JSON_KINDS) else layer
        with _prepared(gdal_path, kind, encoding, name) as file:
            dataset = open_dataset(file.opened, name, ["ENCODING=ISO-8859-1"] if file.codec else [])
            ogr_layer = choose_layer(dataset, inner, name)
            title = _title(readable(ogr_layer.GetName()), file.opened, gdal_path)
            names = _field_names(ogr_layer, file.codec)
            crs_wkt = _crs_wkt(ogr_layer)
            read = read_layer(ogr_layer, file.codec, progress)
            complaint(name)
            if kind in _DBF_KINDS:
                _write_long_numbers_out(gdal_path, read)
            del ogr_layer, dataset
    if encoding != "auto" and file.codec and read.undecodable:
        raise InputError("encoding_mismatch", name=name, encoding=encoding, count=read.undecodable)
    crs_wkt, crs_notes = believed_crs(crs_wkt, file.crs, read.geometry) if kind in _JSON_KINDS else (crs_wkt, ())
    held = None if read.shapes is None else read.shapes.held
    rows = Rows({field: as_column(column) for field, column in zip(names, read.columns)}, held)
    problems = RowProblems() if read.shapes is None or not judged else read.shapes.problems()
    found = _notes(read, problems, file.text.name, crs_wkt)
    if kind == ".mif":
        found += _mif_notes(gdal_path, len(rows))
    said = {note.code for note in file.text.notes}  # what could not be decoded was counted before the copy was made
    notes = (*file.text.notes, *crs_notes, *(note for note in found if note.code not in said))
    return Source(rows, title, path, crs_wkt, file.text.name, notes, read.fid, problems)


@dataclass(frozen=True)
class _Prepared:
    """A file made ready for GDAL: the path to open, the encoding of its text, the codec that is left for us to decode
    (DBF only), and what a GeoJSON says about its reference system.
    """

    opened: str
    text: Encoding
    codec: str | None = None
    crs: DeclaredCrs = field(default_factory=DeclaredCrs)


@contextmanager
def _prepared(gdal_path: str, kind: str, encoding: str, name: str) -> Iterator[_Prepared]:
    if kind in _DBF_KINDS:
        text = _dbf_encoding(gdal_path, encoding)
        yield _Prepared(gdal_path, text, codec=text.name)
        return
    if kind not in _JSON_KINDS:
        yield _Prepared(gdal_path, Encoding("utf-8"))
        return
    text = json_encoding(gdal_path, encoding, name)
    content, lost = whole_text(gdal_path, text.name, name, strict=encoding != "auto")
    crs = find_crs(content)
    if is_utf8(text.name) and not lost and not crs.remote:
        yield _Prepared(gdal_path, text, crs=crs)
        return
    with copy_in_memory(gdal_path, without_crs(content) if crs.remote else content) as copy:
        yield _Prepared(copy, text, crs=crs)


def _title(title: str, opened: str, gdal_path: str) -> str:
    # GDAL names a GeoJSON layer after its file, here after the copy in memory.
    shown = Path(gdal_path).stem if opened != gdal_path and title == Path(opened).stem else title
    return member_title(shown) if gdal_path.startswith("/vsizip/") else shown


def list_vector_layers(path: str) -> tuple[LayerInfo, ...]:
    """Return the layers of a vector file; of a zip with several files, one per file under the file's name.

    :raises InputError: see :func:`gridmgmt_plugin.exchange.reading.read_source`.
    """
    name = Path(path).name
    with quiet_gdal():
        if not path.lower().endswith(".zip"):
            return _infos(path, name)
        members = zip_members(path)
        return tuple(replace(info, name=stem) for stem, member in members.items() for info in _infos(member, name))


def zones_of_times(gdal_path: str, layer: str | None) -> dict[str, dict[int, tuple[str, str]]]:
    """Return column → number of the feature → its time and the zone that the file gives for it ("" for none).

    ``gdal_path``, ``layer``: as GDAL opens them.

    :raises InputError: see :func:`gridmgmt_plugin.exchange.ogr_access.open_dataset`.
    """
    name = Path(gdal_path).name
    with quiet_gdal():
        ogr_layer = choose_layer(dataset := open_dataset(gdal_path, name), layer, name)
        names = _field_names(ogr_layer, None)
        found: dict[str, dict[int, tuple[str, str]]] = {}
        for fid, times in zoned_times(ogr_layer):
            for i, time in times.items():
                found.setdefault(names[i], {})[fid] = time
        del ogr_layer, dataset
    return found


def _infos(gdal_path: str, name: str) -> tuple[LayerInfo, ...]:
    kind = Path(gdal_path).suffix.lower()
    if kind not in _JSON_KINDS:
        return layer_infos(gdal_path, name)
    with _prepared(gdal_path, kind, "auto", name) as file:
        return tuple(
            replace(info, name=_title(info.name, file.opened, gdal_path)) for info in layer_infos(file.opened, name)
        )


def _dbf_encoding(gdal_path: str, wanted: str) -> Encoding:
    if wanted != "auto":
        return Encoding(require_codec(wanted))
    stem = gdal_path[:-4]
    content = read_dbf_text(stem + ".dbf") or read_dbf_text(stem + ".DBF")
    if content is None:
        return Encoding("utf-8")
    named = read_small_text(stem + ".cpg") or read_small_text(stem + ".CPG")
    declared = (codec_of(named) if named else None) or content.declared
    # The names speak only where no cell does: GDAL may cut one inside a character and put a number behind the cut.
    return encoding_of_pieces(content.samples or [_cut_name(name)[0] for name in content.names], declared)


def _write_long_numbers_out(gdal_path: str, read: LayerColumns) -> None:
    """Put numbers with more digits than a float holds into the columns as the file has them."""
    long = [i for i, column in enumerate(read.columns) if any(map(_is_inexact, column))]
    stem = gdal_path[:-4]
    for at, numbers in whole_numbers(f"{stem}.dbf", long, read.fid).items() if long else ():
        column = read.columns[at]
        read.columns[at][:] = [n if _is_inexact(v) and n is not None else v for v, n in zip(column, numbers)]


def _is_inexact(value: Any) -> bool:
    return type(value) is float and value.is_integer() and abs(value) >= _EXACT


def _field_names(layer: Any, codec: str | None) -> list[str]:
    definition = layer.GetLayerDefn()
    names = [readable(definition.GetFieldDefn(i).GetName()) for i in range(definition.GetFieldCount())]
    if codec is not None:
        names = [_decoded_name(name.encode("latin-1", "replace"), codec) for name in names]
    return unique_names(names)


def _cut_name(raw: bytes) -> tuple[bytes, bytes]:
    """Return a field name without and with nothing but the number that GDAL adds to tell it from its twin."""
    number = _TWIN_NUMBER.search(raw)
    return (raw[: number.start()], number.group()) if number else (raw, b"")


def _decoded_name(raw: bytes, codec: str) -> str:
    name, number = _cut_name(raw)
    return decode_piece(name, codec) + number.decode("ascii")


def _crs_wkt(layer: Any) -> str | None:
    reference = layer.GetSpatialRef()
    if reference is None or (reference.GetName() or "").startswith(_UNDEFINED):
        return None
    return str(reference.ExportToWkt())


def _mif_notes(gdal_path: str, rows: int) -> list[Message]:
    """Tell when the table beside a MIF holds more records than it has shapes: GDAL stops where a cut file ends."""
    stem = gdal_path[:-4]
    records = max(count_lines(stem + ".mid"), count_lines(stem + ".MID"))
    return [Message("layer_cut_off", {"rows": rows, "records": records})] if records > rows else []


def _notes(read: LayerColumns, problems: RowProblems, codec: str, crs_wkt: str | None) -> list[Message]:
    notes = []
    if not len(read.fid):
        notes.append(Message("layer_without_rows"))
    if read.undecodable:
        notes.append(Message("bytes_unreadable", {"count": read.undecodable, "encoding": codec}))
    if read.shapes is not None and crs_wkt is None:
        notes.append(Message("crs_missing"))
    return [*notes, *problems.notes()]
