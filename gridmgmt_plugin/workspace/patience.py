"""How long to wait for a lock, an answer or a network: little in the thread that draws the window, more behind it.

What may take its time is handed over to :func:`wait_for`: in a thread that draws a window it goes through that
window's way of waiting, which keeps it painted and offers a way out; everywhere else it is simply done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from gridmgmt_plugin.core.errors import WorkspaceError

_T = TypeVar("_T")


@dataclass(frozen=True)
class Patience:
    """``lock_s``: seconds for somebody else's lock; ``statement_s``: seconds for one statement of a server;
    ``queue_s``: seconds behind colleagues who are saving the same part, which takes each of them a moment;
    ``pause_s``: seconds for a job that asked everybody for a pause.
    """

    lock_s: float
    statement_s: float
    queue_s: float = 0.2
    pause_s: float = 0.0


class GivenUpError(Exception):
    """The planner did not want to wait any longer for what :func:`wait_for` was to bring."""


class Waiting(Protocol):
    """How a window waits for a deed that is done in a thread of its own."""

    def __call__(self, deed: Callable[[], Any], give_up: Callable[[], None], *, is_long: bool = False) -> Any:
        """Return what the deed returns, or raise what it raises.

        :param give_up: makes the deed end soon; called when the planner does not want to wait.
        :param is_long: it is known beforehand that the deed takes long: the window stands still for no moment.
        :raises GivenUpError: then.
        """

    def is_on(self) -> bool:
        """Tell whether the window waits right now: who asks was called in the middle of something else."""


# A planner takes a window that stands still for longer as dead; a network drive or a virus scanner holds a file for a
# second or two, and a server sorts a million rows in a minute.
WINDOW = Patience(lock_s=0.2, statement_s=10.0)
# In a window that is painted on while it waits, and offers a way out.
_PAINTED_QUEUE_S, _PAINTED_PAUSE_S = 8.0, 20.0
BEHIND = Patience(lock_s=3.0, statement_s=600.0, queue_s=10.0, pause_s=60.0)
#: Seconds after which data that nobody has confirmed mean that the network is gone, in every thread.
NETWORK_S = 10.0

_WINDOW_THREADS: dict[int, Waiting | None] = {}


def this_thread_draws_the_window(waiting: Waiting | None = None) -> None:
    """Have this thread wait as little as :data:`WINDOW` says from now on.

    :param waiting: how it waits for what may take its time; by itself it stands still.
    """
    _WINDOW_THREADS[threading.get_ident()] = waiting


def no_thread_draws_a_window() -> None:
    """Have every thread wait as long as :data:`BEHIND` says."""
    _WINDOW_THREADS.clear()


def patience() -> Patience:
    """Return how long this thread waits."""
    this = threading.get_ident()
    if this not in _WINDOW_THREADS:
        return BEHIND
    if _WINDOW_THREADS[this] is None:
        return WINDOW
    return replace(WINDOW, queue_s=_PAINTED_QUEUE_S, pause_s=_PAINTED_PAUSE_S)


def wait_for(deed: Callable[[], _T], give_up: Callable[[], None], *, is_long: bool = False) -> _T:
    """Do what may take its time; see :class:`Waiting`.

    :raises GivenUpError: in a window, when the planner did not want to wait for it.
    """
    waiting = _WINDOW_THREADS.get(threading.get_ident())
    if waiting is None:
        return deed()
    answer: _T = waiting(deed, give_up, is_long=is_long)
    return answer


def pause(seconds: float) -> None:
    """Do nothing for a while.

    :raises GivenUpError: in a window, when the planner did not want to wait for it.
    """
    wait_for(lambda: time.sleep(seconds), lambda: None)


def refuse_while_waiting(place: str) -> None:
    """Do nothing unless this thread was called while it waits: in the middle of a deed nothing else is changed.

    :param place: what the change is for, as planners read it.
    :raises WorkspaceError: ``postgres_wait_goes_on`` then.
    """
    if is_waiting():
        raise WorkspaceError("postgres_wait_goes_on", path=place)


def is_waiting() -> bool:
    """Tell whether this thread waits for something, and was called in the middle of that."""
    waiting = _WINDOW_THREADS.get(threading.get_ident())
    return waiting is not None and waiting.is_on()
