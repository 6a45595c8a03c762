"""Make the lane inventory of a workspace from street segments with names."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.codes.areas import LEVELS
from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.lanes import Areas, LaneOptions, LaneSet, build_lanes
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.fields import find_field, require_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.register_store import RegisterStore
from gridmgmt_plugin.jobs.report import Report
from gridmgmt_plugin.workspace.workspace import Workspace


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

    :param language: of the words in ``from_place``, ``to_place`` and ``direction`` (dead end, east–west …).
    :raises WorkspaceError: ``lanes_exist`` when the workspace has lanes already.
    :raises InputError: ``streets_wrong_geometry``, or what fields and coordinates raise.
    """
    progress = progress or Progress()
    if workspace.count("lane"):
        raise WorkspaceError("lanes_exist", count=workspace.count("lane"))
    if streets.rows.geometry is None:
        raise InputError("streets_wrong_geometry", path=streets.path, layer=streets.name)
    name = require_field(streets.rows, "name", name_field)
    road_class = find_field(streets.rows, "road_class", class_field, taken=[name.field])
    geometry = geometry_to_frame(streets.rows.geometry, coordinates, streets.crs_wkt, workspace.info.frame)
    store = RegisterStore(workspace, default_layout("lane").key, "lane")
    offices, communities = _areas(workspace)
    found = build_lanes(
        geometry,
        streets.rows[name.field],
        offices,
        classes=None if road_class is None else streets.rows[road_class.field],
        communities=communities,
        register=store.register,
        options=LaneOptions(
            precision_m=workspace.info.precision_m, language="zh" if language.lower().startswith("zh") else "en"
        ),
        progress=progress.part(0.05, 0.9),
    )
    with workspace.transaction(author, "import_lanes") as transaction:
        lanes = found.lanes.with_columns(state=["在用"] * len(found.lanes))
        transaction.insert("lane", lanes)
        transaction.insert("lane_area", found.lane_areas)
        store.write(transaction)
        transaction.log("lane", None, None, f'{{"rows": {len(found.lanes)}}}')
    progress.report(1.0)
    return _report(found, streets)


def _areas(workspace: Workspace) -> tuple[Areas, Areas | None]:
    """Return the street offices (or the county where there are none) and the communities."""
    rows = workspace.read("area", ["code", "level"])
    level = rows["level"].astype(str)

    def of(name: str) -> Areas:
        picked: Rows = rows.take(level == name)
        return Areas(picked["code"], as_column(picked.geometry))

    offices = of(LEVELS[1]) if (level == LEVELS[1]).any() else of(LEVELS[0])
    return offices, of(LEVELS[2]) if (level == LEVELS[2]).any() else None


def _report(found: LaneSet, streets: Source) -> Report:
    unplaced = int((found.segment_lane < 0).sum())
    lengths = found.lanes["length_m"].astype(np.float64)
    figures = {
        "segments": len(streets),
        "segments_in_lanes": len(streets) - unplaced,
        "segments_without_lane": unplaced,
        "length_km": round(float(lengths.sum()) / 1000, 3),
    }
    return Report("importlanes", accepted=len(found.lanes), figures=figures, notes=(*streets.notes, *found.notes))
