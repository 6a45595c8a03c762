"""How many metres of street-lane in use lie in each cell; a lane along the border of two cells is shared by both."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.lanes.territory import share_lengths
from gridmgmt_plugin.workspace.workspace import Workspace


def lane_lengths_m(workspace: Workspace, codes: np.ndarray, geometry: np.ndarray) -> np.ndarray:
    """Return the length of the workspace's lanes in each cell, float64 (n,), in metres.

    :param codes: object array of n texts; ``geometry``: object array of n polygons in the workspace's frame.
    """
    stored = workspace.read("lane", ["state", "valid_to"])
    lanes = stored.shapes[lanes_in_use(stored)]
    lines, lane = shapely.get_parts(lanes, return_index=True)
    drawn = shapely.length(lines) > 0
    if not drawn.any():
        return np.zeros(len(codes))
    options = LaneOptions(precision_m=workspace.info.precision_m)
    found = share_lengths(lines[drawn], lane[drawn].astype(np.int64), len(lanes), Areas(codes, geometry), options)
    return np.bincount(found.area, weights=found.length_m, minlength=len(codes))
