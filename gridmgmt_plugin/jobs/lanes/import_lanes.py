"""Make the lane inventory of a workspace from street segments with names."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import COUNTY, STREET_OFFICE
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.ground import areas_in_force, unit_ground
from gridmgmt_plugin.core.lanes import Areas, LaneOptions, LaneSet, build_lanes
from gridmgmt_plugin.core.lanes.names import read_names
from gridmgmt_plugin.core.lanes.unnamed import filling_names
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.exchange.column_roles import find_field, require_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.lanes.lane_store import NEW, StoredLanes, met_lanes, store_lanes
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.workspace import Workspace


@collecting_seldom()
def import_lanes(
    workspace: Workspace,
    streets: Source,
    *,
    name_field: str | None = None,
    class_field: str | None = None,
    coordinates: str = "crs",
    scope: str | None = None,
    mode: str = NEW,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Join the segments of one name that connect into street-lanes with code, length, end points and communities.

    ``accepted`` of the report counts the lanes; ``rejected`` the segments that are in none of them, with the reason.
    Lanes are joined from all streets, so that none ends at the border of the scope; those whose home (see
    :func:`~gridmgmt_plugin.core.lanes.lane_homes`) lies in the scope are written, all others stay as they are.

    :param scope: codes of areas at any level, separated by commas; empty = all of the workspace.
    :param mode: ``new`` (the scope has no lanes yet) or ``update``: a lane that is there, by office, name and ground,
        keeps its code, its officers and what people entered, and gets the line of the file where that is another;
        lanes that the file does not have stay and are told, and so are those that people cut otherwise on the map
        (drawn, split, merged, lengthened, abolished). ``to_confirm`` lists all of it, lane by lane.
    :param language: of the words in ``from_place``, ``to_place`` and ``direction`` (dead end, east–west …).
    :raises WorkspaceError: ``lanes_exist`` when ``mode`` is new and the scope has lanes already,
        ``workspace_without_areas``.
    :raises InputError: ``import_mode_unknown``, ``scope_unknown``, ``streets_wrong_geometry``, ``layer_elsewhere``,
        ``lanes_without_names``, or what fields and coordinates raise.
    """
    progress = progress or Progress()
    met = met_lanes(workspace, scope, mode)
    offices, communities = _areas(workspace)
    geometry = placed_layer("streets", streets, communities.geometry, workspace.info.frame, coordinates)
    name = require_field(streets.rows, "lane", name_field)
    road_class = find_field(streets.rows, "road_class", class_field, taken=[name.field])
    progress.report(0.05)
    found = build_lanes(
        geometry,
        streets.rows[name.field],
        offices,
        classes=None if road_class is None else streets.rows[road_class.field],
        communities=communities,
        options=LaneOptions(precision_m=workspace.info.precision_m, language=tongue_of(language)),
        progress=progress.part(0.05, 0.9),
    )
    rejections = _rejections(streets, geometry, streets.rows[name.field], found, met.ground)
    stored = store_lanes(workspace, met, found, author, progress)
    return _report(found, stored, streets, rejections, streets.rows[name.field])


def _areas(workspace: Workspace) -> tuple[Areas, Areas]:
    """Return where lanes are coded (street offices, and what the county keeps beside them), and the finest ground."""
    rows = workspace.read("area", ["code", "parent_code", "level", "valid_from", "valid_to"])
    rows = rows.take(areas_in_force(rows))
    if len(rows) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.title)
    upper = np.isin(rows["level"].astype(str), (COUNTY, STREET_OFFICE))

    def ground(picked: Rows) -> Areas:
        found = unit_ground(picked, Rows(), workspace.info.precision_m)
        return Areas(found.codes, found.geometry)

    return ground(rows.take(upper)), ground(rows)


def _rejections(
    streets: Source, geometry: np.ndarray, names: np.ndarray, found: LaneSet, ground: np.ndarray | None
) -> Rejections:
    """Return why segments are in no lane: nothing drawn, no name (with the lane that such a piece would tie
    together), or outside every area.

    :param ground: object array of the areas of the scope, elsewhere nothing is asked for; ``None`` = everywhere.
    """
    rejections = Rejections(streets)
    without = found.segment_lane < 0
    drawn = ~shapely.is_missing(geometry) & (shapely.length(geometry) > 0)
    if ground is not None:
        asked = np.zeros(len(geometry), dtype=bool)
        asked[np.unique(shapely.STRtree(ground).query(geometry, predicate="intersects")[0])] = True
        without &= asked | ~drawn
    rejections.add(without & ~drawn, "lane_segment_without_line")
    unnamed = without & drawn & ~read_names(names).named
    fills = filling_names(geometry, unnamed, found.lanes)
    rejections.add(~is_null(fills), "lane_segment_fills", fills[~is_null(fills)])
    rejections.add(unnamed, "lane_segment_unnamed")
    rejections.add(without, "lane_segment_outside")
    return rejections


def _report(
    found: LaneSet, stored: StoredLanes, streets: Source, rejections: Rejections, names: np.ndarray
) -> Report:
    rejected = rejections.listed(names)
    in_lanes = np.isin(found.segment_lane, stored.positions)
    figures = {
        "segments": len(streets),
        "segments_in_lanes": int(in_lanes.sum()),
        "segments_without_lane": len(rejected),
        "length_km": round(stored.length_m / 1000, 3),
        **stored.figures,
    }
    return Report(
        "importlanes",
        accepted=len(stored.positions),
        rejected=len(rejected),
        reasons=rejections.counts(),
        rejected_rows=rejected,
        figures=figures,
        notes=(*streets.notes, *stored.notes),
        to_confirm=stored.to_confirm,
    )
