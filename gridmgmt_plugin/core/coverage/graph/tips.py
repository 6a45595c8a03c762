"""Tips: hairs of ground in which borders fold back on themselves, or run beside each other without being one.

Noding gives whatever lies between two lines to one polygon, however thin it is; beside a junction that polygon
reaches past it as a tip. A tip is taken away by drawing its longer side through the vertices of the other one, which
are there already: no vertex moves, no polygon beside it changes but by the tip, and both sides have every vertex.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.acute import Segments
from gridmgmt_plugin.core.geometry.linework import node_lines
from gridmgmt_plugin.core.geometry.ring_edges import edge_keys, ring_edges, runs, vertex_ids

# Ground between two borders of one level that is narrower than this is no ground. Cells are checked at this width.
TIP_WIDTH_M = 0.01
# A side drawn through a vertex can come near to another border; after a few rounds nothing thin is left.
_ROUNDS = 6
_TOUCH_M = 1e-6
# In widths: how far from where borders were a vertex may lie after all rounds.
_FARTHEST = 2.0

Drawing = TypeVar("Drawing")


def without_tips(
    noded: np.ndarray,
    draw: Callable[[np.ndarray], Drawing],
    levels: Callable[[Drawing], list[np.ndarray]],
    precision_m: float,
    frozen: shapely.Geometry | None = None,
) -> Drawing:
    """Return what is drawn from noded lines, without tips up to :data:`TIP_WIDTH_M` wide in any of its levels.

    Where there is no tip it is drawn once, from the lines as they are. No border leaves its place by more than the
    width of a tip; by twice that where what is left of a side, drawn anew, is the side of the next tip. A polygon
    that is nothing but a tip, or hangs together by one, is not for us to take away: it keeps its tips.

    :param noded: object array of LineStrings on a grid of ``precision_m`` that meet at end points only.
    :param draw: what makes polygons of such lines; ``levels``: its polygons, an object array per level, for tips are
        looked for level by level: borders of two levels may well run beside each other.
    :param frozen: lines of which no edge is drawn anew but by rounding.
    """
    best = drawn = draw(noded)
    first = levels(drawn)
    kept: np.ndarray = np.empty(0, dtype=object)
    fewest = sides = _sides(first, frozen, precision_m)
    for _ in range(_ROUNDS):
        sides = sides.away_from(kept)
        if len(sides) == 0:
            break
        lines = node_lines(_drawn_through(noded, sides), precision_m)
        drawn = draw(lines)
        now = levels(drawn)
        broken = _broken(first, now)
        if len(broken):
            kept = np.concatenate([kept, broken])
            continue
        if not all(map(_beside_borders, first, now)):
            break
        noded, sides = lines, _sides(now, frozen, precision_m)
        if len(sides) < len(fewest):
            best, fewest = drawn, sides
    return best


def _sides(levels: list[np.ndarray], frozen: shapely.Geometry | None, precision_m: float) -> TipSides:
    return TipSides.joined([tip_sides(polygons, TIP_WIDTH_M, frozen, precision_m) for polygons in levels])


def _broken(before: list[np.ndarray], after: list[np.ndarray]) -> np.ndarray:
    """Return the polygons (object array) that are gone afterwards, or have fallen into more parts.

    Where it is another number of polygons nobody can say which, and it is all of them.
    """
    one, two = np.concatenate(before), np.concatenate(after)
    if len(one) != len(two):
        return np.asarray(one)
    gone = shapely.is_empty(two) & ~shapely.is_empty(one)
    return np.asarray(one[gone | (shapely.get_num_geometries(two) > shapely.get_num_geometries(one))])


def _beside_borders(before: np.ndarray, after: np.ndarray) -> bool:
    """Tell whether all vertices lie on borders as they were, or beside one by little."""
    corners = shapely.get_coordinates(after)
    fresh = shapely.points(corners[~np.isin(corners @ (1, 1j), shapely.get_coordinates(before) @ (1, 1j))])
    if len(fresh) == 0:
        return True
    far = shapely.STRtree(shapely.boundary(before)).query_nearest(fresh, return_distance=True, all_matches=False)[1]
    return bool(far.max() <= _FARTHEST * TIP_WIDTH_M)


@dataclass(frozen=True)
class TipSides:
    """Vertices to draw the sides of tips through: n rows.

    ``edge``: float64 (n, 2, 2), the two ends of a side; ``along``: float64 (n,), how far from the first end;
    ``place``: float64 (n, 2), the vertex.
    """

    edge: np.ndarray
    along: np.ndarray
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.along)

    def away_from(self, polygons: np.ndarray) -> TipSides:
        """Return the rows whose side and vertex belong to none of the polygons."""
        if len(polygons) == 0:
            return self
        tree = shapely.STRtree(polygons)
        touched = np.zeros(len(self), dtype=bool)
        for place in (self.place, self.edge.mean(axis=1)):
            touched[tree.query(shapely.points(place), predicate="dwithin", distance=_TOUCH_M)[0]] = True
        return TipSides(self.edge[~touched], self.along[~touched], self.place[~touched])

    @classmethod
    def joined(cls, parts: list[TipSides]) -> TipSides:
        """Return the rows of all of them."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("edge", "along", "place")))


def tip_sides(
    polygons: np.ndarray, width_m: float, frozen: shapely.Geometry | None = None, precision_m: float = 0.0
) -> TipSides:
    """Return where the borders of polygons, noded with each other, enclose tips up to ``width_m`` wide.

    :param polygons: object array of Polygons and MultiPolygons of one level, which share their vertices. Where two of
        their edges run beside each other within the width, for longer than the width, the end of one is a vertex to
        draw the other through.
    :param frozen: lines of which no edge is drawn anew by more than ``precision_m``.
    """
    ring = ring_edges(polygons, 0.0)
    order, heads = runs(ring.key)
    once = order[heads]  # each edge once, in an order that depends on the places only
    flip = ring.start_id[once] > ring.end_id[once]
    start = np.where(flip[:, None], ring.end[once], ring.start[once])
    end = np.where(flip[:, None], ring.start[once], ring.end[once])
    edges = Segments(start, end)
    beside = _Overlap.of(edges, *_beside(edges, width_m))
    folded = (beside.aside <= width_m) & (beside.length > width_m)
    drawn, through = beside.drawn[folded].reshape(-1), beside.through[folded].reshape(-1, 2)
    ends = np.stack([edges.start[drawn], edges.end[drawn]], axis=1)
    free = (through[:, None, :] != ends).any(axis=2).all(axis=1)
    if frozen is not None and free.any():
        on_frozen = shapely.distance(frozen, shapely.points(ends[free].mean(axis=1))) <= precision_m
        farther = shapely.distance(frozen, shapely.points(through[free])) > precision_m
        free[free] = ~(on_frozen & farther)
    return TipSides(ends[free], edges.measured(drawn, through)[0][free], through[free])


def _drawn_through(noded: np.ndarray, sides: TipSides) -> np.ndarray:
    """Return the LineStrings with the sides of tips drawn through the vertices told."""
    place, line = shapely.get_coordinates(noded, return_index=True)
    ids, count = vertex_ids(np.concatenate([place, sides.edge.reshape(-1, 2)]), 0.0)
    first = np.flatnonzero(line[1:] == line[:-1])
    key = edge_keys(ids[first], ids[first + 1], count)
    side_ids = ids[len(place) :].reshape(-1, 2)
    order = np.argsort(key, kind="stable")
    at = first[order[np.searchsorted(key[order], edge_keys(side_ids[:, 0], side_ids[:, 1], count))]]
    along = np.where(ids[at] == side_ids[:, 0], sides.along, -sides.along)
    order = np.lexsort((along, at))
    behind = at[order] + 1
    drawn, of = np.insert(place, behind, sides.place[order], axis=0), np.insert(line, behind, line[at[order]])
    return np.asarray(shapely.linestrings(drawn, indices=of))


def _beside(edges: Segments, width_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (int64, the smaller first) of edges that may have places within the width of each other."""
    low, high = np.minimum(edges.start, edges.end), np.maximum(edges.start, edges.end)
    one, two = edges.tree.query(shapely.box(*(low - width_m).T, *(high + width_m).T))
    once = one < two
    return one[once].astype(np.int64), two[once].astype(np.int64)


@dataclass(frozen=True)
class _Overlap:
    """Where pairs of edges lie beside each other, at the ends ``low`` and ``high`` along the first of each pair.

    ``length``: float64 (k,), how far; ``aside``: float64 (k,), how wide the ground between is at its wider end.
    ``drawn``: int64 (k, 2), per end the edge to draw; ``through``: float64 (k, 2, 2), the vertex to draw it through.
    """

    length: np.ndarray
    aside: np.ndarray
    drawn: np.ndarray
    through: np.ndarray

    @classmethod
    def of(cls, edges: Segments, one: np.ndarray, two: np.ndarray) -> _Overlap:
        """Return the overlaps of the pairs ``one``, ``two`` (int64) of edges."""
        turned = ((edges.direction[one] * edges.direction[two]).sum(axis=1) < 0)[:, None]
        low_end = np.where(turned, edges.end[two], edges.start[two])
        high_end = np.where(turned, edges.start[two], edges.end[two])
        low, low_aside = edges.measured(one, low_end)
        high, high_aside = edges.measured(one, high_end)
        size = edges.length[one]
        # At each end one of the edges ends first, and the other is drawn through that vertex: never each through the
        # end of the other, which would only swap them.
        low_in, high_in = low >= 0.0, high <= size
        low_aside = np.where(low_in, low_aside, edges.measured(two, edges.start[one])[1])
        high_aside = np.where(high_in, high_aside, edges.measured(two, edges.end[one])[1])
        return cls(
            np.minimum(high, size) - np.maximum(low, 0.0),
            np.maximum(low_aside, high_aside),
            np.column_stack([np.where(low_in, one, two), np.where(high_in, one, two)]),
            np.stack(
                [
                    np.where(low_in[:, None], low_end, edges.start[one]),
                    np.where(high_in[:, None], high_end, edges.end[one]),
                ],
                axis=1,
            ),
        )
