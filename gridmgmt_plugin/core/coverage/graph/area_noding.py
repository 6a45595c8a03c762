"""Give administrative areas of one or more levels the same vertices on every edge that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.faces import Faces, faces_between, is_thin
from gridmgmt_plugin.core.coverage.graph.labels import NOBODY, FaceGraph, settle_overlaps, thin_groups
from gridmgmt_plugin.core.coverage.graph.tips import without_tips
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.coverage.health.snapping import snap_loose_vertices
from gridmgmt_plugin.core.coverage.moved_ground import exchanged_m2
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import dissolve, node_lines
from gridmgmt_plugin.core.progress import Progress


@dataclass(frozen=True)
class NodedAreas:
    """Areas whose shared edges have equal vertices.

    ``geometry``: object array of n Polygons or MultiPolygons in the order of the input; an empty Polygon where an
    area was nothing but a thin overlap. ``gained_m2``, ``lost_m2``: float64 (n,). ``vertices_moved``,
    ``largest_move_m``: by snapping, beyond rounding. ``overlap_m2``: ground that areas of one level still share
    because it is too wide to be rounding; somebody must decide whose it is.
    """

    geometry: np.ndarray
    gained_m2: np.ndarray
    lost_m2: np.ndarray
    vertices_moved: int
    largest_move_m: float
    overlap_m2: float


def node_coverage(
    geometry: np.ndarray,
    precision_m: float = 0.001,
    level: np.ndarray | None = None,
    snap_m: float = 0.05,
    sliver_width_m: float = 1.0,
    progress: Progress | None = None,
) -> NodedAreas:
    """Snap-round neighbouring and nested polygons so that all shared edges have equal vertices.

    :param geometry: object array of n Polygons or MultiPolygons in a metric frame.
    :param precision_m: the grid that all vertices lie on afterwards.
    :param level: int64 (n,), 0 for the highest level (county), larger for lower ones; ``None`` = all on one level.
        Areas of one level do not overlap, areas of different levels nest.
    :param snap_m: near-miss vertices up to this far apart become one.
    :param sliver_width_m: overlaps and gaps up to this width, which conversions between datums and separate
        digitising leave, go to the neighbour with the longest edge, and on a higher level to the area that holds
        the lower one, so that nesting survives. Anything wider is left as it is. Tips that this leaves go
        (:func:`~.tips.without_tips`).
    :raises InputError: ``coverage_tolerance``.
    :raises Cancelled: through ``progress``.
    """
    if not (0 < precision_m <= snap_m and precision_m <= sliver_width_m):
        raise InputError("coverage_tolerance", precision_m=precision_m, snap_m=snap_m, gap_width_m=sliver_width_m)
    progress = progress or Progress()
    before = polygonal(np.asarray(geometry, dtype=object))
    levels = np.zeros(len(before), dtype=np.int64) if level is None else np.asarray(level, dtype=np.int64)
    snapped = snap_loose_vertices(before, None, snap_m)
    moved = polygonal(snapped.geometry)
    progress.report(0.2)
    drawn = without_tips(
        node_lines(shapely.boundary(moved), precision_m),
        lambda noded: _drawn(noded, moved, levels, sliver_width_m),
        lambda drawn: [drawn.geometry[levels == number] for number in np.unique(levels)],
        precision_m,
    )
    progress.report(0.9)
    gained, lost = exchanged_m2(before, drawn.geometry, precision_m)
    progress.report(1.0)
    return NodedAreas(drawn.geometry, gained, lost, snapped.vertices_moved, snapped.largest_move_m, drawn.overlap_m2)


@dataclass(frozen=True)
class _Drawn:
    """Areas of all levels as the faces of one network make them up, and the ground that areas of one level share."""

    geometry: np.ndarray
    overlap_m2: float


def _drawn(noded: np.ndarray, areas: np.ndarray, levels: np.ndarray, sliver_width_m: float) -> _Drawn:
    faces = faces_between(noded)
    graph = FaceGraph(*faces.neighbours(), shapely.area(faces.geometry))
    after = np.full(len(areas), shapely.Polygon(), dtype=object)
    below: np.ndarray | None = None
    overlap_m2 = 0.0
    for number in np.unique(levels)[::-1]:
        members = np.flatnonzero(levels == number)
        below, shared_face, shared_item = _settle_level(faces, graph, areas[members], below, sliver_width_m)
        owned = np.flatnonzero(below != NOBODY)
        pieces = np.concatenate([owned, shared_face])
        after[members] = dissolve(faces.geometry[pieces], np.concatenate([below[owned], shared_item]), len(members))
        overlap_m2 += float(graph.area[np.unique(shared_face)].sum())
    return _Drawn(after, overlap_m2)


def _settle_level(
    faces: Faces, graph: FaceGraph, areas: np.ndarray, below: np.ndarray | None, width_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one area per face (−1 nobody), and the pairs ``(face, area)`` of overlaps too wide to settle.

    ``below``: the areas of the next lower level per face, ``None`` on the lowest.
    """
    face, area = faces.covered_by(areas)
    cover = np.bincount(face, minlength=len(faces))
    crowded = cover > 1
    disputed = crowded.copy()
    disputed[crowded] = is_thin(faces.geometry[crowded], width_m)
    label = settle_overlaps(graph, face, area, shapely.area(areas), disputed)
    bare = thin_groups(faces, graph, cover == 0, width_m)
    shreds = graph.detached(label)
    shreds[shreds] = is_thin(faces.geometry[shreds], width_m)
    open_ = disputed | bare | shreds
    if below is not None:
        label = _as_their_holder(graph, label, below, open_)
    seeking = (bare | shreds) & ((label == NOBODY) | shreds)
    label = graph.spread(np.where(seeking, NOBODY, label), seeking)
    wide = (crowded & ~disputed)[face]
    label[crowded & ~disputed] = NOBODY
    return label, face[wide], area[wide]


def _as_their_holder(graph: FaceGraph, label: np.ndarray, below: np.ndarray, open_: np.ndarray) -> np.ndarray:
    """Give open faces to the area that holds most of the lower area they belong to."""
    sure = ~open_ & (label != NOBODY) & (below != NOBODY)
    span = int(label.max(initial=0)) + 1
    key, inverse = np.unique(below[sure] * span + label[sure], return_inverse=True)
    ground = np.bincount(inverse, weights=graph.area[sure], minlength=len(key))
    order = np.lexsort((key % span, -ground, key // span))
    lower = key[order] // span
    top = np.r_[True, lower[1:] != lower[:-1]] if len(lower) else np.zeros(0, dtype=bool)
    holder = np.full(int(below.max(initial=0)) + 1, NOBODY)
    holder[lower[top]] = key[order][top] % span
    label = label.copy()
    held = open_ & (below != NOBODY)
    held[held] = holder[below[held]] != NOBODY
    label[held] = holder[below[held]]
    return label
