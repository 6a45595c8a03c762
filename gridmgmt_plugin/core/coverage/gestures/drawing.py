"""Drawing a new cell, which takes from its neighbours or fills bare ground."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.drawn_rings import cells_around, inside_rings, lay_rings, usable_polygon
from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.leftovers import share_leftovers
from gridmgmt_plugin.core.coverage.gestures.pieces import (
    Pieces,
    cell_around,
    connected_parts,
    cut_pieces,
    edit_of,
    thin,
)
from gridmgmt_plugin.core.coverage.gestures.tracing import reach_m, trace
from gridmgmt_plugin.core.coverage.graph.network import Network, network_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve

# Less bare ground than this under the pen is what rounding leaves between an outline and its cells.
_BARE_M2 = 1e-4


def draw(
    cells: Cells,
    polygon: shapely.Polygon,
    tolerance: EditTolerance,
    *,
    fill_only: bool = False,
    group: int | None = None,
) -> CoverageEdit:
    """Draw a new cell: it takes the ground under the polygon from the cells of one area, and bare ground of the area.

    Cells that lose everything are removed. Of a cell that falls apart the largest part stays the cell, the others
    become cells; what is thinner than ``sliver_m`` joins the neighbour with the longest border. The first added cell
    is the new one; it inherits from the cell that gave it the most, from none when it lies on bare ground only.

    :param fill_only: cells keep their ground; every bare place under the polygon becomes a cell of its own, one
        thinner than ``sliver_m`` joins a neighbour.
    :param group: the area; None: where most of the polygon lies (``fill_only``: most of the bare ground under it).
    :raises InputError: ``draw_unusable``, ``draw_crosses_itself``, ``draw_outside``, ``draw_nothing_new``,
        ``draw_too_thin``, ``draw_falls_apart``, ``fill_nothing_bare``, ``edit_unsound``, ``edit_pinched``.
    """
    rings = usable_polygon(polygon, tolerance.snap_m)
    near = cells_around(cells, np.concatenate(rings), reach_m(tolerance))
    covered, bare = _ground_under(cells, polygon, near)
    ground = bare if fill_only else {g: covered[g] + bare[g] for g in covered}
    if group is None:
        group = max(ground, key=lambda g: (ground[g], -g), default=0)
    if ground.get(group, 0.0) <= _BARE_M2:
        is_covered = fill_only and sum(covered.values()) > 0
        raise InputError("fill_nothing_bare" if is_covered else "draw_outside")
    network = network_of(cells.geometry, near)
    has_bare = bare[group] > _BARE_M2
    if has_bare:
        network = _with_outline(network, cells.outlines[group], polygon, tolerance)
    network, paths = lay_rings(network, rings, tolerance)
    pieces = cut_pieces(network, cells, np.setdiff1d(cell_around(network, cells), [NOBODY]), bare=has_bare)
    taken = inside_rings(pieces, paths) & _may_be_taken(pieces, cells, group, fill_only=fill_only)
    return _edit(cells, pieces, taken, group, tolerance.sliver_m, fill_only=fill_only)


def _ground_under(
    cells: Cells, polygon: shapely.Polygon, near: np.ndarray
) -> tuple[dict[int, float], dict[int, float]]:
    """Return per area how much ground under the polygon cells cover, and how much of it is bare, in m²."""
    covered_m2 = shapely.area(shapely.intersection(cells.geometry[near], polygon))
    covered: dict[int, float] = {}
    bare: dict[int, float] = {}
    for group in sorted({*cells.group[near].tolist(), *cells.outlines}):
        covered[group] = float(covered_m2[cells.group[near] == group].sum())
        outline = cells.outlines.get(group)
        inside_m2 = 0.0 if outline is None else float(shapely.area(shapely.intersection(outline, polygon)))
        bare[group] = max(inside_m2 - covered[group], 0.0)
    return covered, bare


def _with_outline(
    network: Network, outline: shapely.Geometry, polygon: shapely.Polygon, tolerance: EditTolerance
) -> Network:
    """Return the network with the edges of an area's outline about a polygon, where no cell has them."""
    low_x, low_y, high_x, high_y = shapely.bounds(shapely.buffer(polygon, 1.0)).tolist()
    near = EditTolerance(tolerance.precision_m, tolerance.precision_m, tolerance.sliver_m)
    for ring in shapely.get_rings(outline):
        points = shapely.get_coordinates(ring)
        start, end = points[:-1], points[1:]
        meets = (np.minimum(start, end) <= (high_x, high_y)).all(axis=1)
        meets &= (np.maximum(start, end) >= (low_x, low_y)).all(axis=1)
        for run in np.split(np.arange(len(start)), np.flatnonzero(meets[1:] != meets[:-1]) + 1):
            if meets[run[0]]:
                network = trace(network, points[run[0] : run[-1] + 2], near, exact=True).network
    return network


def _may_be_taken(pieces: Pieces, cells: Cells, group: int, *, fill_only: bool) -> np.ndarray:
    may = np.zeros(len(pieces), dtype=bool)
    if not fill_only:
        of_cell = pieces.owner != NOBODY
        may[of_cell] = cells.group[pieces.owner[of_cell]] == group
    bare = np.flatnonzero(pieces.owner == NOBODY)
    if len(bare):
        may[bare] = shapely.intersects(cells.outlines[group], shapely.point_on_surface(pieces.geometry[bare]))
    return may


def _edit(
    cells: Cells, pieces: Pieces, taken: np.ndarray, group: int, sliver_m: float, *, fill_only: bool
) -> CoverageEdit:
    count = len(cells)
    wide, narrow = _places(pieces, taken, sliver_m)
    if not fill_only and len(wide) != 1:
        raise (
            InputError("draw_falls_apart", parts=len(wide))
            if wide
            else InputError("draw_too_thin", width_m=f"{sliver_m:g}")
        )
    if fill_only and not wide and not narrow:
        raise InputError("fill_nothing_bare")
    label = pieces.owner.copy()
    added_from: list[int] = []
    for place in wide:
        label[place] = count + len(added_from)
        owner, which = np.unique(pieces.owner[place], return_inverse=True)
        given_m2 = np.bincount(which.reshape(-1), weights=shapely.area(pieces.geometry[place]))
        given_m2[owner == NOBODY] = 0.0
        added_from.append(int(owner[np.argmax(given_m2)]))
        if len(owner) == 1 and owner[0] != NOBODY and (pieces.owner == owner[0]).sum() == len(place):
            raise InputError("draw_nothing_new")
    strips = np.isin(np.arange(len(pieces)), np.concatenate(narrow)) if fill_only and narrow else None
    added_group = np.full(len(added_from), group, dtype=np.int64)
    label, added_from_all, added_group = share_leftovers(
        cells,
        pieces,
        label,
        np.array(added_from, dtype=np.int64),
        added_group,
        sliver_m,
        bare=strips,
        bare_group=group,
    )
    if (label == pieces.owner).all():
        raise InputError("draw_too_thin", width_m=f"{sliver_m:g}")
    return edit_of(cells, pieces, label, "draw", added_from_all, added_group)


def _places(pieces: Pieces, taken: np.ndarray, sliver_m: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the connected places under the mask, the largest first: wide ones and thin ones, as piece numbers."""
    part = connected_parts(pieces, np.where(taken, NOBODY, np.arange(len(pieces))))
    numbers, which = np.unique(part[taken], return_inverse=True)
    places = dissolve(pieces.geometry[taken], which.reshape(-1).astype(np.int64), len(numbers))
    narrow = thin(places, sliver_m)
    order = np.argsort(-shapely.area(places), kind="stable").tolist()
    members = [np.flatnonzero(taken & (part == numbers[k])) for k in order]
    wide = [m for m, k in zip(members, order) if not narrow[k]]
    return wide, [m for m, k in zip(members, order) if narrow[k]]
