"""Drawings in DXF: the lines with their CAD layers, and the texts with their places.

What a drawing holds is told apart by kind: ``lines`` (arcs and splines as line strings, closed ones too), ``areas``
(hatches and solids), ``texts`` and ``points``. Blocks are taken apart where they are inserted; what lies in paper
space (frame and legend of the sheet) is left out and told. A drawing says nothing about its reference system.
"""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.encodings import decode_piece
from gridmgmt_plugin.exchange.ogr_access import complaint, config_options, open_dataset, quiet_gdal
from gridmgmt_plugin.exchange.ogr_columns import LayerColumns, read_layer
from gridmgmt_plugin.exchange.paths import stem_of
from gridmgmt_plugin.exchange.source import LayerInfo, Source, layer_needed
from gridmgmt_plugin.exchange.utf8_copies import copy_in_memory, dxf_encoding, is_utf8, whole_text

LINES, AREAS, TEXTS, POINTS = "lines", "areas", "texts", "points"
KINDS = (LINES, AREAS, TEXTS, POINTS)
# GDAL's own name for everything in a drawing.
ENTITIES = "entities"
_GEOMETRY = {LINES: "Line String", AREAS: "Polygon", TEXTS: "Point", POINTS: "Point"}
_KEPT = ("Layer", "Text", "Linetype", "EntityHandle")
_BINARY = b"AutoCAD Binary DXF"
_OPTIONS = {"DXF_ENCODING": "UTF-8", "DXF_MERGE_BLOCK_GEOMETRIES": "FALSE"}
# How CAD programs write a character that their code page lacks: by its Unicode number, or by code page and bytes.
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_MULTIBYTE = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_CODE_PAGES = {"1": "cp932", "2": "cp950", "3": "cp949", "4": "johab", "5": "gb18030"}


@dataclass(frozen=True)
class DxfDrawing:
    """The model space of a drawing, in drawing units.

    ``lines``: object array of n line strings; ``line_layers``: object array of the CAD layer of each. ``points``:
    object array of m shapely points, where the texts are anchored; ``texts``: their texts (str). ``encoding``: the
    codec of the texts. ``notes``: what the user should know.
    """

    lines: np.ndarray
    line_layers: np.ndarray
    points: np.ndarray
    texts: np.ndarray
    encoding: str
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class _Entities:
    columns: dict[str, np.ndarray]
    geometry: np.ndarray
    fid: np.ndarray
    kinds: np.ndarray  # one of KINDS per part
    encoding: str
    notes: tuple[Message, ...]

    def of(self, kind: str) -> np.ndarray:
        return np.flatnonzero(self.kinds == kind)


def read_dxf(path: str | os.PathLike[str], encoding: str = "auto", progress: Progress | None = None) -> DxfDrawing:
    """Return lines and texts of a drawing; areas count with their outlines.

    :raises InputError: ``file_broken``, ``drawing_binary``, ``encoding_unknown`` or ``encoding_mismatch``.
    """
    found = _entities(os.fspath(path), encoding, progress or Progress())
    drawn = np.flatnonzero((found.kinds == LINES) | (found.kinds == AREAS))
    lines = found.geometry[drawn]
    surfaces = shapely.get_dimensions(lines) == 2
    lines[surfaces] = shapely.boundary(lines[surfaces])
    parts, origin = shapely.get_parts(lines, return_index=True)
    texts = found.of(TEXTS)
    return DxfDrawing(
        parts,
        found.columns["Layer"][drawn[origin]],
        found.geometry[texts],
        found.columns["Text"][texts],
        found.encoding,
        found.notes,
    )


def read_drawing_layer(path: str, layer: str | None, encoding: str, progress: Progress) -> Source:
    """Return what a drawing holds of one kind, as rows with the columns Layer, Text, Linetype and EntityHandle.

    ``layer``: lines, areas, texts, points, or entities for all; ``None`` where the drawing holds one kind only.

    :raises InputError: as :func:`read_dxf`, and ``layer_missing``, ``layer_needed`` or ``no_layers``.
    """
    name = Path(path).name
    found = _entities(path, encoding, progress)
    there = [kind for kind in KINDS if len(found.of(kind))]
    wanted = folded(layer or "")
    if not there:
        raise InputError("no_layers", name=name)
    if not wanted and len(there) > 1:
        raise layer_needed(name, there)
    if wanted and wanted not in (*there, ENTITIES):
        raise InputError("layer_missing", name=name, layer=layer, layers=", ".join(there))
    picked = np.arange(len(found.kinds)) if wanted == ENTITIES else found.of(wanted or there[0])
    rows = Rows({title: column[picked] for title, column in found.columns.items()}, found.geometry[picked])
    notes = (*found.notes, Message("crs_missing"))
    return Source(rows, wanted or stem_of(path), path, None, found.encoding, notes, found.fid[picked])


def list_drawing_layers(path: str) -> tuple[LayerInfo, ...]:
    """Return the kinds of things that a drawing holds, with their numbers.

    :raises InputError: as :func:`read_dxf`.
    """
    found = _entities(path, "auto", Progress())
    return tuple(LayerInfo(kind, _GEOMETRY[kind], len(found.of(kind))) for kind in KINDS if len(found.of(kind)))


def _entities(path: str, encoding: str, progress: Progress) -> _Entities:
    name = Path(path).name
    with Path(path).open("rb") as file:
        if file.read(len(_BINARY)) == _BINARY:
            raise InputError("drawing_binary", name=name)
    found = dxf_encoding(path, encoding)
    text, lost = whole_text(path, found.name, name, strict=encoding != "auto")
    copy = nullcontext(path) if is_utf8(found.name) and not lost else copy_in_memory(path, text)
    with quiet_gdal(), config_options(_OPTIONS), copy as gdal_path:
        dataset = open_dataset(gdal_path, name)
        layer = dataset.GetLayer(0)
        definition = layer.GetLayerDefn()
        titles = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
        read = read_layer(layer, None, progress)
        complaint(name)
        del layer, dataset
    notes = list(found.notes)
    if lost:
        notes.append(Message("bytes_unreadable", {"count": lost, "encoding": found.name}))
    return _sorted_out(read, titles, found.name, notes)


def _sorted_out(read: LayerColumns, titles: list[str], codec: str, notes: list[Message]) -> _Entities:
    by_title = {title: as_column(column) for title, column in zip(titles, read.columns)}
    geometry = read.geometry if read.geometry is not None else np.full(len(read.fid), None, dtype=object)
    on_paper = by_title["PaperSpace"] == True  # noqa: E712  elementwise on an object array
    if on_paper.any():
        notes.append(Message("paper_space_left_out", {"count": int(on_paper.sum())}))
    rows = np.flatnonzero(~on_paper & ~shapely.is_missing(geometry))
    parts, origin = shapely.get_parts(geometry[rows], return_index=True)
    rows = rows[origin]
    columns = {title: by_title[title][rows] for title in _KEPT}
    columns["Text"] = as_column(None if text is None else _unescaped(text) for text in columns["Text"])
    types = shapely.get_type_id(parts)
    named = ~is_null(columns["Text"])
    kinds = np.select(
        [np.isin(types, (1, 2)), types == 3, (types == 0) & named], [LINES, AREAS, TEXTS], default=POINTS
    ).astype(object)
    return _Entities(columns, parts, read.fid[rows], kinds, codec, tuple(notes))


def _unescaped(text: str) -> str:
    text = _UNICODE.sub(lambda match: chr(int(match[1], 16)), text)
    return _MULTIBYTE.sub(lambda match: decode_piece(bytes.fromhex(match[2]), _CODE_PAGES[match[1]]), text)
