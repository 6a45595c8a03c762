"""The edges of a neighbourhood as one graph: cells' rings and drawn lines that meet in common nodes only.

Everything is exact: a node is a coordinate, and two rings meet in it when they have it to the last bit. Nothing is
rounded here and no existing edge moves; a node that is inserted into an edge goes into every ring that has the edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.ring_edges import distinct_points, edge_keys


@dataclass(frozen=True)
class Network:
    """Rings of cells and drawn edges over common nodes.

    ``node``: float64 (n, 2). ``fresh``: bool (n,), nodes that no cell had before. ``side``: int64 (h,), the nodes of
    all rings in ring order, not closed. ``ring``: int64 (h,), ascending: the ring of each. ``ring_cell``: int64 (r,),
    ascending: the cell of each ring, the outer ring first. ``drawn``: int64 (d, 2), edges that are no ring's.
    """

    node: np.ndarray
    fresh: np.ndarray
    side: np.ndarray
    ring: np.ndarray
    ring_cell: np.ndarray
    drawn: np.ndarray

    @property
    def next_side(self) -> np.ndarray:
        """Return for every entry of ``side`` the node that follows it in its ring, int64 (h,)."""
        following = np.roll(self.side, -1)
        last = np.flatnonzero(np.diff(self.ring, append=-1) != 0)
        following[last] = self.side[np.r_[0, last[:-1] + 1][: len(last)]]
        return np.asarray(following)

    def edges(self) -> np.ndarray:
        """Return every edge once, int64 (e, 2), the smaller node first, sorted."""
        both = np.concatenate([np.column_stack([self.side, self.next_side]), self.drawn])
        return self.ends_of(np.unique(self.keys(both)))

    def keys(self, edges: np.ndarray) -> np.ndarray:
        """Return one number per edge (int64, equal for both directions)."""
        return edge_keys(edges[:, 0], edges[:, 1], len(self.node))

    def ends_of(self, keys: np.ndarray) -> np.ndarray:
        """Return the edges (int64, (e, 2)) that have these keys."""
        return np.column_stack([keys // len(self.node), keys % len(self.node)])

    def ids(self, coordinates: np.ndarray) -> np.ndarray:
        """Return the node at each coordinate (int64); every coordinate must be one of the nodes."""
        order, points = _sorted_points(self.node)
        return np.asarray(order[np.searchsorted(points, coordinates[:, 0] + 1j * coordinates[:, 1])])

    def polygons(self, cell: np.ndarray, dropped: np.ndarray) -> np.ndarray:
        """Return cells (ascending positions) with all nodes of their rings but the ``dropped`` (bool (n,)) ones."""
        mine = np.isin(self.ring_cell, cell)
        stays = mine[self.ring] & ~dropped[self.side]
        rings = np.cumsum(mine) - 1
        made = shapely.linearrings(self.node[self.side[stays]], indices=rings[self.ring[stays]])
        return np.asarray(shapely.polygons(made, indices=np.searchsorted(cell, self.ring_cell[mine])))

    def cells_at(self, nodes: np.ndarray) -> np.ndarray:
        """Return the cells (int64, ascending) that have one of the nodes under the mask (bool (n,)) in a ring."""
        return np.asarray(np.unique(self.ring_cell[self.ring[nodes[self.side]]]))

    def refined(self, node: np.ndarray, inserted: dict[tuple[int, int], list[int]], drawn: np.ndarray) -> Network:
        """Return the network with more nodes and drawn edges.

        :param node: float64 (m, 2), the new nodes, numbered from n.
        :param inserted: edge (the smaller node first) → new nodes on it in order, from its first to its second end.
        :param drawn: int64 (d, 2), new edges; they cross nothing.
        """
        side, ring = self.side, self.ring
        if inserted:
            places, nodes = _insertions(side, self.next_side, inserted)
            side, ring = np.insert(side, places, nodes), np.insert(ring, places, self.ring[places - 1])
        return Network(
            np.concatenate([self.node, node]),
            np.concatenate([self.fresh, np.ones(len(node), dtype=bool)]),
            side,
            ring,
            self.ring_cell,
            np.concatenate([*(_divided(edge, inserted) for edge in self.drawn.tolist()), drawn]),
        )


def network_of(geometry: np.ndarray, position: np.ndarray) -> Network:
    """Return the network of the polygons at ``position`` (int64, ascending) of an object array."""
    rings, ring_polygon = shapely.get_rings(geometry[position], return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    # The closing vertex goes, and so does a vertex that stands twice in a row: it is no node of its own.
    stays = np.zeros(len(ring), dtype=bool)
    stays[:-1] = (ring[1:] == ring[:-1]) & (coordinates[1:] != coordinates[:-1]).any(axis=1)
    coordinates, ring = coordinates[stays], ring[stays]
    points, side = distinct_points(coordinates)
    return Network(
        points,
        np.zeros(len(points), dtype=bool),
        side,
        ring.astype(np.int64),
        position[ring_polygon].astype(np.int64),
        np.empty((0, 2), dtype=np.int64),
    )


def _sorted_points(node: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points = node[:, 0] + 1j * node[:, 1]
    order = np.argsort(points)
    return order, points[order]


def _insertions(
    side: np.ndarray, following: np.ndarray, inserted: dict[tuple[int, int], list[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return where in ``side`` nodes go, and which, for both directions of every divided edge."""
    places: list[int] = []
    nodes: list[int] = []
    for (low, high), between in inserted.items():
        for start, end, along in ((low, high, between), (high, low, between[::-1])):
            for at in np.flatnonzero((side == start) & (following == end)).tolist():
                places += [at + 1] * len(along)
                nodes += along
    return np.array(places, dtype=np.int64), np.array(nodes, dtype=np.int64)


def _divided(edge: list[int], inserted: dict[tuple[int, int], list[int]]) -> np.ndarray:
    low, high = min(edge), max(edge)
    chain = [low, *inserted.get((low, high), []), high]
    return np.array(list(zip(chain[:-1], chain[1:])), dtype=np.int64)
