"""Look at workspaces in a database with plain SQL: what lies in one, and which ones there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.light.text_ends import beginning, ending
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected, run, run_alone

if TYPE_CHECKING:
    import psycopg2.extensions

# A table that only happens to bear the name has other columns.
_HOLDING_A_WORKSPACE = """
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'workspace_info' AND c.relkind IN ('r', 'p')
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
      AND (SELECT count(*) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attname IN ('key', 'value') AND NOT a.attisdropped) = 2
"""

_MIDDLES = (
    "SELECT code, (ST_XMin(geom) + ST_XMax(geom)) / 2, (ST_YMin(geom) + ST_YMax(geom)) / 2 FROM unit_grid"
    " WHERE geom IS NOT NULL"
)


@dataclass(frozen=True)
class FoundWorkspace:
    """A workspace that a database holds: where, and the county that it is about."""

    location: PostgresLocation
    county_code: str
    county_name: str


def list_workspaces(server: PostgresLocation) -> tuple[FoundWorkspace, ...]:
    """Return the workspaces in all schemas of a database that this user may read, ordered by schema.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    found = []
    with connected(server) as connection:
        for (schema,) in sorted(run(connection, _HOLDING_A_WORKSPACE)):
            place = _place(server, schema)
            if place is not None:
                entries = dict(run(connection, f'SELECT key, value FROM "{schema}".workspace_info'))
                if "schema_version" in entries:
                    county = (entries.get("county_code") or "", entries.get("county_name") or "")
                    found.append(FoundWorkspace(place, *county))
    return tuple(found)


@contextmanager
def reading_schema(location: PostgresLocation) -> Iterator[LightReader]:
    """Open a workspace for reading: one snapshot for the length of the block.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    with connected(location) as connection:
        yield _SchemaReader(connection, location.schema)


def middles_of_unit_grids(location: PostgresLocation) -> list[tuple[str, float, float]]:
    """Return code, x and y of the middle of the box around every unit grid, in the workspace's frame; one message.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    return [(str(code), float(x), float(y)) for code, x, y in run_alone(location, _MIDDLES, {})]


class _SchemaReader:
    def __init__(self, connection: psycopg2.extensions.connection, schema: str) -> None:
        self._connection, self._schema = connection, schema

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return run(self._connection, sql.replace("?", "%s"), tuple(values))

    def columns(self, table: str) -> frozenset[str]:
        asked = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
        return frozenset(row[0] for row in self.rows(asked, (self._schema, table)))

    def beginning(self, column: str, head: str) -> tuple[str, tuple[str, ...]]:
        return f"{column} LIKE ?", (beginning(head),)  # its own order of texts is that of a language

    def ending(self, column: str, tail: str) -> tuple[str, tuple[str, ...]]:
        condition, value = ending(column, tail)
        return condition, (value,)


def _place(server: PostgresLocation, schema: str) -> PostgresLocation | None:
    """Return the place of a schema; ``None`` for a name that no workspace of ours can have."""
    try:
        return replace(server, schema=schema)
    except WorkspaceError:
        return None
