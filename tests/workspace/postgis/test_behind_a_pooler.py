"""A workspace behind PgBouncer in transaction mode, with the settings of the administrator's page."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.patience import GivenUpError
from gridmgmt_plugin.workspace.postgis import connection as postgis_connection
from gridmgmt_plugin.workspace.postgis import listening
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work
from gridmgmt_plugin.workspace.postgis.looking import watch
from gridmgmt_plugin.workspace.postgis.upgrade_notices import NoticeWatch, UpgradeNoticeGiven
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.pooler import pooler_before
from tests.postgis_cluster import DATABASE
from tests.workspace.conftest import EPSG_FRAME, made

PASSWORD = "s3cret-密码"
ENDED_S = 30
STRANGERS = ({"user": "nobody"}, {"database": "nowhere"})


@pytest.fixture(scope="module")
def pooler(postgis):
    with pooler_before(postgis) as started:
        yield started


@pytest.fixture
def place(pooler, postgis, database_location):
    """Return a workspace's place behind the pooler, as a planner with a password reaches it."""
    schema = database_location.schema
    made(database_location, EPSG_FRAME)
    set_rights(postgis, schema)
    with logins(postgis, schema):
        login = login_of(schema, "planner")
        postgis.run(f"ALTER ROLE {login} PASSWORD %s", (PASSWORD,))
        postgis.run(f"GRANT locked TO {login}")
        yield replace(pooler.before(database_location), user=login, password=PASSWORD)


@pytest.fixture
def workspace(place):
    return Workspace.open(place)


@pytest.fixture
def gives_up():
    """Draw the window in this thread, with a planner who does not want to wait for longer than a moment."""
    patience.this_thread_draws_the_window(_Impatient())
    yield
    patience.no_thread_draws_a_window()


class _Impatient:
    """See :class:`gridmgmt_plugin.workspace.patience.Waiting`."""

    def __call__(self, deed, give_up, *, is_long=False):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(_outcome(deed)))
        thread.start()
        thread.join(1.0)
        if not answers:
            give_up()
            thread.join()
            raise GivenUpError
        (outcome,) = answers
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def is_on(self):
        return False


def _outcome(deed):
    try:
        return deed()
    except Exception as error:
        return error


def _refusal(block) -> GridError:
    with pytest.raises(GridError) as caught:
        block()
    return caught.value


def test_the_change_log_has_the_login_of_the_planner(place, postgis):
    with Workspace.open(place).transaction("王工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
        transaction.log("department", "1", None, None)
    assert postgis.run(f"SELECT changed_by FROM {place.schema}.change_log") == [(f"王工 ({place.user})",)]


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"user": "nobody"}, {"database": "nowhere"}], ids=str)
def test_a_login_that_does_not_fit_is_told(place, change):
    """A pooler that asks for passwords does not say what of a login is wrong."""
    assert _refusal(lambda: Workspace.open(replace(place, **change))).code == "postgres_password_wrong"


def test_a_password_that_has_expired_opens_nothing(place, postgis):
    postgis.run(f"ALTER ROLE {place.user} VALID UNTIL '2020-01-01'")
    assert _refusal(lambda: Workspace.open(place)).code == "postgres_password_wrong"


def test_who_holds_a_part_is_named_and_others_save_beside(workspace):
    def hold(part):
        with workspace.transaction("李工", "test") as waiting:
            waiting.hold_parts({part}, ("unit_grid",))

    with workspace.transaction("王工", "test") as holder:
        holder.hold_parts({"990101001001"}, ("unit_grid",))
        hold("990101001002")
        refusal = _refusal(lambda: hold("990101001001"))
    assert refusal.code == "workspace_part_held"
    assert "王工" in refusal.text("zh")
    hold("990101001001")


def test_a_job_is_named_as_long_as_it_runs_and_its_pause_keeps_others_off(workspace):
    def write():
        with workspace.transaction("李工", "test") as transaction:
            transaction.set_info("note", "x")

    refused = []
    with workspace.announced("王工", "buildresponsibilitygrids", with_pause=True):
        workspace.count("unit_grid")  # goes over other connections of the pooler
        with connected(workspace.location) as asking:
            assert [job.who for job in jobs_at_work(asking, workspace.location)] == ["王工"]
        other = threading.Thread(target=lambda: refused.append(_refusal(write)))
        other.start()
        other.join()
    assert refused[0].code == "workspace_paused"
    with connected(workspace.location) as asking:
        assert jobs_at_work(asking, workspace.location) == ()
    write()


def test_what_a_colleague_saves_is_heard_of_a_little_later(workspace, monkeypatch):
    monkeypatch.setattr(watch, "LOOK_S", 0.1)
    with closing(listening.opened_ear(workspace.location)) as ear:
        ear.heard()
        with workspace.transaction("李工", "test") as transaction:
            transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
        end, heard = time.monotonic() + ENDED_S, []
        while not heard and time.monotonic() < end:
            heard = [set(news.rows) for news in ear.heard()]
    assert heard == [{"department"}]


def test_what_nobody_waits_for_is_stopped_on_the_server(place, postgis, gives_up):
    def wait():
        with connected(place) as connection:
            run(connection, "SELECT pg_sleep(600)")

    assert _refusal(wait).code == "postgres_wait_given_up"
    end = time.monotonic() + ENDED_S
    while _sleepers(postgis) and time.monotonic() < end:
        time.sleep(0.05)
    assert _sleepers(postgis) == []


def test_who_gives_up_too_late_stops_nobody_who_has_the_same_process_by_now(place, postgis):
    with connected(place) as first:
        ended = first.running
    with connected(place) as second:
        assert second.running[0] == ended[0], "the pooler gave it out again"
        postgis_connection._stop(first, ended)
        assert run(second, "SELECT 1") == [(1,)]


def test_planners_and_reads_beside_one_another_share_few_connections_of_the_server(postgis, database_location):
    made(database_location, EPSG_FRAME)
    failed = []
    with pooler_before(postgis, auth_type="trust", default_pool_size="3") as narrow:
        workspace = Workspace.open(narrow.before(database_location))

        def work(number):
            try:
                for turn in range(5):
                    with workspace.transaction(f"人{number}", "test") as transaction:
                        row = {"code": f"{number}-{turn}", "name": "队"}
                        transaction.insert("department", Rows.from_records([row]))
                    workspace.read("unit_grid")
            except WorkspaceError as error:
                failed.append(error)

        planners = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for planner in planners:
            planner.start()
        for planner in planners:
            planner.join()
        assert failed == []
        assert workspace.count("department") == 40
        assert narrow.servers() <= 3


def test_who_finds_no_free_connection_is_told_that_it_was_lost(postgis, database_location):
    made(database_location, EPSG_FRAME)
    settings = {"auth_type": "trust", "default_pool_size": "1", "query_wait_timeout": "1"}
    with pooler_before(postgis, **settings) as narrow:
        place = narrow.before(database_location)
        with connected(place):
            refusal = _refusal(lambda: Workspace.open(place))
        assert refusal.code == "postgres_connection_lost"
        assert Workspace.open(place).count("unit_grid") == 4


def test_a_pooler_that_asks_for_no_passwords_says_what_is_missing(postgis):
    with pooler_before(postgis, auth_type="trust") as trusting:
        behind = trusting.before(postgis.location())
        refusals = [_refusal(lambda to=to: Workspace.open(replace(behind, **to))) for to in STRANGERS]
    assert [refusal.code for refusal in refusals] == ["postgres_password_wrong", "postgres_database_missing"]


def _sleepers(postgis) -> list[tuple]:
    return postgis.run(
        "SELECT pid FROM pg_stat_activity WHERE datname = %s AND state = 'active' AND query LIKE '%%pg_sleep(600)%%'"
        " AND pid <> pg_backend_pid()",
        (DATABASE,),
    )


def test_a_notice_of_an_upgrade_is_seen_and_answered_and_leaves_no_name_behind(workspace, place, postgis):
    given = UpgradeNoticeGiven(place, "王工", 120)
    watch = NoticeWatch(place, "08:30")
    assert watch.look("李工", has_edits=True).notice.who == "王工"
    assert [(one.who, one.has_edits) for one in given.answers().people] == [("李工", True)]
    watch.close()
    assert given.answers().people == ()
    given.close()
    named = "SELECT application_name FROM pg_stat_activity WHERE application_name ~ '^grid(upgrade|open) '"
    assert postgis.run(named) == []
    assert watch.look("李工", has_edits=True).notice is None
