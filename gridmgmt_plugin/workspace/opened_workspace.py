"""An opened workspace as those see it whom its opening calls: they cannot import it in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.transaction import Transaction


class OpenedWorkspace(Protocol):
    """See :class:`gridmgmt_plugin.workspace.workspace.Workspace`."""

    location: Location
    info: WorkspaceInfo

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        *,
        bounds: tuple[float, float, float, float] | None = None,
        geometry: bool = True,
    ) -> Rows:
        """Return rows of a table as columns, ordered by row number."""

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find, in one state."""

    def transaction(self, author: str, gesture: str) -> AbstractContextManager[Transaction]:
        """Change the workspace in one transaction."""
