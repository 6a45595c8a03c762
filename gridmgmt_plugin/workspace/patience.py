"""How long to wait for a lock, an answer or a network: little in the thread that draws the window, more behind it."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """``lock_s``: seconds for somebody else's lock; ``statement_s``: seconds for one statement of a server."""

    lock_s: float
    statement_s: float


# A planner takes a window that stands still for longer as dead; a network drive or a virus scanner holds a file for a
# second or two, and a server sorts a million rows in a minute.
WINDOW = Patience(lock_s=0.2, statement_s=10.0)
BEHIND = Patience(lock_s=3.0, statement_s=600.0)
#: Seconds after which data that nobody has confirmed mean that the network is gone, in every thread.
NETWORK_S = 10.0

_WINDOW_THREADS: set[int] = set()


def this_thread_draws_the_window() -> None:
    """Have this thread wait as little as :data:`WINDOW` says from now on."""
    _WINDOW_THREADS.add(threading.get_ident())


def no_thread_draws_a_window() -> None:
    """Have every thread wait as long as :data:`BEHIND` says."""
    _WINDOW_THREADS.clear()


def patience() -> Patience:
    """Return how long this thread waits."""
    return WINDOW if threading.get_ident() in _WINDOW_THREADS else BEHIND
