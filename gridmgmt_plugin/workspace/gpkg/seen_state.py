"""Whether a file is still in the state in which it was first read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmgmt_plugin.core.errors import TornReadError


class SeenState:
    """The state of a file at the first read over a connection.

    Source: SQLite's ``PRAGMA data_version``, which differs when another connection has committed in between, in every
    journal mode.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """``connection``: stays open, and nothing is written over it."""
        self._connection, self._path = connection, path
        self._first: int | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Make sure that what the block reads belongs to what was read before.

        :raises TornReadError: when somebody has written since.
        """
        if self._first is None:
            self._first = self._version()
        yield
        if self._version() != self._first:
            raise TornReadError(str(self._path))

    def _version(self) -> int:
        ((version,),) = self._connection.execute("PRAGMA data_version")
        return int(version)
