"""A job tried out: it reads the workspace as it is and comes to its report, and nothing of it is written.

Jobs read everything before their first write, so a transaction that forgets what it is given leads them to the very
report that they would end with. No lock is taken: whoever works meanwhile is not held up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace


def rehearsed(workspace: Workspace) -> Workspace:
    """Return the same workspace, whose transactions write nothing."""
    return _Rehearsal(workspace.location, workspace.info, workspace.place)


class _Rehearsal(Workspace):
    rehearses = True

    @contextmanager
    def transaction(self, author: str, gesture: str) -> Iterator[Transaction]:
        yield _Forgetful(author, gesture, self)

    def probe(self) -> None:
        """Ask for no lock: nothing will be written."""


class _Forgetful:
    """See :class:`~gridmgmt_plugin.workspace.transaction.Transaction`; it takes everything and keeps nothing."""

    def __init__(self, author: str, gesture: str, workspace: Workspace) -> None:
        self.author, self.gesture = author, gesture
        self._workspace = workspace

    def hold(self, *tables: str) -> None:
        """Keep nobody off the tables."""

    def hold_parts(
        self,
        parts: Collection[str],  # noqa: ARG002  the protocol's signature
        shared: Sequence[str],  # noqa: ARG002
        alone: Sequence[str] = (),  # noqa: ARG002
        read: Sequence[Asked] = (),
    ) -> list[Rows]:
        """Keep nobody off."""
        return self.read(read)

    def read(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what is stored now."""
        return self._workspace.read_together(reads)

    def hold_rows(self, table: str, rows: Rows) -> None:
        """Keep nobody off the rows."""

    def insert(self, table: str, rows: Rows) -> np.ndarray:  # noqa: ARG002  the protocol's signature
        """Return numbers that no row has: −1, −2 …"""
        return -1 - np.arange(len(rows), dtype=np.int64)

    def append(self, table: str, rows: Rows) -> None:
        """Add nothing."""

    def together(self) -> AbstractContextManager[None]:
        """Write nothing when the block ends."""
        return nullcontext()

    def update(self, table: str, rows: Rows, *, derived: bool = False) -> None:
        """Change nothing."""

    def set_column(self, table: str, column: str, fids: np.ndarray, values: Sequence[Any] | np.ndarray) -> None:
        """Change nothing."""

    def delete(self, table: str, fids: np.ndarray) -> None:
        """Change nothing."""

    def clear(self, table: str, where: Mapping[str, Any] | None = None) -> int:  # noqa: ARG002
        """Change nothing and find nothing."""
        return 0

    def add_column(self, table: str, name: str, kind: str) -> bool:  # noqa: ARG002
        """Add nothing."""
        return False

    def set_info(self, key: str, value: str) -> None:
        """Change nothing."""

    def log(self, table: str, row_key: str | None, before: str | None, after: str | None) -> None:
        """Write no line."""
