"""Somebody else writes to the same workspace: nothing of theirs is overwritten, nothing of ours is lost."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, TOLERANCE, box, code, in_file, make_town, place, refused, rows_of

IN_BOTH = True


def colleague(town) -> Workspace:
    return Workspace.open(town.location)


def change(town, text: str, **values) -> None:
    """Change a cell as a colleague's save does."""
    other = colleague(town)
    rows = other.read("unit_grid", ["row_version"], {"code": text}, geometry=False)
    with other.transaction("李工", "edit_rows") as transaction:
        transaction.update("unit_grid", rows.with_columns(**{name: [value] for name, value in values.items()}))


def test_a_cell_that_a_colleague_changed_since_editing_began_is_not_overwritten(town, open_desk):
    desk = open_desk(town)
    change(town, code(1), note="李工改")
    # A file shows the colleague's values at once; the edit is still one of what was there before.
    desk.set(code(1), land_use="商业")
    refusal = refused(desk)
    assert refusal.code == "save_rows_overtaken"
    assert refusal.faults[0].codes == (code(1),)
    assert code(1) in refusal.message.text("zh")
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "李工改"
    assert rows_of(town, "unit_grid")[code(1)]["land_use"] is None


def test_a_cell_that_a_colleague_changed_is_not_deleted(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2)
    change(town, code(1), note="李工改")
    change(town, code(2), note="李工改")
    assert refused(desk).code == "save_rows_overtaken"
    assert {code(1), code(2)} <= set(rows_of(town, "unit_grid"))


def test_a_cell_that_a_colleague_removed_is_told(town, open_desk):
    desk = open_desk(town)
    desk.set(code(1), note="x")
    other = colleague(town)
    with other.transaction("李工", "edit") as transaction:
        transaction.delete("unit_grid", other.read("unit_grid", [], {"code": code(1)}).fid)
    assert refused(desk).code == "save_rows_overtaken"


def test_other_cells_can_be_saved_once_those_edits_are_undone(town, open_desk):
    desk = open_desk(town)
    desk.set(code(11), note="x")
    desk.set(code(1), note="y")
    change(town, code(1), note="李工改")
    assert refused(desk).code == "save_rows_overtaken"
    desk.layer.undoStack().undo()
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(11)]["note"] == "x"
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "李工改"


def test_edits_begun_anew_see_what_the_colleague_wrote(town, open_desk):
    desk = open_desk(town)
    desk.set(code(1), note="y")
    change(town, code(1), note="李工改")
    assert not desk.save()
    desk.guard.sweep()
    desk.layer.rollBack()
    desk.layer.startEditing()
    desk.set(code(1), note="又改")
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "又改"


@pytest.mark.daily(1)
def test_our_own_saves_are_not_taken_for_somebody_else_s(town, open_desk):
    desk = open_desk(town)
    for note in ("一", "二", "三"):
        desk.set(code(1), note=note)
        assert desk.save(), desk.refusals
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    desk.set(code(17), note="新")
    assert desk.save(), desk.refusals
    desk.merge(1, 17)
    assert desk.save(), desk.refusals


def test_a_number_that_a_colleague_took_is_replaced_and_told(town, open_desk):
    desk, other = open_desk(town), open_desk(colleague(town), author="李工")
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.split(3, [(2.5, -1), (2.5, 1.5)])
    other.split(16, [(3.5, 2.5), (3.5, 4.5)])
    assert other.save(), other.refusals
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    (report,) = desk.reports
    assert report.recoded == ((code(17), code(19)),)
    assert code(19) in report.notes[0].text("zh")
    cells = rows_of(town, "unit_grid")
    assert cells[code(17)]["geometry"].within(box(3, 3))
    assert cells[code(18)]["geometry"].within(box(2, 0))
    assert cells[code(19)]["geometry"].within(box(0, 0))
    assert rows_of(town, "component")["99010100100101000000"]["unit_grid"] == code(19)
    assert code(19) in desk.codes()


def test_cells_that_a_colleague_drew_next_door_are_checked_against(town, open_desk):
    desk, other = open_desk(town), open_desk(colleague(town), author="李工")
    other_near, _ = other.near(code(7))
    other.editor.apply(other_near, add_vertex(other_near.cells, place(2, 1.5), TOLERANCE, place(2.1, 1.5)))
    assert other.save(), other.refusals
    desk.split(5, [(-1, 1.4), (1, 1.4)])
    assert desk.save(), desk.refusals  # the neighbour 6 got a vertex here and another outline there
    corners = shapely.get_coordinates(rows_of(town, "unit_grid")[code(6)]["geometry"]).tolist()
    assert list(place(2.1, 1.5)) in corners
    assert list(place(1, 1.4)) in corners


def test_a_cell_of_two_planners_at_two_ends_is_saved_by_both(town, open_desk):
    desk, other = open_desk(town), open_desk(colleague(town), author="李工")
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    other.split(12, [(3.3, 1.5), (3.3, 3.5)], area=0)
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    assert len(rows_of(town, "unit_grid")) == 34


def test_a_workspace_that_another_program_holds_is_told_at_once(town, open_desk, stored_in):
    desk = open_desk(town)
    desk.merge(1, 2)
    before = stored_in.state()
    with stored_in.writer():
        assert refused(desk).code == "workspace_locked"
    assert stored_in.state() == before
    assert desk.save(), desk.refusals


TABLES = [
    ("UPDATE", "unit_grid"),
    ("INSERT", "unit_grid"),
    ("DELETE", "unit_grid"),
    ("INSERT", "code_register"),
    ("DELETE", "code_register"),
    ("UPDATE", "responsibility_grid"),
    ("UPDATE", "component"),
    ("DELETE", "exemption"),
    ("INSERT", "change_log"),
    ("INSERT", "take_back"),
    ("INSERT", "unit_grid_history"),
]


# One of each event, the last table among them: a database rolls back in the same way wherever it is refused.
IN_DATABASE = [("UPDATE", "unit_grid"), ("DELETE", "code_register"), ("INSERT", "take_back")]


def assert_refused_whole(stored_in, open_desk, event, refusing) -> None:
    town = make_town(stored_in.location, valid=(5, 6))
    stored_in.refuse(event, refusing)
    before = stored_in.state()
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.merge(2, 3)
    desk.merge(5, 6)
    assert refused(desk).code == "workspace_write_refused"
    assert stored_in.state() == before


@pytest.mark.daily(2)
@in_file
@pytest.mark.parametrize(("event", "refusing"), TABLES)
def test_a_write_refused_in_any_phase_leaves_the_file_as_it_was(stored_in, open_desk, event, refusing):
    assert_refused_whole(stored_in, open_desk, event, refusing)


@pytest.mark.daily(1)
@pytest.mark.parametrize(("event", "refusing"), IN_DATABASE)
def test_a_write_refused_leaves_file_and_database_as_they_were(stored_in, open_desk, event, refusing):
    assert_refused_whole(stored_in, open_desk, event, refusing)


def test_a_cell_that_a_colleague_assigned_anew_is_not_overwritten(town, open_desk):
    """A re-grouping is a change of every cell that it assigns: who assigns one of them too is told, and sees both."""
    before = rows_of(town, "unit_grid")
    desk = open_desk(town)
    for number in range(1, 17):
        desk.set(code(number), note="我改", rg_cg=f"{AREAS[1]}001")
    build_responsibility_grids(colleague(town), scheme="cg", count=8, replace=True, author="李工")
    stored = rows_of(town, "unit_grid")
    moved = {c for c, row in stored.items() if c.startswith(AREAS[0]) and row["rg_cg"] != before[c]["rg_cg"]}
    assert moved
    refusal = refused(desk)
    assert refusal.code == "save_rows_overtaken"
    assert {fault.codes[0] for fault in refusal.faults} == moved
    assert all(fault.place is not None for fault in refusal.faults)
    assert "备注：库中现为“–”，您的为“我改”" in refusal.faults[0].message.text("zh")
    assert rows_of(town, "unit_grid") == stored
    assert desk.layer.isModified(), "nothing of ours is lost"


def test_a_cell_that_two_planners_assigned_is_shown_with_both_grids(town, open_desk):
    desk = open_desk(town)
    theirs = open_desk(colleague(town), author="李工")
    desk.set(code(1), rg_cg=f"{AREAS[0]}002")
    theirs.set(code(1), rg_cg=None)
    assert theirs.save(), theirs.refusals
    (fault,) = refused(desk).faults
    assert f"责任网格 (cg)：库中现为“–”，您的为“{AREAS[0]}002”" in fault.message.text("zh")
    assert f"stored now “–”, yours “{AREAS[0]}002”" in fault.message.text("en")


def test_a_row_of_a_form_that_a_colleague_changed_is_shown_with_both_values(town, open_desk):
    desk = open_desk(town, "area")
    theirs = open_desk(colleague(town), "area", "李工")
    desk.set(AREAS[0], name="我的社区")
    theirs.set(AREAS[0], name="他的社区")
    assert theirs.save(), theirs.refusals
    (fault,) = refused(desk).faults
    assert "名称：库中现为“他的社区”，您的为“我的社区”" in fault.message.text("zh")
    assert "stored now “他的社区”, yours “我的社区”" in fault.message.text("en")
