"""Unit grids that a working copy brings back: those of one edit together or not at all, so that no hole is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.brought_before import Brought
from gridmgmt_plugin.jobs.areas.brought_rows import clashing, joined_pairs, key_text, shifted, some_pairs
from gridmgmt_plugin.jobs.areas.working_copy import UNIT, Pairs, Sides
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells, compared_cells
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

# More common ground than this is no rounding.
_LEAST_M2 = 0.01
# Columns that a cell does not get from a copy: they come with its code, or are counted up.
_OWN = ("row_version", "state", "prior_code")
_SCHEME_PREFIX = "rg_"
# The parts of edits that are the same cells after and before.
_SAME = ((0, 5), (2, 7))


@dataclass(frozen=True, eq=False)
class CellsBack:
    """``touched``: the cells before and after. ``present``: all cells at home as they were read. ``causes``: why
    those ended that are no more. ``rejected``: cells of edits that are not brought back. ``brought``: the others.
    """

    touched: TouchedCells
    present: Rows
    causes: Causes
    rejected: tuple[RejectedRow, ...]
    brought: Brought
    redrawn: np.ndarray


def brought_cells(state: Workspace, copy: Workspace, sides: Sides, gesture: str, *, follows: bool) -> CellsBack:
    """Return what a working copy changes in the unit grids at home.

    Cells that were drawn otherwise belong to one edit with those that they touch, where they were as where they are.
    It is brought back as a whole if none of its cells was changed at home, none of its new codes is known there, and
    it takes no ground of others. Where home shall follow (``follows``), its cells may have been changed there, as
    long as they share out the same ground.
    """
    present = state.read(UNIT)
    drawn = shifted(sides.changed)
    edits = _Edits(sides, drawn, shifted(sides.clashing), follows=follows)
    known = set(state.read("code_register", ["code"], {"kind": UNIT}, geometry=False)["code"].tolist())
    spoilt = edits.spoilt(known | set(present["code"].tolist()), present)
    kept = edits.kept(spoilt)
    plain = joined_pairs(some_pairs(sides.changed, ~drawn), clashing(sides, follows=follows)[1])
    changed = joined_pairs(joined_pairs(plain, kept.changed), kept.clashing)
    touched = _touched(present, _in_known_grids(state, changed), kept.added, kept.removed)
    ended = copy.read("unit_grid_history", ["code", "cause"], geometry=False)
    causes = Causes(dict(zip(ended["code"].tolist(), ended["cause"].tolist())), gesture)
    brought = Brought(changed, kept.added.fids, kept.removed.fids)
    return CellsBack(touched, present, causes, tuple(edits.rejected(spoilt)), brought, kept.clashing.home.fids)


@dataclass(frozen=True, eq=False)
class _Kept:
    changed: Pairs
    clashing: Pairs
    added: Rows
    removed: Rows


class _Edits:
    """The cells that are drawn otherwise in the copy, by the edits that they belong to."""

    def __init__(self, sides: Sides, drawn: np.ndarray, both_drawn: np.ndarray, *, follows: bool) -> None:
        """``drawn``, ``both_drawn``: which of the changed and of the clashing cells have another shape."""
        self._sides, self._follows = sides, follows
        self._changed, self._clashing = some_pairs(sides.changed, drawn), some_pairs(sides.clashing, both_drawn)
        after = (self._changed.copy, sides.added, self._clashing.copy, sides.taken.copy, sides.lost)
        before = (self._changed.home, sides.removed, self._clashing.home, sides.kept)
        self._after, self._before = ([rows.shapes for rows in part] for part in (after, before))
        self._sizes = [len(shapes) for shapes in (*self._after, *self._before)]
        starts = np.cumsum([0, *self._sizes])
        pairs = [(starts[one] + at, starts[two] + at) for one, two in _SAME for at in range(self._sizes[one])]
        self._edit = _connected(np.concatenate([*self._after, *self._before]), pairs)

    def _of(self, part: int) -> np.ndarray:
        """Return the edits of one part: 0 changed, 1 added, 2 clashing, 3 taken, 4 lost, and what each was before
        (5 changed, 6 removed, 7 clashing, 8 kept).
        """
        start = sum(self._sizes[:part])
        part_of: np.ndarray = self._edit[start : start + self._sizes[part]]
        return part_of

    def spoilt(self, known: set[str], present: Rows) -> set[int]:
        """Return the edits that cannot be brought back."""
        found = {int(edit) for part in (3, 4, 8) for edit in self._of(part)}
        both = {int(edit) for edit in self._of(2)}
        found |= {edit for edit in both if not self._follows or not self._is_same_ground(edit)}
        codes = self._sides.added["code"].tolist()
        found |= {int(edit) for edit, code in zip(self._of(1), codes) if code is None or code in known}
        return found | self._on_others_ground(set(range(int(self._edit.max(initial=-1)) + 1)) - found, present)

    def _is_same_ground(self, edit: int) -> bool:
        """Tell whether the cells of an edit share out the ground of those at home in whose place they come, outlined
        by the same vertices: then they fit in between those beside them.
        """
        after, before = (
            shapely.normalize(shapely.union_all([shape for shapes in part for shape in shapes]))
            for part in (self._in_edit(edit, self._after, 0), self._in_edit(edit, self._before, len(self._after)))
        )
        return bool(shapely.equals_exact(after, before, 0.0))

    def _in_edit(self, edit: int, shapes: list[np.ndarray], first: int) -> list[np.ndarray]:
        """Return the shapes of an edit. ``first``: the number of the first of these parts."""
        return [part[self._of(first + at) == edit] for at, part in enumerate(shapes)]

    def _on_others_ground(self, edits: set[int], present: Rows) -> set[int]:
        """Return the edits whose cells lie on cells that they do not change."""
        given = (self._changed.home, self._sides.removed, self._clashing.home)
        mine = {int(fid) for rows in given for fid in rows.fids}
        others = present.shapes[~np.isin(present.fids, sorted(mine))]
        after = np.concatenate(self._after[:3])
        of = np.concatenate([self._of(part) for part in (0, 1, 2)])
        near, cell = shapely.STRtree(others).query(after, predicate="intersects")
        common_m2 = shapely.area(shapely.intersection(after[near], others[cell]))
        return {int(edit) for edit in of[near[common_m2 > _LEAST_M2]]} & edits

    def kept(self, spoilt: set[int]) -> _Kept:
        """Return what of the edits is brought back."""
        changed, added, both, removed = (~np.isin(self._of(part), sorted(spoilt)) for part in (0, 1, 2, 6))
        return _Kept(
            some_pairs(self._changed, changed),
            some_pairs(self._clashing, both),
            self._sides.added.take(added),
            self._sides.removed.take(removed),
        )

    def rejected(self, spoilt: set[int]) -> list[RejectedRow]:
        """Return the cells that stay as they are at home because another cell of their edit does."""
        definition, told = definition_of(UNIT), []
        for part, rows in ((0, self._changed.copy), (1, self._sides.added), (6, self._sides.removed)):
            for at in np.flatnonzero(np.isin(self._of(part), sorted(spoilt))).tolist():
                details = {"table": definition.zh, "table_en": definition.en, "code": key_text(UNIT, rows, at)}
                told.append(RejectedRow(int(rows.fids[at]), details["code"], "copy_edit_left", details=details))
        return told


def _in_known_grids(state: Workspace, pairs: Pairs) -> Pairs:
    """Return cells without the responsibility grids that there are in the copy alone: they stay in those at home."""
    grids = state.read("responsibility_grid", ["scheme", "code"], geometry=False)
    known = set(zip(grids["scheme"].tolist(), grids["code"].tolist()))
    columns = {}
    for name in scheme_columns(pairs.home):
        if name in pairs.copy:
            scheme = name[len(_SCHEME_PREFIX) :]
            given = zip(pairs.copy[name].tolist(), pairs.home[name].tolist())
            columns[name] = as_column(new if new is None or (scheme, new) in known else old for new, old in given)
    return Pairs(pairs.copy.with_columns(**columns), pairs.home)


def _connected(shapes: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """Return by shape the number of the group that it is in: int64, counted from 0.

    Shapes that touch are in one group, and so are those of a pair, given by their positions.
    """
    group = np.arange(len(shapes))
    if len(shapes) == 0:
        return group
    near = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    same = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    one, two = np.concatenate([near, same, same[::-1]], axis=1)
    while True:
        least = group.copy()
        np.minimum.at(least, one, group[two])
        if np.array_equal(least, group):
            numbers: np.ndarray = np.unique(group, return_inverse=True)[1]
            return numbers
        group = least


def _touched(present: Rows, changed: Pairs, added: Rows, removed: Rows) -> TouchedCells:
    """Return all cells at home before and after."""
    at = np.searchsorted(present.fids, changed.home.fids)
    shapes = present.shapes.copy()
    moved = shifted(changed)
    shapes[at[moved]] = changed.copy.shapes[moved]
    columns: dict[str, np.ndarray] = {}
    stays = ~np.isin(present.fids, removed.fids)
    for name, old in present.columns.items():
        column = old.copy()
        if name in changed.copy and name not in _OWN:
            which = moved if name == "area_m2" else np.ones(len(at), dtype=bool)
            column[at[which]] = changed.copy[name][which]
        new = added[name] if name in added and name not in _OWN else as_column([None] * len(added))
        columns[name] = np.concatenate([column[stays], new])
    after = Rows(columns, np.concatenate([shapes[stays], added.shapes]))
    origin = np.concatenate([np.flatnonzero(stays), np.full(len(added), -1, dtype=np.int64)])
    return compared_cells(present, after, origin)
