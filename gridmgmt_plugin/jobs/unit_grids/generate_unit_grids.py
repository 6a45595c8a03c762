"""Draw the unit grids of a workspace from its areas, streets, compounds and buildings."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import community_prefix
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.ground import Ground, areas_in_force, covered_extent, rows_in_force, some, unit_ground
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import AreaLayer, Partition, PartitionOptions, TargetProfile, partition_areas
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.capacity import refuse_overflow, refuse_too_many
from gridmgmt_plugin.core.unit_grids.new_rows import coded_unit_grids
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import DrawingLayers, LayerFields, read_drawing_layers
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "generate_unit_grids"


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
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Fill the empty ``unit_grid`` table with seamless, coded cells that follow the streets.

    Cells are drawn in the finest areas, and in what these leave of the areas above them; where a covered extent is
    stored, only inside it. The outlines of the areas get the vertices of their cells.

    :param streets: centre lines; ``None`` = cut by area alone.
    :param coordinates: what the numbers of the street, building, compound and road layers are (see ``to_frame``).
    :param name_field, class_field: columns of ``streets``. :param land_use_field, grade_field, kind_field: columns of
        ``compounds`` with land use, management grade and kind, for ``profile`` and the unit grids. All are found by
        their headings when not named.
    :param profile: target areas in m² by land use or management grade, ``{"land_use": {…}, "grade": {…}}``.
    :raises WorkspaceError: ``unit_grids_exist`` when there are unit grids already, ``workspace_without_areas``.
    :raises InputError: ``cells_overflow``, before anything is drawn, when a community would run out of numbers;
        ``extent_unusable``, ``extent_elsewhere``, and what layers and options raise.
    """
    progress = progress or Progress()
    options = PartitionOptions(
        target_area_m2=target_area_m2,
        min_area_m2=min_area_m2,
        precision_m=workspace.info.precision_m,
        profile=TargetProfile.from_json(profile or {}),
    )
    areas = _areas(workspace)
    none = workspace.read("unit_grid")
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    ground = unit_ground(areas, Rows(), options.precision_m)
    extent = _covered_extent(workspace, ground)
    layers = read_drawing_layers(
        {"streets": streets, "compounds": compounds, "buildings": buildings, "road_areas": road_areas},
        ground.geometry,
        workspace.info.frame,
        coordinates,
        LayerFields(name_field, class_field, land_use_field, grade_field, kind_field),
        options.profile,
    )
    refuse_overflow(ground, extent, layers.compounds, options, store.register)
    progress.report(0.05)
    partition = _drawn(ground, layers, extent, options, progress.part(0.05, 0.85))
    refuse_too_many(ground, partition.area_index, target_area_m2, store.register)
    rows = _write(workspace, areas, none, ground, partition, author, progress)
    return _report(rows, partition, layers, ground)


def _refuse_drawn(workspace: Workspace) -> None:
    count = workspace.count("unit_grid")
    if count:
        raise WorkspaceError("unit_grids_exist", count=count)


def _areas(workspace: Workspace) -> Rows:
    _refuse_drawn(workspace)
    areas = workspace.read("area")
    if len(areas_in_force(areas)) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.location.label)
    return areas


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


def _drawn(
    ground: Ground,
    layers: DrawingLayers,
    extent: shapely.Geometry | None,
    options: PartitionOptions,
    progress: Progress,
) -> Partition:
    return partition_areas(
        AreaLayer(ground.geometry, ground.codes),
        layers.streets,
        compounds=layers.compounds,
        buildings=layers.buildings,
        road_areas=layers.road_areas,
        covered_extent=extent,
        options=options,
        progress=progress,
    )


def _write(
    workspace: Workspace,
    areas: Rows,
    none: Rows,
    ground: Ground,
    partition: Partition,
    author: str,
    progress: Progress,
) -> Rows:
    """Store cells and the areas' outlines with the vertices of their cells, in one transaction.

    :param none: the table of unit grids, which is empty.
    """
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed(workspace, transaction, "area", areas)
        refuse_changed(workspace, transaction, "unit_grid", none)
        transaction.hold("code_register")
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        rows = coded_unit_grids(
            partition.geometry,
            ground.codes[partition.area_index],
            store.register,
            author,
            act.at,
            grid_kind=partition.kind,
            land_use=partition.land_use,
            grade=partition.grade,
        )
        touched = compared_cells(none, rows, np.full(len(rows), -1))
        change = follow_cells(workspace, touched, store, Causes({}, GESTURE), act)
        outlines = _outline_change(areas, ground, partition.area_geometry)
        write_cells(transaction, change, act, (GESTURE,), otherwise=GESTURE, beside=[outlines])
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return rows


def _outline_change(areas: Rows, ground: Ground, drawn: np.ndarray) -> TableChange:
    after = _outlines(areas, ground, drawn)
    place = {fid: row for row, fid in enumerate(areas.fids.tolist())}
    before = areas.take([place[fid] for fid in after.fids.tolist()])
    return TableChange("area", before=before, updated=after.with_columns(row_version=before["row_version"]))


def _outlines(areas: Rows, ground: Ground, drawn: np.ndarray) -> Rows:
    """Return row numbers and new outlines of the areas, so that all levels share the vertices of their cells.

    An area that consists of others is their union, unless its own boundary is another one (a clash, told already).
    """
    finest = ground.row[~ground.rest].tolist()
    fids, shapes = areas.fids[finest].tolist(), drawn[~ground.rest].tolist()
    codes = ground.codes.astype(str)
    for row in np.setdiff1d(np.arange(len(areas)), finest):
        members = np.flatnonzero(np.char.startswith(codes, areas["code"][row]))
        union = shapely.union_all(drawn[members])
        differing_m2 = shapely.area(shapely.symmetric_difference(union, areas.shapes[row]))
        if differing_m2 < 0.002 * shapely.length(union) + 0.01:
            fids.append(areas.fids[row])
            shapes.append(union)
    return Rows({}, as_column(shapes), np.array(fids, dtype=np.int64))


def _report(rows: Rows, partition: Partition, layers: DrawingLayers, ground: Ground) -> Report:
    notes = [*layers.notes, *ground.notes(), *partition.notes]
    padded = [code for code in ground.codes[~ground.rest].tolist() if community_prefix(code) != code]
    if padded:
        notes.append(Message("cells_without_community", {"count": len(padded), "shown": some(padded)}))
    areas_m2 = shapely.area(rows.shapes)
    figures = {
        **partition.figures,
        "smallest_m2": round(float(areas_m2.min()), 1),
        "median_m2": round(float(np.median(areas_m2)), 1),
        "largest_m2": round(float(areas_m2.max()), 1),
    }
    return Report("generateunitgrids", accepted=len(rows), figures=figures, notes=tuple(notes))
