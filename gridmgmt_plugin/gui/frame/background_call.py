"""Ask something of a workspace in the background: the window lives on, a login is asked for when one is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any

from qgis.core import QgsTask

from gridmgmt_plugin.core.errors import Cancelled, GridError, WorkspaceError
from gridmgmt_plugin.gui.frame.background_task import BackgroundTask, error_of
from gridmgmt_plugin.gui.opening.database_login import (
    ask_login,
    has_unlocked_logins,
    share_login,
    unlock_stored_logins,
)
from gridmgmt_plugin.workspace.location import Location, PostgresLocation

LOGIN_REFUSED, LOGINS_LOCKED = "postgres_password_wrong", "postgres_logins_locked"
_ASKED_AT_MOST = 3
Done = Callable[[Any, "GridError | None"], None]
# Blocks in which nothing is asked of the planner.
_UNASKED: list[None] = []
# Mistakes of ours that were told of what the window asks again and again by itself: kind, file and line.
_TOLD_MISTAKES: set[tuple[type[Exception], str, int | None]] = set()


@contextmanager
def nobody_asked() -> Iterator[None]:
    """Have no question that begins in the block ask for a login: it follows something that the planner did not do."""
    _UNASKED.append(None)
    try:
        yield
    finally:
        _UNASKED.pop()


class _Asking(BackgroundTask):
    """Runs ``deed()`` in a worker thread; ``on_done`` is called in the window's thread. ``is_done``: it came to its
    end, whoever wanted to stop it. A mistake of ours is an error as any other for who asked, and raised where QGIS
    shows it; only the first time where nobody did anything (``by_itself``).
    """

    def __init__(
        self,
        title: str,
        deed: Callable[[], Any],
        on_done: Callable[[_Asking], None],
        *,
        is_question: bool,
        by_itself: bool,
    ) -> None:
        super().__init__(title, is_question=is_question)
        self._deed, self._on_done, self._by_itself = deed, on_done, by_itself
        self.result: Any = None
        self.is_done = False
        self.error: GridError | None = None
        self._mistake: Exception | None = None

    def run(self) -> bool:
        """Ask; a worker thread calls this."""
        try:
            self.result = self._deed()
            self.is_done = True
        except GridError as error:
            self.error = error
        except Exception as mistake:  # a mistake of ours: raised again where QGIS shows it
            self._mistake = mistake
            self.error = error_of(mistake)
        return True

    def hand_over(self) -> None:
        """Hand the answer over."""
        try:
            self._on_done(self)
        finally:
            if self._mistake is not None and not (self._by_itself and _is_known(self._mistake)):
                raise self._mistake


def _is_known(mistake: Exception) -> bool:
    """Tell whether a mistake was told already, and take note of it."""
    place = extract_tb(mistake.__traceback__)[-1]
    sign = (type(mistake), place.filename, place.lineno)
    is_known = sign in _TOLD_MISTAKES
    _TOLD_MISTAKES.add(sign)
    return is_known


def is_question(task: QgsTask) -> bool:
    """Tell whether a task only asks something for a moment, which is no job that anybody waits for."""
    return isinstance(task, BackgroundTask) and task.is_question


class BackgroundCall:
    """One question about a place: ``deed(location)``, for a database with a login that the planner types if needed.

    ``on_done(result, error)`` is called once in the window's thread, whatever happens, and not at all after
    :meth:`cancel`. Connecting cannot be broken off in the middle; what comes back after a cancel is thrown away.

    :param writes: the deed changes something: it is waited for, and shown, as a job is.
    :param asks_login: ``False`` where the planner did nothing that it would answer: no dialog comes out of the blue,
        and what a login is missing for is told as the error; a mistake of ours is shown once and not each time.
    """

    def __init__(
        self,
        title: str,
        location: Location,
        deed: Callable[[Any], Any],
        on_done: Done,
        *,
        writes: bool = False,
        asks_login: bool = True,
    ) -> None:
        self.location, self._writes, self._asks_login = location, writes, asks_login and not _UNASKED
        self._title, self._deed, self._on_done = title, deed, on_done
        self._task: _Asking | None = None
        self._asked = 0

    def start(self) -> None:
        """Begin asking; returns at once."""
        location = self.location
        unlocked = unlock_stored_logins if self._asks_login else has_unlocked_logins
        if isinstance(location, PostgresLocation) and not unlocked(location):
            self._on_done(None, WorkspaceError(LOGINS_LOCKED))
            return
        self._task = _Asking(
            self._title,
            lambda: self._deed(location),
            self._answered,
            is_question=not self._writes,
            by_itself=not self._asks_login,
        )
        self._task.begin()

    def cancel(self) -> None:
        """Forget the question; nobody is told any more.

        It is not ended: QGIS 3.22 can lose other tasks when one ends that waits for its thread
        (:mod:`gridmgmt_plugin.gui.frame.task_watch`), and questions are forgotten at every movement of the mouse.
        """
        self._task = None

    def _answered(self, task: _Asking) -> None:
        if task is not self._task:
            return
        self._task = None
        if task.is_lost:
            self.start()
            return
        error, location = task.error, self.location
        if task.was_cancelled and not task.is_done:
            self._on_done(None, Cancelled())
        elif not isinstance(location, PostgresLocation):
            self._on_done(task.result, error)
        elif error is not None and error.code == LOGIN_REFUSED and self._may_ask:
            self._ask_again(location, error)
        else:
            if error is None:
                share_login(location)
            self._on_done(task.result, error)

    @property
    def _may_ask(self) -> bool:
        return self._asks_login and self._asked < _ASKED_AT_MOST

    def _ask_again(self, location: PostgresLocation, refused: GridError) -> None:
        self._asked += 1
        known = ask_login(location)
        if known is None:
            self._on_done(None, refused)
        else:
            self.location = known
            self.start()
