"""News of a schema: ``NOTIFY`` of every transaction of ours that wrote, heard over one connection that stays.

Whoever writes tells in the message that asks for the number of his transaction, so nothing is waited for. Everybody
who may log in hears and may send: nothing is told that the name of a connection or the change log's reader may not
know. Where a pooler stands between, what it hands to others would be heard by them, and a standby hears nothing:
there (:mod:`gridmgmt_plugin.workspace.postgis.looking`), and slowly beside every ear, for programs that tell nothing,
the server's own counts of written rows are looked at.

Source: PostgreSQL's manual, ``NOTIFY``, ``LISTEN`` and ``pg_stat_user_tables``; PgBouncer's manual, "Features".
"""

from __future__ import annotations

import hashlib
import select
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.news import News, decoded, tables_written
from gridmgmt_plugin.workspace.patience import NETWORK_S
from gridmgmt_plugin.workspace.postgis.answer_watch import answered_within
from gridmgmt_plugin.workspace.postgis.connection import lasting_connection, run, translated_errors
from gridmgmt_plugin.workspace.postgis.looking.board import IS_THERE, NOTIFYING, TELLING, telling
from gridmgmt_plugin.workspace.postgis.looking.waking import Waking
from gridmgmt_plugin.workspace.postgis.looking.watch import Looking
from gridmgmt_plugin.workspace.postgis.looking.written import CountedRows

if TYPE_CHECKING:
    import psycopg2.extensions

#: What a connection that listens is called among those of the server.
NAME = "gridmgmt listens"
#: Seconds from one look at the counts to the next, beside an ear.
NET_S = 60.0
_LISTENING = (
    "SELECT set_config('application_name', %s, false);"
    " SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'; LISTEN {channel}"
)


def channel_of(location: PostgresLocation) -> str:
    """Return the name of the channel of a schema: any name of a schema would not fit into it."""
    return f"gridmgmt_{hashlib.sha256(location.schema.encode()).hexdigest()[:16]}"


def opened_ear(location: PostgresLocation) -> Ear | Looking:
    """Return what hears the news of a schema: over a connection of its own, behind a pooler and at a standby by
    looking.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    connection = lasting_connection(location)
    try:
        with translated_errors(location, writable=False):
            ((backend, is_standby, has_board),) = run(
                connection, f"SELECT pg_backend_pid(), pg_is_in_recovery()::int, {IS_THERE}::int"
            )
            if backend == connection.info.backend_pid and not is_standby:
                run(connection, _LISTENING.format(channel=channel_of(location)), (NAME,))
                return Ear(connection, location, has_board=bool(has_board))
    except BaseException:
        connection.close()
        raise
    connection.close()
    return Looking(location, channel_of(location), is_standby=bool(is_standby), has_board=bool(has_board))


class Ear:
    """Hears over a connection that listens; see :class:`gridmgmt_plugin.workspace.news.hearing.Source`."""

    def __init__(
        self, connection: psycopg2.extensions.connection, location: PostgresLocation, *, has_board: bool
    ) -> None:
        """``has_board``: those whom no notification reaches are told by it."""
        self._connection, self._location, self._has_board = connection, location, has_board
        self._waking = Waking()
        self._counts = CountedRows()
        self._next_look = 0.0

    def heard(self) -> Sequence[News]:
        """Wait for what others tell, and look now and then at what was written without being told."""
        with translated_errors(self._location, writable=False):
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + NET_S
                silent = self._counts.risen(self._ask(CountedRows.QUESTION, {"schema": self._location.schema}))
                if silent:
                    return [tables_written(silent)]
            wires = [self._connection, self._waking.wire]
            # What came with the answer to a question of ours is here already, and would wake nobody.
            wait_s = 0.0 if self._connection.notifies else max(0.0, self._next_look - time.monotonic())
            ready, _, _ = select.select(wires, [], [], wait_s)
            if self._waking.wire in ready:
                self._waking.take()
            self._connection.poll()
        found = [decoded(one.payload) for one in self._connection.notifies]
        self._connection.notifies.clear()
        told = [news for news in found if news is not None]
        for news in told:
            self._counts.note_told(news)
        return [news for news in told if not news.is_own]

    def say(self, news: News) -> None:
        """Tell everybody who listens, and those who look at the board where there is one."""
        sql = TELLING if self._has_board else NOTIFYING
        with translated_errors(self._location, writable=False):
            self._ask(sql, telling(channel_of(self._location), news))

    def _ask(self, sql: str, values: dict[str, str]) -> list[tuple[Any, ...]]:
        """Ask for something small: a server that does not answer soon is gone, and nothing would be heard of it."""
        with answered_within(self._connection, NETWORK_S):
            return run(self._connection, sql, values)

    def wake(self) -> None:
        """End the waiting."""
        self._waking.wake()

    def close(self) -> None:
        """Listen no longer."""
        self._connection.close()
        self._waking.close()
