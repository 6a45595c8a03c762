"""What the planner should know of a partition: what had to be cut, what stayed too large or too small."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import vertex_faults
from gridmgmt_plugin.core.geometry.measures import compactness
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition.arrangement import Faces
from gridmgmt_plugin.core.partition.cells import Cells
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import ROAD, PartitionOptions
from gridmgmt_plugin.core.partition.threads import THREAD

# A shape that laps over a boundary by less ground than this is drawing inaccuracy, not worth a planner's look.
_SLIGHT_M2 = 1.0
_PLACES = 5
# What the checks of a workspace call a spike.
_SPIKE_DEG = 3.0


def cut_notes(faces: Faces, clean: CleanInput) -> list[Message]:
    """Tell which compounds and buildings lie on both sides of an area boundary or of the covered extent."""
    notes = []
    ground = shapely.area(faces.geometry)
    side = 2 * faces.area + faces.covered
    known = faces.compound >= 0
    cut = _divided(faces.compound[known], side[known], ground[known])
    if len(cut):
        notes.append(Message("partition_compounds_cut", {"count": len(cut), "places": _places(clean.compounds[cut])}))
    cut = _cut_buildings(clean)
    if len(cut):
        notes.append(Message("partition_buildings_cut", {"count": len(cut), "places": _places(clean.buildings[cut])}))
    overlaps = _overlaps(clean.compounds)
    if overlaps:
        notes.append(Message("partition_compounds_overlap", {"count": overlaps}))
    return notes


def size_notes(cells: Cells, options: PartitionOptions) -> list[Message]:
    """Tell how many cells are above the largest or below the minimum area, and why."""
    notes = []
    area_m2 = shapely.area(cells.geometry)
    large = area_m2 > options.max_ratio * cells.target_m2
    for code, found in (
        ("partition_large_compounds", large & cells.whole),
        ("partition_large", large & ~cells.whole),
    ):
        if found.any():
            notes.append(Message(code, {"count": int(found.sum()), "area_m2": f"{area_m2[found].max():.0f}"}))
    small = area_m2 < options.min_ratio * cells.target_m2
    if small.any():
        least = f"{options.min_ratio * options.target_area_m2:.0f}"
        notes.append(Message("partition_small_cells", {"count": int(small.sum()), "min_area_m2": least}))
    return notes


def shape_notes(cells: Cells) -> list[Message]:
    """Tell how many cells are threads all the same, the worst ones first, and where."""
    shape = compactness(cells.geometry)
    shape[cells.kind == ROAD] = 1.0
    thread = np.argsort(shape, kind="stable")[: int((shape < THREAD).sum())]
    if len(thread) == 0:
        return []
    return [Message("partition_thread_cells", {"count": len(thread), "places": _places(cells.geometry[thread])})]


def outline_notes(clean: CleanInput) -> list[Message]:
    """Tell where the outlines of areas taper to a point so fine that the cell there has a tail nobody can see."""
    tips = vertex_faults(clean.areas, _SPIKE_DEG, 0.0).of("spike")
    if len(tips) == 0:
        return []
    codes = listing(np.unique(clean.codes[tips.first].astype(str)).tolist(), _PLACES)
    return [Message("partition_area_spikes", {"count": len(tips), "codes": codes, "places": _places(tips.geometry)})]


def street_notes(clean: CleanInput) -> list[Message]:
    """Tell how many areas were cut without a street to follow."""
    if len(clean.streets) == 0:
        without = len(clean.areas)
    else:
        crossed = np.unique(shapely.STRtree(clean.streets).query(clean.areas, predicate="intersects")[0])
        without = len(clean.areas) - len(crossed)
    return [Message("partition_no_streets", {"count": without})] if without else []


def _divided(owner: np.ndarray, side: np.ndarray, ground_m2: np.ndarray) -> np.ndarray:
    """Return the owners (int64, most ground on the smaller side first) with real ground on two or more sides."""
    if len(owner) == 0:
        return owner
    pairs, where = np.unique(np.column_stack([owner, side]), axis=0, return_inverse=True)
    total = np.bincount(where.reshape(-1), weights=ground_m2)
    real = total > _SLIGHT_M2
    owners, times = np.unique(pairs[real, 0], return_counts=True)
    return np.asarray(owners[times > 1])


def _cut_buildings(clean: CleanInput) -> np.ndarray:
    if len(clean.buildings) == 0:
        return np.empty(0, dtype=np.int64)
    fixed = [shapely.get_parts(shapely.boundary(clean.areas)), shapely.boundary(clean.compounds)]
    if clean.extent is not None:
        fixed.append(shapely.get_parts(shapely.boundary(np.array([clean.extent], dtype=object))))
    lines = np.concatenate(fixed)
    building, line = shapely.STRtree(lines).query(clean.buildings, predicate="intersects")
    inside = shapely.intersection(shapely.buffer(clean.buildings[building], -0.05), lines[line])
    return np.asarray(np.unique(building[shapely.length(inside) > 0]))


def _overlaps(compounds: np.ndarray) -> int:
    if len(compounds) < 2:
        return 0
    first, second = shapely.STRtree(compounds).query(compounds, predicate="intersects")
    pairs = first < second
    shared = shapely.area(shapely.intersection(compounds[first[pairs]], compounds[second[pairs]]))
    return int((shared > _SLIGHT_M2).sum())


def _places(shapes: np.ndarray) -> str:
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[:_PLACES]))
    return listing(f"({x:.0f}, {y:.0f})" for x, y in points)
