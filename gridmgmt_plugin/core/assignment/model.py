"""The assignment of one scheme: every unit grid is in one responsibility grid or in none, by construction.

Nothing here costs more on a larger layer: members are kept per grid, so a stroke pays for the grids that it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.responsibility.boundaries import lie_within

#: In place of the number of a grid: a unit grid that belongs to none.
NOBODY = -1
#: The zone of a grid that no zone binds.
ANY_ZONE = -1


@dataclass(frozen=True, eq=False)
class PaintedUnits:
    """n unit grids, as they stay while they are painted.

    ``shapes``: object array of polygons in metres, ``None`` for a row without one. ``area_code``: object array of
    texts, the area that each lies in. ``zone``: int64 (n,), number of its zone (片区), 0 … . ``graph``: who shares a
    border with whom. ``loads``: figure → float64 (n,), in pieces, m² or m; not-a-number where nothing is known.
    """

    shapes: np.ndarray
    area_code: np.ndarray
    zone: np.ndarray
    graph: Adjacency
    loads: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True)
class Grid:
    """A responsibility grid. ``area_code``: the area that it stays in and is numbered under, "" where none is known.

    ``zone``: the zone that it stays in, or :data:`ANY_ZONE`. ``expected_parts``: into how many parts it may fall, 1
    at least. ``is_new``: made here and not stored yet.
    """

    code: str
    area_code: str = ""
    zone: int = ANY_ZONE
    name: str = ""
    expected_parts: int = 1
    is_new: bool = False


@dataclass(frozen=True, eq=False)
class Move:
    """Unit grids that change grids. ``units``: int64 (m,), ascending, each once; ``before``, ``after``: int64 (m,).

    ``locked``, ``across``: how many more were asked for and stay, because their grid or the target is locked, or
    because the target lies in another area.
    """

    units: np.ndarray
    before: np.ndarray
    after: np.ndarray
    locked: int = 0
    across: int = 0

    def refuse_held(self) -> None:
        """Do nothing where nothing was held.

        :raises InputError: ``paint_all_across``, ``paint_all_locked`` or ``paint_all_held``: why no unit moved.
        """
        if self.across and self.locked:
            raise InputError("paint_all_held", across=self.across, locked=self.locked)
        if self.across:
            raise InputError("paint_all_across", count=self.across)
        if self.locked:
            raise InputError("paint_all_locked", count=self.locked)

    def __bool__(self) -> bool:
        return len(self.units) > 0

    @property
    def grids(self) -> list[int]:
        """Return the grids that gain or lose, ascending, without :data:`NOBODY`."""
        return sorted({*self.before.tolist(), *self.after.tolist()} - {NOBODY})

    def back(self) -> Move:
        """Return the move that undoes this one."""
        return Move(self.units, self.after, self.before)


class Assignment:
    """The grids of one scheme and their unit grids.

    ``grid_of``: int64 (n,), the grid of each unit; read it, change it by :meth:`apply` alone.
    ``locked``: grids that nothing enters and nothing leaves.
    """

    def __init__(self, units: PaintedUnits, grids: Sequence[Grid], grid_of: np.ndarray) -> None:
        """Take over who belongs where.

        :param grid_of: int64 (n,), positions in ``grids`` or :data:`NOBODY`.
        :raises ValueError: when a unit names a grid that is not there, or two grids have one code.
        """
        self.units = units
        self.grids: list[Grid] = list(grids)
        self.grid_of = np.array(grid_of, dtype=np.int64)
        self.locked: set[int] = set()
        self._number = {grid.code: at for at, grid in enumerate(self.grids)}
        if len(self._number) < len(self.grids):
            raise ValueError("two grids have one code")
        if len(self.grid_of) != len(units) or (len(units) and self.grid_of.max() >= len(self.grids)):
            raise ValueError("a unit names a grid that is not there")
        order = np.argsort(self.grid_of, kind="stable")
        held = np.split(order, np.searchsorted(self.grid_of[order], np.arange(len(self.grids))))[1:]
        self._members: list[set[int]] = [set(part.tolist()) for part in held]

    def number(self, code: str) -> int | None:
        """Return the number of the grid with a code, ``None`` where there is none."""
        return self._number.get(code)

    def members(self, grid: int) -> np.ndarray:
        """Return the units of a grid, int64, ascending."""
        return np.array(sorted(self._members[grid]), dtype=np.int64)

    def size(self, grid: int) -> int:
        """Return how many units a grid has."""
        return len(self._members[grid])

    def add_grid(self, grid: Grid) -> int:
        """Enter a grid without units and return its number; one with that code takes its place."""
        known = self._number.get(grid.code)
        if known is not None:
            self.grids[known] = grid
            return known
        self._number[grid.code] = len(self.grids)
        self.grids.append(grid)
        self._members.append(set())
        return len(self.grids) - 1

    def move(self, units: Iterable[int] | np.ndarray, target: int) -> Move:
        """Return what giving units to a grid (:data:`NOBODY`: to none) does; nothing is changed yet.

        Units that are there already are no part of it, nor those that locks and area boundaries hold back: they are
        counted.
        """
        asked = np.unique(np.asarray(list(units), dtype=np.int64))
        before = self.grid_of[asked]
        asked, before = asked[before != target], before[before != target]
        is_locked = np.isin(before, list(self.locked)) | (target in self.locked)
        across = ~is_locked & ~self.may_join(asked, target)
        free = ~is_locked & ~across
        after = np.full(int(free.sum()), target, dtype=np.int64)
        return Move(asked[free], before[free], after, int(is_locked.sum()), int(across.sum()))

    def apply(self, move: Move) -> None:
        """Make a move. Figures and parts asked for afterwards are those of the new state.

        :raises ValueError: when a unit is no longer where the move has it; nothing is changed then.
        """
        if not np.array_equal(self.grid_of[move.units], move.before):
            raise ValueError("the units have moved meanwhile")
        for unit, old, new in zip(move.units.tolist(), move.before.tolist(), move.after.tolist()):
            if old != NOBODY:
                self._members[old].discard(unit)
            if new != NOBODY:
                self._members[new].add(unit)
        self.grid_of[move.units] = move.after

    def after(self, move: Move, grid: int) -> np.ndarray:
        """Return the units that a grid would have after a move, int64, ascending."""
        gone = move.units[(move.before == grid) & (move.after != grid)].tolist()
        come = move.units[move.after == grid].tolist()
        return np.array(sorted(self._members[grid].difference(gone).union(come)), dtype=np.int64)

    def may_join(self, units: np.ndarray, target: int) -> np.ndarray:
        """Return which units lie where a grid may go, bool."""
        if target == NOBODY:
            return np.ones(len(units), dtype=bool)
        grid = self.grids[target]
        inside = lie_within(self.units.area_code[units], grid.area_code)
        return inside if grid.zone == ANY_ZONE else inside & (self.units.zone[units] == grid.zone)
