"""A working copy of a workspace, for the field or a visit: what it is a copy of, and what was changed in it since.

How every row stood when the copy was made lies in the copy. So it is known of each row on which side it was changed,
whoever changed it and by whatever means, with or without a line in a change log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.log_privacy import is_private
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.changes.table_change import digests
from gridmgmt_plugin.workspace.gpkg.base_rows import BaseRows, read_base
from gridmgmt_plugin.workspace.light.copy_mark import WORKING_COPY
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

#: The unit grids, which a whole engine follows, and the grids that are summed from them.
UNIT, GROUP = "unit_grid", "responsibility_grid"
#: The number of a row that is not there.
NOWHERE = -1
# Columns that follow from other tables: a change of these is nobody's edit of the row.
_FOLLOWING: Mapping[str, tuple[str, ...]] = {
    UNIT: ("area_m2", "state", "prior_code"),
    GROUP: ("unit_count", "area_m2", "state"),
    "component": ("unit_grid",),
    "cases": ("unit_grid",),
    "ledger_item": ("unit_grid",),
}
# Tables whose shapes follow from others.
_SUMMED = (GROUP,)


@dataclass(frozen=True)
class CopyMark:
    """``county``: code of the county. ``log``: number of the last line of the change log, 0 without one, and
    ``last``: its digest, by which the workspace is known again. ``made_at``: ISO 8601. ``id``: of this copy alone.
    ``home``: where the workspace lies, as lists name it.
    """

    county: str
    log: int
    last: str
    made_at: str
    id: str
    home: str

    def entry(self) -> str:
        """Return the text that is stored."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, eq=False)
class Pairs:
    """The same rows on both sides, in one order, whole."""

    copy: Rows
    home: Rows

    def __len__(self) -> int:
        return len(self.copy)


@dataclass(frozen=True, eq=False)
class Known:
    """Rows that both sides know. ``rows``: as the copy had them. ``homes``: int64 (n,), their numbers at home,
    ``NOWHERE`` where another row has it since.
    """

    homes: np.ndarray
    rows: BaseRows


@dataclass(frozen=True, eq=False)
class Sides:
    """What became of the rows of a table since the copy was made.

    ``changed``: in the copy alone. ``clashing``: on both sides, each otherwise. ``added``: rows that are new in the
    copy; ``taken``: those whose key another row has at home. ``removed``: rows at home that are no more in the copy
    and stood still at home; ``kept``: those that were changed at home. ``lost``: rows of the copy that were changed
    there and are no more at home. ``marks``: how the copy's rows in these stand, ascending by number.
    ``left``: numbers that the rows of ``removed`` had in the copy.
    """

    table: str
    changed: Pairs
    clashing: Pairs
    added: Rows
    taken: Pairs
    removed: Rows
    kept: Rows
    lost: Rows
    marks: BaseRows
    left: np.ndarray


def is_compared(table: str) -> bool:
    """Tell whether edits of a table are brought back: planners edit it, and it holds no contacts."""
    return tables()[table].versioned and not is_private(table)


def following_columns(table: str) -> Sequence[str]:
    """Return the columns of a table that follow from other tables."""
    return _FOLLOWING.get(table, ())


def mark_of(workspace: Workspace) -> CopyMark:
    """Return by what a copy that is made of a workspace now will be known."""
    number, digest = last_line(workspace, None)
    made_at = clock.now().isoformat(timespec="seconds")
    return CopyMark(workspace.info.county_code, number, digest, made_at, uuid4().hex, workspace.location.place)


def rows_marked(table: str, rows: Rows) -> BaseRows:
    """Return how rows stand, by number."""
    told = _digests(table, rows)
    return BaseRows(rows.fids, told, _names(table, rows, told))


def joined_base(parts: Sequence[BaseRows]) -> BaseRows:
    """Return how the rows of several parts of a table stand, one part behind the other."""
    fids = [np.empty(0, dtype=np.int64), *(part.fids for part in parts)]
    told = [np.empty(0, dtype="S16"), *(part.digests for part in parts)]
    names = [np.empty(0, dtype="S16"), *(part.names for part in parts)]
    return BaseRows(np.concatenate(fids), np.concatenate(told), np.concatenate(names))


def opened_copy(workspace: Workspace, path: Path | str) -> tuple[Workspace, dict[str, BaseRows], CopyMark]:
    """Open a working copy of a workspace; return it with how its rows stood when it was made, and its mark.

    :raises InputError: ``copy_is_open_itself``, ``copy_is_no_working_copy``, ``copy_of_another_workspace``.
    :raises WorkspaceError: as ``Workspace.open``.
    """
    copy = Workspace.open(path)
    if copy.location == workspace.location:
        raise InputError("copy_is_open_itself", name=copy.location.label)
    entry, base = copy.info.more.get(WORKING_COPY), read_base(copy.path)
    if entry is None or not base:
        raise InputError("copy_is_no_working_copy", name=copy.location.label)
    mark = CopyMark(**json.loads(entry))
    if mark.county != workspace.info.county_code or last_line(workspace, mark.log) != (mark.log, mark.last):
        raise InputError("copy_of_another_workspace", name=copy.location.label, place=workspace.location.label)
    return copy, base, mark


def sides_of(table: str, known: Known, home: Workspace, copy: Workspace) -> Sides:
    """Compare a table of a working copy with that at home, and both with what both knew.

    A row that either side deleted and made anew, as an import that replaces does, is still the same row: the one of
    its key, without a key the one of its content. Only rows that something became of are held.
    """
    here, there = _standing(table, home), _standing(table, copy)
    at_home, in_copy = _places(here, known.homes, known.rows), _places(there, known.rows.fids, known.rows)
    of_home, of_copy = at_home >= 0, in_copy >= 0
    still = of_home & (here.digests[at_home] == known.rows.digests if len(here) else False)
    edited = of_copy & (there.digests[in_copy] != known.rows.digests if len(there) else False)
    both = np.flatnonzero(edited & of_home)
    both = both[there.digests[in_copy[both]] != here.digests[at_home[both]]]
    new, new_here = (_others(len(side), at) for side, at in ((there, in_copy), (here, at_home)))
    new = new[~np.isin(there.digests[new], here.digests[new_here])]  # the same was made on both sides
    gone = of_home & ~of_copy
    quiet, lost = still[both], edited & ~of_home
    added = read_numbered(copy, table, there.fids[new].tolist())
    removed = np.flatnonzero(gone & still)
    removed = removed[np.argsort(here.fids[at_home[removed]])]
    nobody = added.take(np.zeros(len(added), dtype=bool))
    read_here, read_there = partial(_read_at, home, table, here), partial(_read_at, copy, table, there)
    changed, clashing = (
        Pairs(read_there(in_copy[which]), read_here(at_home[which])) for which in (both[quiet], both[~quiet])
    )
    return Sides(
        table,
        changed=changed,
        clashing=clashing,
        added=added,
        taken=Pairs(nobody, nobody),
        removed=read_numbered(home, table, here.fids[at_home[removed]].tolist()),
        kept=read_numbered(home, table, here.fids[at_home[gone & ~still]].tolist()),
        lost=read_numbered(copy, table, there.fids[in_copy[lost]].tolist()),
        marks=there.take(np.sort(np.concatenate([in_copy[both], new]))),
        left=known.rows.fids[removed],
    )


def _standing(table: str, workspace: Workspace) -> BaseRows:
    """Return how all rows of a table stand now, by number."""
    return joined_base([rows_marked(table, rows) for rows in workspace.whole_tables().pages(table)])


def _places(side: BaseRows, fids: np.ndarray, known: BaseRows) -> np.ndarray:
    """Return where each known row stands on a side, −1 where it is no more. ``fids``: the numbers it has there."""
    at = _found(fids, side.fids)
    gone, fresh = np.flatnonzero(at < 0), _others(len(side), at)
    waiting: dict[bytes, list[int]] = {}
    for place in fresh.tolist() if len(gone) else ():
        waiting.setdefault(side.names[place], []).append(place)
    for one in gone[::-1].tolist() if waiting else ():  # what came later first
        places = waiting.get(known.names[one])
        if places:
            at[one] = places.pop(0)
    return at


def _others(count: int, at: np.ndarray) -> np.ndarray:
    """Return the positions of ``count`` rows that are not among ``at``."""
    free = np.ones(count, dtype=bool)
    free[at[at >= 0]] = False
    return np.flatnonzero(free)


def _read_at(workspace: Workspace, table: str, side: BaseRows, at: np.ndarray) -> Rows:
    """Return rows by their positions on a side, in that order."""
    fids = side.fids[at]
    rows = read_numbered(workspace, table, fids.tolist())
    return rows.take(np.searchsorted(rows.fids, fids))


def _names(table: str, rows: Rows, told: np.ndarray) -> np.ndarray:
    """Return by what rows that are made anew are known again: S16 (n,). ``told``: digests of their contents."""
    key = definition_of(table).key
    if not key:
        return told
    names = told.copy()
    for at, values in enumerate(zip(*(rows[name].tolist() for name in key))):
        if None not in values:
            names[at] = hashlib.sha256(repr(values).encode()).hexdigest()[:16]
    return names


def _digests(table: str, rows: Rows) -> np.ndarray:
    definition, following = definition_of(table), following_columns(table)
    columns = {name: column for name, column in rows.columns.items() if name not in following}
    told = digests(definition, Rows(columns, None if table in _SUMMED else rows.geometry, rows.fid))
    return np.array([text[:16] for text in told], dtype="S16")


def _found(wanted: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the position of each row number among ascending ones, −1 where it is not."""
    if len(numbers) == 0:
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    return np.where(numbers[at] == wanted, at, -1)


def last_line(workspace: Workspace, number: int | None) -> tuple[int, str]:
    """Return number and digest of a line of the change log, of the last one for ``None``; 0 and "" where none is."""
    if number is None:
        numbers = workspace.read("change_log", [], geometry=False).fids
        number = int(numbers[-1]) if len(numbers) else 0
    line = workspace.read("change_log", where={"fid": number}, geometry=False)
    return (number, digests(definition_of("change_log"), line)[0]) if len(line) else (0, "")
