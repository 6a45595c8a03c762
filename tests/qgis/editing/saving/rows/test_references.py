"""What a form refers to and a colleague removes: whoever is first, no row is left that names what is no more."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.buffer import AddedRow, PendingEdits
from gridmgmt_plugin.editing.saving.rows import row_save
from gridmgmt_plugin.editing.saving.rows.row_save import save_rows
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.jobs.people import staff_board
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, code, in_both, make_town, refused


@pytest.fixture
def database_town(database_location, qgis_app):
    return make_town(database_location)


@in_both
def test_a_post_is_not_given_to_who_was_deleted_while_its_form_was_open(town, open_desk):
    people, posts = open_desk(town, "person"), open_desk(town, "post")
    people.add(id="人1", name="示例甲")
    assert people.save(stop=False), people.refusals
    posts.add(id="岗1", target="area", target_code=AREAS[0], role="inspector", person_id="人1")
    people.layer.deleteFeature(next(people.layer.getFeatures()).id())
    assert people.save(), people.refusals
    assert not posts.save()
    (refusal,) = posts.refusals
    assert refusal.code == "save_reference_gone"
    assert posts.layer.editBuffer().addedFeatures()
    assert "人1" in refusal.message.text("zh")
    assert "王工" in refusal.message.text("zh")
    assert "Persons" in refusal.message.text("en")


@in_both
@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "another code"])
def test_a_post_is_not_given_to_a_grid_that_is_no_more(town, open_desk, is_deleted):
    grids, posts = open_desk(town, "responsibility_grid"), open_desk(town, "post")
    grids.add(code=f"{AREAS[0]}077", scheme="cg", name="空格")
    assert grids.save(stop=False), grids.refusals
    posts.add(id="岗1", target="responsibility_grid", target_code=f"{AREAS[0]}077", scheme="cg", role="inspector")
    if is_deleted:
        grids.layer.deleteFeature(grids.feature(f"{AREAS[0]}077").id())
    else:
        grids.set(f"{AREAS[0]}077", code=f"{AREAS[0]}078")
    assert grids.save(), grids.refusals
    assert not posts.save()
    assert posts.refusals[-1].code == "save_reference_gone"


@in_both
def test_what_was_deleted_and_made_again_may_be_referred_to(town, open_desk):
    people, posts = open_desk(town, "person"), open_desk(town, "post")
    people.add(id="人1", name="示例甲")
    assert people.save(stop=False), people.refusals
    people.layer.deleteFeature(next(people.layer.getFeatures()).id())
    assert people.save(stop=False), people.refusals
    people.add(id="人1", name="示例甲")
    assert people.save(), people.refusals
    posts.add(id="岗1", target="area", target_code=AREAS[0], role="inspector", person_id="人1")
    assert posts.save(), posts.refusals


def _refused_beside(database_town, open_desk, module, step, save):
    """Delete a person while a colleague's save stands still before a ``step`` of a module; return why it is refused
    then, and why once the colleague is done.
    """
    people = open_desk(database_town, "person")
    people.add(id="人1", name="示例甲")
    assert people.save(stop=False), people.refusals
    people.layer.deleteFeature(next(people.layer.getFeatures()).id())
    entered, go_on, whole = threading.Event(), threading.Event(), getattr(module, step)

    def held_up(*given):
        entered.set()
        assert go_on.wait(30)
        return whole(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, step, held_up)
        saving = threading.Thread(target=save, args=(Workspace.open(database_town.location),))
        saving.start()
        assert entered.wait(30)
        assert not people.save()
        go_on.set()
        saving.join(30)
    assert not people.save()
    return [refusal.code for refusal in people.refusals]


def test_nobody_is_deleted_while_a_colleague_gives_him_a_post(database_town, open_desk):
    row = AddedRow(-1, {"id": "岗1", "target": "area", "target_code": AREAS[0], "person_id": "人1"}, None)
    pending, versions = PendingEdits({}, {}, (), (row,)), ReadVersions(database_town, "post")
    refusals = _refused_beside(
        database_town,
        open_desk,
        row_save,
        "log_edited_rows",
        lambda workspace: row_save.save_rows(workspace, "post", pending, versions, "李工"),
    )
    assert refusals == ["workspace_table_held", "save_row_in_use"]


def test_nobody_is_deleted_while_a_colleague_puts_him_on_a_place(database_town, open_desk):
    new = staff_board.NewPost("人1", "area", AREAS[0])
    refusals = _refused_beside(
        database_town,
        open_desk,
        staff_board,
        "write_rows",
        lambda workspace: staff_board.assign_person(workspace, new, "李工"),
    )
    assert refusals == ["workspace_table_held", "save_row_in_use"]


@in_both
def test_a_unit_grid_is_not_given_to_an_office_that_is_no_more(town, open_desk):
    offices, cells = open_desk(town, "department"), open_desk(town)
    offices.add(code="D1", name="示例局")
    assert offices.save(stop=False), offices.refusals
    cells.set(code(1), responsible_code="D1")
    offices.layer.deleteFeature(offices.feature("D1").id())
    assert offices.save(), offices.refusals
    refusal = refused(cells)
    assert refusal.code == "save_reference_gone"
    assert "D1" in refusal.message.text("zh")


@pytest.mark.parametrize(
    ("table", "first", "last"),
    [
        ("lane", "component", "code_register"),
        ("responsibility_grid", "unit_grid", "responsibility_grid"),
    ],
)
def test_a_save_waits_for_what_follows_it_before_it_keeps_others_off(
    database_town, postgis, monkeypatch, table, first, last
):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, lock_s=20.0, queue_s=20.0))
    with database_town.transaction("王工", "test") as transaction:
        columns = {"code": as_column([f"{AREAS[0]}077"]), "name": as_column(["示例"])}
        columns.update({"scheme": as_column(["cg"])} if table == "responsibility_grid" else {})
        (fid,) = transaction.insert(table, Rows(columns)).tolist()
    pending = PendingEdits({}, {}, (fid,), ()) if last == table else PendingEdits({fid: {"name": "改"}}, {}, (), ())
    workspace, schema = Workspace.open(database_town.location), database_town.location.schema
    versions = ReadVersions(workspace, table)
    versions.read()
    saving = threading.Thread(target=save_rows, args=(workspace, table, pending, versions, "李工"))
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    with closing(postgis.connect()) as job, job.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {schema}.{first} IN SHARE ROW EXCLUSIVE MODE")
        saving.start()
        while saving.is_alive() and not postgis.run(waits, (f"{schema}.{first}",)):
            saving.join(0.01)
        assert saving.is_alive()
        cursor.execute(f"LOCK TABLE {schema}.{last} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
    saving.join(30)
    assert not database_town.count(table, {"fid": fid, "name": "示例"})
