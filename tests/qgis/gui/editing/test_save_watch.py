"""Saving what was drawn: guarded, told, repaired, taken back."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry, QgsPointXY, QgsProject
from qgis.PyQt.QtWidgets import QDialog, QLabel, QPushButton

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.message_door import WHOLE
from gridmgmt_plugin.gui.frame.qt import QAction
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import when_shown

A = "990101001001"


pytestmark = pytest.mark.usefixtures("author")


def stored(bench):
    rows = Workspace.open(bench.path).read("unit_grid")
    return {code: round(float(shape.area), 3) for code, shape in zip(rows["code"], rows.geometry)}


def split(bench):
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)


def break_partition(bench):
    """Do with QGIS what its own tools do: change one cell and not its neighbour."""
    layer = bench.layer
    bench.hand.rest()
    # Looked up first: what QGIS opened before editing began may read nothing for a moment after it.
    fid = next(f.id() for f in layer.getFeatures() if f["code"] == f"{A}002")
    if not layer.isEditable():
        layer.startEditing()
    layer.beginEditCommand("native")
    layer.changeGeometry(fid, QgsGeometry.fromWkt("POLYGON((100 0, 190 0, 190 100, 100 100, 100 0))"))
    layer.endEditCommand()


def press(bench, name):
    item = bench.iface.messageBar().currentItem()
    button = item.findChild(QPushButton, name)
    (button.click if button is not None else item.findChild(QAction, name).trigger)()
    settle()


def answer(object_name, button_name):
    """Click a button of a dialog as soon as it is shown."""

    def press(widget):
        if button_name is None:
            widget.close() if not isinstance(widget, QDialog) else widget.reject()
        else:
            widget.findChild(QPushButton, button_name).click()

    when_shown(object_name, press)


def test_a_split_is_saved_by_the_save_of_qgis(bench):
    split(bench)
    before = bench.cells()
    assert bench.layer.commitChanges(False)
    settle()
    assert stored(bench) == before
    assert bench.cells() == before
    assert not bench.layer.isModified()
    assert bench.layer.isEditable()
    assert "saved" in bench.messages()[0].lower()


def test_the_author_stands_in_the_log(bench):
    split(bench)
    bench.layer.commitChanges()
    log = Workspace.open(bench.path).read("change_log", where={"gesture": "split"}, geometry=False)
    assert set(log["changed_by"]) == {"示例员"}


@pytest.mark.proof
def test_the_tool_is_laid_down_when_editing_ends(bench):
    split(bench)
    bench.layer.commitChanges()
    settle()
    assert not bench.shell.action("split").isChecked()
    assert bench.traces() == []


def test_a_gap_made_with_other_tools_is_not_saved_and_is_shown(bench):
    before = stored(bench)
    break_partition(bench)
    assert not bench.layer.commitChanges(False)
    settle()
    assert stored(bench) == before
    assert bench.layer.isModified()
    assert bench.messages()
    assert "QgsRubberBand" in bench.traces()


def test_places_are_gone_through_one_by_one(bench):
    break_partition(bench)
    bench.layer.commitChanges(False)
    settle()
    before = bench.canvas.extent().height()
    press(bench, "gridmgmt_next_place")
    assert Message("guard_place", {"number": 1, "count": 1, "what": ""}).text()[:9] in bench.messages()[0]
    assert bench.canvas.extent().height() != before
    assert bench.canvas.extent().contains(QgsPointXY(195, 50))


@pytest.mark.proof
def test_a_repair_is_proposed_in_square_metres_and_then_saved(bench):
    before = bench.cells()
    break_partition(bench)
    bench.layer.commitChanges(False)
    settle()
    answer("gridmgmt_repair_dialog", "gridmgmt_repair_accept")
    press(bench, "gridmgmt_repair")
    assert sum(bench.cells().values()) == pytest.approx(sum(before.values()))
    assert bench.layer.commitChanges(False), bench.messages()
    assert sum(stored(bench).values()) == pytest.approx(sum(before.values()))


def test_a_repair_that_is_not_wanted_changes_nothing(bench):
    break_partition(bench)
    bench.layer.commitChanges(False)
    settle()
    broken = bench.cells()
    answer("gridmgmt_repair_dialog", None)
    press(bench, "gridmgmt_repair")
    assert bench.cells() == broken


def test_edits_are_discarded_only_when_the_planner_says_so_twice(bench):
    before = bench.cells()
    break_partition(bench)
    broken = bench.cells()
    bench.layer.commitChanges(False)
    settle()
    answer("gridmgmt_roll_back_question", None)
    press(bench, "gridmgmt_roll_back")
    assert bench.cells() == broken
    answer("gridmgmt_roll_back_question", "gridmgmt_roll_back_question_yes")
    press(bench, "gridmgmt_roll_back")
    assert bench.cells() == before
    assert bench.layer.isEditable()
    assert bench.traces() == []


def test_after_a_refused_save_the_tools_go_on(bench):
    break_partition(bench)
    bench.layer.commitChanges(False)
    settle()
    bench.layer.undoStack().undo()
    assert bench.traces() == []
    split(bench)
    assert bench.layer.commitChanges(False), bench.messages()


@pytest.mark.proof
def test_the_last_save_is_taken_back_after_a_question(bench):
    before = stored(bench)
    split(bench)
    bench.layer.commitChanges()
    settle()
    answer("gridmgmt_take_back_question", "gridmgmt_take_back_question_yes")
    bench.shell.action("take_back").trigger()
    settle()
    assert stored(bench) == before
    assert bench.cells() == before


@pytest.mark.proof
def test_a_question_that_is_declined_takes_nothing_back(bench):
    split(bench)
    bench.layer.commitChanges()
    settle()
    after = stored(bench)
    answer("gridmgmt_take_back_question", None)
    bench.shell.action("take_back").trigger()
    assert stored(bench) == after


def test_with_nothing_saved_there_is_nothing_to_take_back(bench):
    bench.shell.action("take_back").trigger()
    assert bench.messages() == [Message("nothing_to_take_back").text()]


@pytest.mark.proof
def test_unsaved_edits_keep_a_save_from_being_taken_back(bench):
    split(bench)
    bench.layer.commitChanges(False)
    bench.hand.click(330, -10)
    bench.hand.double_click(330, 110)
    bench.shell.action("take_back").trigger()
    assert len(bench.stack()) == 1
    assert bench.layer.name() in bench.messages()[0]


def test_edits_are_guarded_though_no_tool_of_ours_was_ever_chosen(bench):
    break_partition(bench)
    assert not bench.layer.commitChanges()


def test_rows_of_other_tables_are_saved_by_the_same_guard(bench):
    lanes = shown_layer(QgsProject.instance(), "lane")
    bench.hand.rest()
    lanes.startEditing()
    feature = next(lanes.getFeatures())
    lanes.changeAttributeValue(feature.id(), lanes.fields().lookupField("alias"), "老胡同")
    assert lanes.commitChanges()
    assert Workspace.open(bench.path).read("lane")["alias"][0] == "老胡同"
    log = Workspace.open(bench.path).read("change_log", where={"table_name": "lane"}, geometry=False)
    assert set(log["changed_by"]) == {"示例员"}


def test_what_was_masked_at_the_save_is_told_in_a_sentence_and_its_rows_behind_details(bench):
    lanes = shown_layer(QgsProject.instance(), "lane")
    bench.hand.rest()
    lanes.startEditing()
    feature = next(lanes.getFeatures())
    lanes.changeAttributeValue(feature.id(), lanes.fields().lookupField("alias"), "老胡同 13812345678")
    assert lanes.commitChanges()
    assert Workspace.open(bench.path).read("lane")["alias"][0] == "老胡同 〔电话已隐去〕"
    item = bench.iface.messageBar().currentItem()
    assert "masked before saving: Alias, 1 row" in item.property(WHOLE)
    press(bench, "gridmgmt_message_details")
    dialog = bench.iface.mainWindow().findChild(QDialog, "gridmgmt_message_dialog")
    read = dialog.findChild(QLabel, "gridmgmt_message_text").text()
    assert f"Alias masked in: {feature['code']}" in read
    assert "13812345678" not in read + item.property(WHOLE)
    dialog.close()


def test_closing_the_plugin_leaves_the_layers_to_qgis(bench):
    guards = dict(bench.editing()._watch.guards)
    bench.shell.session.close_workspace()
    settle()
    assert bench.editing().desk is None
    assert guards


@pytest.mark.proof
def test_a_save_by_nobody_is_refused_and_all_edits_stay(bench):
    remember("author", "")
    before = stored(bench)
    split(bench)
    answer("gridmgmt_author_dialog", None)  # closed, as Cancel does
    assert not bench.layer.commitChanges(False)
    bench.hand.rest()
    assert bench.messages() == [Message("author_missing").text("en")]
    assert stored(bench) == before
    assert len(bench.stack()) == 1
    answer("gridmgmt_author_dialog", "gridmgmt_author_accept")
    assert not bench.layer.commitChanges(False), "OK without a name is no name either"
    remember("author", "示例员")
    assert bench.layer.commitChanges(False)
    assert stored(bench) != before
