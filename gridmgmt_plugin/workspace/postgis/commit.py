"""The last step of a change: confirm it, and find out what became of it when the confirmation was lost.

Source: PostgreSQL's manual, functions ``pg_current_xact_id_if_assigned`` and ``pg_xact_status``, here by the names
that servers before 13 know as well.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected, run, waited_for
from gridmgmt_plugin.workspace.postgis.errors import statement_error

if TYPE_CHECKING:
    import psycopg2.extensions

# A server that lost its client may be about to finish; longer than this nobody waits before an open window.
_WAIT_S, _PAUSE_S = 2.0, 0.2


def commit(connection: psycopg2.extensions.connection, location: PostgresLocation) -> None:
    """Commit; when the answer is lost, ask the server over another connection.

    :raises WorkspaceError: ``postgres_connection_lost`` when nothing was written, ``postgres_commit_unknown`` when
        the server cannot be asked either, else what a failed statement means.
    """
    import psycopg2  # noqa: PLC0415  there already: we are connected

    if connection.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_INERROR:
        # A commit would roll back without a word.
        raise WorkspaceError("postgres_statement_failed", path=location.label, reason="25P02")
    number = None
    try:
        ((number,),) = run(connection, "SELECT txid_current_if_assigned()")
        with waited_for(connection):
            connection.commit()
    except psycopg2.Error as error:
        known = statement_error(error, location, writable=True)
        # Without a number the question before the commit failed, or nothing was written: nothing is in doubt.
        if known.code != "postgres_connection_lost" or number is None:
            raise known from error
        state = _state_of(number, location)
        if state == "aborted":
            raise known from error
        if state != "committed":
            raise WorkspaceError("postgres_commit_unknown", **known.message.details) from error


def _state_of(number: Any, location: PostgresLocation) -> str | None:
    """Return what the server says about a transaction: committed or aborted; ``None`` when it does not tell."""
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            with connected(location) as connection:
                ((state,),) = run(connection, "SELECT txid_status(%s)", (number,))
        except GridError:
            state = None
        if state in ("committed", "aborted"):
            return str(state)
        if time.monotonic() > end:
            return None
        time.sleep(_PAUSE_S)
