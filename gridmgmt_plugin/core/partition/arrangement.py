"""The planar arrangement: areas, streets and what must stay whole, noded together, and what each face belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import faces_of, node_lines
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.points_in_polygons import largest_around, points_in_polygons
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.geometry.welding import weld
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition.dead_ends import prolonged_dead_ends
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.linework import Linework
from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.strips import dividing_lines


@dataclass(frozen=True)
class Faces:
    """The n faces of the arrangement that lie in an area, in map order.

    ``geometry``: Polygons. ``area``: int64, the area of each. ``covered``: bool, inside the covered extent.
    ``compound``, ``road``, ``building``: int64, position of the shape that the face is part of, −1 for none; a face
    is part of one of them at most. ``closed_m2``: gaps and overlaps between areas that were closed.
    ``open_edge_m``: length of all edges with nothing on one side, the outline of the whole.
    """

    geometry: np.ndarray
    area: np.ndarray
    covered: np.ndarray
    compound: np.ndarray
    road: np.ndarray
    building: np.ndarray
    closed_m2: float
    open_edge_m: float

    def __len__(self) -> int:
        return len(self.geometry)


def arrange(clean: CleanInput, lines: Linework, options: PartitionOptions, notes: list[Message]) -> Faces:
    """Return the faces of everything that a cell boundary may follow.

    Dead-end lanes in blocks above the largest area are prolonged, and strips beside streets divided where one
    block or compound along them ends and the next begins; both only add lines.

    :raises InputError: ``partition_areas_overlap``.
    """
    noded = node_lines(lines.lines(), options.precision_m)
    faces = faces_of(noded)
    obstacles = np.concatenate([clean.compounds[clean.compound_whole], clean.buildings, clean.roads])
    added = prolonged_dead_ends(noded, faces, obstacles, options)
    compound = largest_around(shapely.point_on_surface(faces), clean.compounds)
    added = np.concatenate([added, dividing_lines(faces, compound, clean, options)])
    if len(added):
        faces = faces_of(node_lines(weld(added, noded, options.weld_m).all(), options.precision_m))
    return _labelled(faces, clean, options, notes)


def _labelled(faces: np.ndarray, clean: CleanInput, options: PartitionOptions, notes: list[Message]) -> Faces:
    inner = shapely.point_on_surface(faces)
    area, closed_m2 = _area_of_faces(faces, inner, clean, options, notes)
    inside = area >= 0
    faces, inner, area = faces[inside], inner[inside], area[inside]
    covered = np.ones(len(faces), dtype=bool)
    if clean.extent is not None:
        covered[:] = False
        covered[points_in_polygons(inner, np.array([clean.extent], dtype=object))[0]] = True
    compound = largest_around(inner, clean.compounds)
    road = largest_around(inner, clean.roads)
    road[compound >= 0] = -1
    building = largest_around(inner, clean.buildings)
    building[(compound >= 0) | (road >= 0)] = -1
    edges = shared_segments(faces, options.precision_m)
    open_edge_m = float(edges.length_m[edges.right < 0].sum())
    return Faces(faces, area, covered, compound, road, building, closed_m2, open_edge_m)


def _area_of_faces(
    faces: np.ndarray, inner: np.ndarray, clean: CleanInput, options: PartitionOptions, notes: list[Message]
) -> tuple[np.ndarray, float]:
    """Return the area of each face, −1 outside, and how much ground was closed; refuse real overlaps."""
    face, owner = points_in_polygons(inner, clean.areas)
    claims = np.bincount(face, minlength=len(faces))
    area = np.full(len(faces), -1, dtype=np.int64)
    single = claims[face] == 1
    area[face[single]] = owner[single]
    narrow = mean_width_m(faces) < options.area_tolerance_m
    _refuse_overlap((claims > 1) & ~narrow, faces, face, owner, clean.codes)
    unclear = np.flatnonzero(narrow & (claims != 1))
    closed_m2 = 0.0
    if len(unclear):
        segments = shared_segments(faces, options.precision_m)
        unclear = unclear[~_open_to_outside((claims == 0) & ~narrow, segments)[unclear]]
        area = spread_labels(area, unclear, segments)
        closed = unclear[area[unclear] >= 0]
        closed_m2 = float(shapely.area(faces[closed]).sum())
        if closed_m2 >= 0.01:
            details = {
                "count": len(shapely.get_parts(shapely.union_all(faces[closed]))),
                "width_m": f"{options.area_tolerance_m:g}",
                "area_m2": closed_m2,
            }
            notes.append(Message("partition_area_slivers", details))
    _note_gaps(faces, area, clean, notes)
    return area, closed_m2


def _open_to_outside(outside: np.ndarray, segments: SharedSegments) -> np.ndarray:
    """Tell which faces touch the ground outside all areas along an edge: those are no gap between areas."""
    is_open = np.zeros(len(outside), dtype=bool)
    is_open[segments.left[segments.right < 0]] = True
    both = segments.right >= 0
    left, right = segments.left[both], segments.right[both]
    is_open[left[outside[right]]] = True
    is_open[right[outside[left]]] = True
    return is_open


def spread_labels(label: np.ndarray, unclear: np.ndarray, segments: SharedSegments) -> np.ndarray:
    """Return ``label`` (int64 per face, −1 unknown) where ``unclear`` faces take that of the longest shared edge."""
    label = label.copy()
    waiting = np.zeros(len(label), dtype=bool)
    waiting[unclear] = True
    both = segments.right >= 0
    near = np.concatenate([segments.left[both], segments.right[both]])
    far = np.concatenate([segments.right[both], segments.left[both]])
    length = np.concatenate([segments.length_m[both]] * 2)
    near, far, length = near[waiting[near]], far[waiting[near]], length[waiting[near]]
    while len(near):
        known = waiting[near] & (label[far] >= 0)
        if not known.any():
            break
        pairs, where = np.unique(np.column_stack([near[known], label[far[known]]]), axis=0, return_inverse=True)
        total = np.bincount(where.reshape(-1), weights=length[known])
        order = np.argsort(total, kind="stable")
        label[pairs[order, 0]] = pairs[order, 1]
        waiting[pairs[:, 0]] = False
    return label


def _refuse_overlap(
    overlapping: np.ndarray, faces: np.ndarray, face: np.ndarray, owner: np.ndarray, codes: np.ndarray
) -> None:
    found = np.flatnonzero(overlapping)
    if len(found) == 0:
        return
    worst = found[np.argmax(shapely.area(faces[found]))]
    first, second = sorted(owner[face == worst].tolist())[:2]
    place = shapely.point_on_surface(faces[worst])
    raise InputError(
        "partition_areas_overlap",
        first=codes[first],
        second=codes[second],
        area_m2=float(shapely.area(faces[worst])),
        x=f"{place.x:.1f}",
        y=f"{place.y:.1f}",
    )


def _note_gaps(faces: np.ndarray, area: np.ndarray, clean: CleanInput, notes: list[Message]) -> None:
    """Tell of ground that areas enclose and that is in none of them."""
    parts = shapely.get_parts(shapely.union_all(clean.areas))
    holes = shapely.get_num_interior_rings(parts) > 0
    if not holes.any():
        return
    filled = shapely.polygons(shapely.get_exterior_ring(parts[holes]))
    gaps = shapely.difference(filled, parts[holes])
    outside = faces[area < 0]
    enclosed = outside[points_in_polygons(shapely.point_on_surface(outside), gaps)[0]]
    if len(enclosed):
        place = shapely.point_on_surface(enclosed[np.argmax(shapely.area(enclosed))])
        square_m = shapely.area(enclosed).sum()
        details = {"count": len(shapely.get_parts(shapely.union_all(enclosed))), "area_m2": float(square_m)}
        notes.append(Message("partition_area_gaps", {**details, "x": f"{place.x:.1f}", "y": f"{place.y:.1f}"}))
