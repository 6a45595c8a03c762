"""Workspaces of an older schema version are brought up to date in one transaction, with a copy kept."""

from __future__ import annotations

import sqlite3

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.migrations import MIGRATIONS, migrate
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace

FUTURE = SCHEMA_VERSION + 1


def _add_column(connection):
    connection.execute("ALTER TABLE unit_grid ADD COLUMN slope REAL")


def _fail(connection):
    _add_column(connection)
    raise RuntimeError


def _columns(path):
    connection = sqlite3.connect(path)
    names = [row[1] for row in connection.execute("PRAGMA table_info(unit_grid)")]
    version = connection.execute("SELECT value FROM workspace_info WHERE key = 'schema_version'").fetchone()[0]
    connection.close()
    return names, int(version)


def test_there_is_a_step_for_every_older_version():
    assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))


def test_a_current_workspace_is_left_alone(workspace):
    assert migrate(workspace.path) is None


def test_an_old_workspace_is_migrated_and_a_copy_of_the_old_state_kept(workspace):
    backup = migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert "slope" in _columns(workspace.path)[0]
    assert _columns(workspace.path)[1] == FUTURE
    assert "slope" not in _columns(backup)[0]
    assert Workspace.open(backup).count("unit_grid") == 4


def test_a_failing_step_leaves_the_old_state(workspace):
    with pytest.raises(RuntimeError):
        migrate(workspace.path, {SCHEMA_VERSION: _fail}, FUTURE)
    names, version = _columns(workspace.path)
    assert "slope" not in names
    assert version == SCHEMA_VERSION


def test_an_old_workspace_is_not_opened_before_it_is_migrated(workspace):
    with workspace.transaction("", "test") as transaction:
        transaction.set_info("schema_version", "0")
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(workspace.path)
    assert caught.value.code == "workspace_too_old"
