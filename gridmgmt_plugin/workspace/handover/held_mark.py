"""A folder of one's own with a file in it that says who is at work: locked as long as the process lives, and free the
moment it is dead.

Who clears up after the dead may come at any moment. So a folder holds nothing before its mark is locked, whoever
makes one looks after the locking whether it is still there, and a folder that goes loses its mark last.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gridmgmt_plugin.core.files import clear_away, remove_empty_folder

# So often in a row nobody clears up in the very moment between making and locking.
_TURNS = 5
_IS_WINDOWS = os.name == "nt"
# Windows removes no file that is open.
_OPEN_FILES_CAN_GO = not _IS_WINDOWS


@dataclass
class HeldFolder:
    """A folder that is ours; it ``stays`` when the work in it ends, or goes."""

    path: Path
    stays: bool = False


@contextmanager
def held(new_folder: Callable[[], Path], name: str) -> Iterator[HeldFolder]:
    """Make a folder, and keep a file of that name in it locked for the length of the block.

    :param new_folder: makes a folder that nobody else has; it is asked again where somebody cleared that up before it
        was marked.
    :raises OSError: when nothing can be made or locked there.
    """
    folder, file = _marked(new_folder, name)
    made = HeldFolder(folder)
    try:
        with file:
            yield made
    finally:
        if not made.stays:
            clear_marked(folder / name)


def clear_marked(mark: Path) -> None:
    """Remove the folder of a mark, the mark last: what a kill leaves of it is known by the mark. Never raises."""
    _clear_beside(mark)
    clear_away(mark.parent)


def clear_if_dead(mark: Path) -> None:
    """Remove the folder of a mark whose maker is dead; a living one's stays, and what is not ours to remove."""
    try:
        file = mark.open("r+b")
    except OSError:  # somebody else was faster, or it is not ours to open
        return
    with file:
        try:
            _make_ours(file, mark)
        except OSError:  # its maker lives, or somebody else clears it up
            return
        _clear_beside(mark)
        if _OPEN_FILES_CAN_GO:
            clear_away(mark)  # while it is locked: whoever waits for the lock finds that it is gone
    if not _OPEN_FILES_CAN_GO:
        clear_away(mark)
    clear_bare(mark.parent)


def clear_bare(folder: Path) -> None:
    """Remove a folder that holds nothing: its maker was killed before it was marked, or makes another."""
    with suppress(OSError):  # it holds something, somebody was faster, or it is not ours to remove
        remove_empty_folder(folder)


def _marked(new_folder: Callable[[], Path], name: str) -> tuple[Path, IO[bytes]]:
    turns = itertools.count(1)
    while True:
        folder = new_folder()
        try:
            return folder, _locked(folder / name)
        except OSError:  # cleared up already, or in the hands of who clears up, or nothing can be made here at all
            clear_away(folder / name)
            clear_bare(folder)
            if next(turns) == _TURNS:
                raise


def _locked(mark: Path) -> IO[bytes]:
    file = mark.open("xb")
    try:
        _make_ours(file, mark)
    except OSError:
        file.close()
        raise
    return file


def _make_ours(file: IO[bytes], mark: Path) -> None:
    """Lock a file that is open.

    :raises OSError: when it is locked, or is no longer the one of its name.
    """
    _lock(file)
    if not os.path.samestat(os.fstat(file.fileno()), mark.stat()):
        raise FileNotFoundError(str(mark))


def _clear_beside(mark: Path) -> None:
    with suppress(OSError):
        for one in mark.parent.iterdir():
            if one != mark:
                clear_away(one)


def _lock(file: IO[bytes]) -> None:
    """Lock a file against every other opening of it, without waiting; closing it frees it.

    :raises OSError: when it is locked.
    """
    if _IS_WINDOWS:
        import msvcrt  # noqa: PLC0415  Windows has it alone

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl  # noqa: PLC0415  Windows does not have it

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
