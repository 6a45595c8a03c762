"""Bring a workspace of an older schema version up to date, one step at a time."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, replace_file, staging_path
from gridmgmt_plugin.workspace.changes.log_privacy import is_private
from gridmgmt_plugin.workspace.gpkg.connection import connect, one_transaction
from gridmgmt_plugin.workspace.gpkg.errors import translated_errors
from gridmgmt_plugin.workspace.gpkg.indexes import create_indexes
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION, tables

# By this whoever watches the file sees that it was written.
_NOTED = (
    "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = 'workspace_info'"
)
_STATE = (
    "SELECT table_name, last_change FROM gpkg_contents ORDER BY table_name",
    "SELECT key, value FROM workspace_info ORDER BY key",
)
_IS_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"


class SqlRunner(Protocol):
    """Runs SQL in the transaction of a migration; tables are found by their plain names."""

    def execute(self, sql: str) -> Any:
        """Run one statement."""

    def create_table(self, name: str) -> None:
        """Make a table of the schema, empty, as a new workspace has it: columns, key, spatial index, registered."""

    def add_column(self, table: str, column: str) -> None:
        """Give a table of the schema a column, as a new workspace has it; ``column``: its name and type."""

    def create_indexes(self) -> None:
        """Make the indexes of all tables that are not there yet, as a new workspace has them."""


class _FileRunner:
    """What a step runs with in a file."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def execute(self, sql: str) -> sqlite3.Cursor:
        return self._connection.execute(sql)

    def create_table(self, name: str) -> None:
        from gridmgmt_plugin.workspace.gpkg.create import add_table  # noqa: PLC0415  needs GDAL

        add_table(self._connection, self._path, name)

    def add_column(self, table: str, column: str) -> None:
        self.execute(f"ALTER TABLE {table} ADD COLUMN {column}")

    def create_indexes(self) -> None:
        there = {name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables():
            if table in there:
                create_indexes(self._connection, table)


#: Columns that a step adds, by the version that it begins with and by table.
ADDED_COLUMNS: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    # What a ledger is read and drawn by, and what became of its items.
    1: {
        "ledger": (
            "statuses TEXT",
            "done_statuses TEXT",
            "symbol TEXT",
            "colour TEXT",
            "fields TEXT",
            "imported_on DATE",
        ),
        "ledger_item": ("due_on DATE", "added_on DATE", "prior_status TEXT", "gone_on DATE"),
    },
    # By which words a case without coordinates was placed.
    2: {"cases": ("placed_by TEXT",)},
    # The life of a release: what was done with it, what its receiver answered row by row, which one it corrects.
    3: {
        "release": ("replaces TEXT",),
        "release_item": ("result TEXT", "reason TEXT"),
        "handover_log": ("act TEXT", "document_no TEXT"),
    },
    # By which words a component without coordinates was placed.
    4: {"component": ("placed_by TEXT",)},
}


def _adding(version: int) -> Migration:
    def add(runner: SqlRunner) -> None:
        for table, columns in ADDED_COLUMNS[version].items():
            for column in columns:
                runner.add_column(table, column)

    return add


def _add_life_of_releases(runner: SqlRunner) -> None:
    """Add its columns; the release of a hand-over that a killed program left open is frozen since there is a life."""
    _adding(3)(runner)
    under_way = "SELECT 1 FROM workspace_info WHERE key = 'handing_over_' || release.number"
    runner.execute(f"UPDATE release SET state = 'frozen' WHERE state = 'draft' AND EXISTS ({under_way})")  # noqa: S608


# Step n takes a workspace of version n to n + 1, inside a transaction that is opened around all steps. The same step
# serves files and databases, in SQL that SQLite and PostgreSQL understand alike.
Migration = Callable[[SqlRunner], None]
MIGRATIONS: Mapping[int, Migration] = {
    **{version: _adding(version) for version in ADDED_COLUMNS},
    3: _add_life_of_releases,
    # What is looked up row by row in large tables.
    5: lambda runner: runner.create_indexes(),
}


def stored_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of a file.

    :raises WorkspaceError: ``workspace_not_ours`` when the file is not a workspace of this plugin, or says no number.
    """
    row = None
    has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'workspace_info'").fetchone()
    if has_table:
        row = connection.execute("SELECT value FROM workspace_info WHERE key = 'schema_version'").fetchone()
    if row is None or not (str(row[0]).isascii() and str(row[0]).isdigit()):
        raise WorkspaceError("workspace_not_ours", path=str(path))
    return int(row[0])


def check_version(found: int, path: Path | str, current: int = SCHEMA_VERSION) -> None:
    """Refuse a workspace that must be migrated first, or that a newer program wrote.

    :raises WorkspaceError: ``workspace_too_old`` or ``workspace_too_new``.
    """
    if found > current:
        raise WorkspaceError("workspace_too_new", path=str(path), found=found, known=current)
    if found < current:
        raise WorkspaceError("workspace_too_old", path=str(path), found=found, known=current)


def refuse_other_version(found: int, path: Path | str) -> None:
    """Refuse to write to a workspace that was open here and has another version since.

    :raises WorkspaceError: ``workspace_upgraded``, ``workspace_too_old``.
    """
    if found > SCHEMA_VERSION:
        raise WorkspaceError("workspace_upgraded", path=str(path), found=found, known=SCHEMA_VERSION)
    check_version(found, path)


def migrate(
    path: Path, migrations: Mapping[int, Migration] = MIGRATIONS, current: int = SCHEMA_VERSION
) -> Path | None:
    """Migrate a workspace file in place; return the copy kept of the old state, ``None`` if nothing was to do.

    Nobody writes meanwhile, so the copy is what was upgraded. All steps run in one transaction: the file is at the
    old version or at ``current``, never between. Contacts, which no step changes, stay in the file and are not in the
    copy; whoever may read the file may read the copy, and nobody else.

    :raises WorkspaceError: ``upgrade_copy_exists``, ``workspace_locked`` when somebody is writing.
    """
    with closing(connect(path, writable=True)) as connection, one_transaction(connection, path):
        found = stored_version(connection, path)
        if found >= current:
            check_version(found, path, current)
            return None
        backup = path.with_name(f"{path.stem}.v{found}{path.suffix}")
        if backup.exists() and not _is_copy_of(connection, backup):
            raise WorkspaceError("upgrade_copy_exists", path=str(backup))
        unfinished = staging_path(backup)
        try:
            _copy_without_contacts(path, unfinished)
            runner = _FileRunner(connection, path)
            for version in range(found, current):
                migrations[version](runner)
            connection.execute("UPDATE workspace_info SET value = ? WHERE key = 'schema_version'", (str(current),))
            connection.execute(_NOTED)
            replace_file(unfinished, backup)
        except BaseException:
            clear_away(unfinished)
            raise
    return backup


def _is_copy_of(connection: sqlite3.Connection, copy: Path) -> bool:
    """Tell whether a file is the copy of an upgrade that was killed at its last moment, or was undone by the copy:
    every table was written last when its own was.
    """
    try:
        with closing(connect(copy, writable=False)) as other:
            return all(other.execute(state).fetchall() == connection.execute(state).fetchall() for state in _STATE)
    except (WorkspaceError, sqlite3.Error):  # it is something else
        return False


def _copy_without_contacts(path: Path, copy: Path) -> None:
    """Write a workspace file, with what stands in its write-ahead log, into a file of its own without contacts."""
    remove_file(copy)
    copy.touch(mode=0o600)
    kept = sqlite3.connect(copy, isolation_level=None)
    with translated_errors(copy), closing(kept) as target, closing(connect(path, writable=False)) as source:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute("PRAGMA secure_delete = ON")
        for table in tables():
            if is_private(table) and target.execute(_IS_THERE, (table,)).fetchone():
                target.execute(f"DELETE FROM {table}")  # noqa: S608  a table of the schema
    shutil.copymode(path, copy)
