"""A connection pooler may give each transaction another connection: nothing that counts stays behind in a session."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made

# What is set when a connection begins, or is the same in all of ours; a pooler passes these on.
KNOWN = {"application_name", "client_encoding", "DateStyle", "TimeZone"}
LEFT = {
    "settings": "SELECT name FROM pg_settings WHERE source = 'session'",
    "locks": "SELECT locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'",
    "statements": "SELECT name FROM pg_prepared_statements",
    "cursors": "SELECT name FROM pg_cursors WHERE is_holdable",
    "channels": "SELECT pg_listening_channels()",
    "tables": "SELECT relname FROM pg_class WHERE relpersistence = 't'",
}


@pytest.fixture
def workspace(database_location):
    return made(database_location, EPSG_FRAME)


def test_reads_and_writes_leave_nothing_in_the_session(workspace, postgis):
    idle_connections.close_all()
    with connected(workspace.location) as connection:
        backend = connection.info.backend_pid
    opened = Workspace.open(workspace.location)
    opened.read_all(["unit_grid", "cases"])
    with opened.transaction("王示例", "test") as transaction:
        transaction.hold("unit_grid")
        transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
        transaction.add_column("unit_grid", "rg_zz", "text")
    with connected(workspace.location) as connection:
        assert connection.info.backend_pid == backend, "one connection served all of it"
        run(connection, "ROLLBACK")
        found = {what: {name for (name,) in run(connection, sql)} for what, sql in LEFT.items()}
    assert found.pop("settings") <= KNOWN
    assert found == {what: set() for what in LEFT if what != "settings"}
