"""Splitting cells by a drawn line."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces, cell_around, cut_pieces, edit_of, thin
from gridmgmt_plugin.core.coverage.gestures.tracing import Trace, reach_m, trace
from gridmgmt_plugin.core.coverage.graph.network import network_of
from gridmgmt_plugin.core.errors import InputError


def split(
    cells: Cells,
    line: shapely.LineString,
    tolerance: EditTolerance,
    targets: np.ndarray | None = None,
    *,
    all_new: bool = False,
) -> CoverageEdit:
    """Split every cell that a line cuts right through; neighbours get the vertices where it meets their edges.

    The larger part stays the ``changed`` cell, the others are ``added``, ordered by cell, the largest first. A strip
    thinner than ``sliver_m`` is not cut off: it stays with the part with which it shares the longest border. A closed
    line inside a cell cuts out an island.

    :param line: a LineString in the cells' frame.
    :param targets: int64, the cells that may be split; None: all of them.
    :param all_new: no part stays the old cell: it is removed, and all parts are added.
    :raises InputError: ``line_unusable``, ``line_crosses_itself``, ``split_misses``, ``split_touches``,
        ``split_ends_inside``, ``split_runs_along`` or ``split_too_thin``, when there is nothing to split;
        ``edit_unsound``, ``edit_pinched``.
    """
    points = usable_line(line)
    may = np.arange(len(cells)) if targets is None else np.unique(np.asarray(targets, dtype=np.int64))
    near = cells_near(cells, points, reach_m(tolerance))
    if not np.isin(near, may).any():
        raise InputError("split_misses")
    closed = bool((points[0] == points[-1]).all())
    laid = trace(network_of(cells.geometry, near), points[:-1] if closed else points, tolerance, closed=closed)
    if laid.crosses_itself():
        raise InputError("line_crosses_itself")
    around = cell_around(laid.network, cells)
    through = np.intersect1d(around, may)
    if len(through) == 0:
        raise InputError(_why_not(laid, near[np.isin(near, may)]))
    pieces = cut_pieces(laid.network, cells, through)
    if len(pieces) == len(near):
        raise InputError("split_ends_inside")
    label, added_from = _share_out(pieces, len(cells), tolerance.sliver_m, all_new=all_new)
    if len(added_from) == 0:
        raise InputError("split_too_thin", width_m=f"{tolerance.sliver_m:g}")
    return edit_of(cells, pieces, label, "split", added_from, cells.group[added_from])


def usable_line(line: shapely.LineString) -> np.ndarray:
    """Return the points of a drawn line, float64 (k, 2), k ≥ 2.

    :raises InputError: ``line_unusable`` without two different finite points, ``line_crosses_itself``.
    """
    if line is None or shapely.get_type_id(line) not in {1, 2} or shapely.is_empty(line):
        raise InputError("line_unusable")
    points = shapely.get_coordinates(line)
    if not np.isfinite(points).all() or (points == points[0]).all():
        raise InputError("line_unusable")
    if not shapely.is_simple(line):
        raise InputError("line_crosses_itself")
    return np.asarray(points)


def cells_near(cells: Cells, points: np.ndarray, distance_m: float) -> np.ndarray:
    """Return the cells (int64) whose bounds come within a distance of the bounds of points."""
    bounds = shapely.bounds(cells.geometry)
    low, high = points.min(axis=0) - distance_m, points.max(axis=0) + distance_m
    return np.asarray(np.flatnonzero((bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)))


def _why_not(laid: Trace, near: np.ndarray) -> str:
    """Return why a line that runs inside none of the cells (int64) splits none."""
    met = np.zeros(len(laid.network.node), dtype=bool)
    met[laid.path] = True
    if not len(np.intersect1d(laid.network.cells_at(met), near)):
        return "split_misses"
    return "split_runs_along" if laid.along else "split_touches"


def _share_out(pieces: Pieces, count: int, sliver_m: float, *, all_new: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the label of each piece and, for each added cell, the cell that it comes from."""
    part = _without_slivers(pieces, sliver_m)
    area_m2 = shapely.area(pieces.geometry)
    label = pieces.owner.copy()
    added_from: list[int] = []
    cut = np.flatnonzero(np.bincount(pieces.owner, minlength=count) > 1)
    for cell in cut.tolist():
        mine = np.flatnonzero(pieces.owner == cell)
        parts, which = np.unique(part[mine], return_inverse=True)
        if len(parts) == 1:
            continue
        size = np.bincount(which.reshape(-1), weights=area_m2[mine])
        order = np.argsort(-size, kind="stable")
        for rank, chosen in enumerate(order.tolist()):
            if rank == 0 and not all_new:
                continue
            label[mine[which.reshape(-1) == chosen]] = count + len(added_from)
            added_from.append(cell)
    return label, np.array(added_from, dtype=np.int64)


def _without_slivers(pieces: Pieces, sliver_m: float) -> np.ndarray:
    """Return for each piece a number of its part (int64); thin pieces of a cell are parts of others of its own."""
    part = np.arange(len(pieces), dtype=np.int64)
    first, second, length_m = pieces.borders()
    same = pieces.owner[first] == pieces.owner[second]
    first, second, length_m = first[same], second[same], length_m[same]
    several = np.unique(np.concatenate([first, second]))
    slivers = several[thin(pieces.geometry[several], sliver_m)]
    for sliver in slivers[np.argsort(shapely.area(pieces.geometry[slivers]), kind="stable")].tolist():
        others = np.concatenate([second[first == sliver], first[second == sliver]])
        lengths = np.concatenate([length_m[first == sliver], length_m[second == sliver]])
        apart = part[others] != part[sliver]
        if apart.any():
            part[part == part[sliver]] = part[others[apart][np.argmax(lengths[apart])]]
    return part
