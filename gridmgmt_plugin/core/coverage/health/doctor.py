"""The doctor for polygons that come in: tells what is wrong and, when the planner agrees, repairs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.faces import Faces, faces_between, is_thin
from gridmgmt_plugin.core.coverage.graph.labels import NOBODY, FaceGraph, settle_overlaps, thin_groups
from gridmgmt_plugin.core.coverage.graph.tips import without_tips
from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.coverage.health.snapping import snap_loose_vertices
from gridmgmt_plugin.core.coverage.moved_ground import exchanged_m2
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve, node_lines, union_of_coverage
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress

# What repair() sets right; slivers, spikes and close vertices are drawn that way and stay.
REPAIRABLE = (
    "empty",
    "invalid_ring",
    "multipart",
    "duplicate",
    "overlap",
    "gap",
    "overshoot",
    "near_miss",
    "missing_vertex",
)
# A gap between two polygons touches those two and, with its ends, at most two more.
NEIGHBOURS_OF_A_PLAIN_GAP = 4


@dataclass(frozen=True)
class RepairedCoverage:
    """Polygons that cover the outline exactly where gaps were thin enough to close, and what that took.

    ``geometry``: object array of m Polygons. ``source``: int64 (m,), which of the n polygons that came in each
    was; several where one came in parts. ``vanished``: int64, those that have no polygon any more (duplicates,
    empty ones). ``gained_m2``, ``lost_m2``: float64 (n,), ground that each won and gave up. ``moved_m2``: all
    ground that changed hands, each m² once. ``vertices_moved``, ``largest_move_m``: by snapping, beyond
    rounding to the precision. ``outline``: the outline with the vertices of the cells on it (``None`` if none
    was given). ``remaining``: faults that a repair cannot decide (holes, uncovered ground). ``changed``: False
    when nothing was wrong and the very same geometries came back. ``notes``: what to tell the planner.
    """

    geometry: np.ndarray
    source: np.ndarray
    vanished: np.ndarray
    gained_m2: np.ndarray
    lost_m2: np.ndarray
    moved_m2: float
    vertices_moved: int
    largest_move_m: float
    outline: shapely.Geometry | None
    remaining: CoverageFaults
    changed: bool
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with polygons that come in, and what a repair would do about it.

    ``faults``: all of it. ``counts``: number of faults per kind. ``repair``: the result that the planner would
    get, to be shown before asking; the input itself is untouched.
    """

    faults: CoverageFaults
    counts: Mapping[str, int]
    repair: RepairedCoverage


def diagnose(
    geometry: np.ndarray,
    outline: shapely.Geometry | None = None,
    precision_m: float = 0.001,
    snap_m: float = 0.05,
    gap_width_m: float = 0.5,
    progress: Progress | None = None,
) -> Diagnosis:
    """Examine polygons and work out what :func:`repair` would change, without changing anything.

    Parameters and errors as for :func:`repair`.
    """
    progress = progress or Progress()
    found = examine(geometry, outline, precision_m, gap_width_m, near_m=snap_m, progress=progress.part(0.0, 0.3))
    cured = _repair(geometry, outline, found, (precision_m, snap_m, gap_width_m), progress.part(0.3, 1.0))
    return Diagnosis(found, found.counts(), cured)


def repair(
    geometry: np.ndarray,
    outline: shapely.Geometry | None = None,
    precision_m: float = 0.001,
    snap_m: float = 0.05,
    gap_width_m: float = 0.5,
    progress: Progress | None = None,
) -> RepairedCoverage:
    """Make polygons an exact coverage: no overlap, no thin gap, every vertex of a shared edge in both neighbours.

    :param geometry: object array of n polygons in a metric frame, as they came in.
    :param outline: what they should cover; it is never moved beyond rounding to ``precision_m``.
    :param precision_m: the grid that all vertices of a repaired coverage lie on.
    :param snap_m: vertices of neighbours up to this far apart become one.
    :param gap_width_m: gaps up to this width go to the neighbour with the longest edge; wider ones stay and are
        reported.
    :raises InputError: ``coverage_tolerance`` when a tolerance is not a number above the precision.
    :raises Cancelled: through ``progress``.

    Method: snap near-miss vertices, snap-round all boundaries together, take the faces between them, and give
    each face to one polygon: overlaps to the polygon with the longest shared edge (to one that would otherwise
    be eaten up, first), thin gaps and pieces cut off from their polygon to the neighbour with the longest edge.
    What has no repairable fault comes back unchanged to the bit.
    """
    progress = progress or Progress()
    found = examine(geometry, outline, precision_m, gap_width_m, near_m=snap_m, progress=progress.part(0.0, 0.3))
    return _repair(geometry, outline, found, (precision_m, snap_m, gap_width_m), progress.part(0.3, 1.0))


def _repair(
    geometry: np.ndarray,
    outline: shapely.Geometry | None,
    found: CoverageFaults,
    tolerances: tuple[float, float, float],
    progress: Progress,
) -> RepairedCoverage:
    geometry = np.asarray(geometry, dtype=object)
    precision_m, snap_m, gap_width_m = tolerances
    if not (0 < precision_m <= snap_m and precision_m <= gap_width_m):
        raise InputError("coverage_tolerance", precision_m=precision_m, snap_m=snap_m, gap_width_m=gap_width_m)
    if len(found.of(*REPAIRABLE)) == 0:
        return _unchanged(geometry, outline, found)
    items, source = _items(polygonal(geometry), gap_width_m)
    snapped = snap_loose_vertices(items, outline, snap_m)
    moved = polygonal(snapped.geometry)
    progress.report(0.1)
    drawn = without_tips(
        _lines_between(moved, outline, precision_m, gap_width_m),
        lambda noded: _drawn(faces_between(noded), moved, outline, gap_width_m),
        lambda drawn: [drawn.cells],
        precision_m,
        None if outline is None else shapely.boundary(outline),
    )
    progress.report(0.6)
    faces, owned, cells = drawn.faces, drawn.owned, drawn.cells
    source = source[owned.item]
    ordered = np.argsort(source, kind="stable")
    cells, source = cells[ordered], source[ordered]
    border = None if outline is None else union_of_coverage(faces.geometry[owned.inside])
    remaining = examine(cells, border, precision_m, gap_width_m, near_m=snap_m, progress=progress.part(0.7, 0.8))
    after = dissolve(cells, source, len(geometry))
    gained, lost = exchanged_m2(polygonal(geometry), after, precision_m)
    progress.report(1.0)
    vanished = np.setdiff1d(np.arange(len(geometry)), source)
    return RepairedCoverage(
        geometry=cells,
        source=source,
        vanished=vanished,
        gained_m2=gained,
        lost_m2=lost,
        moved_m2=float(lost.sum()) + owned.closed_m2,
        vertices_moved=snapped.vertices_moved,
        largest_move_m=snapped.largest_move_m,
        outline=border,
        remaining=remaining,
        changed=True,
        notes=_notes(source, vanished, owned, remaining),
    )


@dataclass(frozen=True)
class _Owned:
    """Who owns the faces: ``label`` per face (−1 nobody), ``item`` per label; ``inside`` the outline, per face.

    ``closed_m2``: gaps that found an owner. ``handed_over``: pieces cut off from their polygon and given away.
    """

    label: np.ndarray
    item: np.ndarray
    inside: np.ndarray
    closed_m2: float
    handed_over: int


@dataclass(frozen=True)
class _Drawn:
    """Cells as the faces that they own make them up, by label."""

    faces: Faces
    owned: _Owned
    cells: np.ndarray


def _drawn(faces: Faces, items: np.ndarray, outline: shapely.Geometry | None, gap_width_m: float) -> _Drawn:
    owned = _owners(faces, items, outline, gap_width_m)
    return _Drawn(faces, owned, dissolve(faces.geometry, owned.label, len(owned.item)))


def _items(sound: np.ndarray, gap_width_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of polygons as polygons of their own, without thin shreds, and which each came from."""
    parts, source = shapely.get_parts(sound, return_index=True)
    several = np.bincount(source, minlength=len(sound))[source] > 1
    shred = shapely.is_empty(parts)
    shred[several] |= is_thin(parts[several], gap_width_m)
    return parts[~shred], source[~shred].astype(np.int64)


def _lines_between(
    items: np.ndarray, outline: shapely.Geometry | None, precision_m: float, gap_width_m: float
) -> np.ndarray:
    """Return all boundaries noded, and networks of thin gaps cut where several polygons meet."""
    lines = shapely.boundary(items)
    noded = node_lines(lines if outline is None else np.append(lines, [shapely.boundary(outline)]), precision_m)
    faces = faces_between(noded)
    bare = _inside(faces, outline)
    bare[faces.covered_by(items)[0]] = False
    gaps = faces.geometry[bare]
    cuts = cuts_at_junctions(gaps[is_thin(gaps, gap_width_m)], items, gap_width_m, precision_m)
    return noded if len(cuts) == 0 else node_lines(np.concatenate([noded, cuts]), precision_m)


def _inside(faces: Faces, outline: shapely.Geometry | None) -> np.ndarray:
    if outline is None:
        return np.ones(len(faces), dtype=bool)
    shapely.prepare(outline)
    return np.asarray(shapely.intersects(outline, faces.point))


def _owners(faces: Faces, items: np.ndarray, outline: shapely.Geometry | None, gap_width_m: float) -> _Owned:
    graph = FaceGraph(*faces.neighbours(), shapely.area(faces.geometry))
    inside = _inside(faces, outline)
    face, item = faces.covered_by(items)
    kept = inside[face]
    face, item = face[kept], item[kept]
    item_area = shapely.area(items)
    claimed = settle_overlaps(graph, face, item, item_area, inside)
    shreds = _shreds(faces, graph, claimed, item_area, gap_width_m)
    pieces = graph.detached(np.where(shreds, NOBODY, claimed)) | shreds
    bare = inside & (claimed == NOBODY)
    closing = thin_groups(faces, graph, bare, gap_width_m)
    label = graph.spread(np.where(pieces, NOBODY, claimed), pieces | closing)
    islands = pieces & (label == NOBODY) & ~shreds
    label[islands] = claimed[islands]  # nobody is beside them: they stay, as polygons of their own
    closed_m2 = float(graph.area[closing & (label != NOBODY)].sum())
    part = graph.components(label)
    labelled = label != NOBODY
    numbers, of_part = np.unique(part[labelled], return_inverse=True)
    final = np.full(len(faces), NOBODY, dtype=np.int64)
    final[labelled] = of_part
    item_of = np.zeros(len(numbers), dtype=np.int64)
    item_of[of_part] = label[labelled]
    return _Owned(final, item_of, inside, closed_m2, int((pieces & ~islands).sum()))


def _shreds(
    faces: Faces, graph: FaceGraph, label: np.ndarray, item_area: np.ndarray, gap_width_m: float
) -> np.ndarray:
    """Return the faces of polygons that lost more than half of their ground and kept thin rims only."""
    kept = np.bincount(label[label != NOBODY], weights=graph.area[label != NOBODY], minlength=len(item_area))
    poor = np.zeros(len(faces), dtype=bool)
    poor[label != NOBODY] = (kept < item_area / 2)[label[label != NOBODY]]
    thick = np.unique(label[poor][~is_thin(faces.geometry[poor], gap_width_m)])
    return poor & ~np.isin(label, thick)


def _unchanged(geometry: np.ndarray, outline: shapely.Geometry | None, found: CoverageFaults) -> RepairedCoverage:
    return RepairedCoverage(
        geometry=geometry,
        source=np.arange(len(geometry)),
        vanished=np.zeros(0, dtype=np.int64),
        gained_m2=np.zeros(len(geometry)),
        lost_m2=np.zeros(len(geometry)),
        moved_m2=0.0,
        vertices_moved=0,
        largest_move_m=0.0,
        outline=outline,
        remaining=found,
        changed=False,
        notes=(),
    )


def _notes(source: np.ndarray, vanished: np.ndarray, owned: _Owned, remaining: CoverageFaults) -> tuple[Message, ...]:
    notes = []
    split = int((np.bincount(source, minlength=1) > 1).sum())
    if split:
        notes.append(Message("coverage_parts_separated", {"count": split}))
    if len(vanished):
        notes.append(Message("coverage_polygons_vanished", {"count": len(vanished)}))
    if owned.handed_over:
        notes.append(Message("coverage_pieces_handed_over", {"count": owned.handed_over}))
    bare = remaining.of("gap", "hole", "uncovered")
    if len(bare):
        notes.append(Message("coverage_ground_left_bare", {"count": len(bare), "area_m2": float(bare.measure.sum())}))
    return tuple(notes)


def cuts_at_junctions(gaps: np.ndarray, items: np.ndarray, width_m: float, precision_m: float) -> np.ndarray:
    """Return short lines that cut networks of thin gaps where three or more polygons meet.

    Without them the whole network would go to a single neighbour. ``gaps``: object array of thin uncovered
    polygons; ``items``: the polygons around them. Between two junctions a gap stays in one piece, so that each
    stretch goes to one of its two sides and the border does not zigzag. Lines are at most ``width_m`` long.
    """
    nothing = np.empty(0, dtype=object)
    if len(gaps) == 0:
        return nothing
    tree = shapely.STRtree(items)
    touching = tree.query(shapely.buffer(gaps, precision_m, quad_segs=1), predicate="intersects")[0]
    networks = gaps[np.bincount(touching, minlength=len(gaps)) > NEIGHBOURS_OF_A_PLAIN_GAP]
    corners = np.unique(shapely.get_coordinates(networks), axis=0)
    if len(corners) == 0:
        return nothing
    points = shapely.points(corners)
    corner, item = tree.query(shapely.box(*(corners - width_m).T, *(corners + width_m).T))
    distance = shapely.distance(points[corner], items[item])
    across = (distance > precision_m) & (distance <= width_m)
    corner, item = corner[across], item[across]
    junction = np.bincount(corner, minlength=len(corners)) >= 2
    corner, item = corner[junction[corner]], item[junction[corner]]
    return np.asarray(shapely.shortest_line(points[corner], items[item]), dtype=object)
