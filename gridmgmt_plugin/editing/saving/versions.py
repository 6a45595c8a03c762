"""Which version of every row the planner is working on: read when editing begins, compared at the save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

_NONE = -1  # no version: the row was not there


class ReadVersions:
    """Row numbers and versions of one table at the moment when editing began.

    A GeoPackage shows what somebody else writes at once, so the version that a row has at the save says nothing about
    the one that was edited. What our own saves write is counted on; everything else that moved is somebody else's.
    """

    def __init__(self, workspace: Workspace, table: str) -> None:
        self._workspace = workspace
        self._table = table
        self._fid = np.empty(0, dtype=np.int64)
        self._version = np.empty(0, dtype=np.int64)
        self._since: dict[int, int] = {}

    def read(self, keep: Iterable[int] = ()) -> None:
        """Take the versions of this moment, except of rows whose edits wait to be saved (``keep``)."""
        kept = {fid: version for fid, version in self._known(list(keep)).items() if version != _NONE}
        columns = ["row_version"] if definition_of(self._table).versioned else []
        rows = self._workspace.read(self._table, columns, geometry=False)
        self._fid = rows.fids
        self._version = rows["row_version"].astype(np.int64) if columns else np.zeros(len(self._fid), dtype=np.int64)
        self._since = kept

    def of(self, fids: Iterable[int]) -> np.ndarray:
        """Return the versions of rows as an object array of int, −1 for a row that was not there."""
        numbers = list(fids)
        known = self._known(numbers)
        return as_column(known[fid] for fid in numbers)

    def follow(self, versions: Mapping[int, int]) -> None:
        """Count rows as read in other versions, by row number; a copy that was made before keeps its own."""
        self._since = {**self._since, **versions}

    def wrote(self, updated: Iterable[int], inserted: Iterable[int], deleted: Iterable[int]) -> None:
        """Take note of what a save of ours wrote."""
        for fid, version in self._known(list(updated)).items():
            self._since[fid] = version + 1
        self._since.update(dict.fromkeys(inserted, 1))
        self._since.update(dict.fromkeys(deleted, _NONE))

    def _known(self, fids: list[int]) -> dict[int, int]:
        wanted = np.array(fids, dtype=np.int64)
        if len(self._fid) == 0:
            stored: np.ndarray = np.full(len(wanted), _NONE)
        else:
            at = np.minimum(np.searchsorted(self._fid, wanted), len(self._fid) - 1)
            stored = np.where(self._fid[at] == wanted, self._version[at], _NONE)
        return {fid: self._since.get(fid, version) for fid, version in zip(fids, stored.tolist())}
