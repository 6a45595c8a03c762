"""What a planner in the middle of his work must know of rows that a colleague wrote, read in one state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    from gridmgmt_plugin.core.rows import Rows as Columns
    from gridmgmt_plugin.workspace.workspace import Workspace

_CELLS = "unit_grid"


@dataclass(frozen=True, eq=False)
class Fresh:
    """``versions``: table → numbers and versions of the rows that were asked for and are there, or of all; of unit
    grids with their codes, where they are few with all columns. ``shown``: table → whole rows without shapes.
    """

    versions: Mapping[str, Columns] = field(default_factory=dict)
    shown: Mapping[str, Columns] = field(default_factory=dict)

    def of(self, names: Collection[str]) -> Fresh:
        """Return what was read of some of the tables."""
        versions = {table: rows for table, rows in self.versions.items() if table in names}
        return Fresh(versions, {table: rows for table, rows in self.shown.items() if table in names})


def read_fresh(
    workspace: Workspace, edited: Mapping[str, Collection[int] | None], shown: Mapping[str, Collection[int]]
) -> Fresh:
    """Read the rows that were written of tables that are edited (``None``: it is not known which), and those that
    forms show.

    :raises WorkspaceError: when the workspace cannot be read.
    """
    with workspace.reading() as opened:
        versions = {}
        for table, numbers in edited.items():
            columns = ["row_version"] if tables()[table].versioned else []
            columns += ["code"] if table == _CELLS else []
            wanted = None if table == _CELLS and numbers is not None else columns
            versions[table] = opened.read(table, wanted, _numbered(numbers), geometry=False)
        found = {
            table: opened.read(table, None, _numbered(numbers), geometry=False) for table, numbers in shown.items()
        }
    return Fresh(versions, found)


def _numbered(numbers: Collection[int] | None) -> dict[str, list[int]] | None:
    return None if numbers is None else {"fid": sorted(numbers)}
