"""The last step of a change: confirm it, and find out what became of it when the confirmation was lost.

Source: PostgreSQL's manual, functions ``pg_current_xact_id`` and ``pg_xact_status``, here by the names that servers
before 13 know as well. A server that crashed, or took over from one, gives the number of a change that it had not
stored to another one: the lines of the change log tell whose number it is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import GivenUpError, pause
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.errors import statement_error

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

#: By what the server knows a transaction. It is given one in any case: what is written on other servers alone
#: (foreign tables, Citus) gives none to the one that we are connected to, which commits after them.
NUMBER = "txid_current()"
# A number that nobody has had yet was lost with what was to be stored; a crash begins the statistics anew.
_STATE = """
SELECT CASE WHEN pg_is_in_recovery() THEN NULL
        WHEN %(number)s >= txid_current() THEN 'aborted'
        ELSE txid_status(%(number)s) END,
    coalesce(greatest(pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time()) > %(began)s::timestamptz,
        true)
"""
# Names stand in the log as resources/schema/roles.sql has them written. Of a log that lies on other servers (Citus)
# the numbers are theirs.
_WHOSE = """
SELECT bool_or(starts_with(translate(btrim(changed_by), '()', '（）'),
        translate(btrim(left(%(author)s, 100)), '()', '（）'))), to_regclass('pg_dist_partition') IS NULL
    AND (SELECT relkind FROM pg_class WHERE oid = 'change_log'::regclass) = 'r'
FROM change_log WHERE fid > (SELECT max(fid) - 100000 FROM change_log)
    AND xmin::text::bigint = %(number)s %% 4294967296
"""
# A server that lost its client may be about to finish; longer than this nobody waits before an open window.
_WAIT_S, _PAUSE_S = 2.0, 0.2
_NOBODY_TOLD = nullcontext()
# What leaves open whether the server has committed → what is told when it cannot be asked.
_IN_DOUBT = {
    "postgres_connection_lost": "postgres_commit_unknown",
    "postgres_wait_given_up": "postgres_commit_given_up",
}


def commit(connection: Connection, location: PostgresLocation) -> None:
    """Commit; when the answer is lost, or nobody wants to wait for it, ask the server over another connection.

    :raises WorkspaceError: ``postgres_connection_lost`` or ``postgres_wait_given_up`` when nothing was written,
        ``postgres_commit_unknown`` or ``postgres_commit_given_up`` when the server cannot be asked either, else what
        a failed statement means.
    """
    import psycopg2  # noqa: PLC0415  there already: we are connected

    if connection.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_INERROR:
        # A commit would roll back without a word.
        raise WorkspaceError("postgres_statement_failed", path=location.label, reason="25P02")
    try:
        ((number,),) = run(connection, f"SELECT {NUMBER}")
    except (psycopg2.Error, GivenUpError) as error:  # nothing is in doubt yet
        raise _told(error, location) from error
    commit_with(connection, location, number, "COMMIT", ())


def commit_with(
    connection: Connection,
    location: PostgresLocation,
    number: int,
    sql: str,
    values: Sequence[Any],
    *,
    signed_by: str | None = None,
    holders: AbstractContextManager[object] = _NOBODY_TOLD,
) -> None:
    """Commit with the same message as other statements; see :func:`commit`.

    :param number: by which the server knows the transaction. ``sql``: ends with the commit. ``signed_by``: who wrote
        lines of the change log in it, ``None`` where there are none. ``holders``: says who holds what these
        statements write to.
    """
    import psycopg2  # noqa: PLC0415  there already: we are connected

    try:
        with holders:
            run(connection, sql, values)
    except (psycopg2.Error, GivenUpError) as error:
        known = _told(error, location)
        if known.code not in _IN_DOUBT:
            raise known from error
        state = _state_of(number, connection.running[1], location, signed_by)
        if state == "aborted":
            raise known from error
        if state != "committed":
            raise WorkspaceError(_IN_DOUBT[known.code], **known.message.details) from error


def _told(error: Exception, location: PostgresLocation) -> WorkspaceError:
    if isinstance(error, GivenUpError):
        return WorkspaceError("postgres_wait_given_up", path=location.label)
    return statement_error(error, location, writable=True)


def _state_of(number: int, began: str | None, location: PostgresLocation, signed_by: str | None) -> str | None:
    """Return what the server says about a transaction: committed or aborted; ``None`` when it does not tell, or when
    the planner does not want to wait for that either.
    """
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            with connected(location) as connection:
                ((state, has_crashed),) = run(connection, _STATE, {"number": number, "began": began})
                if state == "committed":
                    state = _by_whom(connection, number, signed_by, may_be_another=has_crashed)
        except GridError as error:
            if error.code == "postgres_wait_given_up":
                return None
            state = None
        if state in ("committed", "aborted"):
            return str(state)
        if time.monotonic() > end:
            return None
        try:
            pause(_PAUSE_S)
        except GivenUpError:
            return None


def _by_whom(connection: Connection, number: int, signed_by: str | None, *, may_be_another: bool) -> str | None:
    """Return what became of a transaction whose number one that was stored bears, ``None`` when nothing tells.

    :param may_be_another: the server has given numbers anew. One that took over from another does not say so: there
        lines of somebody else tell it.
    """
    unless_told = None if may_be_another else "committed"
    if signed_by is None:
        return unless_told
    ((is_ours, is_here),) = run(connection, _WHOSE, {"number": number, "author": signed_by})
    if is_ours:
        return "committed"
    is_told = is_here and (may_be_another or is_ours is not None)
    return "aborted" if is_told else unless_told
