"""What colleagues edit, drawn over a map: in its own system of coordinates, large enough, each name to be read."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem, QgsRubberBand
from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtWidgets import QFrame

from gridmgmt_plugin.gui.beside.overlay import COLOURS, Mark, Overlay
from tests.qgis.fake_window import settle

X, Y = 500_000, 4_000_000


@pytest.fixture
def layer(qgis_app):
    return QgsVectorLayer("Polygon?crs=EPSG:4548", "unit grids", "memory")


@pytest.fixture
def canvas(qgis_app, layer):
    made = QgsMapCanvas()
    made.resize(700, 450)
    made.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    made.show()
    yield made
    made.deleteLater()
    settle()


@pytest.fixture
def overlay(canvas):
    made = Overlay(canvas)
    yield made
    made.close()
    assert not [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def square(x, y, side=80):
    return QgsGeometry.fromRect(QgsRectangle(X + x, Y + y, X + x + side, Y + y + side)).asWkb().data()


def look_at(canvas, layer, *box):
    """Show a rectangle of the layer's frame; return it in the map's."""
    degrees = canvas.mapSettings().destinationCrs()
    moved = QgsCoordinateTransform(layer.crs(), degrees, QgsProject.instance()).transformBoundingBox(
        QgsRectangle(*box)
    )
    canvas.setExtent(moved)
    settle()
    return moved


def bands(canvas):
    return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def place_of(canvas, colour):
    """Return the rectangle around the pixels of a colour, with the shapes hidden."""
    picture = QImage(canvas.size(), QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    for band in bands(canvas):
        band.hide()
    canvas.scene().render(painter)
    painter.end()
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    pixels = np.frombuffer(bits, dtype=np.uint32).reshape(picture.height(), picture.width())
    down, across = np.nonzero(pixels == QColor(colour).rgb())
    return QRectF(across.min(), down.min(), np.ptp(across) + 1, np.ptp(down) + 1)


def test_it_lies_where_the_layer_does_whatever_the_system_of_the_map(canvas, layer, overlay):
    look_at(canvas, layer, X, Y, X + 700, Y + 450)
    overlay.show([Mark("李工", COLOURS[0], (square(100, 100), square(180, 100)))], layer)
    (band,) = bands(canvas)
    degrees = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    wanted = degrees.transformBoundingBox(QgsRectangle(X + 100, Y + 100, X + 260, Y + 180))
    assert band.asGeometry().boundingBox().toString(7) == wanted.toString(7)


def test_far_off_what_lies_side_by_side_is_one_rectangle_of_some_pixels(canvas, layer, overlay):
    overlay.show([Mark("李工", COLOURS[0], (square(0, 0), square(80, 0), square(9000, 4000)))], layer)
    look_at(canvas, layer, X - 9000, Y - 4000, X + 12_000, Y + 9000)
    (band,) = bands(canvas)
    shapes = band.asGeometry().asGeometryCollection()
    assert len(shapes) == 2
    sides = [shape.boundingBox().width() / canvas.mapUnitsPerPixel() for shape in shapes]
    assert all(12 < side < 25 for side in sides)


def test_names_of_two_in_one_place_stand_above_each_other(canvas, layer, overlay):
    look_at(canvas, layer, X, Y, X + 700, Y + 450)
    marks = [
        Mark("李工：14:05", COLOURS[0], (square(100, 100),)),
        Mark("王工：14:20", COLOURS[1], (square(110, 105),)),
    ]
    overlay.show(marks, layer)
    first, second = (place_of(canvas, colour) for colour in COLOURS[:2])
    assert first.height() > 10
    assert second.height() > 10
    assert not first.intersects(second)


def test_no_name_stands_under_a_panel_that_lies_over_the_map(canvas, layer, overlay):
    look_at(canvas, layer, X, Y, X + 700, Y + 450)
    overlay.show([Mark("李工：14:05", COLOURS[0], (square(100, 100),))], layer)
    before = place_of(canvas, COLOURS[0])
    panel = QFrame(canvas)
    panel.setGeometry(before.toRect().adjusted(-50, -20, 50, 60))
    panel.show()
    assert not place_of(canvas, COLOURS[0]).intersects(QRectF(panel.geometry()))
    panel.hide()
    assert place_of(canvas, COLOURS[0]) == before


def test_a_name_under_a_panel_as_high_as_the_map_stands_beside_it_and_on_the_map(canvas, layer, overlay):
    look_at(canvas, layer, X, Y, X + 700, Y + 450)
    overlay.show([Mark("李工：14:05", COLOURS[0], (square(100, 100),))], layer)
    panel = QFrame(canvas)
    panel.setGeometry(place_of(canvas, COLOURS[0]).toRect().left() - 50, 0, 200, canvas.height())
    panel.show()
    place = place_of(canvas, COLOURS[0])
    assert not place.intersects(QRectF(panel.geometry()))
    assert QRectF(0, 0, canvas.width(), canvas.height()).contains(place)


def test_lanes_and_points_are_drawn_too_and_nothing_once_there_is_nobody(canvas, layer, overlay):
    look_at(canvas, layer, X, Y, X + 700, Y + 450)
    line = QgsGeometry.fromWkt(f"LINESTRING({X + 300} {Y + 300},{X + 600} {Y + 350})").asWkb().data()
    point = QgsGeometry.fromWkt(f"POINT({X + 500} {Y + 100})").asWkb().data()
    overlay.show([Mark("李工", COLOURS[0], (line, point, square(0, 0)))], layer)
    assert len(bands(canvas)) == 3
    overlay.show((), layer)
    assert not [item for item in canvas.scene().items() if isinstance(item, QgsMapCanvasItem) and item.isVisible()]
