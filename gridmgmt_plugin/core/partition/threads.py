"""Thread-like ground: what counts as such, and the short lines that cut it across, so that it can be shared out."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.measures import compactness
from gridmgmt_plugin.core.geometry.segments import shared_segments
from gridmgmt_plugin.core.partition.strips import at_vertex

# Below this 4π·area / perimeter² a cell is a thread rather than a place; a rectangle of 1 : 13 has 0.2.
THREAD = 0.2
# What is hardly better is dealt with too, so that a metre more of border does not make a thread of it.
NEARLY_THREAD = 0.22
# A vertex is an inner corner from this turn on, after bends of less than _BEND_M are smoothed away.
_TURN_DEG, _BEND_M = 40.0, 3.0
# Along a border without corners a thread is cut every so many metres, or twice its width if that is more.
_STEP_M = 40.0
# A line across must save this much way along the border: else it cuts off a corner and not a part.
_DETOUR = 2.0
LONGEST_M, _APART_M = 90.0, 6.0
# A tail is narrower and longer than this; only ground below this compactness is looked at for one.
TAIL_WIDTH_M, _TAIL_LENGTH_M, _TAIL_BELOW = 11.0, 70.0, 0.4


def is_thread(polygons: np.ndarray) -> np.ndarray:
    """Tell which polygons are thread-like or nearly so (bool)."""
    return np.asarray(compactness(polygons) < NEARLY_THREAD)


def has_tail(polygons: np.ndarray) -> np.ndarray:
    """Tell which polygons have a long part that is much narrower than a street (bool)."""
    found = np.zeros(len(polygons), dtype=bool)
    asked = np.flatnonzero(compactness(polygons) < _TAIL_BELOW)
    half_m = 0.5 * TAIL_WIDTH_M
    body = shapely.buffer(shapely.buffer(polygons[asked], -half_m, quad_segs=2), 1.1 * half_m, quad_segs=2)
    part, owner = shapely.get_parts(shapely.difference(polygons[asked], body), return_index=True)
    found[asked[owner[shapely.length(part) > 2.0 * _TAIL_LENGTH_M]]] = True
    return found


def changing_vertices(polygons: np.ndarray, precision_m: float) -> set[tuple[int, int]]:
    """Return the vertices, in steps of the precision, where more than two of the edge-matched ``polygons`` meet.

    The outside counts as one of them.
    """
    segments = shared_segments(polygons, precision_m)
    ends = np.rint(segments.coordinates.reshape(-1, 2) / precision_m).astype(np.int64)
    places, times = np.unique(ends, axis=0, return_counts=True)
    return set(map(tuple, places[times > 2].tolist()))


def lines_across(
    polygon: shapely.Polygon,
    changing: set[tuple[int, int]],
    obstacles: np.ndarray,
    precision_m: float,
    longest_m: float,
) -> list[shapely.LineString]:
    """Return short lines from border to border inside ``polygon``, no two of which cross.

    They begin where the neighbour changes (``changing``), at inner corners, and at even steps where there is
    neither; each is the shortest way from there across, up to ``longest_m``. None runs
    through one of the ``obstacles`` (Polygons).
    """
    places = _starts(polygon, changing, precision_m)
    start, foot, length = _shortest_across(polygon, *places, longest_m)
    lines = shapely.linestrings(np.stack([start, foot], axis=1)) if len(start) else np.empty(0, dtype=object)
    inside = shapely.length(shapely.intersection(lines, polygon)) > 0.999 * length
    if len(obstacles) and len(lines):
        inside[np.unique(shapely.STRtree(obstacles).query(lines, predicate="intersects")[0])] = False
    return _apart(lines[inside])


def _starts(
    polygon: shapely.Polygon, changing: set[tuple[int, int]], precision_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where lines may begin: coordinates float64 (n, 2), the ring and the way along it of each."""
    place, number, along = [], [], []
    step_m = max(_STEP_M, 4.0 * polygon.area / polygon.length)
    for ring_number, ring in enumerate(shapely.get_rings(polygon)):
        vertices = shapely.get_coordinates(ring)[:-1]
        way = _way(vertices)
        keys = np.rint(vertices / precision_m).astype(np.int64)
        at_change = np.array([tuple(key) in changing for key in keys.tolist()])
        chosen = np.flatnonzero(at_change | _inner_corners(ring, vertices, precision_m))
        place.append(vertices[chosen])
        along.append(way[chosen])
        between = _even_steps(way[chosen], ring.length, step_m)
        place.append(shapely.get_coordinates(shapely.line_interpolate_point(ring, between)))
        along.append(between)
        number.append(np.full(len(chosen) + len(between), ring_number))
    return np.concatenate(place), np.concatenate(number), np.concatenate(along)


def _way(vertices: np.ndarray) -> np.ndarray:
    return np.asarray(np.r_[0.0, np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])


def _inner_corners(ring: shapely.LinearRing, vertices: np.ndarray, precision_m: float) -> np.ndarray:
    """Tell which ``vertices`` of a ring, as it comes from a Polygon, turn into the ground on its inside."""
    simple = shapely.get_coordinates(shapely.simplify(ring, _BEND_M))[:-1]
    ahead, back = np.roll(simple, -1, axis=0) - simple, simple - np.roll(simple, 1, axis=0)
    turn = np.degrees(np.arctan2(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0], (back * ahead).sum(axis=1)))
    left_inside = shapely.is_ccw(ring)
    inner = simple[(turn < -_TURN_DEG) if left_inside else (turn > _TURN_DEG)]
    corners = set(map(tuple, np.rint(inner / precision_m).astype(np.int64).tolist()))
    return np.array(
        [tuple(key) in corners for key in np.rint(vertices / precision_m).astype(np.int64).tolist()], dtype=bool
    )


def _even_steps(taken: np.ndarray, length_m: float, step_m: float) -> np.ndarray:
    """Return the ways along a ring that fill the gaps between those ``taken`` (ascending)."""
    ends = np.r_[taken, taken[:1] + length_m] if len(taken) else np.array([0.0, length_m])
    found = [
        np.linspace(low, high, int((high - low) / step_m) + 1, endpoint=False)[1:]
        for low, high in zip(ends[:-1].tolist(), ends[1:].tolist())
    ]
    return np.asarray(np.concatenate(found) % length_m if found else np.empty(0))


def _shortest_across(
    polygon: shapely.Polygon, place: np.ndarray, number: np.ndarray, along: np.ndarray, longest_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (start, foot, length) of the shortest way across from each place that has one."""
    rings = shapely.get_rings(polygon)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    tail, step, ring = vertices[:-1][same], np.diff(vertices, axis=0)[same], ring[:-1][same]
    size = np.hypot(step[:, 0], step[:, 1])
    total = np.bincount(ring, weights=size)
    reached = np.cumsum(size) - size
    reached -= np.r_[0.0, np.cumsum(total)[:-1]][ring]
    offset = place[:, None, :] - tail[None, :, :]
    share = np.clip((offset * step).sum(axis=2) / np.maximum(size**2, 1e-12), 0.0, 1.0)
    foot = tail + share[:, :, None] * step
    away = np.hypot(place[:, None, 0] - foot[:, :, 0], place[:, None, 1] - foot[:, :, 1])
    detour = np.abs(reached + share * size - along[:, None])
    detour = np.where(ring == number[:, None], np.minimum(detour, total[ring] - detour), np.inf)
    away[(detour < _DETOUR * away) | (away < 0.01) | (away > longest_m)] = np.inf
    if away.shape[1] == 0 or len(place) == 0:
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0)
    best = np.argmin(away, axis=1)
    row = np.arange(len(place))
    found = np.isfinite(away[row, best])
    place, best, foot = place[found], best[found], foot[row, best][found]
    foot = at_vertex(foot, tail[best], tail[best] + step[best])
    return place, foot, np.hypot(*(foot - place).T)


def _apart(lines: np.ndarray) -> list[shapely.LineString]:
    """Return the shortest of ``lines`` that keep apart from one another."""
    accepted: list[shapely.LineString] = []
    for k in np.argsort(shapely.length(lines), kind="stable").tolist():
        if not accepted or shapely.distance(lines[k], np.array(accepted, dtype=object)).min() >= _APART_M:
            accepted.append(lines[k])
    return accepted
