"""What a statistic found, as places to click: hot places with all their cells, what is new, what returns."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.gui.jobs.result_view import found_places, in_two_lines


class Focus:
    """Stands for the map: what it was asked to show."""

    def __init__(self) -> None:
        self.shown = []

    def show_geometries(self, geometries, layer) -> None:
        self.shown.append(len(geometries))


@pytest.fixture
def result(shell):
    """Return how a result layer of rows is made."""

    def make(fields, rows):
        layer = QgsVectorLayer(f"Polygon?{'&'.join('field=' + field for field in fields)}", "结果", "memory")
        features = []
        for number, row in enumerate(rows):
            feature = QgsFeature(layer.fields())
            feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(number, 0, number + 1, 1)))
            feature.setAttributes(list(row))
            features.append(feature)
        assert layer.dataProvider().addFeatures(features)[0]
        QgsProject.instance().addMapLayer(layer)
        return layer

    return make


HOT = ("name:string", "count:integer", "hotspot:integer", "place_no:integer", "place_name:string")


@pytest.mark.proof
def test_a_hot_place_is_one_link_that_selects_all_its_cells(result):
    rows = [("a", 9, 3, 2, "乙"), ("b", 5, 3, 1, "甲"), ("c", 40, 2, 1, "甲"), ("d", 1, 0, None, None)]
    layer = result(HOT, rows)
    found = found_places(layer)
    assert list(found.labels) == ["甲", "乙"]
    assert "2" in found.title
    assert "3" in found.title
    focus = Focus()
    assert found.show(QUrl(f"place:{found.fids[0]}"), focus)
    assert focus.shown == [2]  # its cells flash, and no ground between them
    assert {feature["name"] for feature in layer.selectedFeatures()} == {"b", "c"}
    assert found.show(QUrl("all:"), Focus())
    assert {feature["name"] for feature in layer.selectedFeatures()} == {"a", "b", "c"}


def test_a_hot_place_tells_its_class_lane_grid_and_person(result):
    fields = (*HOT, "main_class:string", "lane_name:string", "responsibility_grid:string", "person_name:string")
    rows = [
        ("a", 9, 3, 1, "甲社区西侧", "占道经营", None, "990101001001003", "王一"),
        ("b", 5, 3, 2, "乙", *[None] * 4),
    ]
    label = list(found_places(result(fields, rows)).labels)
    assert [word in label[0] for word in ("甲社区西侧", "占道经营", "990101001001003", "王一")] == [True] * 4
    assert label[1] == "乙"


@pytest.mark.proof
def test_of_very_many_rows_the_box_around_them_flashes(result):
    rows = [(str(number), 1, 3, number, "甲") for number in range(300)]
    focus = Focus()
    assert found_places(result(HOT, rows)).show(QUrl("all:"), focus)
    assert focus.shown == [1]


@pytest.mark.proof
def test_without_hot_places_there_is_nothing_to_click(result):
    assert found_places(result(HOT, [("d", 1, 0, None, None)])) is None


def test_what_is_new_comes_before_what_lasts_and_what_fades(result):
    rows = [("a", 9, "fading"), ("b", 5, "persistent"), ("c", 4, "new"), ("d", 40, "none"), ("e", 6, "new")]
    found = found_places(result(("name:string", "count:integer", "trend:string", "code:string"), rows))
    assert [label[0] for label in found.labels] == ["e", "c", "b", "a"]


@pytest.mark.proof
def test_what_came_back_most_often_comes_first(result):
    rows = [("乙巷", 3, 1), ("甲巷", 4, 3)]
    found = found_places(result(("place:string", "times:integer", "not_held:integer", "unit_grid:string"), rows))
    assert [label[:2] for label in found.labels] == ["甲巷", "乙巷"]


@pytest.mark.proof
def test_a_case_that_is_called_by_a_whole_paragraph_leaves_room_for_the_others(result):
    rows = [("市民反映路口长期无人清理" * 9, 3, 1, "")]
    (label,) = found_places(
        result(("place:string", "times:integer", "not_held:integer", "unit_grid:string"), rows)
    ).labels
    assert label.startswith("市民反映")
    assert "…" in label
    assert len(label) < 60


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("Cases per 100 m", "Cases per<br>100 m"), ("Unit grids", "Unit<br>grids"), ("每百米案件", "每百米案件")],
)
def test_a_heading_of_numbers_has_two_lines_at_most_and_as_short_as_can_be(heading, expected):
    assert in_two_lines(heading) == expected
