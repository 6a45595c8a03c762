"""A stand-in for Windows: a file that this very process holds open can be neither replaced, renamed nor removed.

    python -m pytest -p tests.held_files tests/workspace

Whatever the plugin leaves open (a connection, a layer of GDAL, a stream) shows as ``file_held``. Another program that
holds a file is not played here, see ``tests/core/test_files.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

from gridmgmt_plugin.core import files
from gridmgmt_plugin.workspace.handover import held_mark

_OPEN = Path("/proc/self/fd")
_SHARING_VIOLATION = 32


def held_files() -> set[str]:
    """Return the files that this process has open."""
    found = set()
    for number in list(_OPEN.iterdir()):
        try:
            found.add(str(number.readlink()))
        except FileNotFoundError:  # the listing's own
            continue
    return found


def refuse_held(path: Path) -> None:
    """Refuse what Windows would refuse."""
    place = os.path.realpath(path)
    for name in held_files():
        if name == place or name.startswith(place + os.sep):
            error = PermissionError(13, "held by this process", name)
            error.winerror = _SHARING_VIOLATION
            raise error


def pytest_configure() -> None:
    """Put the check before every move and removal."""
    patiently = files._patiently

    def checked(deed, *paths):
        def look_first():
            for path in paths:
                refuse_held(path)
            deed()

        patiently(look_first, *paths)

    files._patiently = checked
    held_mark._OPEN_FILES_CAN_GO = False  # as where no open file can be removed
