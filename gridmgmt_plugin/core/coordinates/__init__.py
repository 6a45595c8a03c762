"""Coordinates in and out of the workspace's frame: Chinese map offsets, projections, whole geometries."""

from __future__ import annotations

from gridmgmt_plugin.core.coordinates.notation import is_pair, read_coordinates
from gridmgmt_plugin.core.coordinates.reprojection import (
    COORDINATE_KINDS,
    from_frame,
    geometry_to_frame,
    to_frame,
    transformed,
)

__all__ = [
    "COORDINATE_KINDS",
    "from_frame",
    "geometry_to_frame",
    "is_pair",
    "read_coordinates",
    "to_frame",
    "transformed",
]
