"""Make the lane inventory of a workspace from street segments with names."""

from __future__ import annotations

import json

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import COUNTY, STREET_OFFICE
from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.ground import areas_in_force, unit_ground
from gridmgmt_plugin.core.lanes import Areas, LaneOptions, LaneSet, build_lanes
from gridmgmt_plugin.core.lanes.names import read_names
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.column_roles import find_field, require_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

_IN_USE = "在用"


def import_lanes(
    workspace: Workspace,
    streets: Source,
    *,
    name_field: str | None = None,
    class_field: str | None = None,
    coordinates: str = "crs",
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Join the segments of one name that connect into street-lanes with code, length, end points and communities.

    ``accepted`` of the report counts the lanes; ``rejected`` the segments that are in none of them, with the reason.

    :param language: of the words in ``from_place``, ``to_place`` and ``direction`` (dead end, east–west …).
    :raises WorkspaceError: ``lanes_exist`` when the workspace has lanes already, ``workspace_without_areas``.
    :raises InputError: ``streets_wrong_geometry``, ``layer_elsewhere``, ``lanes_without_names``, or what fields and
        coordinates raise.
    """
    progress = progress or Progress()
    _refuse_lanes(workspace)
    offices, communities = _areas(workspace)
    geometry = placed_layer("streets", streets, offices.geometry, workspace.info.frame, coordinates)
    name = require_field(streets.rows, "lane", name_field)
    road_class = find_field(streets.rows, "road_class", class_field, taken=[name.field])
    store = RegisterStore(workspace, default_layout("lane").key, "lane")
    progress.report(0.05)
    found = build_lanes(
        geometry,
        streets.rows[name.field],
        offices,
        classes=None if road_class is None else streets.rows[road_class.field],
        communities=communities,
        register=store.register,
        options=LaneOptions(precision_m=workspace.info.precision_m, language=tongue_of(language)),
        progress=progress.part(0.05, 0.9),
    )
    rejections = _rejections(streets, geometry, streets.rows[name.field], found)
    with workspace.transaction(author, "import_lanes") as transaction:
        _refuse_lanes(workspace)
        transaction.insert("lane", found.lanes.with_columns(state=[_IN_USE] * len(found.lanes)))
        transaction.insert("lane_area", found.lane_areas)
        store.write(transaction)
        transaction.log("lane", None, None, json.dumps({"rows": len(found.lanes)}))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(found, streets, rejections, streets.rows[name.field])


def _refuse_lanes(workspace: Workspace) -> None:
    count = workspace.count("lane")
    if count:
        raise WorkspaceError("lanes_exist", count=count)


def _areas(workspace: Workspace) -> tuple[Areas, Areas]:
    """Return where lanes are coded (street offices, and what the county keeps beside them), and the finest ground."""
    rows = workspace.read("area", ["code", "parent_code", "level", "valid_from", "valid_to"])
    rows = rows.take(areas_in_force(rows))
    if len(rows) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.location.label)
    upper = np.isin(rows["level"].astype(str), (COUNTY, STREET_OFFICE))

    def ground(picked: Rows) -> Areas:
        found = unit_ground(picked, Rows(), workspace.info.precision_m)
        return Areas(found.codes, found.geometry)

    return ground(rows.take(upper)), ground(rows)


def _rejections(streets: Source, geometry: np.ndarray, names: np.ndarray, found: LaneSet) -> Rejections:
    """Return why segments are in no lane: nothing drawn, no name, or outside every area."""
    rejections = Rejections(streets)
    without = found.segment_lane < 0
    drawn = ~shapely.is_missing(geometry) & (shapely.length(geometry) > 0)
    rejections.add(without & ~drawn, "lane_segment_without_line")
    rejections.add(without & ~read_names(names).named, "lane_segment_unnamed")
    rejections.add(without, "lane_segment_outside")
    return rejections


def _report(found: LaneSet, streets: Source, rejections: Rejections, names: np.ndarray) -> Report:
    rejected = rejections.listed(names)
    lengths = found.lanes["length_m"].astype(np.float64)
    figures = {
        "segments": len(streets),
        "segments_in_lanes": len(streets) - len(rejected),
        "segments_without_lane": len(rejected),
        "length_km": round(float(lengths.sum()) / 1000, 3),
    }
    return Report(
        "importlanes",
        accepted=len(found.lanes),
        rejected=len(rejected),
        reasons=rejections.counts(),
        rejected_rows=rejected,
        figures=figures,
        notes=(*streets.notes, *found.notes),
    )
