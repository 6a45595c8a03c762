"""Layers that a balance heeds: lines that no grid reaches across, places that each get a grid of their own."""

from __future__ import annotations

from typing import Optional

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.grouping.barriers import crossed_pairs
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.placed_shapes import is_of_kind
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.workspace import Workspace

_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)


def barred_pairs(
    workspace: Workspace, units: Rows, pairs: np.ndarray, barriers: Source | None
) -> Optional[np.ndarray]:
    """Return which pairs of neighbours (int64 (m, 2)) have a barrier between them, bool (m,); ``None`` without any.

    :raises InputError: ``barriers_wrong_geometry``, ``layer_elsewhere``, or what coordinates raise.
    """
    if barriers is None:
        return None
    lines = placed_layer("barriers", barriers, units.shapes, workspace.info.frame, "crs")
    inside = shapely.get_coordinates(shapely.point_on_surface(units.shapes))
    return crossed_pairs(pairs, inside, lines)


def units_of_centres(
    workspace: Workspace, units: Rows, centres: Source | None
) -> tuple[list[int], tuple[Message, ...]]:
    """Return the unit grids in which the points lie, each once, and what the planner should know of the others.

    :raises InputError: ``centres_wrong_geometry``, or what coordinates raise.
    """
    if centres is None:
        return [], ()
    if not is_of_kind(centres.rows.geometry, _POINTS):
        raise InputError("centres_wrong_geometry", path=centres.path, layer=centres.name)
    given = centres.rows.shapes[np.isin(shapely.get_type_id(centres.rows.shapes), _POINTS)]
    moved = geometry_to_frame(given, "crs", centres.crs_wkt, workspace.info.frame)
    places = shapely.get_coordinates(shapely.centroid(moved[~shapely.is_missing(moved)]))
    found = locate_points(places[:, 0], places[:, 1], units.shapes, units["code"])
    seeds = np.unique(found[found >= 0]).tolist()
    unused = len(centres) - len(seeds)
    return seeds, (Message("centres_unused", {"count": unused}),) if unused else ()
