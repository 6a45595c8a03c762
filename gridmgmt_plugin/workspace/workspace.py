"""A workspace (网格库): open it, read its tables as columns, change it in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.backend import Backend
from gridmgmt_plugin.workspace.copying import CopyTarget, WholeTables
from gridmgmt_plugin.workspace.gpkg.backend import GeoPackageBackend
from gridmgmt_plugin.workspace.gpkg.copying import FileCopy
from gridmgmt_plugin.workspace.handover.settling import settle
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, parse_location
from gridmgmt_plugin.workspace.postgis.backend import PostgresBackend
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.steady import ReadUntilWritten
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.transaction import Transaction


class Workspace:
    """One workspace: a GeoPackage file or a schema of a PostgreSQL database, with the same promises.

    Nothing is held open between calls: every read is short, every change one short transaction, so that QGIS,
    other planners and other programs can use it meanwhile.
    """

    #: Whether its transactions keep nothing, because a job is tried out.
    rehearses = False

    def __init__(self, location: Location, info: WorkspaceInfo, opened: Backend | None = None) -> None:
        """``opened``: a place that is open already, to be read through."""
        self.location = location
        self.info = info
        self._backend = _backend(location) if opened is None else opened

    @property
    def place(self) -> Backend:
        """Return what the workspace is read through."""
        return self._backend

    @property
    def title(self) -> str:
        """Return what sentences call the workspace: its county, else its file or schema."""
        return self.info.county_name or self.location.label

    @property
    def path(self) -> Path:
        """Return the path of a workspace that is a file.

        :raises WorkspaceError: ``workspace_not_a_file`` for one in a database.
        """
        if isinstance(self.location, GeoPackageLocation):
            return self.location.path
        raise WorkspaceError("workspace_not_a_file", location=self.location.label)

    @classmethod
    def open(cls, location: str | Path | Location) -> Workspace:
        """Open an existing workspace, given as a path, a ``postgresql://`` URI or a location.

        A hand-over that a crash left open is ended first; ``settled_handovers`` says how.

        :raises WorkspaceError: when it is missing, not ours, of another schema version or not readable.
        :raises CapabilityError: ``psycopg2_missing`` when a database is named and cannot be reached from here.
        """
        found = parse_location(location)
        opened = cls(found, WorkspaceInfo.from_entries(_backend(found).read_info()))
        if settle(opened):
            opened = cls(found, WorkspaceInfo.from_entries(opened._backend.read_info()))
        return opened

    @classmethod
    @contextmanager
    def create(
        cls, location: str | Path | Location, info: WorkspaceInfo, author: str = ""
    ) -> Iterator[tuple[Workspace, Transaction]]:
        """Make a new workspace and fill it; it appears under its name only when the block ends well.

        :raises WorkspaceError: ``workspace_exists`` for a name that is taken, ``workspace_not_created`` for a
            folder or a database that cannot be written.
        """
        workspace = cls(parse_location(location), info)
        with workspace._backend.create(info, author) as transaction:
            for key, value in info.entries().items():
                transaction.set_info(key, value)
            yield workspace, transaction

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        *,
        bounds: tuple[float, float, float, float] | None = None,
        geometry: bool = True,
    ) -> Rows:
        """Return rows of a table as columns, ordered by row number.

        :param columns: names to read; all of them (scheme columns and ``row_version`` too) when ``None``.
        :param where: columns that must equal a value (``None`` = missing, a list = any of it, days = a
            :class:`~gridmgmt_plugin.workspace.values.Days` or
            :class:`~gridmgmt_plugin.workspace.values.Highest`), ``fid`` too.
        :param bounds: minx, miny, maxx, maxy: only rows whose bounding box meets it, found through the spatial index.
        """
        return self._backend.read_rows(table, columns, where, bounds, geometry=geometry)

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads of some hundred or thousand rows find, in one state; see :func:`.asked`.

        A database answers all of them in one message.
        """
        return self._backend.read_together(reads) if reads else []

    def read_ahead(self, reads: Sequence[Asked]) -> None:
        """Read together what will be asked with :meth:`read` one by one in this state, where it is read in one."""
        if isinstance(self._backend, ReadUntilWritten):
            self._backend.read_ahead(reads)

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """Yield all rows of a table of points, part by part, so that memory never holds a large one whole.

        The parts show one state; in a file a writer waits until the last of them has been read.
        """
        return self._backend.read_point_parts(table, columns)

    def read_all(self, names: Sequence[str] | None = None) -> dict[str, Rows]:
        """Return several tables (all of them when ``None``) keyed by name, as the checks want them."""
        return self._backend.read_tables(list(tables()) if names is None else names)

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""
        return self._backend.count_rows(table, where)

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """Return what a table has in some columns, each combination once in any order, and how many rows have it
        (int64): counted where the rows are, none of which is read.

        :param told: by the names of further columns, what rows are told apart by besides.
        """
        return self._backend.count_by(table, columns, told)

    def all_placed(self, table: str) -> bool:
        """Tell whether every row of a table is known to have a shape, without looking at each row: ``False`` where a
        row has none, and where only a look at all of them would tell.
        """
        return self._backend.all_placed(table)

    def whole_tables(self) -> WholeTables:
        """Return the tables as they are copied: with everything that lies in them, page by page."""
        return self._backend.whole_tables()

    def may_see(self, table: str) -> bool:
        """Tell whether whoever is logged in is shown the rows of a table: a database keeps contacts from those whose
        role does not need them. Whoever may see some of them may see.
        """
        return self._backend.may_see(table)

    @contextmanager
    def reading(self) -> Iterator[Workspace]:
        """Give the same workspace for many reads in a row: all in one state, until the first transaction.

        Keep the block short: nobody else can write to a file meanwhile.
        """
        with ExitStack() as stack:
            yield self._in_one_state(stack.enter_context(self._backend.reading()), stack)

    @contextmanager
    def steady(self) -> Iterator[Workspace]:
        """Give the same workspace for a long job: all reads show one state, until the first transaction through it.

        Nobody is held off. In a database every state can be read as long as somebody wants to; in a file a save by
        somebody else ends it, and the next read says so.

        :raises TornReadError: in the block, when somebody has written into the file.
        """
        with ExitStack() as stack:
            yield self._in_one_state(stack.enter_context(self._backend.watching()), stack)

    def _in_one_state(self, state: Backend, stack: ExitStack) -> Workspace:
        return type(self)(self.location, self.info, ReadUntilWritten(state, self._backend, stack.close))

    def transaction(self, author: str, gesture: str) -> AbstractContextManager[Transaction]:
        """Change the workspace in one transaction: all of the block is written, or nothing.

        :param author: who is working, as told once by the user; goes into the change log.
        :param gesture: what is being done, a stable key such as ``generate_unit_grids``.
        :raises WorkspaceError: ``workspace_locked`` within this thread's patience when another program is writing
            what this transaction writes.
        """
        return self._backend.transaction(author, gesture)

    @property
    def has_written(self) -> bool:
        """Tell whether a transaction of this one has ended well, since it has been read in one state."""
        return isinstance(self._backend, ReadUntilWritten) and self._backend.has_written

    def announced(self, author: str, job: str, *, with_pause: bool = False) -> AbstractContextManager[None]:
        """Tell everybody who works in the same database for the length of the block that a job runs that will write.

        Nothing of it stays, also when the program dies. A file tells nobody.

        :param author: who lets it run; :param job: the key of its algorithm.
        :param with_pause: nobody else writes to the database meanwhile: they wait for a while and are told whom for.
        :raises WorkspaceError: ``pause_held``, naming who is writing and is not done within this thread's patience,
            or ``workspace_locked`` where it is another program.
        """
        return self._backend.announced(author, job, with_pause=with_pause)

    def probe(self) -> None:
        """Find out within this thread's patience whether a change could be written now.

        :raises WorkspaceError: ``workspace_locked`` when another program holds the workspace,
            ``workspace_read_only`` when it may not be written from here.
        """
        self._backend.probe()


def take_copy(location: str | Path | Location, info: WorkspaceInfo) -> AbstractContextManager[CopyTarget]:
    """Make a place for the copy of a workspace that says ``info`` of itself, without a row: it appears under its name
    only when the block ends well.

    :raises WorkspaceError: as :meth:`Workspace.create`.
    """
    return _backend(parse_location(location)).take_copy(info)


def take_working_copy(location: GeoPackageLocation, info: WorkspaceInfo) -> AbstractContextManager[FileCopy]:
    """Make a file as :func:`take_copy` does, which can keep how every row stood when it was copied."""
    return GeoPackageBackend(location).take_copy(info)


def refuse_existing(location: str | Path | Location) -> None:
    """Refuse a place for a new workspace that is taken, before anything is computed for it.

    :raises WorkspaceError: ``workspace_exists``, or that the place is none for a workspace.
    """
    _backend(parse_location(location)).refuse_existing()


def _backend(location: Location) -> Backend:
    if isinstance(location, GeoPackageLocation):
        return GeoPackageBackend(location)
    return PostgresBackend(location)
