"""What follows when the responsibility grids of a scheme are made anew: codes, posts, exemptions.

The counterpart of :mod:`~.cell_change` for responsibility grids. People follow the ground: a post goes to the grid
that holds most of the ground that it answered for, for a planner to confirm, and all of it can be taken back in one
act.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.core.unit_grids.assignments import heirs_of_groups
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import row_lines, versioned_lines
from gridmgmt_plugin.workspace.changes.followers import void_exemptions
from gridmgmt_plugin.workspace.changes.following_posts import FollowedPosts, following_posts
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

_TARGET = "responsibility_grid"


@dataclass(frozen=True, eq=False)
class Regrouping:
    """A scheme whose unit grids are assigned anew.

    ``scheme``: its key; ``column``: where unit grids hold the assignment. ``units``: every unit grid, whole, as it is
    stored. ``assigned``: object array, the code of each afterwards, or ``None``. ``present``: the scheme's grids as
    they are stored, whole; ``grids``: the rows that take their place. ``entry``: the row of ``scheme`` to add,
    or none.
    """

    scheme: str
    column: str
    units: Rows
    assigned: np.ndarray
    present: Rows
    grids: Rows
    entry: Rows


@dataclass(frozen=True, eq=False)
class GridChange:
    """A regrouping with everything that follows, not written yet.

    ``followed``: what became of posts, for a planner to confirm.
    """

    units: TableChange
    grids: TableChange
    scheme: TableChange
    register: TableChange
    followed: FollowedPosts
    exemptions: TableChange

    @property
    def posts(self) -> TableChange:
        """Return what is written for posts."""
        return self.followed.change

    @property
    def parts(self) -> list[TableChange]:
        """Return the changes of all tables that have any, in the order in which they are written."""
        parts = (self.grids, self.units, self.scheme, self.register, self.posts, self.exemptions)
        return [part for part in parts if part]


def follow_grids(workspace: Workspace, regrouping: Regrouping, store: RegisterStore) -> GridChange:
    """Work out what follows from a regrouping. Call it in the transaction that holds the tables it reads.

    :param store: the register of the scheme's codes, in which old codes are out of use and new ones entered already.
    """
    units, column = regrouping.units, regrouping.column
    before = units[column] if column in units else as_column([None] * len(units))
    shares = heirs_of_groups(before, regrouping.assigned, units["area_m2"])
    old_codes = set(regrouping.present["code"]) if len(regrouping.present) else set()
    followed = following_posts(workspace, regrouping.scheme, old_codes, shares)
    entries = store.rows()
    return GridChange(
        units=_assignment_change(regrouping, before),
        grids=TableChange(_TARGET, deleted=regrouping.present, inserted=regrouping.grids),
        scheme=TableChange("scheme", inserted=regrouping.entry),
        register=TableChange(
            "code_register", before=entries[0], updated=entries[1], inserted=entries[2], deleted=entries[3]
        ),
        followed=followed,
        exemptions=void_exemptions(workspace, _other_grids(regrouping, before)),
    )


def write_grids(transaction: Transaction, change: GridChange, act: Act) -> None:
    """Write a regrouping, its lines of the change log, and the record from which it can be taken back.

    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    numbers = [part.write(transaction) for part in change.parts]
    transaction.insert("change_log", versioned_lines(change.units, act))
    for part in (change.grids, change.posts, change.exemptions):
        if part:
            transaction.insert("change_log", row_lines(part, act.gesture, act.at, act.by))
    if numbers:
        record = SaveRecord(_TARGET, (act.gesture,), len(change.grids.inserted))
        write_record(transaction, record, change.parts, numbers, act.at, act.by)


def _assignment_change(regrouping: Regrouping, before: np.ndarray) -> TableChange:
    units = regrouping.units
    changing = np.flatnonzero(differs(before, regrouping.assigned))
    old = units.take(changing)
    if regrouping.column not in old:
        old = old.with_columns(**{regrouping.column: before[changing]})
    new = {regrouping.column: regrouping.assigned[changing], "row_version": old["row_version"]}
    return TableChange("unit_grid", before=old, updated=Rows(new, None, old.fid))


def _other_grids(regrouping: Regrouping, before: np.ndarray) -> set[str]:
    """Return the codes of old grids that no grid bears any more, or that stand for other unit grids now."""
    had = _members(before)
    has = _members(regrouping.assigned)
    codes = set(regrouping.present["code"]) if len(regrouping.present) else set()
    return {code for code in codes if code is not None and had.get(code) != has.get(code)}


def _members(assigned: np.ndarray) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for at, code in enumerate(assigned):
        if code is not None:
            found.setdefault(code, set()).add(at)
    return {code: frozenset(members) for code, members in found.items()}
