"""A program of a test, run to its end: what it started ends with it, however that comes about."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_to_end(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path, seconds: float
) -> int | None:
    """Run a command with its output in ``log``; return its exit code, ``None`` when it was ended after ``seconds``.

    It has a process group of its own, and whatever of the group is left is killed: after a normal end, a time-out, an
    interrupted test. The kernel ends it when this process dies.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  no other thread runs here
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    """Kill what is left of the process group that a process leads, and wait for the process."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # nobody is left
        return
    finally:
        process.wait()


def die_with_parent() -> None:
    """Have the kernel end the process when the one that started it ends, however that ends (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
