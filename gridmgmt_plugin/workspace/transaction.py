"""The one way to change a workspace: everything of a job or a save in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.reads.asked import Asked


class Transaction(Protocol):
    """What a back end offers inside ``with workspace.transaction(…)``; leaving it normally commits.

    Any exception inside, and a killed process, leaves the workspace as it was.
    """

    author: str
    gesture: str

    def hold(self, *tables: str) -> None:
        """Let nobody else write to tables until this transaction ends: what is read from now on stays true.

        Reading stays possible. For what depends on a whole table; single rows are guarded by their versions. Tables
        are taken in one order (:func:`.in_holding_order`); who needs several names them together, before anything is
        written, so that nobody waits for somebody who waits for him. What is held already costs nothing.

        :raises WorkspaceError: ``workspace_table_held``, naming who is writing to one and is not done within this
            thread's patience; ``workspace_locked`` when it is another program.
        """

    def hold_parts(
        self,
        parts: Collection[str],
        shared: Sequence[str],
        alone: Sequence[str] = (),
        read: Sequence[Asked] = (),
    ) -> list[Rows]:
        """Let nobody else who names one of these parts go on until this transaction ends, and nobody hold one of the
        tables whole; whoever names other parts writes beside it. Call it first, before anything is written.

        :param parts: names of any kind on which all agree who change the same. ``shared``: the tables that are
            written. ``alone``: tables that are held whole besides. ``read``: what to read as soon as they are held;
            it comes with the answer that tells so, see :meth:`read`.
        :raises WorkspaceError: ``workspace_part_held`` or ``workspace_table_held``, naming who holds what, when he is
            not done within this thread's patience; ``workspace_locked`` when it is another program.
        """

    def read(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what is stored now, all in one state and with one question: what others cannot change as long as it
        is held. For what a save looks at; not for whole districts.
        """

    def hold_rows(self, table: str, rows: Rows) -> None:
        """Let nobody else change these rows until this transaction ends: for rows without a version that more than
        one part may name. ``rows``: whole, as they were read.

        :raises WorkspaceError: ``row_changed_meanwhile`` when one is not as it was read; with what is written next.
        """

    def insert(self, table: str, rows: Rows) -> np.ndarray:
        """Add rows (columns not given stay empty); return their new row numbers, int64 (n,).

        :raises WorkspaceError: ``workspace_duplicate_key`` when a natural key exists already.
        """

    def append(self, table: str, rows: Rows) -> None:
        """Add rows as :meth:`insert` does, at the latest with the commit, which tells then what is wrong."""

    def together(self) -> AbstractContextManager[None]:
        """Write what the block writes when it ends, with one message where there is a server.

        What :meth:`insert` returned is filled in then, and what goes wrong is told then.
        """

    def update(self, table: str, rows: Rows, *, derived: bool = False) -> None:
        """Write the given columns, and the geometry if there is one, to the rows numbered ``rows.fid``.

        A ``row_version`` column holds what the caller read; it guards each row and is counted up.

        :param derived: what is written follows from other rows (an outline, a count): it is no edit of these rows,
            and their versions stay, so that somebody who edits them meanwhile is not turned away.
        :raises WorkspaceError: ``row_changed_meanwhile`` when a row is gone or was changed since.
        """

    def set_column(self, table: str, column: str, fids: np.ndarray, values: Sequence[Any] | np.ndarray) -> None:
        """Write one column of many rows fast; geometry and row versions stay: what follows from other rows.

        :raises WorkspaceError: ``row_changed_meanwhile`` when a row is gone.
        """

    def delete(self, table: str, fids: np.ndarray) -> None:
        """Remove rows by number."""

    def clear(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Remove all rows, or those whose columns equal ``where``; return how many."""

    def add_column(self, table: str, name: str, kind: str) -> bool:
        """Add a column (text, integer, real) unless it is there; tell whether it was added."""

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of ``workspace_info``."""

    def log(self, table: str, row_key: str | None, before: str | None, after: str | None) -> None:
        """Write one line of the change log under this transaction's author and gesture."""
