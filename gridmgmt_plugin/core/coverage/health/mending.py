"""Mending what an edit left unsound, for the planner to accept: what was not edited keeps its ground."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.drawn_rings import inside_rings
from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit, EditTolerance, Flows, apply_edit
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces, cell_around, cut_pieces, edit_of, thin
from gridmgmt_plugin.core.coverage.gestures.tracing import trace
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.graph.labels import FaceGraph
from gridmgmt_plugin.core.coverage.graph.network import Network, network_of
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.coverage.health.soundness import blocking, check_neighbourhood
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve

# Parts of a polygon beyond an outline up to this are the last digits of vertices on it.
_NOISE_M2 = 1e-6


def mend(before: Cells, after: Cells, faults: CoverageFaults, tolerance: EditTolerance) -> CoverageEdit:
    """Return the edit (kind ``repair``) of the cells ``after`` that clears the faults of a neighbourhood.

    :param before: the sound neighbourhood as it was; cells that are in both to the last bit count as unedited.
    :param after: the neighbourhood as :func:`~.soundness.check_neighbourhood` saw it.
    :param faults: what it found; edited cells, and unedited ones with a fault among themselves, may change shape.
    :raises InputError: ``mend_nothing`` where there is no fault, ``mend_by_hand`` where only a planner can tell what
        is right: no cell of the same area borders on bare ground, a border crosses itself, or a fault would stay.

    All other cells keep their ground to the last bit: they only get vertices, and bare ground beside them. Vertices
    of edited cells within ``snap_m`` of other vertices or edges go onto these. Then all ground gets one owner:

    * what an unedited cell covers is its own;
    * what several edited cells cover goes to the one that comes from the cell which had it before (the one with the
      largest common ground), where that does not decide, to the smaller, so that it is not eaten up;
    * what lies beyond the outline of the cell's group, or was another group's, the cell does not keep;
    * what was covered and is bare goes to the cell of the same group with the longest border, thin or wide;
    * of a cell in several parts the largest stays, parts thinner than ``sliver_m`` go to the neighbour with the
      longest border, wider ones become cells that inherit from it; a cell that is thin as a whole is dissolved.

    The result has no fault left, as told by the same check. In ``flows`` ground has one source: the cell itself where
    it covered it, else another that did, else nobody.
    """
    if len(blocking(faults)) == 0:
        raise InputError("mend_nothing")
    case = _Case.of(before, after, faults)
    network, ways = _laid(case, tolerance)
    through = np.setdiff1d(cell_around(network, after), [NOBODY])
    pieces = cut_pieces(network, after, through, bare=True)
    ground = _ground(case, pieces, ways)
    label = _owners(case, pieces, ground)
    label, parts_of = _in_one_part(case, pieces, ground, label, tolerance)
    edit = _translated(case, pieces, ground, label, parts_of, tolerance.snap_m)
    result = apply_edit(after, edit)
    stays = np.setdiff1d(np.arange(len(after)), edit.removed)
    moved = np.flatnonzero(np.isin(stays, np.union1d(case.free, edit.changed)))
    fresh = np.arange(len(stays), len(result))
    left = check_neighbourhood(before, result, case.old, np.concatenate([moved, fresh]), tolerance.precision_m)
    if len(blocking(left)):
        raise InputError("mend_by_hand")
    return edit


def gains_and_losses(cells: Cells, edit: CoverageEdit) -> tuple[np.ndarray, np.ndarray]:
    """Return the m² that each of n cells gains and loses by an edit (two float64 arrays (n,))."""
    area = shapely.area(polygonal(cells.geometry))
    after = area.copy()
    after[edit.changed] = shapely.area(edit.changed_geometry)
    after[edit.removed] = 0.0
    touched = np.union1d(edit.changed, edit.removed)
    kept = area.copy()
    kept[touched] = 0.0
    own = edit.flows.source == edit.flows.target
    kept[edit.flows.source[own]] = edit.flows.area_m2[own]
    kept = np.minimum(kept, np.minimum(area, after))
    return after - kept, area - kept


@dataclass(frozen=True)
class _Case:
    """``free``: int64, positions in ``after`` that may change shape; ``frozen``: those near that may not. ``old``:
    positions in ``before`` of cells that are not there any more. ``shape``: object, the free cells made valid.
    """

    before: Cells
    after: Cells
    free: np.ndarray
    frozen: np.ndarray
    old: np.ndarray
    shape: np.ndarray

    @classmethod
    def of(cls, before: Cells, after: Cells, faults: CoverageFaults) -> _Case:
        edited, old = _unmatched(before, after)
        among_unedited = ~np.isin(faults.first, edited) & ~np.isin(faults.second, edited) & (faults.kind != "gap")
        among_unedited &= faults.kind != "hole"
        also = np.concatenate([faults.first[among_unedited], faults.second[among_unedited]])
        free = np.union1d(edited, also[also >= 0]).astype(np.int64)
        shape = polygonal(after.geometry[free])
        bounds = shapely.bounds(np.concatenate([shape, before.geometry[old]]))
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        others = shapely.bounds(after.geometry)
        near = np.zeros(len(after), dtype=bool)
        if len(bounds):
            low, high = bounds[:, :2].min(axis=0) - 1.0, bounds[:, 2:].max(axis=0) + 1.0
            near = (others[:, 2:] >= low).all(axis=1) & (others[:, :2] <= high).all(axis=1)
        near[free] = False
        return cls(before, after, free, np.flatnonzero(near), old, shape)

    @property
    def free_group(self) -> np.ndarray:
        return np.asarray(self.after.group[self.free])

    def forebears(self) -> np.ndarray:
        """Return for each free cell the position in ``before`` of the cell whose ground it has most of, or −1."""
        found = np.full(len(self.free), NOBODY, dtype=np.int64)
        if len(self.old) == 0:
            return found
        cell, old = shapely.STRtree(self.before.geometry[self.old]).query(self.shape)
        area = shapely.area(shapely.intersection(self.shape[cell], self.before.geometry[self.old[old]]))
        order = np.lexsort((-old, area))  # the largest, then the first, is written last
        order = order[area[order] > 0]
        found[cell[order]] = self.old[old[order]]
        return found


def _unmatched(before: Cells, after: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions in ``after`` and in ``before`` of cells that have no equal in the other."""
    one, two = (
        [(int(g), w) for g, w in zip(cells.group, shapely.to_wkb(shapely.normalize(cells.geometry)))]
        for cells in (before, after)
    )
    return _surplus(two, one), _surplus(one, two)


def _surplus(keys: list[tuple[int, bytes]], others: list[tuple[int, bytes]]) -> np.ndarray:
    left = Counter(others)
    surplus = []
    for position, key in enumerate(keys):
        left[key] -= 1
        if left[key] < 0:
            surplus.append(position)
    return np.array(surplus, dtype=np.int64)


def _laid(case: _Case, tolerance: EditTolerance) -> tuple[Network, list[list[np.ndarray]]]:
    """Return the unedited cells with the old and the edited borders laid over them, and the way that each ring of
    each free cell takes there.
    """
    network = network_of(case.after.geometry, case.frozen)
    exact = replace(tolerance, snap_m=tolerance.precision_m)
    for ring in _rings(case.before.geometry[case.old]) + _rings(_beyond(case)):
        network = trace(network, ring, exact, closed=True, exact=True).network
    ways: list[list[np.ndarray]] = []
    for shape in case.shape:
        ways.append([])
        for ring in _rings(np.array([shape], dtype=object)):
            laid = trace(network, ring, tolerance, closed=True, exact=True)
            if laid.crosses_itself():
                raise InputError("mend_by_hand")
            network = laid.network
            if len(laid.path) > 3:
                ways[-1].append(laid.path)
    return network, [[network.node[path] for path in paths] for paths in ways]


def _rings(polygons: np.ndarray) -> list[np.ndarray]:
    return [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(shapely.get_parts(polygons))]


def _beyond(case: _Case) -> np.ndarray:
    """Return the parts of free cells beyond the outlines of their groups."""
    known = np.array([int(group) in case.after.outlines for group in case.free_group], dtype=bool)
    if not known.any():
        return np.empty(0, dtype=object)
    outlines = np.array([case.after.outlines[int(group)] for group in case.free_group[known]], dtype=object)
    parts = shapely.get_parts(polygons_only(shapely.difference(case.shape[known], outlines)))
    return np.asarray(parts[shapely.area(parts) > _NOISE_M2])


@dataclass(frozen=True)
class _Ground:
    """What is known of each piece. ``covered``: bool (pieces, free cells), by whom it is covered; ``allowed``: bool,
    alike, who may have it. ``had``: int64, the position in ``before`` of the cell that had it and is no more, or −1.
    """

    covered: np.ndarray
    allowed: np.ndarray
    had: np.ndarray


def _ground(case: _Case, pieces: Pieces, ways: list[list[np.ndarray]]) -> _Ground:
    inner = shapely.point_on_surface(pieces.geometry)
    covered = np.zeros((len(pieces), len(case.free)), dtype=bool)
    for number, way in enumerate(ways):
        if way:
            covered[:, number] = inside_rings(pieces, way)
    had = np.full(len(pieces), NOBODY, dtype=np.int64)
    piece, old = shapely.STRtree(case.before.geometry[case.old]).query(inner, predicate="intersects")
    had[piece[::-1]] = case.old[old[::-1]]
    had_group = np.where(had == NOBODY, NOBODY, case.before.group[had])
    group = case.free_group
    allowed = (had == NOBODY)[:, None] | (had_group[:, None] == group[None, :])
    for number in np.unique(group).tolist():
        if number in case.after.outlines:
            inside = shapely.intersects(case.after.outlines[number], inner)
            allowed[:, group == number] = inside[:, None]
    return _Ground(covered, allowed, had)


def _owners(case: _Case, pieces: Pieces, ground: _Ground) -> np.ndarray:
    """Return a label per piece: an unedited cell's position, n + j for the j-th free cell, −1 for ground that was
    bare and stays so.
    """
    count = len(case.after)
    label = pieces.owner.copy()
    claims = ground.covered & ground.allowed & (pieces.owner == NOBODY)[:, None]
    comes_from = case.forebears()
    is_heir = (comes_from[None, :] == ground.had[:, None]) & (ground.had != NOBODY)[:, None]
    area = shapely.area(case.shape)
    by_size = np.empty(len(area), dtype=np.int64)
    by_size[np.lexsort((np.arange(len(area)), area))] = np.arange(len(area))
    rank = np.where(claims, by_size[None, :] + len(area) * ~is_heir, np.iinfo(np.int64).max)
    claimed = claims.any(axis=1)
    if claimed.any():
        label[claimed] = count + np.argmin(rank[claimed], axis=1)
    return _filled(case, pieces, ground, label, (label == NOBODY) & (ground.had != NOBODY))


def _filled(case: _Case, pieces: Pieces, ground: _Ground, label: np.ndarray, seeking: np.ndarray) -> np.ndarray:
    """Return the labels with seeking pieces given to the label of their group with the longest border.

    :raises InputError: ``mend_by_hand`` when a piece that was covered finds nobody.
    """
    if not seeking.any():
        return label
    count = len(case.after)
    group_of = np.concatenate([case.after.group, case.free_group])
    labels = np.setdiff1d(label[~seeking], [NOBODY])
    wanted = np.where(ground.had == NOBODY, NOBODY, case.before.group[ground.had])
    of_free = seeking & (label >= count)
    wanted[of_free] = group_of[label[of_free]]
    face, number = np.nonzero(seeking[:, None] & (wanted[:, None] == group_of[labels][None, :]))
    graph = FaceGraph(*pieces.borders(), shapely.area(pieces.geometry))
    spread = graph.spread(np.where(seeking, NOBODY, label), seeking, (face, labels[number]))
    if (spread[seeking] == NOBODY).any():
        raise InputError("mend_by_hand")
    return spread


def _in_one_part(
    case: _Case, pieces: Pieces, ground: _Ground, label: np.ndarray, tolerance: EditTolerance
) -> tuple[np.ndarray, np.ndarray]:
    """Return the labels with every free cell in one part, and for each label from n on the free cell it is of."""
    count = len(case.after)
    graph = FaceGraph(*pieces.borders(), shapely.area(pieces.geometry))
    part = graph.components(label)
    loose = graph.detached(np.where(label >= count, label, NOBODY))
    seeking = np.zeros(len(pieces), dtype=bool)
    label, parts_of = label.copy(), list(range(len(case.free)))
    fresh = np.full(len(pieces), NOBODY, dtype=np.int64)
    for number in np.unique(part[label >= count]).tolist():
        mine = part == number
        whole = np.array([shapely.union_all(pieces.geometry[mine])], dtype=object)
        if thin(whole, tolerance.sliver_m)[0]:
            seeking |= mine
        elif loose[mine][0]:
            fresh[mine] = count + len(parts_of)
            parts_of.append(int(label[mine][0]) - count)
    if not (label[seeking] == NOBODY).all() and (label[~seeking] != NOBODY).any():
        label = _filled(case, pieces, ground, label, seeking)
    label = np.where((fresh != NOBODY) & ~seeking, fresh, label)
    return label, np.array(parts_of, dtype=np.int64)


def _translated(
    case: _Case, pieces: Pieces, ground: _Ground, label: np.ndarray, parts_of: np.ndarray, snap_m: float
) -> CoverageEdit:
    """Return the edit of ``after`` from one of the unedited cells alone, to which free cells come as added ones."""
    count = len(case.after)
    used, compact = np.unique(label[label >= count] - count, return_inverse=True)
    packed = label.copy()
    packed[label >= count] = count + compact.reshape(-1)
    group = case.free_group[parts_of[used]]
    wanted = _wanted_vertices(case, pieces, label, snap_m)
    network = replace(pieces.network, fresh=pieces.network.fresh & ~wanted)
    merged, merged_label = _merged(pieces, packed, network)
    try:
        made = edit_of(case.after, merged, merged_label, "repair", np.full(len(used), NOBODY), group)
    except InputError as error:
        raise InputError("mend_by_hand") from error
    is_old = used < len(case.free)
    back = case.free[used[is_old]]
    remade = made.added_geometry[is_old]
    same = shapely.equals_exact(shapely.normalize(remade), shapely.normalize(case.after.geometry[back]), 0.0)
    told = np.setdiff1d(network.cells_at(wanted), made.changed)  # they get such a vertex and nothing else
    changed = np.concatenate([made.changed, told, back[~same]])
    geometry = np.concatenate([made.changed_geometry, network.polygons(told, network.fresh), remade[~same]])
    order = np.argsort(changed)
    removed = np.setdiff1d(case.free, back)
    # From labels to targets: a free cell is itself again, parts that became cells follow the last position.
    target_of = np.full(len(parts_of), NOBODY, dtype=np.int64)
    target_of[used[is_old]] = back
    target_of[used[~is_old]] = count + np.arange(int((~is_old).sum()))
    target = label.copy()
    target[label >= count] = target_of[label[label >= count] - count]
    source = _sources(case, pieces, ground, label, parts_of)
    touched = np.concatenate([changed, removed, target_of[used[~is_old]]])
    return CoverageEdit(
        kind="repair",
        changed=changed[order],
        changed_geometry=geometry[order],
        added_geometry=made.added_geometry[~is_old],
        added_from=case.free[parts_of[used[~is_old]]],
        added_group=group[~is_old],
        removed=removed,
        flows=_flows(pieces, source, target, touched),
    )


def _merged(pieces: Pieces, label: np.ndarray, network: Network) -> tuple[Pieces, np.ndarray]:
    """Return the pieces and labels with adjoining pieces of one owner and one label made one, in that network."""
    graph = FaceGraph(*pieces.borders(), shapely.area(pieces.geometry))
    part = graph.components((pieces.owner + 1) * (int(label.max(initial=0)) + 2) + label + 1)
    numbers, first, which = np.unique(part, return_index=True, return_inverse=True)
    geometry = dissolve(pieces.geometry, which.reshape(-1).astype(np.int64), len(numbers))
    return Pieces(geometry, pieces.owner[first], network, edge_table(geometry)), label[first]


def _wanted_vertices(case: _Case, pieces: Pieces, label: np.ndarray, snap_m: float) -> np.ndarray:
    """Return the nodes (bool) that are vertices which free cells have, and keep.

    A vertex on a straight edge shapes nothing; but who put it there wants it, so the neighbour gets it too.
    """
    network = pieces.network
    wanted = np.zeros(len(network.node), dtype=bool)
    nodes = np.unique(network.ids(shapely.get_coordinates(pieces.geometry[label >= len(case.after)])))
    corners = shapely.points(np.unique(shapely.get_coordinates(case.shape), axis=0))
    if len(nodes) and len(corners):
        tree = shapely.STRtree(shapely.points(network.node[nodes]))
        wanted[nodes[tree.query_nearest(corners, max_distance=snap_m, all_matches=False)[1]]] = True
    return np.asarray(wanted & network.fresh)


def _sources(case: _Case, pieces: Pieces, ground: _Ground, label: np.ndarray, parts_of: np.ndarray) -> np.ndarray:
    """Return for each piece the cell of ``after`` that its ground comes from."""
    count = len(case.after)
    source = pieces.owner.copy()
    bare = source == NOBODY
    covered = bare & ground.covered.any(axis=1)
    if covered.any():
        source[covered] = case.free[np.argmax(ground.covered[covered], axis=1)]
    of_free = np.flatnonzero(label >= count)
    cell = parts_of[label[of_free] - count]
    own = ground.covered[of_free, cell]
    source[of_free[own]] = case.free[cell[own]]
    return source


def _flows(pieces: Pieces, source: np.ndarray, target: np.ndarray, touched: np.ndarray) -> Flows:
    mine = (target != NOBODY) & (np.isin(source, touched) | np.isin(target, touched))
    pairs = np.column_stack([source[mine], target[mine]])
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    area = np.bincount(which.reshape(-1), weights=shapely.area(pieces.geometry[mine]), minlength=len(distinct))
    return Flows(distinct[:, 0].astype(np.int64), distinct[:, 1].astype(np.int64), area)
