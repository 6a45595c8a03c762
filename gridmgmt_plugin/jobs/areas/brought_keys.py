"""What the keys of a working copy's rows meet at home: a row whose key another one has there does not come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.areas.brought_rows import ROWS_STAY, some_pairs
from gridmgmt_plugin.jobs.areas.working_copy import UNIT, Pairs, Sides
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, read_numbered
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

_NOBODY = -1
# Key → row number at home.
_Holders = Mapping["tuple[Any, ...]", int]


def met_by_key(sides: Sides, home: Workspace) -> Sides:
    """Return what became of the rows of a table, looked at by their keys too.

    A new row, or one that got another key, whose key another row goes on to have at home is ``taken``.
    """
    if not definition_of(sides.table).key or not _has_new_keys(sides):
        return sides
    named = home.read(sides.table, definition_of(sides.table).key, geometry=False)
    holders = {key: fid for key, fid in zip(_keys(named, sides.table), named.fids.tolist()) if None not in key}
    return _taken(sides, holders, home)


def _has_new_keys(sides: Sides) -> bool:
    rekeyed = (_rekeyed(pairs, sides.table) for pairs in (sides.changed, sides.clashing))
    return len(sides.added) > 0 or any(bool(which.any()) for which in rekeyed)


def _taken(sides: Sides, holders: _Holders, home: Workspace) -> Sides:
    """Return the rows whose key another one goes on to have at home apart from those that come in."""
    table = sides.table
    leaving = set() if table == UNIT or table in ROWS_STAY else set(sides.removed.fids.tolist())
    moving = _rekeyed(sides.changed, table)
    at, own = _holders_of(sides.changed.copy, table, holders), sides.changed.home.fids
    while True:
        # A unit grid may still turn out to stay as it is, with its code.
        left = leaving if table == UNIT else leaving | set(own[moving].tolist())
        refused = moving & (at != _NOBODY) & (at != own) & ~np.isin(at, sorted(left))
        if not refused.any():
            break
        moving &= ~refused
    stays = _rekeyed(sides.changed, table) & ~moving
    beside = _holders_of(sides.clashing.copy, table, holders)
    clashes = _rekeyed(sides.clashing, table) & (beside != _NOBODY) & (beside != sides.clashing.home.fids)
    new = _holders_of(sides.added, table, holders)
    met = (new != _NOBODY) & ~np.isin(new, sorted(left))
    others = np.concatenate([at[stays], beside[clashes], new[met]])
    found = read_numbered(home, table, np.unique(others).tolist())
    parts = [sides.changed.copy.take(stays), sides.clashing.copy.take(clashes), sides.added.take(met)]
    return replace(
        sides,
        changed=some_pairs(sides.changed, ~stays),
        clashing=some_pairs(sides.clashing, ~clashes),
        added=sides.added.take(~met),
        taken=Pairs(joined_rows(parts), found.take(np.searchsorted(found.fids, others))),
    )


def _rekeyed(pairs: Pairs, table: str) -> np.ndarray:
    """Tell which rows have another key in the copy: bool (n,)."""
    other = np.zeros(len(pairs), dtype=bool)
    for name in definition_of(table).key:
        other |= pairs.home.differs(name, pairs.copy)
    return other


def _holders_of(rows: Rows, table: str, holders: _Holders) -> np.ndarray:
    """Return the number of the row at home that has the key of each, −1 for none: int64."""
    found = (holders.get(key, _NOBODY) for key in _keys(rows, table))
    return np.fromiter(found, dtype=np.int64, count=len(rows))


def _keys(rows: Rows, table: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name].tolist() for name in definition_of(table).key)))
