"""The journal tells which gestures stand, whatever was undone, redone or done with QGIS's own tools."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY
from qgis.PyQt import QtGui, QtWidgets

from tests.qgis.editing.gestures.edited_grid import WEST, cell_bounds, split_square

QUndoCommand = QtGui.QUndoCommand if hasattr(QtGui, "QUndoCommand") else QtWidgets.QUndoCommand


def split(editor, column=0, row=0, share=0.7):
    near = editor.neighbourhood(cell_bounds(column, row))
    place = near.code.tolist().index(f"{WEST}{column * 3 + row + 1:03d}")
    return editor.apply(near, split_square(near, place, share))


def test_what_is_undone_no_longer_stands_and_redo_brings_it_back(editor, layer):
    one, two = split(editor, 0, 0), split(editor, 0, 1)
    stack = layer.undoStack()
    assert editor.journal.done() == (one, two)
    assert editor.journal.last() is two
    stack.undo()
    assert editor.journal.done() == (one,)
    stack.undo()
    assert editor.journal.done() == ()
    assert editor.journal.last() is None
    stack.redo()
    stack.redo()
    assert editor.journal.done() == (one, two)
    stack.setIndex(0)
    assert editor.journal.done() == ()
    stack.setIndex(2)
    assert editor.journal.done() == (one, two)


def test_a_gesture_after_undo_takes_the_place(editor, layer):
    one, _ = split(editor, 0, 0), split(editor, 0, 1)
    layer.undoStack().undo()
    other = split(editor, 0, 2)
    assert editor.journal.done() == (one, other)


def test_the_same_gesture_done_again_is_the_new_one(editor, layer):
    first = split(editor, 0, 0, 0.7)
    layer.undoStack().undo()
    second = split(editor, 0, 0, 0.6)
    assert first.text == second.text
    assert editor.journal.done() == (second,)


def test_commands_of_qgis_stand_under_their_own_text(editor, layer):
    one = split(editor, 0, 0)
    layer.beginEditCommand("节点工具")
    fid = one.after[0].fid
    layer.changeAttributeValue(fid, layer.fields().lookupField("note"), "改过")
    layer.endEditCommand()
    two = split(editor, 0, 1)
    assert [g.kind for g in editor.journal.done()] == ["split", "qgis", "split"]
    native = editor.journal.done()[1]
    assert (native.text, native.at, native.before, native.after) == ("节点工具", None, (), ())
    assert editor.journal.done()[2] is two


def test_a_command_of_qgis_after_undo_hides_what_stood_there(editor, layer):
    split(editor, 0, 0)
    split(editor, 0, 1)
    layer.undoStack().setIndex(0)
    fid = next(layer.getFeatures()).id()
    layer.changeAttributeValue(fid, layer.fields().lookupField("note"), "改过")
    assert [g.kind for g in editor.journal.done()] == ["qgis"]


def test_a_refused_save_that_is_cleared_up_leaves_the_gestures(editor, layer):
    """The save's veto pushes a point into the polygon layer, undoes it and drops it with an obsolete command."""
    one = split(editor, 0, 0)
    split(editor, 0, 1)
    layer.undoStack().undo()
    poison = QgsFeature(layer.fields())
    poison.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(0, 0)))
    layer.beginEditCommand("veto")
    layer.addFeature(poison)
    layer.endEditCommand()
    assert [g.kind for g in editor.journal.done()] == ["split", "qgis"]
    layer.undoStack().undo()
    obsolete = QUndoCommand()
    obsolete.setObsolete(True)
    layer.undoStack().push(obsolete)
    assert editor.journal.done() == (one,)
    assert layer.undoStack().count() == 1
    again = split(editor, 0, 2)
    assert editor.journal.done() == (one, again)


def test_nothing_stands_after_everything_was_rolled_back(editor, layer):
    split(editor)
    layer.rollBack()
    assert editor.journal.done() == ()
    editor.start()
    two = split(editor)
    assert editor.journal.done() == (two,)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_text_names_the_tool_and_the_cells(editor, monkeypatch, language):
    monkeypatch.setattr("gridmgmt_plugin.editing.gestures.editor.language", lambda: language)
    assert split(editor).text == ("分割 " if language == "zh_CN" else "Split ") + f"{WEST}001"


def test_a_gesture_knows_the_cells_before_and_after(editor):
    gesture = split(editor)
    assert [(s.code, s.area_m2) for s in gesture.before] == [(f"{WEST}001", 10000.0)]
    assert len(bytes.fromhex(gesture.before[0].wkb)) == 93
    assert gesture.at is not None
    assert gesture.at[4] == "-"


def test_numbers_are_taken_as_long_as_the_gesture_stands(editor, layer):
    split(editor, 0, 0)
    split(editor, 0, 1)
    assert editor.journal.taken_codes() == [f"{WEST}007", f"{WEST}008"]
    layer.undoStack().undo()
    assert editor.journal.taken_codes() == [f"{WEST}007"]
    layer.undoStack().redo()
    assert editor.journal.taken_codes() == [f"{WEST}007", f"{WEST}008"]
    layer.undoStack().setIndex(0)
    fid = next(layer.getFeatures()).id()
    for text in ("一", "二", "三"):
        layer.beginEditCommand(text)
        layer.changeAttributeValue(fid, layer.fields().lookupField("note"), text)
        layer.endEditCommand()
    assert editor.journal.taken_codes() == []
