"""Whole tables of a schema, in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.copying import ROW_NUMBER, SHAPE, page_size, refuse_unstorable
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import run
from gridmgmt_plugin.workspace.postgis.reading import column_types, columns_there
from gridmgmt_plugin.workspace.postgis.sql import SQL_TYPES, quoted
from gridmgmt_plugin.workspace.postgis.transaction import PostgresTransaction
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    import psycopg2.extensions

    _Reader = Callable[[], AbstractContextManager[psycopg2.extensions.connection]]

_ISO_DAY = len("2025-03-07")
_GEOMETRY_TYPES = {
    "Point": shapely.GeometryType.POINT,
    "Polygon": shapely.GeometryType.POLYGON,
    "MultiPolygon": shapely.GeometryType.MULTIPOLYGON,
    "MultiLineString": shapely.GeometryType.MULTILINESTRING,
}


class SchemaTables:
    """See :class:`gridmgmt_plugin.workspace.copying.WholeTables`."""

    def __init__(self, location: PostgresLocation, reader: _Reader) -> None:
        """``reader``: gives the connection to read through."""
        self._location, self._reader = location, reader

    def columns_beside(self, table: str) -> Mapping[str, str]:
        """Return the columns that a table has beside those of the schema, by type."""
        known = {*tables()[table].column_names, ROW_NUMBER, SHAPE, "row_version"}
        kinds = {sql: kind for kind, sql in SQL_TYPES.items() if kind != "datetime"}
        with self._reader() as connection:
            types = column_types(connection, self._location, table)
        return {name: kinds.get(sql, "") for name, sql in types.items() if name not in known}

    def tables_beside(self) -> list[str]:
        """Return the tables that belong to no workspace."""
        with self._reader() as connection:
            return sorted(set(columns_there(connection, self._location)) - set(tables()))

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table."""
        with self._reader() as connection:
            yield from _pages(connection, self._location, table)


class SchemaCopy(PostgresTransaction):
    """See :class:`gridmgmt_plugin.workspace.copying.CopyTarget`."""

    def write(self, table: str, rows: Rows) -> None:
        """Add rows as they are, and have the next new row numbered after them."""
        definition, types = self._table(table, rows.columns)
        for name, column in rows.columns.items():
            refuse_unstorable(table, name, rows, _storable(column, types[name]))
        if rows.geometry is not None:
            refuse_unstorable(table, SHAPE, rows, _fit(rows.geometry, definition.geometry or ""))
        columns = {ROW_NUMBER: rows.fids, **rows.columns}
        source, values = self._source(types, columns, rows.geometry)
        listed = ", ".join([*map(quoted, columns), *([SHAPE] if rows.geometry is not None else [])])
        place = self._name(table)
        run(
            self._connection,
            f"INSERT INTO {place} ({listed}) SELECT {source} ORDER BY at;"
            f" SELECT setval(pg_get_serial_sequence('{place}', '{ROW_NUMBER}'), greatest(max({ROW_NUMBER}), 0) + 1,"
            f" false) FROM {place}",
            values,
        )

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table as they stand there now."""
        return _pages(self._connection, self._location, table)


def _pages(connection: psycopg2.extensions.connection, location: PostgresLocation, table: str) -> Iterator[Rows]:
    after: int | None = None
    while len(rows := _page(connection, location, table, after)):
        yield rows
        after = int(rows.fids[-1])


def _page(
    connection: psycopg2.extensions.connection, location: PostgresLocation, table: str, after: int | None
) -> Rows:
    """Return the rows of a table that follow a row number, no more than may be held at a time."""
    names = [name for name in column_types(connection, location, table) if name not in (ROW_NUMBER, SHAPE)]
    shaped = tables()[table].geometry is not None
    wanted = ", ".join([ROW_NUMBER, *map(quoted, names), *([f"ST_AsBinary({SHAPE})"] if shaped else [])])
    condition = "" if after is None else f" WHERE {ROW_NUMBER} > {after}"
    place = f"{location.schema}.{quoted(table)}"
    sql = f"SELECT {wanted} FROM {place}{condition} ORDER BY {ROW_NUMBER} LIMIT {page_size(table)}"
    columns = list(zip(*run(connection, sql.replace("%%", "%")))) or [()] * (len(names) + 1 + shaped)
    return Rows(
        {name: as_column(column) for name, column in zip(names, columns[1:])},
        shapely.from_wkb(as_column(columns[-1])) if shaped else None,
        np.array(columns[0], dtype=np.int64),
    )


def _storable(column: np.ndarray, sql_type: str) -> np.ndarray:
    """Tell which values a column of the server keeps as they are: a file keeps a value of any kind in any column."""
    items = column.tolist()
    if set(map(type, items)) <= {_SURELY.get(sql_type), type(None)}:
        return np.ones(len(items), dtype=bool)
    takes = _TAKEN[sql_type]
    return np.array([item is None or takes(item) for item in items], dtype=bool)


def _is_day(item: Any) -> bool:
    try:
        return isinstance(item, str) and len(item) == _ISO_DAY and date.fromisoformat(item) is not None
    except ValueError:
        return False


# Kinds of values that a column takes whatever they are.
_SURELY = {"bigint": int, "double precision": float, "bytea": bytes}
_TAKEN: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda item: type(item) is str and "\0" not in item,
    "bigint": lambda item: type(item) is int,
    "double precision": lambda item: type(item) is float,
    "date": _is_day,
    "boolean": lambda item: type(item) is int and item in (0, 1),
    "bytea": lambda item: type(item) is bytes,
}


def _fit(geometry: np.ndarray, kind: str) -> np.ndarray:
    """Tell which shapes a column of the server takes: those of its type, in the plane."""
    wanted = _GEOMETRY_TYPES.get(kind)
    types = shapely.get_type_id(geometry)
    fits: np.ndarray = ~shapely.has_z(geometry)
    return fits if wanted is None else fits & np.isin(types, (wanted, shapely.GeometryType.MISSING))
