"""分割 on a real canvas, with real mouse events."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.project.shown_workspace import shown_layers

A = "990101001001"
PIXEL_M2 = 150  # what one pixel's width of a cell is worth, generously


def near(area_m2):
    return pytest.approx(area_m2, abs=PIXEL_M2)


def split_second_cell(bench):
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)


def button(bench, name):
    return bench.editing().desk.panel.findChild(QPushButton, name)


def test_a_line_clicked_through_a_cell_splits_it_as_one_undo_step(bench):
    before = bench.cells()
    split_second_cell(bench)
    cells = bench.cells()
    assert cells[f"{A}002"] == near(7000)
    assert cells[f"{A}013"] == near(3000)
    assert sum(cells.values()) == pytest.approx(sum(before.values()), abs=1e-6)
    assert len(bench.stack()) == 1
    assert bench.traces() == []
    assert bench.messages() == []


def test_undo_and_redo_are_those_of_qgis(bench):
    before = bench.cells()
    split_second_cell(bench)
    after = bench.cells()
    bench.layer.undoStack().undo()
    assert bench.cells() == before
    bench.layer.undoStack().redo()
    assert bench.cells() == after


def test_one_drag_splits_several_cells(bench):
    bench.choose("split")
    bench.hand.drag((-10, 50), (90, 50), (150, 51), (210, 50))
    cells = bench.cells()
    assert cells[f"{A}001"] == near(5000)
    assert cells[f"{A}002"] == near(5000)
    assert {f"{A}013", f"{A}014"} <= set(cells)
    assert len(bench.stack()) == 1
    assert bench.traces() == []


@pytest.mark.proof
def test_enter_ends_the_line_too(bench):
    bench.choose("split")
    bench.hand.click(150, -10)
    bench.hand.click(150, 110)
    bench.hand.enter()
    assert len(bench.stack()) == 1


@pytest.mark.daily(1)
@pytest.mark.parametrize("way", ["escape", "right button"])
@pytest.mark.parametrize("moment", ["a point", "two points", "a stroke"])
def test_cancelling_leaves_no_trace(bench, way, moment):
    before = bench.cells()
    bench.choose("split")
    if moment == "a stroke":
        bench.hand.drag((150, -10), (150, 50), (150, 110), release=False)
    else:
        bench.hand.click(150, -10)
        if moment == "two points":
            bench.hand.click(150, 110)
    bench.hand.move(160, 120)
    assert bench.traces()
    if way == "escape":
        bench.hand.escape()
    else:
        bench.hand.cancel(160, 120)
        assert any("dropped" in said for said in bench.messages()), "a right click ends lines elsewhere in QGIS"
    if moment == "a stroke":
        bench.hand.release(160, 120)
    assert bench.traces() == []
    assert bench.stack() == []
    assert bench.cells() == before
    assert not bench.canvas.mapTool().is_busy()


def test_after_a_cancelled_line_the_next_one_splits(bench):
    bench.choose("split")
    bench.hand.click(20, -10)
    bench.hand.escape()
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)
    assert len(bench.stack()) == 1
    assert bench.cells()[f"{A}001"] == 10_000


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("places", "code"),
    [
        ([(150, -10), (150, 50)], "split_ends_inside"),
        ([(-19, -10), (-19, 60)], "split_misses"),
        ([(100, -10), (100, 110)], "split_runs_along"),
    ],
)
def test_a_wrong_line_is_explained_and_stays_for_correction(bench, places, code):
    from gridmgmt_plugin.core.messages import Message

    # Two pixels are a metre, whatever room the docks leave: a line along the border is along it to the pixel.
    seen = bench.canvas.mapSettings().outputSize()
    bench.hand.look_at(-20, -20, -20 + seen.width() / 2, -20 + seen.height() / 2)
    before = bench.cells()
    tool = bench.choose("split")
    bench.hand.click(*places[0])
    bench.hand.double_click(*places[1])
    assert bench.messages() == [Message(code).text()]
    assert bench.cells() == before
    assert bench.stack() == []
    assert len(tool.points) == 2
    bench.hand.escape()
    assert bench.traces() == []


def test_a_line_that_stopped_short_can_be_led_on(bench):
    bench.choose("split")
    bench.hand.click(150, -10)
    bench.hand.double_click(150, 50)
    bench.hand.double_click(150, 110)
    assert len(bench.stack()) == 1


def test_backspace_and_undo_take_back_points_not_gestures(bench):
    split_second_cell(bench)
    tool = bench.canvas.mapTool()
    bench.hand.click(310, -10)
    bench.hand.click(310, 50)
    bench.hand.click(330, 60)
    bench.hand.key(Qt.Key.Key_Backspace)
    assert len(tool.points) == 2
    bench.hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(tool.points) == 1
    bench.hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not tool.is_busy()
    assert len(bench.stack()) == 1
    assert bench.traces() == []


def test_figures_follow_the_mouse_before_anything_is_done(bench):
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.move(170, 110)
    text = bench.panel_text()
    assert f"{A}002" in text
    assert "new" in text
    assert bench.stack() == []
    assert len(bench.traces()) == 3  # the line and two parts


def test_one_click_gives_the_code_to_the_other_part_and_back(bench):
    split_second_cell(bench)
    button(bench, "gridmgmt_swap").click()
    assert bench.cells()[f"{A}002"] == near(3000)
    assert bench.cells()[f"{A}013"] == near(7000)
    assert len(bench.stack()) == 1
    button(bench, "gridmgmt_swap").click()
    assert bench.cells()[f"{A}002"] == near(7000)
    assert len(bench.stack()) == 1


def test_a_swap_that_is_no_longer_possible_is_no_longer_offered(bench):
    split_second_cell(bench)
    after = button(bench, "gridmgmt_swap")
    bench.layer.undoStack().undo()
    after.click()
    assert bench.stack() == []
    assert bench.messages() == []


def test_laying_the_tool_down_leaves_nothing_behind(bench):
    engine = bench.canvas.snappingUtils()
    bench.choose("split")
    bench.hand.click(150, -10)
    bench.hand.move(150, 60)
    bench.shell.action("split").trigger()
    assert not bench.shell.action("split").isChecked()
    assert bench.traces() == []
    assert bench.canvas.snappingUtils() is engine
    assert not bench.editing().desk.panel.isVisible()


def test_the_project_keeps_its_snapping(bench):
    before = QgsProject.instance().snappingConfig()
    bench.choose("split")
    bench.hand.click(150, -10)
    assert QgsProject.instance().snappingConfig() == before


def test_a_point_near_a_vertex_snaps_to_it(bench):
    tool = bench.choose("split")
    bench.hand.click(101, 2)
    assert (tool.points[0].x(), tool.points[0].y()) == (100.0, 0.0)


def test_points_snap_to_what_the_map_shows_and_to_nothing_that_is_hidden(bench):
    bench.choose("split")
    assert _snapped(bench) == {"unit_grid"}
    shown = shown_layers(QgsProject.instance())
    bench.canvas.setLayers([shown["lane"], bench.layer])
    assert _snapped(bench) == {"unit_grid", "lane"}
    bench.canvas.setLayers([shown["area"]])
    assert _snapped(bench) == {"unit_grid", "area"}  # what is edited counts in any case


def _snapped(bench):
    """Return the tables that points go to."""
    settings = bench.canvas.snappingUtils().config().individualLayerSettings()
    wanted = [layer for layer, setting in settings.items() if setting.enabled()]
    return {name for name, layer in shown_layers(QgsProject.instance()).items() if layer in wanted}
