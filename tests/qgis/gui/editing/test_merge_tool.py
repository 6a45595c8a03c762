"""合并 on a real canvas."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.messages import Message

A, B = "990101001001", "990101001002"
CTRL = Qt.KeyboardModifier.ControlModifier


def test_clicked_cells_become_one_on_enter(bench):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.enter()
    assert bench.cells()[f"{A}001"] == 20_000
    assert f"{A}002" not in bench.cells()
    assert len(bench.stack()) == 1
    assert bench.traces() == []
    bench.layer.undoStack().undo()
    assert bench.cells()[f"{A}002"] == 10_000
    bench.layer.undoStack().redo()
    assert bench.cells()[f"{A}001"] == 20_000


def test_a_double_click_on_the_last_cell_merges(bench):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.double_click(150, 50)
    assert bench.cells()[f"{A}001"] == 20_000


def test_a_double_click_on_a_cell_chosen_before_merges_it_too(bench):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.double_click(50, 50)
    assert bench.cells()[f"{A}001"] == 20_000


def test_a_drag_collects_what_it_comes_across(bench):
    tool = bench.choose("merge")
    bench.hand.drag((50, 50), (150, 50), (250, 50))
    assert len(tool.members) == 3
    bench.hand.enter()
    assert 30_000 in bench.cells().values()
    assert len(bench.stack()) == 1


def test_control_click_names_the_cell_that_keeps_its_code(bench):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50, modifiers=CTRL)
    bench.hand.enter()
    assert bench.cells()[f"{A}002"] == 20_000
    assert f"{A}001" not in bench.cells()


def test_a_second_click_leaves_a_cell_out_again(bench):
    tool = bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.click(150, 50)
    assert len(tool.members) == 1


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("places", "code"),
    [([(50, 50), (350, 50)], "merge_apart"), ([(50, 50), (50, 150)], "merge_two_areas")],
)
def test_cells_that_cannot_be_merged_are_refused_before_the_gesture_ends(bench, places, code):
    before = bench.cells()
    bench.choose("merge")
    for place in places:
        bench.hand.click(*place)
    start = Message(code, {"count": 2, "parts": 2}).text()
    assert start[:20] in bench.panel_text()
    bench.hand.enter()
    assert bench.messages() == [start]
    assert bench.cells() == before
    assert bench.stack() == []


@pytest.mark.daily(1)
@pytest.mark.parametrize("way", ["escape", "right"])
def test_cancelling_leaves_no_trace(bench, way):
    tool = bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    assert bench.traces()
    bench.hand.escape() if way == "escape" else bench.hand.cancel(-15, -15)
    assert not tool.is_busy()
    bench.hand.move(-15, -15)
    assert bench.traces() == []
    assert bench.stack() == []


def test_a_click_beside_every_cell_chooses_nothing(bench):
    tool = bench.choose("merge")
    bench.hand.click(-15, -15)
    assert not tool.members
    bench.hand.enter()
    assert bench.messages() == []


def test_undo_while_choosing_leaves_out_the_last_cell(bench):
    tool = bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.key(Qt.Key.Key_Z, CTRL)
    assert len(tool.members) == 1
    assert bench.stack() == []


def test_cells_that_undo_took_away_meanwhile_are_not_merged(bench):
    bench.choose("split")
    bench.hand.click(150, -10)
    bench.hand.double_click(150, 110)
    tool = bench.choose("merge")
    bench.hand.click(125, 50)
    bench.hand.click(175, 50)
    bench.layer.undoStack().undo()
    bench.hand.enter()
    assert len(bench.messages()) == 1
    assert len(tool.members) == 1
    assert bench.stack() == []
