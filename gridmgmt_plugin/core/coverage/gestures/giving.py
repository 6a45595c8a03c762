"""Giving a cell, or a part of it, to a neighbour."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.drawn_rings import cells_around, inside_rings, lay_rings, usable_polygon
from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.leftovers import share_leftovers
from gridmgmt_plugin.core.coverage.gestures.merging import hand_over
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces, connected_parts, cut_pieces, edit_of, thin
from gridmgmt_plugin.core.coverage.gestures.tracing import reach_m
from gridmgmt_plugin.core.coverage.graph.network import network_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve


def give(
    cells: Cells, source: int, target: int, tolerance: EditTolerance, part: shapely.Polygon | None = None
) -> CoverageEdit:
    """Give a cell, or the part of it under a polygon, to a neighbour of its area.

    The part must reach the neighbour's border. When the rest falls apart, its largest part stays the cell, others
    become cells, and what is thinner than ``sliver_m`` joins the neighbour with the longest border.

    :param part: a Polygon; None, or one that covers the whole cell: the cell goes, and is removed.
    :raises InputError: ``give_to_itself``, ``give_other_area``, ``give_apart``, ``give_nothing``,
        ``give_part_apart``, ``draw_unusable``, ``draw_crosses_itself``, ``edit_unsound``, ``edit_pinched``.
    """
    if part is None or source == target or cells.group[source] != cells.group[target]:
        return hand_over(cells, source, target, "give")
    rings = usable_polygon(part, tolerance.snap_m)
    corners = shapely.get_coordinates(cells.geometry[[source, target]])
    near = cells_around(cells, corners, reach_m(tolerance))
    network, ways = lay_rings(network_of(cells.geometry, near), rings, tolerance)
    pieces = cut_pieces(network, cells, np.array([source], dtype=np.int64))
    taken = inside_rings(pieces, ways) & (pieces.owner == source)
    if not taken.any():
        raise InputError("give_nothing")
    if taken.sum() == (pieces.owner == source).sum():
        return hand_over(cells, source, target, "give")
    label = _with_target(pieces, taken, source, target, tolerance.sliver_m)
    nothing = np.empty(0, dtype=np.int64)
    label, added_from, added_group = share_leftovers(cells, pieces, label, nothing, nothing, tolerance.sliver_m)
    return edit_of(cells, pieces, label, "give", added_from, added_group)


def _with_target(pieces: Pieces, taken: np.ndarray, source: int, target: int, sliver_m: float) -> np.ndarray:
    """Return the owners, with the target for the taken pieces that hang together with it.

    :raises InputError: ``give_apart`` when the cells share no border, ``give_part_apart`` when more than a sliver
        of the part does not reach the target.
    """
    first, second, _ = pieces.borders()
    owner = pieces.owner
    pair = np.sort(np.column_stack([owner[first], owner[second]]), axis=1)
    if not (pair == sorted((source, target))).all(axis=1).any():
        raise InputError("give_apart")
    label = np.where(taken, target, owner)
    connected = connected_parts(pieces, label)
    reached = taken & np.isin(connected, connected[owner == target])
    numbers, which = np.unique(connected[taken & ~reached], return_inverse=True)
    stray = dissolve(pieces.geometry[taken & ~reached], which.reshape(-1).astype(np.int64), len(numbers))
    if not reached.any() or not thin(stray, sliver_m).all():
        raise InputError("give_part_apart")
    return np.where(reached, target, owner)
