"""The offsets of Chinese web maps: from GCJ-02 (高德, 腾讯) and BD-09 (百度) to WGS 84.

The forward formulas are those that the public implementations share (googollee/eviltransform, hujiulong/gcoord);
no law or standard publishes them. They have no closed inverse: the usual one-step inverse is off by up to two
metres, so the inverses here iterate until the forward formula returns what was given.

All functions take and return arrays of longitude and latitude in degrees, any shape, element by element, without
copying the input when nothing changes. Points outside the bounding box of China come back unchanged, as on the maps
themselves; not-a-number stays not-a-number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

LonLat = tuple[np.ndarray, np.ndarray]
Offset = Callable[[np.ndarray, np.ndarray], LonLat]

# Krasovsky 1940, as the map services use it for the offset, whatever datum the map claims.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN = np.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006

_TOLERANCE_DEG = 1e-11
_MAX_ROUNDS = 40
_CHUNK = 200_000  # keeps the dozen temporaries of a formula small beside a million points


def in_china(lon: Any, lat: Any) -> np.ndarray:
    """Tell per point whether it lies in the bounding box in which the map services shift coordinates."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    inside: np.ndarray = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return inside


def gcj02_to_wgs84(lon: Any, lat: Any) -> LonLat:
    """Return WGS 84 for GCJ-02, exact to better than 1e-10 degree."""
    return _inside_china(lambda x, y: _invert(_shift_gcj02, x, y), lon, lat)


def bd09_to_gcj02(lon: Any, lat: Any) -> LonLat:
    """Return GCJ-02 for BD-09, exact to better than 1e-10 degree."""
    return _inside_china(lambda x, y: _invert(_shift_bd09, x, y), lon, lat)


def bd09_to_wgs84(lon: Any, lat: Any) -> LonLat:
    """Return WGS 84 for BD-09, exact to better than 1e-10 degree."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _inside_china(change: Offset, lon: Any, lat: Any) -> LonLat:
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    shape = x.shape
    out_x, out_y = x.flatten(), y.flatten()
    inside = np.flatnonzero(in_china(out_x, out_y))
    for start in range(0, len(inside), _CHUNK):
        part = inside[start : start + _CHUNK]
        out_x[part], out_y[part] = change(out_x[part], out_y[part])
    return out_x.reshape(shape), out_y.reshape(shape)


def _shift_gcj02(lon: np.ndarray, lat: np.ndarray) -> LonLat:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    short_waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (short_waves + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (short_waves + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))) * 2.0 / 3.0

    phi = np.radians(lat)
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_radius = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (flattening * np.sqrt(flattening))
    parallel_radius = _SEMI_MAJOR_M / np.sqrt(flattening) * np.cos(phi)
    return lon + np.degrees(east_m / parallel_radius), lat + np.degrees(north_m / meridian_radius)


def _waves(value: np.ndarray, *terms: tuple[float, float]) -> np.ndarray:
    total = np.zeros_like(value)
    for amplitude_m, frequency in terms:
        total += amplitude_m * np.sin(value * frequency * np.pi)
    return total


def _shift_bd09(lon: np.ndarray, lat: np.ndarray) -> LonLat:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT


def _invert(shift: Offset, lon: np.ndarray, lat: np.ndarray) -> LonLat:
    """Return the point that ``shift`` moves to (lon, lat), by fixed-point steps.

    Both shifts are contractions around the identity (their derivative differs from it by less than 0.03), so every
    round gains at least one and a half digits.
    """
    x, y = lon.copy(), lat.copy()
    for _ in range(_MAX_ROUNDS):
        moved_x, moved_y = shift(x, y)
        step_x, step_y = lon - moved_x, lat - moved_y
        x += step_x
        y += step_y
        if max(np.abs(step_x).max(initial=0.0), np.abs(step_y).max(initial=0.0)) < _TOLERANCE_DEG:
            break
    return x, y
