"""Duty zones drawn with the tools for unit grids, by mouse, in a file and in a database."""

from __future__ import annotations

from datetime import date

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

ESTATE, SITE = "物业小区", "工地"


@pytest.fixture(autouse=True)
def _author(qgis_app):
    remember("author", "示例员")
    yield
    remember("author", "")


@pytest.fixture(params=["file", "database"])
def place(request, tmp_path):
    """Return where a fresh district lies, with two managers."""
    location = tmp_path / "网格库.gpkg" if request.param == "file" else request.getfixturevalue("database_location")
    build_workspace(location)
    with Workspace.open(location).transaction("", "test") as transaction:
        named = [{"code": "D1", "name": "甲物业（示例）"}, {"code": "D2", "name": "乙工程（示例）"}]
        transaction.insert("department", Rows.from_records(named))
    return location


@pytest.fixture
def zones(qgis_app, place):
    """The window with the layer of duty zones chosen in the list of layers."""
    made = Bench(place)
    made.layer = shown_layer(QgsProject.instance(), "duty_zone")
    made.iface.setActiveLayer(made.layer)
    yield made
    made.close()


def choose(bench, key, kind=ESTATE, manager="D1", name=""):
    """Take a tool up and fill the form."""
    in_hand = bench.shell.action(key).isChecked()
    tool = bench.canvas.mapTool() if in_hand else bench.choose(key)
    form = bench.editing()._zones.form
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
    form = zones.editing()._zones.form
    form.manager.setCurrentIndex(form.manager.findData("D2"))
    outline(zones, 50, 0, 200, 100)
    assert sorted(row[1::2] for row in drawn(zones).values()) == [("D1", 5000), ("D2", 15_000)]
    assert len(zones.stack()) == 2


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


def test_with_the_unit_grids_chosen_the_tools_work_on_them(zones):
    units = shown_layer(QgsProject.instance(), "unit_grid")
    choose(zones, "draw")
    zones.canvas.unsetMapTool(zones.canvas.mapTool())
    zones.iface.setActiveLayer(units)
    assert zones.choose("draw").desk is zones.editing().desk
    zones.canvas.unsetMapTool(zones.canvas.mapTool())
    zones.iface.setActiveLayer(zones.layer)
    assert zones.choose("draw").desk is zones.editing()._zones


def test_the_layer_goes_with_a_tool_in_hand(zones):
    choose(zones, "draw")
    zones.hand.click(20, 20)
    zones.layer.rollBack()
    QgsProject.instance().removeMapLayer(zones.layer)
    settle()
    assert zones.editing()._zones is None
    zones.layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert zones.choose("split").desk is zones.editing().desk
