"""A layer that changes while the map is being drawn is drawn once more: QGIS keeps the picture of before."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from gridmgmt_plugin.gui.map.late_pictures import LatePictures


class Canvas(QObject):
    """A canvas whose drawing begins and ends when the test says so."""

    mapCanvasRefreshed = pyqtSignal()  # noqa: N815  as QGIS's is called
    drawing = False

    def isDrawing(self):
        return self.drawing

    def end(self):
        self.drawing = False
        self.mapCanvasRefreshed.emit()


@pytest.fixture
def canvas(qgis_app):
    return Canvas()


@pytest.fixture
def layer(qgis_app):
    return QgsVectorLayer("Point", "points", "memory")


def repaints(layer):
    asked = []
    layer.repaintRequested.connect(lambda *_: asked.append(1))
    return asked


def test_what_changes_while_the_map_is_drawn_is_drawn_once_more_and_then_no_more(canvas, layer):
    late, asked = LatePictures(canvas), repaints(layer)
    late.follow([layer])
    canvas.drawing = True
    layer.triggerRepaint()
    layer.triggerRepaint()
    canvas.end()
    assert len(asked) == 3
    canvas.end()
    assert len(asked) == 3


def test_what_changes_while_nothing_is_drawn_needs_no_second_time(canvas, layer):
    late, asked = LatePictures(canvas), repaints(layer)
    late.follow([layer])
    layer.triggerRepaint()
    canvas.end()
    assert len(asked) == 1


def test_layers_that_are_gone_and_those_followed_no_longer_are_left_alone(canvas, layer):
    late, asked = LatePictures(canvas), repaints(layer)
    gone = QgsVectorLayer("Point", "gone", "memory")
    late.follow([layer, gone])
    canvas.drawing = True
    gone.triggerRepaint()
    layer.triggerRepaint()
    del gone
    late.follow([])
    canvas.end()
    assert len(asked) == 1
