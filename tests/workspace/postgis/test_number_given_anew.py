"""A server that crashes gives the number of a change that it lost to the next one: none is called saved by it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.postgis import commit, idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import server_or_skip
from tests.workspace.conftest import LOCAL_FRAME, made

_TRIES = 5


@pytest.fixture
def cluster():
    """Return a server that may crash: the other tests have one of their own."""
    cluster = server_or_skip()
    # What was confirmed stays confirmed when the server crashes; the tests' own server does without.
    cluster.run("ALTER DATABASE grids SET synchronous_commit = on")
    yield cluster
    idle_connections.close_all()
    cluster.stop()


def save(workspace: Workspace, author: str) -> None:
    with workspace.transaction(author, "test") as transaction:
        transaction.log("unit_grid", author, None, None)


@pytest.mark.proof
@pytest.mark.parametrize("who_is_next", ["李工", ""])
def test_a_change_that_a_crash_took_is_called_lost_though_another_has_its_number(cluster, monkeypatch, who_is_next):
    workspace, real, given = made(cluster.location(), LOCAL_FRAME), commit.run, []

    def crash(connection, sql, values=()):
        if not sql.endswith("COMMIT"):
            return real(connection, sql, values)
        monkeypatch.setattr(commit, "run", real)
        ((number,),) = real(connection, "SELECT txid_current()")
        cluster.pause(crashes=True)
        cluster.start_again()
        idle_connections.close_all()
        now = "SELECT txid_snapshot_xmax(txid_current_snapshot())"
        while cluster.run(now)[0][0] < number:
            cluster.run("SELECT txid_current()")
        given.append(cluster.run(now)[0][0] == number)
        if who_is_next:
            save(Workspace.open(workspace.location), who_is_next)
        return real(connection, sql, values)

    for _ in range(_TRIES):  # the server may have stored of it by then that there was such a number
        monkeypatch.setattr(commit, "run", crash)
        with pytest.raises(WorkspaceError) as caught:
            save(workspace, "王工")
        assert caught.value.code == "postgres_connection_lost"
        assert "王工" not in workspace.read("change_log", ["changed_by"], geometry=False)["changed_by"].tolist()
        if given[-1]:
            break
    assert given[-1], "the number was given to another one"
