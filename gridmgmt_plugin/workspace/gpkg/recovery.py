"""Opening a file for reading after a crash: what was left half written is taken back first.

A program that was killed while it wrote leaves a journal beside the file. SQLite takes the half change back at the
next opening, but only at one that may write; read-only it refuses, and the file alone, without its journal, holds
half a change. So whoever only wants to read opens it once for writing and lets SQLite do its work.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import sqlite_uri
from gridmgmt_plugin.workspace.patience import patience

_WRITE_AHEAD = "-wal"
_JOURNALS = ("-journal", _WRITE_AHEAD)
_RECOVERED: list[Path] = []


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads, without a transaction; a hot journal is rolled back before.

    :raises WorkspaceError: ``workspace_missing``; ``workspace_half_written`` when a crash left half a change and the
        file or its folder may not be written from here.
    :raises sqlite3.DatabaseError: for any other reason why the file cannot be read.
    """
    if not path.is_file():
        raise WorkspaceError("workspace_missing", path=str(path))
    is_at_rest = not _has_journal(path)
    try:
        return _leaving_nothing(path, _opened(path, "ro"), is_at_rest=is_at_rest)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise
        if not _has_journal(path):
            if not _is_write_ahead(path):
                raise
            # Such a file wants to make two files beside itself, and its folder lets nobody; all that was written
            # stands in the file, and whoever could write it could not write these either.
            return _opened(path, "ro&immutable=1")
        _recover(path, error)
    return _opened(path, "ro")


def _leaving_nothing(path: Path, reading: sqlite3.Connection, *, is_at_rest: bool) -> sqlite3.Connection:
    """Return a connection that reads and takes away what it laid beside the file.

    With a write-ahead log SQLite makes two files for whoever opens it, and removes them with the last one who closes
    it, if he may write. So such a file, where nothing waits to be written into it, is read by one who might and does
    not: SQLite itself knows whether somebody else has it open. Nothing is read here by any other way than SQLite's.

    :param is_at_rest: no log held anything before it was opened.
    """
    if not is_at_rest or not path.with_name(path.name + _WRITE_AHEAD).exists():
        return reading
    try:
        careful = _opened(path, "rw")
        careful.execute("PRAGMA query_only = ON")
    except sqlite3.OperationalError:  # somebody writes, or only reading is let: then they stay as they would have
        return reading
    reading.close()
    return careful


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Return a connection that may write, without a transaction.

    :raises WorkspaceError: ``workspace_missing``; ``workspace_read_only`` for a file with a write-ahead log in a
        folder in which nobody may write; :raises sqlite3.DatabaseError: why the file cannot be opened.
    """
    if not path.is_file():
        raise WorkspaceError("workspace_missing", path=str(path))
    hot = _has_journal(path)
    try:
        connection = _opened(path, "rw")
    except sqlite3.OperationalError as error:
        if "unable to open" in str(error) and not hot and _is_write_ahead(path):
            raise WorkspaceError("workspace_read_only", path=str(path)) from error
        raise
    if hot and not _has_journal(path):
        _RECOVERED.append(path)
    return connection


def recovered_files() -> list[Path]:
    """Return the files that were recovered since this was last asked: somebody should tell the planner."""
    found = list(_RECOVERED)
    _RECOVERED.clear()
    return found


def _recover(path: Path, reason: sqlite3.OperationalError) -> None:
    try:
        with closing(_opened(path, "rw")):
            _RECOVERED.append(path)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise
        raise WorkspaceError("workspace_half_written", path=str(path), reason=str(reason)) from error


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(sqlite_uri(path, mode), uri=True, timeout=patience().lock_s, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _is_write_ahead(path: Path) -> bool:
    """Tell whether a file is kept with a write-ahead log (bytes 18 and 19 of SQLite's file format)."""
    with path.open("rb") as stream:
        return stream.read(20)[18:] == b"\x02\x02"


def _has_journal(path: Path) -> bool:
    for end in _JOURNALS:
        journal = path.with_name(path.name + end)
        if journal.exists() and journal.stat().st_size > 0:
            return True
    return False
