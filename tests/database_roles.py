"""The roles of a workspace in the tests' server: the rights as an administrator sets them, a login for each role."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.postgis_cluster import DATABASE, OWNER, Cluster, binaries

ROLES = ("owner", "planner", "viewer", "publisher", "auditor")
#: A release that was handed over, where rights are tried.
RELEASE = "R0007"


def set_rights(cluster: Cluster, schema: str, database: str = DATABASE) -> str:
    """Run the rights for a schema, as the administrator's page says; return what the server said of it."""
    done = subprocess.run(
        [
            *(binaries() / "psql", "-q", "-X", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", OWNER),
            *("-d", database, "-v", "ON_ERROR_STOP=1", "-v", f"schema={schema}"),
            *("-f", resource_path("schema/roles.sql")),
        ],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stderr


def login_of(schema: str, role: str) -> str:
    """Return the name of the login that has one role alone."""
    return f"{schema}_some_{role}"


@contextmanager
def logins(cluster: Cluster, schema: str) -> Iterator[None]:
    """Have a login for each role of a schema, for the length of the block; roles and logins are gone after it."""
    for role in ROLES:
        cluster.run(f"CREATE ROLE {login_of(schema, role)} LOGIN IN ROLE {schema}_{role}")
    try:
        yield
    finally:
        idle_connections.close_all()
        cluster.drop(schema)
        for role in ROLES:
            for name in (login_of(schema, role), f"{schema}_{role}"):
                cluster.run(f"DROP OWNED BY {name} CASCADE")
                cluster.run(f"DROP ROLE {name}")
