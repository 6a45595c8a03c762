"""News of a schema: ``NOTIFY`` of every transaction of ours that wrote, heard over one connection that stays.

Whoever writes tells in the message that asks for the number of his transaction, so nothing is waited for. Everybody
who may log in hears and may send: nothing is told that the name of a connection or the change log's reader may not
know. Where a pooler stands between, what it hands to others would be heard by them: there, and slowly beside
every ear, for programs that tell nothing, the server's own counts of written rows are looked at.

Source: PostgreSQL's manual, ``NOTIFY``, ``LISTEN`` and ``pg_stat_user_tables``; PgBouncer's manual, "Features".
"""

from __future__ import annotations

import hashlib
import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.news import WRITTEN, News, decoded, tables_written
from gridmgmt_plugin.workspace.postgis.connection import connected, lasting_connection, run, translated_errors
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    import psycopg2.extensions

#: What a connection that listens is called among those of the server.
NAME = "gridmgmt listens"
#: Seconds from one look at the counts to the next, without an ear and beside one.
LOOK_S, NET_S = 5.0, 60.0
# The server counts what was written up to so many seconds later.
_LATE_S = 15.0
_COUNTS = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE schemaname = %s"
_LISTENING = (
    "SELECT set_config('application_name', %s, false);"
    " SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'; LISTEN {channel}"
)


def channel_of(location: PostgresLocation) -> str:
    """Return the name of the channel of a schema: any name of a schema would not fit into it."""
    return f"gridmgmt_{hashlib.sha256(location.schema.encode()).hexdigest()[:16]}"


def opened_ear(location: PostgresLocation) -> Ear | CountsWatch:
    """Return what hears the news of a schema: over a connection of its own, behind a pooler by looking.

    :raises CapabilityError: ``psycopg2_missing``; :raises WorkspaceError: what connecting raises.
    """
    connection = lasting_connection(location)
    try:
        with translated_errors(location, writable=False):
            ((backend,),) = run(connection, "SELECT pg_backend_pid()")
            if backend == connection.info.backend_pid:
                run(connection, _LISTENING.format(channel=channel_of(location)), (NAME,))
                return Ear(connection, location)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return CountsWatch(location)


def _wires() -> tuple[socket.socket, socket.socket]:
    """Return what wakes and what is woken: the window does not wait where the other thread waits for a server."""
    waking, woken = socket.socketpair()
    waking.setblocking(False)
    return waking, woken


class Ear:
    """Hears over a connection that listens; see :class:`gridmgmt_plugin.workspace.news.hearing.Source`."""

    def __init__(self, connection: psycopg2.extensions.connection, location: PostgresLocation) -> None:
        self._connection, self._location = connection, location
        self._waking, self._woken = _wires()
        self._counts = _Counts(location.schema)
        self._next_look = 0.0

    def heard(self) -> Sequence[News]:
        """Wait for what others tell, and look now and then at what was written without being told."""
        with translated_errors(self._location, writable=False):
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + NET_S
                silent = self._counts.risen(self._connection)
                if silent:
                    return [tables_written(silent)]
            wires = [self._connection, self._woken]
            # What came with the answer to a question of ours is here already, and would wake nobody.
            wait_s = 0.0 if self._connection.notifies else max(0.0, self._next_look - time.monotonic())
            ready, _, _ = select.select(wires, [], [], wait_s)
            if self._woken in ready:
                self._woken.recv(4096)
            self._connection.poll()
        found = [decoded(one.payload) for one in self._connection.notifies]
        self._connection.notifies.clear()
        told = [news for news in found if news is not None]
        for news in told:
            self._counts.note_told(news)
        return [news for news in told if not news.is_own]

    def say(self, news: News) -> None:
        """Tell everybody who listens."""
        with translated_errors(self._location, writable=False):
            run(self._connection, "SELECT pg_notify(%s, %s)", (channel_of(self._location), news.encoded()))

    def wake(self) -> None:
        """End the waiting."""
        with suppress(OSError):  # it is closed already, or full of wakings
            self._waking.send(b"x")

    def close(self) -> None:
        """Listen no longer."""
        for wire in (self._connection, self._waking, self._woken):
            wire.close()


class CountsWatch:
    """Looks every few seconds which tables were written; see
    :class:`gridmgmt_plugin.workspace.news.hearing.Source`. Also what this program writes is told: who wrote is not
    known to the server's counts.
    """

    def __init__(self, location: PostgresLocation) -> None:
        self._location = location
        self._waking, self._woken = _wires()
        self._counts = _Counts(location.schema)
        self._next_look = 0.0

    def heard(self) -> Sequence[News]:
        """Look, unless it is too early; then wait."""
        ready, _, _ = select.select([self._woken], [], [], max(0.0, self._next_look - time.monotonic()))
        if ready:
            self._woken.recv(4096)
            return []
        self._next_look = time.monotonic() + LOOK_S
        with connected(self._location) as connection:
            risen = self._counts.risen(connection)
        return [tables_written(risen)] if risen else []

    def say(self, news: News) -> None:
        """Tell those who listen without a pooler between."""
        with connected(self._location) as connection:
            values = (channel_of(self._location), news.encoded())
            run(connection, "SELECT pg_notify(%s, %s); COMMIT", values)

    def wake(self) -> None:
        """End the waiting."""
        with suppress(OSError):  # it is closed already, or full of wakings
            self._waking.send(b"x")

    def close(self) -> None:
        """Look no longer."""
        self._waking.close()
        self._woken.close()


class _Counts:
    """How many rows of each table the server has seen written, and which tables were told of meanwhile."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._known: dict[str, int] | None = None
        self._told: dict[str, float] = {}
        self._looked = 0.0

    def note_told(self, news: News) -> None:
        """Remember what the counts will show as well."""
        if news.kind == WRITTEN:
            self._told.update(dict.fromkeys(news.rows, time.monotonic()))

    def risen(self, connection: psycopg2.extensions.connection) -> list[str]:
        """Return the tables that were written since this was last asked, without those that somebody told of."""
        found = {name: int(count) for name, count in run(connection, _COUNTS, (self._schema,)) if name in tables()}
        known, since = self._known, self._looked - _LATE_S
        self._known, self._looked = found, time.monotonic()
        if known is None:
            return []
        risen = [name for name, count in found.items() if count != known.get(name, count)]
        return [name for name in risen if self._told.get(name, 0.0) < since]
