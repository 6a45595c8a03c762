"""Shapes out of the bytes that a file, a database or a map layer gives: what cannot be built costs its own row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.row_problems import RowProblems

_POINT_WKB_BYTES = 21
_HEAD_BYTES = 5  # the order of bytes and the kind of geometry
_HEAD = itemgetter(slice(_HEAD_BYTES))
_CURVES = range(8, 15)  # the base numbers of circular string … surface in ISO WKB
_LITTLE_ENDIAN_POINT = b"\x01\x01\x00\x00\x00"


@dataclass(frozen=True)
class WkbShapes:
    """``geometry``: object array of shapely geometries in two dimensions; ``None`` for nothing, for an empty one and
    for the rows of ``unreadable`` (int64 positions; the bytes make no geometry) and ``endless`` (a coordinate is
    infinite or no number).
    """

    geometry: np.ndarray
    unreadable: np.ndarray
    endless: np.ndarray

    def problems(self) -> RowProblems:
        """Return what is wrong with which row, a polygon that crosses itself included."""
        missing = shapely.is_missing(self.geometry)
        missing[self.unreadable] = missing[self.endless] = False
        surfaces = np.flatnonzero(shapely.get_dimensions(self.geometry) == 2)
        invalid = surfaces[~shapely.is_valid(self.geometry[surfaces])]
        return RowProblems.joined(
            [
                RowProblems.of(self.unreadable, "geometry_unreadable"),
                RowProblems.of(self.endless, "geometry_not_finite"),
                RowProblems.of(np.flatnonzero(missing), "geometry_missing"),
                RowProblems.of(invalid, "geometry_invalid"),
            ]
        )


def shapes_of_wkb(wkb: Sequence[bytes | None]) -> WkbShapes:
    """Return the shapes of n pieces of WKB, ``None`` allowed."""
    there = np.fromiter(map(bool, wkb), dtype=bool, count=len(wkb))
    coordinates = _of_plain_points(list(filter(None, wkb)))
    if coordinates is not None:
        return _plain_points(coordinates, there)
    geometry = np.full(len(wkb), None, dtype=object)
    curves = curve_heads(wkb)
    packed = as_column(None if not shape or shape[:_HEAD_BYTES] in curves else shape for shape in wkb)
    geometry[:] = shapely.force_2d(shapely.from_wkb(packed, on_invalid="ignore"))
    unreadable = np.flatnonzero(there & shapely.is_missing(geometry))
    geometry[shapely.is_empty(geometry)] = None
    endless = np.flatnonzero(~shapely.is_missing(geometry) & ~finite(geometry))
    geometry[endless] = None
    return WkbShapes(geometry, unreadable, endless)


def _plain_points(coordinates: np.ndarray, there: np.ndarray) -> WkbShapes:
    """Return points by their coordinates, float64 (m, 2), for those of n rows that have one (``there``, bool mask).

    What the shapes would be asked one by one is seen from the coordinates: WKB's empty point has none.
    """
    rows = np.flatnonzero(there)
    usable = np.isfinite(coordinates).all(axis=1)
    if len(rows) == len(there) and usable.all():
        geometry: np.ndarray = np.asarray(shapely.points(coordinates), dtype=object)
    else:
        geometry = np.full(len(there), None, dtype=object)
        geometry[rows[usable]] = shapely.points(coordinates[usable])
    endless = rows[~usable & ~np.isnan(coordinates).all(axis=1)]
    return WkbShapes(geometry, np.zeros(0, dtype=np.int64), endless)


def curve_heads(wkb: Sequence[bytes | None]) -> frozenset[bytes]:
    """Return how pieces of WKB begin that are curves, which shapely does not know; empty where none is one."""
    return frozenset(head for head in set(map(_HEAD, filter(None, wkb))) if _is_curve(head))


def _is_curve(head: bytes) -> bool:
    if len(head) < _HEAD_BYTES:
        return False
    number = int.from_bytes(head[1:], "little" if head[0] == 1 else "big") & 0x0FFFFFFF
    return number % 1000 in _CURVES


def _of_plain_points(shapes: Sequence[bytes]) -> np.ndarray | None:
    """Return the coordinates, float64 (n, 2), where all are points of two dimensions with the small end first."""
    if set(map(len, shapes)) != {_POINT_WKB_BYTES}:
        return None
    packets = np.frombuffer(b"".join(shapes), np.uint8).reshape(-1, _POINT_WKB_BYTES)
    if (packets[:, :_HEAD_BYTES] != np.frombuffer(_LITTLE_ENDIAN_POINT, np.uint8)).any():
        return None
    return np.asarray(packets[:, _HEAD_BYTES:].copy().view("<f8").reshape(-1, 2).astype(np.float64))
