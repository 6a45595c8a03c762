"""划归 on a real canvas: every way of painting by mouse and keys, one undo each, figures old → new."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.painting.painter import Mode
from gridmgmt_plugin.project.grid_locks import kept_locks
from gridmgmt_plugin.project.map.scheme import show_scheme
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
# Unit grids of the southern community by number, each 100 m wide; grids 001 (1–4), 002 (5–8), 003 (9–12).


def units(studio, grid, community="001"):
    return [int(unit[-3:]) for unit, code in studio.grids().items() if unit[:3] == community and code == grid]


def test_the_tool_shows_its_dock_with_the_grids_and_takes_it_away_again(studio):
    assert studio.dock.isVisible()
    assert studio.dock.grids.rowCount() == 6
    assert "城管巡查" in studio.dock.text()
    studio.bench.choose("split")
    assert not studio.dock.isVisible()


def test_a_stroke_from_a_grid_gives_it_what_the_brush_comes_across(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    assert units(studio, "001001") == [1, 2, 3, 4, 5, 6]
    assert len(studio.bench.stack()) == 1
    assert "001" in studio.bench.stack()[0]
    studio.bench.layer.undoStack().undo()
    settle()
    assert units(studio, "001001") == [1, 2, 3, 4]
    assert studio.tool.painter.scheme.assignment.size(0) == 4


def test_alt_click_picks_the_target_up_and_a_click_paints_into_it(studio):
    studio.press("click")
    studio.hand.click(950, 50, modifiers=ALT)
    assert "第003责任网格" in studio.dock.text()
    assert studio.bench.stack() == []
    studio.hand.click(450, 50)
    assert units(studio, "001003") == [5, 9, 10, 11, 12]


def test_a_key_picks_the_target_up_too(studio):
    studio.press("click")
    studio.hand.move(950, 50)
    studio.hand.key(Qt.Key.Key_I)
    studio.hand.click(850, 50)
    studio.hand.click(750, 50)
    assert units(studio, "001003") == [8, 9, 10, 11, 12]


def test_figures_tell_old_and_new_before_the_mouse_is_let_go(studio):
    studio.hand.drag((350, 50), (420, 50), (450, 50), release=False)
    text = studio.dock.text()
    assert "4 → <b" in text
    assert ">5</b>" in text
    assert "4 → 5" in studio.note()
    studio.hand.escape()
    assert studio.note() == ""
    studio.hand.release(450, 50)
    assert studio.bench.stack() == []


def test_components_and_lanes_are_among_the_figures(studio):
    studio.hand.move(50, 50)
    text = studio.dock.text()
    rows = {row.split("</span>")[0].split(">")[-1]: row for row in text.split("<tr>")[2:]}
    assert set(rows) >= {"Unit grids", "Area (ha)", "Components", "Lanes (m)"}
    assert "'right'>4</td>" in rows["Components"]
    assert "100" in rows["Lanes (m)"]
    assert "–" in rows["Cases per month"]  # the cases of this district have no dates


def test_a_grid_that_falls_apart_is_told_while_painting(studio):
    studio.press("click")
    studio.hand.click(950, 50, modifiers=ALT)
    studio.hand.move(150, 50)
    assert "⚠" in studio.dock.text()
    assert "⚠" in studio.note()
    assert len(studio.bench.traces()) >= 2  # the unit grid, and what comes off


@pytest.mark.proof
def test_unit_grids_of_another_community_stay_and_it_is_said(studio):
    studio.hand.drag((350, 60), (420, 90), (450, 150), release=False)
    assert Message("paint_nothing").text() not in studio.dock.text()
    assert "beyond the area" in studio.dock.text()
    studio.hand.release(450, 150)
    assert units(studio, "002001", "002") == [1, 2, 3, 4]
    assert 5 in units(studio, "001001")


def test_a_rectangle_gives_the_unit_grids_whose_inside_lies_in_it(studio):
    studio.press("rectangle")
    studio.hand.click(950, 50, modifiers=ALT)
    studio.hand.drag((440, 20), (700, 60), (770, 80))
    assert units(studio, "001003") == [5, 6, 7, 8, 9, 10, 11, 12]
    assert len(studio.bench.stack()) == 1


@pytest.mark.proof
def test_a_polygon_is_clicked_point_by_point(studio):
    studio.press("polygon")
    studio.hand.click(950, 50, modifiers=ALT)
    for place in ((610, 20), (790, 20), (790, 80)):
        studio.hand.click(*place)
    studio.hand.click(610, 80)
    studio.hand.key(Qt.Key.Key_Backspace)
    studio.hand.click(610, 80)
    studio.hand.enter()
    assert units(studio, "001003") == [7, 8, 9, 10, 11, 12]
    studio.hand.rest()
    assert studio.bench.traces() == ["QgsRubberBand"]  # the borders of what was painted, until the save
    assert studio.bench.layer.commitChanges(False)
    studio.hand.rest()
    assert studio.bench.traces() == []


@pytest.mark.proof
def test_a_whole_community_goes_into_one_grid(studio):
    studio.press("community")
    studio.hand.click(950, 50, modifiers=ALT)
    studio.hand.click(50, 50)
    assert units(studio, "001003") == list(range(1, 13))
    assert units(studio, "002001", "002") == [1, 2, 3, 4]


def test_a_border_is_pushed_by_a_click_beside_it(studio):
    studio.press("push")
    studio.hand.click(392, 50)
    assert units(studio, "001002") == [4, 5, 6, 7, 8]
    studio.hand.click(330, 85)  # nearer to the other community's grids, which cannot take it
    assert units(studio, "001002") == [5, 6, 7, 8]


def test_a_border_is_dragged_into_the_other_grid(studio):
    studio.press("push")
    studio.hand.drag((385, 50), (300, 50), (180, 50))
    assert units(studio, "001002") == [2, 3, 4, 5, 6, 7, 8]
    assert len(studio.bench.stack()) == 1


def test_a_line_splits_a_new_grid_off(studio):
    studio.press("split")
    studio.hand.click(110, -20)
    studio.hand.double_click(90, 120)
    assert units(studio, "001004") == [1]
    assert len(studio.bench.stack()) == 1
    assert studio.dock.grids.rowCount() == 7


def test_a_grid_is_merged_into_the_target(studio):
    studio.press("merge")
    studio.hand.click(450, 50, modifiers=ALT)
    studio.hand.click(50, 50)
    assert units(studio, "001002") == list(range(1, 9))
    assert units(studio, "001001") == []
    assert len(studio.bench.stack()) == 1


@pytest.mark.proof
def test_erased_unit_grids_are_in_no_grid(studio):
    studio.press("click")
    studio.press("erase")
    studio.hand.click(50, 50)
    assert studio.grids()["001001"] is None


@pytest.mark.proof
def test_the_next_stroke_makes_a_grid_and_those_after_it_go_there_too(studio):
    studio.press("click")
    studio.press("new")
    studio.hand.click(50, 50)
    studio.hand.click(150, 50)
    assert units(studio, "001004") == [1, 2]
    studio.bench.iface.mainWindow().setFocus()
    assert studio.bench.layer.commitChanges(False)
    settle()
    assert studio.bench.messages()


def test_a_locked_grid_neither_gives_nor_takes(studio):
    studio.press("click")
    studio.hand.move(450, 50)
    studio.hand.key(Qt.Key.Key_L)
    studio.hand.click(50, 50, modifiers=ALT)
    studio.hand.click(450, 50)
    assert units(studio, "001002") == [5, 6, 7, 8]
    assert studio.bench.messages() == [Message("paint_all_locked", {"count": 1}).text()]
    studio.press("unlock_all")
    studio.hand.click(450, 50)
    assert units(studio, "001002") == [6, 7, 8]
    studio.press("lock_all")
    studio.hand.click(550, 50)
    assert units(studio, "001002") == [6, 7, 8]


def test_a_tick_in_the_list_locks_and_a_double_click_chooses(studio):
    model, view = studio.dock.grids, studio.dock.view
    model.setData(model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert studio.tool.painter.scheme.assignment.locked == {model.grid(0)}
    view.doubleClicked.emit(view.model().index(2, 0))
    assert studio.tool.painter.target == model.grid(2)


def test_locks_are_kept_in_the_project_and_taken_up_again(studio):
    studio.press("click")
    studio.hand.move(450, 50)
    studio.hand.key(Qt.Key.Key_L)
    (locked,) = kept_locks(QgsProject.instance(), "cg")
    assert locked.endswith("001002")
    show_scheme(QgsProject.instance(), "hw")
    settle()
    assert studio.tool.painter.scheme.locked_codes == []
    show_scheme(QgsProject.instance(), "cg")
    settle()
    assert studio.tool.painter.scheme.locked_codes == [locked]
    studio.press("unlock_all")
    assert kept_locks(QgsProject.instance(), "cg") == []


def test_the_brush_grows_with_the_wheel_and_the_brackets(studio):
    before = studio.tool.width_m
    studio.hand.key(Qt.Key.Key_BracketRight)
    assert studio.tool.width_m == pytest.approx(before * 1.25, abs=1)
    studio.hand.key(Qt.Key.Key_BracketLeft)
    extent = studio.bench.canvas.extent()
    place = QPointF(studio.hand.pixel(350, 50))
    port = studio.bench.canvas.viewport()
    event = QWheelEvent(
        place,
        QPointF(port.mapToGlobal(QPoint(int(place.x()), int(place.y())))),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)
    settle()
    assert studio.tool.width_m > before
    assert studio.bench.canvas.extent() == extent


def test_a_number_chooses_the_way_of_painting_and_control_stays_with_qgis(studio):
    studio.hand.key(Qt.Key.Key_3)
    assert studio.tool.mode == Mode.RECTANGLE
    studio.hand.key(Qt.Key.Key_N, CTRL)
    assert "a new grid" not in studio.dock.text()


@pytest.mark.daily(1)
@pytest.mark.parametrize("way", ["escape", "right"])
@pytest.mark.proof
def test_cancelling_in_the_middle_of_a_stroke_leaves_nothing(studio, way):
    studio.hand.drag((350, 50), (450, 50), (550, 50), release=False)
    assert studio.tool.is_busy()
    studio.hand.escape() if way == "escape" else QTest.mouseClick(
        studio.bench.canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5)
    )
    assert not studio.tool.is_busy()
    studio.hand.release(550, 50)
    assert studio.bench.stack() == []
    assert units(studio, "001001") == [1, 2, 3, 4]


def test_what_is_left_is_counted_and_walked_to(studio):
    assert "1 unit grid in no grid, 0 pieces apart" in studio.dock.text()
    studio.press("click")
    studio.hand.click(950, 50, modifiers=ALT)
    studio.hand.click(150, 50)
    settle()
    assert "1 unit grid in no grid, 2 pieces apart" in studio.dock.text()
    studio.hand.key(Qt.Key.Key_Period)
    centre = studio.bench.canvas.extent().center()
    assert (round(centre.x()), round(centre.y())) == (1150, 150)
    studio.press("next")
    assert round(studio.bench.canvas.extent().center().y()) == 50
    studio.press("previous")
    assert round(studio.bench.canvas.extent().center().x()) == 1150


@pytest.mark.proof
def test_another_scheme_in_the_tree_is_painted_from_then_on(studio):
    show_scheme(QgsProject.instance(), "hw")
    settle()
    assert studio.tool.painter.scheme.scheme == "hw"
    studio.press("new")
    studio.hand.drag((50, 50), (120, 50), (180, 50))
    values = {f["code"][-6:]: f["rg_hw"] for f in studio.bench.layer.getFeatures()}
    assert values["001001"] == values["001002"] == "990101001001001"


def test_without_a_scheme_over_unit_grids_the_tool_says_why_it_does_nothing(bench):
    show_scheme(QgsProject.instance(), None)
    bench.choose("paint")
    assert bench.messages() == [Message("paint_no_scheme").text()]
    assert not bench.shell.action("paint").isChecked()


def test_a_painted_day_is_saved_and_shown(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    assert studio.bench.layer.commitChanges(False)
    settle()
    grids = Workspace.open(studio.bench.path).read("responsibility_grid", ["code", "unit_count"], {"scheme": "cg"})
    counts = dict(zip(grids["code"], grids["unit_count"]))
    assert (counts["990101001001001"], counts["990101001001002"]) == (6, 2)
    assert studio.bench.canvas.mapTool() is studio.tool
    studio.hand.drag((550, 50), (620, 50), (640, 50))
    assert len(studio.bench.stack()) == 1


@pytest.mark.proof
def test_what_a_stroke_did_stays_to_be_read_when_the_save_is_refused(studio):
    layer = studio.bench.layer
    fid, shape = next((f.id(), f.geometry()) for f in layer.getFeatures() if f["code"].endswith("002001"))
    shape.translate(10, 0)
    layer.changeGeometry(fid, shape)
    settle()
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    told = studio.dock.text()
    assert "4 → <b" in told
    assert not layer.commitChanges(False)
    settle()
    assert studio.dock.text() == told
    layer.undoStack().undo()
    settle()
    assert "4 → <b" not in studio.dock.text()


def hidden(studio):
    """Return the grids whose stored outlines the map leaves out, by the last digits of their codes."""
    codes = QgsProject.instance().customVariables().get("gridmgmt_painted", "")
    return [code[-6:] for code in codes.split(",") if code]


@pytest.mark.proof
def test_outlines_of_painted_grids_are_drawn_as_they_are_now_until_the_save(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    settle()
    assert hidden(studio) == ["001001", "001002"]
    assert "QgsRubberBand" in studio.bench.traces()
    studio.bench.choose("split")
    assert hidden(studio) == ["001001", "001002"]
    assert "QgsRubberBand" in studio.bench.traces()
    assert studio.bench.layer.commitChanges(False)
    settle()
    assert hidden(studio) == []
    assert studio.bench.traces() == []


def test_given_up_edits_bring_the_stored_outlines_back(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    settle()
    studio.bench.layer.rollBack()
    settle()
    assert hidden(studio) == []


@pytest.mark.proof
def test_an_undo_while_another_tool_is_in_hand_is_known_when_painting_goes_on(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    studio.bench.choose("split")
    studio.bench.layer.undoStack().undo()
    studio.bench.choose("paint")
    studio.hand.move(50, 50)
    assert studio.tool.painter.scheme.assignment.size(0) == 4
    studio.hand.drag((350, 50), (420, 50), (450, 50))
    assert units(studio, "001001") == [1, 2, 3, 4, 5]


@pytest.mark.proof
def test_the_layers_go_with_the_tool_in_hand(studio):
    studio.hand.drag((350, 50), (420, 50), (520, 50))
    studio.bench.layer.rollBack()
    QgsProject.instance().clear()
    settle()
    assert studio.bench.canvas.mapTool() is not studio.tool
