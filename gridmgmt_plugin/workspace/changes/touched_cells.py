"""Unit grids that a change is about, and those around them: as they are stored, and as the change leaves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.workspace.changes.row_reading import Bounds, places_of

# Neighbours within this distance of a touched cell are looked at with it.
REACH_M = 0.1


@dataclass(frozen=True, eq=False)
class TouchedCells:
    """Unit grids around a change.

    ``before``: whole rows as they are stored. ``after``: the same columns as the change leaves them; ``fid`` is
    negative for new cells. ``origin``: int64 per row of ``after``, its position in ``before``, −1 for new cells.
    ``changed``, ``removed``: int64 positions in ``before``; of ``changed``: ``reshaped`` those with another outline,
    ``regrouped`` those with another area. ``not_taken``: how many values of forms are not taken over, because
    the column follows from the outline.
    ``added``: int64 positions in ``after``. ``missing``: how many edited rows are no longer stored. ``places``:
    rectangles around every cell with another outline or code.
    """

    before: Rows
    after: Rows
    origin: np.ndarray
    changed: np.ndarray
    reshaped: np.ndarray
    regrouped: np.ndarray
    removed: np.ndarray
    added: np.ndarray
    places: tuple[Bounds, ...]
    missing: int = 0
    not_taken: int = 0

    def now(self, positions: np.ndarray) -> np.ndarray:
        """Return the positions in ``after`` of cells that stay, in the order given by positions in ``before``."""
        place = np.full(len(self.before), -1, dtype=np.int64)
        stays = self.origin >= 0
        place[self.origin[stays]] = np.flatnonzero(stays)
        return np.asarray(place[positions])

    @property
    def mine_before(self) -> np.ndarray:
        """Return the positions in ``before`` of the cells that the change is about."""
        return np.concatenate([self.changed, self.removed])

    @property
    def mine_after(self) -> np.ndarray:
        """Return the positions in ``after`` of the cells that the change is about."""
        return np.concatenate([self.now(self.changed), self.added])

    @property
    def ground_before(self) -> np.ndarray:
        """Return the positions in ``before`` of cells that gave their ground or got another outline or area."""
        return np.concatenate([np.union1d(self.reshaped, self.regrouped), self.removed])

    @property
    def ground_after(self) -> np.ndarray:
        """Return the positions in ``after`` of cells with another outline or area and of new ones."""
        return np.concatenate([self.now(np.union1d(self.reshaped, self.regrouped)), self.added])

    @property
    def codes(self) -> set[str]:
        """Return every code that the cells bear or bore which the change is about."""
        before, after = self.before["code"][self.mine_before], self.after["code"][self.mine_after]
        return {str(code) for code in (*before, *after) if code is not None}

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the codes of the areas of all cells, before and after, sorted, ``""`` for those without one."""
        return tuple(sorted({code or "" for rows in (self.before, self.after) for code in rows["area_code"]}))


def compared_cells(before: Rows, after: Rows, origin: np.ndarray) -> TouchedCells:
    """Return what lies between two states of the unit grids, for a job that worked on whole rows.

    :param before: whole rows as they are stored: all that change or go, and all around these.
    :param after: the rows that stay or are new, with any of the columns of ``before`` (others stay, or are empty in
        new rows) and with geometry. ``origin``: int64, the row of ``before`` that each is, −1 for new ones.
        A shape that is the same but for where its ring begins counts as unchanged and is not touched.
    """
    stays = origin >= 0
    at = origin[stays]
    columns = {}
    for name, old in before.columns.items():
        column = as_column([None] * len(after))
        column[stays] = after[name][stays] if name in after and name != "row_version" else old[at]
        column[~stays] = after[name][~stays] if name in after else None
        columns[name] = column
    shapes, kept = after.shapes.copy(), before.shapes[at]
    same = shapely.equals_exact(shapely.normalize(shapes[stays]), shapely.normalize(kept), 0.0)
    same |= shapely.is_missing(shapes[stays]) & shapely.is_missing(kept)
    shapes[np.flatnonzero(stays)[same]] = kept[same]
    other = ~same
    for name, column in columns.items():
        other |= differs(column[stays], before[name][at])
    order = np.argsort(at, kind="stable")
    changed = at[order][other[order]]
    reshaped = at[order][~same[order]]
    regrouped = at[order][differs(columns["area_code"][stays], before["area_code"][at])[order]]
    renamed = differs(columns["code"][stays], before["code"][at])
    removed = np.setdiff1d(np.arange(len(before)), at)
    fids = np.full(len(after), -1, dtype=np.int64)
    fids[stays] = before.fids[at]
    fids[~stays] = -1 - np.arange(int((~stays).sum()))
    moving = ~same | renamed
    concerned = np.concatenate([before.shapes[removed], kept[moving], shapes[stays][moving], shapes[~stays]])
    return TouchedCells(
        before=before,
        after=Rows(columns, shapes, fids),
        origin=origin,
        changed=changed,
        reshaped=reshaped,
        regrouped=regrouped,
        removed=removed,
        added=np.flatnonzero(~stays),
        places=tuple(places_of(concerned, REACH_M)),
    )
