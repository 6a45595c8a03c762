"""Coordinates as Chinese web maps give them for a place: the formulas that the plugin inverts, applied forward."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.coordinates import offsets
from gridmgmt_plugin.core.coordinates.offsets import LonLat


def wgs84_to_gcj02(lon: Any, lat: Any) -> LonLat:
    """Return GCJ-02 for WGS 84."""
    return offsets._inside_china(offsets._shift_gcj02, lon, lat)


def gcj02_to_bd09(lon: Any, lat: Any) -> LonLat:
    """Return BD-09 for GCJ-02."""
    return offsets._inside_china(offsets._shift_bd09, lon, lat)


def wgs84_to_bd09(lon: Any, lat: Any) -> LonLat:
    """Return BD-09 for WGS 84."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
