"""One state for many reads: what is read table after table belongs together, whoever saves meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.backend import Backend, Bounds
from gridmgmt_plugin.workspace.copying import CopyTarget, WholeTables
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.transaction import Transaction


class ReadUntilWritten:
    """A place that is read in one state until something is written; see
    :class:`gridmgmt_plugin.workspace.backend.Backend`.

    The first transaction lets the state go before it begins: it must not wait for its own reader, and what is read
    after it shows what it wrote.
    """

    def __init__(self, state: Backend, stored: Backend, let_go: Callable[[], None]) -> None:
        """``state``: the place in one state; ``stored``: the place as it is; ``let_go``: ends the former."""
        self.location: Location = stored.location
        self._now, self._stored, self._let_go = state, stored, let_go
        self._known: dict[Asked, Rows] = {}
        #: A transaction has ended well.
        self.has_written = False

    def read_info(self) -> dict[str, str]:
        """Return the entries of ``workspace_info`` as they are stored."""
        return self._stored.read_info()

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
        if self._known:
            known = self._known.get(asked(table, columns, where, bounds=bounds, geometry=geometry))
            if known is not None:
                return known
        return self._now.read_rows(table, columns, where, bounds, geometry=geometry)

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find, in one state."""
        missing = [read for read in dict.fromkeys(reads) if read not in self._known]
        found = {**self._known, **dict(zip(missing, self._now.read_together(missing)))}
        return [found[read] for read in reads]

    def read_ahead(self, reads: Sequence[Asked]) -> None:
        """Read together what will be asked one by one in this state; after a write, nothing."""
        if self._now is not self._stored:
            fresh = [read for read in dict.fromkeys(reads) if read not in self._known]
            self._known.update(zip(fresh, self._now.read_together(fresh)))

    def read_tables(self, names: Sequence[str]) -> dict[str, Rows]:
        """Return several tables, keyed by name, over one connection."""
        return self._now.read_tables(names)

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """Yield all rows of a table of points, part by part."""
        return self._now.read_point_parts(table, columns)

    def count_rows(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""
        return self._now.count_rows(table, where)

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """Return what a table has in some columns and how rows are told apart, and how many rows have it."""
        return self._now.count_by(table, columns, told)

    def all_placed(self, table: str) -> bool:
        """Tell whether every row of a table is known to have a shape."""
        return self._now.all_placed(table)

    def may_see(self, table: str) -> bool:
        """Tell whether whoever is logged in is shown the rows of a table."""
        return self._now.may_see(table)

    @contextmanager
    def reading(self) -> Iterator[Backend]:
        """Go on in the state that is being read; after a write, in that of the moment."""
        if self._now is not self._stored:
            yield self
            return
        with self._stored.reading() as state:
            yield state

    @contextmanager
    def watching(self) -> Iterator[Backend]:
        """Go on in the state that is being read; after a write, in that of the moment."""
        if self._now is not self._stored:
            yield self
            return
        with self._stored.watching() as state:
            yield state

    @contextmanager
    def transaction(self, author: str, gesture: str) -> Iterator[Transaction]:
        """Let the state go and change the place."""
        self._now, self._known = self._stored, {}
        self._let_go()
        with self._stored.transaction(author, gesture) as transaction:
            yield transaction
        self.has_written = True

    def announced(self, author: str, job: str, *, with_pause: bool) -> AbstractContextManager[None]:
        """Tell others that a job runs."""
        return self._stored.announced(author, job, with_pause=with_pause)

    def create(self, info: WorkspaceInfo, author: str) -> AbstractContextManager[Transaction]:
        """Make all tables."""
        return self._stored.create(info, author)

    def whole_tables(self) -> WholeTables:
        """Return the tables as they are copied."""
        return self._now.whole_tables()

    def take_copy(self, info: WorkspaceInfo) -> AbstractContextManager[CopyTarget]:
        """Make all tables, empty."""
        return self._stored.take_copy(info)

    def refuse_existing(self) -> None:
        """Refuse a place that is taken."""
        self._stored.refuse_existing()

    def probe(self) -> None:
        """Find out whether a change could be written now; the state that is being read stands in nobody's way."""
        self._stored.probe()
