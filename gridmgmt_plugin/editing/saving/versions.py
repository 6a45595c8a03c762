"""Which version of every row the planner is working on: read when editing begins, compared at the save."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.values import Highest
from gridmgmt_plugin.workspace.workspace import Workspace

#: The version of a row that is not there.
GONE = -1
# Of these there may be a million rows, whose keys would not be kept for one that goes.
_TOO_MANY = ("cases", "component", "ledger_item", "release_item")


class ReadVersions:
    """Row numbers and versions of one table at the moment when editing began.

    A GeoPackage shows what somebody else writes at once, so the version that a row has at the save says nothing about
    the one that was edited. What our own saves write is counted on; everything else that moved is somebody else's.

    :param accepted: returns the versions that the planner has seen and decided about since, by row number,
        :data:`GONE` for a row that is no more.
    """

    def __init__(self, workspace: Workspace, table: str, accepted: Callable[[], Mapping[int, int]] = dict) -> None:
        self._workspace = workspace
        self._table = table
        self._accepted = accepted
        self._fid = np.empty(0, dtype=np.int64)
        self._version = np.empty(0, dtype=np.int64)
        self._key: np.ndarray = np.empty((0, 0), dtype=object)
        self._since: dict[int, int] = {}
        self._later: dict[int, int] = {}
        self._followed: dict[int, int] = {}
        self._line = 0
        self._line_of: dict[int, int] = {}

    def read(self, keep: Iterable[int] = ()) -> None:
        """Take the versions of this moment, except of rows of which edits stand or can be brought back (``keep``):
        those count as read after :meth:`settle`.
        """
        kept = {fid: version for fid, version in self._read(list(keep)).items() if version != GONE}
        definition = definition_of(self._table)
        keys = () if self._table in _TOO_MANY else definition.key
        columns = [*keys, *(["row_version"] if definition.versioned else [])]
        last_line = asked("change_log", [], {"fid": Highest()}, geometry=False)
        if self._table in _TOO_MANY:
            with self._workspace.reading() as workspace:
                (lines,) = workspace.read_together([last_line])
                rows = workspace.read(self._table, columns, geometry=False)
        else:
            lines, rows = self._workspace.read_together([last_line, asked(self._table, columns, geometry=False)])
        self._line_of, self._line = {fid: self.line_of(fid) for fid in kept}, max(lines.fids.tolist(), default=0)
        self._fid = rows.fids
        versions = rows["row_version"] if definition.versioned else np.zeros(len(rows))
        self._version = versions.astype(np.int64)
        self._key = np.array([rows[name] for name in keys], dtype=object).reshape(len(keys), len(self._fid))
        self._since, self._followed = kept, {}
        self._later = {fid: version for fid, version in self._at_first(list(kept)).items() if version > kept[fid]}

    def of(self, fids: Iterable[int]) -> np.ndarray:
        """Return the versions of rows as an object array of int, :data:`GONE` for a row that was not there."""
        numbers = list(fids)
        known = self._known(numbers)
        return as_column(known[fid] for fid in numbers)

    def line_of(self, fid: int) -> int:
        """Return the number of the last line of the change log when the version of a row was read."""
        return self._line_of.get(fid, self._line)

    def key_of(self, fid: int) -> tuple[str, ...] | None:
        """Return the key that a row had when the versions were read, ``None`` where it is not known."""
        at = int(np.searchsorted(self._fid, fid))
        if at == len(self._fid) or self._fid[at] != fid or not len(self._key):
            return None
        return tuple(str(value) for value in self._key[:, at])

    def missing_of(self, there: Iterable[int]) -> list[int]:
        """Return the numbers of rows that were there when the versions were read and are not among ``there``."""
        deleted = [fid for fid, version in self._since.items() if version == GONE]
        gone = np.setdiff1d(self._fid, np.fromiter(there, dtype=np.int64))
        return [int(fid) for fid in np.setdiff1d(gone, deleted)]

    def known_gone(self, fids: Iterable[int]) -> set[int]:
        """Return those rows of which the planner has seen that they are no more, and dropped the edits."""
        accepted = self._accepted()
        return {fid for fid in fids if accepted.get(fid) == GONE}

    def follow(self, versions: Mapping[int, int]) -> None:
        """Count rows as read in other versions, by row number; a copy that was made before keeps its own."""
        self._followed = {**self._followed, **versions}

    def handed_down(self, fids: Iterable[int]) -> dict[str, list[int]]:
        """Return what :meth:`take_over` takes of rows, as JSON holds it: another guard goes on with their edits."""
        return {str(fid): [version, self.line_of(fid)] for fid, version in self._known(list(fids)).items()}

    def take_over(self, handed_down: Mapping[str, Sequence[int]]) -> None:
        """Count rows as read when a guard before this one has read them."""
        self._since.update({int(fid): version for fid, (version, _) in handed_down.items()})
        self._line_of.update({int(fid): line for fid, (_, line) in handed_down.items()})

    def learn(self, rows: Rows, keep: Iterable[int], typed: Collection[int] = ()) -> None:
        """Count rows that a colleague wrote as read in the versions that they have now, except those to ``keep``,
        of which edits stand or can be brought back, before :meth:`settle`, and those that are ``typed`` into: whoever
        edits them has seen the older ones.

        :param rows: with ``row_version`` where the table has it, read a moment ago: what was saved since counts more.
        """
        now: np.ndarray = np.zeros(len(rows), dtype=np.int64)
        if "row_version" in rows:
            now = np.array([version or 0 for version in rows["row_version"]], dtype=np.int64)
        newer, kept = np.flatnonzero(now > self._stored(rows.fids)), set(keep)
        found = dict(zip(rows.fids[newer].tolist(), now[newer].tolist()))
        learnt = {fid: max(now, self._since.get(fid, now)) for fid, now in found.items() if fid not in typed}
        self._later = {**self._later, **{fid: version for fid, version in learnt.items() if fid in kept}}
        self._since = {**self._since, **{fid: version for fid, version in learnt.items() if fid not in kept}}

    def settle(self) -> None:
        """Count as read what came while older edits stood or could be brought back: none of them can any more."""
        later = {fid: max(now, self._since.get(fid, now)) for fid, now in self._later.items()}
        self._since, self._later = {**self._since, **later}, {}

    def wrote(self, updated: Iterable[int], inserted: Iterable[int], deleted: Iterable[int]) -> None:
        """Take note of what a save of ours wrote; what was accepted is read from then on."""
        written = {fid: version + 1 for fid, version in self._known(list(updated)).items()}
        self._since = {**self._since, **self._accepted(), **self._followed, **written}
        self._followed = {}
        self._since.update(dict.fromkeys(inserted, 1))
        self._since.update(dict.fromkeys(deleted, GONE))

    def _known(self, fids: list[int]) -> dict[int, int]:
        accepted = self._accepted()
        read = self._read(fids)
        return {fid: self._followed.get(fid, accepted.get(fid, version)) for fid, version in read.items()}

    def _read(self, fids: list[int]) -> dict[int, int]:
        return {fid: self._since.get(fid, version) for fid, version in self._at_first(fids).items()}

    def _at_first(self, fids: list[int]) -> dict[int, int]:
        return dict(zip(fids, self._stored(np.array(fids, dtype=np.int64)).tolist()))

    def _stored(self, wanted: np.ndarray) -> np.ndarray:
        """Return the versions at the beginning, :data:`GONE` for rows that were not there."""
        if len(self._fid) == 0:
            return np.full(len(wanted), GONE)
        at = np.minimum(np.searchsorted(self._fid, wanted), len(self._fid) - 1)
        stored: np.ndarray = np.where(self._fid[at] == wanted, self._version[at], GONE)
        return stored
