"""A workspace in a GeoPackage file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import TornReadError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, replace_file, staging_path
from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.backend import Bounds
from gridmgmt_plugin.workspace.counts.of_file import take_steps
from gridmgmt_plugin.workspace.gpkg.connection import connect, one_transaction, probe_lock
from gridmgmt_plugin.workspace.gpkg.copying import FileCopy, FileTables
from gridmgmt_plugin.workspace.gpkg.create import create_file
from gridmgmt_plugin.workspace.gpkg.reading import (
    all_indexed,
    connected,
    count_by,
    count_rows,
    read_info,
    read_point_parts,
    read_rows,
)
from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction
from gridmgmt_plugin.workspace.gpkg.triggers import refuse_unknown_triggers
from gridmgmt_plugin.workspace.gpkg.watching import own_write
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.migrations import refuse_other_version, stored_version
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.transaction import Transaction


class GeoPackageBackend:
    """See :class:`gridmgmt_plugin.workspace.backend.Backend`; the file is open for the length of a call only."""

    def __init__(
        self,
        location: GeoPackageLocation,
        opened: sqlite3.Connection | None = None,
        seen: _SeenState | None = None,
    ) -> None:
        """``opened``: a connection that all reads go through, instead of one for each; ``seen``: the state that they
        must show.
        """
        self.location = location
        self._opened = opened
        self._seen = seen
        self._readers: dict[int, _Reader] = {}  # by thread, as long as it is in a transaction

    def read_info(self) -> dict[str, str]:
        """Return the entries of ``workspace_info``."""
        return read_info(self.location.path)

    def read_rows(
        self,
        table: str,
        columns: Sequence[str] | None,
        where: Mapping[str, Any] | None,
        bounds: Bounds | None,
        *,
        geometry: bool,
    ) -> Rows:
        """Return rows of a table as columns, ordered by row number."""
        with self._same_state():
            return read_rows(
                self.location.path, table, columns, where, bounds, geometry=geometry, opened=self._connection()
            )

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find, in one state."""
        with self.reading() as state:
            return [
                state.read_rows(read.table, read.columns, dict(read.where), read.bounds, geometry=read.geometry)
                for read in reads
            ]

    def read_tables(self, names: Sequence[str]) -> dict[str, Rows]:
        """Return several tables over one connection; no lock is held from one to the next."""
        with self._one_reader() if self._connection() is None else nullcontext():
            return {name: self.read_rows(name, None, None, None, geometry=True) for name in names}

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """Yield all rows of a table of points, part by part."""
        with self._same_state():
            yield from read_point_parts(self.location.path, table, columns, self._connection())

    def count_rows(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""
        with self._same_state():
            return count_rows(self.location.path, table, where, self._connection())

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """Return what a table has in some columns and how rows are told apart, and how many rows have it."""
        with self._same_state():
            return count_by(self.location.path, table, columns, told, self._connection())

    def all_placed(self, table: str) -> bool:
        """Tell whether the spatial index holds as many rows as the table."""
        with self._same_state():
            return all_indexed(self.location.path, table, self._connection())

    def may_see(self, table: str) -> bool:  # noqa: ARG002  the protocol's signature
        """Say yes: who may read the file may read all of it."""
        return True

    def _connection(self) -> sqlite3.Connection | None:
        """Return what reads go through, ``None`` where each has a connection of its own."""
        if self._opened is not None:
            return self._opened
        reader = self._readers.get(threading.get_ident())
        return None if reader is None else reader.connection()

    @contextmanager
    def reading(self) -> Iterator[GeoPackageBackend]:
        """Keep the file open in one state: a read transaction, which a writer waits for."""
        if self._opened is not None:
            yield self
            return
        with connected(self.location.path) as connection:
            connection.execute("BEGIN")
            yield GeoPackageBackend(self.location, connection)

    @contextmanager
    def watching(self) -> Iterator[GeoPackageBackend]:
        """Keep the file open without a lock, and look at every read whether somebody has written."""
        with connected(self.location.path) as connection:
            yield GeoPackageBackend(self.location, connection, _SeenState(connection, self.location.path))

    @contextmanager
    def transaction(self, author: str, gesture: str) -> Iterator[Transaction]:
        """Change the file in one transaction; what a newer program has upgraded meanwhile is left alone.

        What this thread reads meanwhile it reads over one connection: to open a file takes longer than most reads.
        """
        path = self.location.path
        with ExitStack() as stack:
            connection = stack.enter_context(closing(connect(path, writable=True)))
            noted = stack.enter_context(own_write(path))
            stack.enter_context(one_transaction(connection, path))
            refuse_unknown_triggers(connection, path)
            refuse_other_version(stored_version(connection, path), path)
            noted.begin(connection)
            running = GeoPackageTransaction(connection, author, gesture)
            with self._one_reader():
                yield running
            running.finish()
            noted.end(connection)
            steps = running.steps()
        take_steps(path, steps)

    @contextmanager
    def _one_reader(self) -> Iterator[None]:
        with closing(_Reader(self.location)) as reader:
            self._readers[threading.get_ident()] = reader
            try:
                yield
            finally:
                del self._readers[threading.get_ident()]

    def announced(self, author: str, job: str, *, with_pause: bool) -> AbstractContextManager[None]:  # noqa: ARG002
        """Tell nobody: a file has no place for what ends with the program."""
        return nullcontext()

    def whole_tables(self) -> FileTables:
        """Return the tables as they are copied."""
        return FileTables(self.location.path, self._connection(), self._same_state)

    @contextmanager
    def create(self, info: WorkspaceInfo, author: str) -> Iterator[Transaction]:
        """Fill a file under another name and put it in its place when the block ends well."""
        with self._new_file(info) as connection:
            running = GeoPackageTransaction(connection, author, "create_workspace")
            yield running
            running.finish()

    @contextmanager
    def take_copy(self, info: WorkspaceInfo) -> Iterator[FileCopy]:
        """Fill a file under another name and put it in its place when the block ends well."""
        with self._new_file(info) as connection:
            running = FileCopy(connection, "", "")
            yield running
            running.finish()

    @contextmanager
    def _new_file(self, info: WorkspaceInfo) -> Iterator[sqlite3.Connection]:
        """Give a connection, in its transaction, to a file that says nothing of itself yet."""
        self.refuse_existing()
        path = self.location.path
        unfinished = staging_path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_file(unfinished)
        except OSError as error:
            raise WorkspaceError("workspace_not_created", path=str(path), reason=str(error)) from error
        try:
            create_file(unfinished, info.frame)
            with closing(connect(unfinished, writable=True)) as connection, one_transaction(connection, unfinished):
                yield connection
            replace_file(unfinished, path)
        except BaseException:
            clear_away(unfinished)
            raise

    def refuse_existing(self) -> None:
        """Refuse a name that is taken."""
        if self.location.path.exists():
            raise WorkspaceError("workspace_exists", path=str(self.location))

    def probe(self) -> None:
        """Find out whether the file could be written now."""
        probe_lock(self.location.path)

    def _same_state(self) -> AbstractContextManager[None]:
        return nullcontext() if self._seen is None else self._seen.kept()


class _SeenState:
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


class _Reader:
    """A connection that is opened when it is first read over."""

    def __init__(self, location: GeoPackageLocation) -> None:
        self._location = location
        self._opened: sqlite3.Connection | None = None

    def connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = connect(self._location.path, writable=False)
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
