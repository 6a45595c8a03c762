"""What befalls a database: told in one sentence of its own, nothing half written, and done once the cause is gone."""

from __future__ import annotations

import time

import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import server_or_skip
from tests.server_troubles import LIMITS, TROUBLES, Office, assert_right, limited
from tests.workspace.conftest import LOCAL_FRAME, made


@pytest.fixture
def office(postgis, monkeypatch):
    office = Office(postgis)
    office.drop()
    office.prepare()
    made(office.owner, LOCAL_FRAME)
    office.grant()
    monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=1.0, statement_s=1.0))
    yield office
    office.drop()


def save(workspace: Workspace) -> None:
    with workspace.transaction("王工", "test") as transaction:
        transaction.set_info("note", "甲")
        transaction.log("unit_grid", None, None, None)


def stored(office: Office) -> tuple:
    return office.inside("SELECT count(*), (SELECT count(*) FROM {schema}.unit_grid) FROM {schema}.change_log")[0]


def told(deed) -> str:
    """Return what is told, "" when nothing is; no sentence has the password, the Chinese one has no foreign word."""
    try:
        deed()
    except GridError as error:
        assert_right(error.message)
        return error.code
    return ""


@pytest.mark.daily(4)
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_it_is_told_at_the_opening_and_at_a_save_and_over_with_its_cause(office, trouble):
    workspace = Workspace.open(office.planner)
    save(workspace) if trouble.code != "workspace_disk_full" else workspace.count("unit_grid")
    before = stored(office)
    with trouble.on(office):
        assert told(lambda: save(workspace)) == trouble.code
        assert told(workspace.probe) in ("", trouble.code)
        assert told(lambda: Workspace.open(office.planner).count("unit_grid")) == trouble.at_opening
    assert stored(office) == before
    save(workspace)
    assert stored(office) == (before[0] + 1, before[1])
    assert Workspace.open(office.planner).count("unit_grid") == 4


@pytest.mark.daily(1)
@pytest.mark.parametrize("limit", LIMITS)
def test_what_an_administrator_limits_for_everybody_breaks_no_save_off(office, limit):
    workspace = Workspace.open(office.planner)
    with limited(office, limit):
        save(workspace)
        time.sleep(0.4)
        save(workspace)
    assert stored(office)[0] == 2


def test_who_may_only_read_for_now_is_told_when_he_begins_to_edit(office):
    workspace = Workspace.open(office.planner)
    (trouble,) = (one for one in TROUBLES if one.code == "postgres_read_only")
    with trouble.on(office):
        assert told(workspace.probe) == trouble.code
    workspace.probe()


@pytest.mark.proof
def test_a_server_that_is_not_done_with_starting_is_told_and_answers_later():
    cluster = server_or_skip()
    try:
        workspace = made(cluster.location(), LOCAL_FRAME)
        with cluster.as_starting():
            assert told(lambda: save(workspace)) == "postgres_not_accepting"
            assert told(lambda: Workspace.open(workspace.location)) == "postgres_not_accepting"
        save(workspace)
        assert workspace.count("change_log") == 1
    finally:
        idle_connections.close_all()
        cluster.stop()
