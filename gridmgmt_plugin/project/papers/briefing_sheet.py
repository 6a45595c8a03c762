"""A briefing on paper: a layout from a template, filled from the content, as PDF and as pictures of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLayoutExporter,
    QgsLayoutFrame,
    QgsLayoutItemManualTable,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsTableCell,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont

from gridmgmt_plugin.core.briefing.content import Briefing, MapPlaces
from gridmgmt_plugin.core.briefing.map_drawing import class_numbers, count_classes
from gridmgmt_plugin.core.briefing.sheet import sheet_tables, sheet_texts
from gridmgmt_plugin.core.briefing.tables import TEXT, Table, written
from gridmgmt_plugin.core.briefing.words import briefing_data
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_paths
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.papers.kinds import BRIEFING, filled_tables
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.map.styles import fill
from gridmgmt_plugin.project.papers.page_layers import PaperLayers
from gridmgmt_plugin.project.papers.printing import laid_out, write_pdf
from gridmgmt_plugin.project.papers.template import chinese_font, copyable
from gridmgmt_plugin.project.result_layers import memory_layer

_PNG_DPI = 300
_INK, _BORDER, _GROUND = "#1f2933", "#9aa0a6", "#ffffff"
_NAME_PT, _HALO_MM = 9.0, 0.8
_MARGIN = 0.03
# In narrow letters; longer headings are wrapped.
_LONGEST_HEADING, _LEAST_LETTERS = 11.0, 6.0


@contextmanager
def briefing_layout(content: Briefing, frame: Frame, template: str, language: str) -> Iterator[QgsPrintLayout]:
    """Give the layout of a briefing, in a project that is thrown away: for the thread that asks.

    :raises InputError: ``template_unreadable``, ``template_without_map``.
    """
    with laid_out(briefing_layers(content, frame, language), template) as layout:
        fill_briefing(layout, content, language)
        yield layout


def write_briefing_pdf(layout: QgsPrintLayout, path: Path, progress: Progress) -> list[Path]:
    """Write the layout as PDF; return the file.

    :raises WorkspaceError: ``layer_not_written``, ``file_held``. :raises Cancelled: with nothing written.
    """
    write_pdf(layout, path, progress)
    return [path]


def write_briefing_pictures(layout: QgsPrintLayout, path: Path, progress: Progress) -> list[Path]:
    """Write each page as a picture of 300 dots per inch; return the files, the second one ending in ``_2``.

    :raises WorkspaceError: ``layer_not_written``, ``file_held``.
    """
    count = layout.pageCollection().pageCount()
    paths = [path, *(path.with_name(f"{path.stem}_{page}{path.suffix}") for page in range(2, count + 1))]
    beside = staging_paths(paths)
    atlas, exporter = layout.atlas(), QgsLayoutExporter(layout)
    try:
        atlas.beginRender()
        atlas.first()
        for page, unfinished in enumerate(beside):
            progress.report(page / count)
            # Not exportToImage, which would have GDAL write where the map lies, into PNG in vain.
            if not exporter.renderPageToImage(page, QSize(), _PNG_DPI).save(str(unfinished), "PNG"):
                raise WorkspaceError("layer_not_written", path=str(path), reason="PNG")
        for unfinished, target in zip(beside, paths):
            replace_file(unfinished, target)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        atlas.endRender()
        for unfinished in beside:
            clear_away(unfinished)
    return paths


def briefing_layers(content: Briefing, frame: Frame, language: str) -> PaperLayers:
    """Return what the one page says and what its map shows; whoever asks owns them."""
    places = content.map
    texts = sheet_texts(content, language, chinese_font())
    page = Rows({name: as_column([text]) for name, text in texts.items()}, as_column([_view(places)]))
    shown = [_named_areas(places, frame), _hot_places(places, frame), _counted_places(places, frame)]
    return PaperLayers(memory_layer(page, BRIEFING, frame), [layer for layer in shown if layer is not None])


def _view(places: MapPlaces) -> shapely.Geometry:
    west, south, east, north = shapely.total_bounds(np.concatenate([places.shapes, places.area_shapes]))
    margin = _MARGIN * max(east - west, north - south, 1.0)
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


def _counted_places(places: MapPlaces, frame: Frame) -> QgsVectorLayer:
    classes = count_classes(places.counts)
    numbers = as_column(class_numbers(places.counts, classes).tolist())
    layer = memory_layer(Rows({"class_no": numbers}, places.shapes), "places", frame)
    categories = [
        QgsRendererCategory(at, _symbol(layer, one.colour, _BORDER, 0.1), "") for at, one in enumerate(classes)
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("class_no", categories))
    return layer


def _hot_places(places: MapPlaces, frame: Frame) -> QgsVectorLayer | None:
    if not places.hot.any():
        return None
    layer = memory_layer(Rows({"code": places.codes[places.hot]}, places.shapes[places.hot]), "hot", frame)
    colour = briefing_data()["hot_colour"]
    layer.setRenderer(QgsSingleSymbolRenderer(_symbol(layer, "", colour, 0.8)))
    return layer


def _symbol(layer: QgsVectorLayer, colour: str, line: str, width_mm: float) -> QgsSymbol:
    """Return a symbol for grounds or for lines; ``colour`` "": grounds stay open, lines are ``line``."""
    if layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry:
        return QgsLineSymbol.createSimple({"color": colour or line, "width": "0.9" if colour else "1.6"})
    return fill(colour or _GROUND, line, width_mm) if colour else _open(line, width_mm)


def _open(line: str, width_mm: float) -> QgsSymbol:
    symbol = fill(_GROUND, line, width_mm)
    symbol.symbolLayer(0).setBrushStyle(Qt.BrushStyle.NoBrush)
    return symbol


def _named_areas(places: MapPlaces, frame: Frame) -> QgsVectorLayer | None:
    if not len(places.area_shapes):
        return None
    layer = memory_layer(Rows({"name": places.area_names}, places.area_shapes), "areas", frame)
    layer.setRenderer(QgsSingleSymbolRenderer(_open(_INK, 0.4)))
    text = QgsTextFormat()
    text.setFont(copyable(QFont(chinese_font())))
    text.setSize(_NAME_PT)
    text.setColor(QColor(_INK))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(_HALO_MM)
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = "name"
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(len(places.area_shapes) <= briefing_data()["most_area_names"])
    return layer


def fill_briefing(layout: QgsPrintLayout, content: Briefing, language: str) -> None:
    """Fill the tables that a template has, by the names of their frames."""
    tables, keys = sheet_tables(content, language), filled_tables(BRIEFING)
    for item in layout.multiFrames():
        if not isinstance(item, QgsLayoutItemManualTable) or not item.frameCount():
            continue
        frame = item.frame(0)
        table = tables.get(keys.get(frame.id(), ""))
        if table is not None:
            _fill_table(item, frame, table)


def _fill_table(item: QgsLayoutItemManualTable, frame: QgsLayoutFrame, table: Table) -> None:
    room_mm = frame.rect().width() - 2.0 * item.cellMargin() * len(table.columns)  # before it follows its rows
    look, heading = item.contentTextFormat(), item.headerTextFormat()
    for one in (look, heading):
        one.setFont(copyable(one.font()))
    item.setContentTextFormat(look)
    # A heading of QGIS's own stands on the left, above numbers on the right too.
    item.setIncludeTableHeader(False)
    texts = [[written(cell, one.kind) for cell, one in zip(row, table.columns)] for row in table.rows]
    heads = [one.heading for one in table.columns]
    rows = [
        [_cell(text, one.kind, form) for text, one in zip(row, table.columns)]
        for row, form in ((heads, heading), *((row, None) for row in texts))
    ]
    item.setTableContents(rows)
    item.setColumnWidths(_widths(heads, texts, room_mm))


def _cell(text: str, kind: str, look: QgsTextFormat | None) -> QgsTableCell:
    """Return a cell; without a ``look`` of its own it has that of the table, whatever that becomes."""
    made = QgsTableCell(text)
    if look is not None:
        made.setTextFormat(look)
    made.setHorizontalAlignment(Qt.AlignmentFlag.AlignLeft if kind == TEXT else Qt.AlignmentFlag.AlignRight)
    return made


def _widths(headings: Sequence[str], texts: Sequence[Sequence[str]], room_mm: float) -> list[float]:
    """Return widths in millimetres that fill the frame, by how long the texts of each column are."""
    longest = [
        max(min(_length(heading), _LONGEST_HEADING), *(_length(row[at]) for row in texts), _LEAST_LETTERS)
        for at, heading in enumerate(headings)
    ]
    return [room_mm * one / sum(longest) for one in longest]


def _length(text: str) -> float:
    return sum(2.0 if ord(letter) > 0x2E7F else 1.0 for letter in text)
