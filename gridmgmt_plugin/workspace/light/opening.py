"""Read a workspace with plain SQL, from a file or from a database, without numpy, shapely or GDAL.

What is asked must be SQL that SQLite and PostgreSQL understand alike: values as ``?``, dates cast to text, no order
by texts (that depends on a database's language). Reading is meant for a background thread: the file or the connection
is open for the length of the reading only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.gpkg.recovery import open_for_reading
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION

_LAST = "\U0010ffff"  # behind every character that a text may go on with


@contextmanager
def light_reading(location: Location) -> Iterator[LightReader]:
    """Open a workspace for reading.

    :raises WorkspaceError: ``workspace_missing``, ``workspace_locked``, ``workspace_half_written`` or
        ``workspace_unreadable`` for a file, what connecting raises for a database.
    :raises CapabilityError: ``psycopg2_missing`` for a database where that library is not there.
    """
    if isinstance(location, GeoPackageLocation):
        with _reading_file(location.path) as reader:
            yield reader
    else:
        from gridmgmt_plugin.workspace.postgis.light_reading import reading_schema  # noqa: PLC0415  only where it is used

        with reading_schema(location) as reader:
            yield reader


def read_entries(location: Location) -> dict[str, str]:
    """Return the entries of ``workspace_info``.

    :raises WorkspaceError: ``workspace_not_ours`` for a place without them, ``workspace_too_old`` or
        ``workspace_too_new`` for another schema version, or what :func:`light_reading` raises.
    """
    with light_reading(location) as reader:
        return entries_of(reader, location)


def entries_of(reader: LightReader, location: Location) -> dict[str, str]:
    """Return the entries of ``workspace_info`` of an open workspace; raises what :func:`read_entries` does."""
    known = reader.columns("workspace_info")
    entries = dict(reader.rows("SELECT key, value FROM workspace_info")) if known else {}
    check_entries(entries, location)
    return entries


def county_of(entries: Mapping[str, str]) -> str:
    """Return what a workspace is called: the name of its county, or the county's code."""
    return entries.get("county_name") or entries.get("county_code") or ""


def check_entries(entries: dict[str, str], location: Location) -> None:
    """Make sure that the entries are those of a workspace of this version.

    :raises WorkspaceError: ``workspace_not_ours``, ``workspace_too_old`` or ``workspace_too_new``.
    """
    place = str(location) if isinstance(location, GeoPackageLocation) else location.label
    version = str(entries.get("schema_version", ""))
    if not (version.isascii() and version.isdigit()):
        raise WorkspaceError("workspace_not_ours", path=place)
    found = int(version)
    if found != SCHEMA_VERSION:
        code = "workspace_too_old" if found < SCHEMA_VERSION else "workspace_too_new"
        raise WorkspaceError(code, path=place, found=found, known=SCHEMA_VERSION)


class _FileReader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, tuple(values)).fetchall()

    def columns(self, table: str) -> frozenset[str]:
        rows = self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return frozenset(row[0] for row in rows)

    def beginning(self, column: str, head: str) -> tuple[str, tuple[str, ...]]:
        return f"({column} >= ? AND {column} < ?)", (head, head + _LAST)  # in the order of bytes, that of its index

    def ending(self, column: str, tail: str) -> tuple[str, tuple[str, ...]]:
        return f"substr({column}, -length(?)) = ?", (tail, tail)


@contextmanager
def _reading_file(path: Path) -> Iterator[LightReader]:
    try:
        connection = open_for_reading(path)
        try:
            yield _FileReader(connection)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        reason = str(error)
        code = "workspace_locked" if "locked" in reason or "busy" in reason else "workspace_unreadable"
        raise WorkspaceError(code, path=str(path), reason=reason) from error
