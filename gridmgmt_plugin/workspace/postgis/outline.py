"""What a schema holds, told at once: QGIS asks fourteen times for each table before it shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run, run_alone
from gridmgmt_plugin.workspace.postgis.reading import TYPES_TOLD, keep_types
from gridmgmt_plugin.workspace.postgis.reading_together import read_together
from gridmgmt_plugin.workspace.postgis.sql import quoted
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    import psycopg2.extensions

_TABLES = (
    "(SELECT json_agg(json_build_array(t.relname, t.names, t.types)) FROM (SELECT c.relname,"
    " array_agg(a.attname::text ORDER BY a.attnum) AS names, array_agg(t.typname::text ORDER BY a.attnum) AS types"
    " FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid"
    " JOIN pg_type t ON t.oid = a.atttypid WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'f')"
    " AND a.attnum > 0 AND NOT a.attisdropped AND has_table_privilege(c.oid, 'SELECT') GROUP BY c.relname) t)"
)
_COLUMNS = (
    "SELECT c.relname, array_agg(a.attname::text) FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid"
    " JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = %(schema)s AND c.relname = ANY(%(tables)s)"
    " AND c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0 AND NOT a.attisdropped GROUP BY c.relname"
)
_STYLES = "EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'layer_styles')"
_AT_ONCE = Opening(told=f", {_STYLES}, {_TABLES}, {TYPES_TOLD}")


@dataclass(frozen=True)
class SchemaOutline:
    """The tables that may be read, before QGIS opens any.

    ``columns``: by table, names and types as the server calls them, in its order. ``counts``: how many rows tables
    have that were asked for, no more than one beyond the limit. ``rows``: those of the tables within it.
    ``empty``: tables without a row. ``names``: chosen columns of tables, with row numbers.
    ``may_have_styles``: the database may hold styles that planners stored for layers.
    """

    columns: Mapping[str, tuple[tuple[str, str], ...]]
    counts: Mapping[str, int]
    rows: Mapping[str, Rows]
    empty: frozenset[str]
    names: Mapping[str, Rows]
    may_have_styles: bool


def read_outline(
    location: PostgresLocation, known: tuple[str, ...], named: Mapping[str, tuple[str, ...]], most: int
) -> SchemaOutline:
    """Return what a schema holds, in one snapshot.

    :param known: tables whose rows are read too, without shapes, where there are ``most`` of them or fewer.
    :param named: columns that are read of tables, but of ``known`` ones with more rows.
    :raises WorkspaceError: as :func:`gridmgmt_plugin.workspace.postgis.connection.connected`.
    """
    with connected(location, opening=_AT_ONCE) as connection:
        may_have_styles, found, types = connection.told
        keep_types(location, connection.structure, types)
        columns = {str(name): tuple(zip(names, kinds)) for name, names, kinds in found or ()}
        asked_for = [name for name in known if name in columns]
        counts, empty = _counts(connection, asked_for, most, [name for name in tables() if name in columns])
        few = [name for name in asked_for if counts[name] <= most]
        names = {table: named[table] for table in named if table in columns and counts.get(table, 0) <= most}
        reads = [asked(name, geometry=False) for name in few] + _named(names)
        found_rows = read_together(location, reads, connection)
    rows, of_names = dict(zip(few, found_rows)), dict(zip(names, found_rows[len(few) :]))
    return SchemaOutline(columns, counts, rows, empty, of_names, bool(may_have_styles))


def read_names(location: PostgresLocation, named: Mapping[str, tuple[str, ...]]) -> dict[str, Rows]:
    """Return columns of tables, with row numbers; one message.

    :raises WorkspaceError: as :func:`gridmgmt_plugin.workspace.postgis.connection.connected`.
    """
    return dict(zip(named, read_together(location, _named(named))))


def _named(named: Mapping[str, tuple[str, ...]]) -> list[Asked]:
    return [asked(table, columns, geometry=False) for table, columns in named.items()]


def column_names(location: PostgresLocation, tables: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return the names of the columns that tables have now, of those that are there; one message.

    :raises WorkspaceError: as :func:`gridmgmt_plugin.workspace.postgis.connection.connected`.
    """
    found = run_alone(location, _COLUMNS, {"tables": list(tables)})
    return {str(table): frozenset(map(str, names)) for table, names in found}


def _counts(
    connection: psycopg2.extensions.connection, asked: list[str], most: int, there: list[str]
) -> tuple[dict[str, int], frozenset[str]]:
    """Return how many rows tables have, no more than one beyond ``most``, and which of those there are have none."""
    limits = {**dict.fromkeys(there, 1), **dict.fromkeys(asked, most + 1)}
    if not limits:
        return {}, frozenset()
    parts = [
        f"SELECT '{name}', count(*) FROM (SELECT FROM {quoted(name)} LIMIT {limit}) some_of_it"
        for name, limit in limits.items()
    ]
    found = {str(name): int(count) for name, count in run(connection, " UNION ALL ".join(parts))}
    return {name: found[name] for name in asked}, frozenset(name for name, count in found.items() if not count)
