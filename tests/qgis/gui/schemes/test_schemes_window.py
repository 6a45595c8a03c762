"""The window with the grid schemes as a planner uses it: make, propose, adopt, delete by typing, show on the map."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.project.map.scheme import COLOURS
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import tasks_done, wait_for, when_shown


@pytest.fixture
def iface(iface):
    remember("author", "王工")
    return iface


@pytest.fixture
def schemes(shell):
    controller = shell.controller("schemes")
    controller.trigger("schemes", False)
    wait_for(lambda: tasks_done() and controller.window.table.rowCount() == 2)
    return controller


def choose(schemes, key):
    row = next(row for row, one in enumerate(schemes.window.schemes) if one.key == key)
    schemes.window.table.setCurrentCell(row, 0)


def press(schemes, deed):
    schemes.window.findChild(QPushButton, f"gridmgmt_schemes_{deed}").click()


def shown(schemes):
    table = schemes.window.table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())
    ]


def name_it(title, key):
    def fill(dialog):
        dialog.name.setText(title)
        dialog.key.setText(key)
        dialog.findChild(QPushButton, "gridmgmt_scheme_accept").click()

    return fill


@pytest.mark.proof
def test_each_scheme_is_shown_with_what_it_has_and_lacks(schemes):
    first, second = shown(schemes)
    assert first[0] == "城管巡查  cg"
    assert first[3:8] == ["", "6", "1", "0", "22 %"]
    assert re.fullmatch(r"\d+\.\d km", first[8])
    assert second[4:7] == ["0", "24", "3"]
    choose(schemes, "hw")
    assert (
        "湖阳街道, 南门社区, 北园社区"
        in schemes.window.findChild(type(schemes.window._told), "gridmgmt_schemes_told").text()
    )


@pytest.mark.proof
def test_a_new_scheme_is_made_with_its_title_and_rules(schemes, shell):
    def fill(dialog):
        dialog.within.setCurrentIndex(dialog.within.findData("street_office"))
        dialog.tolerance.setValue(15)
        name_it("园林养护", "yl")(dialog)

    when_shown("gridmgmt_scheme_question", fill)
    press(schemes, "new")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 3)
    (made,) = [one for one in schemes.window.schemes if one.key == "yl"]
    assert (made.title, made.rules.within, made.rules.tolerance_percent) == ("园林养护", "street_office", 15.0)
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert layer.fields().indexOf("rg_yl") >= 0, "its column can be painted at once"


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("title", "key", "why"),
    [("", "yl", "title is missing"), ("园林", "9yl", "small letter"), ("园林", "cg", "has this key")],
)
@pytest.mark.proof
def test_a_name_that_cannot_be_is_told_before_anything_is_written(schemes, title, key, why):
    seen = []

    def look(dialog):
        dialog.name.setText(title)
        dialog.key.setText(key)
        seen.append((dialog._why.text(), dialog.findChild(QPushButton, "gridmgmt_scheme_accept").isEnabled()))
        dialog.reject()

    when_shown("gridmgmt_scheme_question", look)
    press(schemes, "new")
    assert why in seen[0][0]
    assert seen[0][1] is False


@pytest.mark.proof
def test_an_alternative_stands_below_its_scheme_is_adopted_and_deleted_by_typing_its_title(schemes, shell, iface):
    choose(schemes, "cg")
    when_shown("gridmgmt_scheme_question", name_it("方案二", "cgb"))
    press(schemes, "alternative")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 3)
    assert [row[0].strip() for row in shown(schemes)] == ["城管巡查  cg", "└ 方案二", "hw  hw"]
    workspace = Workspace.open(shell.session.location)
    units = workspace.read("unit_grid", geometry=False)
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("unit_grid", "rg_cgb", units.fids, ["990101001001001"] * len(units))
    schemes.refresh()
    wait_for(lambda: tasks_done() and shown(schemes)[1][9] == "20 unit grids")
    choose(schemes, "cgb")
    when_shown(
        "gridmgmt_adopt_question", lambda box: box.findChild(QPushButton, "gridmgmt_adopt_question_yes").click()
    )
    press(schemes, "adopt")
    wait_for(lambda: tasks_done() and shown(schemes)[0][4] == "1")
    assert "alternative is adopted" in iface.messages()[0]
    choose(schemes, "cgb")

    def typed(dialog):
        accept = dialog.findChild(QPushButton, "gridmgmt_scheme_delete_accept")
        dialog.line.setText("方案")
        assert not accept.isEnabled()
        dialog.line.setText("方案二")
        accept.click()

    when_shown("gridmgmt_scheme_delete", typed)
    press(schemes, "delete")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 2)
    assert workspace.count("responsibility_grid", {"scheme": "cgb"}) == 0


@pytest.mark.proof
def test_the_rules_give_the_outlines_their_colour_on_the_map(schemes):
    choose(schemes, "cg")

    def recolour(dialog):
        dialog.colour.setColor(dialog.palette().highlight().color().fromRgb(170, 0, 0))
        dialog.findChild(QPushButton, "gridmgmt_scheme_accept").click()

    when_shown("gridmgmt_scheme_question", recolour)
    press(schemes, "rules")
    wait_for(lambda: tasks_done() and schemes.window.schemes[0].rules.colour == "#aa0000")
    assert QgsProject.instance().customVariables()[COLOURS] == '{"cg": "#aa0000"}'


@pytest.mark.proof
def test_unit_grids_that_are_in_none_are_selected_on_the_map(schemes):
    choose(schemes, "cg")
    press(schemes, "without")
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert [feature["code"] for feature in layer.selectedFeatures()] == ["990101001002012"]


def head(schemes, column):
    """Click on the heading of a column."""
    header = schemes.window.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 5, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


@pytest.mark.proof
def test_a_click_on_a_heading_sorts_and_alternatives_stay_below_their_scheme(schemes):
    choose(schemes, "cg")
    when_shown("gridmgmt_scheme_question", name_it("方案二", "cgb"))
    press(schemes, "alternative")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 3)
    as_made, grids = ["cg", "cgb", "hw"], 4
    orders = []
    for _ in range(3):
        head(schemes, grids)
        orders.append([one.key for one in schemes.window.schemes])
    assert orders == [["hw", "cg", "cgb"], as_made, as_made]
    assert schemes.window.current().key == "cg", "the chosen one stays chosen"


@pytest.mark.proof
def test_lanes_drawn_since_are_selected_and_made_grids(schemes, shell, iface):
    def over_lanes(dialog):
        dialog.base.setCurrentIndex(dialog.base.findData("lane"))
        name_it("道路保洁", "dl")(dialog)

    when_shown("gridmgmt_scheme_question", over_lanes)
    press(schemes, "new")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 3)
    workspace = Workspace.open(shell.session.location)
    lane = {"code": "9901010010099", "name": "新巷", "street_code": "990101001"}
    with workspace.transaction("", "test") as transaction:
        ground = np.array([shapely.multilinestrings([[(0, 10), (90, 10)]])], dtype=object)
        transaction.insert("lane", Rows.from_records([lane], ground))
    schemes.refresh()
    choose(schemes, "dl")
    wait_for(lambda: tasks_done() and schemes.window.current().without == ("9901010010099",))
    choose(schemes, "dl")
    press(schemes, "without")
    layer = shown_layer(QgsProject.instance(), "lane")
    assert [feature["code"] for feature in layer.selectedFeatures()] == ["9901010010099"]
    press(schemes, "assign")
    wait_for(lambda: tasks_done() and schemes.window.current().without == ())
    assert "1 lane is" in iface.messages()[0]
    assert not schemes.window.findChild(QPushButton, "gridmgmt_schemes_assign").isEnabled()
    when_shown("gridmgmt_scheme_question", name_it("道路方案二", "dlb"))
    press(schemes, "alternative")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 4)
    assert workspace.count("responsibility_grid", {"scheme": "dlb"}) == workspace.count(
        "responsibility_grid", {"scheme": "dl"}
    )


def test_unsaved_edits_are_settled_before_a_question_is_asked_and_it_is_asked_once(schemes, shell):
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().indexOf("title"), "队长")
    asked = []

    def settle(box):
        asked.append("edits")
        box.findChild(QPushButton, "gridmgmt_pending_discard").click()

    def name(dialog):
        asked.append("name")
        name_it("园林养护", "yl")(dialog)

    when_shown("gridmgmt_pending_edits", settle)
    when_shown("gridmgmt_scheme_question", name)
    press(schemes, "new")
    wait_for(lambda: tasks_done() and schemes.window.table.rowCount() == 3)
    assert asked == ["edits", "name"]
    layer.rollBack()
