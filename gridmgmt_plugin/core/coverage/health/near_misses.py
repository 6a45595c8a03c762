"""Near-misses: vertices of neighbours that are almost in one place, and vertices that a neighbour lacks."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.edges import EdgeTable, edge_table, have_polygon_in_common
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults, faults, joined

# A border that cells were drawn to gets a vertex where a street ends and another where a cut ends between two such:
# each is rounded by up to 0.71 of the precision, off an edge that the one before has bent.
_ROUNDINGS = 3.0


def near_misses(
    cells: np.ndarray,
    outline: shapely.Geometry,
    near_m: float,
    precision_m: float,
    bare: np.ndarray | None = None,
) -> CoverageFaults:
    """Find vertices near a neighbour's vertex (``near_miss``) or on or near its edge (``missing_vertex``).

    Only vertices of loose edges are looked at: where two neighbours share their edges nothing is missed. The
    outline takes part as the polygon −1; a vertex on its edge (within a few roundings to ``precision_m``) misses
    nothing, since whatever ends at the border adds one there. ``bare``: wide uncovered polygons; sides that face each
    other across the tapering end of one are no near-miss of each other.
    """
    border = len(cells)
    table = edge_table(np.append(cells, [outline]))
    loose = ~table.shared
    ends = np.concatenate([table.start[loose], table.end[loose]])
    vertex = np.concatenate([table.start_id[loose], table.end_id[loose]])
    owner = np.tile(table.owner[loose], 2)
    # One entry per vertex and owner, in an order that depends on the places only.
    once = np.unique(vertex * (border + 1) + owner, return_index=True)[1]
    corners = _Corners(vertex[once], ends[once], owner[once])
    pairs = {
        "near_miss": _near_vertices(corners, near_m),
        "missing_vertex": _near_edges(corners, table, loose, near_m),
    }
    return joined(
        [_as_faults(kind, _told(found, border, precision_m, bare), border) for kind, found in pairs.items()]
    )


@dataclass(frozen=True)
class _Corners:
    """Vertices of loose edges: id, place (k, 2) and the polygon that has them."""

    vertex: np.ndarray
    place: np.ndarray
    owner: np.ndarray


@dataclass(frozen=True)
class _Pairs:
    """A vertex at ``place`` (k, 2) of polygon ``first`` and the nearest place ``other`` of polygon ``second``."""

    place: np.ndarray
    other: np.ndarray
    first: np.ndarray
    second: np.ndarray
    distance: np.ndarray

    def where(self, mask: np.ndarray) -> _Pairs:
        return _Pairs(*(getattr(self, field.name)[mask] for field in fields(self)))


def _near_vertices(corners: _Corners, near_m: float) -> _Pairs:
    vertex, place, owner = corners.vertex, corners.place, corners.owner
    all_one, all_two = shapely.STRtree(shapely.points(place)).query(_squares(place, near_m))
    pair = (vertex[all_one] < vertex[all_two]) & (owner[all_one] != owner[all_two])
    one, two = all_one[pair], all_two[pair]
    distance = np.hypot(*(place[one] - place[two]).T)
    close = distance <= near_m
    # Two vertices of one polygon are its own detail, however close: another check tells those.
    close[close] = ~have_polygon_in_common(vertex[one[close]], vertex[two[close]], np.column_stack([vertex, owner]))
    close[close] = ~_about_a_junction(corners, one[close], two[close], all_one, all_two)
    one, two, distance = one[close], two[close], distance[close]
    span = int(vertex.max(initial=0)) + 1
    first = np.unique(vertex[one] * span + vertex[two], return_index=True)[1]  # one per pair of places
    one, two = one[first], two[first]
    return _Pairs(place[one], place[two], owner[one], owner[two], distance[first])


def _about_a_junction(
    corners: _Corners, one: np.ndarray, two: np.ndarray, near: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Tell which pairs of corners are near to each other only because both are near to a vertex that their two
    polygons share: each is its own polygon's detail there.

    :param near, other: all pairs of corners that are near to each other.
    """
    asked = np.isin(near, np.concatenate([one, two]))
    own = asked & (corners.owner[near] == corners.owner[other]) & (corners.vertex[near] != corners.vertex[other])
    around: dict[int, set[int]] = {}
    for corner, vertex in zip(near[own].tolist(), corners.vertex[other[own]].tolist()):
        around.setdefault(corner, set()).add(vertex)
    pairs = zip(one.tolist(), two.tolist())
    return np.array([bool(around.get(a, set()) & around.get(b, set())) for a, b in pairs], dtype=bool)


def _near_edges(corners: _Corners, table: EdgeTable, loose: np.ndarray, near_m: float) -> _Pairs:
    vertex, place, owner = corners.vertex, corners.place, corners.owner
    lines, line_owner = table.lines(loose), table.owner[loose]
    ids, span = np.stack([table.start_id[loose], table.end_id[loose]]), int(table.owner.max(initial=0)) + 1
    one, edge = shapely.STRtree(lines).query(_squares(place, near_m))
    foreign = (owner[one] != line_owner[edge]) & (vertex[one] != ids[0][edge]) & (vertex[one] != ids[1][edge])
    one, edge = one[foreign], edge[foreign]
    foot = shapely.get_coordinates(shapely.shortest_line(shapely.points(place[one]), lines[edge]))[1::2]
    distance = np.hypot(*(place[one] - foot).T)
    ends = shapely.get_coordinates(lines[edge]).reshape(-1, 2, 2)
    to_end = np.hypot(*np.moveaxis(place[one][:, None, :] - ends, 2, 0)).min(axis=1, initial=np.inf)
    # A vertex that the polygon has elsewhere is its own detail, such as the mouth of a notch.
    own = np.isin(vertex[one] * span + line_owner[edge], table.start_id * span + table.owner)
    on_edge = (distance <= near_m) & (to_end > near_m) & ~own  # nearer to an end it is a near-miss of that
    one, edge, foot, distance = one[on_edge], edge[on_edge], foot[on_edge], distance[on_edge]
    nearest = np.argsort(distance, kind="stable")
    first = nearest[np.unique((vertex[one] * span + line_owner[edge])[nearest], return_index=True)[1]]
    one, edge = one[first], edge[first]
    return _Pairs(place[one], foot[first], owner[one], line_owner[edge], distance[first])


def _told(pairs: _Pairs, border: int, precision_m: float, bare: np.ndarray | None) -> _Pairs:
    """Leave out what is only rounding at the outline, and what faces each other across bare ground."""
    at_outline = (pairs.first == border) | (pairs.second == border)
    pairs = pairs.where(~at_outline | (pairs.distance > _ROUNDINGS * precision_m))
    if bare is None or len(bare) == 0:
        return pairs
    middle = shapely.points((pairs.place + pairs.other) / 2)
    across = np.zeros(len(middle), dtype=bool)
    across[shapely.STRtree(middle).query(bare, predicate="intersects")[1]] = True
    return pairs.where(~across | (pairs.distance <= precision_m))


def _as_faults(kind: str, pairs: _Pairs, border: int) -> CoverageFaults:
    swap = pairs.first == border  # the polygon comes first, the outline second
    first = np.where(swap, pairs.second, pairs.first)
    second = np.where(swap, pairs.first, pairs.second)
    second = np.where(second == border, OUTLINE, second)
    return faults(kind, shapely.points(pairs.place), first, second, pairs.distance)


def _squares(place: np.ndarray, reach_m: float) -> np.ndarray:
    return np.asarray(shapely.box(*(place - reach_m).T, *(place + reach_m).T))
