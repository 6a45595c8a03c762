"""撤回上次保存: back to exactly what was, or a sentence why not."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from tests.qgis.editing.saving.town import code, log_of, make_town, rows_of
from tests.workspace.content import content

TABLES = ("unit_grid", "code_register", "responsibility_grid", "component", "cases", "exemption", "unit_grid_history")

IN_BOTH = True


def everything(desk) -> None:
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.merge(2, 3)
    desk.merge(5, 6)
    desk.set(code(11), rg_cg=code(1)[:12] + "001", note="改")


@pytest.fixture
def mixed_town(stored_in):
    return make_town(stored_in.location, valid=(5, 6))


@pytest.mark.daily(1)
def test_a_save_comes_back_exactly(mixed_town, open_desk):
    before = content(mixed_town, TABLES)
    desk = open_desk(mixed_town)
    everything(desk)
    assert desk.save(stop=True), desk.refusals
    assert content(mixed_town, TABLES) != before
    saved = last_save(mixed_town)
    assert saved.by == "王工"
    assert saved.gestures == ("split", "merge", "qgis")
    assert saved.rows >= 7
    report = take_back_last(mixed_town, "李工")
    assert content(mixed_town, TABLES) == before
    assert set(TABLES) <= set(report.tables_changed) | {"cases"}
    assert "王工" in report.message.text("zh")
    told = [line for line in log_of(mixed_town) if line["gesture"] == "take_back"]
    assert {line["changed_by"] for line in told} == {"李工"}
    assert code(1) in {line["row_key"] for line in told}
    assert last_save(mixed_town) is None


def test_a_second_time_takes_back_the_save_before(mixed_town, open_desk):
    states = [content(mixed_town, TABLES)]
    desk = open_desk(mixed_town)
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    states.append(content(mixed_town, TABLES))
    desk.split(5, [(-1, 1.4), (1, 1.4)])
    assert desk.save(), desk.refusals
    states.append(content(mixed_town, TABLES))
    desk.merge(9, 10)
    assert desk.save(stop=True), desk.refusals
    take_back_last(mixed_town, "王工")
    assert content(mixed_town, TABLES) == states[2]
    take_back_last(mixed_town, "王工")
    assert content(mixed_town, TABLES) == states[1]
    take_back_last(mixed_town, "王工")
    assert content(mixed_town, TABLES) == states[0]
    with pytest.raises(WorkspaceError) as caught:
        take_back_last(mixed_town, "王工")
    assert caught.value.code == "nothing_to_take_back"


def test_after_taking_back_editing_goes_on(mixed_town, open_desk):
    desk = open_desk(mixed_town)
    desk.merge(1, 2)
    assert desk.save(stop=True)
    take_back_last(mixed_town, "王工")
    desk.layer.dataProvider().reloadData()
    desk.layer.reload()
    assert desk.layer.startEditing()
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    take_back_last(mixed_town, "王工")
    assert len(rows_of(mixed_town, "unit_grid")) == 32


def test_a_code_that_was_retired_is_in_use_again(mixed_town, open_desk):
    desk = open_desk(mixed_town)
    desk.merge(5, 6)
    assert desk.save(stop=True)
    retired = desk.reports[0].retired[0]
    take_back_last(mixed_town, "王工")
    row = rows_of(mixed_town, "code_register")[retired]
    assert (row["state"], row["reason"], row["successors"]) == ("valid", None, None)
    assert mixed_town.count("unit_grid_history") == 0


@pytest.mark.daily(1)
@pytest.mark.parametrize("name", ["unit_grid", "component", "code_register"])
def test_a_row_that_changed_since_keeps_the_save_from_being_taken_back(mixed_town, open_desk, stored_in, name):
    desk = open_desk(mixed_town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(stop=True)
    rows = mixed_town.read(name, [], {"code": code(17)} if name != "component" else {"code": "99010100100101000000"})
    with mixed_town.transaction("李工", "later") as transaction:
        value = {"unit_grid": ("note", "后来"), "component": ("unit_grid", "x"), "code_register": ("state", "valid")}
        transaction.set_column(name, value[name][0], rows.fid, [value[name][1]])
    before = stored_in.state()
    with pytest.raises(WorkspaceError) as caught:
        take_back_last(mixed_town, "王工")
    assert caught.value.code == "take_back_overtaken"
    assert stored_in.state() == before


def test_a_later_change_of_other_columns_of_a_derived_row_does_no_harm(mixed_town, open_desk):
    desk = open_desk(mixed_town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(stop=True)
    rows = mixed_town.read("component", [], {"code": "99010100100101000000"})
    with mixed_town.transaction("李工", "later") as transaction:
        transaction.set_column("component", "note", rows.fid, ["新井盖"])
    take_back_last(mixed_town, "王工")
    component = rows_of(mixed_town, "component")["99010100100101000000"]
    assert (component["note"], component["unit_grid"]) == ("新井盖", code(1))


def test_a_locked_workspace_is_told(mixed_town, open_desk, stored_in):
    desk = open_desk(mixed_town)
    desk.merge(1, 2)
    assert desk.save(stop=True)
    with stored_in.writer(), pytest.raises(WorkspaceError) as caught:
        take_back_last(mixed_town, "王工")
    assert caught.value.code == "workspace_locked"
    take_back_last(mixed_town, "王工")
