"""Edits that were taken back and are done once more: what a colleague saved in between is not written over."""

from __future__ import annotations

import random

import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import Choosing, Side
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.project.stored_rows import show_stored
from gridmgmt_plugin.workspace.news.fresh import read_fresh
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import TOLERANCE, code, place, refused, rows_of

IN_BOTH = True


def hear(desk, *numbers: int) -> None:
    """Show and take note of what a colleague saved, as the window does."""
    written = desk.workspace.read("unit_grid", [], {"code": [code(n) for n in numbers]}, geometry=False)
    show_stored(desk.layer)
    fresh = read_fresh(desk.workspace, {"unit_grid": set(written.fids.tolist())}, {})
    desk.guard.learn(fresh.versions["unit_grid"], ())
    desk.editor.learn(["unit_grid"], fresh.versions["unit_grid"])


def colleague_s(town, open_desk):
    return open_desk(Workspace.open(town.location), author="李工")


def bend(desk, at, to) -> None:
    """Give the border between two cells another vertex."""
    near = desk.editor.neighbourhood(shapely.Point(place(*at)).buffer(1).bounds)
    desk.editor.apply(near, add_vertex(near.cells, place(*at), TOLERANCE, place(*to)))


def test_a_value_that_is_typed_once_more_does_not_write_over_a_colleague_s(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    desk.set(code(1), note="王")
    desk.layer.undoStack().undo()
    other.set(code(1), note="李")
    assert other.save(), other.refusals
    hear(desk, 1)
    desk.layer.undoStack().redo()
    assert refused(desk).code == "save_rows_overtaken"
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "李"


def test_a_border_that_is_moved_once_more_does_not_move_a_colleague_s_back(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    bend(desk, (1, 0.2), (1.1, 0.2))
    desk.layer.undoStack().undo()
    bend(other, (1, 0.8), (1.1, 0.8))
    assert other.save(), other.refusals
    hear(desk, 1, 2)
    desk.layer.undoStack().redo()
    assert refused(desk).code == "save_rows_overtaken"
    assert list(place(1.1, 0.8)) in shapely.get_coordinates(rows_of(town, "unit_grid")[code(1)]["geometry"]).tolist()


def test_an_edit_that_was_given_up_in_the_side_by_side_window_and_is_brought_back_is_compared_again(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    desk.set(code(1), note="王")
    other.set(code(1), note="李")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    choosing = Choosing(look_at(desk.guard, "王工"))
    choosing.choose_all(choosing.sides.rows[0], Side.THEIRS)
    carry_out(desk.guard, choosing)
    other.set(code(1), note="李又")
    assert other.save(), other.refusals
    hear(desk, 1)
    desk.layer.undoStack().undo()
    assert refused(desk).code == "save_rows_overtaken"
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "李又"


def test_edits_that_were_discarded_cannot_be_done_once_more(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    desk.set(code(1), note="王")
    other.set(code(1), note="李")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    assert desk.layer.rollBack(False)
    assert not desk.layer.undoStack().canRedo()
    desk.set(code(1), note="又改")
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "又改"


def test_after_a_save_what_came_while_edits_could_be_brought_back_is_built_upon(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    desk.set(code(1), note="王")
    desk.layer.undoStack().undo()
    other.set(code(1), note="李")
    assert other.save(), other.refusals
    hear(desk, 1)
    desk.set(code(11), note="别处")
    assert desk.save(), desk.refusals
    desk.set(code(1), note="接着改")
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "接着改"


def test_an_edit_that_is_done_once_more_under_a_newer_plugin_is_still_one_of_what_was_read_then(town, open_desk):
    desk, other = open_desk(town), colleague_s(town, open_desk)
    desk.set(code(1), note="王")
    desk.layer.undoStack().undo()
    desk.guard.detach()
    other.set(code(1), note="李")
    assert other.save(), other.refusals
    desk.guard = SaveGuard(desk.layer, town, desk.editor.journal, lambda: "王工", desk.refusals.append, print)
    desk.guard.attach()
    hear(desk, 1)
    desk.layer.undoStack().redo()
    assert refused(desk).code == "save_rows_overtaken"


def type_on(desk, text: str) -> None:
    """Type a note that names the one that is shown, as far as nothing of ours covers it."""
    feature = desk.feature(code(1))
    shown = str(feature["note"]).replace("NULL", "None")
    pending = desk.layer.editBuffer().changedAttributeValues().get(feature.id())
    desk.set(code(1), note=f"{text}<{shown.split('<')[1] if pending else shown.split('<')[0]}")


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(4))
def test_no_note_is_written_over_by_one_that_was_typed_before_it(town, open_desk, seed):
    desk, other, chance = open_desk(town), colleague_s(town, open_desk), random.Random(seed)
    stack, saves = desk.layer.undoStack(), 0
    for step in range(250):
        deed = chance.choice(
            ["type", "type", "undo", "undo", "undo", "redo", "redo", "other", "save", "save", "elsewhere"]
        )
        if deed == "type":
            type_on(desk, f"王{step}")
        elif deed == "elsewhere":
            desk.set(code(11), note=str(step))
        elif deed == "undo":
            stack.undo()
        elif deed == "redo":
            stack.redo()
        elif deed == "other":
            other.layer.rollBack(False)
            other.layer.reload()
            type_on(other, f"李{step}")
            assert other.save(), other.refusals
            if chance.random() < 0.8:
                hear(desk, 1)
        elif deed == "save":
            before = str(rows_of(town, "unit_grid")[code(1)]["note"])
            saved = desk.save()
            desk.guard.sweep()
            note = str(rows_of(town, "unit_grid")[code(1)]["note"])
            assert saved or note == before
            if not saved and chance.random() < 0.5:
                desk.layer.rollBack(False)
            if note != before:
                saves += 1
                assert note.split("<")[1] == before.split("<", maxsplit=1)[0], (step, before, note)
    assert saves > 5
