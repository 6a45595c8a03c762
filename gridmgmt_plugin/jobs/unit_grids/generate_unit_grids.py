"""Draw the unit grids of a workspace from its areas, streets, compounds and buildings."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import community_prefix
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import Ground, covered_extent, rows_in_force, some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import PartitionOptions, TargetProfile
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.unit_grids.capacity import fitting_factors
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import LayerFields, read_drawing_layers
from gridmgmt_plugin.jobs.unit_grids.drawing_scope import NEW, drawing_scope
from gridmgmt_plugin.jobs.unit_grids.drawn_store import StoredCells, give_back, store_drawn
from gridmgmt_plugin.jobs.unit_grids.fresh_cells import FreshCells, draw_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace


@collecting_seldom()
def generate_unit_grids(
    workspace: Workspace,
    streets: Source | None,
    *,
    buildings: Source | None = None,
    compounds: Source | None = None,
    road_areas: Source | None = None,
    coordinates: str = "crs",
    name_field: str | None = None,
    class_field: str | None = None,
    land_use_field: str | None = None,
    grade_field: str | None = None,
    kind_field: str | None = None,
    target_area_m2: float = 10_000.0,
    min_area_m2: float | None = None,
    profile: dict[str, Any] | None = None,
    scope: str | None = None,
    mode: str = NEW,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Fill areas with seamless, coded cells that follow the streets.

    Cells are drawn in the finest areas, and in what these leave of the areas above them; where a covered extent is
    stored, only inside it. The outlines of the areas get the vertices of their cells. Outside the scope nothing
    changes; cells at its border take the vertices of the neighbours that are there. Where an area has not numbers
    enough, its cells are larger, and a note tells which they are.

    :param scope: codes of areas at any level, separated by commas; empty = all of the workspace.
    :param mode: ``new`` (the scope has no unit grids yet) or ``replace`` (they give way; what is drawn as it was
        stays as it was).
    :param streets: centre lines; ``None`` = cut by area alone.
    :param coordinates: what the numbers of the street, building, compound and road layers are (see ``to_frame``).
    :param name_field, class_field: columns of ``streets``. :param land_use_field, grade_field, kind_field: columns of
        ``compounds`` with land use, management grade and kind, for ``profile`` and the unit grids. All are found by
        their headings when not named.
    :param profile: target areas in m² by land use or management grade, ``{"land_use": {…}, "grade": {…}}``.
    :raises WorkspaceError: ``unit_grids_exist`` when ``mode`` is new and the scope has unit grids already,
        ``workspace_without_areas``.
    :raises InputError: ``scope_unknown``, ``cells_without_numbers`` when an area has no number left,
        ``cells_overflow_drawn``, ``extent_unusable``, ``extent_elsewhere``, and what layers and options raise.
    """
    progress = progress or Progress()
    options = PartitionOptions(
        target_area_m2=target_area_m2,
        min_area_m2=min_area_m2,
        precision_m=workspace.info.precision_m,
        profile=TargetProfile.from_json(profile or {}),
    )
    met = drawing_scope(workspace, scope, mode)
    register = RegisterStore(workspace, workspace.info.code_layout, "unit_grid").register
    extent = _covered_extent(workspace, met.ground)
    layers = read_drawing_layers(
        {"streets": streets, "compounds": compounds, "buildings": buildings, "road_areas": road_areas},
        np.concatenate([met.ground.geometry, met.others]),
        workspace.info.frame,
        coordinates,
        LayerFields(name_field, class_field, land_use_field, grade_field, kind_field),
        options.profile,
    )
    give_back(register, met, np.empty(0, dtype=np.int64))
    factors = fitting_factors(met.ground, extent, layers.compounds, options, register)
    progress.report(0.05)
    fresh = draw_cells(met, layers, extent, options, factors, register, progress.part(0.05, 0.85))
    larger = fresh.factors.note(fresh.partition.area_index, target_area_m2, register)
    stored = store_drawn(workspace, met, fresh, author, progress)
    return _report(stored, fresh, (*layers.notes, *met.ground.notes(), *larger))


def _covered_extent(workspace: Workspace, ground: Ground) -> shapely.Geometry | None:
    """Return the ground that gets cells, ``None`` for all of it.

    Where validation makes the best of an outline that crosses itself, nothing new is drawn after it.
    """
    rows = workspace.read("covered_extent")
    drawn = rows.shapes[rows_in_force(rows) & ~shapely.is_missing(rows.shapes)]
    drawn = drawn[~shapely.is_empty(drawn)]
    extent = covered_extent(rows)
    if len(drawn) and (extent is None or not shapely.is_valid(drawn).all()):
        raise InputError("extent_unusable", count=int((~shapely.is_valid(drawn)).sum()))
    if extent is None:
        return None
    if shapely.area(shapely.intersection(ground.geometry, extent)).sum() == 0:
        raise InputError("extent_elsewhere")
    return extent


def _report(stored: StoredCells, fresh: FreshCells, met_notes: tuple[Message, ...]) -> Report:
    partition, ground = fresh.partition, fresh.ground
    notes = [*met_notes, *partition.notes, *stored.notes()]
    padded = [code for code in ground.codes[~ground.rest].tolist() if community_prefix(code) != code]
    if padded:
        notes.append(Message("cells_without_community", {"count": len(padded), "shown": some(padded)}))
    areas_m2 = shapely.area(partition.geometry)
    figures = {
        **partition.figures,
        "smallest_m2": round(float(areas_m2.min()), 1),
        "median_m2": round(float(np.median(areas_m2)), 1),
        "largest_m2": round(float(areas_m2.max()), 1),
        "new": len(stored.rows),
        "kept": stored.kept,
        "withdrawn": len(stored.change.cells.deleted),
    }
    return Report("generateunitgrids", accepted=len(partition), figures=figures, notes=tuple(notes))
