"""What a statistic found, as places to click: hot places with all their cells, what is new, what returns."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.gui.jobs.result_view import found_places


class Focus:
    """Stands for the map: what it was asked to show."""

    def __init__(self) -> None:
        self.shown = []

    def show_geometry(self, geometry, layer) -> None:
        self.shown.append(geometry)


@pytest.fixture
def result(shell):
    """Return how a result layer of rows is made."""

    def make(fields, rows):
        layer = QgsVectorLayer(f"Polygon?{'&'.join('field=' + field for field in fields)}", "结果", "memory")
        features = []
        for row in rows:
            feature = QgsFeature(layer.fields())
            feature.setAttributes(list(row))
            features.append(feature)
        assert layer.dataProvider().addFeatures(features)[0]
        QgsProject.instance().addMapLayer(layer)
        return layer

    return make


HOT = ("name:string", "count:integer", "hotspot:integer", "place_no:integer", "place_name:string")


def test_a_hot_place_is_one_link_that_selects_all_its_cells(result):
    rows = [("a", 9, 3, 2, "乙"), ("b", 5, 3, 1, "甲"), ("c", 40, 2, 1, "甲"), ("d", 1, 0, None, None)]
    layer = result(HOT, rows)
    found = found_places(layer)
    assert list(found.labels) == ["甲", "乙"]
    assert "2" in found.title
    assert "3" in found.title
    assert found.show(QUrl(f"place:{found.fids[0]}"), Focus())
    assert {feature["name"] for feature in layer.selectedFeatures()} == {"b", "c"}
    assert found.show(QUrl("all:"), Focus())
    assert {feature["name"] for feature in layer.selectedFeatures()} == {"a", "b", "c"}


def test_without_hot_places_there_is_nothing_to_click(result):
    assert found_places(result(HOT, [("d", 1, 0, None, None)])) is None


def test_what_is_new_comes_before_what_lasts_and_what_fades(result):
    rows = [("a", 9, "fading"), ("b", 5, "persistent"), ("c", 4, "new"), ("d", 40, "none"), ("e", 6, "new")]
    found = found_places(result(("name:string", "count:integer", "trend:string", "code:string"), rows))
    assert [label[0] for label in found.labels] == ["e", "c", "b", "a"]


def test_what_came_back_most_often_comes_first(result):
    rows = [("乙巷", 3, 1), ("甲巷", 4, 3)]
    found = found_places(result(("place:string", "times:integer", "not_held:integer", "unit_grid:string"), rows))
    assert [label[:2] for label in found.labels] == ["甲巷", "乙巷"]
