"""Planners who change different parts of a schema save side by side; whoever holds a whole table keeps off them all.

A part is a community, a responsibility grid, a range of numbers: an advisory lock, which needs no right on any table
and ends with the transaction. Who holds it is told by the name that a transaction of ours gives its connection, which
every login of the database may read.

Source: PostgreSQL's manual, "Advisory Locks", "pg_locks" and "pg_stat_activity".
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.workspace.holding_order import in_holding_order
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import patience
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run
from gridmgmt_plugin.workspace.postgis.connection_names import WRITES, as_name, author_of
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work, named_with_jobs
from gridmgmt_plugin.workspace.postgis.sql import quoted

if TYPE_CHECKING:
    import psycopg2.extensions

# "grip" as four bytes, so that no other program's locks are met.
_OURS = 0x67726970
# A server has room for so many locks of all transactions together; who changes more than this holds whole tables.
MOST_PARTS = 200

# However many locks are taken together, one waits as long for all of them as for one. The server knows when the
# message came, and what time it is.
_FOR_THE_REST = (
    "set_config('lock_timeout', greatest(1, {ms} - 1000 *"
    " extract(epoch FROM clock_timestamp() - statement_timestamp()))::int || 'ms', true)"
)

# Who holds one of the parts, or a table in a way that keeps off who writes to it (``shared``) or wants it ``alone``.
_HOLDERS = """
SELECT a.application_name, l.objid::bigint FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND l.pid <> %(me)s AND a.application_name LIKE %(named)s AND l.database = (SELECT oid
    FROM pg_database WHERE datname = current_database()) AND (
    l.locktype = 'advisory' AND l.classid = %(ours)s AND l.objid::bigint = ANY (%(parts)s) AND l.objsubid = 2
    OR l.locktype = 'relation' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') AND (
        l.relation = ANY (%(alone)s::regclass[])
        OR l.relation = ANY (%(shared)s::regclass[]) AND l.mode <> 'RowExclusiveLock'))
"""


def named(opening: Opening, author: str) -> Opening:
    """Have a transaction that begins give its connection the name of who works: who waits for it is told."""
    statements = f"{opening.statements} SELECT set_config('application_name', %(who)s, true);"
    return replace(opening, statements=statements, values={"who": as_name(WRITES, redact(author))})


def hold_parts(
    connection: psycopg2.extensions.connection,
    location: PostgresLocation,
    parts: Collection[str],
    shared: Sequence[str],
    alone: Sequence[str],
    then: str,
    values: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """Hold parts of the schema, or tables, until the transaction ends; see ``Transaction.hold_parts``. One message:
    one statement that takes all of them, and one that is run as soon as they are held (``then``, its ``values``, with
    percent signs doubled); return its rows.

    Everybody takes the tables first and then the parts by their numbers, so that no two wait for each other.

    :raises WorkspaceError: ``workspace_part_held`` or, for a table that somebody of ours writes to,
        ``workspace_table_held``;
    :raises psycopg2.Error: when it is not one of us who holds them.
    """
    import psycopg2.errors  # noqa: PLC0415  there already: we are connected

    numbers = sorted({_number(location, part) for part in parts})
    waits, backend = patience(), connection.info.backend_pid
    modes = {**dict.fromkeys(shared, "ROW EXCLUSIVE"), **dict.fromkeys(alone, "SHARE ROW EXCLUSIVE")}
    rest = _FOR_THE_REST.format(ms=f"{waits.queue_s * 1000:.0f}")
    taking = [f"LOCK TABLE {_name(location, one)} IN {modes[one]} MODE" for one in in_holding_order(modes)]
    taking += [f"PERFORM pg_advisory_xact_lock({_OURS}, {number})" for number in numbers]
    steps = "".join(f"PERFORM {rest}; {step}; " for step in taking)
    settled = f"PERFORM set_config('lock_timeout', '{waits.lock_s * 1000:.0f}ms', true);"
    sql = f"DO $held$ BEGIN {steps}{settled} END $held$"
    try:
        return run(connection, f"{sql}; {then}" if then else sql, values)
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected) as error:
        who, held = _holders(location, backend, parts, shared, alone)
        if who is None:
            raise
        code = "workspace_part_held" if held else "workspace_table_held"
        details = {"parts": listing(held)} if held else {}
        raise WorkspaceError(code, path=location.label, who=who, **details) from error


@contextmanager
def holder_told(
    connection: psycopg2.extensions.connection, location: PostgresLocation, *tables: str
) -> Iterator[None]:
    """Say who holds a table, or rows of it, when a statement of the block that writes to it cannot wait any longer.

    :raises WorkspaceError: ``workspace_table_held``;
    :raises psycopg2.Error: when it is not one of us who holds it.
    """
    import psycopg2.errors  # noqa: PLC0415  there already: we are connected

    backend = connection.info.backend_pid
    try:
        yield
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected) as error:
        who, _ = _holders(location, backend, (), (), tables)
        if who is None:
            raise
        raise WorkspaceError("workspace_table_held", path=location.label, who=who) from error


def _holders(
    location: PostgresLocation, backend: int, parts: Collection[str], shared: Sequence[str], alone: Sequence[str]
) -> tuple[Message | None, list[str]]:
    """Return which of us hold parts or tables, with the jobs that they let run, and the parts; ``None`` when it is
    none of us, or not any more.
    """
    by_number = {_number(location, part) % 2**32: part for part in parts}
    places = {name: [_name(location, one) for one in of] for name, of in (("shared", shared), ("alone", alone))}
    asked = {"me": backend, "named": f"{WRITES}%", "ours": _OURS, "parts": list(by_number), **places}
    try:
        with connected(location) as asking:
            found = run(asking, _HOLDERS, asked)
            people = sorted({author for author in (author_of(name) for name, _ in found) if author})
            told = named_with_jobs(people, jobs_at_work(asking, location)) if people else None
    except GridError:
        return None, []  # what could not be held is told without it
    return told, sorted({by_number[number] for _, number in found if number in by_number})


def _number(location: PostgresLocation, part: str) -> int:
    """Return the number of a part, the same for everybody; two that share one only wait for each other."""
    number = zlib.crc32(f"{location.schema}\n{part}".encode())
    return number - 2**32 if number >= 2**31 else number


def _name(location: PostgresLocation, table: str) -> str:
    return f"{location.schema}.{quoted(table)}"
