"""What stays to be seen when a gesture is over: nothing that is no longer true."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPushButton, QTextBrowser

from gridmgmt_plugin.core.messages import Message
from tests.qgis.fake_window import settle

A = "990101001001"


pytestmark = pytest.mark.usefixtures("author")


def split_second_cell(bench):
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)


def offers(bench):
    settle()
    buttons = bench.editing().desk.panel.findChildren(QPushButton)
    return [button.objectName() for button in buttons if button.isVisible()]


def refused_merge(bench):
    """Choose one cell only and ask for the merge."""
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.enter()
    assert len(bench.messages()) == 1


@pytest.mark.proof
def test_a_split_that_was_undone_is_no_longer_shown_nor_offered_for_a_swap(bench):
    split_second_cell(bench)
    assert offers(bench) == ["gridmgmt_swap"]
    bench.layer.undoStack().undo()
    assert offers(bench) == []
    assert "m²" not in bench.panel_text()
    bench.layer.undoStack().redo()
    assert offers(bench) == []


def test_codes_can_be_swapped_there_and_back(bench):
    split_second_cell(bench)
    before = bench.cells()
    for _ in range(2):
        bench.editing().desk.panel.findChild(QPushButton, "gridmgmt_swap").click()
        assert offers(bench) == ["gridmgmt_swap"]
    assert bench.cells() == before
    assert f"{A}013" in bench.panel_text()


def test_an_undo_in_the_middle_of_a_line_leaves_the_line_alone(bench):
    split_second_cell(bench)
    bench.hand.click(250, -10)
    bench.layer.undoStack().undo()
    settle()
    bench.hand.double_click(250, 110)
    assert len(bench.stack()) == 1


def test_a_refusal_goes_with_its_gesture(bench):
    refused_merge(bench)
    bench.hand.escape()
    assert bench.messages() == []


def test_a_refusal_goes_when_the_next_gesture_is_made(bench):
    refused_merge(bench)
    bench.hand.click(150, 50)
    assert len(bench.messages()) == 1
    bench.hand.enter()
    assert len(bench.stack()) == 1
    assert bench.messages() == []


def test_a_refusal_goes_with_the_tool(bench):
    refused_merge(bench)
    bench.choose("split")
    assert bench.messages() == []


def test_what_others_say_stays_when_a_refused_gesture_is_cancelled(bench):
    refused_merge(bench)
    bench.iface.messageBar().pushInfo("QGIS", "something else")
    bench.hand.key(Qt.Key.Key_Escape)
    assert bench.messages() == ["something else"]


def test_undo_and_save_of_qgis_mean_the_layer_that_was_just_edited(bench):
    bench.choose("split")
    bench.iface.setActiveLayer(None)
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)
    assert bench.iface.active is bench.layer


def test_a_long_sentence_beside_buttons_is_shown_whole(bench):
    buttons = [(name, "A button", lambda: None) for name in ("one", "two", "three")]
    bench.iface.messageBar().setFixedWidth(500)
    bench.shell.tell(Message("draw_crosses_itself"), buttons=buttons)
    settle()
    text = bench.iface.messageBar().currentItem().findChild(QTextBrowser)
    assert text.height() >= text.document().size().height()


def test_a_refused_save_is_no_longer_told_when_its_fault_was_undone(bench):
    split_second_cell(bench)
    fid = next(f.id() for f in bench.layer.getFeatures() if f["code"] == f"{A}001")
    bench.layer.beginEditCommand("native")
    bench.layer.changeGeometry(fid, QgsGeometry.fromWkt("POLYGON((0 0, 90 0, 90 100, 0 100, 0 0))"))
    bench.layer.endEditCommand()
    bench.layer.commitChanges(False)
    settle()
    assert len(bench.messages()) == 1
    bench.layer.undoStack().undo()
    assert bench.messages() == []
