"""Whole tables of a file, in and out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.copying import ROW_NUMBER, SHAPE, page_size, refuse_unstorable
from gridmgmt_plugin.workspace.gpkg.base_rows import BASE_TABLE, BaseRows, keep_base
from gridmgmt_plugin.workspace.gpkg.blob import decode, encode
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.reading import connected
from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction
from gridmgmt_plugin.workspace.schema import tables

_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "date": "DATE", "boolean": "BOOLEAN", "blob": "BLOB"}
# What other programs call them.
_OTHER_NAMES = {
    "integer": ("INT", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT"),
    "real": ("DOUBLE", "DOUBLE PRECISION", "FLOAT"),
    "text": ("VARCHAR",),
}
_KINDS = {
    **{sql: kind for kind, sql in _TYPES.items()},
    **{sql: kind for kind, names in _OTHER_NAMES.items() for sql in names},
}
# Tables of SQLite's, of GeoPackage's and of its spatial indexes.
_INNER = ("sqlite_", "gpkg_", "rtree_")


class FileTables:
    """See :class:`gridmgmt_plugin.workspace.copying.WholeTables`; each page is one short read."""

    def __init__(
        self, path: Path, opened: sqlite3.Connection | None, same_state: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """``opened``: what all reads go through, a connection for each when ``None``; ``same_state``: around each."""
        self._path, self._opened, self._same_state = path, opened, same_state

    def columns_beside(self, table: str) -> Mapping[str, str]:
        """Return the columns that a table has beside those of the schema, by type."""
        known = {*tables()[table].column_names, ROW_NUMBER, SHAPE, "row_version"}
        with self._same_state(), connected(self._path, self._opened) as connection:
            declared = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
        beside = {name: kind.upper().partition("(")[0].strip() for _, name, kind, *_ in declared if name not in known}
        return {name: _KINDS.get(kind, "") for name, kind in beside.items()}

    def tables_beside(self) -> list[str]:
        """Return the tables that belong to no workspace."""
        with self._same_state(), connected(self._path, self._opened) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        ours = {*tables(), BASE_TABLE}
        return [name for (name,) in found if name not in ours and not name.startswith(_INNER)]

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table."""
        after: int | None = None
        while True:
            with self._same_state(), connected(self._path, self._opened) as connection:
                rows = _page(connection, table, after)
            if len(rows) == 0:
                return
            yield rows
            after = int(rows.fids[-1])


class FileCopy(GeoPackageTransaction):
    """See :class:`gridmgmt_plugin.workspace.copying.CopyTarget`."""

    def add_column(self, table: str, name: str, kind: str) -> bool:
        """Add a column unless it is there."""
        if name in self._column_names(table):
            return False
        self._connection.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {_TYPES[kind]}")
        return True

    def write(self, table: str, rows: Rows) -> None:
        """Add rows as they are."""
        for name, column in rows.columns.items():
            refuse_unstorable(table, name, rows, _storable(column))
        self._prepare(table)
        self._reshaped.add(table)
        names = [ROW_NUMBER, *self._known_columns(table, rows.columns)]
        values = [rows.fids.tolist(), *(column.tolist() for column in rows.columns.values())]
        if rows.geometry is not None:
            names.append(SHAPE)
            values.append(encode(rows.geometry, self._srs_ids[table]))
            self._indexes.add(table, rows.fids, rows.geometry)
        sql = f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, names))}) VALUES ({', '.join('?' * len(names))})"
        self._connection.executemany(sql, zip(*values))

    def keep_base(self, base: Mapping[str, BaseRows]) -> None:
        """Keep beside the tables how every row stood when it was copied."""
        keep_base(self._connection, base)

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table as they stand there now."""
        after: int | None = None
        while len(rows := _page(self._connection, table, after)):
            yield rows
            after = int(rows.fids[-1])


def _page(connection: sqlite3.Connection, table: str, after: int | None) -> Rows:
    """Return the rows of a table that follow a row number, no more than may be held at a time."""
    declared = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]
    names = [name for name in declared if name not in (ROW_NUMBER, SHAPE)]
    shaped = tables()[table].geometry is not None
    wanted = ", ".join(map(quoted, [ROW_NUMBER, *names, *([SHAPE] if shaped else [])]))
    condition, values = ("", ()) if after is None else (f" WHERE {ROW_NUMBER} > ?", (after,))
    sql = f"SELECT {wanted} FROM {quoted(table)}{condition} ORDER BY {ROW_NUMBER} LIMIT {page_size(table)}"
    found = connection.execute(sql, values).fetchall()
    columns = list(zip(*found)) or [()] * (len(names) + 1 + shaped)
    return Rows(
        {name: as_column(column) for name, column in zip(names, columns[1:])},
        decode(list(columns[-1])) if shaped else None,
        np.array(columns[0], dtype=np.int64),
    )


def _storable(column: np.ndarray) -> np.ndarray:
    """Tell which values a file keeps as they are: of the number that is none it makes a missing value."""
    items = column.tolist()
    if float not in set(map(type, items)):
        return np.ones(len(items), dtype=bool)
    return np.array([item == item for item in items], dtype=bool)  # noqa: PLR0124  NaN test
