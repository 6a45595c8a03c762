"""Connections that wait a few seconds for the next call: making one costs more than most reads.

An idle connection is in no transaction, holds no lock and has no setting of an earlier call. It is closed when nobody
asked for it within :data:`IDLE_S`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg2.extensions

IDLE_S = 5.0
_MOST_OF_A_KIND = 4
_LOCK = threading.Lock()
_WAITING: dict[Hashable, list[tuple[float, psycopg2.extensions.connection]]] = {}
_SWEEPERS: list[threading.Timer] = []


def take(login: Hashable) -> psycopg2.extensions.connection | None:
    """Return a connection that was made with the same login, ``None`` when none waits; it may be dead by now."""
    with _LOCK:
        waiting = _WAITING.get(login)
        return waiting.pop()[1] if waiting else None


def give_back(login: Hashable, connection: psycopg2.extensions.connection) -> None:
    """Let a connection wait that is in no transaction; close it where enough wait."""
    with _LOCK:
        waiting = _WAITING.setdefault(login, [])
        kept = not connection.closed and len(waiting) < _MOST_OF_A_KIND
        if kept:
            waiting.append((time.monotonic(), connection))
            _sweep_later()
    if not kept:
        connection.close()


def close_all() -> None:
    """Close every waiting connection now."""
    _close(older_than_s=0.0)


def _sweep_later() -> None:
    if not _SWEEPERS:
        sweeper = threading.Timer(IDLE_S, _sweep)
        sweeper.daemon = True
        _SWEEPERS.append(sweeper)
        sweeper.start()


def _sweep() -> None:
    _close(older_than_s=IDLE_S)
    with _LOCK:
        _SWEEPERS.clear()
        if any(_WAITING.values()):
            _sweep_later()


def _close(older_than_s: float) -> None:
    now = time.monotonic()
    gone: list[psycopg2.extensions.connection] = []
    with _LOCK:
        for login, waiting in list(_WAITING.items()):
            gone += [connection for since, connection in waiting if now - since >= older_than_s]
            _WAITING[login] = [entry for entry in waiting if now - entry[0] < older_than_s]
            if not _WAITING[login]:
                del _WAITING[login]
    for connection in gone:
        connection.close()
