"""A workspace in a schema of a PostgreSQL database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.backend import Bounds
from gridmgmt_plugin.workspace.copying import CopyTarget
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.migrations import check_version, refuse_other_version
from gridmgmt_plugin.workspace.patience import patience
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run, run_alone, structure_told
from gridmgmt_plugin.workspace.postgis.copying import SchemaCopy, SchemaTables
from gridmgmt_plugin.workspace.postgis.create import create_tables, refuse_taken
from gridmgmt_plugin.workspace.postgis.job_locks import announced, jobs_at_work, kept_beside_jobs
from gridmgmt_plugin.workspace.postgis.part_locks import named
from gridmgmt_plugin.workspace.postgis.reading import (
    TYPES_TOLD,
    columns_there,
    count_by,
    count_rows,
    keep_types,
    may_see,
    read_point_parts,
    read_rows,
    reader,
    stored_version,
)
from gridmgmt_plugin.workspace.postgis.reading_together import OTHER_COLUMNS, OneState, read_together
from gridmgmt_plugin.workspace.postgis.transaction import PostgresTransaction
from gridmgmt_plugin.workspace.postgis.upgrade_notices import notice_of
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.schema import refuse_missing_columns
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.transaction import Transaction

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

# How the server says that it has no version to tell.
_LOOKED_INTO = (*OTHER_COLUMNS, "postgres_not_permitted")
_NOT_WRITABLE = ("postgres_read_only", "postgres_standby")
_MAY_WRITE = (
    "SELECT bool_and(has_table_privilege(%(table)s, kind))"
    " FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS wanted (kind)"
)
_NOT_THERE = ("workspace_missing", "workspace_not_ours", "postgres_no_right_to_write")


class PostgresBackend:
    """See :class:`gridmgmt_plugin.workspace.backend.Backend`; each call is one connection and one transaction,
    reads in one snapshot apart.
    """

    def __init__(self, location: PostgresLocation, state: OneState | None = None) -> None:
        """``state``: the snapshot in which all reads are, instead of one for each."""
        self.location = location
        self._state = state

    @property
    def _opened(self) -> Connection | None:
        return None if self._state is None else self._state.connection

    def read_info(self) -> dict[str, str]:
        """Return the entries of ``workspace_info``."""
        found = self._info_at_once()
        if found is not None:
            return found
        with connected(self.location) as connection:
            check_version(stored_version(connection, self.location), self.location.label)
            refuse_missing_columns(columns_there(connection, self.location), self.location.label)
            return dict(run(connection, "SELECT key, value FROM workspace_info"))

    def _info_at_once(self) -> dict[str, str] | None:
        """Return the entries, asked for with the columns of all tables in one message; ``None`` where something is
        missing, of which it has to be found out what.
        """
        entries = f"(SELECT json_agg(json_build_array(key, value)) FROM {self.location.schema}.workspace_info)"
        try:
            ((structure, told, types),) = run_alone(
                self.location, f"SELECT {structure_told()}, {entries}, {TYPES_TOLD}", {}
            )
        except WorkspaceError as error:
            if error.code in _LOOKED_INTO:
                return None
            raise
        info: dict[str, str] = dict(told or ())
        version = str(info.get("schema_version"))
        if not (version.isascii() and version.isdigit()):
            return None
        check_version(int(version), self.location.label)
        refuse_missing_columns(keep_types(self.location, structure, types), self.location.label)
        return info

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
        return read_rows(self.location, table, columns, where, bounds, geometry=geometry, opened=self._opened)

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find, in one state and one message."""
        return read_together(self.location, reads) if self._state is None else self._state.read_together(reads)

    def read_tables(self, names: Sequence[str]) -> dict[str, Rows]:
        """Return several tables in one snapshot, over one connection."""
        with self.reading() as state:
            return {name: state.read_rows(name, None, None, None, geometry=True) for name in names}

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """Yield all rows of a table of points, part by part."""
        return read_point_parts(self.location, table, columns, self._opened)

    def count_rows(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""
        return count_rows(self.location, table, where, self._opened)

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """Return what a table has in some columns and how rows are told apart, and how many rows have it."""
        return count_by(self.location, table, columns, told, self._opened)

    def all_placed(self, table: str) -> bool:  # noqa: ARG002  the protocol's signature
        """Say no: the server knows it only by looking at every row."""
        return False

    def may_see(self, table: str) -> bool:
        """Tell whether this login is shown the rows of a table: the right to it, and past the row security on it."""
        return may_see(self.location, table, self._opened)

    @contextmanager
    def reading(self) -> Iterator[PostgresBackend]:
        """Read everything in one snapshot, on one connection, from the first read on; nobody is held off by it."""
        if self._state is not None:
            yield self
            return
        with ExitStack() as stack:
            yield PostgresBackend(self.location, OneState(self.location, stack))

    def watching(self) -> AbstractContextManager[PostgresBackend]:
        """Read everything in one snapshot: the server keeps it as long as somebody reads."""
        return self.reading()

    @contextmanager
    def transaction(self, author: str, gesture: str) -> Iterator[Transaction]:
        """Change the schema in one transaction; what a newer program has upgraded meanwhile is left alone."""
        with ExitStack() as stack:
            connection = self._begun(stack, author)
            (version,) = connection.told
            is_number = version is not None and version.isascii() and version.isdigit()
            found = int(version) if is_number else stored_version(connection, self.location)
            refuse_other_version(found, self.location.label)
            running = PostgresTransaction(connection, self.location, author, gesture)
            yield running
            running.finish()

    def _begun(self, stack: ExitStack, author: str) -> Connection:
        """Return a connection on which a transaction has begun, after waiting for a job that has a pause.

        :raises WorkspaceError: ``workspace_paused`` when the job has not ended within this thread's patience.
        """
        end, job = time.monotonic() + patience().pause_s, None
        while True:
            opening = named(kept_beside_jobs(self.location), author)
            try:
                return stack.enter_context(connected(self.location, writable=True, opening=opening))
            except WorkspaceError as error:
                waited_for = job
                job = self._job_with_a_pause() if error.code == "workspace_locked" else None
                if job is None and waited_for is None:
                    self._say_what_is_missing(error)
                    self._say_who_upgrades(error)
                    raise
                if job is not None and time.monotonic() >= end:
                    raise WorkspaceError("workspace_paused", path=self.location.label, job=job.message()) from error

    def _job_with_a_pause(self) -> JobAtWork | None:
        with connected(self.location) as connection:
            return next((job for job in jobs_at_work(connection, self.location) if job.has_a_pause), None)

    def announced(self, author: str, job: str, *, with_pause: bool) -> AbstractContextManager[None]:
        """Tell others that a job runs."""
        return announced(self.location, author, job, with_pause=with_pause)

    def _say_what_is_missing(self, error: WorkspaceError) -> None:
        """Tell whether schema, workspace or rights are not there when a transaction could not read its version.

        :raises WorkspaceError: what :func:`stored_version` raises.
        """
        if error.code in _NOT_THERE:
            with connected(self.location, writable=True) as connection:
                stored_version(connection, self.location)

    def _say_who_upgrades(self, error: WorkspaceError) -> None:
        """Tell who keeps off everybody who writes.

        :raises WorkspaceError: ``workspace_being_upgraded``, when somebody has given notice of an upgrade.
        """
        if error.code == "workspace_locked":
            with connected(self.location) as connection:
                notice = notice_of(connection, self.location)
            if notice is not None:
                raise WorkspaceError("workspace_being_upgraded", path=self.location.label, who=notice.who) from error

    @contextmanager
    def create(self, info: WorkspaceInfo, author: str) -> Iterator[Transaction]:
        """Make schema and tables and fill them in the same transaction: nobody sees them before it ends well."""
        with connected(self.location, writable=True) as connection:
            create_tables(connection, self.location, info.frame)
            running = PostgresTransaction(connection, self.location, author, "create_workspace")
            yield running
            running.finish()

    def whole_tables(self) -> SchemaTables:
        """Return the tables as they are copied."""
        return SchemaTables(self.location, partial(reader, self.location, self._opened))

    @contextmanager
    def take_copy(self, info: WorkspaceInfo) -> Iterator[CopyTarget]:
        """Make schema and tables and fill them in the same transaction."""
        with connected(self.location, writable=True) as connection:
            create_tables(connection, self.location, info.frame)
            running = SchemaCopy(connection, self.location, "", "")
            yield running
            running.finish()

    def refuse_existing(self) -> None:
        """Refuse a schema that is taken."""
        with connected(self.location) as connection:
            refuse_taken(connection, self.location)

    def probe(self) -> None:
        """Find out whether rows could be written now: the rights, and no job that holds the unit grids; in one
        message, where nothing stands in the way.
        """
        table = f"{self.location.schema}.unit_grid"
        holding = f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE"
        version = "(SELECT value FROM workspace_info WHERE key = 'schema_version') IS NOT NULL"
        at_once = Opening(f"{holding};", f", {version} AND ({_MAY_WRITE})", {"table": table})
        try:
            with connected(self.location, writable=True, opening=at_once) as connection:
                if connection.told == [True]:
                    return
        except WorkspaceError as error:
            if error.code not in (*_LOOKED_INTO, *_NOT_THERE, *_NOT_WRITABLE):
                raise
        with connected(self.location, writable=True) as connection:
            stored_version(connection, self.location)
            ((may_write,),) = run(connection, _MAY_WRITE, {"table": table})
            if not may_write:
                raise WorkspaceError("postgres_no_right_to_write", path=self.location.label)
            run(connection, holding)
