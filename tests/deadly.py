"""Kill a change of a workspace at every step that it takes, each time in a process of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager

from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.forked import apart

MOST_STEPS = 400


class Deadly:
    """A transaction in which the process is killed at the n-th call, before it does anything."""

    def __init__(self, transaction, last_call: int) -> None:
        self._transaction, self._left = transaction, last_call

    def __getattr__(self, name: str):
        value = getattr(self._transaction, name)
        if not callable(value):
            return value

        def called(*given, **named):
            self.step(name)
            return value(*given, **named)

        return called

    def step(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.write(1, f"{name} ".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def be_deadly(last_call: int) -> None:
    """Have every transaction of this process kill it at a call; the last ones are before and after the commit."""
    real = Workspace.transaction

    @contextmanager
    def transaction(workspace: Workspace, author: str, gesture: str):
        with real(workspace, author, gesture) as running:
            proxy = Deadly(running, last_call)
            yield proxy
            proxy.step("commit")
        proxy.step("committed")

    Workspace.transaction = transaction


def sound(workspace: Workspace) -> bool:
    """Tell whether a file is whole; a database sees to that by itself."""
    if not isinstance(workspace.location, GeoPackageLocation):
        return True
    with closing(sqlite3.connect(workspace.path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def _state(workspace: Workspace, content: Callable[[Workspace], object]) -> tuple[object, bool]:
    return content(workspace), sound(workspace)


def kill_at_each_step(
    location: Location, run: Callable[[Workspace], object], content: Callable[[Workspace], object]
) -> None:
    """Print one line per step: what was called, its number, whether all is as before or after, whether it is sound.

    :param content: what is stored, to be compared.
    """
    before = apart(lambda: content(Workspace.open(location)))
    for number in range(1, MOST_STEPS):
        child = os.fork()
        if child == 0:
            own = Workspace.open(location)
            be_deadly(number)
            run(own)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        left, is_sound = apart(lambda: _state(Workspace.open(location), content))
        same = left == before
        state = "before" if same else "after"
        os.write(1, f"{number} {state} {is_sound}\n".encode())
        if not same or not os.WIFSIGNALED(status):
            break
