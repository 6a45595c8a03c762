"""What a back end offers: where the tables of a workspace are stored is known below this line only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.copying import CopyTarget, WholeTables
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.transaction import Transaction

Bounds = tuple[float, float, float, float]


class Backend(Protocol):
    """One place where the tables of a workspace lie. It holds nothing open between calls.

    The methods promise what those of the same name in :class:`gridmgmt_plugin.workspace.workspace.Workspace` do.
    """

    @property
    def location(self) -> Location:
        """Return where the tables lie."""

    def read_info(self) -> dict[str, str]:
        """Return the entries of ``workspace_info``.

        :raises WorkspaceError: when there is no workspace, or one that is not ours, of another schema version or
            not readable.
        """

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

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find, in one state."""

    def read_tables(self, names: Sequence[str]) -> dict[str, Rows]:
        """Return several tables, keyed by name, over one connection: to open a place takes longer than most reads."""

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """Yield all rows of a table of points, part by part."""

    def count_rows(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """Return what a table has in some columns and how rows are told apart, and how many rows have it."""

    def all_placed(self, table: str) -> bool:
        """Tell whether every row of a table is known to have a shape, without looking at each row."""

    def may_see(self, table: str) -> bool:
        """Tell whether whoever is logged in is shown the rows of a table."""

    def reading(self) -> AbstractContextManager[Backend]:
        """Give the same place in one state for many reads in a row.

        A file holds off writers meanwhile: the block must be short.
        """

    def watching(self) -> AbstractContextManager[Backend]:
        """Give the same place in one state for many reads, without holding off anybody.

        A read that cannot show that state any more raises :class:`~gridmgmt_plugin.core.errors.TornReadError`.
        """

    def transaction(self, author: str, gesture: str) -> AbstractContextManager[Transaction]:
        """Change the tables in one transaction: all of the block is written, or nothing."""

    def announced(self, author: str, job: str, *, with_pause: bool) -> AbstractContextManager[None]:
        """Tell others for the length of the block that a job runs that will write.

        :param with_pause: nobody else writes meanwhile; a file has no pauses.
        """

    def create(self, info: WorkspaceInfo, author: str) -> AbstractContextManager[Transaction]:
        """Make all tables; what the block writes through the transaction appears with them or not at all."""

    def whole_tables(self) -> WholeTables:
        """Return the tables as they are copied."""

    def take_copy(self, info: WorkspaceInfo) -> AbstractContextManager[CopyTarget]:
        """Make all tables, empty, in the frame of ``info``; what the block writes appears with them or not at all."""

    def refuse_existing(self) -> None:
        """Refuse a place that is taken before anything is computed for it.

        :raises WorkspaceError: ``workspace_exists``, or that the place cannot be reached.
        """

    def probe(self) -> None:
        """Find out within this thread's patience whether a change could be written now.

        :raises WorkspaceError: ``workspace_locked`` when another program holds it, ``workspace_read_only`` when
            nobody may write.
        """
