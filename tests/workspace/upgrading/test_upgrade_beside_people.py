"""An upgrade of a schema that others have open: they are told, they answer, and nobody writes to what is newer."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.postgis import connection
from gridmgmt_plugin.workspace.postgis.migrations import migrate_schema
from gridmgmt_plugin.workspace.postgis.upgrade_notices import NoticeWatch, UpgradeNoticeGiven
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.upgrading.notice import OpenElsewhere, Seen
from tests.database_roles import ROLES, login_of, logins, set_rights
from tests.workspace.conftest import LOCAL_FRAME, made

FUTURE = SCHEMA_VERSION + 1
STEPS = {SCHEMA_VERSION: lambda runner: runner.execute("ALTER TABLE unit_grid ADD COLUMN slope REAL")}


@pytest.fixture
def workspace(database_location, postgis):
    yield made(database_location, LOCAL_FRAME)
    postgis.drop(f"{database_location.schema}_v{SCHEMA_VERSION}")


@pytest.fixture
def watch(workspace):
    watching = NoticeWatch(workspace.location, "08:30")
    yield watching
    watching.close()


def test_whoever_has_it_open_sees_the_notice_and_answers_as_long_as_it_stands(workspace, watch):
    assert watch.look("李工", has_edits=False) == Seen(None, SCHEMA_VERSION)
    given = UpgradeNoticeGiven(workspace.location, "王工", 120)
    assert given.answers().people == ()
    seen = watch.look("李工", has_edits=True)
    assert seen.notice.who == "王工"
    assert 110 < seen.notice.seconds_left < 121
    assert given.answers().people == (OpenElsewhere("李工", "08:30", has_edits=True),)
    assert not given.answers().all_saved
    watch.look("李工", has_edits=False)
    assert given.answers().people == (OpenElsewhere("李工", "08:30", has_edits=False),)
    assert given.answers().all_saved
    another = NoticeWatch(replace(workspace.location, schema="another"), "09:00")
    with pytest.raises(WorkspaceError):
        another.look("赵工", has_edits=False)
    watch.close()
    assert given.answers().people == ()
    given.close()
    assert watch.look("李工", has_edits=False).notice is None


def test_a_look_that_comes_to_its_end_after_its_window_is_closed_answers_nobody(workspace, watch):
    given = UpgradeNoticeGiven(workspace.location, "王工", 120)
    watch.close()
    assert watch.look("李工", has_edits=True).notice is not None
    assert given.answers().people == ()
    given.close()


def test_every_role_sees_the_notice_and_is_seen(workspace, postgis):
    schema = workspace.location.schema
    set_rights(postgis, schema)
    with logins(postgis, schema):
        given = UpgradeNoticeGiven(postgis.location(schema, user=login_of(schema, "owner")), "王工", 120)
        watches = {
            role: NoticeWatch(postgis.location(schema, user=login_of(schema, role)), "08:30") for role in ROLES
        }
        for role, watching in watches.items():
            assert watching.look(role, has_edits=True).notice.who == "王工"
        assert sorted(one.who for one in given.answers().people) == sorted(ROLES)
        for watching in watches.values():
            watching.close()
        given.close()


def test_who_has_given_no_name_is_called_by_his_login(workspace, watch, postgis):
    given = UpgradeNoticeGiven(workspace.location, "", 120)
    ((login,),) = postgis.run("SELECT session_user::text")
    assert watch.look("", has_edits=False).notice.who == login
    assert [one.who for one in given.answers().people] == [login]
    given.close()


def test_a_second_one_who_wants_to_upgrade_is_told_of_the_first(workspace):
    given = UpgradeNoticeGiven(workspace.location, "王工", 120)
    with pytest.raises(WorkspaceError) as refused:
        UpgradeNoticeGiven(workspace.location, "赵工", 120)
    assert refused.value.code == "upgrade_under_way"
    assert "王工" in refused.value.text("zh")
    given.close()
    UpgradeNoticeGiven(workspace.location, "赵工", 120).close()


def test_nothing_is_left_of_a_notice_or_an_answer_whose_program_died(workspace, watch, postgis):
    given = UpgradeNoticeGiven(workspace.location, "王工", 120)
    watch.look("李工", has_edits=True)
    for name, left in (("gridopen", lambda: given.answers().people), ("gridupgrade", lambda: _notice(workspace))):
        assert left()
        assert postgis.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^{name} '"
        )
        end = time.monotonic() + 10
        while left() and time.monotonic() < end:
            time.sleep(0.05)
        assert not left()
    given.close()
    with pytest.raises(WorkspaceError):
        UpgradeNoticeGiven(replace(workspace.location, port=1), "王工", 1)
    assert watch.look("李工", has_edits=True).notice is None


def _notice(workspace):
    other = NoticeWatch(workspace.location, "10:00")
    try:
        return other.look("", has_edits=False).notice
    finally:
        other.close()


def test_an_answer_stands_though_it_takes_longer_than_a_reader_may_think(workspace, watch, monkeypatch):
    monkeypatch.setattr(connection, "_READING_TIMEOUT_MS", 200)
    given = UpgradeNoticeGiven(workspace.location, "王工", 120)
    watch.look("李工", has_edits=True)
    time.sleep(0.6)
    assert len(given.answers().people) == 1
    given.close()


def test_who_saves_while_it_is_being_upgraded_is_told_by_whom_and_later_of_the_version(workspace):
    given = UpgradeNoticeGiven(workspace.location, "王工", 0)
    codes = []

    def step(runner):
        with pytest.raises(WorkspaceError) as told, workspace.transaction("李工", "save") as running:
            running.set_info("note", "不该写入")
        codes.append((told.value.code, "王工" in told.value.text("zh")))
        STEPS[SCHEMA_VERSION](runner)

    migrate_schema(workspace.location, {SCHEMA_VERSION: step}, FUTURE)
    given.close()
    with pytest.raises(WorkspaceError) as told, workspace.transaction("李工", "save") as running:
        running.set_info("note", "不该写入")
    codes.append((told.value.code, str(FUTURE) in told.value.text("zh")))
    assert codes == [("workspace_being_upgraded", True), ("workspace_upgraded", True)]


@pytest.mark.parametrize("how", ["writes", "reads", "lets a job run"])
def test_an_upgrade_that_somebody_holds_up_names_him_and_changes_nothing(workspace, postgis, how):
    before = postgis.dump(workspace.location)
    if how == "writes":
        with workspace.transaction("李工", "save") as transaction:
            transaction.set_info("note", "x")
            refused = _refused(workspace)
            transaction.clear("workspace_info", {"key": "note"})
        assert "李工" in refused.text("zh")
    elif how == "reads":
        with workspace.steady() as state:
            state.read("unit_grid")
            refused = _refused(workspace)
        assert "postgres" in refused.text("zh"), "by the login: a reader has no name"
    else:
        with workspace.announced("李工", "generateunitgrids"), workspace.transaction("李工", "x") as transaction:
            transaction.hold("unit_grid")
            refused = _refused(workspace)
        assert "李工（" in refused.text("zh")
    assert refused.code == "upgrade_held"
    assert postgis.dump(workspace.location) == before
    assert migrate_schema(workspace.location, STEPS, FUTURE) is not None


def _refused(workspace):
    with pytest.raises(WorkspaceError) as refused:
        migrate_schema(workspace.location, STEPS, FUTURE)
    return refused.value


def test_an_upgrade_waits_for_a_save_that_is_done_in_a_moment(workspace, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=20.0))
    saves = workspace.transaction("李工", "test")
    saves.__enter__()
    done = threading.Timer(0.5, saves.__exit__, (None, None, None))
    done.start()
    assert migrate_schema(workspace.location, STEPS, FUTURE) is not None
    done.join()
