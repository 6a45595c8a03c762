"""Which jobs run beside us: a database tells, a file does not."""

from __future__ import annotations

from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.location import Location, PostgresLocation


def read_jobs_of_others(location: Location) -> tuple[JobAtWork, ...]:
    """Return the jobs that others let run and that write to a workspace, the earliest first.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    if not isinstance(location, PostgresLocation):
        return ()
    from gridmgmt_plugin.workspace.postgis.connection import connected  # noqa: PLC0415  only where it is used
    from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work  # noqa: PLC0415

    with connected(location) as connection:
        return tuple(job for job in jobs_at_work(connection, location) if not job.is_ours)
