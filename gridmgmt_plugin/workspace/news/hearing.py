"""Hears what is told about a workspace, in a thread of its own, for as long as somebody wants to hear it.

A database tells by ``NOTIFY`` (:mod:`gridmgmt_plugin.workspace.postgis.listening`), a file is looked at every
second (:mod:`gridmgmt_plugin.workspace.gpkg.watching`). A connection that is lost is made anew without a word, and
then anything may have been written meanwhile.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from gridmgmt_plugin.core.errors import CapabilityError, GridError
from gridmgmt_plugin.workspace.counts.kept import kept_while_heard, outdate
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation
from gridmgmt_plugin.workspace.logins import kept_login
from gridmgmt_plugin.workspace.news.news import News, anything_written

#: Seconds before a lost connection is made anew, after each failure the next; by chance up to half of it less, so
#: that a server that begins anew is not asked by all windows at once.
PAUSES_S: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 30.0)
#: A connection that has stood for so many seconds was none that failed: the pauses begin anew after it.
SOUND_S = 5.0
# A server may lock out whoever comes with a wrong password every few seconds.
_LOGIN_REFUSED = ("postgres_password_wrong", "postgres_credentials_missing")
_LOOK_FOR_LOGIN_S = 1.0


class Source(Protocol):
    """Where news come from, open for as long as they are listened to."""

    def heard(self) -> Sequence[News]:
        """Wait for news, or until :meth:`wake` is called or it is time to look at something else.

        :raises GridError: when nothing can be heard any more.
        """

    def say(self, news: News) -> None:
        """Tell everybody else who listens; where nobody can be told, nothing happens.

        :raises GridError: when nothing can be said any more.
        """

    def wake(self) -> None:
        """End the waiting of another thread."""

    def close(self) -> None:
        """Listen no longer."""


class Hearing:
    """Calls ``on_news`` in a thread of its own with what others tell; :meth:`stop` ends it.

    :param may_connect: whether the login that the place needs is unlocked; nobody is asked for one.
    :param on_mistake: called in that thread with the first error that is none of ours to foresee; what can be heard
        after it is heard all the same.
    """

    def __init__(
        self,
        location: Location,
        on_news: Callable[[Sequence[News]], None],
        may_connect: Callable[[], bool],
        on_mistake: Callable[[Exception], None],
    ) -> None:
        self._location, self._on_news, self._may_connect = location, on_news, may_connect
        self._on_mistake, self._is_mistaken = on_mistake, False
        self._stopped = threading.Event()
        self._source: Source | None = None
        self._to_say: deque[News] = deque(maxlen=100)
        self._changing = threading.Lock()
        self._stood_s = 0.0

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="gridmgmt hears", daemon=True).start()

    def stop(self) -> None:
        """End soon; nothing more is told to us, and what was said last is still told to others."""
        self._stopped.set()
        self._wake()

    def say(self, news: News) -> None:
        """Have everybody else told; returns at once. What cannot be said within a moment is forgotten.

        :raises ValueError: when the news are too long.
        """
        news.encoded()  # refused here, where somebody sees it
        self._to_say.append(news)
        self._wake()

    def _wake(self) -> None:
        with self._changing:
            if self._source is not None:
                self._source.wake()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._stood_s = 0.0
            try:
                if self._may_connect():
                    with closing(_opened(self._location)) as source, kept_while_heard(self._location):
                        self._listen(source, missed=failures > 0)
            except CapabilityError:
                return
            except GridError as error:
                login = self._login()
                while error.code in _LOGIN_REFUSED and login == self._login():
                    if self._stopped.wait(_LOOK_FOR_LOGIN_S):
                        return
            except Exception as mistake:  # nobody would see that the thread has ended
                if not self._is_mistaken:
                    self._is_mistaken = True
                    self._on_mistake(mistake)
            failures = 0 if self._stood_s >= SOUND_S else failures
            pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            self._stopped.wait(pause_s * random.uniform(0.5, 1.0))
            failures += 1

    def _listen(self, source: Source, *, missed: bool) -> None:
        begun = time.monotonic()
        with self._changing:
            self._source = source
        try:
            self._tell([anything_written()] if missed else [])
            while not self._stopped.is_set():
                self._say_all(source)
                self._tell(source.heard())
            self._say_all(source)
        finally:
            self._stood_s = time.monotonic() - begun
            with self._changing:
                self._source = None

    def _say_all(self, source: Source) -> None:
        while self._to_say:
            source.say(self._to_say.popleft())

    def _tell(self, news: Sequence[News]) -> None:
        for one in news:
            outdate(self._location, one.places)
        if news and not self._stopped.is_set():
            self._on_news(news)

    def _login(self) -> object:
        return kept_login(self._location) if isinstance(self._location, PostgresLocation) else None


def _opened(location: Location) -> Source:
    if isinstance(location, GeoPackageLocation):
        from gridmgmt_plugin.workspace.gpkg.watching import FileWatch  # noqa: PLC0415  only where it is used

        return FileWatch(location)
    from gridmgmt_plugin.workspace.postgis.listening import opened_ear  # noqa: PLC0415

    return opened_ear(location)
