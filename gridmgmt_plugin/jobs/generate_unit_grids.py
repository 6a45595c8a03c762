"""Draw the unit grids of a workspace from its areas, streets, compounds and buildings."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import community_prefix
from gridmgmt_plugin.core.codes.capacity import find_overflows
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import (
    AreaLayer,
    CompoundLayer,
    Partition,
    PartitionOptions,
    StreetLayer,
    TargetProfile,
    grade_of_streets,
    partition_areas,
)
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.exchange.fields import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.register_store import RegisterStore, now_text
from gridmgmt_plugin.jobs.report import Report
from gridmgmt_plugin.jobs.unit_grid_rows import coded_unit_grids, leaf_areas, shown
from gridmgmt_plugin.workspace.workspace import Workspace

_LINE_TYPES = (1, 5)
_POLYGON_TYPES = (3, 6)


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
    target_area_m2: float = 10_000.0,
    min_area_m2: float | None = None,
    profile: dict[str, Any] | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Fill the empty ``unit_grid`` table with seamless, coded cells that follow the streets.

    :param coordinates: what the numbers of the street, building, compound and road layers are (see ``to_frame``).
    :param land_use_field: column of ``compounds`` with the land use, for ``profile`` and the unit grids.
    :param profile: target areas in m² by land use or management grade, ``{"land_use": {…}, "grade": {…}}``.
    :raises WorkspaceError: ``unit_grids_exist`` when there are unit grids already.
    :raises InputError: ``cells_overflow`` before anything is drawn when a community would run out of numbers,
        and what layers and options raise.
    """
    progress = progress or Progress()
    if workspace.count("unit_grid"):
        raise WorkspaceError("unit_grids_exist", count=workspace.count("unit_grid"))
    areas = workspace.read("area")
    if len(areas) == 0:
        raise WorkspaceError("workspace_without_areas", path=str(workspace.path))
    leaves = areas.take(leaf_areas(areas))
    extent = _covered_extent(workspace)
    _refuse_overflow(workspace, leaves, extent, target_area_m2)
    options = PartitionOptions(
        target_area_m2=target_area_m2,
        min_area_m2=min_area_m2,
        precision_m=workspace.info.precision_m,
        profile=TargetProfile.from_json(profile or {}),
    )
    frame = workspace.info.frame

    def placed(source: Source, types: tuple[int, ...], role: str) -> np.ndarray:
        if source.rows.geometry is None or not np.isin(shapely.get_type_id(source.rows.geometry), (*types, -1)).all():
            raise InputError(f"{role}_wrong_geometry", path=source.path, layer=source.name)
        return geometry_to_frame(source.rows.geometry, coordinates, source.crs_wkt, frame)

    partition = partition_areas(
        AreaLayer(leaves.geometry, leaves["code"]),
        None
        if streets is None
        else _street_layer(streets, placed(streets, _LINE_TYPES, "streets"), name_field, class_field),
        compounds=None
        if compounds is None
        else _compound_layer(compounds, placed(compounds, _POLYGON_TYPES, "compounds"), land_use_field),
        buildings=None if buildings is None else placed(buildings, _POLYGON_TYPES, "buildings"),
        road_areas=None if road_areas is None else placed(road_areas, _POLYGON_TYPES, "road_areas"),
        covered_extent=extent,
        options=options,
        progress=progress.part(0.05, 0.85),
    )
    rows = _write(workspace, areas, leaves, partition, author)
    progress.report(1.0)
    given = [source for source in (streets, buildings, compounds, road_areas) if source is not None]
    return _report(rows, partition, given, leaves)


def _street_layer(
    source: Source, geometry: np.ndarray, name_field: str | None, class_field: str | None
) -> StreetLayer:
    names = _texts(source, "name", name_field)
    classes = _texts(source, "road_class", class_field)
    missing = np.full(len(source), None, dtype=object)
    return StreetLayer(geometry, grade_of_streets(missing if names is None else names, classes))


def _compound_layer(source: Source, geometry: np.ndarray, land_use_field: str | None) -> CompoundLayer:
    return CompoundLayer(geometry, _texts(source, "land_use", land_use_field))


def _texts(source: Source, role: str, chosen: str | None) -> np.ndarray | None:
    guess = find_field(source.rows, role, chosen)
    return None if guess is None else clean_texts(source.rows[guess.field])


def _covered_extent(workspace: Workspace) -> shapely.Geometry | None:
    extent = workspace.read("covered_extent")
    return None if len(extent) == 0 else shapely.union_all(extent.geometry)


def _refuse_overflow(
    workspace: Workspace, leaves: Rows, extent: shapely.Geometry | None, target_area_m2: float
) -> None:
    ground = leaves.geometry if extent is None else shapely.intersection(leaves.geometry, extent)
    found = find_overflows(
        leaves["code"].tolist(), shapely.area(ground), target_area_m2, layout(workspace.info.code_layout)
    )
    if found:
        fitting = [o.fitting_target_m2 for o in found if o.fitting_target_m2 is not None]
        lines = [f"{o.community_code} ({o.expected_cells} > {o.capacity})" for o in found]
        raise InputError(
            "cells_overflow", count=len(found), shown=shown(lines, 20), fitting_m2=int(max(fitting, default=0))
        )


def _write(workspace: Workspace, areas: Rows, leaves: Rows, partition: Partition, author: str) -> Rows:
    """Store cells, codes and the areas' outlines with the vertices of their cells, in one transaction."""
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    rows = coded_unit_grids(
        partition.geometry,
        leaves["code"][partition.area_index],
        store.register,
        author,
        now_text(),
        grid_kind=partition.kind,
        land_use=partition.land_use,
        grade=partition.grade,
    )
    with workspace.transaction(author, "generate_unit_grids") as transaction:
        transaction.insert("unit_grid", rows)
        store.write(transaction)
        transaction.update("area", Rows({}, partition.area_geometry, leaves.fid))
        parents, outlines = _parent_outlines(areas, leaves, partition.area_geometry)
        transaction.update("area", Rows({}, outlines, parents))
        transaction.log("unit_grid", None, None, f'{{"rows": {len(rows)}}}')
    return rows


def _parent_outlines(areas: Rows, leaves: Rows, outlines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return row numbers and outlines of the parents that consist of leaves, so that all levels share vertices."""
    fids, shapes = [], []
    codes = leaves["code"].astype(str)
    for position, code in enumerate(areas["code"]):
        members = np.flatnonzero(np.char.startswith(codes, code) & (codes != code))
        if len(members) == 0:
            continue
        union = shapely.union_all(outlines[members])
        if abs(union.area - areas.geometry[position].area) < 0.001 * union.length + 0.01:
            fids.append(areas.fid[position])
            shapes.append(union)
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return np.array(fids, dtype=np.int64), column


def _report(rows: Rows, partition: Partition, given: list[Source], leaves: Rows) -> Report:
    notes = [note for source in given for note in source.notes] + list(partition.notes)
    padded = [code for code in leaves["code"] if community_prefix(code) != code]
    if padded:
        notes.append(Message("cells_without_community", {"count": len(padded), "shown": shown(padded)}))
    areas_m2 = shapely.area(rows.geometry)
    figures = {
        **partition.figures,
        "smallest_m2": round(float(areas_m2.min()), 1),
        "median_m2": round(float(np.median(areas_m2)), 1),
        "largest_m2": round(float(areas_m2.max()), 1),
    }
    return Report("generateunitgrids", accepted=len(rows), figures=figures, notes=tuple(notes))
