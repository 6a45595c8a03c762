"""Unit grids that people drew while a division was being looked for: they follow it, as if drawn after it.

Parts of a unit grid that was cut go where it goes, a unit grid that took others in stays where it is, one that was
reshaped or renamed stays too. So a job that groups need not begin anew because somebody saves somewhere all the time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column, differs

_NONE = -1


@dataclass(frozen=True, eq=False)
class FollowedUnits:
    """``units``: every unit grid as it is stored now. ``before``: object array, the grid of each, ``None`` = none.
    ``at``: int64, positions of those in play; ``label``: int64, the group of each of these. ``count``: how many unit
    grids were added, changed or removed meanwhile.
    """

    units: Rows
    before: np.ndarray
    at: np.ndarray
    label: np.ndarray
    count: int


def followed_units(read: Rows, now: Rows, column: str, at: np.ndarray, label: np.ndarray) -> FollowedUnits | None:
    """Return how unit grids follow a division of those that were read.

    :param read: every unit grid as it was read, ascending by number, with shapes and versions; ``now``: as they are.
    :param column: of the scheme, where they are assigned. ``at``: int64, positions among those read that were
        divided; ``label``: int64, the group of each.
    :return: ``None`` where the division does not hold any more: an assignment or area was changed by hand, ground
        came or went, or a group has lost its last unit grid or fallen into more pieces.
    """
    groups = np.full(len(read), _NONE, dtype=np.int64)
    groups[at] = label
    origin = _origins(read, now)
    if (origin < 0).any():
        return None
    before, old = _grids(now, column), _grids(read, column)[origin]
    if differs(before, old).any() or differs(now["area_code"], read["area_code"][origin]).any():
        return None
    found = groups[origin]
    changed, gone = _changed(read, now, origin)
    if not (_holder(read.shapes[gone], now.shapes) != _NONE).all():
        return None
    touched = np.unique(np.concatenate([found[changed], groups[origin[changed]], groups[gone]]))
    if any(_is_broken(read, now, groups == group, found == group) for group in touched[touched != _NONE]):
        return None
    positions = np.flatnonzero(found != _NONE)
    return FollowedUnits(now, before, positions, found[positions], len(changed) + len(gone))


def _origins(read: Rows, now: Rows) -> np.ndarray:
    """Return which unit grid of those that were read each is, or lies in; −1 = none."""
    place = np.searchsorted(read.fids, now.fids)
    place[place == len(read)] = 0
    origin = np.where(read.fids[place] == now.fids, place, _NONE).astype(np.int64)
    fresh = np.flatnonzero(origin < 0)
    origin[fresh] = _holder(now.shapes[fresh], read.shapes)
    return origin


def _holder(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which of other shapes each lies in, by a point of it; −1 = none."""
    found = np.full(len(shapes), _NONE, dtype=np.int64)
    if len(shapes):
        which, where = shapely.STRtree(others).query(shapely.point_on_surface(shapes), predicate="intersects")
        found[which] = where
    return found


def _changed(read: Rows, now: Rows, origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of those that are new or changed, and of those read that are gone."""
    same = (read.fids[origin] == now.fids) & ~differs(read["row_version"][origin], now["row_version"])
    return np.flatnonzero(~same), np.flatnonzero(~np.isin(read.fids, now.fids))


def _is_broken(read: Rows, now: Rows, was: np.ndarray, holds: np.ndarray) -> bool:
    """Tell whether a group has lost its last unit grid or lies in more pieces than before."""
    if not holds.any():
        return True
    before, after = shapely.union_all(read.shapes[was]), shapely.union_all(now.shapes[holds])
    return bool(shapely.get_num_geometries(after) > shapely.get_num_geometries(before))


def _grids(units: Rows, column: str) -> np.ndarray:
    return units[column] if column in units else as_column([None] * len(units))
