"""A repair is one step, however much it mends: one undo brings back what the planner had, one redo the repair."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsGeometry, QgsPointXY

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.saving import repair
from tests.qgis.editing.saving.town import AREAS, box, code, in_both, place, refused, rows_of


def cells_of(desk) -> list:
    names = ("code", "area_code", "state", "prior_code", "area_m2")
    return sorted(
        (feature.id(), feature.geometry().asWkb().data(), tuple(str(feature[name]) for name in names))
        for feature in desk.layer.getFeatures()
    )


def torn_with_twin_code(desk) -> None:
    """Split a cell with QGIS's own tool, which copies the code, and pull a corner of another one."""
    desk.layer.selectByIds([desk.feature(code(6)).id()])
    line = [QgsPointXY(*place(1.3, 0.5)), QgsPointXY(*place(1.3, 2.5))]
    desk.layer.beginEditCommand("分割要素")
    assert desk.layer.splitFeatures(line, False) == QgsGeometry.OperationResult.Success
    desk.layer.endEditCommand()
    desk.move_vertex(code(11), (3, 3), (2.8, 2.8))


@pytest.mark.daily(1)
@in_both
def test_ground_and_codes_are_mended_in_one_step(town, open_desk):
    desk = open_desk(town)
    torn_with_twin_code(desk)
    refused(desk)
    stack, torn = desk.layer.undoStack(), cells_of(desk)
    steps = stack.count()
    proposal = desk.guard.propose_repair()
    assert proposal.edit is not None
    assert proposal.recodings
    desk.guard.repair(proposal, desk.editor)
    assert stack.count() == steps + 1
    mended = cells_of(desk)
    gesture = desk.editor.journal.last()
    assert gesture.kind == "repair"
    assert {state.code for state in gesture.after} >= {code(17)}
    stack.undo()
    assert cells_of(desk) == torn
    stack.redo()
    assert cells_of(desk) == mended
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    cells = rows_of(town, "unit_grid")
    assert len(cells) == 33
    assert cells[code(17)]["prior_code"] == code(6)
    assert sum(row["geometry"].area for row in cells.values()) == pytest.approx(320_000)


def test_codes_alone_are_one_step(town, open_desk):
    desk = open_desk(town)
    desk.set(code(6), code=code(7))
    refused(desk)
    steps = desk.layer.undoStack().count()
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.layer.undoStack().count() == steps + 1
    assert desk.editor.journal.last().kind == "recode"
    assert desk.save(), desk.refusals


@pytest.mark.parametrize("torn", [True, False])
def test_a_repair_that_fails_on_the_way_leaves_the_edits_as_they_were(town, open_desk, monkeypatch, torn):
    desk = open_desk(town)
    if torn:
        torn_with_twin_code(desk)
    else:
        desk.set(code(6), code=code(7))
    proposal = desk.guard.propose_repair()
    before, stack = cells_of(desk), desk.layer.undoStack()
    steps = [stack.text(at) for at in range(stack.count())]

    def full(*_):
        raise InputError("code_sequence_full", prefix="", wanted=1, free=0, capacity=999, layout="")

    monkeypatch.setattr(repair, "_recodings", full)
    with pytest.raises(InputError):
        desk.guard.repair(proposal, desk.editor)
    assert cells_of(desk) == before
    assert [stack.text(at) for at in range(stack.count())] == steps
    monkeypatch.undo()
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]


def test_a_repair_can_be_undone_changed_and_repaired_again(town, open_desk):
    desk = open_desk(town)
    torn_with_twin_code(desk)
    for _ in range(2):
        desk.guard.repair(desk.guard.propose_repair(), desk.editor)
        with pytest.raises(InputError) as caught:
            desk.guard.propose_repair()
        assert caught.value.code == "mend_nothing"
        desk.layer.undoStack().undo()
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.save(), desk.refusals
    assert sorted(rows_of(town, "unit_grid")) == desk.codes()


@in_both
def test_a_cell_pasted_over_others_without_code_becomes_one_of_the_town(town, open_desk):
    desk = open_desk(town)
    desk.add(box(0.5, 0.5))
    refused(desk)
    steps = desk.layer.undoStack().count()
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.layer.undoStack().count() == steps + 1
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    cells = rows_of(town, "unit_grid")
    assert sum(row["geometry"].area for row in cells.values()) == pytest.approx(320_000)
    assert shapely.union_all([row["geometry"] for row in cells.values()]).area == pytest.approx(320_000)
    assert {row["area_code"] for row in cells.values()} == set(AREAS)
