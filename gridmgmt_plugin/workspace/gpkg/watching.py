"""News of a file: it is looked at every second, by its time and size, and read only when these are others.

Every program that follows the standard notes with each table when it was last written (``gpkg_contents``), to a
thousandth of a second; what this program run wrote is known by the same notes. The file is never held open: QGIS
could not leave its write-ahead log then.

Source: GeoPackage 1.2, table ``gpkg_contents``; SQLite's "How To Corrupt", 2.2: no other way to open the file than
SQLite's, for closing it would give up SQLite's locks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gridmgmt_plugin.workspace.gpkg.errors import translated_errors
from gridmgmt_plugin.workspace.gpkg.recovery import open_for_reading
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.news.news import News, tables_written
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    import sqlite3

#: Seconds from one look to the next.
LOOK_S = 1.0
_FILES = ("", "-wal")
_LOCK = threading.Lock()
_WATCHES: list[FileWatch] = []
Stamps = Mapping[str, str]


class FileWatch:
    """Looks at a file; see :class:`gridmgmt_plugin.workspace.news.hearing.Source`."""

    def __init__(self, location: GeoPackageLocation) -> None:
        self.path = location.path
        self._woken = threading.Event()
        self._signs = self._look()
        self._known: dict[str, str] = dict(self._read()[0])
        self._foreign: set[str] = set()
        with _LOCK:
            _WATCHES.append(self)

    def heard(self) -> Sequence[News]:
        """Wait a while and look."""
        self._woken.wait(LOOK_S)
        self._woken.clear()
        signs = self._look()
        if signs == self._signs:
            return []
        now, who = self._read()
        self._signs = signs
        with _LOCK:
            self._take(now)
            found, self._foreign = self._foreign, set()
        return [tables_written(found, who)] if found else []

    def take_own(self, before: Stamps, after: Stamps) -> None:
        """Know what this program run has written, and what it found; the lock is held."""
        self._take(before)
        self._known.update(after)

    def say(self, news: News) -> None:
        """Tell nobody: a file has no place for it."""

    def wake(self) -> None:
        """End the waiting."""
        self._woken.set()

    def close(self) -> None:
        """Look no longer."""
        with _LOCK:
            _WATCHES.remove(self)

    def _take(self, now: Stamps) -> None:
        self._foreign |= {name for name, stamp in now.items() if self._known.get(name) != stamp}
        self._known.update(now)

    def _look(self) -> list[tuple[int, int] | None]:
        return [_sign(self.path.with_name(self.path.name + end)) for end in _FILES]

    def _read(self) -> tuple[Stamps, str]:
        """Return when each table was last written, and who has written last."""
        with translated_errors(self.path), closing(open_for_reading(self.path)) as connection:
            last = connection.execute("SELECT changed_by FROM change_log ORDER BY fid DESC LIMIT 1").fetchone()
            return _stamps(connection), str(last[0] or "") if last else ""


class OwnWrite:
    """What a transaction of this program run finds and leaves; see :func:`own_write`."""

    def __init__(self, path: Path) -> None:
        self._is_watched = bool(_watches(path))
        self.before: Stamps = {}
        self.after: Stamps = {}

    def begin(self, connection: sqlite3.Connection) -> None:
        """Note what the transaction finds."""
        if self._is_watched:
            self.before = _stamps(connection)

    def end(self, connection: sqlite3.Connection) -> None:
        """Note what the transaction leaves, right before it is committed."""
        if self._is_watched:
            self.after = _stamps(connection)


@contextmanager
def own_write(path: Path) -> Iterator[OwnWrite]:
    """Have whoever watches the file know, at the end of the block, what of it was written in it."""
    noted = OwnWrite(path)
    yield noted
    with _LOCK:
        for watch in _watches(path):
            watch.take_own(noted.before, noted.after)


def _watches(path: Path) -> list[FileWatch]:
    return [watch for watch in _WATCHES if watch.path == path]


def _sign(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:  # it is not there
        return None
    return found.st_mtime_ns, found.st_size


def _stamps(connection: sqlite3.Connection) -> Stamps:
    found = connection.execute("SELECT table_name, last_change FROM gpkg_contents")
    return {name: stamp for name, stamp in found if name in tables()}
