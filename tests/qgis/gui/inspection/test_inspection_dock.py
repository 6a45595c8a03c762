"""A round of inspections by mouse and by keyboard: ten taps, saved, and the next lane is there."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.desktop.cut_off import cut_off
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import OFFICE, build_workspace, tasks_done, wait_for, when_shown

NAMES = {"L1": "南北胡同", "L2": "东巷", "L3": "西巷"}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    records = [{"code": code, "name": NAMES[code], "street_code": OFFICE, "state": "在用"} for code in ("L2", "L3")]
    shapes = as_column(shapely.MultiLineString([[(x, 0), (x, 200)]]) for x in (300, 600))
    with Workspace.open(path).transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records(records, shapes))
    return path


@pytest.fixture
def iface(iface):
    remember("author", "示例员")
    return iface


@pytest.fixture
def dock(shell):
    shell.action("inspect_lanes").trigger()
    dock = shell.controller("inspect_lanes").dock
    wait_for(lambda: dock.table.rowCount() == 3)
    choose_kind(dock, "市查")
    return dock


def choose_kind(dock, kind):
    dock.kind.setCurrentIndex(dock.kind.findData(kind))
    wait_for(tasks_done)


def press(button):
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def stored(shell):
    rows = Workspace.open(shell.session.location).read("lane_inspection").records()
    return {(row["lane_code"], row["item_code"]): row["passed"] for row in rows}


def named(dock):
    return [dock.table.item(row, 0).text() for row in range(dock.table.rowCount())]


@pytest.mark.proof
def test_nothing_can_be_judged_while_another_round_is_being_read(dock):
    code = next(iter(dock.verdicts.buttons))
    dock.kind.setCurrentIndex(dock.kind.findData("区查"))
    assert not dock.verdicts.isEnabled()
    dock.verdicts.tap(code)
    dock.verdicts.pass_open()
    assert dock.verdicts.results == {}
    wait_for(tasks_done)
    press(dock.verdicts.buttons[code])
    assert dock.verdicts.results == {code: True}


def test_ten_taps_and_a_click_write_a_lane_and_go_on(shell, dock):
    first = dock.current().code
    for code in dock.verdicts.buttons:
        press(dock.verdicts.buttons[code])
        if code == "03":
            press(dock.verdicts.buttons["03"])
            assert dock.score.text() == "20 of 30 points, 7 open"
    assert dock.score.text() == "90 points"
    press(dock.saver)
    wait_for(tasks_done)
    assert len(stored(shell)) == 10
    assert [key for key, passed in stored(shell).items() if not passed] == [(first, "03")]
    assert dock.current().code != first
    assert dock.verdicts.results == {}


def test_the_keyboard_alone_does_the_same(shell, dock):
    dock.table.setFocus()
    QTest.keyClick(dock.table, Qt.Key.Key_Down)
    lane = dock.current().code
    for key in "1234567890":
        QTest.keyClick(dock.table, key)
    QTest.keyClick(dock.table, "0")
    assert [code for code, passed in dock.verdicts.results.items() if not passed] == ["10"]
    QTest.keyClick(dock.table, Qt.Key.Key_Return)
    wait_for(tasks_done)
    assert stored(shell)[lane, "10"] == 0
    assert sum(stored(shell).values()) == 9


def test_the_map_shows_lanes_by_standing_by_an_item_and_by_falls(shell, dock):
    layer = shown_layer(QgsProject.instance(), "lane")
    lane = dock.current().code
    press(dock.verdicts.buttons["01"])
    press(dock.verdicts.buttons["01"])
    press(dock.passer)
    press(dock.saver)
    wait_for(tasks_done)
    dock.colours.setFocus()
    told = {}
    for _ in range(3):
        QTest.keyClick(dock.colours, Qt.Key.Key_Down)
        told[dock.colours.currentData()] = {
            one.label(): one.value() for one in layer.renderer().categories() if isinstance(one.value(), list)
        }
    assert list(told) == ["standing", "falls", "01"]
    assert told["standing"] == {}
    assert told["01"]["failed (1)"] == [lane]
    assert len(told["01"]["not inspected (2)"]) == 2
    assert told["falls"]["neither better nor worse (1)"] == [lane], "90 is up to standard"
    dock.table.setCurrentCell([entry.code for entry in dock._listed].index(lane), 0)
    row = dock.table.currentRow()
    assert [dock.table.item(row, at).text() for at in (6, 7)] == ["90", ""]


def test_digits_that_are_typed_into_the_note_judge_nothing(shell, dock):
    dock.note.setFocus()
    QTest.keyClicks(dock.note, "No. 30")
    assert dock.note.text() == "No. 30"
    assert dock.verdicts.results == {}


def test_what_is_open_is_passed_at_once_and_what_failed_stays(shell, dock):
    press(dock.verdicts.buttons["02"])
    press(dock.verdicts.buttons["02"])
    press(dock.passer)
    assert dock.verdicts.results == {item: item != "02" for item in dock.verdicts.buttons}


def test_taps_made_while_the_lane_before_is_being_written_are_kept(shell, dock):
    press(dock.passer)
    press(dock.saver)
    press(dock.verdicts.buttons["01"])
    wait_for(tasks_done)
    settle()
    assert dock.verdicts.results == {"01": True}
    assert len(stored(shell)) == 10


@pytest.mark.proof
def test_only_lanes_that_are_not_in_the_round_yet_are_listed(shell, dock):
    press(dock.passer)
    press(dock.saver)
    wait_for(tasks_done)
    dock.which.setCurrentIndex(dock.which.findData("open"))
    assert dock.table.rowCount() == 2
    dock.search.setText("西")
    assert named(dock) == ["西巷"]


def test_the_lanes_selected_on_the_map_are_the_list(shell, dock):
    layer = shown_layer(QgsProject.instance(), "lane")
    layer.selectByExpression("\"code\" IN ('L2', 'L3')")
    dock.which.setCurrentIndex(dock.which.findData("selected"))
    assert sorted(named(dock)) == ["东巷", "西巷"]
    dock.go_on()
    assert layer.selectedFeatureCount() == 2


def test_a_row_shows_its_lane_on_the_map(shell, dock):
    row = named(dock).index("西巷")
    place = dock.table.visualItemRect(dock.table.item(row, 0)).center()
    QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    layer = shown_layer(QgsProject.instance(), "lane")
    assert [feature["code"] for feature in layer.selectedFeatures()] == ["L3"]


def test_another_day_is_another_round_and_the_same_day_shows_what_was_entered(shell, dock):
    lane = dock.current().code
    press(dock.passer)
    press(dock.saver)
    wait_for(tasks_done)
    dock.table.setCurrentCell([entry.code for entry in dock._listed].index(lane), 0)
    assert len(dock.verdicts.results) == 10
    dock.day.setDate(QDate.currentDate().addDays(-40))
    wait_for(tasks_done)
    assert dock.verdicts.results == {}
    dock.day.setDate(QDate.currentDate())
    wait_for(tasks_done)
    assert len(dock.verdicts.results) == 10


def test_what_was_judged_is_not_saved_under_a_day_that_is_chosen_afterwards(shell, dock):
    press(dock.passer)
    dock.day.setDate(QDate.currentDate().addDays(-40))
    assert not dock.saver.isEnabled()
    QTest.keyClick(dock.table, Qt.Key.Key_Return)
    wait_for(tasks_done)
    assert stored(shell) == {}


@pytest.mark.daily(1)
@pytest.mark.parametrize("how", ["search", "day"])
def test_a_remark_stays_with_the_lane_and_round_for_which_it_was_made(shell, dock, how):
    dock.note.setText("门口两辆")
    if how == "search":
        dock.search.setText("北" if dock.current().code != "L1" else "西")
    else:
        dock.day.setDate(QDate.currentDate().addDays(-40))
        wait_for(tasks_done)
    assert dock.note.text() == ""


def test_a_remark_stays_while_the_same_round_is_read_again(shell, dock):
    dock.note.setText("门口两辆")
    shell.session.data_changed.emit()
    wait_for(tasks_done)
    assert dock.note.text() == "门口两辆"


@pytest.mark.parametrize("days_before", [0, 3])
def test_a_day_that_was_today_moves_on_over_midnight_and_one_that_was_chosen_stays(shell, dock, days_before):
    today = QDate.currentDate()
    yesterday = dock._today = today.addDays(-1)
    dock.day.blockSignals(True)
    dock.day.setMaximumDate(yesterday)
    dock.day.setDate(yesterday.addDays(-days_before))
    dock.day.blockSignals(False)
    press(dock.passer)
    shell.session.data_changed.emit()
    wait_for(tasks_done)
    assert dock.day.maximumDate() == today
    assert dock.day.date() == (yesterday.addDays(-days_before) if days_before else today)
    assert len(dock.verdicts.results) == (10 if days_before else 0)


def test_kind_and_inspector_are_proposed_again(shell, dock):
    dock.inspector.setText("老张")
    dock.inspector.editingFinished.emit()
    assert (remembered("inspection_kind"), remembered("inspection_inspector")) == ("市查", "老张")


def test_unsaved_edits_of_lanes_are_told_before_anything_is_written(shell, dock):
    layer = shown_layer(QgsProject.instance(), "lane")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("alias"), "新")
    press(dock.passer)
    lane = dock.current().code
    when_shown("gridmgmt_pending_edits", lambda dialog: dialog.reject())
    press(dock.saver)
    assert dock.current().code == lane
    assert stored(shell) == {}
    layer.rollBack()


def test_in_a_narrow_dock_long_items_break_into_two_lines_and_are_told_whole_by_their_tips(dock, qgis_app):
    dock.setFloating(True)
    dock.resize(dock.minimumSizeHint().width(), 400)
    settle()
    assert list(cut_off(dock)) == []
    items = dock.verdicts.buttons
    assert any("\n" in button.text() for button in items.values())
    assert "No unauthorised signboards, slogans and posters" in items["06"].toolTip()
    dock.resize(1400, 500)
    settle()
    assert not any("\n" in button.text() for button in items.values())
    dock.setFloating(False)
