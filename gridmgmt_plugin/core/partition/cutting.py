"""Cutting a large cell straight across into pieces near the target, around buildings and courtyards if need be.

Nothing is rounded here: a cut ends exactly on the edge it meets, and all cuts of a district are rounded together
with the edges they end on. Rounded one by one, each would bend the edge on its own side only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve, faces_of, in_map_order
from gridmgmt_plugin.core.geometry.points_in_polygons import largest_around
from gridmgmt_plugin.core.geometry.segments import shared_segments

_SAMPLES = 64
# Turned tries, in degrees, when everything straight runs through something that must stay whole.
_TURNS_DEG = (0.0, 5.0, -5.0, 10.0, -10.0, 18.0, -18.0)
_TRIES = 12
# The columns of an array of cuts: straight lines right across a piece; the smaller the cost the better.
_COST, _START, _END = 0, slice(1, 3), slice(3, 5)


@dataclass(frozen=True)
class _Outline:
    """The edges of all rings of a piece: ``place`` float64 (n, 2), ``goes_on`` where an edge begins (positions)."""

    place: np.ndarray
    goes_on: np.ndarray
    area_m2: float

    @classmethod
    def of(cls, piece: shapely.Polygon) -> _Outline:
        place = shapely.get_coordinates(piece)
        goes_on: np.ndarray = np.ones(len(place) - 1, dtype=bool)
        if shapely.get_num_interior_rings(piece):
            sizes = shapely.get_num_coordinates(shapely.get_rings(piece))
            goes_on[np.cumsum(sizes)[:-1] - 1] = False
        return cls(place, np.flatnonzero(goes_on), piece.area)


@dataclass(frozen=True)
class Division:
    """A polygon that was cut: its ``pieces``, and the ``lines`` between them, which end on its edges or each other.

    Both object arrays, in double precision; ``lines`` is empty when no cut was possible.
    """

    pieces: np.ndarray
    lines: np.ndarray


def cut_polygon(
    polygon: shapely.Polygon,
    unit_m2: float,
    max_ratio: float,
    obstacles: np.ndarray,
    tick: Callable[[], None],
) -> Division:
    """Return the pieces of ``polygon``, each at most ``max_ratio`` × ``unit_m2`` where a cut can do it.

    ``obstacles``: object array of Polygons that no cut may divide. A piece without a possible cut stays whole.
    """
    waiting, done = [polygon], []
    lines: list[shapely.LineString] = []
    while waiting:
        piece = waiting.pop()
        if piece.area <= max_ratio * unit_m2:
            done.append(piece)
            continue
        tick()
        inside = obstacles
        if len(obstacles):
            inside = obstacles[shapely.intersects(obstacles, piece)]
        parts = _cut_once(piece, unit_m2, inside)
        if len(parts.pieces) < 2:
            done.append(piece)
        else:
            waiting.extend(parts.pieces)
            lines.extend(parts.lines)
    return Division(in_map_order(np.array(done, dtype=object)), np.array(lines, dtype=object))


def _cut_once(piece: shapely.Polygon, unit_m2: float, obstacles: np.ndarray) -> Division:
    angle, outline = _long_axis(piece), _Outline.of(piece)
    tries = []
    for turn in _TURNS_DEG if len(obstacles) else _TURNS_DEG[:1]:
        heading = angle + math.radians(turn)
        found = [_candidates(outline, heading + aside, unit_m2) for aside in (0.0, math.pi / 2)]
        best = _cheapest(np.concatenate(found), _TRIES)
        best[:, _COST] += 0.01 * abs(turn)
        tries.append(best)
    cuts = _cheapest(np.concatenate(tries), _TRIES * len(tries))
    if len(cuts) == 0:
        return Division(np.array([piece], dtype=object), np.empty(0, dtype=object))
    if len(obstacles) == 0:
        return _split(piece, shapely.linestrings([cuts[0, _START], cuts[0, _END]]))
    lines = shapely.linestrings(np.stack([cuts[:, _START], cuts[:, _END]], axis=1))
    hits = np.bincount(shapely.STRtree(obstacles).query(lines, predicate="intersects")[0], minlength=len(lines))
    chosen = int(np.argmin(cuts[:, _COST] + 0.5 * hits))
    if hits[chosen] == 0:
        return _split(piece, lines[chosen])
    return cut_around(piece, lines[chosen], obstacles)


def _cheapest(cuts: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` of the cuts, or as many as there are, by cost."""
    return np.asarray(cuts[np.argsort(cuts[:, _COST], kind="stable")[:count]])


def _long_axis(piece: shapely.Polygon) -> float:
    """Return the direction (radians) of the longer side of the minimum rotated rectangle."""
    ring = shapely.get_coordinates(shapely.oriented_envelope(piece))
    if len(ring) < 4:
        return 0.0
    sides = ring[1:3] - ring[:2]
    longer = sides[int(np.hypot(*sides[1]) > np.hypot(*sides[0]))]
    return math.atan2(longer[1], longer[0])


def _candidates(outline: _Outline, heading: float, unit_m2: float) -> np.ndarray:
    """Return cuts across ``heading``, float64 (n, 5).

    Cheap ones are short, in one stretch and near a multiple of the target.
    """
    direction = np.array([math.cos(heading), math.sin(heading)])
    across = np.array([-direction[1], direction[0]])
    first, area_m2, origin = outline.goes_on, outline.area_m2, outline.place[0]
    along, aside = (outline.place - origin) @ direction, (outline.place - origin) @ across
    at = np.linspace(along.min(), along.max(), _SAMPLES + 1)[1:-1]
    length, stretches, below = _profile(along[first], along[first + 1], aside[first], aside[first + 1], at)
    count = max(2, round(area_m2 / unit_m2))
    share = below / area_m2 * count
    nearest = np.minimum(np.maximum(np.rint(share), 1), count - 1)
    off = np.abs(share - nearest)
    # Unevenness counts most where few pieces are left to even it out.
    # A cut is measured by the smaller side, so that a long thin slice is dear however short its cut may be.
    smaller = np.maximum(np.minimum(below, area_m2 - below), 1e-9)
    cost = length / np.sqrt(smaller) + 1.5 * off**2
    cost += 0.6 * np.maximum(stretches - 1, 0)
    allowed = np.flatnonzero((off < 0.3) & (stretches >= 1))
    low, high = aside.min() - 1.0, aside.max() + 1.0
    best = allowed[np.argsort(cost[allowed], kind="stable")][: 2 * _TRIES]
    foot = origin + at[best, None] * direction
    cuts = np.empty((len(best), 5))
    cuts[:, _COST], cuts[:, _START], cuts[:, _END] = cost[best], foot + low * across, foot + high * across
    return cuts


def _profile(
    u0: np.ndarray, u1: np.ndarray, v0: np.ndarray, v1: np.ndarray, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for lines u = ``at`` across a polygon: length inside, number of stretches, area on the lower side.

    ``u0 … v1``: the directed edges of all rings. The area is Green's theorem over the edges clipped to
    u < ``at``; its derivative, the crossings with their direction as sign, is the length.
    """
    low, high = np.minimum(u0, u1), np.maximum(u0, u1)
    crosses = (low[:, None] <= at) & (at < high[:, None])
    run = np.where(u1 == u0, 1.0, u1 - u0)
    slope = (v1 - v0) / run
    height = v0[:, None] + slope[:, None] * (at - u0[:, None])
    sign = np.sign(u1 - u0)[:, None]
    length = np.abs((crosses * sign * height).sum(axis=0))
    stretches = crosses.sum(axis=0) // 2
    end0, end1 = np.minimum(u0[:, None], at), np.minimum(u1[:, None], at)
    value0 = v0[:, None] + slope[:, None] * (end0 - u0[:, None])
    value1 = v0[:, None] + slope[:, None] * (end1 - u0[:, None])
    below = np.abs((0.5 * (value0 + value1) * (end1 - end0)).sum(axis=0))
    return length, stretches, below


def _split(piece: shapely.Polygon, line: shapely.LineString) -> Division:
    faces = shapely.get_parts(shapely.polygonize([shapely.union(shapely.boundary(piece), line)]))
    # The line may close off a notch or a hole of the piece, which is not its ground.
    inside = shapely.intersects(piece, shapely.point_on_surface(faces))
    cut = shapely.intersection(piece, line)
    one = shapely.get_type_id(cut) == shapely.GeometryType.LINESTRING
    return Division(faces[inside], np.array([cut], dtype=object) if one else shapely.get_parts(cut))


def split_by_lines(
    piece: shapely.Polygon, lines: list[shapely.LineString], precision_m: float
) -> list[shapely.Polygon]:
    """Return the parts of ``piece`` between ``lines`` that end at its border, to the precision only."""
    noded = shapely.union(shapely.boundary(piece), shapely.multilinestrings(lines), grid_size=precision_m)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return list(faces[shapely.intersects(piece, shapely.point_on_surface(faces))])


def cut_around(piece: shapely.Polygon, line: shapely.LineString, obstacles: np.ndarray) -> Division:
    """Return the parts of ``piece`` on the two sides of ``line``; each obstacle goes whole to one side.

    The side is the one that holds more of the obstacle's ground in ``piece``. Both sides together are the
    piece; a side may fall into several parts.
    """
    crossed = obstacles[shapely.intersects(obstacles, line)]
    lines = np.concatenate([[shapely.boundary(piece), line], shapely.boundary(crossed)])
    faces = faces_of(shapely.get_parts(shapely.union_all(lines)))
    inner = shapely.point_on_surface(faces)
    inside = shapely.intersects(piece, inner)
    faces, inner = faces[inside], inner[inside]
    side = _left_of(line, inner)
    obstacle = largest_around(inner, crossed)
    held = obstacle >= 0
    weight = shapely.area(faces[held]) * np.where(side[held], 1.0, -1.0)
    balance = np.bincount(obstacle[held], weights=weight, minlength=len(crossed))
    side[held] = balance[obstacle[held]] >= 0
    parts = shapely.get_parts(dissolve(faces, side.astype(np.int64), 2))
    edges = shared_segments(faces, 0.0)
    between = (edges.right >= 0) & (side[edges.left] != side[edges.right])
    return Division(parts[~shapely.is_empty(parts)], edges.lines(between))


def _left_of(line: shapely.LineString, points: np.ndarray) -> np.ndarray:
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)
    place = shapely.get_coordinates(points)
    return np.asarray((x1 - x0) * (place[:, 1] - y0) - (y1 - y0) * (place[:, 0] - x0) > 0)
