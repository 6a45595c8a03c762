"""Where tests write: in memory where there is room for it, as a disk is waited for at every commit of a workspace.

``tests/conftest.py`` calls :func:`move_in` before anybody asks for a folder. The processes of a run in parallel, and
the programs that tests start, follow it through ``TMPDIR``; who sets that before the run chooses by itself.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")
_PREFIX = "gridmgmt-tests-"
# Several times of what a run fills; a container often has 64 MB of it.
ROOM_BYTES = 6 * 2**30
_MEMINFO = Path("/proc/meminfo")


class Scratch:
    """The folder in memory that this process made: gone with a green run, kept after a red one until the next run."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._failed = folder, True

    def pytest_sessionfinish(self, exitstatus):
        self._failed = exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self):
        if not self._failed:
            shutil.rmtree(self._folder, ignore_errors=True)


def move_in(environment: Mapping[str, str], memory: Path = _MEMORY) -> Scratch | None:
    """Make a folder in memory and let every temporary file lie there; ``None`` where all stays on the disk."""
    if "TMPDIR" in environment or not _has_room(memory):
        return None
    for left in memory.glob(f"{_PREFIX}*"):
        if not Path("/proc", left.name.removeprefix(_PREFIX).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=memory))
    folder.chmod(0o755)  # a server of another user works in a folder of its own in it
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return Scratch(folder)


def _has_room(memory: Path) -> bool:
    """Tell whether the file system is there, runs programs, and has the room, with as much memory free behind it."""
    if not memory.is_dir() or not os.access(memory, os.W_OK | os.X_OK) or not _MEMINFO.exists():
        return False
    there = os.statvfs(memory)
    lines = _MEMINFO.read_text(encoding="utf-8").splitlines()
    free_kb = next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), 0)
    runs_programs = not there.f_flag & os.ST_NOEXEC
    return runs_programs and min(there.f_bavail * there.f_frsize, free_kb * 1024) >= ROOM_BYTES
