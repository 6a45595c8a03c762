"""Duty zones drawn with the tools for unit grids, by mouse, in a file and in a database."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

import gridmgmt_plugin
from gridmgmt_plugin.core.duty.matrix import CLEAR
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.duty_matrix import SIDE_BY_SIDE, read_matrix
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.editing.conftest import in_both
from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.workspace_window import tasks_done, wait_for

ESTATE, SITE = "物业小区", "工地"


@pytest.fixture(scope="module")
def fill():
    """Put two managers into a district."""

    def filled(place):
        with Workspace.open(place).transaction("", "test") as transaction:
            named = [{"code": "D1", "name": "甲物业（示例）"}, {"code": "D2", "name": "乙工程（示例）"}]
            transaction.insert("department", Rows.from_records(named))

    return filled


@pytest.fixture
def place(place_in_both):
    return place_in_both


@pytest.fixture
def zones(qgis_app, place):
    """The window with the layer of duty zones chosen in the list of layers."""
    made = Bench(place)
    made.layer = shown_layer(QgsProject.instance(), "duty_zone")
    made.iface.setActiveLayer(made.layer)
    made.canvas.setLayers([shown_layer(QgsProject.instance(), table) for table in ("duty_zone", "lane", "unit_grid")])
    yield made
    made.close()


def choose(bench, key, kind=ESTATE, manager="D1", name=""):
    """Take a tool up and fill the form."""
    in_hand = bench.shell.action(key).isChecked()
    tool = bench.canvas.mapTool() if in_hand else bench.choose(key)
    form = bench.editing()._desks["duty_zone"].form
    form.kind.setCurrentIndex(form.kind.findData(kind))
    form.manager.setCurrentIndex(form.manager.findData(manager))
    form.name.clear()
    if name:
        QTest.keyClicks(form.name, name)
    settle()
    return tool


def outline(bench, xmin, ymin, xmax, ymax):
    bench.hand.click(xmin, ymin)
    bench.hand.click(xmax, ymin)
    bench.hand.click(xmax, ymax)
    bench.hand.double_click(xmin, ymax)


def drawn(bench):
    """Return (kind, manager, name, area) of the zones in the buffer, by code; a pixel is half a metre."""
    return {
        f["code"]: (f["kind"], f["manager_code"] or None, f["name"] or None, round(f.geometry().area(), -2))
        for f in bench.layer.getFeatures()
    }


def saved(bench):
    done = bench.layer.commitChanges()
    wait_for(tasks_done)
    settle()
    return done


def stored(place):
    rows = Workspace.open(place).read("duty_zone")
    return sorted(
        (row["kind"], row["manager_code"], round(shape.area, -2)) for row, shape in zip(rows.records(), rows.shapes)
    )


@pytest.mark.daily(1)
@in_both
def test_a_zone_is_drawn_saved_and_taken_back(zones, place):
    choose(zones, "draw", name="Lakeside")
    outline(zones, 20, 20, 120, 80)
    assert drawn(zones) == {"990101Z0001": (ESTATE, "D1", "Lakeside", 6000)}
    assert len(zones.stack()) == 1
    assert zones.traces() == []
    zones.layer.undoStack().undo()
    assert drawn(zones) == {}
    zones.layer.undoStack().redo()
    assert saved(zones)
    assert stored(place) == [(ESTATE, "D1", 6000)]
    (row,) = Workspace.open(place).read("duty_zone", geometry=False).records()
    assert row["valid_from"] == date.today().isoformat()
    take_back_last(Workspace.open(place), "示例员")
    assert stored(place) == []


def test_the_layer_is_drawn_and_no_size_is_asked_of_a_zone(zones):
    node = QgsProject.instance().layerTreeRoot().findLayer(zones.layer.id())
    assert not node.isVisible()
    choose(zones, "draw")
    assert node.isVisible()
    zones.hand.click(20, 20)
    zones.hand.click(120, 20)
    zones.hand.move(120, 80)
    text = zones.editing()._desks["duty_zone"].panel.text()
    assert "m²" in text
    assert "Target" not in text
    zones.hand.escape()


def test_zones_of_one_kind_give_way_to_each_other_and_those_of_another_do_not(zones):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    outline(zones, 50, 0, 200, 100)
    assert sorted(row[3] for row in drawn(zones).values()) == [10_000, 10_000]
    choose(zones, "draw", SITE, "D2")
    outline(zones, 50, 50, 150, 100)
    assert sorted(row[3] for row in drawn(zones).values()) == [5000, 10_000, 10_000]
    assert {row[1] for row in drawn(zones).values() if row[0] == SITE} == {"D2"}


def test_a_zone_takes_ground_where_the_box_is_not_checked(zones):
    tool = choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    tool._fill_only.setChecked(False)
    form = zones.editing()._desks["duty_zone"].form
    form.manager.setCurrentIndex(form.manager.findData("D2"))
    outline(zones, 50, 0, 200, 100)
    assert sorted(row[1::2] for row in drawn(zones).values()) == [("D1", 5000), ("D2", 15_000)]
    assert len(zones.stack()) == 2


@pytest.mark.daily(1)
@in_both
@pytest.mark.proof
def test_a_zone_is_split_and_both_parts_keep_who_manages_them(zones, place):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    choose(zones, "split")
    zones.hand.click(70, -10)
    zones.hand.double_click(70, 110)
    assert drawn(zones) == {
        "990101Z0001": (ESTATE, "D1", None, 7000),
        "990101Z0002": (ESTATE, "D1", None, 3000),
    }
    assert len(zones.stack()) == 2
    assert saved(zones)
    assert stored(place) == [(ESTATE, "D1", 3000), (ESTATE, "D1", 7000)]


@pytest.mark.proof
def test_zones_that_touch_are_merged(zones):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    outline(zones, 100, 0, 200, 100)
    choose(zones, "merge")
    zones.hand.click(50, 50)
    zones.hand.click(150, 50)
    zones.hand.enter()
    assert [row[3] for row in drawn(zones).values()] == [20_000]
    zones.layer.undoStack().undo()
    assert len(drawn(zones)) == 2


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("line", "area"), [(((80, 20), (120, 20), (120, 80), (80, 80)), 11_200), (((50, -20), (50, 120)), 5000)]
)
def test_a_border_that_nobody_shares_moves_out_and_in(zones, line, area):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    choose(zones, "reshape")
    zones.hand.drag(*line)
    assert [row[3] for row in drawn(zones).values()] == [area]
    assert len(zones.stack()) == 2


def test_the_tools_see_the_zones_of_the_kind_that_the_form_says(zones):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    choose(zones, "split", SITE)
    zones.hand.click(70, -10)
    zones.hand.double_click(70, 110)
    assert len(drawn(zones)) == 1, "an estate is no building site"
    zones.hand.escape()


def test_two_zones_of_one_kind_on_one_place_are_not_saved(zones, place):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    choose(zones, "draw", SITE, "D2")
    outline(zones, 50, 50, 150, 150)
    (site,) = [f for f in zones.layer.getFeatures() if f["kind"] == SITE]
    zones.layer.changeAttributeValue(site.id(), zones.layer.fields().indexOf("kind"), ESTATE)
    assert not zones.layer.commitChanges()
    settle()
    assert any("990101Z0001" in text and "990101Z0002" in text for text in map(str, zones.messages()))
    assert stored(place) == []
    assert len(drawn(zones)) == 2, "the edits are still there"
    zones.layer.undoStack().undo()
    assert saved(zones)
    assert stored(place) == [(SITE, "D2", 10_000), (ESTATE, "D1", 10_000)]


@pytest.mark.proof
def test_with_the_unit_grids_chosen_the_tools_work_on_them(zones):
    units = shown_layer(QgsProject.instance(), "unit_grid")
    choose(zones, "draw")
    zones.canvas.unsetMapTool(zones.canvas.mapTool())
    zones.iface.setActiveLayer(units)
    assert zones.choose("draw").desk is zones.editing().desk
    zones.canvas.unsetMapTool(zones.canvas.mapTool())
    zones.iface.setActiveLayer(zones.layer)
    assert zones.choose("draw").desk is zones.editing()._desks["duty_zone"]


@pytest.mark.proof
def test_the_layer_goes_with_a_tool_in_hand(zones):
    choose(zones, "draw")
    zones.hand.click(20, 20)
    zones.layer.rollBack()
    QgsProject.instance().removeMapLayer(zones.layer)
    settle()
    assert "duty_zone" not in zones.editing()._desks
    zones.layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert zones.choose("split").desk is zones.editing().desk


def in_two_parts(bench):
    """Return an estate of two separate squares, and one beside the right square, as an import leaves them."""
    shapes = [shapely.union(shapely.box(0, 0, 50, 50), shapely.box(100, 0, 150, 50)), shapely.box(150, 0, 200, 50)]
    assert bench.layer.startEditing()
    for number, shape in enumerate(shapes, start=1):
        feature = QgsFeature(bench.layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(shapely.multipolygons(shapely.get_parts([shape])).wkt))
        for name, value in {"code": f"990101Z000{number}", "kind": ESTATE, "manager_code": "D1"}.items():
            feature[name] = value
        assert bench.layer.addFeature(feature)


@pytest.mark.proof
def test_a_part_of_a_zone_that_lies_in_several_places_is_split_off(zones, place):
    in_two_parts(zones)
    choose(zones, "split")
    zones.hand.click(20, -10)
    zones.hand.move(20, 60)
    assert re.search(r"990101Z0001.*\b(4,0|3,9)\d\d\b", zones.editing()._desks["duty_zone"].panel.text(), re.S), (
        "the figures are those of the whole zone"
    )
    zones.hand.double_click(20, 60)
    assert sorted(row[3] for row in drawn(zones).values()) == [1000, 2500, 4000]
    assert drawn(zones)["990101Z0001"][3] == 4000, "the larger part and the other place stay one zone"
    assert saved(zones)
    assert [row[2] for row in stored(place)] == [1000, 2500, 4000]


def test_zones_are_merged_with_what_lies_elsewhere(zones):
    in_two_parts(zones)
    choose(zones, "merge")
    zones.hand.click(125, 25)
    zones.hand.click(175, 25, modifiers=Qt.KeyboardModifier.ControlModifier)
    zones.hand.enter()
    assert {code: row[3] for code, row in drawn(zones).items()} == {"990101Z0002": 7500}
    zones.layer.undoStack().undo()
    assert {code: row[3] for code, row in drawn(zones).items()} == {"990101Z0001": 5000, "990101Z0002": 2500}


@pytest.mark.proof
def test_a_zone_takes_one_place_of_another_and_leaves_it_the_rest(zones):
    in_two_parts(zones)
    choose(zones, "draw")._fill_only.setChecked(False)
    outline(zones, 90, -10, 150, 60)
    assert drawn(zones)["990101Z0001"][3] == 2500


@pytest.mark.proof
def test_a_vertex_that_no_other_zone_has_goes_where_it_is_put(zones, place):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    choose(zones, "vertex")
    zones.hand.drag((100, 100), (140, 100))
    assert [row[3] for row in drawn(zones).values()] == [12_000]
    zones.hand.double_click(50, 0)
    zones.hand.drag((50, 0), (50, -20))
    assert [row[3] for row in drawn(zones).values()] == [13_000]
    zones.hand.move(50, -20)
    zones.hand.key(Qt.Key.Key_Delete)
    assert [row[3] for row in drawn(zones).values()] == [12_000]
    assert len(zones.stack()) == 5
    assert saved(zones)
    assert [row[2] for row in stored(place)] == [12_000]


@pytest.mark.proof
def test_a_vertex_that_two_zones_share_moves_in_both_and_none_goes_onto_another_zone(zones):
    choose(zones, "draw")
    outline(zones, 0, 0, 100, 100)
    outline(zones, 100, 0, 200, 100)
    choose(zones, "vertex")
    zones.hand.drag((100, 100), (120, 100))
    assert sorted(row[3] for row in drawn(zones).values()) == [9000, 11_000]
    zones.hand.drag((0, 100), (150, 60))
    assert sorted(row[3] for row in drawn(zones).values()) == [9000, 11_000]
    assert any("duty zone" in text for text in map(str, zones.messages()))


#: Where what stands in the way of a gesture on zones comes from; the rest of the gestures is for unit grids only.
_ZONE_SOURCES = (
    *(f"core/coverage/gestures/{name}.py" for name in ("drawing", "splitting", "reshaping", "vertices", "pieces")),
    *(f"core/coverage/gestures/{name}.py" for name in ("merging", "blocks", "tracing")),
    *(f"editing/gestures/{name}.py" for name in ("editor", "plan", "neighbourhood")),
    *(f"gui/editing/{name}.py" for name in ("draw", "split", "merge", "vertex", "zone_tools", "desk")),
)
#: Other gestures of the same modules; boundaries of areas that zones do not know.
_NOT_OF_ZONES = ("absorb_", "give_", "block_", "draw_outside", "merge_two_areas", "reshape_leaves_area")


def test_what_stands_in_the_way_of_a_zone_is_told_in_words_about_zones():
    package = Path(gridmgmt_plugin.__file__).parent
    sources = "".join((package / name).read_text(encoding="utf-8") for name in _ZONE_SOURCES)
    known = {code for code in re.findall(r"\"([a-z]+(?:_[a-z]+)+)\"", sources) if code in catalogue()}
    known = {code for code in known if not code.startswith((*_NOT_OF_ZONES, "zone_", "vertex_on_border"))}
    assert {"edit_pinched", "split_misses", "vertex_tangles", "editing_nothing_changes"} <= known
    wrong = {}
    for code in sorted(known):
        told = catalogue().get(f"zone_{code}", catalogue()[code])
        english, chinese = re.sub(r"\{.*?\}", "", told["en"]), re.sub("网格库|网格工具", "", told["zh"])
        if re.search(r"\bcells?\b|unit[ -]grid|communit", english) or "网格" in chinese:
            wrong[code] = told["en"]
    assert wrong == {}


def asked(place, x, y):
    """Return who answers for a component of class 0301 at a place: department, and whether that is clear."""
    (answer,) = ask_place(Workspace.open(place), Where(x=x, y=y), classes=[("component", "0301")]).classes
    return answer.department_code, answer.status


def listed(place):
    """Return the kinds of zones that stand side by side in the duty list."""
    view = read_matrix(Workspace.open(place), zone_kind=SIDE_BY_SIDE)
    return {column.zone_kind for column in view.matrix.columns} - {""}


@pytest.mark.daily(1)
@in_both
@pytest.mark.proof
def test_who_answers_and_the_duty_list_follow_a_zone_as_soon_as_it_is_saved(zones, place):
    rule = {"id": "R1", "class_kind": "component", "class_prefix": "0301", "zone_kind": ESTATE, "state": "明确"}
    with Workspace.open(place).transaction("", "test") as transaction:
        transaction.insert("duty_rule", Rows.from_records([rule]))
    outside = asked(place, 150, 50)
    assert asked(place, 50, 50) == outside
    assert listed(place) == {ESTATE}, "a rule names it"
    choose(zones, "draw")
    outline(zones, 20, 20, 120, 80)
    choose(zones, "draw", SITE, "D2")
    outline(zones, 300, 20, 350, 80)
    assert asked(place, 50, 50) == outside, "what is not saved answers for nothing"
    assert saved(zones)
    assert (asked(place, 50, 50), asked(place, 150, 50)) == (("D1", CLEAR), outside)
    assert listed(place) == {ESTATE, SITE}
    choose(zones, "draw")
    choose(zones, "reshape")
    zones.hand.drag((100, 40), (160, 40), (160, 60), (100, 60))
    assert saved(zones)
    assert asked(place, 150, 50) == ("D1", CLEAR)
    take_back_last(Workspace.open(place), "示例员")
    assert asked(place, 150, 50) == outside
