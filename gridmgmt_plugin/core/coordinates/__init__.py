"""Coordinates in and out of the workspace's frame: Chinese map offsets, projections, whole geometries."""

from __future__ import annotations

from gridmgmt_plugin.core.coordinates.notation import is_pair, read_coordinates
from gridmgmt_plugin.core.coordinates.offsets import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gridmgmt_plugin.core.coordinates.reprojection import (
    COORDINATE_KINDS,
    from_frame,
    geometry_to_frame,
    to_frame,
)

__all__ = [
    "COORDINATE_KINDS",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "from_frame",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "geometry_to_frame",
    "is_pair",
    "read_coordinates",
    "to_frame",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]
