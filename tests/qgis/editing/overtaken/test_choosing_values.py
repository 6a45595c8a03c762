"""Values of rows that two planners changed: seen side by side, taken, kept or mixed, and saved so."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry, QgsPointXY

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import WHOLE, Choosing, Side
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, code, in_file, place, refused, rows_of

IN_BOTH = True
THEIRS, MINE = Side.THEIRS, Side.MINE


def colleague(town) -> Workspace:
    return Workspace.open(town.location)


@pytest.fixture
def desks(town, open_desk):
    """Return two planners at one table whose saves cross: the second is refused."""

    def opened(name="unit_grid"):
        return open_desk(town, name), open_desk(colleague(town), name, "李工")

    return opened


def crossed(desks, mine: dict, theirs: dict, text=None, name="unit_grid"):
    """Return the first planner's desk after both changed a row and the colleague saved first."""
    desk, other = desks(name)
    desk.set(text or code(1), **mine)
    other.set(text or code(1), **theirs)
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    return desk


def only_row(desk):
    choosing = Choosing(look_at(desk.guard, "王工"))
    (row,) = choosing.sides.rows
    return choosing, row


def test_a_row_is_shown_as_it_was_as_the_colleague_saved_it_and_as_mine(desks):
    desk = crossed(desks, {"name": "东院", "note": "我"}, {"name": "西院", "population": 120})
    _, row = only_row(desk)
    assert (row.key, row.by) == (code(1), "李工")
    assert row.at
    names = ("name", "note", "population")
    assert [row.was[name] for name in names] == ["网格0", None, 100]
    assert [row.theirs[name] for name in names] == ["西院", None, 120]
    assert [row.mine[name] for name in names] == ["东院", "我", 120]
    assert set(row.fields) == {"name", "note"}


def test_what_i_saved_before_is_where_i_began(desks):
    desk, other = desks()
    desk.set(code(1), name="第一次")
    assert desk.save(), desk.refusals
    other.layer.rollBack()
    other.layer.startEditing()
    desk.set(code(1), name="东院")
    other.set(code(1), name="西院")
    assert other.save(), other.refusals
    refused(desk)
    _, row = only_row(desk)
    assert row.was["name"] == "第一次"


def test_what_nobody_else_changed_is_chosen_from_the_beginning_and_can_be_chosen_anew(town, desks):
    desk = crossed(desks, {"name": "东院", "land_use": "商业"}, {"name": "西院", "population": 120})
    choosing, row = only_row(desk)
    assert (choosing.side(row, "name"), choosing.side(row, "land_use")) == (None, MINE)
    assert choosing.open_rows == (row,)
    choosing.choose(row, "name", THEIRS)
    assert choosing.open_rows == ()
    choosing.choose(row, "land_use", THEIRS)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "unit_grid")[code(1)]
    assert (stored["name"], stored["land_use"], stored["population"]) == ("西院", None, 120)


def test_edits_of_different_fields_of_one_row_need_no_choice(town, desks):
    desk = crossed(desks, {"land_use": "商业"}, {"population": 120})
    choosing, row = only_row(desk)
    assert choosing.is_settled(row)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "unit_grid")[code(1)]
    assert (stored["land_use"], stored["population"]) == ("商业", 120)


def test_the_same_typed_by_both_needs_no_choice(town, desks):
    desk, other = desks()
    desk.set(code(1), name="东院")
    other.set(code(1), name="东院")
    assert other.save(), other.refusals
    choosing = Choosing(look_at(desk.guard, "王工"))
    assert not choosing.open_rows
    if choosing.sides.rows:  # a file's layer sees by itself that nothing is left of the edit
        assert choosing.side(choosing.sides.rows[0], WHOLE) is THEIRS
        carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(1)]["name"] == "东院"


def test_theirs_is_taken_in_one_step_and_can_be_saved(town, desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    choosing, row = only_row(desk)
    choosing.choose_all(row, THEIRS)
    stack = desk.layer.undoStack()
    steps = stack.count()
    carry_out(desk.guard, choosing)
    assert stack.count() == steps + 1
    assert desk.feature(code(1))["name"] == "西院"
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(1)]["name"] == "西院"


def test_mine_is_written_over_theirs_and_what_only_they_changed_stays(town, desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院", "population": 120})
    choosing, row = only_row(desk)
    choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "unit_grid")[code(1)]
    assert (stored["name"], stored["population"]) == ("东院", 120)


def test_values_are_mixed_field_by_field(town, desks):
    desk = crossed(desks, {"name": "东院", "land_use": "商业"}, {"name": "西院", "land_use": "住宅"})
    choosing, row = only_row(desk)
    choosing.choose(row, "name", THEIRS)
    assert not choosing.is_settled(row)
    choosing.choose(row, "land_use", MINE)
    assert choosing.chosen(row) is None
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "unit_grid")[code(1)]
    assert (stored["name"], stored["land_use"]) == ("西院", "商业")


def test_a_choice_that_is_undone_leaves_the_row_overtaken_and_one_that_is_redone_does_not(desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    choosing, row = only_row(desk)
    choosing.choose_all(row, THEIRS)
    carry_out(desk.guard, choosing)
    stack = desk.layer.undoStack()
    stack.undo()
    assert desk.feature(code(1))["name"] == "东院"
    assert not desk.guard.accepted.standing()
    stack.redo()
    assert desk.feature(code(1))["name"] == "西院"
    assert desk.guard.accepted.standing()
    stack.undo()
    assert refused(desk).code == "save_rows_overtaken"


def test_nothing_is_changed_as_long_as_nothing_is_carried_out(desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    choosing, row = only_row(desk)
    choosing.choose_all(row, THEIRS)
    assert desk.feature(code(1))["name"] == "东院"
    assert refused(desk).code == "save_rows_overtaken"


def test_a_third_save_is_refused_again(desks, open_desk, town):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    choosing, row = only_row(desk)
    third = open_desk(colleague(town), author="赵工")
    third.set(code(1), name="南院")
    assert third.save(), third.refusals
    choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert refused(desk).code == "save_rows_overtaken"
    choosing, row = only_row(desk)
    assert (row.by, row.theirs["name"], row.mine["name"]) == ("赵工", "南院", "东院")


def test_choices_about_other_edits_than_were_looked_at_are_not_carried_out(desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    choosing, row = only_row(desk)
    choosing.choose_all(row, THEIRS)
    desk.set(code(1), name="北院")
    with pytest.raises(WorkspaceError) as told:
        carry_out(desk.guard, choosing)
    assert told.value.code == "overtaken_edits_moved"
    assert desk.feature(code(1))["name"] == "北院"


def test_rows_that_are_not_settled_stay_overtaken(desks):
    desk, other = desks()
    for number in (1, 3):
        desk.set(code(number), name="东院")
        other.set(code(number), name="西院")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    choosing = Choosing(look_at(desk.guard, "王工"))
    choosing.choose_all(choosing.sides.rows[0], MINE)
    carry_out(desk.guard, choosing)
    refusal = refused(desk)
    assert [fault.codes for fault in refusal.faults] == [(code(3),)]


@in_file
def test_what_a_job_alone_changed_is_no_conflict(desks):
    desk = crossed(desks, {"name": "东院"}, {"name": "西院"})
    assert [row.key for row in look_at(desk.guard, "王工").rows] == [code(1)]


def test_a_row_of_a_form_is_chosen_like_a_cell(town, desks):
    desk = crossed(desks, {"name": "我的社区"}, {"name": "他的社区", "households": 9}, AREAS[0], "area")
    choosing, row = only_row(desk)
    assert (row.was["name"], row.theirs["name"], row.mine["name"]) == ("湖滨社区", "他的社区", "我的社区")
    choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "area")[AREAS[0]]
    assert (stored["name"], stored["households"]) == ("我的社区", 9)


@pytest.fixture
def people(town):
    """Put three people into the town."""
    with town.transaction("王工", "edit_rows") as transaction:
        transaction.insert("person", Rows.from_records([{"id": f"P{n}", "name": f"张{n}"} for n in range(3)]))


def delete(desk, text: str) -> None:
    desk.layer.beginEditCommand("删除")
    assert desk.layer.deleteFeature(person(desk, text).id())
    desk.layer.endEditCommand()


def change(desk, text: str, **values) -> None:
    desk.layer.beginEditCommand("属性")
    for name, value in values.items():
        assert desk.layer.changeAttributeValue(person(desk, text).id(), desk.layer.fields().lookupField(name), value)
    desk.layer.endEditCommand()


def person(desk, text: str):
    return next(feature for feature in desk.layer.getFeatures() if feature["id"] == text)


def refused_row(desk):
    """Have a save refused, and return the one row that was overtaken, to be chosen."""
    assert not desk.save()
    assert desk.refusals[-1].code == "save_rows_overtaken"
    return only_row(desk)


@pytest.mark.parametrize("side", [THEIRS, MINE])
@pytest.mark.usefixtures("people")
def test_a_row_that_a_colleague_deleted_is_let_go_or_comes_back(town, desks, side):
    desk, other = desks("person")
    change(desk, "P1", title="队长")
    delete(other, "P1")
    assert other.save(), other.refusals
    choosing, row = refused_row(desk)
    assert (row.is_gone, row.key, row.by) == (True, "P1", "李工")
    assert choosing.parts(row) == (WHOLE,)
    choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    people = rows_of(town, "person", "id")
    assert {text: row["title"] for text, row in people.items()} == {
        "P0": None,
        "P2": None,
        **({"P1": "队长"} if side is MINE else {}),
    }
    assert side is THEIRS or people["P1"]["name"] == "张1"


@pytest.mark.parametrize("side", [THEIRS, MINE])
@pytest.mark.usefixtures("people")
def test_a_row_that_i_deleted_and_a_colleague_changed_is_deleted_or_returns_as_theirs(town, desks, side):
    desk, other = desks("person")
    change(desk, "P1", title="队长")
    delete(desk, "P1")
    change(other, "P1", title="组长")
    assert other.save(), other.refusals
    choosing, row = refused_row(desk)
    assert (row.is_deleted, row.theirs["title"]) == (True, "组长")
    choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    stack = desk.layer.undoStack()
    stack.undo()
    assert "P1" not in {feature["id"] for feature in desk.layer.getFeatures()}
    stack.redo()
    assert desk.save(), desk.refusals
    assert {text: row["title"] for text, row in rows_of(town, "person", "id").items()} == {
        "P0": None,
        "P2": None,
        **({"P1": "组长"} if side is THEIRS else {}),
    }


def test_how_a_telephone_number_was_is_not_known_for_no_log_holds_it(town, desks):
    with town.transaction("王工", "edit_rows") as transaction:
        rows = [{"code": "D1", "name": "城管局", "duty_phone": "010-1"}]
        transaction.insert("department", Rows.from_records(rows))
    desk = crossed(desks, {"duty_phone": "010-2"}, {"duty_phone": "010-3", "name": "城管委"}, "D1", "department")
    _, row = only_row(desk)
    assert (row.was["name"], row.theirs["duty_phone"], row.mine["duty_phone"]) == ("城管局", "010-3", "010-2")
    assert "duty_phone" not in row.was


@pytest.mark.usefixtures("people")
def test_a_contact_that_two_changed_is_chosen_though_nothing_of_it_is_logged(town, desks):
    with town.transaction("王工", "edit_rows") as transaction:
        transaction.insert("contact", Rows.from_records([{"person_id": "P1", "office_phone": "010-1"}]))
    desk, other = desks("contact")

    def set_phone(at, phone):
        fid = next(at.layer.getFeatures()).id()
        at.layer.beginEditCommand("属性")
        assert at.layer.changeAttributeValue(fid, at.layer.fields().lookupField("office_phone"), phone)
        at.layer.endEditCommand()

    set_phone(desk, "010-2")
    set_phone(other, "010-3")
    assert other.save(), other.refusals
    choosing, row = refused_row(desk)
    assert (row.by, row.was, row.mine["office_phone"]) == ("李工", {}, "010-2")
    choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    assert town.read("contact", ["office_phone"], geometry=False)["office_phone"].tolist() == ["010-2"]


@pytest.mark.parametrize("side", [THEIRS, MINE])
def test_a_component_that_two_moved_lies_where_it_was_chosen_to(town, desks, side):
    desk, other = desks("component")
    component = "99010100100101000000"
    for at, x in ((desk, 1.5), (other, 2.5)):
        at.layer.beginEditCommand("移动")
        spot = QgsGeometry.fromPointXY(QgsPointXY(*place(x, 0.5)))
        assert at.layer.changeGeometry(at.feature(component).id(), spot)
        at.layer.endEditCommand()
    assert other.save(), other.refusals
    choosing, row = refused_row(desk)
    assert [shape.x for shape in row.shapes] == [place(x, 0)[0] for x in (0.25, 2.5, 1.5)]
    choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    stored = rows_of(town, "component")[component]
    x, cell = (2.5, code(3)) if side is THEIRS else (1.5, code(2))
    assert (stored["geometry"].x, stored["unit_grid"]) == (place(x, 0)[0], cell)


def test_a_row_that_is_edited_after_another_look_began_there(desks):
    desk, other = desks()
    desk.set(code(3), name="南院")
    other.set(code(1), name="西院")
    assert other.save(), other.refusals
    desk.guard.reread()  # a job of ours has written something
    desk.set(code(1), name="东院")
    for text in (code(1), code(3)):
        other.set(text, name="北院")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    was = {row.key: row.was["name"] for row in look_at(desk.guard, "王工").rows}
    assert was == {code(1): "西院", code(3): "网格2"}


@pytest.mark.usefixtures("people")
def test_several_rows_that_are_gone_are_let_go_whether_or_not_their_names_are_known(town, desks):
    desk, other = desks("person")
    for text in ("P1", "P2"):
        change(desk, text, title="队长")
    for text in ("P1", "P2"):
        delete(other, text)
    assert other.save(), other.refusals
    assert not desk.save()
    choosing = Choosing(look_at(desk.guard, "王工"))
    for row in choosing.sides.rows:
        assert {row.key, *row.perhaps} & {"P1", "P2"}
        choosing.choose_all(row, THEIRS)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    assert list(rows_of(town, "person", "id")) == ["P0"]


def test_what_a_colleague_saved_and_i_saw_before_i_edited_is_where_i_began(town, desks):
    desk, other = desks()
    other.set(code(1), name="西院")
    assert other.save(), other.refusals
    seen = town.read("unit_grid", ["row_version"], {"code": code(1)}, geometry=False)
    desk.guard.learn(seen, ())
    desk.set(code(1), name="东院")
    other.set(code(1), name="北院")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    _, row = only_row(desk)
    assert (row.was["name"], row.theirs["name"]) == ("西院", "北院")
