"""Which ground changes hands between two states of responsibility grids, from whom to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer, geometry_digests

_POLYGON, _MULTIPOLYGON = 3, 6


@dataclass(frozen=True)
class MovedGround:
    """m pieces of ground that another grid answers for. ``giver``, ``taker``: object arrays of texts, the grid before
    and after ("" = none); ``cell``, ``other_cell``: int64, the unit grid of the base and of the other state that the
    piece is of, −1 = none; ``shape``: object array of polygons, in metres.
    """

    giver: np.ndarray
    taker: np.ndarray
    cell: np.ndarray
    other_cell: np.ndarray
    shape: np.ndarray

    def __len__(self) -> int:
        return len(self.giver)

    def units(self, rows: np.ndarray | None = None) -> int:
        """Return how many unit grids are concerned by some pieces (int64 positions), by all when not given.

        They are those of the base, and those of the other state that lie where the base has none.
        """
        old, new = (self.cell, self.other_cell) if rows is None else (self.cell[rows], self.other_cell[rows])
        fresh = set(new[old < 0].tolist()) - set(new[old >= 0].tolist())
        return len(set(old.tolist()) - {-1}) + len(fresh)


@dataclass(frozen=True)
class Flows:
    """The pieces summed up, one row per (giver, taker), in the order of their names. ``units``: int64, unit grids
    concerned, see :meth:`MovedGround.units`; ``area_m2``: float64; ``shape``: object array of multipolygons.
    """

    giver: np.ndarray
    taker: np.ndarray
    units: np.ndarray
    area_m2: np.ndarray
    shape: np.ndarray

    def __len__(self) -> int:
        return len(self.giver)


def moved_ground(
    base: FrozenLayer, other: FrozenLayer, precision_m: float, progress: Progress | None = None
) -> MovedGround:
    """Return the ground whose grid differs between two states of the unit grids.

    Cells of the same shape are compared as a whole, the others are laid over each other; what is thinner than the
    precision is no ground. Ground that only one of the states has is given or taken by nobody.

    :param base, other: ``unit_grid`` layers with the column ``responsibility_grid`` and geometry.
    """
    progress = progress or Progress()
    sides = [
        (geometry_digests(layer.rows.shapes, len(layer), precision_m), _groups(layer)) for layer in (base, other)
    ]
    same, left, right = _same_shapes(sides[0][0], sides[1][0])
    giver, taker = sides[0][1][same[:, 0]], sides[1][1][same[:, 1]]
    apart = giver != taker
    progress.report(0.2)
    parts = [(giver[apart], taker[apart], same[apart, 0], same[apart, 1], base.rows.shapes[same[apart, 0]])]
    parts += _overlaid(base, other, left, right, (sides[0][1], sides[1][1]), precision_m)
    progress.report(1.0)
    columns = [np.concatenate(values) for values in zip(*parts)]
    cells = [column.astype(np.int64) for column in columns[2:4]]
    return MovedGround(columns[0], columns[1], cells[0], cells[1], columns[4])


def summed(ground: MovedGround) -> Flows:
    """Return the pieces summed up from whom to whom."""
    pairs = sorted(set(zip(ground.giver.tolist(), ground.taker.tolist())))
    number_of = {pair: number for number, pair in enumerate(pairs)}
    number = np.array([number_of[pair] for pair in zip(ground.giver, ground.taker)], dtype=np.int64)
    units, areas, shapes = [], [], np.empty(len(pairs), dtype=object)
    for pair in range(len(pairs)):
        some = np.flatnonzero(number == pair)
        whole = shapely.union_all(ground.shape[some])
        parts = [part for part in shapely.get_parts(whole).tolist() if part.geom_type == "Polygon"]
        shapes[pair] = shapely.MultiPolygon(parts)
        units.append(ground.units(some))
        areas.append(float(shapely.area(ground.shape[some]).sum()))
    givers, takers = (np.array([pair[side] for pair in pairs], dtype=object) for side in (0, 1))
    return Flows(givers, takers, np.array(units, dtype=np.int64), np.array(areas, dtype=np.float64), shapes)


def _groups(layer: FrozenLayer) -> np.ndarray:
    return texts(layer.rows, "responsibility_grid")


def _same_shapes(left: list[str], right: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of rows with one digest, int64 (k, 2), and the rows of each side that have no partner."""
    of_right = {digest: row for row, digest in enumerate(right)}
    pairs = [(row, of_right.pop(digest)) for row, digest in enumerate(left) if digest in of_right]
    same = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    alone = [np.setdiff1d(np.arange(len(side)), same[:, at]) for at, side in enumerate((left, right))]
    return same, alone[0], alone[1]


_Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _overlaid(
    base: FrozenLayer,
    other: FrozenLayer,
    left: np.ndarray,
    right: np.ndarray,
    groups: tuple[np.ndarray, np.ndarray],
    precision_m: float,
) -> list[_Part]:
    """Return the pieces of cells that were drawn anew."""
    before, after = base.rows.shapes[left], other.rows.shapes[right]
    second, first = shapely.STRtree(before).query(after, predicate="intersects")
    giver, taker = groups[0][left[first]], groups[1][right[second]]
    apart = np.flatnonzero(giver != taker)
    pieces = shapely.intersection(before[first[apart]], after[second[apart]])
    cells = (left[first[apart]], right[second[apart]])
    parts = [_ground((giver[apart], taker[apart]), cells, pieces, precision_m)]
    gone, new = _remainder(before, after, first, second), _remainder(after, before, second, first)
    for pieces, own, at in ((gone, left, 0), (new, right, 1)):
        sides = [np.full(len(own), "", dtype=object), np.full(len(own), "", dtype=object)]
        numbers = [np.full(len(own), -1), np.full(len(own), -1)]
        sides[at], numbers[at] = groups[at][own], own
        parts.append(_ground((sides[0], sides[1]), (numbers[0], numbers[1]), pieces, precision_m))
    return parts


def _remainder(own: np.ndarray, others: np.ndarray, of_own: np.ndarray, of_other: np.ndarray) -> np.ndarray:
    """Return what no cell of the other side covers of each cell."""
    cover = np.full(len(own), None, dtype=object)
    for row in np.unique(of_own).tolist():
        cover[row] = shapely.union_all(others[of_other[of_own == row]])
    left = shapely.difference(own, cover)
    return np.where(shapely.is_missing(cover), own, left)


def _ground(
    sides: tuple[np.ndarray, np.ndarray], cells: tuple[np.ndarray, np.ndarray], shape: np.ndarray, precision_m: float
) -> _Part:
    """Keep what is ground: areas, wider than the precision, that pass from one grid to another."""
    giver, taker = sides
    pieces, row = shapely.get_parts(shape, return_index=True)
    is_area = np.isin(shapely.get_type_id(pieces), (_POLYGON, _MULTIPOLYGON))
    wide = shapely.area(pieces) > precision_m * shapely.length(pieces)
    kept = is_area & wide & (giver[row] != taker[row])
    row = row[kept]
    return giver[row], taker[row], cells[0][row], cells[1][row], pieces[kept]
