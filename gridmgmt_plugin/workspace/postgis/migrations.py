"""Bring a workspace in a schema up to date; see :mod:`gridmgmt_plugin.workspace.migrations`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.changes.log_privacy import is_private
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.migrations import MIGRATIONS, Migration, check_version
from gridmgmt_plugin.workspace.postgis.commit import commit
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.create import (
    act_as_owner,
    add_column,
    add_table,
    index_statements,
)
from gridmgmt_plugin.workspace.postgis.reading import columns_there, stored_version
from gridmgmt_plugin.workspace.postgis.sql import quoted, scheme_index, text_literal
from gridmgmt_plugin.workspace.postgis.upgrade_holders import holders_told
from gridmgmt_plugin.workspace.postgis.upgrade_lock import hold_version
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION, tables

if TYPE_CHECKING:
    import psycopg2.extensions


class _Runner:
    """What a step runs its statements with."""

    def __init__(self, connection: psycopg2.extensions.connection, location: PostgresLocation) -> None:
        self._connection, self._location = connection, location

    def execute(self, sql: str) -> list[tuple]:
        return run(self._connection, sql)

    def create_table(self, name: str) -> None:
        add_table(self._connection, self._location, name)

    def add_column(self, table: str, column: str) -> None:
        add_column(self._connection, self._location, table, column)

    def create_indexes(self) -> None:
        schema, there = self._location.schema, columns_there(self._connection, self._location)
        made = [statement for table in tables() if table in there for statement in index_statements(table, schema)]
        made += [scheme_index(schema, name) for name in sorted(there["unit_grid"]) if name.startswith("rg_")]
        run(self._connection, ";\n".join(made))


def migrate_schema(
    location: PostgresLocation, migrations: Mapping[int, Migration] = MIGRATIONS, current: int = SCHEMA_VERSION
) -> PostgresLocation | None:
    """Migrate a workspace in place; return the schema with a copy of the old state, ``None`` if nothing was to do.

    Copy and steps are one transaction: the workspace is at the old version or at ``current``, never between. Nobody
    writes meanwhile.

    :raises WorkspaceError: ``upgrade_copy_exists`` when the schema for the copy is there,
        ``postgres_no_right_to_write`` for a user who may not change tables or make a schema, ``upgrade_held`` when
        somebody is at work and not done within this thread's patience.
    """
    with connected(location, writable=True) as connection, holders_told(connection, location):
        hold_version(connection, location)
        found = stored_version(connection, location)
        if found >= current:
            check_version(found, location.label, current)
            return None
        backup = _place_of_copy(location, found)
        _keep_copy(connection, location, backup)
        told = f"升级前的副本 Copy before an upgrade: {location.schema}, {found} → {current}, {clock.today()}"
        run(connection, f"COMMENT ON SCHEMA {backup.schema} IS {text_literal(told)}")
        runner = _Runner(connection, location)
        for version in range(found, current):
            migrations[version](runner)
        run(connection, "UPDATE workspace_info SET value = %s WHERE key = 'schema_version'", (str(current),))
        commit(connection, location)
    return backup


def refuse_hopeless_upgrade(location: PostgresLocation) -> None:
    """Find out, before anybody is disturbed, whether an upgrade would be refused whoever is at work.

    :raises WorkspaceError: ``postgres_no_right_to_write`` where the tables are somebody else's, or no schema can be
        made for the copy; ``postgres_standby``, ``postgres_read_only``, ``upgrade_copy_exists``.
    """
    with connected(location, writable=True) as connection:
        found = stored_version(connection, location)
        ((may_upgrade,),) = run(
            connection,
            "SELECT pg_has_role(nspowner, 'MEMBER') AND has_database_privilege(current_database(), 'CREATE')"
            " FROM pg_namespace WHERE nspname = %s",
            (location.schema,),
        )
        if not may_upgrade:
            raise WorkspaceError("postgres_no_right_to_write", path=location.label)
        _refuse_taken_copy(connection, _place_of_copy(location, found))


def _place_of_copy(location: PostgresLocation, version: int) -> PostgresLocation:
    return replace(location, schema=f"{location.schema[:50]}_v{version}")


def _refuse_taken_copy(connection: psycopg2.extensions.connection, backup: PostgresLocation) -> None:
    if run(connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", (backup.schema,)):
        raise WorkspaceError("upgrade_copy_exists", path=backup.label)


def _keep_copy(
    connection: psycopg2.extensions.connection, location: PostgresLocation, backup: PostgresLocation
) -> None:
    """Copy every table with its indexes, keys and rows into a schema of its own, for whom the workspace belongs to.

    Contacts stay where they are: rights and row security do not come along, and no step changes them.
    """
    _refuse_taken_copy(connection, backup)
    ((owner, is_member),) = run(
        connection,
        "SELECT pg_get_userbyid(nspowner), pg_has_role(nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = %s",
        (location.schema,),
    )
    run(connection, f"CREATE SCHEMA {backup.schema}{f' AUTHORIZATION {quoted(owner)}' if is_member else ''}")
    act_as_owner(connection, location)
    tables = run(
        connection,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind = 'r' ORDER BY 1",
        (location.schema,),
    )
    for (table,) in tables:
        old, new = (f"{place.schema}.{quoted(table)}" for place in (location, backup))
        run(connection, f"LOCK TABLE {old} IN SHARE ROW EXCLUSIVE MODE")
        run(connection, f"CREATE TABLE {new} (LIKE {old} INCLUDING ALL EXCLUDING INDEXES)")
        if not is_private(table):
            run(connection, f"INSERT INTO {new} SELECT * FROM {old}")
        run(connection, ";\n".join(_keys_and_indexes(connection, old, new)))
        counter = "pg_get_serial_sequence(%s, 'fid')"
        run(connection, f"SELECT setval({counter}, coalesce(max(fid), 0) + 1, false) FROM {old}", (new,))


def _keys_and_indexes(connection: psycopg2.extensions.connection, old: str, new: str) -> list[str]:
    """Return what gives a copied table the keys and indexes of the other under their names, by which a workspace that
    is put back from the copy is known as it was. The city's indexes belong to its view, which shows no copies.
    """
    keys = run(
        connection,
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u') ORDER BY contype, conname",
        (old,),
    )
    indexes = run(
        connection,
        "SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
        " WHERE x.indrelid = %s::regclass AND NOT x.indisunique AND i.relname !~ '_city_[0-9]+$' ORDER BY 1",
        (old,),
    )
    made = [f"ALTER TABLE {new} ADD CONSTRAINT {quoted(name)} {told}" for name, told in keys]
    for name, told in indexes:
        how = told.split(" USING ", 1)[1].replace("%", "%%")
        made.append(f"CREATE INDEX {quoted(name)} ON {new} USING {how}")
    return made
