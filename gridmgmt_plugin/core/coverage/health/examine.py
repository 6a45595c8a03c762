"""Examine a coverage: every overlap, gap, near-miss and broken ring, at once and in seconds for 20 000 polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core._compat import has_coverage_validation
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.graph.faces import Faces, faces_of_lines, is_thin
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults, faults, joined
from gridmgmt_plugin.core.coverage.health.near_misses import near_misses
from gridmgmt_plugin.core.coverage.health.shape_faults import (
    empty_faults,
    part_faults,
    polygonal,
    polygons_only,
    ring_faults,
    sliver_faults,
    vertex_faults,
)
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.progress import Progress


def examine(
    geometry: np.ndarray,
    outline: shapely.Geometry | None = None,
    precision_m: float = 0.001,
    gap_width_m: float = 0.5,
    near_m: float = 0.05,
    sliver_width_m: float = 1.0,
    spike_angle_deg: float = 3.0,
    min_edge_m: float = 0.05,
    progress: Progress | None = None,
) -> CoverageFaults:
    """Return everything that keeps polygons from being a sound coverage of the outline.

    :param geometry: object array of n polygons in a metric frame; missing, empty, invalid and multi-part ones are
        faults themselves, and what is sound in them takes part in the other checks.
    :param outline: Polygon or MultiPolygon that they should cover; ``None`` = unknown, then only enclosed holes
        are seen and nothing overshoots.
    :param precision_m: what is narrower than this is rounding and no overlap, gap or overshoot.
    :param gap_width_m: uncovered ground up to this width is a ``gap``, wider a ``hole`` or ``uncovered``.
    :param near_m: vertices closer than this to a neighbour's vertex or edge, but not on a vertex of it, are told.
    :param sliver_width_m: mean width under which a polygon is a sliver.
    :param spike_angle_deg: angle under which a vertex is the tip of a spike.
    :param min_edge_m: edges shorter than this are told as vertices too close.
    :raises Cancelled: through ``progress``.

    GEOS's own coverage check sees neither an enclosed hole nor ground left bare at the border, and needs a version
    that many installations lack. So this compares edges: see :mod:`gridmgmt_plugin.core.coverage.graph.edges`.
    """
    progress = progress or Progress()
    geometry = np.asarray(geometry, dtype=object)
    found = [
        empty_faults(geometry),
        ring_faults(geometry),
        part_faults(geometry),
        sliver_faults(geometry, sliver_width_m),
        vertex_faults(geometry, spike_angle_deg, min_edge_m),
    ]
    progress.report(0.3)
    cells = polygonal(geometry)
    border = polygonal(np.array([outline], dtype=object))
    area = _area_faults(cells, border[0] if outline is not None else None, precision_m, gap_width_m)
    progress.report(0.8)
    wide = area.of("hole", "uncovered").geometry
    found += [area, near_misses(cells, border[0], near_m, precision_m, wide)]
    progress.report(1.0)
    return joined(found)


def is_coverage(geometry: np.ndarray, gap_width_m: float = 0.0) -> bool:
    """Return whether polygons are edge-matched: no overlap, no vertex missing, no gap up to ``gap_width_m``.

    The same question as GEOS's coverage validity, asked of GEOS where it can answer. It says nothing about holes
    that are wider, nor about an outline; :func:`examine` does.
    """
    geometry = np.asarray(geometry, dtype=object)
    if has_coverage_validation():
        return bool(shapely.coverage_is_valid(geometry, gap_width=gap_width_m))
    return is_coverage_by_edges(geometry, gap_width_m)


def is_coverage_by_edges(geometry: np.ndarray, gap_width_m: float = 0.0) -> bool:
    """Answer :func:`is_coverage` without GEOS 3.12; polygons without area do not count."""
    if len(geometry) == 0:  # shapely before 2.1 has no bounds for nothing
        return True
    bounds = np.abs(shapely.total_bounds(geometry))
    last_digit = float(np.spacing(np.nanmax(bounds, initial=1.0)))
    cells = polygonal(geometry)
    area = _area_faults(cells, None, 1024 * last_digit, gap_width_m)
    if len(area.of("overlap", "duplicate", "gap")):
        return False
    # A vertex computed to lie on an edge lies beside it by some last digits of its coordinates; the sides of a wide
    # hole come as near to each other as one likes where it tapers.
    near_m = max(gap_width_m, 4 * last_digit)
    return len(near_misses(cells, shapely.Polygon(), near_m, 0.0, area.of("hole").geometry)) == 0


@dataclass(frozen=True)
class _Residue:
    """What loose edges enclose: faces and by how many polygons too many (−1 = bare) each is covered."""

    faces: Faces
    excess: np.ndarray


def _residue(cells: np.ndarray, outline: shapely.Geometry | None, precision_m: float) -> _Residue:
    """Return the faces between loose edges with their excess of cover.

    Across a shared edge one polygon ends and another begins, so the number of polygons over a point, less one
    inside the outline, changes at loose edges only: one point inside each of these faces tells it for all of it.
    """
    table = edge_table(cells, precision_m)
    lines = table.lines(~table.shared)
    if outline is not None:
        lines = np.append(lines, [shapely.boundary(outline)])
    faces = faces_of_lines(lines, precision_m)
    wide = mean_width_m(faces.geometry) > precision_m
    faces = faces.take(wide)
    faces, cover = _counted(faces, cells)
    if outline is None:
        return _Residue(faces, cover - 1)
    shapely.prepare(outline)
    return _Residue(faces, cover - shapely.intersects(outline, faces.point))


def _counted(faces: Faces, cells: np.ndarray) -> tuple[Faces, np.ndarray]:
    """Return the faces, each with a point off the edges inside it, and how many polygons cover each.

    A point that happens to lie on the edge of two sound neighbours counts twice, and everything in its face would be
    under suspicion. It is put into the inside of one of them, where nobody else is unless there is an overlap.
    """
    face, cell = faces.covered_by(cells)
    cover = np.bincount(face, minlength=len(faces))
    first = np.searchsorted(face, np.flatnonzero(cover > 1))
    twice, holder = face[first], cell[first]
    inside = polygons_only(shapely.intersection(faces.geometry[twice], cells[holder]))
    twice, inside = twice[~shapely.is_empty(inside)], inside[~shapely.is_empty(inside)]
    point = faces.point.copy()
    point[twice] = shapely.point_on_surface(inside)
    moved = Faces(faces.geometry, point)
    cover[twice] = np.bincount(moved.take(twice).covered_by(cells)[0], minlength=len(twice))
    return moved, cover


def _area_faults(
    cells: np.ndarray, outline: shapely.Geometry | None, precision_m: float, gap_width_m: float
) -> CoverageFaults:
    residue = _residue(cells, outline, precision_m)
    bare = residue.faces.geometry[residue.excess < 0]
    crowded = residue.faces.geometry[residue.excess > 0]
    tree = shapely.STRtree(cells)
    suspects = np.unique(tree.query(crowded, predicate="intersects")[1])
    return joined(
        [
            _overlap_faults(cells, suspects, precision_m),
            _gap_faults(bare, tree, outline, precision_m, gap_width_m),
            _overshoot_faults(cells, suspects, outline, precision_m),
        ]
    )


def _overlap_faults(cells: np.ndarray, suspects: np.ndarray, precision_m: float) -> CoverageFaults:
    one, two = shapely.STRtree(cells[suspects]).query(cells[suspects])
    pair = one < two
    order = np.lexsort((two[pair], one[pair]))
    first, second = suspects[one[pair][order]], suspects[two[pair][order]]
    common = polygons_only(shapely.intersection(cells[first], cells[second]))
    wide = mean_width_m(common) > precision_m
    first, second, common = first[wide], second[wide], common[wide]
    area = shapely.area(common)
    rounding = precision_m * np.maximum(shapely.length(cells[first]), shapely.length(cells[second]))
    same = area + rounding >= np.maximum(shapely.area(cells[first]), shapely.area(cells[second]))
    return joined(
        [
            faults(kind, common[mask], first[mask], second[mask], area[mask])
            for kind, mask in (("duplicate", same), ("overlap", ~same))
        ]
    )


def _gap_faults(
    bare: np.ndarray,
    tree: shapely.STRtree,
    outline: shapely.Geometry | None,
    precision_m: float,
    gap_width_m: float,
) -> CoverageFaults:
    beside = tree.nearest(shapely.point_on_surface(bare)) if len(tree) and len(bare) else np.full(len(bare), OUTLINE)
    thin = is_thin(bare, gap_width_m)
    border = None if outline is None else shapely.boundary(outline)
    open_side = np.zeros(len(bare), dtype=bool) if border is None else shapely.distance(bare, border) <= precision_m
    area = shapely.area(bare)
    masks = (("gap", thin), ("hole", ~thin & ~open_side), ("uncovered", ~thin & open_side))
    return joined([faults(kind, bare[mask], beside[mask], measure=area[mask]) for kind, mask in masks])


def _overshoot_faults(
    cells: np.ndarray, suspects: np.ndarray, outline: shapely.Geometry | None, precision_m: float
) -> CoverageFaults:
    if outline is None:
        return faults("overshoot", np.empty(0, dtype=object), np.zeros(0, dtype=np.int64))
    shapely.prepare(outline)
    suspects = suspects[~shapely.covers(outline, cells[suspects])]
    beyond = polygons_only(shapely.difference(cells[suspects], outline))
    wide = mean_width_m(beyond) > precision_m
    return faults("overshoot", beyond[wide], suspects[wide], measure=shapely.area(beyond[wide]))
