"""Repair one fault of a coverage where it is; what lies around stays as it is to the last bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.vertices import delete_vertex
from gridmgmt_plugin.core.coverage.graph.corners import Ring, places_of, put_between, still_tiles, with_rings
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.health.doctor import repair
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE
from gridmgmt_plugin.core.coverage.health.near_misses import near_misses
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.coverage.health.snapping import with_known_vertices
from gridmgmt_plugin.core.coverage.moved_ground import flows_between
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve

# No vertex comes nearer to another than before; the checks say what is too near.
_ANY_DISTANCE = EditTolerance(snap_m=0.0)


@dataclass(frozen=True)
class FaultPlace:
    """One fault of a neighbourhood.

    ``kind``: of :data:`~.faults.UNITS`. ``first``, ``second``: positions of the cells concerned, −1 for none or for
    the outline. ``geometry``: where it is.
    """

    kind: str
    first: int
    second: int
    geometry: shapely.Geometry | None


@dataclass(frozen=True)
class RepairTolerance:
    """The thresholds that found the fault, all in metres: see :func:`~.examine.examine`."""

    precision_m: float = 0.001
    near_m: float = 0.05
    gap_width_m: float = 0.5
    min_edge_m: float = 0.05


def context_margin_m(tolerance: RepairTolerance) -> float:
    """Return how far around the cells that may change the neighbourhood must reach."""
    return 2.0 * tolerance.gap_width_m + 1.0


def repair_fault(
    cells: Cells, fault: FaultPlace, tolerance: RepairTolerance, *, around: bool = False
) -> CoverageEdit:
    """Return the edit (kind ``repair``) that clears a fault; whether it does is for the caller to examine.

    :param cells: the cells concerned, all that touch them or the place of the fault, and all within
        :func:`context_margin_m` of these; they may have any fault.
    :param around: also repair what else is wrong around the cells concerned, not at the place of the fault alone.
    :raises InputError: ``fix_by_hand`` where only a planner can say what is right, ``fix_on_border`` where the
        outline of a group would move, ``fix_finds_nothing`` when nothing there can be repaired, or what
        :func:`~.vertices.delete_vertex` raises.

    Ground passes only between cells of one group, and no cell keeps ground beyond the outline of its group.
    """
    if fault.kind == "sliver":
        return _absorbed(cells, fault.first)
    if fault.kind == "spike":
        return _edit(cells, _without_tip(cells, fault, tolerance), [], [])
    if fault.kind == "close_vertices":
        return _edit(cells, _merged_vertices(cells, fault), [], [])
    return _doctored(cells, _movable(cells, fault, tolerance, around=around), tolerance)


def _after(cells: Cells, changed: np.ndarray, geometry: np.ndarray) -> np.ndarray:
    after = cells.geometry.copy()
    after[changed] = geometry
    return after


def _without_tip(cells: Cells, fault: FaultPlace, tolerance: RepairTolerance) -> np.ndarray:
    """Return the cells without the tip of a spike; one that lies over other cells goes from its own cell alone."""
    tip = shapely.get_coordinates(fault.geometry)[0]
    try:
        found = delete_vertex(cells, (float(tip[0]), float(tip[1])), _ANY_DISTANCE)
        return _after(cells, found.changed, found.changed_geometry)
    except InputError as error:
        outline = cells.outlines.get(int(cells.group[fault.first]))
        border = shapely.Polygon() if outline is None else shapely.boundary(outline)
        if error.code != "vertex_on_border" or shapely.distance(fault.geometry, border) <= tolerance.precision_m:
            raise
        shape = with_rings(cells.geometry[fault.first], lambda r: np.delete(r, places_of(r, tip), axis=0))
        if shape is None or not shape.is_valid:
            raise
        return _after(cells, np.array([fault.first]), np.array([shape], dtype=object))


def _merged_vertices(cells: Cells, fault: FaultPlace) -> np.ndarray:
    """Return the cells with one of two vertices that are too close taken out, or merged into the other."""
    table = edge_table(cells.geometry[[fault.first]])
    middle = shapely.get_coordinates(fault.geometry)[0]
    edge = int(np.argmin(np.hypot(*((table.start + table.end) / 2 - middle).T)))
    pair = table.start[edge], table.end[edge]
    for corner in pair:
        try:
            found = delete_vertex(cells, (float(corner[0]), float(corner[1])), _ANY_DISTANCE)
        except InputError:
            continue
        return _after(cells, found.changed, found.changed_geometry)
    on_border = True
    for corner, other in (pair, pair[::-1]):
        owners = np.flatnonzero([len(_of(cell, corner)) > 0 for cell in cells.geometry])
        inside = len(set(cells.group[owners].tolist())) == 1 and not _is_open(cells, corner)
        on_border = on_border and not inside
        shapes = [with_rings(cell, lambda ring: _moved(ring, corner, other)) for cell in cells.geometry[owners]]  # noqa: B023  used at once
        if inside and None not in shapes and still_tiles(cells.geometry[owners], np.array(shapes, dtype=object)):
            return _after(cells, owners, np.array(shapes, dtype=object))
    raise InputError("fix_on_border" if on_border else "fix_by_hand")


def _of(polygon: shapely.Geometry, corner: np.ndarray) -> np.ndarray:
    return places_of(shapely.get_coordinates(polygon), corner)


def _moved(ring: Ring, corner: np.ndarray, to: np.ndarray) -> Ring:
    """Return a ring with one corner put onto another; both as neighbours become one."""
    ring = ring.copy()
    ring[places_of(ring, corner)] = to
    return np.asarray(ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)])


def _is_open(cells: Cells, corner: np.ndarray) -> bool:
    """Tell whether some edge at a corner has no neighbour on its other side."""
    table = edge_table(cells.geometry)
    here = (table.start == corner).all(axis=1) | (table.end == corner).all(axis=1)
    return bool((here & ~table.shared).any())


def _movable(cells: Cells, fault: FaultPlace, tolerance: RepairTolerance, *, around: bool) -> np.ndarray:
    """Return the mask of cells that may change: those of the fault, and those that touch its place."""
    concerned = [at for at in (fault.first, fault.second) if at != OUTLINE]
    sound = polygonal(cells.geometry)
    place = fault.geometry if fault.geometry is not None else shapely.union_all(sound[concerned])
    movable = np.asarray(shapely.distance(sound, place) <= 2 * tolerance.near_m)
    movable[concerned] = True
    if around or fault.kind in ("invalid_ring", "multipart"):
        whole = shapely.union_all(sound[concerned])
        movable |= np.asarray(shapely.distance(sound, whole) <= 2 * tolerance.near_m)
    return movable


def _doctored(cells: Cells, movable: np.ndarray, tolerance: RepairTolerance) -> CoverageEdit:
    """Return what the doctor makes of the movable cells, group by group, on the ground that the others leave."""
    after = cells.geometry.copy()
    added: list[tuple[shapely.Geometry, int]] = []
    removed: list[int] = []
    sound = polygonal(cells.geometry)
    for group in np.unique(cells.group[movable]).tolist():
        members = np.flatnonzero(movable & (cells.group == group))
        ground = _ground(cells, sound, movable, members, tolerance)
        cured = repair(
            cells.geometry[members], ground, tolerance.precision_m, tolerance.near_m, tolerance.gap_width_m
        )
        if not cured.changed:
            continue
        kept = [sound[~movable], sound[members], np.array([] if ground is None else [ground], dtype=object)]
        frozen = np.concatenate(kept)
        shapes = with_known_vertices(cured.geometry, frozen, tolerance.precision_m)
        removed += members[cured.vanished].tolist()
        for at, member in enumerate(members.tolist()):
            parts = shapes[cured.source == at]
            order = np.argsort(-shapely.area(parts), kind="stable")
            if len(order):
                after[member] = parts[order[0]]
                added += [(part, member) for part in parts[order[1:]]]
    _add_missing_vertices(after, movable, removed, tolerance.precision_m)
    return _edit(cells, after, added, sorted(removed))


def _ground(
    cells: Cells, sound: np.ndarray, movable: np.ndarray, members: np.ndarray, tolerance: RepairTolerance
) -> shapely.Geometry | None:
    """Return what the members may cover: their group's outline near them, without the ground of cells that stay."""
    group = int(cells.group[members[0]])
    outline = cells.outlines.get(group)
    if outline is None:
        return None
    reach = shapely.buffer(shapely.union_all(sound[members]), context_margin_m(tolerance) / 2, quad_segs=2)
    staying = ~movable & (cells.group == group) & shapely.intersects(sound, reach)
    left = shapely.difference(shapely.intersection(outline, reach), shapely.union_all(sound[staying]))
    return polygonal(np.array([left], dtype=object))[0]


def _add_missing_vertices(after: np.ndarray, movable: np.ndarray, removed: list[int], precision_m: float) -> None:
    """Put vertices of a cell on its neighbour's edge into the neighbour too, also across the border of groups."""
    there = np.ones(len(after), dtype=bool)
    there[removed] = False
    at = np.flatnonzero(there)
    found = near_misses(polygonal(after[at]), shapely.Polygon(), precision_m, precision_m).of("missing_vertex")
    for lacking, place in zip(found.second.tolist(), shapely.get_coordinates(found.geometry)):
        if lacking != OUTLINE and movable[at[lacking]]:
            after[at[lacking]] = _with_vertex(after[at[lacking]], place)


def _with_vertex(polygon: shapely.Geometry, place: np.ndarray) -> shapely.Geometry:
    table = edge_table(np.array([polygon], dtype=object))
    edge = int(np.argmin(shapely.distance(table.lines(np.ones(len(table.owner), dtype=bool)), shapely.Point(place))))
    return with_rings(polygon, lambda ring: put_between(ring, table.start[edge], table.end[edge], place[None]))


def _absorbed(cells: Cells, sliver: int) -> CoverageEdit:
    """Return the edit that gives a sliver to the neighbour of its group with the longest common border."""
    others = np.flatnonzero((cells.group == cells.group[sliver]) & (np.arange(len(cells)) != sliver))
    shared = shapely.length(shapely.intersection(shapely.boundary(cells.geometry[others]), cells.geometry[sliver]))
    if len(others) == 0 or shared.max() <= 0:
        raise InputError("fix_by_hand")
    target = int(others[np.argmax(shared)])
    pair = cells.geometry[[sliver, target]]
    union = dissolve(pair, np.zeros(2, dtype=np.int64), 1)[0]
    if union.geom_type != "Polygon":
        raise InputError("fix_by_hand")
    after = cells.geometry.copy()
    after[target] = union
    return _edit(cells, after, [], [sliver])


def _edit(
    cells: Cells, after: np.ndarray, added: list[tuple[shapely.Geometry, int]], removed: list[int]
) -> CoverageEdit:
    stays = np.ones(len(cells), dtype=bool)
    stays[removed] = False
    same = np.array([one is two for one, two in zip(cells.geometry, after)])
    same[~same] = shapely.equals_exact(
        shapely.normalize(cells.geometry[~same]), shapely.normalize(after[~same]), tolerance=0.0
    )
    changed = np.flatnonzero(stays & ~same)
    if len(changed) == 0 and not removed and not added:
        raise InputError("fix_finds_nothing")
    fresh = np.empty(len(added), dtype=object)
    fresh[:] = [shape for shape, _ in added]
    sources = np.array([source for _, source in added], dtype=np.int64)
    gone = np.array(removed, dtype=np.int64)
    sound = polygonal(cells.geometry)
    given = np.union1d(changed, gone)
    # What a duplicate leaves was its double's already.
    holders = np.setdiff1d(np.flatnonzero(stays & shapely.intersects(sound, shapely.union_all(sound[gone]))), changed)
    targets = np.concatenate([changed, holders, len(cells) + np.arange(len(fresh))])
    shapes = np.concatenate([after[changed], sound[holders], fresh])
    return CoverageEdit(
        kind="repair",
        changed=changed,
        changed_geometry=after[changed],
        added_geometry=fresh,
        added_from=sources,
        added_group=cells.group[sources],
        removed=gone,
        flows=flows_between(sound[given], given, shapes, targets),
    )
