"""Segments that meet or cross at an acute angle, and how one of them gives way to the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

# Below this angle the ground between two segments is thin over half a metre and more.
_ACUTE_RAD = np.radians(6.0)
_SHORTEST_M = 0.5
# Where one gives way it does so until it is clear of the other by this many times the reach.
_CLEAR = 1.7
# Ends computed to lie on a segment lie beside it by less than this.
_TOUCH_M = 1e-6


@dataclass(frozen=True)
class Segments:
    """n straight segments: ``start``, ``end`` float64 (n, 2)."""

    start: np.ndarray
    end: np.ndarray

    @cached_property
    def length(self) -> np.ndarray:
        """Return the length of each, at least a nanometre."""
        return np.asarray(np.maximum(np.hypot(*(self.end - self.start).T), 1e-9))

    @cached_property
    def direction(self) -> np.ndarray:
        """Return unit vectors, float64 (n, 2)."""
        return np.asarray((self.end - self.start) / self.length[:, None])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return the search tree of the segments."""
        return shapely.STRtree(
            shapely.linestrings(np.stack([self.start, self.end], axis=1)) if len(self.start) else []
        )

    def near(self, point: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
        """Return (point positions, segment positions): all segments whose box meets the square around each point.

        Some of them are farther away than ``reach_m``; the exact test by GEOS takes longer than measuring them all.
        """
        x, y = point.T
        squares = shapely.box(x - reach_m, y - reach_m, x + reach_m, y + reach_m)
        which, segment = self.tree.query(squares)
        return which.astype(np.int64), segment.astype(np.int64)

    def measured(self, segment: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far along the line of its ``segment`` each ``point`` (k, 2) lies, and how far aside."""
        step, direction = point - self.start[segment], self.direction[segment]
        aside = np.abs(step[:, 0] * direction[:, 1] - step[:, 1] * direction[:, 0])
        return (step * direction).sum(axis=1), aside

    def foot(self, segment: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest place on its ``segment`` to each ``point``, float64 (k, 2), and the distance."""
        along = np.clip(self.measured(segment, point)[0], 0.0, self.length[segment])
        foot = self.start[segment] + along[:, None] * self.direction[segment]
        whole = along >= self.length[segment]
        foot[whole] = self.end[segment[whole]]
        return foot, np.hypot(*(foot - point).T)


@dataclass(frozen=True)
class Bends:
    """Vertices to put into segments: ``edge`` int64, ``along`` float64 (their order in it), ``place`` (k, 2)."""

    edge: np.ndarray
    along: np.ndarray
    place: np.ndarray


def bent_at_acute_angles(edges: Segments, fixed: Segments, reach_m: float) -> Bends:
    """Return the vertices by which ``edges`` give way to ``fixed`` and to one another.

    From the place where both meet, an edge runs along the other one up to where the two are clear of each other, and
    steps over to its own course there. Of two edges the one with the larger ends gives way.
    """
    m, f = _acute_pairs(edges, fixed)
    one, two = _acute_pairs(edges, edges)
    gives = _is_larger(edges, one, two)
    m, f = np.concatenate([m, one[gives]]), np.concatenate([f, two[gives] + len(fixed.start)])
    hosts = Segments(np.concatenate([fixed.start, edges.start]), np.concatenate([fixed.end, edges.end]))
    m, f, meeting = _meetings(edges, hosts, m, f)
    return _steps(edges, hosts, m, f, meeting, reach_m)


def _acute_pairs(edges: Segments, others: Segments) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of long enough segments whose boxes meet and whose directions are nearly the same line."""
    long, far = np.flatnonzero(edges.length >= _SHORTEST_M), others.length >= _SHORTEST_M
    if len(long) == 0 or not far.any():
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    low = np.minimum(edges.start[long], edges.end[long]) - _TOUCH_M
    high = np.maximum(edges.start[long], edges.end[long]) + _TOUCH_M
    one, other = others.tree.query(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    one, other = long[one], other.astype(np.int64)
    u, w = edges.direction[one], others.direction[other]
    acute = far[other] & (np.abs(u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0]) < np.sin(_ACUTE_RAD))
    return one[acute], other[acute]


def _is_larger(edges: Segments, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Tell which segments of pairs come after the other one by their ends, whatever their direction."""
    start, end = edges.start[:, 0] + 1j * edges.start[:, 1], edges.end[:, 0] + 1j * edges.end[:, 1]
    low, high = np.where(start < end, start, end), np.where(start < end, end, start)
    return np.asarray((low[one] > low[two]) | ((low[one] == low[two]) & (high[one] > high[two])))


def _meetings(
    edges: Segments, hosts: Segments, m: np.ndarray, f: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs that meet in one place, and how far along the first (float64)."""
    start_along, start_off = hosts.measured(f, edges.start[m])
    end_along, end_off = hosts.measured(f, edges.end[m])
    size = hosts.length[f]
    starts = (start_off < _TOUCH_M) & (start_along > -_TOUCH_M) & (start_along < size + _TOUCH_M)
    ends = (end_off < _TOUCH_M) & (end_along > -_TOUCH_M) & (end_along < size + _TOUCH_M)
    meeting = np.full(len(m), np.nan)
    for tip in (hosts.start[f], hosts.end[f]):
        along, off = edges.measured(m, tip)
        on = (off < _TOUCH_M) & (along > -_TOUCH_M) & (along < edges.length[m] + _TOUCH_M)
        meeting[on] = np.clip(along[on], 0.0, edges.length[m[on]])
    meeting[starts], meeting[ends] = 0.0, edges.length[m[ends]]
    u, w, step = edges.direction[m], hosts.direction[f], hosts.start[f] - edges.start[m]
    sine = u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0]
    crossing = np.isnan(meeting) & (np.abs(sine) > 1e-12)
    along = (step[crossing, 0] * w[crossing, 1] - step[crossing, 1] * w[crossing, 0]) / sine[crossing]
    on_host = (step[crossing, 0] * u[crossing, 1] - step[crossing, 1] * u[crossing, 0]) / sine[crossing]
    inside = (along > 0) & (along < edges.length[m[crossing]]) & (on_host > 0) & (on_host < size[crossing])
    meeting[np.flatnonzero(crossing)[inside]] = along[inside]
    one_place = ~np.isnan(meeting) & ~(starts & ends)
    return m[one_place], f[one_place], meeting[one_place]


def _steps(
    edges: Segments, hosts: Segments, m: np.ndarray, f: np.ndarray, meeting: np.ndarray, reach_m: float
) -> Bends:
    """Return the vertices at which ``m`` leaves the course of ``f``, to either side of where both meet."""
    place = edges.start[m] + meeting[:, None] * edges.direction[m]
    on_host = hosts.measured(f, place)[0]
    u, w = edges.direction[m], hosts.direction[f]
    sine = np.abs(u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0])
    same_way = np.where((u * w).sum(axis=1) > 0, 1.0, -1.0)
    found: list[tuple[np.ndarray, ...]] = []
    for way in (1.0, -1.0):
        room = edges.length[m] - meeting if way > 0 else meeting
        host_room = np.where(way * same_way > 0, hosts.length[f] - on_host, on_host)
        reach = np.minimum(np.minimum(room, host_room), _CLEAR * reach_m / np.maximum(sine, 1e-12))
        # Where the ends of both are nearer than the reach there is nothing to step over: they are one already.
        wanted = np.flatnonzero((reach >= _SHORTEST_M) & (reach * sine > 0.5 * reach_m))
        found.append((wanted, way * reach[wanted], (way * same_way * reach * np.sqrt(1.0 - sine**2))[wanted]))
    pair, away, host_away = (np.concatenate(column) for column in zip(*found))
    pair, away, host_away = _apart(m, meeting, pair, away, host_away)
    foot = place[pair] + host_away[:, None] * hosts.direction[f[pair]]
    own = place[pair] + away[:, None] * u[pair]
    edge = np.concatenate([m[pair], m[pair], m[pair]])
    along = meeting[pair] + away
    along = np.concatenate([along - np.sign(away) * _TOUCH_M, along, meeting[pair]])
    vertex = np.concatenate([foot, own, place[pair]])
    inside = (along > _TOUCH_M) & (along < edges.length[edge] - _TOUCH_M)
    inside[: len(pair)] = True
    return Bends(edge[inside], along[inside], vertex[inside])


def _apart(m: np.ndarray, meeting: np.ndarray, pair: np.ndarray, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the steps that do not run over one another in one edge, the longest first."""
    away = columns[0]
    low, high = np.minimum(0.0, away) + meeting[pair], np.maximum(0.0, away) + meeting[pair]
    taken: dict[int, list[tuple[float, float]]] = {}
    kept = []
    for k in np.lexsort((low, -np.abs(away))).tolist():
        spans = taken.setdefault(int(m[pair[k]]), [])
        if all(low[k] >= end - _TOUCH_M or high[k] <= start + _TOUCH_M for start, end in spans):
            spans.append((float(low[k]), float(high[k])))
            kept.append(k)
    chosen = np.array(sorted(kept), dtype=np.int64)
    return pair[chosen], *(column[chosen] for column in columns)
