"""Who keeps a schema from being upgraded: it is told by the names and logins of those who write or read there.

Source: PostgreSQL's manual, "pg_locks" and "pg_stat_activity".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.connection_names import author_of
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work, named_with_jobs
from gridmgmt_plugin.workspace.postgis.upgrade_lock import VERSION_KEY

if TYPE_CHECKING:
    import psycopg2.extensions

_AT_WORK = """
SELECT DISTINCT a.application_name, a.usename::text
FROM pg_locks l JOIN pg_stat_activity a USING (pid) LEFT JOIN pg_class c ON c.oid = l.relation
WHERE l.granted AND l.pid <> %(me)s
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND (
    l.locktype = 'relation' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %(schema)s)
    OR l.locktype = 'advisory' AND l.classid = %(version)s AND l.objsubid = 2
        AND l.objid::bigint = (hashtext(%(schema)s)::bigint & 4294967295))
"""


@contextmanager
def holders_told(connection: psycopg2.extensions.connection, location: PostgresLocation) -> Iterator[None]:
    """Say who is at work in a schema when a statement of the block cannot wait for him any longer.

    :raises WorkspaceError: ``upgrade_held``, naming people of ours and else the logins of who writes or reads there.
    """
    import psycopg2.errors  # noqa: PLC0415  there already: we are connected

    backend = connection.info.backend_pid
    try:
        yield
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected) as error:
        asked = {"me": backend, "version": VERSION_KEY, "schema": location.schema}
        with connected(location) as asking:
            people = sorted({author_of(name) or login for name, login in run(asking, _AT_WORK, asked)})
            jobs = jobs_at_work(asking, location)
        if not people:
            raise
        raise WorkspaceError("upgrade_held", path=location.label, who=named_with_jobs(people, jobs)) from error
