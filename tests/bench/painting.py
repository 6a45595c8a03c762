"""A stroke of the brush over some 200 unit grids, and the map drawn after it, beside what QGIS has for either.

Ours finds the unit grids, keeps to areas and locks, works out every figure of the grids involved, old and new, and
whether they fall apart, and writes one edit command. QGIS's own way, a selection and a new value for all, does the
last part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsCategorizedSymbolRenderer as Categories
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFillSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMergedFeatureRenderer,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

from gridmgmt_plugin.core.assignment.figures import figures_of
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.project.map.scheme import show_scheme
from gridmgmt_plugin.project.map.styles import styles_of
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.contest import Contest, Work
from tests.bench.district import EAST, NORTH, made_apart
from tests.bench.editing_peers import unit_grid_layer
from tests.bench.qgis_peers import start_qgis

SIZES = (141, 316)  # 19 881 and 99 856 unit grids
_GROUP_SIDE = 5  # unit grids: 25 to a grid, four times as many grids as a community has
_WIDTH_M, _LENGTH_M = 400.0, 4_700.0
_PICTURE = QSize(1000, 800)


def painted(side: int) -> tuple[QgsVectorLayer, Workspace]:
    """Return the unit grids of a fresh workspace, each in a grid of one scheme, ready to be edited."""
    workspace = made_apart(Path(tempfile.mkdtemp()) / "bench.gpkg", side)
    units = workspace.read("unit_grid", ["code", "area_code"], geometry=False)
    east, north = np.divmod(np.arange(side * side), side)
    number = (east // _GROUP_SIDE % 4) * 4 + north // _GROUP_SIDE % 4 + 1
    codes = as_column(f"{area}{n:03d}" for area, n in zip(units["area_code"], number.tolist()))
    grids = sorted(set(codes))
    with workspace.transaction("", "bench") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "cg", "title": "cg", "base": "unit_grid"}]))
        transaction.add_column("unit_grid", "rg_cg", "text")
        transaction.update("unit_grid", Rows({"rg_cg": codes}, None, units.fids))
        rows = [{"scheme": "cg", "code": code, "area_code": code[:6]} for code in grids]
        transaction.insert("responsibility_grid", Rows.from_records(rows, as_column([None] * len(rows))))
    start_qgis()
    return unit_grid_layer(workspace), workspace


def ways(side: int) -> Callable[[], shapely.LineString]:
    """Return what gives the next way of the brush, each along another line."""
    steps, rows = count(), max(1, int((side - 8) * 100 // 500))

    def way() -> shapely.LineString:
        north = NORTH + 400 + 500 * (next(steps) % rows)
        return shapely.LineString([(EAST + 500, north), (EAST + 500 + _LENGTH_M, north)])

    return way


def our_stroke(side: int) -> Work:
    """Prepare a brush of ours."""
    layer, workspace = painted(side)
    editor = GridEditor(layer, workspace)
    editor.start()
    scheme = PaintedScheme(editor, "cg")
    way, targets = ways(side), count()

    def work() -> None:
        scheme.refresh()
        units = scheme.reach.under_brush(way(), _WIDTH_M / 2)
        move = scheme.assignment.move(units, next(targets) % len(scheme.assignment.grids))
        figures_of(scheme.assignment, move)
        scheme.write(move)

    return work


def qgis_stroke(side: int) -> Work:
    """Prepare a selection by rectangle and a new value for all that is selected, in one command."""
    layer, _ = painted(side)
    layer.startEditing()
    way, field = ways(side), layer.fields().lookupField("rg_cg")

    def work() -> None:
        west, south, east, north = way().buffer(_WIDTH_M / 2).bounds
        layer.selectByRect(QgsRectangle(west, south, east, north))
        layer.beginEditCommand("paint")
        for feature in layer.selectedFeatures():
            layer.changeAttributeValue(feature.id(), field, "990101001001001")
        layer.endEditCommand()

    return work


def drawn(dress: Callable[[QgsVectorLayer], None]) -> Callable[[int], Work]:
    """Return a contender that draws the whole district, with two thousand changes pending."""

    def prepare(side: int) -> Work:
        layer, _ = painted(side)
        show_scheme(QgsProject.instance(), "cg")
        dress(layer)
        layer.startEditing()
        field = layer.fields().lookupField("rg_cg")
        for fid in range(1, 2001):
            layer.changeAttributeValue(fid, field, "990101001001001")
        settings, context = QgsMapSettings(), QgsExpressionContext()
        context.appendScope(QgsExpressionContextUtils.globalScope())
        context.appendScope(QgsExpressionContextUtils.projectScope(QgsProject.instance()))
        settings.setLayers([layer])
        settings.setExpressionContext(context)
        settings.setOutputSize(_PICTURE)
        settings.setExtent(layer.extent())

        def work() -> None:
            job = QgsMapRendererParallelJob(settings)
            job.start()
            job.waitForFinished()

        return work

    return prepare


def _in_our_classes(layer: QgsVectorLayer) -> None:
    styles_of("unit_grid")["groups"](layer)
    layer.setLabelsEnabled(False)


def _merged(layer: QgsVectorLayer) -> None:
    codes = sorted({str(feature["rg_cg"]) for feature in layer.getFeatures()})
    classes = [QgsRendererCategory(code, QgsFillSymbol.createSimple({"color": "#cccccc"}), code) for code in codes]
    layer.setRenderer(QgsMergedFeatureRenderer(Categories("rg_cg", classes)))
    layer.setLabelsEnabled(False)


def _plain(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#cccccc"})))
    layer.setLabelsEnabled(False)


CONTESTS = (
    Contest(
        "paint_stroke",
        "paint 200 unit grids",
        {"ours": our_stroke, "QGIS selection and new value": qgis_stroke},
        SIZES,
        20,
    ),
    Contest(
        "paint_redraw",
        "draw the painted map",
        {"ours": drawn(_in_our_classes), "QGIS merged features": drawn(_merged), "QGIS one symbol": drawn(_plain)},
        SIZES[:1],
        5,
    ),
)
