"""Run a deed in a process of its own, which shares no connection, lock or thread with the one that asked."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def apart(deed: Callable[[], Answer]) -> Answer:
    """Return what the deed answers in a child process.

    A program that forks to be killed uses this for whatever else it does with a database: a child takes over the
    parent's waiting connections, and its locks, held by threads that the child has not got.

    :raises ChildProcessError: when the child did not come to its end; it has printed why.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(deed(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise ChildProcessError(f"the child ended with status {status}")
    return pickle.loads(answer)
