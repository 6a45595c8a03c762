"""The indexes of a file beside those of keys and shapes."""

from __future__ import annotations

import sqlite3

from gridmgmt_plugin.workspace.schema import indexes


def create_indexes(connection: sqlite3.Connection, table: str) -> None:
    """Make the indexes of a table that are not there yet."""
    for name, columns in indexes(table, on_server=False).items():
        connection.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({", ".join(columns)})')
