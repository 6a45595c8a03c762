"""Jobs beside people: a job that writes says so for as long as it runs, and may ask everybody else for a pause.

Both are advisory locks of a transaction that does nothing else: they need no right on any table, hold no row, and are
gone when the program or its connection dies, not before: a job may take longer than a reader may think. The name of
the connection tells who lets what run since when. Whoever writes shares the lock of pauses for the length of his
transaction, so that a job that has it alone knows that nothing is written but by itself.

Source: PostgreSQL's manual, "Advisory Locks", "pg_locks" and "pg_stat_activity".
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import ListedMessages, Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import patience
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run
from gridmgmt_plugin.workspace.postgis.connection_names import WRITES, as_name, author_of, text_of
from gridmgmt_plugin.workspace.postgis.upgrade_lock import VERSION_KEPT

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

# "grij" and "grik" as four bytes, so that no other program's locks are met; the second key is the schema.
_JOBS, _PAUSES = 0x6772696A, 0x6772696B
_NAMED, _BETWEEN = "gridjob ", "."
# What leaves room for a name of some signs beside it.
_LONGEST_JOB = 40
# Another server gives the same numbers to its processes; one that began at the same microsecond it does not have.
_BACKEND = "a.pid || ' ' || coalesce(extract(epoch FROM a.backend_start)::text, '')"
_THIS_BACKEND = f"SELECT {_BACKEND} FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()"
_AT_WORK = f"""
SELECT {_BACKEND}, a.application_name, bool_or(l.classid = %(pauses)s)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid::bigint = %(schema)s
    AND l.classid IN (%(jobs)s, %(pauses)s) AND a.application_name LIKE %(named)s
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY 1, 2
"""
# Who writes and so keeps a pause from beginning.
_WRITERS = """
SELECT DISTINCT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid::bigint = %(schema)s
    AND l.classid = %(pauses)s AND a.application_name LIKE %(named)s
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class _Pauses(threading.local):
    """The places where the job of this thread has a pause: it does not wait for itself."""

    def __init__(self) -> None:
        self.places: list[PostgresLocation] = []


_OWN = _Pauses()
# Of the connections on which this program says what runs, as their servers tell them apart.
_OWN_BACKENDS: set[str] = set()


@contextmanager
def announced(location: PostgresLocation, author: str, job: str, *, with_pause: bool) -> Iterator[None]:
    """Say for the length of the block that a job runs; see ``Backend.announced``.

    :raises WorkspaceError: ``pause_held``, or ``workspace_locked`` where it is none of ours, when somebody who writes
        is not done within this thread's patience.
    """
    with connected(location) as connection:
        name = _name_with(redact(author), job, f"{clock.now():%H:%M}")
        ((backend,),) = run(
            connection,
            "SELECT set_config('application_name', %s, true), pg_advisory_xact_lock_shared(%s, %s),"
            " set_config('idle_in_transaction_session_timeout', '0', true);"
            f" {_THIS_BACKEND}",
            (name, _JOBS, schema_number(location)),
        )
        _OWN_BACKENDS.add(backend)
        try:
            with _pause(connection, location) if with_pause else nullcontext():
                yield
        finally:
            _OWN_BACKENDS.discard(backend)


@contextmanager
def _pause(connection: Connection, location: PostgresLocation) -> Iterator[None]:
    """Have everybody else wait who wants to write, for the length of the block.

    Who is writing is waited for as long as he would wait for the pause to end.

    :raises WorkspaceError: ``pause_held``, naming him;
    :raises psycopg2.Error: when it is none of ours who writes.
    """
    import psycopg2.errors  # noqa: PLC0415  there already: we are connected

    waits = patience()
    try:
        run(
            connection,
            "SELECT set_config('lock_timeout', %s, true); SELECT pg_advisory_xact_lock(%s, %s)",
            (f"{max(1, min(waits.pause_s, waits.statement_s) * 1000):.0f}ms", _PAUSES, schema_number(location)),
        )
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected) as error:
        asked = {"pauses": _PAUSES, "schema": schema_number(location) % 2**32, "named": f"{WRITES}%"}
        with connected(location) as asking:
            people = sorted({author_of(name) for (name,) in run(asking, _WRITERS, asked)} - {""})
            jobs = jobs_at_work(asking, location)
        if not people:
            raise
        raise WorkspaceError("pause_held", path=location.label, who=named_with_jobs(people, jobs)) from error
    _OWN.places.append(location)
    try:
        yield
    finally:
        _OWN.places.remove(location)


def kept_beside_jobs(location: PostgresLocation) -> Opening:
    """Return what a transaction that writes begins with: it waits for who has a pause, and keeps off upgrades.

    A job's pause is waited for as long as for colleagues who save the same part; then it fails as
    ``workspace_locked``.
    """
    if location in _OWN.places:
        return VERSION_KEPT
    waits = patience()
    waiting = (
        f"SELECT set_config('lock_timeout', '{waits.queue_s * 1000:.0f}ms', true);"
        f" SELECT pg_advisory_xact_lock_shared({_PAUSES}, {schema_number(location)});"
        f" SELECT set_config('lock_timeout', '{waits.lock_s * 1000:.0f}ms', true); "
    )
    return Opening(waiting + VERSION_KEPT.statements, VERSION_KEPT.told)


def jobs_at_work(connection: Connection, location: PostgresLocation) -> tuple[JobAtWork, ...]:
    """Return the jobs that write to a schema and run now, the earliest first.

    Who waits for a pause counts as having it, because everybody else waits behind him.
    """
    asked = {"jobs": _JOBS, "pauses": _PAUSES, "schema": schema_number(location) % 2**32, "named": f"{_NAMED}%"}
    found = []
    for backend, name, has_a_pause in run(connection, _AT_WORK, asked):
        who, _, rest = name[len(_NAMED) :].partition(_BETWEEN)
        job, _, since = rest.partition(_BETWEEN)
        is_ours = backend in _OWN_BACKENDS
        found.append(JobAtWork(text_of(who), job, f"{since[:2]}:{since[2:]}", bool(has_a_pause), is_ours))
    return tuple(sorted(found, key=lambda one: (one.since, one.who, one.job)))


def named_with_jobs(people: list[str], jobs: tuple[JobAtWork, ...]) -> ListedMessages:
    """Return people for a sentence, each who lets a job run with what it is."""

    def is_his(job: JobAtWork, who: str) -> bool:
        # The name of a connection that tells of a job has less room.
        piece, _, _ = _name_with(who, job.job, job.since)[len(_NAMED) :].partition(_BETWEEN)
        return bool(job.who) and text_of(piece) == job.who

    def told(who: str) -> Message | str:
        return next((job.message() for job in jobs if is_his(job, who)), who)

    return ListedMessages("people", {"parts": [told(who) for who in people]})


def _name_with(who: str, job: str, since: str) -> str:
    """Return the name of a connection that tells of a job; ``since`` as ``HH:MM``."""
    return as_name(_NAMED, who, f"{_BETWEEN}{job[:_LONGEST_JOB]}{_BETWEEN}{since.replace(':', '')}")


def schema_number(location: PostgresLocation) -> int:
    """Return the number of a schema, the same for everybody, as the second key of a lock."""
    number = zlib.crc32(location.schema.encode())
    return number - 2**32 if number >= 2**31 else number
