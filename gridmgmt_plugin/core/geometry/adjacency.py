"""Which units are neighbours: they share a border of some length, not only a corner (rook adjacency)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.pairs import connected_groups, summed_pairs
from gridmgmt_plugin.core.geometry.ring_edges import RingEdges, ring_edges

# A shared border shorter than a stride is a corner that rounding has stretched: nobody walks through it.
MIN_SHARED_M = 1.0


@dataclass(frozen=True)
class Adjacency:
    """The neighbour graph of ``count`` units; every pair stands once, with ``i < j``.

    ``pairs``: int64 (m, 2), sorted. ``shared_m``: float64 (m,), length of the shared border in metres.
    ``noded``: False when some border had to be found by its position, because a neighbour lacks its vertices
    (an imported layer before repair); ``unnoded_m`` is the length of such borders.
    ``indptr`` (count + 1,), ``indices`` (2 m,) and ``edges`` (2 m,), all int64: the neighbours of unit ``u`` are
    ``indices[indptr[u]:indptr[u + 1]]``, and ``edges`` at the same places tells the row of ``pairs``.
    """

    count: int
    pairs: np.ndarray
    shared_m: np.ndarray
    indptr: np.ndarray
    indices: np.ndarray
    edges: np.ndarray
    noded: bool = True
    unnoded_m: float = 0.0

    @classmethod
    def from_pairs(
        cls,
        count: int,
        pairs: np.ndarray,
        shared_m: np.ndarray | None = None,
        *,
        noded: bool = True,
        unnoded_m: float = 0.0,
    ) -> Adjacency:
        """Return the graph of ``pairs`` (int, (m, 2), any order, a pair may stand in both directions or repeat).

        The lengths of a pair that stands once per direction are taken once (the larger); without lengths every
        border counts 1. A pair of a unit with itself is left out.

        :raises ValueError: when a pair names a unit outside 0 … count - 1.
        """
        ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        if ends.size and (ends.min() < 0 or ends.max() >= count):
            raise ValueError("a pair names a unit that does not exist")
        lengths = np.ones(len(ends)) if shared_m is None else np.asarray(shared_m, dtype=np.float64)
        low, high = ends.min(axis=1), ends.max(axis=1)
        proper = low != high
        keys, where = np.unique(low[proper] * count + high[proper], return_inverse=True)
        longest = np.zeros(len(keys))
        np.maximum.at(longest, where, lengths[proper])
        unique = np.column_stack([keys // max(count, 1), keys % max(count, 1)])
        indptr, indices, edges = _compressed(count, unique)
        return cls(count, unique, longest, indptr, indices, edges, noded, unnoded_m)

    def degree(self) -> np.ndarray:
        """Return the number of neighbours per unit, int64 (count,)."""
        return np.asarray(np.diff(self.indptr))

    def cut(self, barrier: np.ndarray) -> Adjacency:
        """Return the graph without the pairs where ``barrier`` (bool (m,), by row of ``pairs``) is true."""
        keep = ~np.asarray(barrier, dtype=bool)
        return Adjacency.from_pairs(
            self.count, self.pairs[keep], self.shared_m[keep], noded=self.noded, unnoded_m=self.unnoded_m
        )

    def among(self, members: np.ndarray) -> Adjacency:
        """Return the graph of the units of ``members`` (bool, (count,)) alone, numbered anew in their order."""
        inside = np.asarray(members, dtype=bool)
        keep = inside[self.pairs[:, 0]] & inside[self.pairs[:, 1]]
        number = np.cumsum(inside) - 1
        return Adjacency.from_pairs(
            int(inside.sum()),
            number[self.pairs[keep]],
            self.shared_m[keep],
            noded=self.noded,
            unnoded_m=self.unnoded_m,
        )

    def components(self, labels: np.ndarray | None = None) -> np.ndarray:
        """Number the connected parts: int64 (count,), from 0 in the order of their first unit.

        With ``labels`` (one value per unit) a part never reaches beyond units of the same label, so that two
        numbers under one label say that this label's units do not hang together. A boolean mask is such a label.
        """
        i, j = self.pairs[:, 0], self.pairs[:, 1]
        if labels is not None:
            same = np.asarray(labels)[i] == np.asarray(labels)[j]
            i, j = i[same], j[same]
        return connected_groups(self.count, i, j)

    def border_m(self, label: np.ndarray, zone: np.ndarray) -> float:
        """Return the length of the borders between units of different labels within one zone, in metres.

        :param label: int per unit, −1 = in none: its borders do not count. :param zone: int or text per unit.
        """
        i, j = self.pairs.T
        inside = (label[i] >= 0) & (label[j] >= 0) & (zone[i] == zone[j])
        return float(self.shared_m[inside & (label[i] != label[j])].sum())

    def is_connected(self, labels: np.ndarray) -> np.ndarray:
        """Tell per label 0 … max whether its units hang together, bool; a label without units does."""
        label = np.asarray(labels, dtype=np.int64)
        parts = self.components(label)
        first_of_part = np.unique(parts, return_index=True)[1]
        per_label = np.bincount(label[first_of_part], minlength=label.max(initial=-1) + 1)
        return np.asarray(per_label <= 1)


def rook_adjacency(geometry: np.ndarray, min_shared_m: float = MIN_SHARED_M, precision_m: float = 0.001) -> Adjacency:
    """Return which of the polygons share at least ``min_shared_m`` metres of border.

    ``geometry``: object array of valid polygons or multipolygons (``None`` or empty = a unit without neighbours)
    in metres. Borders of a noded coverage, where neighbours have the same vertices, are matched by equal edges
    after rounding to ``precision_m``, without any intersection. Edges that find no partner are then compared by
    position (spatial index, then collinear overlap within ``precision_m``): in a sound coverage only its outline
    is left for that; what it finds sets ``noded`` to False and is measured in ``unnoded_m``.

    :raises InputError: ``adjacency_not_polygons`` when a row is neither polygon nor multipolygon.
    """
    _require_polygons(geometry)
    edges = ring_edges(geometry, precision_m)
    matched, pair, length = _equal_edges(edges)
    free = np.flatnonzero(~matched)
    loose_pair, loose_length = _collinear_pairs(edges.owner[free], edges.start[free], edges.end[free], precision_m)
    count = len(geometry)
    ends = np.concatenate([pair, loose_pair])
    low, high, shared_m = summed_pairs(ends[:, 0], ends[:, 1], np.concatenate([length, loose_length]))
    pairs = np.column_stack([low, high])
    keep = shared_m >= min_shared_m
    return Adjacency.from_pairs(
        count, pairs[keep], shared_m[keep], noded=len(loose_pair) == 0, unnoded_m=float(loose_length.sum())
    )


def _require_polygons(geometry: np.ndarray) -> None:
    kinds = shapely.get_type_id(geometry)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 3, 6)) & ~shapely.is_empty(geometry))
    if len(wrong):
        raise InputError("adjacency_not_polygons", row=int(wrong[0]) + 1, count=len(wrong))


def _equal_edges(edges: RingEdges) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Match equal edges of different polygons: (matched per edge, (p, 2) pairs of owners, length per pair)."""
    key, owner = edges.key, edges.owner
    order = np.argsort(key, kind="stable")
    first, second = order[:-1], order[1:]
    equal = (key[first] == key[second]) & (owner[first] != owner[second])
    first, second = first[equal], second[equal]
    matched = np.zeros(len(key), dtype=bool)
    matched[first] = True
    matched[second] = True
    length = np.hypot(*(edges.end[first] - edges.start[first]).T)
    return matched, np.column_stack([owner[first], owner[second]]), length


def _collinear_pairs(
    owner: np.ndarray, start: np.ndarray, end: np.ndarray, tolerance_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find segments of different owners that run along each other: ((p, 2) owners, overlap in metres)."""
    if len(owner) == 0:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    low, high = np.minimum(start, end), np.maximum(start, end)
    boxes = shapely.box(*low.T, *high.T)
    grown = shapely.box(*(low - tolerance_m).T, *(high + tolerance_m).T)
    left, right = shapely.STRtree(boxes).query(grown)
    once = (left < right) & (owner[left] != owner[right])
    left, right = left[once], right[once]
    overlap = _overlap_m(start[left], end[left], start[right], end[right], tolerance_m)
    found = overlap > tolerance_m
    return np.column_stack([owner[left[found]], owner[right[found]]]), overlap[found]


def _overlap_m(p: np.ndarray, q: np.ndarray, r: np.ndarray, s: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Return how far segment r–s runs along segment p–q, 0 where it strays from it by more than the tolerance."""
    along = q - p
    length = np.maximum(np.hypot(*along.T), np.finfo(float).tiny)
    unit = along / length[:, None]
    t0, t1 = ((r - p) * unit).sum(axis=1), ((s - p) * unit).sum(axis=1)
    d0, d1 = _cross(unit, r - p), _cross(unit, s - p)
    begin = np.maximum(np.minimum(t0, t1), 0.0)
    finish = np.minimum(np.maximum(t0, t1), length)
    span = np.where(t1 == t0, 1.0, t1 - t0)
    strays = np.maximum(np.abs(d0 + (d1 - d0) * (begin - t0) / span), np.abs(d0 + (d1 - d0) * (finish - t0) / span))
    return np.where((finish > begin) & (strays <= tolerance_m), finish - begin, 0.0)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _compressed(count: int, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source = np.concatenate([pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([pairs[:, 1], pairs[:, 0]])
    edge = np.tile(np.arange(len(pairs), dtype=np.int64), 2)
    order = np.lexsort((target, source))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=count))]).astype(np.int64)
    return indptr, target[order], edge[order]
