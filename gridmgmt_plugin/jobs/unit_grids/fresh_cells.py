"""Draw the cells of a scope: in the district as a whole, or sewn to what stays around the scope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.geometry.linework import canonical, dissolve
from gridmgmt_plugin.core.ground import Ground
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import AreaLayer, Partition, PartitionOptions, partition_areas
from gridmgmt_plugin.core.partition.fringe import cleared_ground, fringe_of, plain_outlines
from gridmgmt_plugin.core.partition.sewing import Sewn, sewn
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.unit_grids.capacity import TargetFactors, too_many
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import DrawingLayers
from gridmgmt_plugin.jobs.unit_grids.drawing_scope import DrawingScope

_TRIES = 6
_PLACES = 5


@dataclass(frozen=True, eq=False)
class FreshCells:
    """``partition``: the cells; ``ground``: the areas that they were drawn in, ``area_index`` counts in it.
    ``outlines``: object array, one per row of the ground, with the vertices of the cells; ``None`` where they stay.
    ``factors``: where cells were drawn larger.
    """

    partition: Partition
    ground: Ground
    outlines: np.ndarray | None
    factors: TargetFactors


def draw_cells(
    met: DrawingScope,
    layers: DrawingLayers,
    extent: shapely.Geometry | None,
    options: PartitionOptions,
    factors: TargetFactors,
    register: CodeRegister,
    progress: Progress,
) -> FreshCells:
    """Return cells that fill the ground of a scope; cells around it stay, and keep every vertex.

    Where more cells come out than there are numbers, cells are drawn larger there, and all once more.

    :raises InputError: ``cells_overflow_drawn``, and what the partition raises.
    """
    for number in range(_TRIES):
        part = progress.part(1.0 - 0.1**number, 1.0 - 0.1 ** (number + 1))
        found = _drawn(met, layers, extent, options, factors, part)
        larger = factors.grown(found.partition.area_index, register)
        if larger is None:
            return found
        factors = larger
    raise too_many(factors, found.partition.area_index, options.target_area_m2, register)


def _drawn(
    met: DrawingScope,
    layers: DrawingLayers,
    extent: shapely.Geometry | None,
    options: PartitionOptions,
    factors: TargetFactors,
    progress: Progress,
) -> FreshCells:
    ground, beside = met.ground.geometry, met.staying
    width_m = options.area_tolerance_m
    if not met.is_whole:
        ground = plain_outlines(ground, met.others)
    drawn = partition_areas(
        AreaLayer(cleared_ground(ground, beside, options.precision_m, width_m), met.ground.codes, factors.factor),
        layers.streets,
        compounds=layers.compounds,
        buildings=layers.buildings,
        road_areas=layers.road_areas,
        covered_extent=extent,
        options=options,
        progress=progress,
    )
    if met.is_whole:
        return FreshCells(drawn, met.ground, drawn.area_geometry, factors)
    reach_m = width_m + 2.5 * options.precision_m
    fringe = fringe_of(np.asarray(met.ground.geometry), beside, reach_m)
    joined = sewn(drawn.geometry, drawn.area_index, fringe, beside, reach_m, options.precision_m)
    outlines = None
    if extent is None:
        area = drawn.area_index[joined.source]
        outlines = canonical(dissolve(joined.geometry, area, len(met.ground)))
    return FreshCells(_taken(drawn, joined), met.ground, outlines, factors)


def _taken(drawn: Partition, joined: Sewn) -> Partition:
    """Return the partition with the cells as they were sewn to their neighbours."""
    of = joined.source
    figures = {
        **drawn.figures,
        "cells": len(of),
        "vertices": int(shapely.get_num_coordinates(joined.geometry).sum()),
        "seam_moved": joined.moved,
        "seam_joined": joined.joined,
    }
    return Partition(
        joined.geometry,
        drawn.area_index[of],
        drawn.kind[of],
        drawn.land_use[of],
        drawn.grade[of],
        drawn.block_area_m2[of],
        drawn.area_geometry,
        figures,
        (*drawn.notes, *_seam_notes(joined)),
    )


def _seam_notes(joined: Sewn) -> tuple[Message, ...]:
    notes = []
    if joined.moved:
        notes.append(Message("cells_seam_kept", {"moved": joined.moved}))
    if joined.joined:
        largest_m2 = round(float(shapely.area(joined.geometry[joined.grown]).max()))
        places = _places(shapely.get_coordinates(shapely.point_on_surface(joined.geometry[joined.grown])))
        details = {"count": joined.joined, "largest_m2": largest_m2, "places": places}
        notes.append(Message("cells_seam_joined", details))
    if len(joined.open_ends):
        details = {"count": len(joined.open_ends), "places": _places(joined.open_ends)}
        notes.append(Message("cells_seam_open", details))
    return tuple(notes)


def _places(points: np.ndarray) -> str:
    return listing(f"({x:.1f}, {y:.1f})" for x, y in points[:_PLACES].tolist())
