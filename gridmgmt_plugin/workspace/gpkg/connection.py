"""Connections to a GeoPackage: typed errors, the spatial functions that its triggers call, a short lock time-out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.workspace.gpkg.blob import envelope
from gridmgmt_plugin.workspace.gpkg.errors import translated_errors
from gridmgmt_plugin.workspace.gpkg.recovery import open_for_reading, open_for_writing

_WHOLE: tuple[type[Any], ...] = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32, np.bool_)
for _kind in _WHOLE:
    sqlite3.register_adapter(_kind, int)
sqlite3.register_adapter(np.float32, float)


def quoted(identifier: str) -> str:
    """Return an SQL identifier in quotes; names come from the schema or the file itself, never from free text."""
    return '"' + identifier.replace('"', '""') + '"'


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Open a GeoPackage for plain SQL, without starting a transaction.

    The five ``ST_`` functions that the spatial-index triggers of GDAL call are registered, so that rows can be
    written without GDAL.

    :raises WorkspaceError: ``workspace_missing``, ``workspace_half_written`` or ``workspace_unreadable``.
    """
    with translated_errors(path):
        connection = open_for_writing(path) if writable else open_for_reading(path)
    _register_functions(connection)
    return connection


@contextmanager
def one_transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Open the write transaction around a block: all of it is written at its end, or none when it raises.

    :raises WorkspaceError: as :func:`translated_errors`.
    """
    with translated_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # A full disk ends the transaction by itself; what failed first is what the planner must hear of.
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def probe_lock(path: Path) -> None:
    """Find out within this thread's patience whether another program is writing to the file.

    :raises WorkspaceError: ``workspace_locked`` when it is, ``workspace_read_only`` when nobody may write.
    """
    connection = connect(path, writable=True)
    try:
        with translated_errors(path):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    finally:
        connection.close()


def _register_functions(connection: sqlite3.Connection) -> None:
    def bound(position: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        def function(blob: bytes | None) -> float | None:
            box = envelope(blob)
            return None if box is None else box[position]

        return function

    for position, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, bound(position), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, lambda blob: int(envelope(blob) is None), deterministic=True)
