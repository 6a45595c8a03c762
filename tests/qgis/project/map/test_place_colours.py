"""What was found of places lies on the map in just the colours that its legend shows."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsMapRendererCustomPainterJob, QgsMapSettings, QgsRectangle
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.map.place_colours import (
    HOTSPOT_CLASSES,
    style_grades,
    style_hotspots,
    style_trends,
)
from gridmgmt_plugin.project.result_layers import memory_layer

SQUARE_PX = 40
STYLES = {
    "hotspot": (style_hotspots, [*HOTSPOT_CLASSES]),
    "trend": (style_trends, ["new", "persistent", "fading", "cold", "none"]),
    "grade": (style_grades, ["A", "B", "C", "D", "E", None]),
}


@pytest.mark.parametrize("column", STYLES)
def test_a_class_has_on_the_map_the_colour_of_its_legend_and_no_other_has_it(qgis_app, column):
    style, values = STYLES[column]
    layer = _row_of_squares(column, values)
    style(layer, "zh_CN")
    assert layer.opacity() == 1.0
    drawn = _drawn(layer, len(values))
    on_the_map = [
        drawn.pixelColor(SQUARE_PX * at + SQUARE_PX // 2, SQUARE_PX // 2).name() for at in range(len(values))
    ]
    entries = {entry.value(): entry for entry in layer.renderer().categories()}
    legend = [_legend_colour(entries[value if value is not None else ""]) for value in values]
    assert on_the_map == legend
    assert len(set(legend)) == len(values)
    assert all(entry.label() for entry in entries.values())
    assert {entry.label() for entry in layer.renderer().legendSymbolItems()} == {e.label() for e in entries.values()}


def _row_of_squares(column, values):
    squares = [shapely.box(at, 0, at + 1, 1) for at in range(len(values))]
    columns = {column: as_column(values)} | (
        {"pattern": as_column([None] * len(values))} if column == "trend" else {}
    )
    return memory_layer(Rows(columns, as_column(squares)), "结果", Frame.local("测试"))


def _legend_colour(entry):
    """Return the colour of the patch that QGIS paints into the legend for a class."""
    patch = entry.symbol().asImage(QSize(16, 16))
    return QColor(patch.pixel(8, 8)).name()


def _drawn(layer, count):
    image = QImage(SQUARE_PX * count, SQUARE_PX, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(image.size())
    settings.setExtent(QgsRectangle(0, 0, count, 1))
    painter = QPainter(image)
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.renderSynchronously()
    painter.end()
    return image
