"""Move, add and delete a vertex in every cell that has it, so that neighbours never part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.graph.corners import Ring, places_of, put_between, still_tiles, with_rings
from gridmgmt_plugin.core.coverage.graph.edges import EdgeTable, edge_table
from gridmgmt_plugin.core.coverage.moved_ground import NOISE_M2, flows_between
from gridmgmt_plugin.core.errors import InputError

Place = tuple[float, float]


def vertex_at(cells: Cells, x: float, y: float, within_m: float) -> Place | None:
    """Return the vertex nearest to a point, to the last bit; ``None`` when none is within the distance."""
    corners = shapely.get_coordinates(cells.geometry)
    if len(corners) == 0:
        return None
    distance = np.hypot(corners[:, 0] - x, corners[:, 1] - y)
    nearest = int(np.argmin(distance))
    return _place(corners[nearest]) if distance[nearest] <= within_m else None


def edge_at(cells: Cells, x: float, y: float, within_m: float) -> Place | None:
    """Return the place on an edge nearest to a point; ``None`` when no edge is within the distance."""
    table = edge_table(cells.geometry)
    if len(table.owner) == 0:
        return None
    foot, distance = _feet(table.start, table.end, np.array([x, y]))
    nearest = int(np.argmin(distance))
    return _place(foot[nearest]) if distance[nearest] <= within_m else None


def move_vertex(cells: Cells, at: Place, to: Place, tolerance: EditTolerance, *, frees: bool = False) -> CoverageEdit:
    """Move a vertex in every cell that has it.

    :param at: the vertex to the last bit, as :func:`vertex_at` returns it.
    :param to: where it shall go; a free place is rounded to the precision. A junction on the border of an area
        slides along that border: it goes to the place on the border nearest to ``to``.
    :param frees: borders that no two cells share are free to move, as those of duty zones are: ground comes from
        nobody and goes to nobody, never to or from another cell unless it has the vertex too.
    :raises InputError: ``vertex_not_found``; ``vertex_on_border`` where the border of an area would move;
        ``vertex_too_close`` to another vertex or edge (it does not fold onto it: merging cells is another
        gesture); ``vertex_stays`` where it would not move at all; ``vertex_tangles`` where edges would cross or a
        cell would lose its area.
    """
    corner = np.array(at, dtype=np.float64)
    star = _star(cells, corner, frees=frees)
    if star.on_border:
        return _slide(cells, star, np.array(to, dtype=np.float64), tolerance)
    target = np.round(np.array(to, dtype=np.float64) / tolerance.precision_m) * tolerance.precision_m
    if (target == corner).all():
        raise InputError("vertex_stays")
    _refuse_crowding(star, target, tolerance)
    moved = shapely.transform(
        cells.geometry[star.owners], lambda c: np.where((c == corner).all(axis=1)[:, None], target, c)
    )
    edit = _edited(cells, star.owners, moved, frees=frees)
    _refuse_grazing(star, np.repeat(target[None], len(star.ends), axis=0), star.ends, tolerance)
    return edit


def add_vertex(cells: Cells, at: Place, tolerance: EditTolerance, to: Place | None = None) -> CoverageEdit:
    """Put a vertex into an edge of both cells that have it and, if asked, move it in the same gesture.

    :param at: a place within ``tolerance.snap_m`` of an edge; the vertex comes exactly onto it.
    :raises InputError: ``vertex_no_edge`` where there is none; ``vertex_too_close`` to a vertex that is there; and
        for ``to`` as :func:`move_vertex`.
    """
    table = edge_table(cells.geometry)
    foot, distance = _feet(table.start, table.end, np.array(at, dtype=np.float64))
    nearest = int(np.argmin(distance)) if len(distance) else 0
    if len(distance) == 0 or distance[nearest] > tolerance.snap_m:
        raise InputError("vertex_no_edge")
    start, end, corner = table.start[nearest], table.end[nearest], foot[nearest]
    gap = float(np.hypot(*(shapely.get_coordinates(cells.geometry) - corner).T).min())
    _refuse_gap(gap, tolerance)
    owners = np.unique(table.owner[table.edge_id == table.edge_id[nearest]])
    grown = _rewritten(cells.geometry[owners], lambda ring: put_between(ring, start, end, corner[None]))
    if to is None:
        return _edited(cells, owners, grown)
    geometry = cells.geometry.copy()
    geometry[owners] = grown
    moved = move_vertex(Cells(geometry, cells.group, cells.outlines), _place(corner), to, tolerance)
    return _edited(cells, moved.changed, moved.changed_geometry)


def delete_vertex(cells: Cells, at: Place, tolerance: EditTolerance, *, frees: bool = False) -> CoverageEdit:
    """Take a vertex out of every cell that has it.

    :param frees: as :func:`move_vertex`.
    :raises InputError: ``vertex_not_found``; ``vertex_is_junction`` where three or more cells or borders meet;
        ``vertex_on_border`` where the border of an area bends; ``vertex_needed`` where a ring would keep
        fewer than three corners; ``vertex_tangles`` where edges would cross.
    """
    corner = np.array(at, dtype=np.float64)
    star = _star(cells, corner, frees=frees)
    if len(star.ends) != 2:
        raise InputError("vertex_is_junction")
    if star.on_border and not _is_straight(star.ends[0], corner, star.ends[1], 0.0):
        raise InputError("vertex_on_border")
    fewer = [_without(cell, corner) for cell in cells.geometry[star.owners]]
    if any(cell is None for cell in fewer):
        raise InputError("vertex_needed")
    edit = _edited(cells, star.owners, np.array(fewer, dtype=object), frees=frees)
    _refuse_grazing(star, star.ends[:1], star.ends[1:], tolerance)
    return edit


@dataclass(frozen=True)
class _Star:
    """A vertex and its edges. ``ends``: float64 (k, 2), the other ends of the k edges; ``is_border``: bool (k,),
    which of them are the border of an area. ``owners``: int64, the cells that have the vertex. ``table``: all edges;
    ``has_corner``: bool per edge of it, those that end here.
    """

    corner: np.ndarray
    ends: np.ndarray
    is_border: np.ndarray
    owners: np.ndarray
    table: EdgeTable
    has_corner: np.ndarray

    @property
    def on_border(self) -> bool:
        return bool(self.is_border.any())

    def other_corners(self) -> np.ndarray:
        """Return every vertex of the neighbourhood but this, float64 (k, 2)."""
        corners = np.unique(np.concatenate([self.table.start, self.table.end]), axis=0)
        return np.asarray(corners[(corners != self.corner).any(axis=1)])


def _star(cells: Cells, corner: np.ndarray, *, frees: bool) -> _Star:
    table = edge_table(cells.geometry)
    starts, ends = (table.start == corner).all(axis=1), (table.end == corner).all(axis=1)
    here = np.flatnonzero(starts | ends)
    if len(here) == 0:
        raise InputError("vertex_not_found")
    _, first, inverse = np.unique(table.edge_id[here], return_index=True, return_inverse=True)
    group = cells.group[table.owner[here]]
    lowest, highest = np.full(len(first), group.max()), np.full(len(first), group.min())
    np.minimum.at(lowest, inverse, group)
    np.maximum.at(highest, inverse, group)
    other = np.where(starts[here][:, None], table.end[here], table.start[here])
    return _Star(
        corner=corner,
        ends=other[first],
        is_border=(~table.shared[here][first] | (lowest != highest)) & (not frees),
        owners=np.unique(table.owner[here]),
        table=table,
        has_corner=starts | ends,
    )


def _slide(cells: Cells, star: _Star, to: np.ndarray, tolerance: EditTolerance) -> CoverageEdit:
    """Move a junction along the border of an area, which stays where it is to the last bit."""
    corner, border = star.corner, star.ends[star.is_border]
    inner = ~star.is_border
    if len(border) != 2 or not inner.any() or not _is_straight(border[0], corner, border[1], tolerance.precision_m):
        raise InputError("vertex_on_border")
    feet, distance = _feet(np.array([corner, corner]), border, to)
    side = int(np.argmin(distance))
    target, ahead, behind = feet[side], border[side], border[1 - side]
    if (target == corner).all():
        raise InputError("vertex_stays")
    leaves = _is_straight(behind, corner, ahead, 0.0)
    _refuse_crowding(star, target, tolerance, corner_stays=not leaves)

    def slid(ring: Ring) -> Ring:
        at = places_of(ring, corner)
        if len(at) == 0:
            return ring
        beside = [ring[at[0] - 1], ring[(at[0] + 1) % len(ring)]]
        has_ahead = any((place == ahead).all() for place in beside)
        has_behind = any((place == behind).all() for place in beside)
        if not has_behind:
            ring = ring.copy()
            ring[at[0]] = target
            return ring
        far = ahead if has_ahead else next(place for place in beside if not (place == behind).all())
        ring = put_between(ring, corner, far, target[None])
        return np.delete(ring, places_of(ring, corner), axis=0) if leaves else ring

    edit = _edited(cells, star.owners, _rewritten(cells.geometry[star.owners], slid))
    _refuse_grazing(star, np.repeat(target[None], int(inner.sum()), axis=0), star.ends[inner], tolerance)
    return edit


def _refuse_crowding(
    star: _Star, target: np.ndarray, tolerance: EditTolerance, *, corner_stays: bool = False
) -> None:
    """Refuse a place nearer than ``snap_m`` to another vertex, or to an edge that does not move along."""
    corners = star.other_corners()
    if corner_stays:
        corners = np.append(corners, star.corner[None], axis=0)
    near = np.hypot(*(corners - target).T)
    still = ~star.has_corner
    beside = _feet(star.table.start[still], star.table.end[still], target)[1]
    gap = min(float(near.min(initial=np.inf)), float(beside.min(initial=np.inf)))
    _refuse_gap(gap, tolerance)


def _refuse_grazing(star: _Star, start: np.ndarray, end: np.ndarray, tolerance: EditTolerance) -> None:
    """Refuse new edges that pass nearer than ``snap_m`` to a vertex, unless the old ones did already."""
    now = _clearance(start, end, star.other_corners())
    if now < _clearance(np.repeat(star.corner[None], len(star.ends), axis=0), star.ends, star.other_corners()):
        _refuse_gap(now, tolerance)


def _clearance(start: np.ndarray, end: np.ndarray, corners: np.ndarray) -> float:
    """Return the smallest distance of edges from corners that are no end of theirs."""
    smallest = np.inf
    for one, two in zip(start, end):
        others = corners[(corners != one).any(axis=1) & (corners != two).any(axis=1)]
        one_edge = np.broadcast_to(one, others.shape), np.broadcast_to(two, others.shape)
        smallest = min(smallest, float(_feet(*one_edge, others)[1].min(initial=np.inf)))
    return smallest


def _refuse_gap(gap_m: float, tolerance: EditTolerance) -> None:
    if gap_m <= tolerance.snap_m:
        raise InputError("vertex_too_close", distance_m=f"{gap_m:.3f}")


def _edited(cells: Cells, changed: np.ndarray, geometry: np.ndarray, *, frees: bool = False) -> CoverageEdit:
    """Return the edit that gives some cells another outline, if the ground is tiled as before; where it need not be
    (``frees``), if no two cells share more of it than before.

    :raises InputError: ``vertex_tangles``.
    """
    before = cells.geometry[changed]
    if not (_shares_no_more(cells, changed, geometry) if frees else still_tiles(before, geometry)):
        raise InputError("vertex_tangles")
    none = np.zeros(0, dtype=np.int64)
    return CoverageEdit(
        kind="vertex",
        changed=changed,
        changed_geometry=geometry,
        added_geometry=np.empty(0, dtype=object),
        added_from=none,
        added_group=none,
        removed=none,
        flows=flows_between(before, changed, geometry, changed),
    )


def _shares_no_more(cells: Cells, changed: np.ndarray, geometry: np.ndarray) -> bool:
    if not shapely.is_valid(geometry).all():
        return False
    after = cells.geometry.copy()
    after[changed] = geometry
    more_m2 = _shared_m2(after, changed) - _shared_m2(cells.geometry, changed)
    return bool((more_m2 <= NOISE_M2 * len(cells)).all())


def _shared_m2(polygons: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """Return how much ground each of some polygons shares with others, float64."""
    here, there = shapely.STRtree(polygons).query(polygons[mine])
    other = mine[here] != there
    here, there = here[other], there[other]
    shared = shapely.area(shapely.intersection(polygons[mine[here]], polygons[there]))
    return np.bincount(here, weights=shared, minlength=len(mine))


def _rewritten(polygons: np.ndarray, change: Callable[[Ring], Ring]) -> np.ndarray:
    result = np.empty(len(polygons), dtype=object)
    result[:] = [with_rings(polygon, change) for polygon in polygons]
    return result


def _without(polygon: shapely.Polygon, corner: np.ndarray) -> shapely.Polygon | None:
    return with_rings(polygon, lambda ring: np.delete(ring, places_of(ring, corner), axis=0))


def _feet(start: np.ndarray, end: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of each edge nearest to a point, and its distance."""
    along = end - start
    length2 = (along**2).sum(axis=1)
    share = ((place - start) * along).sum(axis=1) / np.where(length2 > 0, length2, 1.0)
    share = np.clip(share, 0.0, 1.0)[:, None]
    # From the nearer end: so the place is as exact as a float can be, and an end is met to the last bit.
    foot = np.where(share <= 0.5, start + share * along, end - (1.0 - share) * along)
    return foot, np.hypot(*(foot - place).T)


def _is_straight(one: np.ndarray, corner: np.ndarray, two: np.ndarray, within_m: float) -> bool:
    """Return whether a corner lies on the line between two others, but for the last digits of its coordinates."""
    distance = _feet(one[None], two[None], corner)[1]
    last_digits = 4 * float(np.spacing(np.abs(np.concatenate([one, corner, two])).max()))
    return bool(distance[0] <= max(within_m, last_digits))


def _place(corner: np.ndarray) -> Place:
    return float(corner[0]), float(corner[1])
