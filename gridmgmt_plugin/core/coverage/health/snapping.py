"""Pull vertices of neighbours that are nearly in one place into one place, before anything is cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.edges import edge_table, have_polygon_in_common, owners_of
from gridmgmt_plugin.core.geometry.ring_edges import vertex_ids


@dataclass(frozen=True)
class Snapped:
    """Polygons after snapping (object array, as many as came in; a ring may have collapsed) and what it moved.

    ``vertices_moved``: number of distinct vertices. ``largest_move_m``: the farthest that one went.
    """

    geometry: np.ndarray
    vertices_moved: int
    largest_move_m: float


def snap_loose_vertices(polygons: np.ndarray, outline: shapely.Geometry | None, snap_m: float) -> Snapped:
    """Return polygons whose near-miss vertices coincide.

    Only vertices at loose edges move, so what already fits stays to the bit. First to the outline, which never
    moves: to its vertex within ``snap_m``, else onto its edge. Then to each other: of vertices of different
    polygons within ``snap_m`` the one on the outline stays, else the one that most polygons have, else the one
    that most others are near, else the one to which they have the shortest way together, else the one farthest
    west, then south. Vertices of one polygon are never drawn together (the nearest goes), so its detail survives;
    chains do not drift, because each vertex goes straight to one that stays.
    """
    coordinates = shapely.get_coordinates(polygons)
    ids, count = vertex_ids(coordinates, 0.0)
    place = np.empty((count, 2))
    place[ids] = coordinates
    loose, owners = _loose_vertices(polygons, ids)
    moved = place.copy()
    anchored = np.zeros(count, dtype=bool)
    if outline is not None and len(loose):
        moved[loose], anchored[loose] = _onto_outline(place[loose], outline, snap_m)
    follow = _clusters(loose, moved, anchored, owners, snap_m)
    moved = moved[follow]
    distance = np.hypot(*(moved - place).T)
    if not (distance > 0).any():
        return Snapped(polygons, 0, 0.0)
    changed = shapely.transform(polygons, lambda _: moved[ids])
    return Snapped(changed, int((distance > 0).sum()), float(distance.max(initial=0.0)))


def with_known_vertices(polygons: np.ndarray, known: np.ndarray, precision_m: float) -> np.ndarray:
    """Return polygons with the vertices of ``known`` where theirs round to the same place on the precision grid.

    Rounding or digits lost on the way through degrees put a vertex beside the one that it was; a vertex that was
    inserted into an edge is not on the grid, and rounding it would bend the edge of a neighbour.
    """
    there = shapely.get_coordinates(known)
    distinct, first = np.unique(_grid_key(there, precision_m), return_index=True)
    if len(distinct) == 0:
        return polygons

    def restored(place: np.ndarray) -> np.ndarray:
        wanted = _grid_key(place, precision_m)
        at = np.minimum(np.searchsorted(distinct, wanted), len(distinct) - 1)
        same = distinct[at] == wanted
        result = place.copy()
        result[same] = there[first[at[same]]]
        return result

    return np.asarray(shapely.transform(polygons, restored))


def _grid_key(place: np.ndarray, precision_m: float) -> np.ndarray:
    scaled = np.rint(place / precision_m)
    return np.asarray(scaled[:, 0] + 1j * scaled[:, 1])


def _loose_vertices(polygons: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices at loose edges, and all (vertex, polygon) pairs as rows of a sorted (k, 2) array."""
    table = edge_table(polygons)
    loose = ~table.shared
    # The table's ids are those of the same coordinates, so they agree with ours.
    vertices = np.unique(np.concatenate([table.start_id[loose], table.end_id[loose]]))
    owner = np.repeat(np.arange(len(polygons)), shapely.get_num_coordinates(polygons))
    return vertices, np.unique(np.column_stack([ids, owner]), axis=0)


def _onto_outline(place: np.ndarray, outline: shapely.Geometry, snap_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the places after moving those near the outline onto it, and which lie on it now."""
    corners = shapely.points(shapely.get_coordinates(outline))
    border = shapely.boundary(outline)
    shapely.prepare(border)
    points = shapely.points(place)
    near = np.flatnonzero(shapely.distance(points, border) <= snap_m)
    moved, anchored = place.copy(), np.zeros(len(place), dtype=bool)
    if len(near) == 0:
        return moved, anchored
    anchored[near] = True
    moved[near] = shapely.get_coordinates(shapely.shortest_line(points[near], border))[1::2]
    (one, corner), gap = shapely.STRtree(corners).query_nearest(
        points[near], max_distance=max(snap_m, np.nextafter(0, 1)), return_distance=True, all_matches=False
    )
    at_corner = gap <= snap_m
    moved[near[one[at_corner]]] = shapely.get_coordinates(corners[corner[at_corner]])
    # On a slanting edge the foot of the perpendicular is only as exact as a float: keep what was as good.
    same = np.hypot(*(moved - place).T) <= np.spacing(np.abs(place).max(initial=0.0)) * 4
    moved[same] = place[same]
    return moved, anchored


def _clusters(
    loose: np.ndarray, place: np.ndarray, anchored: np.ndarray, owners: np.ndarray, snap_m: float
) -> np.ndarray:
    """Return for every vertex the vertex whose place it takes."""
    follow = np.arange(len(place))
    one, two = _near_pairs(loose, place, owners, snap_m)
    if len(one) == 0:
        return follow
    uses = np.bincount(owners[:, 0], minlength=len(place))
    followers = np.bincount(one, minlength=len(place))
    way_m = np.bincount(one, weights=np.hypot(*(place[one] - place[two]).T), minlength=len(place))
    rank = np.empty(len(place), dtype=np.int64)
    rank[np.lexsort((np.arange(len(place)), way_m, -followers, -uses, ~anchored))] = np.arange(len(place))
    open_ = np.zeros(len(place), dtype=bool)
    open_[one] = True
    while open_.any():
        live = open_[one] & open_[two]
        best = np.full(len(place), len(place))
        np.minimum.at(best, one[live], rank[two[live]])
        leader = open_ & (rank < best)
        follows = open_[one] & leader[two] & ~leader[one]
        chosen = np.full(len(place), len(place))
        np.minimum.at(chosen, one[follows], rank[two[follows]])
        by_rank = np.argsort(rank)
        pulled = np.flatnonzero(chosen < len(place))
        pulled = pulled[_nearest_of_its_polygons(pulled, by_rank[chosen[pulled]], place, owners)]
        follow[pulled] = by_rank[chosen[pulled]]
        open_[leader] = False
        open_[pulled] = False
    return follow


def _nearest_of_its_polygons(
    vertex: np.ndarray, leader: np.ndarray, place: np.ndarray, owners: np.ndarray
) -> np.ndarray:
    """Return which vertices may go to their leaders so that each leader gets one vertex of a polygon, the nearest."""
    which, polygon = owners_of(vertex, owners)
    way_m = np.hypot(*(place[vertex] - place[leader]).T)
    order = np.lexsort((vertex[which], way_m[which], polygon, leader[which]))
    key = np.column_stack([leader[which], polygon])[order]
    second = np.zeros(len(order), dtype=bool)
    second[1:] = (key[1:] == key[:-1]).all(axis=1)
    kept = np.ones(len(vertex), dtype=bool)
    kept[which[order[second]]] = False
    return kept


def _near_pairs(
    loose: np.ndarray, place: np.ndarray, owners: np.ndarray, snap_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of loose vertices, in both directions, within ``snap_m`` and without a polygon in common."""
    points = shapely.points(place[loose])
    squares = shapely.box(*(place[loose] - snap_m).T, *(place[loose] + snap_m).T)
    at, other = shapely.STRtree(points).query(squares)
    one, two = loose[at], loose[other]
    near = (one != two) & (np.hypot(*(place[one] - place[two]).T) <= snap_m)
    one, two = one[near], two[near]
    apart = ~have_polygon_in_common(one, two, owners)
    return one[apart], two[apart]
