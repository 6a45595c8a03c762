"""The fringe: the edges along which cells that are drawn for a few areas meet what stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.faces import faces_of_lines, is_thin
from gridmgmt_plugin.core.coverage.graph.labels import NOBODY, FaceGraph
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.geometry.ring_edges import ring_edges
from gridmgmt_plugin.core.rows import as_column

# A vertex that lies on the line between its neighbours up to the last digits was put there for a cell.
_STRAIGHT_M = 1e-7


@dataclass(frozen=True)
class Fringe:
    """Edges exactly as they are stored. ``edges``: float64 (n, 2, 2), metres. ``fixed``: bool (n,), a unit grid that
    stays has the edge, so it gets no vertex; the others are the areas' own outlines, which may get some.
    ``open_ends``: float64 (m, 2), where the outline of an area ends on such an edge all the same.
    """

    edges: np.ndarray
    fixed: np.ndarray
    open_ends: np.ndarray


@dataclass(frozen=True)
class Near:
    """What lies next to m points: ``edge`` int64, −1 for nothing in reach; ``foot`` float64 (m, 2), the place on it;
    ``vertex`` float64 (m, 2), the nearest end of an edge, and ``vertex_m`` how far that is (inf for none in reach).
    """

    edge: np.ndarray
    foot: np.ndarray
    vertex: np.ndarray
    vertex_m: np.ndarray


def nearest(points: np.ndarray, edges: np.ndarray, reach_m: float) -> Near:
    """Return for points (m, 2) the nearest of the edges (n, 2, 2) and the nearest of their ends within a reach."""
    edge = np.full(len(points), -1, dtype=np.int64)
    foot, vertex, vertex_m = points.copy(), points.copy(), np.full(len(points), np.inf)
    if len(points) == 0 or len(edges) == 0:
        return Near(edge, foot, vertex, vertex_m)
    boxes = shapely.box(*(points - reach_m).T, *(points + reach_m).T)
    point, line = shapely.STRtree(shapely.linestrings(edges)).query(boxes, predicate="intersects")
    start, step = edges[line, 0], edges[line, 1] - edges[line, 0]
    along = ((points[point] - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-18)
    feet = start + np.clip(along, 0.0, 1.0)[:, None] * step
    first = _closest(point, np.hypot(*(feet - points[point]).T), reach_m)
    edge[point[first]], foot[point[first]] = line[first], feet[first]
    for end in (0, 1):
        away = np.hypot(*(edges[line, end] - points[point]).T)
        first = _closest(point, away, reach_m)
        first = first[away[first] < vertex_m[point[first]]]
        vertex[point[first]], vertex_m[point[first]] = edges[line[first], end], away[first]
    return Near(edge, foot, vertex, vertex_m)


def _closest(point: np.ndarray, distance_m: np.ndarray, reach_m: float) -> np.ndarray:
    """Return the positions of the pairs that are the closest of their point, within the reach."""
    order = np.lexsort((distance_m, point))
    first = order[np.r_[True, point[order][1:] != point[order][:-1]]] if len(order) else order
    return np.asarray(first[distance_m[first] <= reach_m])


def cleared_ground(ground: np.ndarray, beside: np.ndarray, precision_m: float, width_m: float) -> np.ndarray:
    """Return the ground without what cells that stay hold of it; gaps between the two up to a width join the ground.

    :param ground: object array of n (Multi)Polygons. ``beside``: object array of the cells near them that stay.
    """
    if len(beside) == 0:
        return ground
    near = np.unique(shapely.STRtree(ground).query(beside, predicate="dwithin", distance=width_m)[1])
    if len(near) == 0:
        return ground
    faces = faces_of_lines(np.append(shapely.boundary(ground[near]), shapely.boundary(beside)), precision_m)
    held = np.zeros(len(faces), dtype=bool)
    held[faces.covered_by(beside)[0]] = True
    face, owner = faces.covered_by(ground[near])
    label = np.full(len(faces), NOBODY, dtype=np.int64)
    label[face[::-1]] = owner[::-1]
    bare = ~held & (label == NOBODY)
    bare[bare] = is_thin(faces.geometry[bare], width_m)
    label[held] = NOBODY
    if bare.any():
        graph = FaceGraph(*faces.neighbours(), shapely.area(faces.geometry))
        label = graph.spread(label, bare)
    cleared: np.ndarray = ground.copy()
    cleared[near] = dissolve(faces.geometry, label, len(near))
    return cleared


def plain_outlines(ground: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the ground without vertices that only cells needed: on a straight line, and in no other outline.

    :param others: object array, outlines whose vertices stay.
    """
    wanted = {*map(tuple, shapely.get_coordinates(others).tolist())}
    counts: dict[tuple[float, float], int] = {}
    for one in ground:
        for place in set(map(tuple, shapely.get_coordinates(one).tolist())):
            counts[place] = counts.get(place, 0) + 1
    wanted |= {place for place, times in counts.items() if times > 1}

    def plain(ring: shapely.LinearRing) -> shapely.LinearRing:
        points = shapely.get_coordinates(ring)[:-1]
        before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        across = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
        straight = across <= _STRAIGHT_M * np.maximum(np.hypot(*(before + after).T), 1e-9)
        straight &= (before * after).sum(axis=1) > 0
        kept = ~straight | np.array([tuple(place) in wanted for place in points.tolist()], dtype=bool)
        return shapely.LinearRing(points[kept]) if kept.sum() >= 3 else ring

    return as_column(
        shapely.multipolygons(
            [
                shapely.Polygon(plain(part.exterior), [plain(hole) for hole in part.interiors])
                for part in shapely.get_parts(one)
            ]
        )
        for one in ground
    )


def fringe_of(ground: np.ndarray, beside: np.ndarray, reach_m: float) -> Fringe:
    """Return the outer edges of the ground that is drawn and the outer edges of the cells that stay.

    Where both run side by side, within the reach, the cells' edges count.
    """
    own, fixed = _outer(ground), _outer(beside)
    own = _split_at(own, fixed, reach_m)
    middle = nearest(own.mean(axis=1), fixed, reach_m).edge >= 0
    ends = [nearest(own[:, end], fixed, reach_m).edge >= 0 for end in (0, 1)]
    own = own[~(middle & ends[0] & ends[1])].copy()
    places = own.reshape(-1, 2)
    near = nearest(places, fixed, reach_m)
    at_vertex = near.vertex_m <= reach_m
    places[at_vertex] = near.vertex[at_vertex]
    own = own[(own[:, 0] != own[:, 1]).any(axis=1)]
    fixed, open_ends = _opened(own, fixed, reach_m)
    return Fringe(np.concatenate([fixed, own]), np.arange(len(fixed) + len(own)) < len(fixed), open_ends)


def _opened(own: np.ndarray, fixed: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of cells, divided where an outline ends on one of them, and these places."""
    ends, times = np.unique(own.reshape(-1, 2), axis=0, return_counts=True)
    ends = ends[times == 1]
    near = nearest(ends, fixed, reach_m)
    beside = (near.edge >= 0) & (near.vertex_m > reach_m)
    line, places = near.edge[beside], ends[beside]
    return divided(fixed, line, np.hypot(*(places - fixed[line, 0]).T), places), places


def _outer(polygons: np.ndarray) -> np.ndarray:
    """Return the edges (n, 2, 2) that only one of the polygons has."""
    if len(polygons) == 0:
        return np.empty((0, 2, 2))
    edges = ring_edges(polygons, 0.0)
    _, place, times = np.unique(edges.key, return_inverse=True, return_counts=True)
    once = times[place.reshape(-1)] == 1
    return np.stack([edges.start[once], edges.end[once]], axis=1)


def _split_at(edges: np.ndarray, others: np.ndarray, reach_m: float) -> np.ndarray:
    """Return the edges, divided where an end of another edge lies on them within the reach."""
    if len(edges) == 0 or len(others) == 0:
        return edges
    points = np.unique(others.reshape(-1, 2), axis=0)
    boxes = shapely.box(*(points - reach_m).T, *(points + reach_m).T)
    point, line = shapely.STRtree(shapely.linestrings(edges)).query(boxes, predicate="intersects")
    start, step = edges[line, 0], edges[line, 1] - edges[line, 0]
    length = np.hypot(*step.T)
    along = ((points[point] - start) * step).sum(axis=1) / np.maximum(length**2, 1e-18)
    aside = np.hypot(*(start + along[:, None] * step - points[point]).T)
    inside = (aside <= reach_m) & (along * length > reach_m) & ((1 - along) * length > reach_m)
    return divided(edges, line[inside], along[inside], points[point[inside]])


def divided(edges: np.ndarray, line: np.ndarray, along: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the edges (n, 2, 2), each divided at those of the ``points`` (m, 2) that ``line`` (int64) puts on it."""
    if len(line) == 0:
        return edges
    whole = np.ones(len(edges), dtype=bool)
    whole[line] = False
    order = np.lexsort((along, line))
    pieces = [edges[whole]]
    for members in np.split(order, np.flatnonzero(np.diff(line[order])) + 1):
        start, end = edges[line[members[0]]]
        chain = np.concatenate([[start], points[members], [end]])
        chain = chain[np.r_[True, (np.diff(chain, axis=0) != 0).any(axis=1)]]
        pieces.append(np.stack([chain[:-1], chain[1:]], axis=1))
    return np.concatenate(pieces)
