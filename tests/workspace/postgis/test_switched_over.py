"""A standby takes over from a server that is gone: it can be looked at before, and written to once it is promoted."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.listening import opened_ear
from gridmgmt_plugin.workspace.postgis.looking import watch
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.postgis_cluster import server_or_skip
from tests.server_troubles import assert_right
from tests.workspace.conftest import LOCAL_FRAME, made


@pytest.fixture
def servers():
    """Return a server and one that copies it."""
    main = server_or_skip()
    main.run("ALTER DATABASE grids SET synchronous_commit = on")
    other = main.standby()
    yield main, other
    idle_connections.close_all()
    for server in (main, other):
        server.stop()


def note(workspace: Workspace, text: str) -> None:
    with workspace.transaction("王工", "test") as transaction:
        transaction.set_info("note", text)
        transaction.log("workspace_info", "note", None, None)


def has_copied(main, other) -> bool:
    return main.run("SELECT pg_current_wal_lsn()") == other.run("SELECT pg_last_wal_replay_lsn()")


@pytest.mark.proof
def test_the_same_save_succeeds_on_the_server_that_took_over(servers):
    main, other = servers
    location = main.location()
    made(location, LOCAL_FRAME)
    with NetworkProxy(main.port) as address:
        workspace = Workspace.open(replace(location, port=address.port))
        note(workspace, "甲")
        wait_until(lambda: has_copied(main, other))
        main.pause(crashes=True)
        address.lead_to(other.port)
        assert Workspace.open(workspace.location).count("unit_grid") == 4
        with pytest.raises(WorkspaceError) as caught:
            note(workspace, "乙")
        assert caught.value.code == "postgres_standby"
        assert_right(caught.value.message)
        other.run("SELECT pg_promote()")
        note(workspace, "乙")
        assert workspace.count("change_log") == 2
        idle_connections.close_all()


@pytest.mark.daily(1)
def test_who_looks_at_a_standby_sees_what_is_saved_on_the_main_server(servers, monkeypatch):
    """It refuses to listen, lets nothing be told, and counts nothing of what it copies."""
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    main, other = servers
    workspace = made(main.location(), LOCAL_FRAME)
    wait_until(lambda: has_copied(main, other))
    with closing(opened_ear(replace(workspace.location, port=other.port))) as ear:
        assert list(ear.heard()) == [], "nothing is new yet"
        ear.say(News("who_edits"))
        with workspace.transaction("王工", "edit") as transaction:
            transaction.set_column("unit_grid", "note", np.array([1]), ["x"])
            transaction.log("unit_grid", "990101001001001", None, None)
        assert next_heard(ear) == [{"unit_grid", "change_log"}]
        with workspace.transaction("王工", "import") as transaction:
            transaction.log("post", None, None, "{}")
        assert next_heard(ear) == [set(tables())]
        assert list(ear.heard()) == []


def wait_until(condition) -> None:
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def next_heard(ear) -> list[set[str]]:
    heard: list[set[str]] = []

    def is_heard() -> bool:
        heard.extend(set(news.rows) for news in ear.heard())
        return bool(heard)

    wait_until(is_heard)
    return heard
