"""Unit grids from streets: the whole way from layers to checked cells."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition.arrangement import arrange
from gridmgmt_plugin.core.partition.atoms import form_atoms
from gridmgmt_plugin.core.partition.cells import Cells, grow_cells
from gridmgmt_plugin.core.partition.checks import verify
from gridmgmt_plugin.core.partition.inputs import clean_input
from gridmgmt_plugin.core.partition.linework import welded_lines, with_streets
from gridmgmt_plugin.core.partition.model import (
    AreaLayer,
    CompoundLayer,
    Partition,
    PartitionOptions,
    StreetLayer,
)
from gridmgmt_plugin.core.partition.remarks import cut_notes, outline_notes, shape_notes, size_notes, street_notes
from gridmgmt_plugin.core.progress import Progress


def partition_areas(
    areas: AreaLayer,
    streets: StreetLayer | None = None,
    *,
    compounds: CompoundLayer | None = None,
    buildings: np.ndarray | None = None,
    road_areas: np.ndarray | None = None,
    covered_extent: shapely.Geometry | None = None,
    options: PartitionOptions | None = None,
    progress: Progress | None = None,
) -> Partition:
    """Cut ``areas`` into unit grids that follow the streets and have about the target area.

    All geometry is in the same planar frame, in metres. ``buildings``, ``road_areas``: object arrays of
    polygons; cells do not cut the former, the latter become cells of their own. Cells lie in ``covered_extent`` only.

    The cells of an area cover it (inside the covered extent) exactly; neighbours, also across area boundaries, and
    the returned area outlines share every vertex; every cell is one valid polygon on the precision grid. A
    compound or building is divided only by an area boundary or the covered extent, and the notes tell how often; what
    lies within ``PartitionOptions.weld_m`` of another line is drawn on it. No cell ends in a tail narrower than that,
    unless the outline of its area does.
    The result does not depend on the order of the input rows.

    :raises InputError: when the areas, the extent or an option cannot be used (``partition_*``).
    :raises PartitionError: when the result fails its own check; nothing broken is ever returned.
    :raises Cancelled: when ``progress`` says so.
    """
    options = PartitionOptions() if options is None else options
    progress = Progress() if progress is None else progress
    clean = clean_input(areas, streets, compounds, buildings, road_areas, covered_extent, options)
    notes = list(clean.notes)
    progress.report(0.05)
    lines = welded_lines(clean, options)
    clean = with_streets(clean, lines)
    faces = arrange(clean, lines, options, notes)
    progress.report(0.25)
    atoms = form_atoms(faces, clean, options, lambda: progress.report(0.3))
    cells = grow_cells(atoms, clean, options, progress.part(0.35, 0.9))
    verify(cells, faces, clean.areas, options.precision_m)
    progress.report(0.97)
    notes += cut_notes(faces, clean) + size_notes(cells, options)
    notes += shape_notes(cells) + outline_notes(clean) + street_notes(clean)
    figures = {
        "blocks": atoms.blocks,
        "faces": len(faces),
        "atoms": len(atoms.geometry),
        "cells_cut": cells.cuts,
        "cells_merged": cells.merges,
        "cells": len(cells.geometry),
        "vertices": int(shapely.get_num_coordinates(cells.geometry).sum()),
    }
    progress.report(1.0)
    return _result(cells, figures, notes)


def _result(cells: Cells, figures: dict[str, int], notes: list[Message]) -> Partition:
    return Partition(
        cells.geometry,
        cells.area,
        cells.kind,
        cells.land_use,
        cells.grade,
        cells.block_area_m2,
        cells.outlines,
        figures,
        tuple(notes),
    )
