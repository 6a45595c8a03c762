"""Street-lanes: segments of one name that connect, with a code, a length, two ends and the areas they run through."""

from gridmgmt_plugin.core.lanes.build import LaneSet, build_lanes
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions

__all__ = ["Areas", "LaneOptions", "LaneSet", "build_lanes"]
