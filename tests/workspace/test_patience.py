"""How long a planner waits: for a lock, for a slow statement, for a network that is gone."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.patience import Patience
from gridmgmt_plugin.workspace.postgis import answer_watch, idle_connections
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.workspace.conftest import EPSG_FRAME, made

# Much longer than anything here takes, much shorter than a thread that waits for ever.
GIVEN_UP_S = 60


@pytest.fixture
def window():
    """Have this thread draw the window for the length of the test."""
    patience.this_thread_draws_the_window()
    yield
    patience.no_thread_draws_a_window()


@pytest.fixture
def in_a_hurry(monkeypatch, window):
    """Draw the window, and wait half a second for a statement."""
    monkeypatch.setattr(patience, "WINDOW", Patience(lock_s=0.2, statement_s=0.5))


@pytest.fixture
def network(postgis):
    """Return a network between us and the server."""
    with NetworkProxy(postgis.port) as between:
        yield between
    idle_connections.close_all()


@pytest.fixture
def far(network, database_location):
    """Return a workspace on the far side of the network, and the same one seen from beside the server."""
    near = made(database_location, EPSG_FRAME)
    return Workspace.open(replace(database_location, port=network.port)), near


class TestWho:
    def test_the_thread_that_draws_the_window_waits_least(self, window):
        behind = []
        thread = threading.Thread(target=lambda: behind.append(patience.patience()))
        thread.start()
        thread.join()
        assert patience.patience() == patience.WINDOW
        assert behind == [patience.BEHIND]
        assert patience.WINDOW.statement_s <= 10
        assert patience.NETWORK_S <= 10

    def test_without_a_window_every_thread_has_time(self, window):
        patience.no_thread_draws_a_window()
        assert patience.patience() == patience.BEHIND


class TestLock:
    def test_behind_the_window_a_lock_that_is_let_go_in_time_does_no_harm(self, tmp_path, monkeypatch):
        monkeypatch.setattr(patience, "BEHIND", Patience(lock_s=30, statement_s=60))
        workspace = made(tmp_path / "库.gpkg", EPSG_FRAME)
        with closing(sqlite3.connect(workspace.path, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            threading.Timer(0.5, lambda: other.execute("ROLLBACK")).start()
            with workspace.transaction("我", "save") as transaction:
                transaction.set_info("note", "写入")

    def test_in_the_window_it_is_told(self, tmp_path, monkeypatch, window):
        monkeypatch.setattr(patience, "BEHIND", Patience(lock_s=GIVEN_UP_S * 2, statement_s=60))
        workspace = made(tmp_path / "库.gpkg", EPSG_FRAME)
        begun = time.monotonic()
        with closing(sqlite3.connect(workspace.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(WorkspaceError) as caught:
                workspace.probe()
        assert caught.value.code == "workspace_locked"
        assert time.monotonic() - begun < GIVEN_UP_S


class TestServer:
    def test_a_statement_that_takes_too_long_is_given_up_and_told(self, database_location, in_a_hurry):
        made(database_location, EPSG_FRAME)
        with pytest.raises(WorkspaceError) as caught, connected(database_location) as connection:
            run(connection, "SELECT pg_sleep(%s)", (GIVEN_UP_S * 2,))
        assert caught.value.code == "postgres_too_slow"
        assert "没有写入" in caught.value.text("zh")

    def test_a_job_behind_the_window_may_ask_for_longer(self, database_location, in_a_hurry):
        made(database_location, EPSG_FRAME)
        answers = []

        def ask():
            with connected(database_location) as connection:
                answers.append(run(connection, "SELECT 1 FROM pg_sleep(1)"))

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert answers == [[(1,)]]


class TestNetwork:
    def test_a_slow_network_only_takes_longer(self, far, network, window):
        network.delay_s = 0.02
        workspace, near = far
        with workspace.transaction("我", "save") as transaction:
            transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
        assert near.count("department") == 1

    @pytest.mark.daily(1)
    @pytest.mark.parametrize("gone", ["swallow", "break_off"])
    def test_a_read_over_a_network_that_is_gone_is_given_up(self, far, network, in_a_hurry, gone):
        workspace, _ = far
        begun = time.monotonic()
        with workspace.reading() as read:
            read.count("unit_grid")
            getattr(network, gone)()
            with pytest.raises(GridError) as caught:
                read.read("unit_grid")
        assert caught.value.code in ("postgres_connection_lost", "postgres_unreachable")
        assert time.monotonic() - begun < GIVEN_UP_S

    @pytest.mark.daily(1)
    @pytest.mark.parametrize("gone", ["swallow", "break_off"])
    def test_a_save_over_a_network_that_is_gone_is_given_up_and_nothing_is_written(
        self, far, network, in_a_hurry, gone
    ):
        workspace, near = far
        begun = time.monotonic()

        def save():
            with workspace.transaction("我", "save") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
                getattr(network, gone)()
                transaction.insert("department", Rows.from_records([{"code": "2", "name": "二队"}]))

        with pytest.raises(WorkspaceError) as caught:
            save()
        assert caught.value.code == "postgres_connection_lost"
        assert time.monotonic() - begun < GIVEN_UP_S
        assert near.count("department") == 0

    def test_the_watch_ends_when_nobody_waits(self, far, monkeypatch):
        monkeypatch.setattr(answer_watch, "_LOOK_S", 0.01)
        workspace, _ = far
        workspace.count("unit_grid")
        watchers = list(answer_watch._WATCHERS)
        for watcher in watchers:
            watcher.join(GIVEN_UP_S)
            assert not watcher.is_alive()
        assert workspace.count("unit_grid") == 4, "and begins anew with the next question"
