"""One round from atoms to cells: cut the large, node everything once more, merge the small, dissolve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve, faces_of, node_lines
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.geometry.points_in_polygons import points_in_polygons
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.geometry.welding import weld
from gridmgmt_plugin.core.partition.arrangement import spread_labels
from gridmgmt_plugin.core.partition.atoms import Atoms, leading_value
from gridmgmt_plugin.core.partition.cutting import cut_polygon
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.merging import CellMerging
from gridmgmt_plugin.core.partition.model import ROAD, PartitionOptions
from gridmgmt_plugin.core.partition.regions import RegionGraph
from gridmgmt_plugin.core.partition.street_grades import segment_grades
from gridmgmt_plugin.core.progress import Progress

# From this factor on cells are as large as they are because codes run out.
_SCARCE = 2.0


@dataclass(frozen=True)
class Pieces:
    """The atoms after cutting: ``geometry`` Polygons, ``atom`` int64; ``cut`` how many atoms were cut.

    ``lines``: the cuts, LineStrings that end on edges of the atoms or on one another without a vertex there.
    ``part``: bool, part of a thread that is to be shared out.
    """

    geometry: np.ndarray
    atom: np.ndarray
    part: np.ndarray
    lines: np.ndarray
    cut: int


def cut_atoms(atoms: Atoms, clean: CleanInput, options: PartitionOptions, progress: Progress) -> Pieces:
    """Return the atoms, those above the largest area cut where they may be."""
    area_m2 = shapely.area(atoms.geometry)
    large = np.flatnonzero(atoms.cuttable & (area_m2 > options.max_ratio * atoms.target_m2))
    standing = standing_within(atoms.geometry[large], clean.buildings)
    expected = max(1.0, float((area_m2[large] / atoms.target_m2[large]).sum()))
    done = [0]

    def tick() -> None:
        done[0] += 1
        if done[0] % 64 == 0:
            progress.report(done[0] / expected)

    geometry, owner = [np.delete(atoms.geometry, large)], [np.delete(np.arange(len(area_m2)), large)]
    lines = [np.empty(0, dtype=object)]
    cut = 0
    for atom, obstacles in zip(large.tolist(), standing):
        target_m2 = float(atoms.target_m2[atom])
        parts = cut_polygon(atoms.geometry[atom], target_m2, options.max_ratio, obstacles, tick)
        cut += len(parts.pieces) > 1
        geometry.append(parts.pieces)
        lines.append(parts.lines)
        owner.append(np.full(len(parts.pieces), atom))
    shapes, part = np.concatenate(geometry), np.zeros(sum(map(len, geometry)), dtype=bool)
    return Pieces(shapes, np.concatenate(owner).astype(np.int64), part, np.concatenate(lines), cut)


def standing_within(polygons: np.ndarray, buildings: np.ndarray) -> list[np.ndarray]:
    """Return for each polygon the ``buildings`` (or whatever stays whole) that it meets."""
    if len(buildings) == 0 or len(polygons) == 0:
        return [np.empty(0, dtype=object)] * len(polygons)
    polygon, building = shapely.STRtree(buildings).query(polygons, predicate="intersects")
    order = np.lexsort((building, polygon))
    splits = np.searchsorted(polygon[order], np.arange(1, len(polygons)))
    return [buildings[chosen] for chosen in np.split(building[order], splits)]


def assemble(
    pieces: Pieces, atoms: Atoms, clean: CleanInput, options: PartitionOptions, progress: Progress
) -> tuple[Atoms, int]:
    """Return the cells and how many merges were made: pieces noded against one another, small ones merged.

    The cells come as atoms again, because one that a merge made too large can be cut once more; the ground
    outside the covered extent is among them, untouched.
    """
    # Every edge once, and all cuts at the same time: where a cut ends, the edge gets the vertex for both its sides.
    regions = faces_of(node_lines(_all_lines(pieces, atoms, options), options.precision_m))
    progress.report(0.3)
    segments = shared_segments(regions, options.precision_m)
    regions, piece, segments = _labelled(regions, segments, pieces, options)
    progress.report(0.5)
    atom = pieces.atom[piece]
    area, covered = atoms.area[atom], atoms.covered[atom]
    inner = segments.right >= 0
    inner[inner] &= area[segments.left[inner]] == area[segments.right[inner]]
    inner[inner] &= covered[segments.left[inner]] & covered[segments.right[inner]]
    same = inner & (piece[segments.left] == piece[segments.right])
    first = connected_groups(len(regions), segments.left[same], segments.right[same])
    grade = segment_grades(segments, inner & ~same, clean, options.precision_m)
    progress.report(0.6)
    graph, merging = _graph(
        regions, first, segments, inner & ~same, grade, piece, pieces, atoms, clean.factor, options
    )
    merges = merging.run(lambda: progress.report(0.7))
    progress.report(0.8)
    return _grown(regions, graph.labels()[first], atom, atoms), merges


def _all_lines(pieces: Pieces, atoms: Atoms, options: PartitionOptions) -> np.ndarray:
    """Return the edges of the atoms and the cuts, welded to the edges around them."""
    beside = np.unique(shapely.STRtree(atoms.geometry).query(pieces.lines)[1])
    welded = weld(pieces.lines, shapely.get_parts(shapely.boundary(atoms.geometry[beside])), options.weld_m)
    return np.concatenate([shapely.boundary(np.delete(atoms.geometry, beside)), welded.all()])


def _labelled(
    regions: np.ndarray, segments: SharedSegments, pieces: Pieces, options: PartitionOptions
) -> tuple[np.ndarray, np.ndarray, SharedSegments]:
    """Return the regions that belong to a piece, the piece of each, and their segments."""
    region, owner = points_in_polygons(shapely.point_on_surface(regions), pieces.geometry)
    piece: np.ndarray = np.full(len(regions), -1, dtype=np.int64)
    piece[region[::-1]] = owner[::-1]
    # Rounding can leave crumbs narrower than the grid between two pieces; they join a neighbour.
    lost = np.flatnonzero((piece < 0) & (mean_width_m(regions) < 5.0 * options.precision_m))
    if len(lost):
        piece = spread_labels(piece, lost, segments)
    inside = piece >= 0
    if inside.all():
        return regions, piece, segments
    regions, piece = regions[inside], piece[inside]
    return regions, piece, shared_segments(regions, options.precision_m)


def _graph(
    regions: np.ndarray,
    first: np.ndarray,
    segments: SharedSegments,
    between: np.ndarray,
    grade: np.ndarray,
    piece: np.ndarray,
    pieces: Pieces,
    atoms: Atoms,
    factor: np.ndarray,
    options: PartitionOptions,
) -> tuple[RegionGraph, CellMerging]:
    count, atom = int(first.max()) + 1, pieces.atom[piece]
    ground = shapely.area(regions)
    area_m2 = np.bincount(first, weights=ground, minlength=count)
    size = np.bincount(first, weights=ground / atoms.target_m2[atom], minlength=count)
    left, right = first[segments.left], np.where(segments.right >= 0, first[segments.right], -1)
    perimeter = np.bincount(first, weights=shapely.length(regions), minlength=count)
    within = (right == left) & (segments.right >= 0)
    inside = np.bincount(left[within], weights=segments.length_m[within], minlength=count)
    perimeter = perimeter - 2.0 * inside
    graph = RegionGraph(area_m2, perimeter, size)
    joined = SharedSegments(segments.coordinates, left, right, segments.length_m, segments.crowded)
    graph.connect(joined, between & (left != right), grade, options.major_grade)
    road, part = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    road[first], part[first] = atoms.road[atom], pieces.part[piece]
    # Where numbers are that scarce, no street keeps a small cell alive.
    scarce = factor[atoms.area[atom]] >= _SCARCE
    least_m2 = np.full(count, options.least_m2)
    least_m2[first[scarce]] = options.min_ratio * atoms.target_m2[atom[scarce]]
    return graph, CellMerging(graph, road, part, least_m2, options)


def _grown(regions: np.ndarray, label: np.ndarray, atom: np.ndarray, atoms: Atoms) -> Atoms:
    """Return the atoms that the ``regions`` of ``atoms`` make up by ``label``."""
    count = int(label.max()) + 1
    member = np.zeros(count, dtype=np.int64)
    member[label] = atom
    ground = shapely.area(regions)
    share = ground / shapely.area(atoms.geometry)[atom]
    whole = np.zeros(count, dtype=bool)
    whole[label[~atoms.cuttable[atom]]] = True
    block = np.zeros(count)
    np.maximum.at(block, label, atoms.block_m2[atom])
    road = atoms.road[member]
    kind, _ = leading_value(label, atoms.kind[atom], ground, count)
    kind[road] = ROAD
    land_use, land_use_m2 = leading_value(label, atoms.land_use[atom], atoms.land_use_m2[atom] * share, count)
    grade, grade_m2 = leading_value(label, atoms.grade[atom], atoms.grade_m2[atom] * share, count)
    geometry = dissolve(regions, label, count)
    return Atoms(
        geometry,
        atoms.area[member],
        atoms.covered[member],
        road,
        ~whole,
        shapely.area(geometry) / np.bincount(label, weights=ground / atoms.target_m2[atom], minlength=count),
        block,
        kind,
        land_use,
        land_use_m2,
        grade,
        grade_m2,
        atoms.blocks,
    )
