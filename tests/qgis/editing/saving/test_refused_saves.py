"""Saves that are refused: nothing written, every edit and undo step in place, the places told, repair offered."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsGeometry, QgsLineString, QgsPointXY, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import InputError
from tests.qgis.editing.saving.town import AREAS, box, code, in_both, place, refused, rows_of


def test_a_vertex_moved_in_one_cell_alone_is_refused_with_the_places(town, open_desk, stored_in):
    before = stored_in.state()
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    refusal = refused(desk)
    assert refusal.code == "save_refused_faults"
    assert refusal.faults
    assert refusal.places
    assert all(spot.distance(shapely.Point(*place(1.9, 1.9))) < 200 for spot in refusal.places)
    assert refusal.repairable
    assert stored_in.state() == before


@pytest.mark.daily(1)
@in_both
def test_undo_and_redo_work_after_a_refusal_and_a_later_save_goes_through(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    refused(desk)
    stack = desk.layer.undoStack()
    stack.undo()
    assert desk.shape(code(6)).equals(box(1, 1))
    stack.redo()
    assert not desk.shape(code(6)).equals(box(1, 1))
    refused(desk)
    refused(desk)
    stack.undo()
    assert desk.save(), desk.refusals[-1].message.text()
    assert code(17) in rows_of(town, "unit_grid")


def test_nothing_that_does_nothing_is_offered_to_be_done_again_after_a_refusal(town, open_desk):
    desk = open_desk(town)
    stack, offered = desk.layer.undoStack(), []
    stack.canRedoChanged.connect(offered.append)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    refused(desk)
    desk.guard.sweep()
    assert not stack.canRedo()
    assert not offered or offered[-1] is False, "QGIS's button goes by what it was told last"


def test_edits_can_be_discarded_after_a_refusal(town, open_desk, stored_in):
    before = stored_in.state()
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    refused(desk)
    assert desk.layer.rollBack()
    assert not desk.layer.isEditable()
    assert desk.layer.featureCount() == 32
    assert stored_in.state() == before


def test_leaving_edit_mode_is_refused_as_well(town, open_desk):
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    assert not desk.save(stop=True)
    assert desk.layer.isEditable()
    assert desk.layer.isModified()


def test_the_trace_of_a_refusal_goes_with_the_event_loop(town, open_desk, qgis_app):
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    assert not desk.save()
    qgis_app.processEvents()
    assert desk.layer.undoStack().count() == 1
    assert not desk.layer.editBuffer().addedFeatures()


def test_a_gesture_right_after_a_refusal_starts_from_the_edits_alone(town, open_desk):
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    assert not desk.save()
    desk.merge(15, 16)
    assert len(desk.layer.editBuffer().addedFeatures()) == 0
    assert desk.layer.undoStack().count() == 2


def test_a_repair_says_what_each_cell_gains_and_loses_and_clears_the_faults(town, open_desk):
    desk = open_desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    refused(desk)
    proposal = desk.guard.propose_repair()
    assert proposal.edit.kind == "repair"
    assert sum(ground.gained_m2 for ground in proposal.grounds) == pytest.approx(2000, rel=0.01)
    assert not proposal.recodings
    desk.guard.repair(proposal, desk.editor)
    assert desk.layer.undoStack().count() == 2
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    cells = rows_of(town, "unit_grid")
    assert sum(row["geometry"].area for row in cells.values()) == pytest.approx(320_000)


@in_both
def test_a_deleted_cell_leaves_a_hole_that_is_not_saved(town, open_desk):
    desk = open_desk(town)
    desk.layer.deleteFeature(desk.feature(code(6)).id())
    refusal = refused(desk)
    assert [fault.kind for fault in refusal.faults] == ["hole"]
    assert refusal.faults[0].measure == pytest.approx(10_000)
    proposal = desk.guard.propose_repair()
    desk.guard.repair(proposal, desk.editor)
    assert desk.save(), desk.refusals
    assert code(6) not in rows_of(town, "code_register")
    assert len(rows_of(town, "unit_grid")) == 31


def test_a_cell_drawn_over_others_natively_is_refused(town, open_desk):
    desk = open_desk(town)
    desk.add(box(0.5, 0.5), code=code(90), area_code=AREAS[0])
    refusal = refused(desk)
    assert {fault.kind for fault in refusal.faults} <= {"overlap", "missing_vertex", "near_miss"}
    assert len([fault for fault in refusal.faults if fault.kind == "overlap"]) == 4


def test_a_cell_beyond_its_community_is_refused(town, open_desk):
    desk = open_desk(town)
    desk.move_vertex(code(4), (4, 0), (4.3, 0))
    refusal = refused(desk)
    assert "overshoot" in {fault.kind for fault in refusal.faults} or "overlap" in {f.kind for f in refusal.faults}


@in_both
def test_a_split_with_qgis_s_own_tool_needs_a_code_for_the_copy(town, open_desk):
    desk = open_desk(town)
    desk.layer.selectByIds([desk.feature(code(6)).id()])
    line = [QgsPointXY(*place(1.3, 0.5)), QgsPointXY(*place(1.3, 2.5))]
    desk.layer.beginEditCommand("分割要素")
    assert desk.layer.splitFeatures(line, False) == QgsGeometry.OperationResult.Success
    desk.layer.endEditCommand()
    refusal = refused(desk)
    assert "code" in {fault.kind for fault in refusal.faults}
    proposal = desk.guard.propose_repair()
    assert [recoding.new for recoding in proposal.recodings] == [code(17)]
    desk.guard.repair(proposal, desk.editor)
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    cells = rows_of(town, "unit_grid")
    assert cells[code(6)]["geometry"].area == pytest.approx(7000)
    assert cells[code(17)]["geometry"].area == pytest.approx(3000)
    assert cells[code(17)]["prior_code"] == code(6)
    assert cells[code(17)]["state"] == "draft"


def test_a_reshape_with_qgis_s_own_tool_is_mended(town, open_desk):
    desk = open_desk(town)
    fid = desk.feature(code(6)).id()
    geometry = desk.feature(code(6)).geometry()
    line = shapely.LineString([place(1.2, 0.9), place(1.2, 1.2), place(1.6, 1.2), place(1.6, 0.9)])
    assert geometry.reshapeGeometry(QgsLineString([QgsPointXY(*xy) for xy in line.coords])) == 0
    desk.layer.beginEditCommand("整形")
    desk.layer.changeGeometry(fid, geometry)
    desk.layer.endEditCommand()
    refused(desk)
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]


def test_a_cell_without_community_gets_one_by_repair(town, open_desk):
    desk = open_desk(town)
    desk.set(code(6), area_code=None)
    refusal = refused(desk)
    assert [fault.kind for fault in refusal.faults][-1] == "code"
    assert "社区" in refusal.faults[-1].message.text("zh")


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("12345", "code_wrong_length"),
        (code(7), "code_given_twice"),
        (code(1, 1)[:12] + "050", "unit_grid_code_elsewhere"),
        (None, "cell_code_missing"),
        (code(16), "code_taken"),
    ],
)
@in_both
def test_a_code_that_cannot_be_is_refused(town, open_desk, given, expected):
    desk = open_desk(town)
    desk.set(code(6), code=given)
    refusal = refused(desk)
    assert [fault.message.code for fault in refusal.faults] == [expected]


def test_a_retired_code_is_never_used_again(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    desk.set(code(6), code=desk.reports[0].retired[0])
    refusal = refused(desk)
    assert [fault.message.code for fault in refusal.faults] == ["code_was_retired"]


def test_columns_of_a_workspace_table_stay(town, open_desk):
    from gridmgmt_plugin.project.attributes import field

    desk = open_desk(town)
    desk.layer.addAttribute(field("mine", str))
    assert not desk.save()
    assert desk.refusals[-1].code == "save_columns_changed"
    desk.guard.sweep()
    desk.layer.undoStack().undo()
    assert desk.save()


def test_a_layer_in_a_transaction_group_is_refused(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2)
    project = QgsProject.instance()
    project.setAutoTransaction(True)
    try:
        assert refused(desk).code == "edits_in_transaction_group"
    finally:
        project.setAutoTransaction(False)
    assert desk.save()


@in_both
def test_an_error_of_our_own_is_no_reason_to_write_half(town, open_desk, stored_in, monkeypatch):
    from gridmgmt_plugin.workspace.changes import cell_change

    before = stored_in.state()
    desk = open_desk(town)
    desk.merge(1, 2)
    monkeypatch.setattr(cell_change, "following_points", lambda *_: 1 / 0)
    refusal = refused(desk)
    assert refusal.code == "save_failed"
    assert "ZeroDivisionError" in refusal.message.text("zh")
    assert stored_in.state() == before
    monkeypatch.undo()
    assert desk.save()


def test_nothing_is_proposed_when_nothing_is_wrong(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2)
    with pytest.raises(InputError) as caught:
        desk.guard.propose_repair()
    assert caught.value.code == "mend_nothing"
    assert desk.save(), desk.refusals


def test_a_guard_that_was_taken_off_lets_qgis_save(town, open_desk):
    desk = open_desk(town)
    desk.guard.detach()
    desk.set(code(3), note="x")
    assert desk.save()
    assert not desk.reports
    desk.guard.attach()


def test_faults_of_cells_that_nobody_touched_do_not_stand_in_the_way(town, open_desk, stored_in):
    with town.transaction("甲", "test") as transaction:
        rows = town.read("unit_grid", ["code"], {"code": code(11, 1)})
        transaction.delete("unit_grid", rows.fid)
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    assert isinstance(desk.layer, QgsVectorLayer)
