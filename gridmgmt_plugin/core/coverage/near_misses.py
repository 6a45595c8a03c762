"""Near-misses: vertices of neighbours that are almost in one place, and vertices that a neighbour lacks."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.edges import edge_table, have_polygon_in_common
from gridmgmt_plugin.core.coverage.faults import OUTLINE, CoverageFaults, faults, joined


def near_misses(cells: np.ndarray, outline: shapely.Geometry, near_m: float, precision_m: float) -> CoverageFaults:
    """Find vertices near a neighbour's vertex (``near_miss``) or on or near its edge (``missing_vertex``).

    Only vertices of loose edges are looked at: where two neighbours share their edges nothing is missed. The
    outline takes part as the polygon −1; a vertex on its edge (within ``precision_m``) misses nothing, since
    whatever ends at the border adds one there.
    """
    table = edge_table(np.append(cells, [outline]))
    loose = ~table.shared
    owner, outline_owner = table.owner[loose], len(cells)
    ends = np.concatenate([table.start[loose], table.end[loose]])
    vertex = np.concatenate([table.start_id[loose], table.end_id[loose]])
    # One entry per vertex and owner, in an order that depends on the places only.
    key = np.unique(vertex * (outline_owner + 1) + np.tile(owner, 2), return_index=True)[1]
    vertex, place, of = vertex[key], ends[key], np.tile(owner, 2)[key]
    near = _near_vertices(vertex, place, of, near_m)
    near = _without_rounding_at_the_outline(near, precision_m, outline_owner)
    lines = table.lines(loose)
    ids = np.stack([table.start_id[loose], table.end_id[loose]])
    missing = _near_edges(vertex, place, of, lines, ids, owner, near_m)
    missing = _without_rounding_at_the_outline(missing, precision_m, outline_owner)
    return joined(
        [_as_faults("near_miss", near, outline_owner), _as_faults("missing_vertex", missing, outline_owner)]
    )


_Pairs = tuple  # (place (k, 2), owner of the vertex, owner of the other, distance)


def _near_vertices(vertex: np.ndarray, place: np.ndarray, of: np.ndarray, near_m: float) -> _Pairs:
    one, two = shapely.STRtree(shapely.points(place)).query(_squares(place, near_m))
    pair = (vertex[one] < vertex[two]) & (of[one] != of[two])
    one, two = one[pair], two[pair]
    distance = np.hypot(*(place[one] - place[two]).T)
    close = distance <= near_m
    # Two vertices of one polygon are its own detail, however close: another check tells those.
    close[close] = ~have_polygon_in_common(vertex[one[close]], vertex[two[close]], np.column_stack([vertex, of]))
    one, two, distance = one[close], two[close], distance[close]
    span = int(vertex.max(initial=0)) + 1
    first = np.unique(vertex[one] * span + vertex[two], return_index=True)[1]  # one per pair of places
    return place[one[first]], of[one[first]], of[two[first]], distance[first]


def _near_edges(
    vertex: np.ndarray,
    place: np.ndarray,
    of: np.ndarray,
    lines: np.ndarray,
    ids: np.ndarray,
    owner: np.ndarray,
    near_m: float,
) -> _Pairs:
    one, edge = shapely.STRtree(lines).query(_squares(place, near_m))
    foreign = (of[one] != owner[edge]) & (vertex[one] != ids[0][edge]) & (vertex[one] != ids[1][edge])
    one, edge = one[foreign], edge[foreign]
    point = shapely.points(place[one])
    distance = shapely.distance(point, lines[edge])
    ends = shapely.get_coordinates(lines[edge]).reshape(-1, 2, 2)
    to_end = np.hypot(*np.moveaxis(place[one][:, None, :] - ends, 2, 0)).min(axis=1, initial=np.inf)
    on_edge = (distance <= near_m) & (to_end > max(near_m, 0.0))  # nearer to an end it is a near-miss of that
    one, edge, distance = one[on_edge], edge[on_edge], distance[on_edge]
    first = np.unique(vertex[one] * (int(owner.max(initial=0)) + 1) + owner[edge], return_index=True)[1]
    return place[one[first]], of[one[first]], owner[edge[first]], distance[first]


def _without_rounding_at_the_outline(pairs: _Pairs, precision_m: float, outline: int) -> _Pairs:
    place, first, second, distance = pairs
    told = ((first != outline) & (second != outline)) | (distance > precision_m)
    return place[told], first[told], second[told], distance[told]


def _as_faults(kind: str, pairs: _Pairs, outline: int) -> CoverageFaults:
    place, first, second, distance = pairs
    swap = first == outline  # the polygon comes first, the outline second
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    second = np.where(second == outline, OUTLINE, second)
    return faults(kind, shapely.points(place), first, second, distance)


def _squares(place: np.ndarray, reach_m: float) -> np.ndarray:
    return np.asarray(shapely.box(*(place - reach_m).T, *(place + reach_m).T))
