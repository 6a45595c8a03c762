"""Gives up a server that does not answer any more, also where the network takes what is sent and brings nothing back.

The server's own limits (``statement_timeout``) do not help there, because its refusal is lost as well, and psycopg2
waits without end. So a thread looks twice a second, and cuts the connection of whoever waits for too long: his
call then fails like one whose connection broke. What a planner does not want to wait for is cut at once.

How long a server takes at the least is noted on the way: by that others know beforehand what many questions cost.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg2.extensions

_LOOK_S = 0.5
# Looks without anybody waiting before the thread ends.
_IDLE_LOOKS = 20
_LOCK = threading.Lock()
_WAITING: dict[psycopg2.extensions.connection, float] = {}
_WATCHERS: list[threading.Thread] = []
# Of the last answers of each server; among so many is one that there was nothing to be done for.
_ANSWERS_NOTED = 20
_TOOK_S: dict[tuple[str | None, ...], deque[float]] = {}


@contextmanager
def answered_within(connection: psycopg2.extensions.connection, seconds: float) -> Iterator[None]:
    """Cut the connection when the block, or one around it, has not ended after so many seconds."""
    begun = time.monotonic()
    with _LOCK:
        around = _WAITING.get(connection)
        end = time.monotonic() + seconds
        _WAITING[connection] = end if around is None else min(around, end)
        if not (_WATCHERS and _WATCHERS[0].is_alive()):
            _WATCHERS[:] = [threading.Thread(target=_watch, name="gridmgmt server answers", daemon=True)]
            _WATCHERS[0].start()
    try:
        yield
        _note(connection.login, time.monotonic() - begun)
    finally:
        with _LOCK:
            is_cut = _WAITING.pop(connection, None) is None
            if around is not None and not is_cut:
                _WAITING[connection] = around


def quickest_answer_s(login: Mapping[str, str]) -> float | None:
    """Return the least seconds that one of the last answers of a server took, ``None`` where it has given none.

    :param login: libpq's parameters; only those that name the server count.
    """
    with _LOCK:
        return min(_TOOK_S.get(_server(login), ()), default=None)


def _note(login: Mapping[str, str], seconds: float) -> None:
    with _LOCK:
        _TOOK_S.setdefault(_server(login), deque(maxlen=_ANSWERS_NOTED)).append(seconds)


def _server(login: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(login.get(name) for name in ("service", "host", "port"))


def give_up(connection: psycopg2.extensions.connection, stop: Callable[[], None]) -> None:
    """Cut the connection of whoever waits for an answer; returns at once.

    :param stop: asks the server to stop what nobody waits for; called in a thread of its own, for it may take long.
    """
    threading.Thread(target=stop, name="gridmgmt stops the server", daemon=True).start()
    with _LOCK:
        if _WAITING.pop(connection, None) is not None:
            _cut(connection)


def _watch() -> None:
    idle = 0
    while True:
        time.sleep(_LOOK_S)
        with _LOCK:
            idle = 0 if _WAITING else idle + 1
            if idle > _IDLE_LOOKS:
                _WATCHERS.clear()
                return
            now = time.monotonic()
            for connection in [waiting for waiting, end in _WAITING.items() if now > end]:
                del _WAITING[connection]
                _cut(connection)


def _cut(connection: psycopg2.extensions.connection) -> None:
    wire = socket.socket(fileno=connection.fileno())
    with suppress(OSError):  # it has broken by itself
        wire.shutdown(socket.SHUT_RDWR)
    wire.detach()  # libpq closes what it opened
