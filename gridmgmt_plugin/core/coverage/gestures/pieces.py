"""The pieces into which drawn lines cut cells, and the edit that follows from who gets which piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit, Flows
from gridmgmt_plugin.core.coverage.graph.edges import EdgeTable, edge_table
from gridmgmt_plugin.core.coverage.graph.faces import is_thin
from gridmgmt_plugin.core.coverage.graph.network import Network
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve, map_order
from gridmgmt_plugin.core.geometry.pairs import connected_groups

AREA_TOLERANCE_M2 = 1e-6
_OUTSIDE = -2


@dataclass(frozen=True)
class Pieces:
    """Pieces of the ground that share every vertex with their neighbours, in map order.

    ``geometry``: object (p,) Polygons. ``owner``: int64 (p,), the cell of each, or NOBODY for bare ground.
    ``network``: what they were cut from. ``edges``: their edges.
    """

    geometry: np.ndarray
    owner: np.ndarray
    network: Network
    edges: EdgeTable

    def __len__(self) -> int:
        return len(self.geometry)

    def borders(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return ``(first, second, length_m)`` of pieces with a common edge, each pair once."""
        return self.edges.neighbours()


def whole_pieces(cells: Cells, position: np.ndarray, network: Network) -> Pieces:
    """Return cells (ascending positions) as one piece each."""
    nothing = np.zeros(len(network.node), dtype=bool)
    geometry = network.polygons(position, nothing) if network.fresh.any() else cells.geometry[position]
    return Pieces(geometry, position.astype(np.int64), network, edge_table(geometry))


def cut_pieces(network: Network, cells: Cells, through: np.ndarray | None = None, *, bare: bool = False) -> Pieces:
    """Return the pieces of all cells of a network: those of cells ``through`` which drawn edges go, the others whole.

    :param through: int64, cells of the network; None: all through which drawn edges go.
    :param bare: whether ground that no cell covers, between cells and drawn edges, comes as pieces of NOBODY.
    """
    position = np.unique(network.ring_cell)
    whole = network.polygons(position, np.zeros(len(network.node), dtype=bool))
    cut = np.isin(position, cell_around(network, cells) if through is None else through)
    faces = _faces(network, position[cut], cells, bare=bare)
    # The cells stand behind the faces in one table, so that an edge of both tells whose face it is.
    table = edge_table(np.concatenate([faces, whole]))
    owner = _owner(faces, table, position, cells)
    mine = np.isin(owner, position[cut]) | ((owner == NOBODY) & bare)
    geometry = np.concatenate([faces[mine], whole[~cut]])
    owners = np.concatenate([owner[mine], position[~cut]])
    order = map_order(geometry)
    return Pieces(geometry[order], owners[order], network, edge_table(geometry[order]))


def _faces(network: Network, cut: np.ndarray, cells: Cells, *, bare: bool) -> np.ndarray:
    sides, drawn = np.column_stack([network.side, network.next_side]), network.drawn
    if not bare:
        sides = sides[np.isin(network.ring_cell, cut)[network.ring]]
        drawn = drawn[np.isin(cell_around(network, cells), cut)]
    keys = np.unique(network.keys(np.concatenate([sides, drawn])))
    lines = shapely.linestrings(network.node[network.ends_of(keys)])
    return np.asarray(shapely.get_parts(shapely.polygonize(lines)))


def cell_around(network: Network, cells: Cells) -> np.ndarray:
    """Return for each drawn edge the cell (int64) inside which it runs, NOBODY where there is none."""
    around = np.full(len(network.drawn), NOBODY, dtype=np.int64)
    position = np.unique(network.ring_cell)
    middle = shapely.points(network.node[network.drawn].mean(axis=1))
    edge, cell = shapely.STRtree(cells.geometry[position]).query(middle, predicate="intersects")
    around[edge] = position[cell]
    return around


def _owner(faces: np.ndarray, table: EdgeTable, position: np.ndarray, cells: Cells) -> np.ndarray:
    """Return the cell of each face: that on the same side of one of its edges, else the one around it."""
    count = len(faces)
    owner = np.full(count, _OUTSIDE, dtype=np.int64)
    side = table.edge_id * 2 + table.inside_left
    of_face = table.owner < count
    cell_side, first = np.unique(side[~of_face], return_index=True)
    cell = position[table.owner[~of_face][first] - count]
    at = np.searchsorted(cell_side, side[of_face])
    same = np.r_[cell_side, -1][at] == side[of_face]
    owner[table.owner[of_face][same]] = cell[at[same]]
    alone = np.flatnonzero(owner == _OUTSIDE)
    if len(alone):
        owner[alone] = NOBODY
        inside = shapely.point_on_surface(faces[alone])
        face, around = shapely.STRtree(cells.geometry[position]).query(inside, predicate="intersects")
        owner[alone[face]] = position[around]
    return owner


def thin(geometry: np.ndarray, width_m: float) -> np.ndarray:
    """Return whether no circle of diameter ``width_m`` fits into each polygon.

    A circle of radius area / perimeter always fits (Bonnesen), so that most polygons need no buffer.
    """
    result = shapely.area(geometry) <= width_m / 2 * shapely.length(geometry)
    result[result] = is_thin(geometry[result], width_m)
    return np.asarray(result)


def connected_parts(pieces: Pieces, label: np.ndarray) -> np.ndarray:
    """Return for each piece the number of the connected part (int64) of its label that it belongs to."""
    first, second, _ = pieces.borders()
    same = label[first] == label[second]
    return connected_groups(len(pieces), first[same], second[same])


def edit_of(
    cells: Cells,
    pieces: Pieces,
    label: np.ndarray,
    kind: str,
    added_from: np.ndarray,
    added_group: np.ndarray,
    *,
    frees: bool = False,
) -> CoverageEdit:
    """Return the edit that gives every piece to its label: a cell, n + j for the j-th new one, −1 for nobody.

    Nodes that only divide an edge for pieces which stayed together are left out again.

    :param frees: ground of a cell may go to nobody; it is in no flow. Otherwise that is unsound.
    :raises InputError: ``edit_unsound`` when the result would not be a sound coverage, ``edit_pinched`` when a cell
        would meet itself in a point.
    """
    count, network = len(cells), pieces.network
    dropped = network.fresh & ~_needed(pieces, label)
    moved = label != pieces.owner
    touched = np.union1d(label[moved], pieces.owner[moved])
    vertex_only = np.setdiff1d(network.cells_at(network.fresh & ~dropped), touched)
    touched = touched[touched >= 0]
    made = np.unique(label[label >= 0])
    remade = touched[np.isin(touched, made)]
    taken = np.isin(label, remade)
    dissolved = dissolve(pieces.geometry[taken], np.searchsorted(remade, label[taken]), len(remade))
    dissolved = _without_nodes(dissolved, network, dropped)
    is_new = remade >= count
    changed = np.concatenate([remade[~is_new], vertex_only])
    geometry = np.concatenate([dissolved[~is_new], network.polygons(vertex_only, dropped)])
    order = np.argsort(changed)
    removed = touched[(touched < count) & ~np.isin(touched, made)]
    edit = CoverageEdit(
        kind,
        changed[order],
        geometry[order],
        dissolved[is_new],
        added_from.astype(np.int64),
        added_group.astype(np.int64),
        removed,
        _flows(pieces, label, np.union1d(touched, vertex_only)),
    )
    filled = pieces.geometry[(pieces.owner == NOBODY) & (label >= 0)]
    lost = (pieces.owner != NOBODY) & (label == NOBODY) & frees
    freed = _Freed(
        _without_nodes(pieces.geometry[lost], network, dropped),
        np.bincount(pieces.owner[lost], weights=shapely.area(pieces.geometry[lost]), minlength=count),
    )
    _check(cells, edit, network, dropped, _without_nodes(filled, network, dropped), freed)
    return edit


@dataclass(frozen=True)
class _Freed:
    """Ground that belongs to nobody afterwards: its polygons, and float64 per cell how much each gave, in m²."""

    geometry: np.ndarray
    of_cell_m2: np.ndarray


def _needed(pieces: Pieces, label: np.ndarray) -> np.ndarray:
    """Return the nodes (bool) at which a drawn edge that parts two labels begins or ends."""
    network, table = pieces.network, pieces.edges
    needed = np.zeros(len(network.node), dtype=bool)
    if not network.fresh.any():
        return needed
    ends = np.column_stack([network.ids(table.start), network.ids(table.end)])
    is_drawn = np.isin(network.keys(ends), network.keys(network.drawn))
    mine = label[table.owner[is_drawn]]
    edge = table.edge_id[is_drawn]
    lowest = np.full(int(edge.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    highest = np.full(len(lowest), np.iinfo(np.int64).min)
    np.minimum.at(lowest, edge, mine)
    np.maximum.at(highest, edge, mine)
    both_sides = np.bincount(edge, minlength=len(lowest)) > 1
    parting = (lowest != highest) | (~both_sides & (highest >= 0))
    needed[ends[is_drawn][parting[edge]].ravel()] = True
    return needed


def _without_nodes(polygons: np.ndarray, network: Network, dropped: np.ndarray) -> np.ndarray:
    """Return polygons without the dropped nodes."""
    if not dropped.any() or len(polygons) == 0:
        return polygons
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    stays = ~dropped[network.ids(coordinates)]
    stays[:-1] &= ring[1:] == ring[:-1]  # the ring is closed anew
    stays[-1:] = False
    return np.asarray(shapely.polygons(shapely.linearrings(coordinates[stays], indices=ring[stays]), indices=polygon))


def _flows(pieces: Pieces, label: np.ndarray, touched: np.ndarray) -> Flows:
    mine = (label >= 0) & (np.isin(label, touched) | np.isin(pieces.owner, touched))
    pairs = np.column_stack([pieces.owner[mine], label[mine]])
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    area_m2 = np.bincount(which.reshape(-1), weights=shapely.area(pieces.geometry[mine]), minlength=len(distinct))
    return Flows(distinct[:, 0].astype(np.int64), distinct[:, 1].astype(np.int64), area_m2)


def _check(
    cells: Cells, edit: CoverageEdit, network: Network, dropped: np.ndarray, filled: np.ndarray, freed: _Freed
) -> None:
    """Prove that the result is sound where the cells before were.

    When all polygons are valid and the directed edges of those after (and the ground freed) cancel out against those
    before (and the ground filled), both cover every place equally often, so that no gap and no overlap can have
    arisen, and every shared edge is equal in both neighbours.
    """
    before = network.polygons(np.union1d(edit.changed, edit.removed), dropped)
    after = np.concatenate([edit.changed_geometry, edit.added_geometry])
    single = (shapely.get_type_id(after) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(after)
    if not single.all() or not shapely.is_valid(after).all():
        raise InputError("edit_unsound")
    _refuse_pinches(before, after)
    table = edge_table(np.concatenate([before, filled, after, freed.geometry]))
    sign = np.where(table.inside_left, 1, -1) * np.where(table.owner < len(before) + len(filled), 1, -1)
    balance = np.bincount(table.edge_id, weights=sign)
    old_m2 = shapely.area(cells.geometry[np.union1d(edit.changed, edit.removed)])
    gained_m2 = shapely.area(after).sum() + freed.of_cell_m2.sum() - old_m2.sum() - shapely.area(filled).sum()
    # A vertex inserted into an edge of length l lies up to 1e-9 m beside it at coordinates of millions of metres.
    tolerance_m2 = max(AREA_TOLERANCE_M2, 1e-9 * float(shapely.length(after).sum()))
    if (balance != 0).any() or abs(gained_m2) > tolerance_m2 or _flow_error_m2(cells, edit, freed) > tolerance_m2:
        raise InputError("edit_unsound")


def _flow_error_m2(cells: Cells, edit: CoverageEdit, freed: _Freed) -> float:
    """Return by how much, at most, what a cell gave or got differs from its area before or after."""
    count, flows = len(cells), edit.flows
    old = np.union1d(edit.changed, edit.removed)
    given = np.bincount(flows.source + 1, weights=flows.area_m2, minlength=count + 1)[old + 1]
    given = given + freed.of_cell_m2[old]
    added = np.arange(len(edit.added_geometry)) + count
    got = np.bincount(flows.target, weights=flows.area_m2, minlength=count + len(added))
    got = got[np.concatenate([edit.changed, added])]
    made = np.concatenate([edit.changed_geometry, edit.added_geometry])
    errors = np.concatenate([given - shapely.area(cells.geometry[old]), got - shapely.area(made)])
    return float(np.abs(errors).max(initial=0.0))


def _refuse_pinches(before: np.ndarray, after: np.ndarray) -> None:
    """Refuse cells whose rings meet themselves or each other in a vertex, unless a cell did so there before.

    Such a polygon is valid, but GEOS's coverage check takes the edges of its neighbours at that vertex for overlaps,
    and the cell hangs together by a thread there.

    :raises InputError: ``edit_pinched``.
    """
    new, old = _met_twice(after), _met_twice(before)
    fresh = np.setdiff1d(new, old)
    if len(fresh):
        raise InputError("edit_pinched", x=f"{fresh[0].real:.2f}", y=f"{fresh[0].imag:.2f}")


def _met_twice(polygons: np.ndarray) -> np.ndarray:
    """Return the places (complex128, sorted) that the rings of one polygon run through more than once."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    inner = np.zeros(len(ring), dtype=bool)
    inner[:-1] = ring[1:] == ring[:-1]  # every ring closes with its first vertex
    place, owner = (coordinates[:, 0] + 1j * coordinates[:, 1])[inner], polygon[ring[inner]]
    order = np.lexsort((place.imag, place.real, owner))
    place, owner = place[order], owner[order]
    return np.asarray(np.unique(place[1:][(place[1:] == place[:-1]) & (owner[1:] == owner[:-1])]))
