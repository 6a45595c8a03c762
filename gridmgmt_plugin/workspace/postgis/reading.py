"""Reading a schema: whole columns, out of one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import PointPart, Rows, as_column
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected, run, translated_errors
from gridmgmt_plugin.workspace.postgis.sql import equality, quoted, srid_of
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.tellings import Telling, selected

if TYPE_CHECKING:
    import psycopg2.extensions

# 2025-03-07T08:05:00
_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$"
#: Table, column and SQL type of all columns of a schema, in the order of the tables, as one value.
TYPES_TOLD = (
    "(SELECT json_agg(json_build_array(c.relname, a.attname, format_type(a.atttypid, a.atttypmod))"
    " ORDER BY a.attrelid, a.attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %(schema)s"
    " AND c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0 AND NOT a.attisdropped)"
)
# Rows that are fetched at a time: the client never holds a table twice.
_BATCH = 50_000
_CURSORS = count()
# Columns of the schemas that were looked at, with what they are known by: asked anew as soon as that is another.
_KNOWN_TYPES: dict[PostgresLocation, tuple[str, Mapping[str, Mapping[str, str]]]] = {}


def stored_version(connection: psycopg2.extensions.connection, location: PostgresLocation) -> int:
    """Return the schema version of the workspace in a schema.

    :raises WorkspaceError: ``workspace_missing`` without the schema, ``workspace_not_ours`` without its information,
        ``postgres_not_permitted`` when this user may not look.
    """
    ((there, may_look, table),) = run(
        connection,
        "SELECT n.oid IS NOT NULL, has_schema_privilege(n.oid, 'USAGE'), has_table_privilege(c.oid, 'SELECT')"
        " FROM (SELECT %s::name AS name) asked LEFT JOIN pg_namespace n ON n.nspname = asked.name"
        " LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'workspace_info'",
        (location.schema,),
    )
    if not there:
        raise WorkspaceError("workspace_missing", path=location.label)
    if table is None:
        raise WorkspaceError("workspace_not_ours", path=location.label)
    if not (may_look and table):
        raise WorkspaceError("postgres_not_permitted", place=location.label, schema=location.schema)
    found = run(connection, "SELECT value FROM workspace_info WHERE key = 'schema_version'")
    if not found or not (str(found[0][0]).isascii() and str(found[0][0]).isdigit()):
        raise WorkspaceError("workspace_not_ours", path=location.label)
    return int(found[0][0])


def kept_types(location: PostgresLocation) -> tuple[str, Mapping[str, Mapping[str, str]]] | None:
    """Return by what the columns of a schema were known when they were looked at last, and their types by table."""
    return _KNOWN_TYPES.get(location)


def columns_there(
    connection: psycopg2.extensions.connection, location: PostgresLocation
) -> dict[str, frozenset[str]]:
    """Return the names of the columns of every table of the schema, also of those that may not be read."""
    return {table: frozenset(columns) for table, columns in _types_there(connection, location).items()}


def column_types(
    connection: psycopg2.extensions.connection, location: PostgresLocation, table: str
) -> Mapping[str, str]:
    """Return the SQL type of every column of a table, in the table's order.

    :raises WorkspaceError: ``workspace_missing``, ``workspace_not_ours`` or ``postgres_not_permitted`` when the table
        is not there.
    """
    kept = _KNOWN_TYPES.get(location)
    structure = connection.structure
    is_kept = structure is not None and kept is not None and kept[0] == structure
    known = kept[1] if is_kept and kept is not None else _types_there(connection, location)
    if table not in known:
        stored_version(connection, location)  # says what is missing, if it is more than this table
        raise WorkspaceError("workspace_not_ours", path=location.label)
    return known[table]


def _types_there(
    connection: psycopg2.extensions.connection, location: PostgresLocation
) -> Mapping[str, Mapping[str, str]]:
    ((told,),) = run(connection, f"SELECT {TYPES_TOLD}", {"schema": location.schema})
    return keep_types(location, connection.structure, told)


def keep_types(
    location: PostgresLocation, structure: str | None, told: Sequence[tuple[str, str, str]] | None
) -> Mapping[str, Mapping[str, str]]:
    """Keep what :data:`TYPES_TOLD` told, by what the columns are known; return SQL types by table and column."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in told or ():
        found.setdefault(table, {})[column] = kind
    if structure is not None:
        _KNOWN_TYPES[location] = structure, found
    return found


def refuse_unknown(table: str, unknown: set[str]) -> None:
    """Stop at a column that the table does not have, which is a mistake of ours."""
    if unknown:
        raise ValueError(f"table {table} has no columns {sorted(unknown)}")


def read_rows(
    location: PostgresLocation,
    table: str,
    columns: Sequence[str] | None,
    where: Mapping[str, Any] | None,
    bounds: tuple[float, float, float, float] | None,
    *,
    geometry: bool,
    opened: psycopg2.extensions.connection | None = None,
) -> Rows:
    """Return rows of a table as columns, ordered by row number; see ``Workspace.read``.

    :param opened: a connection in whose snapshot to read, instead of one for this read alone.
    """
    with reader(location, opened) as connection:
        types = column_types(connection, location, table)
        selection = select(location, types, asked(table, columns, where, bounds=bounds, geometry=geometry))
        found = _columns(connection, selection.sql, selection.parameters, len(selection.wanted))
    return selection.rows(found)


@dataclass(frozen=True)
class Selection:
    """A read as SQL: rows by their numbers, then ``names``, then the shape where it is wanted.

    ``wanted``: what is selected, each with its type.
    """

    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    wanted: tuple[tuple[str, str], ...]

    def rows(self, found: Sequence[np.ndarray]) -> Rows:
        """Return what was found, column by column as they are wanted, as rows."""
        shaped = len(self.wanted) > len(self.names) + 1
        shapes = shapely.from_wkb(found[-1]) if shaped else None
        return Rows(dict(zip(self.names, found[1:])), shapes, found[0].astype(np.int64))


def select(location: PostgresLocation, types: Mapping[str, str], read: Asked) -> Selection:
    """Return the SQL of a read. ``types``: SQL type by column of its table."""
    with_geometry = read.geometry and tables()[read.table].geometry is not None
    names = [name for name in types if name not in ("fid", "geom")] if read.columns is None else list(read.columns)
    where = dict(read.where)
    refuse_unknown(read.table, {*names, *where} - set(types))
    source = f"{location.schema}.{quoted(read.table)}"
    condition, values = equality(where, types, source)
    parameters: list[Any] = list(values)
    if read.bounds is not None:
        within, numbers = _within(read.bounds, types["geom"])
        condition += f" {'AND' if condition else 'WHERE'} {within}"
        parameters += numbers
    wanted = [("fid", types["fid"]), *((quoted(name), types[name]) for name in names)]
    wanted += [("ST_AsBinary(geom)", "bytea")] if with_geometry else []
    listed = ", ".join(name for name, _ in wanted)
    sql = f"SELECT {listed} FROM {source}{condition} ORDER BY fid"
    return Selection(sql, tuple(parameters), tuple(names), tuple(wanted))


def read_point_parts(
    location: PostgresLocation,
    table: str,
    columns: Sequence[str],
    opened: psycopg2.extensions.connection | None = None,
) -> Iterator[PointPart]:
    """Yield all rows of a table of points, part by part; see ``Workspace.read_point_parts``."""
    with reader(location, opened) as connection:
        refuse_unknown(table, set(columns) - set(column_types(connection, location, table)))
        wanted = ("fid", *map(quoted, columns), "ST_X(geom)", "ST_Y(geom)")
        for found in _batches(connection, f"SELECT {', '.join(wanted)} FROM {location.schema}.{quoted(table)}", ()):
            fid, *values, x, y = zip(*found)
            places = (np.array(axis, dtype=np.float64) for axis in (x, y))
            yield PointPart(dict(zip(columns, values)), np.array(fid, dtype=np.int64), *places)


def count_rows(
    location: PostgresLocation,
    table: str,
    where: Mapping[str, Any] | None,
    opened: psycopg2.extensions.connection | None = None,
) -> int:
    """Return how many rows a table has, or how many of them equal ``where``."""
    with reader(location, opened) as connection:
        types = column_types(connection, location, table)
        refuse_unknown(table, set(where or ()) - set(types))
        source = f"{location.schema}.{quoted(table)}"
        condition, values = equality(where, types, source)
        ((number,),) = run(connection, f"SELECT count(*) FROM {source}{condition}", values)
    return int(number)


def count_by(
    location: PostgresLocation,
    table: str,
    columns: Sequence[str],
    told: Mapping[str, Telling],
    opened: psycopg2.extensions.connection | None = None,
) -> tuple[Rows, np.ndarray]:
    """Return combinations of values and how many rows have each; see ``Workspace.count_by``."""
    with reader(location, opened) as connection:
        refuse_unknown(table, set(columns) - set(column_types(connection, location, table)))
        asked, parameters = selected(map(quoted, columns), told.values(), _has_form, '"C"')
        sql = f"{asked[0]} FROM {location.schema}.{quoted(table)} {asked[1]}"
        *values, counts = _columns(connection, sql, parameters, len(columns) + len(told) + 1)
    return Rows(dict(zip((*columns, *told), values))), counts.astype(np.int64)


def may_see(location: PostgresLocation, table: str, opened: psycopg2.extensions.connection | None = None) -> bool:
    """Tell whether this login is shown the rows of a table; see ``Workspace.may_see``."""
    with reader(location, opened) as connection:
        found = run(
            connection,
            "SELECT has_table_privilege(c.oid, 'SELECT') AND (NOT row_security_active(c.oid) OR EXISTS ("
            "SELECT 1 FROM pg_policy p, unnest(p.polroles) AS named (role) WHERE p.polrelid = c.oid"
            " AND p.polcmd IN ('r', '*') AND (named.role = 0 OR pg_has_role(nullif(named.role, 0), 'USAGE'))))"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
            (location.schema, table),
        )
    return bool(found and found[0][0])


def _has_form(column: str) -> str:
    return f"{column} ~ '{_MOMENT}'"


@contextmanager
def reader(
    location: PostgresLocation, opened: psycopg2.extensions.connection | None
) -> Iterator[psycopg2.extensions.connection]:
    """Give a connection for reading: the one that is open, else one for the length of the block."""
    if opened is None:
        with connected(location) as connection:
            yield connection
        return
    with translated_errors(location, writable=False):
        yield opened


def _within(bounds: tuple[float, float, float, float], geometry_type: str) -> tuple[str, list[float]]:
    """Return the condition that a row's box meets ``bounds``: the index finds boxes in single precision, the numbers
    decide.
    """
    minx, miny, maxx, maxy = map(float, bounds)
    envelope = f"ST_MakeEnvelope(%s, %s, %s, %s, {srid_of(geometry_type)})"
    exact = "ST_XMax(geom) >= %s AND ST_YMax(geom) >= %s AND ST_XMin(geom) <= %s AND ST_YMin(geom) <= %s"
    return f"geom && {envelope} AND {exact}", [minx, miny, maxx, maxy] * 2


def _columns(
    connection: psycopg2.extensions.connection, sql: str, values: Sequence[Any], count: int
) -> list[np.ndarray]:
    """Return the columns of a query as object arrays; rows are fetched in batches, never all of them as tuples."""
    parts: list[list[np.ndarray]] = [[np.empty(0, dtype=object)] for _ in range(count)]
    for batch in _batches(connection, sql, values):
        for column, items in zip(parts, zip(*batch)):
            column.append(as_column(items))
    return [np.concatenate(column) for column in parts]


def _batches(
    connection: psycopg2.extensions.connection, sql: str, values: Sequence[Any]
) -> Iterator[list[tuple[Any, ...]]]:
    name = f"gridmgmt_rows_{next(_CURSORS)}"
    read_out: list[str] = connection.read_out
    closing = "".join(f"CLOSE {done}; " for done in read_out)
    read_out.clear()
    fetch = f"FETCH {_BATCH} FROM {name}"
    fetched = run(connection, f"{closing}DECLARE {name} NO SCROLL CURSOR FOR {sql}; {fetch}", values)
    while fetched:
        is_last = len(fetched) < _BATCH
        yield fetched
        fetched = [] if is_last else run(connection, fetch)
    read_out.append(name)
