"""The last step of a change: confirm it, and find out what became of it when the confirmation was lost.

Source: PostgreSQL's manual, functions ``pg_current_xact_id`` and ``pg_xact_status``, here by the names that servers
before 13 know as well.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import GivenUpError, pause
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.errors import statement_error

if TYPE_CHECKING:
    import psycopg2.extensions

#: By what the server knows a transaction. It is given one in any case: what is written on other servers alone
#: (foreign tables, Citus) gives none to the one that we are connected to, which commits after them.
NUMBER = "txid_current()"
# A server that lost its client may be about to finish; longer than this nobody waits before an open window.
_WAIT_S, _PAUSE_S = 2.0, 0.2
# What leaves open whether the server has committed → what is told when it cannot be asked.
_IN_DOUBT = {
    "postgres_connection_lost": "postgres_commit_unknown",
    "postgres_wait_given_up": "postgres_commit_given_up",
}


def commit(connection: psycopg2.extensions.connection, location: PostgresLocation) -> None:
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
    connection: psycopg2.extensions.connection,
    location: PostgresLocation,
    number: int,
    sql: str,
    values: Sequence[Any],
) -> None:
    """Commit with the same message as other statements; see :func:`commit`.

    :param number: by which the server knows the transaction. ``sql``: ends with the commit.
    """
    import psycopg2  # noqa: PLC0415  there already: we are connected

    try:
        run(connection, sql, values)
    except (psycopg2.Error, GivenUpError) as error:
        known = _told(error, location)
        if known.code not in _IN_DOUBT:
            raise known from error
        state = _state_of(number, location)
        if state == "aborted":
            raise known from error
        if state != "committed":
            raise WorkspaceError(_IN_DOUBT[known.code], **known.message.details) from error


def _told(error: Exception, location: PostgresLocation) -> WorkspaceError:
    if isinstance(error, GivenUpError):
        return WorkspaceError("postgres_wait_given_up", path=location.label)
    return statement_error(error, location, writable=True)


def _state_of(number: Any, location: PostgresLocation) -> str | None:
    """Return what the server says about a transaction: committed or aborted; ``None`` when it does not tell, or when
    the planner does not want to wait for that either.
    """
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            with connected(location) as connection:
                ((state,),) = run(connection, "SELECT txid_status(%s)", (number,))
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
