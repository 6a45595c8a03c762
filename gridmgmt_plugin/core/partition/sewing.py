"""Sewing cells that were drawn for a few areas to what stays around them: nobody outside gets a vertex."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.geometry.linework import canonical
from gridmgmt_plugin.core.geometry.ring_edges import vertex_ids
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.partition.checks import PartitionError
from gridmgmt_plugin.core.partition.fringe import Fringe, Near, divided, nearest

# An end this close to a vertex that is there goes to it: two vertices side by side help nobody.
_SAME_VERTEX_M = 0.1
# Boundaries that meet at a smaller angle would leave a spike.
_LEAST_ANGLE = math.radians(12.0)
# The border of two areas is put straight by no more than this.
_BORDER_M = 0.02
# Beyond the edge itself a vertex is looked for in so many places, within this distance.
_MOST_OTHERS, _FAR_M = 8, 60.0
# A boundary that is moved takes no more than this share of the cell beside it.
_LARGEST_SHARE = 0.4


@dataclass(frozen=True)
class Sewn:
    """``geometry``: object array of m Polygons. ``source``: int64 (m,), the cell that each was, of several that were
    joined the largest. ``moved``: how many boundaries end at a vertex of a neighbour instead of beside it;
    ``joined``: how many cells were joined to others because there was none, ``grown``: int64, those that took them
    up; ``open_ends``: places where a neighbour outside
    lacks a vertex.
    """

    geometry: np.ndarray
    source: np.ndarray
    moved: int
    joined: int
    grown: np.ndarray
    open_ends: np.ndarray


def sewn(
    cells: np.ndarray, area: np.ndarray, fringe: Fringe, beside: np.ndarray, reach_m: float, precision_m: float
) -> Sewn:
    """Return cells with exactly the vertices of their neighbours outside.

    :param cells: object array of n Polygons, a coverage on the precision grid, that end within a few steps of the
        grid where the fringe lies. ``area``: int64 (n,), only cells of one area are joined.
    :param beside: object array, the cells that stay; they do not change. ``reach_m``: what is closer to the fringe
        lies on it.
    :raises PartitionError: when the result is no coverage together with the cells beside it.
    """
    seam = _Seam(cells, area, fringe, reach_m, precision_m)
    seam.settle()
    geometry, source = seam.assembled()
    if len(seam.open_ends) == 0 and is_coverage(beside) and not is_coverage(np.concatenate([geometry, beside])):
        raise _not_sewn(geometry)
    grown = np.flatnonzero(np.isin(source, seam.keepers()))
    open_ends = np.array(seam.open_ends).reshape(-1, 2)
    return Sewn(geometry, source, seam.moved, len(cells) - len(geometry), grown, open_ends)


def _not_sewn(geometry: np.ndarray) -> PartitionError:
    x, y = shapely.get_coordinates(geometry[:1]).mean(axis=0) if len(geometry) else (math.nan, math.nan)
    return PartitionError("partition_not_seamless", check="seam", count=1, x=f"{x:.1f}", y=f"{y:.1f}")


@dataclass
class _Seam:
    """The segments of the cells with their ends as numbered nodes, and where each node of the rim goes.

    ``ends``: int64 (n, 2), the nodes of each segment. ``at``: float64, the place of each node, moved step by step.
    ``rim``: bool per node, it lies on the fringe. ``along``: bool per segment, it runs along the fringe. ``pieces``:
    float64 (m, 2, 2), the edges of the fringe as the cells take them. ``joined_to``: int64 per cell.
    """

    cells: np.ndarray
    area: np.ndarray
    fringe: Fringe
    reach_m: float
    precision_m: float
    segments: SharedSegments = field(init=False)
    ends: np.ndarray = field(init=False)
    at: np.ndarray = field(init=False)
    rim: np.ndarray = field(init=False)
    along: np.ndarray = field(init=False)
    edge: np.ndarray = field(init=False)
    joined_to: np.ndarray = field(init=False)
    open_ends: list[tuple[float, float]] = field(default_factory=list)
    moved: int = 0

    def __post_init__(self) -> None:
        self.segments = shared_segments(self.cells, self.precision_m)
        points = self.segments.coordinates.reshape(-1, 2)
        ids, count = vertex_ids(points, self.precision_m)
        self.ends = ids.reshape(-1, 2)
        self.at = np.empty((count, 2))
        self.at[ids] = points
        self.joined_to = np.arange(len(self.cells))
        self._cell_m2 = shapely.area(self.cells)
        self._of_node = _by_node(self.ends, count)
        self._splits: list[tuple[int, tuple[float, float]]] = []
        self._changed: set[int] = set()
        self._fixed_tree = shapely.STRtree(shapely.linestrings(self.fringe.edges))
        self._place_rim()

    def _place_rim(self) -> None:
        """Find the nodes and segments that lie on the fringe; put those at a vertex of it exactly there."""
        outer = self.segments.right < 0
        nodes = np.unique(self.ends[outer])
        near = nearest(self.at[nodes], self.fringe.edges, self.reach_m)
        on = near.edge >= 0
        self.rim = np.zeros(len(self.at), dtype=bool)
        self.rim[nodes[on]] = True
        middle = self.segments.midpoints()
        self.along = outer & self.rim[self.ends].all(axis=1)
        self.along[self.along] = nearest(middle[self.along], self.fringe.edges, self.reach_m).edge >= 0
        self.edge = np.full(len(self.at), -1, dtype=np.int64)
        self.edge[nodes[on]] = near.edge[on]
        self._lies_on = self.edge.copy()
        self.open_ends = list(map(tuple, self.fringe.open_ends.tolist()))
        self._snap(nodes[on], Near(near.edge[on], near.foot[on], near.vertex[on], near.vertex_m[on]))

    def _snap(self, nodes: np.ndarray, near: Near) -> None:
        there = near.vertex_m <= self.reach_m
        self.at[nodes[there]] = near.vertex[there]
        self.edge[nodes[there]] = -1  # at a vertex, it needs none
        loose = nodes[~there & ~self.fringe.fixed[near.edge]]
        foot = near.foot[~there & ~self.fringe.fixed[near.edge]]
        for node, place in zip(loose.tolist(), map(tuple, foot.tolist())):
            if not self._moved_to_end(node, _SAME_VERTEX_M):
                self.at[node] = place
                self._splits.append((int(self.edge[node]), place))
            self.edge[node] = -1

    def settle(self) -> None:
        """Give every boundary that ends on an edge of a cell outside a vertex that is there, or join its cells."""
        self._tree = shapely.STRtree(self._lines(np.arange(len(self.ends))))
        for node in np.flatnonzero(self.edge >= 0).tolist():
            attached = self._attached(node)
            if len(attached) == 0:
                continue
            if self._moved_to_end(node, math.inf):
                self.moved += 1
            elif not self._joined(attached):
                self._leave_open(node)

    def _leave_open(self, node: int) -> None:
        edge = int(self.edge[node])
        start, end = self.fringe.edges[edge]
        share = float((self.at[node] - start) @ (end - start)) / float((end - start) @ (end - start))
        place = tuple((start + share * (end - start)).tolist())
        self.at[node] = place
        self._splits.append((edge, place))
        self.open_ends.append(place)

    def _attached(self, node: int) -> list[int]:
        """Return the segments that end in a node and do not run along the fringe or inside one cell."""
        return [s for s in self._of_node[node] if not self.along[s] and not self._is_inside(s)]

    def _is_inside(self, segment: int) -> bool:
        left, right = int(self.segments.left[segment]), int(self.segments.right[segment])
        return right >= 0 and self._group(left) == self._group(right)

    def _group(self, cell: int) -> int:
        while self.joined_to[cell] != cell:
            cell = int(self.joined_to[cell])
        return cell

    def _moved_to_end(self, node: int, reach_m: float) -> bool:
        """Move a node to the nearer end of its edge that suits, within a reach."""
        attached = self._attached(node)
        if any(self.segments.right[s] < 0 for s in attached):
            return False
        here = self.at[node].copy()
        is_border = any(self.area[self.segments.left[s]] != self.area[self.segments.right[s]] for s in attached)
        for place in self._choices(node, here):
            away_m = math.dist(place, here)
            if away_m > reach_m or (is_border and away_m > _BORDER_M):
                continue
            if away_m <= _SAME_VERTEX_M or all(self._leg_suits(node, segment, place) for segment in attached):
                self.at[node] = place
                self._changed.update(attached)
                return True
        return False

    def _choices(self, node: int, here: np.ndarray) -> list[tuple[float, float]]:
        """Return the ends of the edge that a node lies on, then other vertices of cells outside, the nearer first."""
        edge = int(self.edge[node])
        ends = sorted(map(tuple, self.fringe.edges[edge].tolist()), key=lambda place: math.dist(place, here))
        if not self.fringe.fixed[edge]:
            return ends
        around = self._fixed_tree.query(shapely.box(*(here - _FAR_M), *(here + _FAR_M)))
        around = around[self.fringe.fixed[around]]
        others = {*map(tuple, self.fringe.edges[around].reshape(-1, 2).tolist())} - {*ends}
        return [*ends, *sorted(others, key=lambda place: math.dist(place, here))[:_MOST_OTHERS]]

    def _leg_suits(self, node: int, segment: int, place: tuple[float, float]) -> bool:
        first, second = self.ends[segment].tolist()
        other = second if first == node else first
        start, here = self.at[other], self.at[node]
        swept_m2 = 0.5 * abs(_cross(start - here, np.array(place) - here))
        sides = [self._group(int(self.segments.left[segment])), self._group(int(self.segments.right[segment]))]
        if swept_m2 > _LARGEST_SHARE * min(self._cell_m2[side] for side in sides):
            return False
        leg = shapely.LineString([start, place])
        return self._is_free(leg, node, other, place)

    def _is_free(self, leg: shapely.LineString, node: int, other: int, place: tuple[float, float]) -> bool:
        start = self.at[other]
        around = leg.buffer(_SAME_VERTEX_M)
        for segment in {*self._tree.query(around).tolist(), *self._changed}:
            if self.along[segment] or self._is_inside(segment) or node in self.ends[segment]:
                continue
            one, two = self.at[self.ends[segment]]
            if not _apart(leg, start, place, one, two):
                return False
        for edge in self._fixed_tree.query(around).tolist():
            if edge == self._lies_on[other]:
                one, two = self.fringe.edges[edge]
                angle = _angle(np.array(place) - start, two - one)
                if min(angle, math.pi - angle) < _LEAST_ANGLE:
                    return False
            elif not _apart(leg, start, place, *self.fringe.edges[edge]):
                return False
        return True

    def _joined(self, attached: list[int]) -> bool:
        """Join the cells on the two sides of boundaries, where they are of one area."""
        sides = [(int(self.segments.left[s]), int(self.segments.right[s])) for s in attached]
        if any(right < 0 or self.area[left] != self.area[right] for left, right in sides):
            return False
        for left, right in sides:
            one, two = self._group(left), self._group(right)
            if one != two:
                keep, gone = (one, two) if self._cell_m2[one] >= self._cell_m2[two] else (two, one)
                self.joined_to[gone] = keep
                self._cell_m2[keep] += self._cell_m2[gone]
        return True

    def keepers(self) -> np.ndarray:
        """Return the cells that took up others, int64."""
        gone = np.flatnonzero(self.joined_to != np.arange(len(self.joined_to)))
        return np.unique([self._group(cell) for cell in gone.tolist()]).astype(np.int64)

    def _lines(self, segments: np.ndarray) -> np.ndarray:
        return np.asarray(shapely.linestrings(self.at[self.ends[segments]]))

    def assembled(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells and the number that each had; cells that the fringe does not touch stay as they are."""
        group = np.array([self._group(cell) for cell in range(len(self.cells))], dtype=np.int64)
        left, right = self.segments.left, self.segments.right
        touched = np.zeros(len(self.cells), dtype=bool)
        at_rim = self.rim[self.ends].any(axis=1)
        touched[left[at_rim]] = True
        touched[right[at_rim & (right >= 0)]] = True
        touched[group != np.arange(len(group))] = True
        touched[group[group != np.arange(len(group))]] = True
        mine = touched[left] | ((right >= 0) & touched[right])
        drawn = mine & ~self.along & ~((right >= 0) & (group[left] == group[right]))
        edges = _distinct(np.concatenate([self.at[self.ends[drawn]], self._fringe_edges()]))
        faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(edges)))
        shapes = self.cells.copy()
        old = np.flatnonzero(touched)
        owner = _owner_of_faces(faces, self.cells[old], group[old])
        kept = np.flatnonzero(group == np.arange(len(group)))
        wanted = kept[touched[kept]]
        if not np.array_equal(np.sort(owner[owner >= 0]), wanted):
            raise _not_sewn(self.cells[old])
        shapes[owner[owner >= 0]] = canonical(faces[owner >= 0])
        return shapes[kept], kept

    def _fringe_edges(self) -> np.ndarray:
        """Return the edges (n, 2, 2) of the fringe that the cells lie along, divided where cells end on them."""
        edges = self.fringe.edges
        if self._splits:
            line = np.array([edge for edge, _ in self._splits], dtype=np.int64)
            points = np.array([place for _, place in self._splits])
            along = np.hypot(*(points - edges[line, 0]).T)
            edges = divided(edges, line, along, points)
        rim = self.segments.coordinates[self.along]
        return np.asarray(edges[nearest(edges.mean(axis=1), rim, self.reach_m).edge >= 0])


def _distinct(edges: np.ndarray) -> np.ndarray:
    """Return the edges (n, 2, 2) that have a length, each once: what lay a step of the grid apart may be one now."""
    edges = edges[(edges[:, 0] != edges[:, 1]).any(axis=1)]
    turned = (edges[:, 0, 0] > edges[:, 1, 0]) | (
        (edges[:, 0, 0] == edges[:, 1, 0]) & (edges[:, 0, 1] > edges[:, 1, 1])
    )
    ordered = np.where(turned[:, None, None], edges[:, ::-1], edges)
    return np.asarray(np.unique(ordered.reshape(-1, 4), axis=0).reshape(-1, 2, 2))


def _by_node(ends: np.ndarray, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for segment, (one, two) in enumerate(ends.tolist()):
        found[one].append(segment)
        found[two].append(segment)
    return found


def _owner_of_faces(faces: np.ndarray, cells: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the group (int64) that has most of each face, −1 for a face that is no cell's."""
    owner = np.full(len(faces), -1, dtype=np.int64)
    face, cell = shapely.STRtree(cells).query(faces, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(faces[face], cells[cell]))
    pair, where = np.unique(np.column_stack([face, group[cell]]), axis=0, return_inverse=True)
    total = np.bincount(where.reshape(-1), weights=shared_m2, minlength=len(pair))
    most = total > 0.5 * shapely.area(faces)[pair[:, 0]]
    owner[pair[most, 0]] = pair[most, 1]
    return owner


def _cross(one: np.ndarray, two: np.ndarray) -> float:
    return float(one[0] * two[1] - one[1] * two[0])


def _apart(
    leg: shapely.LineString, start: np.ndarray, place: tuple[float, float], one: np.ndarray, two: np.ndarray
) -> bool:
    """Tell whether a leg from start to place meets another line at its ends only, and at no sharp angle."""
    for end, far in ((start, np.array(place)), (np.array(place), start)):
        for near, away in ((one, two), (two, one)):
            if math.dist(end, near) <= _SAME_VERTEX_M / 10:
                return _angle(far - end, away - near) >= _LEAST_ANGLE
    return bool(shapely.distance(leg, shapely.LineString([one, two])) > _SAME_VERTEX_M)


def _angle(one: np.ndarray, two: np.ndarray) -> float:
    return abs(math.atan2(_cross(one, two), float(one @ two)))
