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
    style_numbers,
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


COUNTS, RATES = [0, 1, 2, 5, 9, 40, 41], [0.0, 0.5, 1.25, None, 3.0, 12.34, 70.0]


@pytest.fixture(params=["ground", "line"])
def counted(request):
    """Return how a result with counts and rates is made, its places grounds or lines."""

    def make(hotspot, *, rated=True):
        squares = [shapely.box(at, 0, at + 1, 1) for at in range(len(COUNTS))]
        lines = [shapely.LineString([(at + 0.5, 0), (at + 0.5, 1)]) for at in range(len(COUNTS))]
        rates = RATES if rated else [None] * len(RATES)
        columns = {"hotspot": as_column(hotspot), "count": as_column(COUNTS), "rate": as_column(rates)}
        return memory_layer(
            Rows(columns, as_column(squares if request.param == "ground" else lines)), "结果", Frame.local("测试")
        )

    return make


def _colours(layer):
    drawn = _drawn(layer, len(COUNTS))
    return [drawn.pixelColor(SQUARE_PX * at + SQUARE_PX // 2, SQUARE_PX // 2).name() for at in range(len(COUNTS))]


def test_places_that_cannot_be_told_from_chance_are_coloured_by_their_number_of_cases(qgis_app, counted):
    layer = counted([0] * len(COUNTS), rated=False)
    style_hotspots(layer, "zh_CN")
    assert set(layer.styleManager().styles()) == {"高发等级", "案件数"}
    assert layer.styleManager().currentStyle() == "案件数"
    legend = {one.symbol().color().name(): (one.lowerValue(), one.upperValue()) for one in layer.renderer().ranges()}
    for colour, count in zip(_colours(layer), COUNTS):
        low, high = legend[colour]
        assert low <= count <= high
    assert len(legend) == 6  # none, and five classes
    assert all(one.label() for one in layer.renderer().ranges())


def test_hot_places_are_shown_as_such_and_their_counts_and_rates_are_a_style_away(qgis_app, counted):
    layer = counted([3, 0, 0, 0, 0, 0, -1])
    for _ in range(2):  # the job and the window both give the styles
        style_hotspots(layer, "en")
    manager = layer.styleManager()
    assert manager.styles() == ["Cases", "Hot and cold", "Rate"]
    assert manager.currentStyle() == "Hot and cold"
    assert _colours(layer)[0] == HOTSPOT_CLASSES[3][0]
    manager.setCurrentStyle("Rate")
    drawn = _colours(layer)
    assert drawn[3] == "#ffffff"  # nobody knows its rate
    ranges = [(one.lowerValue(), one.upperValue(), one.symbol().color().name()) for one in layer.renderer().ranges()]
    for colour, rate in zip(drawn, RATES):
        assert rate is None or next(tint for low, high, tint in ranges if low <= rate <= high) == colour


def test_counts_and_densities_of_places_are_styles_called_as_their_columns(qgis_app):
    squares = [shapely.box(at, 0, at + 1, 1) for at in range(4)]
    columns = {"count": as_column([1, 2, 30, 30]), "per_hectare": as_column([0.1, 0.2, None, 7.0])}
    columns["per_100m"] = as_column([None] * 4)
    layer = memory_layer(Rows(columns, as_column(squares)), "部件", Frame.local("测试"))
    layer.setFieldAlias(layer.fields().indexOf("count"), "部件数")
    style_numbers(layer, ["count"], ["per_hectare", "per_100m"])
    manager = layer.styleManager()
    assert set(manager.styles()) == {"部件数", "per_hectare"}
    assert manager.currentStyle() == "部件数"
    assert [one.label() for one in layer.renderer().ranges()] == ["0", "1", "2", "3–30"]
