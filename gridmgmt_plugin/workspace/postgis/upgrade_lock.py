"""Whoever writes to a schema and whoever upgrades it keep out of each other's way.

Advisory locks, which need no right on any table and end with the transaction, also behind a connection pooler.

Source: PostgreSQL's manual, "Advisory Locks".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import patience
from gridmgmt_plugin.workspace.postgis.connection import Opening, run

if TYPE_CHECKING:
    import psycopg2.extensions

#: "grid" as four bytes, so that no other program's locks are met; the second key is the schema.
VERSION_KEY = 0x67726964


#: Lets nobody upgrade the schema until the transaction ends, and tells the version of the schema. Others may write
#: beside it; while somebody is upgrading it fails as ``workspace_locked``.
VERSION_KEPT = Opening(
    f"SELECT pg_advisory_xact_lock_shared({VERSION_KEY}, hashtext(%(schema)s));",
    ", (SELECT value FROM workspace_info WHERE key = 'schema_version')",
)


def hold_version(connection: psycopg2.extensions.connection, location: PostgresLocation) -> None:
    """Let nobody write to the schema until this transaction ends, and wait for all that follows as for colleagues.

    :raises psycopg2.Error: when somebody is writing, told as ``workspace_locked``.
    """
    run(
        connection,
        "SELECT set_config('lock_timeout', %s, true); SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
        (f"{patience().queue_s * 1000:.0f}ms", VERSION_KEY, location.schema),
    )
