"""A file that says who is at work: locked as long as the process lives, and free the moment it is dead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.files import clear_away

# From making a folder to marking it takes a moment; so long nobody waits in between.
_SURELY_DEAD_S = 3600


@contextmanager
def held(mark: Path) -> Iterator[None]:
    """Make the file and keep it locked for the length of the block.

    :raises OSError: when it cannot be made.
    """
    with mark.open("wb") as file:
        _lock(file)
        yield


def is_held(mark: Path) -> bool:
    """Tell whether a living process, this one or another, keeps the file locked."""
    try:
        with mark.open("r+b") as file:
            _lock(file)
    except FileNotFoundError:
        return False
    except OSError:  # locked, or not ours to open: leave it alone
        return True
    return False


def clear_unmarked(folder: Path) -> None:
    """Remove a folder whose maker was killed before its mark was there: for an hour it has held no file.

    What holds a file, is younger or is not ours to remove stays.
    """
    try:
        is_old = clock.now().timestamp() - folder.stat().st_mtime >= _SURELY_DEAD_S
        is_empty = all(one.is_dir() and not one.is_symlink() and not any(one.iterdir()) for one in folder.iterdir())
    except OSError:  # somebody else was faster, or it is not ours to look into
        return
    if is_old and is_empty:
        clear_away(folder)


def _lock(file: IO[bytes]) -> None:
    """Lock a file against every other opening of it, without waiting; closing it frees it.

    :raises OSError: when it is locked.
    """
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415  Windows has it alone

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl  # noqa: PLC0415  Windows does not have it

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
