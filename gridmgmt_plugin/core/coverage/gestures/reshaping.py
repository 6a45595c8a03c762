"""Reshaping: a drawn line replaces the border of a cell between its first and its last crossing with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.pieces import (
    AREA_TOLERANCE_M2,
    Pieces,
    cell_around,
    cut_pieces,
    edit_of,
    thin,
)
from gridmgmt_plugin.core.coverage.gestures.splitting import cells_near, usable_line
from gridmgmt_plugin.core.coverage.gestures.tracing import Trace, trace
from gridmgmt_plugin.core.coverage.graph.labels import FaceGraph
from gridmgmt_plugin.core.coverage.graph.network import Network, network_of
from gridmgmt_plugin.core.errors import InputError

_NONE = np.empty(0, dtype=np.int64)


def reshape(
    cells: Cells,
    line: shapely.LineString,
    tolerance: EditTolerance,
    cell: int | None = None,
    *,
    frees: bool = False,
) -> CoverageEdit:
    """Replace the border of a cell between the first and the last place where a line meets it by the line.

    A line that begins and ends in one cell (or on its border) and runs outside between makes that cell grow. One that
    runs through a cell from outside makes it shrink: the larger part stays, the part cut off goes to the neighbours
    along the border that was replaced, divided where their own border met it. The same line may do both. What is
    left of a neighbour in strips thinner than ``sliver_m`` goes to the neighbour with the longest border.

    :param line: a LineString in the cells' frame.
    :param cell: the cell whose border is meant; None: the one in which the line begins and ends, else the one
        through which most of it runs.
    :param frees: ground that is given up and borders on no neighbour belongs to nobody afterwards, as duty zones need
        not cover an area; otherwise that is refused.
    :raises InputError: ``line_unusable``, ``line_crosses_itself``; ``reshape_misses``, ``reshape_touches`` (fewer
        than two crossings), ``reshape_runs_along`` (nothing would change), ``reshape_tangles`` (the new border would
        meet the border that stays), ``reshape_swallows`` a neighbour, ``reshape_detaches`` a part of a cell,
        ``reshape_leaves_area`` (ground would come from or go to another area, or beyond it), ``edit_unsound``.
    """
    points = usable_line(line)
    near = cells_near(cells, points, tolerance.snap_m)
    if len(near) == 0 or (cell is not None and cell not in near):
        raise InputError("reshape_misses")
    # What a cell gives up may border on cells that the line comes nowhere near.
    near = cells_near(cells, shapely.bounds(cells.geometry[near]).reshape(-1, 2), 0.0)
    laid = trace(network_of(cells.geometry, near), points, tolerance)
    if laid.crosses_itself() or len(np.unique(laid.path)) < len(laid.path):
        raise InputError("line_crosses_itself")
    change = _chosen(cells, laid, near) if cell is None else _change(laid, cell)
    network = _with_prolonged_borders(cells, laid.network, change, tolerance)
    pieces = cut_pieces(network, cells, near, bare=True)
    label = _labels(cells, pieces, change, frees=frees)
    label = _without_remains(cells, pieces, label, change, tolerance)
    return edit_of(cells, pieces, label, "reshape", _NONE, _NONE, frees=frees)


@dataclass(frozen=True)
class _Change:
    """What becomes of one cell. ``cell``: its position. ``section``: int64, the nodes of the new stretch of border;
    ``replaced``: int64, those of the old stretch, with both ends. ``filled``, ``shape``: Polygons, the cell without
    regard to its holes as it was and as it will be.
    """

    cell: int
    section: np.ndarray
    replaced: np.ndarray
    filled: shapely.Polygon
    shape: shapely.Polygon

    @property
    def moved_m2(self) -> float:
        return float(shapely.area(shapely.symmetric_difference(self.filled, self.shape)))


def _chosen(cells: Cells, laid: Trace, near: np.ndarray) -> _Change:
    """Return what the line means where the planner named no cell."""
    inside_m = _length_inside(cells, laid, near)
    met = laid.network.cells_at(_mask(laid.network, laid.path))
    concerned = near[(inside_m > 0) | np.isin(near, met)]
    if len(concerned) == 0:
        raise InputError("reshape_misses")
    first, last = _cells_at_end(cells, laid, 0), _cells_at_end(cells, laid, -1)
    changes: list[_Change] = []
    told: InputError | None = None
    for position in concerned.tolist():
        try:
            changes.append(_change(laid, position))
        except InputError as error:
            if told is None or told.code == "reshape_misses":
                told = error
    home = np.intersect1d(first, last)
    grown = [c for c in changes if c.cell in home and not _contains(c.filled, c.shape)]
    if grown:
        return min(grown, key=lambda c: c.moved_m2)
    if not changes:
        raise told if told is not None else InputError("reshape_misses")
    length = dict(zip(near.tolist(), inside_m.tolist()))
    ends = np.union1d(first, last)
    return max(changes, key=lambda c: (c.cell not in ends, length[c.cell], -c.cell))


def _contains(one: shapely.Polygon, two: shapely.Polygon) -> bool:
    return bool(shapely.area(shapely.difference(two, one)) <= AREA_TOLERANCE_M2)


def _length_inside(cells: Cells, laid: Trace, near: np.ndarray) -> np.ndarray:
    """Return how much of the line runs inside each of the cells, float64."""
    around = cell_around(laid.network, cells)
    ends = laid.network.node[laid.network.drawn]
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    known = around != NOBODY
    return np.bincount(np.searchsorted(near, around[known]), weights=length[known], minlength=len(near))


def _cells_at_end(cells: Cells, laid: Trace, end: int) -> np.ndarray:
    """Return the cells (int64) in or on whose border the line begins (0) or ends (−1)."""
    node = laid.path[end]
    on_border = laid.network.cells_at(_mask(laid.network, node))
    if len(on_border):
        return on_border
    return np.flatnonzero(shapely.contains(cells.geometry, shapely.Point(laid.network.node[node])))


def _mask(network: Network, nodes: np.ndarray) -> np.ndarray:
    mask = np.zeros(len(network.node), dtype=bool)
    mask[nodes] = True
    return mask


def _change(laid: Trace, cell: int) -> _Change:
    """Return what the line makes of one cell.

    :raises InputError: ``reshape_misses``, ``reshape_touches``, ``reshape_runs_along``, ``reshape_tangles``.
    """
    ring = _outer_ring(laid.network, cell)
    rank = np.full(len(laid.network.node), -1, dtype=np.int64)
    rank[ring] = np.arange(len(ring))
    at = rank[laid.path]
    meets = np.flatnonzero(at >= 0)
    if len(meets) < 2:
        raise InputError("reshape_touches" if len(meets) else "reshape_misses")
    first, last = int(meets[0]), int(meets[-1])
    while first < last and at[first + 1] >= 0 and _beside(at[first], at[first + 1], len(ring)):
        first += 1
    while first < last and at[last - 1] >= 0 and _beside(at[last - 1], at[last], len(ring)):
        last -= 1
    if first >= last:
        raise InputError("reshape_runs_along")
    section = laid.path[first : last + 1]
    ahead, back = _arc(ring, at[last], at[first]), _arc(ring, at[first], at[last])
    filled = shapely.Polygon(laid.network.node[ring])
    options = []
    for kept, replaced in ((ahead, back), (back[::-1], ahead)):
        shape = (
            shapely.Polygon(laid.network.node[np.concatenate([section, kept[1:-1]])])
            if len(section) + len(kept) > 4
            else shapely.Polygon()
        )
        if not shape.is_empty and shape.is_valid:
            options.append(_Change(cell, section, replaced, filled, shape))
    if not options:
        raise InputError("reshape_tangles")
    best = max(options, key=lambda c: float(shapely.area(shapely.intersection(c.shape, filled))))
    if best.moved_m2 <= AREA_TOLERANCE_M2:
        raise InputError("reshape_runs_along")
    return best


def _outer_ring(network: Network, cell: int) -> np.ndarray:
    number = int(np.flatnonzero(network.ring_cell == cell)[0])
    return np.asarray(network.side[network.ring == number])


def _beside(one: int, two: int, count: int) -> bool:
    return (one - two) % count in {1, count - 1}


def _arc(ring: np.ndarray, start: int, end: int) -> np.ndarray:
    """Return the nodes of a ring from one place to another, both included, in its own direction."""
    steps = (end - start) % len(ring)
    return np.asarray(ring[(start + np.arange(steps + 1)) % len(ring)])


def _line(network: Network, nodes: np.ndarray) -> shapely.LineString:
    return shapely.LineString(network.node[nodes])


def _with_prolonged_borders(cells: Cells, network: Network, change: _Change, tolerance: EditTolerance) -> Network:
    """Return the network with the borders between neighbours prolonged over ground that the cell gives up.

    A border that met the old stretch goes on straight to the nearest place of the new one.
    """
    lost = shapely.difference(change.filled, change.shape)
    if shapely.area(lost) <= AREA_TOLERANCE_M2:
        return network
    section = _line(network, change.section)
    group = cells.group[change.cell]
    for node in change.replaced[1:-1].tolist():
        beside = network.cells_at(_mask(network, np.array([node])))
        beside = beside[(beside != change.cell) & (cells.group[beside] == group)]
        if len(beside) < 2:
            continue
        way = shapely.shortest_line(shapely.Point(network.node[node]), section)
        if shapely.length(way) > tolerance.snap_m and shapely.length(shapely.intersection(way, lost)) > 0:
            network = trace(network, shapely.get_coordinates(way), tolerance).network
    return network


def _labels(cells: Cells, pieces: Pieces, change: _Change, *, frees: bool) -> np.ndarray:
    """Return who gets each piece.

    :raises InputError: ``reshape_leaves_area``.
    """
    inner = shapely.point_on_surface(pieces.geometry)
    shapely.prepare(change.shape)
    shapely.prepare(change.filled)
    inside, was_inside = shapely.contains(change.shape, inner), shapely.contains(change.filled, inner)
    gained = inside & ~was_inside
    lost = (pieces.owner == change.cell) & ~inside
    group = np.where(pieces.owner == NOBODY, NOBODY, cells.group[pieces.owner])
    mine = cells.group[change.cell]
    bare = gained & (pieces.owner == NOBODY)
    if (gained & ~bare & (group != mine)).any() or not _may_fill(cells, pieces.geometry[bare], int(mine)):
        raise InputError("reshape_leaves_area")
    label = np.where(gained, change.cell, pieces.owner)
    takes = (pieces.owner != NOBODY) & (group == mine) & (label != change.cell)
    given = _spread(pieces, np.where(takes, label, NOBODY), lost)
    if not frees and (given[lost] == NOBODY).any():
        raise InputError("reshape_leaves_area")
    label[lost] = given[lost]
    return np.asarray(label, dtype=np.int64)


def _may_fill(cells: Cells, bare: np.ndarray, group: int) -> bool:
    """Return whether bare pieces lie inside the outline of a group."""
    if len(bare) == 0:
        return True
    if group not in cells.outlines:
        return False
    return bool(shapely.area(shapely.difference(bare, cells.outlines[group])).max() <= AREA_TOLERANCE_M2)


def _spread(pieces: Pieces, label: np.ndarray, seeking: np.ndarray) -> np.ndarray:
    graph = FaceGraph(*pieces.borders(), shapely.area(pieces.geometry))
    return graph.spread(np.where(seeking, NOBODY, label), seeking)


def _without_remains(
    cells: Cells, pieces: Pieces, label: np.ndarray, change: _Change, tolerance: EditTolerance
) -> np.ndarray:
    """Return the labels with thin remains given to the neighbour with the longest border.

    :raises InputError: ``reshape_swallows``, ``reshape_detaches``.
    """
    graph = FaceGraph(*pieces.borders(), shapely.area(pieces.geometry))
    involved = np.union1d(pieces.owner[label != pieces.owner], label[label != pieces.owner])
    involved = involved[involved != NOBODY]
    if not np.isin(involved, label).all():
        raise InputError("reshape_swallows")
    loose = graph.detached(np.where(np.isin(label, involved), label, NOBODY))
    part = graph.components(label)
    for number in np.unique(part[loose]).tolist():
        if not _is_thin(pieces, part == number, tolerance):
            raise InputError("reshape_detaches")
    group = np.where(label == NOBODY, NOBODY, cells.group[label])
    usable = (group == cells.group[change.cell]) & ~loose
    given = _spread(pieces, np.where(usable, label, NOBODY), loose)
    if (given[loose] == NOBODY).any():
        raise InputError("reshape_leaves_area")
    label = np.where(loose, given, label)
    donors = np.setdiff1d(pieces.owner[label != pieces.owner], [NOBODY])
    if any(_is_thin(pieces, label == donor, tolerance) for donor in donors.tolist()):
        raise InputError("reshape_swallows")
    return label


def _is_thin(pieces: Pieces, mask: np.ndarray, tolerance: EditTolerance) -> bool:
    whole = shapely.union_all(pieces.geometry[mask])
    return bool(thin(np.array([whole], dtype=object), tolerance.sliver_m)[0])
