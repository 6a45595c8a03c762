"""What a gesture works on and what it makes: a neighbourhood of cells in, a plain edit with lineage out.

Every gesture is one call of a pure function of this package: it takes :class:`Cells` and returns a
:class:`CoverageEdit`, or raises an ``InputError`` that tells the planner why nothing was done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

NOBODY = -1  # as a source: ground that no cell covered before


@dataclass(frozen=True)
class Cells:
    """A neighbourhood: the cells that a gesture may change, and every cell that touches one of these.

    ``geometry``: object array of n Polygons in a metric frame that form a sound coverage; the vertices of a shared
    edge are equal to the last bit. ``group``: int64 (n,), which area a cell belongs to; ground passes only between
    cells of equal groups, so that the boundary of an area never moves. ``outlines``: group → the area's outline where
    it is known; ground outside every outline is nobody's.
    """

    geometry: np.ndarray
    group: np.ndarray
    outlines: dict[int, shapely.Geometry]

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True)
class Flows:
    """Where ground went: float64 ``area_m2`` from ``source`` to ``target`` (int64, all of one length m).

    A source is a position among the cells before (−1 = ground that nobody covered); a target is the position of a
    cell that is still there, or n + j for the j-th added one. Ground that stays is listed for every cell that gave or
    got. Pairs are unique and sorted.
    """

    source: np.ndarray
    target: np.ndarray
    area_m2: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True)
class CoverageEdit:
    """What one gesture makes of n cells; applying it leaves a sound coverage.

    ``kind``: split, merge, reshape, vertex, draw, give, absorb, enclose, clean or repair. ``changed``: int64 (k,),
    positions of cells with another outline, ascending; among them neighbours that only got a vertex.
    ``changed_geometry``: object (k,) Polygons. ``added_geometry``: object (m,) Polygons; ``added_from``: int64 (m,),
    the cell whose attributes each inherits (−1 = none); ``added_group``: int64 (m,). ``removed``: int64 (r,),
    positions of cells that are no more, ascending. ``flows``: where the ground of every changed, added and removed
    cell came from.
    """

    kind: str
    changed: np.ndarray
    changed_geometry: np.ndarray
    added_geometry: np.ndarray
    added_from: np.ndarray
    added_group: np.ndarray
    removed: np.ndarray
    flows: Flows

    def parts_of(self, position: int) -> np.ndarray:
        """Return the targets (int64) that hold ground of one cell, the largest share first."""
        mine = np.flatnonzero(self.flows.source == position)
        order = np.lexsort((self.flows.target[mine], -self.flows.area_m2[mine]))
        return np.asarray(self.flows.target[mine[order]], dtype=np.int64)

    def kept_by(self, position: int, part: int, count: int) -> CoverageEdit:
        """Return the same edit with a split cell's identity on another part: the planner's swap.

        :param position: a changed cell that gave ground to added ones.
        :param part: index of the added cell that shall be the old one from now on.
        :param count: n, the number of cells before.
        :raises ValueError: when the added cell has no ground of that cell, or the cell is not changed.
        """
        at = np.flatnonzero(self.changed == position)
        target = count + part
        has_ground = ((self.flows.source == position) & (self.flows.target == target)).any()
        if len(at) != 1 or not 0 <= part < len(self.added_geometry) or not has_ground:
            raise ValueError(f"cell {position} has no part {part} to keep it")
        changed, added = self.changed_geometry.copy(), self.added_geometry.copy()
        changed[at[0]], added[part] = added[part], changed[at[0]]
        swapped = self.flows.target.copy()
        swapped[self.flows.target == position] = target
        swapped[self.flows.target == target] = position
        order = np.lexsort((swapped, self.flows.source))
        flows = Flows(self.flows.source[order], swapped[order], self.flows.area_m2[order])
        return replace(self, changed_geometry=changed, added_geometry=added, flows=flows)


def apply_edit(cells: Cells, edit: CoverageEdit) -> Cells:
    """Return the cells after an edit: those that stay in their order, then the added ones."""
    geometry = cells.geometry.copy()
    geometry[edit.changed] = edit.changed_geometry
    stays = np.ones(len(cells), dtype=bool)
    stays[edit.removed] = False
    return Cells(
        np.concatenate([geometry[stays], edit.added_geometry]),
        np.concatenate([cells.group[stays], edit.added_group]),
        cells.outlines,
    )


@dataclass(frozen=True)
class EditTolerance:
    """``precision_m``: the coordinate grid of new free vertices. ``snap_m``: a drawn line takes over a vertex or an
    edge within this distance, so that no two vertices come closer than what the checks call too close.
    ``sliver_m``: pieces that no circle of this diameter fits into do not become cells of their own.
    """

    precision_m: float = 0.001
    snap_m: float = 0.05
    sliver_m: float = 1.0
