"""Street-lanes on a real canvas: each gesture one undo step, with mouse and keys as a planner uses them."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.messages import Message
from tests.qgis.gui.editing.tool_window import answer

CTRL = Qt.KeyboardModifier.ControlModifier


def test_clicked_pieces_become_a_lane_on_enter_and_undo_takes_it_away(bench):
    bench.choose("lane_make")
    bench.hand.click(50, 100)
    bench.hand.click(150, 100)
    assert "200 m" in bench.panel_text()
    bench.hand.enter()
    assert bench.lanes()["北巷"] == 200
    lane = bench.lane("北巷")
    assert (lane["code"], lane["street_code"], lane["length_m"]) == ("9901010010004", "990101001", 200)
    assert lane["road_class"] == "胡同"
    assert len(bench.stack()) == 1
    assert bench.traces() == []
    bench.layer.undoStack().undo()
    assert "北巷" not in bench.lanes()
    bench.layer.undoStack().redo()
    assert bench.lanes()["北巷"] == 200


def test_a_drag_collects_pieces_and_an_unnamed_one_in_between_is_taken_only_when_it_is_picked(bench):
    tool = bench.choose("lane_make")
    bench.hand.drag((10, 100), (90, 100), (190, 100))
    assert len(tool.pieces) >= 2
    bench.hand.escape()
    assert not tool.pieces
    bench.hand.drag((10, 100), (90, 100), (150, 100), (180, 100))
    bench.hand.enter()
    assert bench.lanes()["北巷"] == 200


def test_the_name_typed_in_goes_before_that_of_the_streets(bench):
    tool = bench.choose("lane_make")
    bench.hand.click(50, 200)
    assert tool.name.placeholderText() == "河沿路"
    tool.name.setText("河沿胡同")
    bench.hand.enter()
    assert bench.lanes()["河沿胡同"] == 200
    assert tool.name.text() == ""


def test_control_click_names_the_lane_that_gets_a_piece_or_gives_one_up(bench):
    bench.choose("lane_make")
    bench.hand.click(200, 0, modifiers=CTRL)
    bench.hand.click(-100, 0)
    bench.hand.enter()
    assert bench.lanes()["东胡同"] == 550
    assert len(bench.stack()) == 1


def test_pieces_far_apart_are_refused_in_the_panel_before_the_gesture_ends(bench):
    before = bench.lanes()
    bench.choose("lane_make")
    bench.hand.click(50, 100)
    bench.hand.click(50, 200)
    assert Message("lane_pieces_apart", {"parts": 2, "gap": "60"}).text()[:20] in bench.panel_text()
    bench.hand.enter()
    assert bench.lanes() == before
    bench.hand.escape()
    assert bench.traces() == []


def test_a_click_splits_a_lane_there(bench):
    bench.choose("lane_split")
    bench.hand.click(150, 0)
    lengths = sorted(f.geometry().length() for f in bench.layer.getFeatures() if f["name"] == "东胡同")
    assert [round(length, -1) for length in lengths] == [150, 250]
    assert round(sum(lengths), 6) == 400
    assert len(bench.stack()) == 1


def test_merged_lanes_become_one_and_the_one_named_keeps_its_code(bench):
    bench.choose("lane_merge")
    bench.hand.click(200, 0)
    bench.hand.click(550, 0, modifiers=CTRL)
    bench.hand.enter()
    assert bench.lanes()["西胡同"] == 700
    assert "东胡同" not in bench.lanes()
    assert len(bench.stack()) == 1


def test_a_click_turns_a_lane_round(bench):
    bench.choose("lane_reverse")
    bench.hand.click(550, 0)
    assert list(bench.line("西胡同").geoms[0].coords) == [(700, 0), (400, 0)]


def test_a_drawn_line_becomes_a_lane(bench):
    tool = bench.choose("lane_draw")
    tool.name.setText("手绘巷")
    bench.hand.click(100, -100)
    bench.hand.click(200, -100)
    bench.hand.double_click(300, -100)
    assert round(bench.lanes()["手绘巷"], -1) == 200
    assert len(bench.stack()) == 1


def test_a_drawn_line_begins_exactly_on_a_street_that_the_map_shows(bench):
    tool = bench.choose("lane_draw")
    tool.name.setText("手绘巷")
    bench.hand.click(202, 203)
    bench.hand.double_click(300, 300)
    assert bench.line("手绘巷").geoms[0].coords[0] == (200, 200)


def test_a_street_that_the_map_shows_since_the_tool_is_in_hand_is_snapped_to(bench):
    bench.canvas.setLayers([bench.layer])
    bench.choose("lane_draw")
    assert bench.streets not in _snapped(bench)
    bench.canvas.setLayers([bench.layer, bench.streets])
    assert bench.streets in _snapped(bench)


def _snapped(bench):
    settings = bench.canvas.snappingUtils().config().individualLayerSettings()
    return [layer for layer, setting in settings.items() if setting.enabled()]


def test_a_line_from_the_end_of_a_lane_lengthens_it_exactly_from_there(bench):
    bench.choose("lane_extend")
    bench.hand.click(700, 0)
    bench.hand.click(800, 0)
    bench.hand.enter()
    assert round(bench.lanes()["西胡同"], -1) == 400
    assert len(bench.line("西胡同").geoms) == 1


def test_an_abolished_lane_leaves_the_map_when_the_planner_agrees(bench):
    bench.choose("lane_abolish")
    answer("gridmgmt_abolish_question", None)
    bench.hand.click(550, 0)
    assert "西胡同" in bench.lanes()
    answer("gridmgmt_abolish_question", "gridmgmt_abolish_question_yes")
    bench.hand.click(550, 0)
    assert "西胡同" not in bench.lanes()
    assert bench.lane("西胡同")["state"] == "撤销"
    bench.layer.undoStack().undo()
    assert "西胡同" in bench.lanes()


@pytest.mark.proof
def test_a_lane_that_was_made_is_saved_with_its_metres_in_each_community(bench):
    bench.choose("lane_make")
    bench.hand.click(50, 100)
    bench.hand.click(150, 100)
    bench.hand.enter()
    assert bench.layer.commitChanges(False)
    workspace = bench.editing()._desks["lane"].editor.workspace
    shares = workspace.read("lane_area", where={"lane_code": "9901010010004"}, geometry=False)
    assert shares["length_m"].tolist() == [200.0]


def test_a_tool_shows_the_lanes_that_the_theme_leaves_out(bench):
    node = QgsProject.instance().layerTreeRoot().findLayer(bench.layer.id())
    node.setItemVisibilityChecked(False)
    bench.choose("lane_split")
    assert node.isVisible()


@pytest.mark.proof
def test_the_tools_for_unit_grids_and_for_lanes_follow_each_other(bench):
    bench.choose("lane_make")
    bench.hand.click(50, 100)
    bench.choose("split")
    assert bench.canvas.mapTool().key == "split"
    assert bench.traces() == []
    bench.choose("lane_merge")
    assert bench.canvas.mapTool().key == "lane_merge"
