"""Cells drawn in a CAD program: lines that enclose them, and a text inside each with its code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.geometry.linework import faces_of, node_lines
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_code, clean_text
from gridmgmt_plugin.exchange.paths import DRAWING, checked_kind, stem_of
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source

# Lines of one drawing meet within rounding; what is further apart was not meant to meet.
_PRECISION_M = 0.001


def read_unit_grids(
    path: str, layer: str | None = None, encoding: str = "auto", progress: Progress | None = None
) -> Source:
    """Return the cells of a file: polygons of a layer, or the faces between the lines of a drawing (.dxf).

    Every face that lines enclose is a cell. A text inside it is its ``code`` when it is all digits, else its
    ``name``; of several the longest code and the first name count, and a note says where there were several. A
    drawing says nothing about its reference system.

    :param layer: of a drawing: the CAD layers whose lines bound the cells, separated by commas (``None`` = all;
        texts may be on any); of another file: as :func:`read_source` takes it.
    :raises InputError: ``drawing_layer_missing``, ``drawing_without_cells``, or see :func:`read_source`.
    :raises CapabilityError: ``gdal_missing``.
    """
    if not path.lower().endswith(DRAWING):
        return read_source(path, layer, encoding, progress)
    name = Path(path).name
    checked_kind(path)
    try:
        from gridmgmt_plugin.exchange.dxf import read_dxf  # noqa: PLC0415  other files need it not
    except ImportError as error:
        raise CapabilityError("gdal_missing") from error
    drawing = read_dxf(path, encoding, progress)
    lines = drawing.lines
    if layer:
        lines = lines[np.isin(drawing.line_layers.astype(str), _wanted(layer, drawing.line_layers, name))]
    cells = faces_of(node_lines(lines, _PRECISION_M))
    if len(cells) == 0:
        raise InputError("drawing_without_cells", name=name)
    codes, names, notes = _labelled(cells, drawing.points, drawing.texts)
    rows = Rows({"code": codes, "name": names}, cells)
    numbers = np.arange(1, len(cells) + 1)
    return Source(rows, stem_of(path), path, None, drawing.encoding, (*drawing.notes, *notes), numbers)


def _wanted(layer: str, layers: np.ndarray, name: str) -> list[str]:
    wanted = [layer] if layer in layers else parts_of(layer)
    there = sorted({text for text in layers if text})
    missing = [part for part in wanted if part not in there]
    if missing:
        raise InputError("drawing_layer_missing", name=name, layer=missing[0], layers=", ".join(there))
    return wanted


def _labelled(
    cells: np.ndarray, points: np.ndarray, texts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[Message, ...]]:
    """Return code and name of each cell from the texts inside it, and what does not fit."""
    codes, names = as_column([None] * len(cells)), as_column([None] * len(cells))
    at, cell = shapely.STRtree(cells).query(points, predicate="intersects")
    crowded = set()
    for text, face in sorted(zip(at.tolist(), cell.tolist())):
        code = clean_code(texts[text]) or ""
        if not code.isdigit():
            names[face] = names[face] or clean_text(texts[text])
            continue
        if codes[face] not in (None, code):
            crowded.add(face)
        codes[face] = max(codes[face] or "", code, key=len)
    notes = []
    unlabelled = int(is_null(codes).sum())
    if unlabelled:
        notes.append(Message("drawing_cells_without_code", {"count": unlabelled}))
    if crowded:
        shown = some([str(codes[face]) for face in sorted(crowded)])
        notes.append(Message("drawing_cells_with_codes", {"count": len(crowded), "shown": shown}))
    outside = len(points) - len(set(at.tolist()))
    if outside:
        notes.append(Message("drawing_texts_outside", {"count": outside}))
    return codes, names, tuple(notes)
