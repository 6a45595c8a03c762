"""A working copy of a workspace, for the field or a visit: what it is a copy of, and what was changed in it since.

How every row stood when the copy was made lies in the copy. So it is known of each row on which side it was changed,
whoever changed it and by whatever means, with or without a line in a change log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

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
    ``last``: its digest, by which the workspace is known again. ``made_at``: ISO 8601.
    """

    county: str
    log: int
    last: str
    made_at: str

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
class Sides:
    """What became of the rows of a table since the copy was made.

    ``changed``: in the copy alone. ``clashing``: on both sides, each otherwise. ``added``: rows that are new in the
    copy; ``taken``: those whose key another row has at home. ``removed``: rows at home that are no more in the copy
    and stood still at home; ``kept``: those that were changed at home. ``lost``: rows of the copy that were changed
    there and are no more at home.
    """

    table: str
    changed: Pairs
    clashing: Pairs
    added: Rows
    taken: Pairs
    removed: Rows
    kept: Rows
    lost: Rows


def is_compared(table: str) -> bool:
    """Tell whether edits of a table are brought back: planners edit it, and it holds no contacts."""
    return tables()[table].versioned and not is_private(table)


def following_columns(table: str) -> Sequence[str]:
    """Return the columns of a table that follow from other tables."""
    return _FOLLOWING.get(table, ())


def mark_of(workspace: Workspace) -> CopyMark:
    """Return by what a copy that is made of a workspace now will be known."""
    number, digest = _last_line(workspace, None)
    return CopyMark(workspace.info.county_code, number, digest, clock.now().isoformat(timespec="seconds"))


def rows_marked(table: str, rows: Rows) -> BaseRows:
    """Return how rows stand, by number."""
    return BaseRows(rows.fids, _digests(table, rows))


def joined_base(parts: Sequence[BaseRows]) -> BaseRows:
    """Return how the rows of several parts of a table stand, ascending by number."""
    fids = [np.empty(0, dtype=np.int64), *(part.fids for part in parts)]
    told = [np.empty(0, dtype="S16"), *(part.digests for part in parts)]
    return BaseRows(np.concatenate(fids), np.concatenate(told))


def opened_copy(workspace: Workspace, path: Path | str) -> tuple[Workspace, dict[str, BaseRows], str]:
    """Open a working copy of a workspace; return it with how its rows stood when it was made, and when that was.

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
    if mark.county != workspace.info.county_code or _last_line(workspace, mark.log) != (mark.log, mark.last):
        raise InputError("copy_of_another_workspace", name=copy.location.label, place=workspace.location.label)
    return copy, base, copy.info.copied_at


def sides_of(table: str, base: BaseRows, home: Workspace, copy: Workspace) -> Sides:
    """Compare a table of a working copy with that at home, and both with how it stood when the copy was made.

    Only rows that something became of are held.
    """
    here, there = _standing(table, home), _standing(table, copy)
    in_base, at_home = _found(there.fids, base.fids), _found(there.fids, here.fids)
    known = in_base >= 0
    edited = known.copy()
    edited[known] = there.digests[known] != base.digests[in_base[known]]
    both = np.flatnonzero(edited & (at_home >= 0))
    both = both[there.digests[both] != here.digests[at_home[both]]]
    still = _stood_still(here, base)
    quiet = still[at_home[both]]
    gone = (_found(here.fids, base.fids) >= 0) & (_found(here.fids, there.fids) < 0)
    fresh = np.flatnonzero(~known)
    at_home_too = np.isin(there.digests[fresh], here.digests)
    gone &= ~np.isin(here.digests, there.digests[fresh[at_home_too]])  # made anew in the copy as it was
    added = read_numbered(copy, table, there.fids[fresh[~at_home_too]].tolist())
    nobody = added.take(np.zeros(len(added), dtype=bool))
    return Sides(
        table,
        changed=_pairs(table, home, copy, there.fids[both[quiet]]),
        clashing=_pairs(table, home, copy, there.fids[both[~quiet]]),
        added=added,
        taken=Pairs(nobody, nobody),
        removed=read_numbered(home, table, here.fids[gone & still].tolist()),
        kept=read_numbered(home, table, here.fids[gone & ~still].tolist()),
        lost=read_numbered(copy, table, there.fids[edited & (at_home < 0)].tolist()),
    )


def _standing(table: str, workspace: Workspace) -> BaseRows:
    """Return how all rows of a table stand now, by number."""
    return joined_base([rows_marked(table, rows) for rows in workspace.whole_tables().pages(table)])


def _stood_still(here: BaseRows, base: BaseRows) -> np.ndarray:
    at = _found(here.fids, base.fids)
    still = at >= 0
    still[still] = here.digests[still] == base.digests[at[still]]
    return still


def _pairs(table: str, home: Workspace, copy: Workspace, fids: np.ndarray) -> Pairs:
    return Pairs(*(read_numbered(side, table, fids.tolist()) for side in (copy, home)))


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


def _last_line(workspace: Workspace, number: int | None) -> tuple[int, str]:
    """Return number and digest of a line of the change log, of the last one for ``None``; 0 and "" where none is."""
    if number is None:
        numbers = workspace.read("change_log", [], geometry=False).fids
        number = int(numbers[-1]) if len(numbers) else 0
    line = workspace.read("change_log", where={"fid": number}, geometry=False)
    return (number, digests(definition_of("change_log"), line)[0]) if len(line) else (0, "")
