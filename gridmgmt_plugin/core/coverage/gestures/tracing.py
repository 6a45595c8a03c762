"""Laying a drawn line over a network: it takes over what is near and crosses everything else in a common node."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import EditTolerance
from gridmgmt_plugin.core.coverage.graph.network import Network

# A leg that takes over a vertex bends by the snapping distance at most and is laid anew. Two or three times are
# the rule; where a crowd of vertices lies closer together than that distance, the last time nothing is taken over.
_MAX_ROUNDS = 12


@dataclass(frozen=True)
class Trace:
    """A line laid over a network. ``path``: int64, the nodes that it runs through. ``along``: whether some of it runs
    along edges that were there. ``own``: int64 (d, 2), its own edges, each once; they are drawn edges of ``network``.
    """

    network: Network
    path: np.ndarray
    along: bool
    own: np.ndarray

    def crosses_itself(self) -> bool:
        """Tell whether two of its own edges meet elsewhere than in a node."""
        if len(self.own) < 2:
            return False
        return not bool(shapely.is_simple(shapely.multilinestrings(shapely.linestrings(self.network.node[self.own]))))


def reach_m(tolerance: EditTolerance) -> float:
    """Return how far from a line its nodes lie at most: it may bend by the snapping distance more than once."""
    return 10 * max(tolerance.snap_m, tolerance.precision_m)


def trace(
    network: Network, points: np.ndarray, tolerance: EditTolerance, *, closed: bool = False, exact: bool = False
) -> Trace:
    """Lay the line through ``points`` (float64 (k, 2); a ring's first point once, with ``closed``) over a network.

    A vertex of the line within ``snap_m`` of a node takes the node; within ``snap_m`` of an edge it goes onto the
    edge; else it is rounded to ``precision_m``, but for the two ends of an open line, which bound nothing. The line
    passes through every node within ``snap_m`` of it and divides every edge that it crosses, in the double nearest
    to the crossing; a ``snap_m`` below the precision counts as that. With ``exact`` nothing is rounded: the line is
    one that must not move.
    """
    tolerance = replace(tolerance, snap_m=max(tolerance.snap_m, tolerance.precision_m))
    layer = _Layer(network, points, tolerance)
    stops = layer.place(_without_crowding(points, tolerance.snap_m, closed=closed), closed=closed, exact=exact)
    legs = layer.lay([(u, v) for u, v in zip(stops, stops[1:] + stops[:1] if closed else stops[1:]) if u != v])
    path = [legs[0][0], *(v for _, v in legs)] if legs else stops[:1]
    along = [layer.runs_along(u, v) for u, v in legs]
    beside = [leg for leg, is_along in zip(legs, along) if not is_along]
    own = np.unique(np.sort(np.array(beside, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)
    return Trace(layer.refined(own), np.array(path, dtype=np.int64), any(along), own)


def _without_crowding(points: np.ndarray, distance_m: float, *, closed: bool) -> np.ndarray:
    """Return the points without those that follow their predecessor within a distance; the last one stays."""
    kept = [0]
    for k in range(1, len(points)):
        if np.hypot(*(points[k] - points[kept[-1]])) > distance_m:
            kept.append(k)
        elif k == len(points) - 1 and not closed and len(kept) > 1:
            kept[-1] = k
    if closed and len(kept) > 1 and np.hypot(*(points[kept[-1]] - points[0])) <= distance_m:
        kept.pop()
    return points[kept]


class _Layer:
    """The work of one trace. Coordinates are local to an origin near by, so that products keep their digits."""

    def __init__(self, network: Network, points: np.ndarray, tolerance: EditTolerance) -> None:
        self.network = network
        self.tolerance = tolerance
        self.origin = np.floor(points.min(axis=0))
        low = points.min(axis=0) - self.origin - reach_m(tolerance)
        high = points.max(axis=0) - self.origin + reach_m(tolerance)
        self.at = network.node - self.origin
        edges = network.edges()
        start, end = self.at[edges[:, 0]], self.at[edges[:, 1]]
        near = ((np.maximum(start, end) >= low) & (np.minimum(start, end) <= high)).all(axis=1)
        self.edges, self.start, self.end = edges[near], start[near], end[near]
        self.edge_keys = network.keys(self.edges)
        self.near = np.flatnonzero(((self.at >= low) & (self.at <= high)).all(axis=1))
        self.new: list[np.ndarray] = []
        self.made: dict[tuple[float, float], int] = {}
        self.on_edge: dict[int, int] = {}
        self.inserted: dict[int, list[tuple[float, int]]] = {}

    def place(self, points: np.ndarray, *, closed: bool, exact: bool) -> list[int]:
        """Return the node that each vertex of the line takes, made where there is none."""
        local = points - self.origin
        snap = self.tolerance.snap_m
        node, node_distance = self._nearest_node(local)
        edge, share, edge_distance = self._nearest_edge(local)
        nodes: list[int] = []
        for k in range(len(points)):
            if node_distance[k] <= snap:
                nodes.append(int(node[k]))
            elif edge_distance[k] <= snap:
                nodes.append(self._insert(int(edge[k]), float(share[k]), take_over=True)[0])
            elif exact or (not closed and k in {0, len(points) - 1}):
                nodes.append(self._add(points[k]))
            else:
                grid = self.tolerance.precision_m
                nodes.append(self._add(np.rint(points[k] / grid) * grid))
        return nodes

    def lay(self, legs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the legs divided at every node and edge on their way."""
        settled = [False] * len(legs)
        for turn in range(_MAX_ROUNDS):
            open_legs = [k for k, done in enumerate(settled) if not done and not self.runs_along(*legs[k])]
            if not open_legs:
                break
            last = turn == _MAX_ROUNDS - 1
            stops = self._stops([legs[k] for k in open_legs], take_over=not last)
            by_leg = dict(zip(open_legs, stops))
            new_legs: list[tuple[int, int]] = []
            new_settled: list[bool] = []
            for k, (u, v) in enumerate(legs):
                between, moved = by_leg.get(k, ([], set()))
                chain = [u, *between, v]
                for one, two in zip(chain, chain[1:]):
                    if one != two:
                        new_legs.append((one, two))
                        new_settled.append(one not in moved and two not in moved)
            legs, settled = new_legs, new_settled
        return legs

    def runs_along(self, u: int, v: int) -> bool:
        """Tell whether a leg between two nodes lies on one existing edge."""
        one, two = self.on_edge.get(u), self.on_edge.get(v)
        if one is not None and two is not None:
            return one == two
        if one is not None:
            return v in self.edges[one]
        if two is not None:
            return u in self.edges[two]
        if max(u, v) >= len(self.network.node):
            return False
        key = self.network.keys(np.array([[u, v]]))[0]
        at = int(np.searchsorted(self.edge_keys, key))
        return at < len(self.edge_keys) and bool(self.edge_keys[at] == key)

    def refined(self, own: np.ndarray) -> Network:
        """Return the network with the new nodes and the line's own edges."""
        inserted = {
            (int(self.edges[edge, 0]), int(self.edges[edge, 1])): [node for _, node in sorted(places)]
            for edge, places in self.inserted.items()
        }
        return self.network.refined(np.array(self.new).reshape(-1, 2), inserted, own)

    def _nearest_node(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found, distance = np.full(len(points), -1), np.full(len(points), np.inf)
        snap = self.tolerance.snap_m
        at = self.at[self.near]
        point, near = _boxes_meet(points - snap, points + snap, at, at)
        away = np.hypot(*(points[point] - at[near]).T)
        order = np.argsort(-away, kind="stable")  # the nearest is written last
        found[point[order]], distance[point[order]] = self.near[near[order]], away[order]
        return found, distance

    def _nearest_edge(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found, share, distance = np.full(len(points), -1), np.zeros(len(points)), np.full(len(points), np.inf)
        snap = self.tolerance.snap_m
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        point, edge = _boxes_meet(points - snap, points + snap, low, high)
        along, away = _foot(points[point], self.start[edge], self.end[edge])
        order = np.argsort(-away, kind="stable")
        found[point[order]], share[point[order]], distance[point[order]] = edge[order], along[order], away[order]
        return found, share, distance

    def _stops(self, legs: list[tuple[int, int]], *, take_over: bool) -> list[tuple[list[int], set[int]]]:
        """Return per leg the nodes between its ends in order, and those of them that lie off the straight leg."""
        ends = np.array(legs, dtype=np.int64)
        p, q = self.at[ends[:, 0]], self.at[ends[:, 1]]
        result: list[tuple[list[int], set[int]]] = [([], set()) for _ in legs]
        bent = set()
        for leg, node in self._nodes_on(ends, p, q) if take_over else []:
            result[leg][0].append(node)
            result[leg][1].add(node)
            bent.add(leg)
        for leg, edge, share in self._crossings(ends, p, q):
            if leg in bent:
                continue  # it is laid anew through the nodes that it takes over
            node, moved = self._insert(edge, share, take_over=take_over)
            result[leg][0].append(node)
            if moved:
                result[leg][1].add(node)
        return result

    def _nodes_on(self, ends: np.ndarray, p: np.ndarray, q: np.ndarray) -> list[tuple[int, int]]:
        """Return (leg, old node within the snapping distance of it), along each leg."""
        snap = self.tolerance.snap_m
        at = self.at[self.near]
        leg, near = _boxes_meet(np.minimum(p, q) - snap, np.maximum(p, q) + snap, at, at)
        node = self.near[near]
        share, away = _foot(at[near], p[leg], q[leg])
        hit = (away <= snap) & (share > 0) & (share < 1) & (node != ends[leg, 0]) & (node != ends[leg, 1])
        order = np.lexsort((node[hit], share[hit], leg[hit]))
        return list(zip(leg[hit][order].tolist(), node[hit][order].tolist()))

    def _crossings(self, ends: np.ndarray, p: np.ndarray, q: np.ndarray) -> list[tuple[int, int, float]]:
        """Return (leg, edge, share of the edge) for every edge that a leg properly crosses, along each leg."""
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        leg, edge = _boxes_meet(np.minimum(p, q), np.maximum(p, q), low, high)
        p, q, a, b = p[leg], q[leg], self.start[edge], self.end[edge]
        side_a, side_b = _cross(q - p, a - p), _cross(q - p, b - p)
        side_p, side_q = _cross(b - a, p - a), _cross(b - a, q - a)
        proper = (np.sign(side_a) * np.sign(side_b) < 0) & (np.sign(side_p) * np.sign(side_q) < 0)
        for end in (0, 1):
            node = ends[leg, end]
            mine = np.array([self.on_edge.get(n, -1) for n in ends[:, end].tolist()], dtype=np.int64)[leg]
            proper &= (mine != edge) & (node != self.edges[edge, 0]) & (node != self.edges[edge, 1])
        leg, edge = leg[proper], edge[proper]
        share = side_a[proper] / (side_a - side_b)[proper]
        order = np.lexsort((side_p[proper] / (side_p - side_q)[proper], leg))
        return list(zip(leg[order].tolist(), edge[order].tolist(), share[order].tolist()))

    def _insert(self, edge: int, share: float, *, take_over: bool) -> tuple[int, bool]:
        """Return the node at a share of an edge and whether it lies elsewhere, because one near it was taken over."""
        start, end = self.start[edge], self.end[edge]
        place = start + share * (end - start)
        others = [(int(self.edges[edge, 0]), start), (int(self.edges[edge, 1]), end)]
        others += [(node, self.at[node]) for _, node in self.inserted.get(edge, [])]
        nearest, at = min(others, key=lambda other: float(np.hypot(*(place - other[1]))))
        away = float(np.hypot(*(place - at)))
        if away == 0 or (take_over and away <= self.tolerance.snap_m):
            return nearest, away > 0
        node = self._add(place + self.origin)
        self.on_edge[node] = edge
        self.inserted.setdefault(edge, []).append((share, node))
        return node, False

    def _add(self, point: np.ndarray) -> int:
        place = (float(point[0]), float(point[1]))
        if place in self.made:
            return self.made[place]
        self.made[place] = len(self.at)
        self.new.append(point)
        self.at = np.concatenate([self.at, (point - self.origin)[None]])
        return len(self.at) - 1


def _boxes_meet(
    low: np.ndarray, high: np.ndarray, other_low: np.ndarray, other_high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of boxes (corners float64 (k, 2)) that have a point in common."""
    meet = low[:, None, 0] <= other_high[None, :, 0]
    meet &= high[:, None, 0] >= other_low[None, :, 0]
    meet &= low[:, None, 1] <= other_high[None, :, 1]
    meet &= high[:, None, 1] >= other_low[None, :, 1]
    one, two = np.nonzero(meet)
    return one, two


def _foot(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where on a segment (0 … 1) the foot of each point lies, and the distance to the segment."""
    along = end - start
    share = ((point - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    share = np.clip(share, 0.0, 1.0)
    return share, np.hypot(*(point - start - share[:, None] * along).T)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
