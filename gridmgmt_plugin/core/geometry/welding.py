"""Welding lines: what lies nearly on another line is put on it, so that no hair of ground is left between them.

Noding alone makes a face of every crack between two lines, however thin. Welded lines either have a vertex or an
edge in common, or keep clear of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.acute import Segments, bent_at_acute_angles
from gridmgmt_plugin.core.geometry.ring_edges import distinct_points

# Moving a vertex can bring its edges near other vertices; after a few rounds what is left is no longer thin.
_ROUNDS = 3
# A vertex beside an edge is put on it only if it lies farther along than aside: at right angles nothing is thin.
_AHEAD = 2.0
_ON_IT_M, _TOUCH_M = 1e-7, 1e-6
# What is farther away than this many reaches is not reached by anything that moved either.
_AFTERMATH = 3.0
_AT_VERTEX, _ON_EDGE, _FREE = 0, 1, 2


@dataclass(frozen=True)
class _Paths:
    """Lines as one array of vertices: ``place`` float64 (n, 2), ``line`` int64 (n,), ascending."""

    place: np.ndarray
    line: np.ndarray

    @classmethod
    def of(cls, lines: np.ndarray) -> _Paths:
        """Return the LineStrings of an object array as paths; missing and empty ones have no vertices."""
        place, line = shapely.get_coordinates(lines, return_index=True)
        return cls(place, line.astype(np.int64))

    @property
    def first(self) -> np.ndarray:
        """Return the positions of the vertices at which an edge begins (int64)."""
        return np.flatnonzero(self.line[1:] == self.line[:-1])

    def edges(self) -> Segments:
        """Return the edges in the order of :attr:`first`."""
        first = self.first
        return Segments(self.place[first], self.place[first + 1])

    def with_vertices(self, edge: np.ndarray, along: np.ndarray, place: np.ndarray) -> _Paths:
        """Return the paths with a vertex at each ``place`` (k, 2) in an ``edge``, in the order of ``along``."""
        order = np.lexsort((along, edge))
        at = self.first[edge[order]] + 1
        return _Paths(np.insert(self.place, at, place[order], axis=0), np.insert(self.line, at, self.line[at - 1]))

    def joined(self, others: _Paths) -> _Paths:
        """Return these paths and others, which are other lines."""
        place, line = np.concatenate([self.place, others.place]), np.concatenate([self.line, others.line])
        order = np.argsort(line, kind="stable")
        return _Paths(place[order], line[order])

    def simplified(self) -> _Paths:
        """Return the paths without vertices that repeat the one before."""
        again = (self.line[1:] == self.line[:-1]) & (self.place[1:] == self.place[:-1]).all(axis=1)
        kept = np.r_[True, ~again]
        return _Paths(self.place[kept], self.line[kept])


@dataclass(frozen=True)
class Welded:
    """``lines`` where they were moved to, and ``fixed`` with the vertices that lines have on them, row by row."""

    lines: np.ndarray
    fixed: np.ndarray

    def all(self) -> np.ndarray:
        """Return all of them in one array."""
        return np.concatenate([self.fixed, self.lines])


def weld(lines: np.ndarray, fixed: np.ndarray, reach_m: float) -> Welded:
    """Return ``lines`` moved by little more than ``reach_m`` onto ``fixed`` and onto one another where they are near.

    ``lines``: object array of LineStrings; in the result an empty one where a line was too short to be left.
    ``fixed``: object array of LineStrings, which do not move: where a line ends on one of its edges or runs along it,
    the edge gets the same vertices. Lines that meet or cross at an acute angle run together up to where they are
    clear of each other. The result does not depend on order and direction.
    """
    given, posts = _Paths.of(lines), _Posts.of(fixed)
    if len(given.place) == 0:
        return Welded(lines, fixed)
    paths = _settled(given, posts, reach_m)
    edges = paths.edges()
    bends = bent_at_acute_angles(edges, posts.edges, reach_m)
    if len(bends.edge):
        beside = edges.near(bends.place, _AFTERMATH * reach_m)[1]
        touched = np.unique(paths.line[paths.first[np.concatenate([bends.edge, beside])]])
        bent = paths.with_vertices(bends.edge, bends.along, bends.place).simplified()
        paths = _settled(bent, posts, reach_m, np.isin(bent.line, touched))
    return Welded(_as_lines(lines, given, paths), _as_lines(fixed, posts.paths, _with_ends(posts, paths)))


def _with_ends(posts: _Posts, paths: _Paths) -> _Paths:
    """Return what is fixed with the vertices of the paths that lie on its edges."""
    point = distinct_points(paths.place)[0]
    which, edge = posts.edges.near(point, _TOUCH_M)
    along, aside = posts.edges.measured(edge, point[which])
    on_it = (aside <= _TOUCH_M) & (np.minimum(along, posts.edges.length[edge] - along) > _TOUCH_M)
    return posts.paths.with_vertices(edge[on_it], along[on_it], point[which[on_it]])


@dataclass(frozen=True)
class _Posts:
    """What does not move: its ``paths``, their ``edges`` and distinct ``vertices``, float64 (k, 2), by x and y."""

    paths: _Paths
    edges: Segments
    vertices: np.ndarray

    @classmethod
    def of(cls, fixed: np.ndarray) -> _Posts:
        paths = _Paths.of(fixed)
        return cls(paths, paths.edges(), distinct_points(paths.place)[0])


def _settled(paths: _Paths, posts: _Posts, reach_m: float, asked: np.ndarray | None = None) -> _Paths:
    """Return the paths with those that have something near moved onto it; the others stay as they are.

    ``asked``: bool per vertex, the paths that may have something near; all of them when ``None``.
    """
    if asked is not None and not asked.all():
        some = _settled(_Paths(paths.place[asked], paths.line[asked]), posts, reach_m)
        return _Paths(paths.place[~asked], paths.line[~asked]).joined(some)
    near, vertices = _near_something(paths, posts, _AFTERMATH * reach_m)
    at_risk = near[paths.line]
    if not at_risk.any():
        return paths
    moving, posts = _Paths(paths.place[at_risk], paths.line[at_risk]), replace(posts, vertices=vertices)
    for _ in range(_ROUNDS):
        snapped = _snapped(moving, posts, reach_m).simplified()
        drawn = _drawn_through(snapped, posts, reach_m).simplified()
        if np.array_equal(drawn.place, moving.place):
            break
        moving = drawn
    return _Paths(paths.place[~at_risk], paths.line[~at_risk]).joined(moving)


def _near_something(paths: _Paths, posts: _Posts, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which lines (bool, by number) are near a vertex or an edge that is not theirs, and the fixed vertices
    (float64 (k, 2)) that are near a line.
    """
    near = np.zeros(int(paths.line[-1]) + 1, dtype=bool)
    edges, owner = paths.edges(), paths.line[paths.first]
    point, number = distinct_points(np.concatenate([posts.vertices, paths.place]))
    which, edge, aside = _within(edges, point, reach_m)
    met = np.zeros(len(point), dtype=bool)
    met[which] = True
    post, own = number[: len(posts.vertices)], number[len(posts.vertices) :]
    vertices = posts.vertices[met[post]]
    close = aside > _ON_IT_M
    near[owner[edge[close]]] = True
    beside = np.zeros(len(point), dtype=bool)
    beside[which[close]] = True
    mine = np.unique(own)
    which, edge, aside = _within(posts.edges, point[mine], reach_m)
    beside[mine[which[aside > _ON_IT_M]]] = True
    near[paths.line[beside[own]]] = True
    return near, vertices


def _within(edges: Segments, point: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (point positions, edge positions, distance) of all pairs within the reach."""
    which, edge = edges.near(point, reach_m)
    distance = edges.foot(edge, point[which])[1]
    within = distance <= reach_m
    return which[within], edge[within], distance[within]


def _snapped(paths: _Paths, posts: _Posts, reach_m: float) -> _Paths:
    """Return the paths with every vertex on the nearest post or fixed edge, and those close together in one place."""
    point, number = distinct_points(paths.place)
    rank = np.full(len(point), _FREE, dtype=np.int64)
    point, rank = _on_edges(point, rank, posts, reach_m)
    point, rank = _on_vertices(point, rank, posts, reach_m)
    return _Paths(_gathered(point, rank, reach_m)[number], paths.line)


def _on_edges(point: np.ndarray, rank: np.ndarray, posts: _Posts, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    which, edge = posts.edges.near(point, reach_m)
    foot, distance = posts.edges.foot(edge, point[which])
    order = np.lexsort((foot[:, 1], foot[:, 0], distance, which))
    order = order[distance[order] <= reach_m]
    nearest = order[np.unique(which[order], return_index=True)[1]]
    point, rank = point.copy(), rank.copy()
    rank[which[nearest]] = _ON_EDGE
    beside = nearest[distance[nearest] > _ON_IT_M]  # what lies on the edge is not computed again and again
    point[which[beside]] = foot[beside]
    return point, rank


def _on_vertices(point: np.ndarray, rank: np.ndarray, posts: _Posts, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    if len(posts.vertices) == 0:
        return point, rank
    which, post = shapely.STRtree(shapely.points(posts.vertices)).query(_squares(point, reach_m))
    distance = np.hypot(*(point[which] - posts.vertices[post]).T)
    order = np.lexsort((post, distance, which))
    order = order[distance[order] <= reach_m]
    nearest = order[np.unique(which[order], return_index=True)[1]]
    point, rank = point.copy(), rank.copy()
    point[which[nearest]], rank[which[nearest]] = posts.vertices[post[nearest]], _AT_VERTEX
    return point, rank


def _gathered(point: np.ndarray, rank: np.ndarray, reach_m: float) -> np.ndarray:
    """Return the place of each point: that of one before it in rank, x and y which keeps its own and is near."""
    one, two = shapely.STRtree(shapely.points(point)).query(_squares(point, reach_m))
    distance = np.hypot(*(point[one] - point[two]).T)
    close = (one != two) & (distance <= reach_m)
    one, two, distance = one[close], two[close], distance[close]
    order = np.lexsort((two, distance, one))
    one, two = one[order], two[order]
    involved = np.unique(one)
    starts, ends = np.searchsorted(one, involved), np.searchsorted(one, involved, side="right")
    near = dict(zip(involved.tolist(), zip(starts.tolist(), ends.tolist())))
    goal = np.arange(len(point))
    stays = np.zeros(len(point), dtype=bool)
    for i in involved[np.lexsort((point[involved, 1], point[involved, 0], rank[involved]))].tolist():
        candidates = two[slice(*near[i])]
        candidates = candidates[stays[candidates]]
        if rank[i] == _AT_VERTEX or len(candidates) == 0:
            stays[i] = True
        else:
            goal[i] = candidates[0]
    return np.asarray(point[goal])


def _drawn_through(paths: _Paths, posts: _Posts, reach_m: float) -> _Paths:
    """Return the paths with every vertex that lies beside an edge, fixed or their own, put into the edge."""
    edges = paths.edges()
    point = distinct_points(np.concatenate([paths.place, posts.vertices]))[0]
    which, edge = edges.near(point, reach_m)
    along, aside = edges.measured(edge, point[which])
    room = np.minimum(along, edges.length[edge] - along)
    beside = (aside <= reach_m) & (room > _AHEAD * aside) & (room > _TOUCH_M)
    return paths.with_vertices(edge[beside], along[beside], point[which[beside]])


def _squares(point: np.ndarray, reach_m: float) -> np.ndarray:
    x, y = point.T
    return np.asarray(shapely.box(x - reach_m, y - reach_m, x + reach_m, y + reach_m))


def _as_lines(lines: np.ndarray, before: _Paths, after: _Paths) -> np.ndarray:
    """Return the rows of ``lines``, drawn anew where the path is another one."""
    result = lines.copy()
    had, has = (np.bincount(paths.line, minlength=len(lines)) for paths in (before, after))
    same = had == has
    old, new = same[before.line], same[after.line]
    changed = ~same
    changed[before.line[old][(before.place[old] != after.place[new]).any(axis=1)]] = True
    result[changed & (has < 2)] = shapely.LineString()
    drawn = np.flatnonzero(changed & (has >= 2))
    if len(drawn):
        mine = np.isin(after.line, drawn)
        result[drawn] = shapely.linestrings(after.place[mine], indices=np.searchsorted(drawn, after.line[mine]))
    return result
