"""Shapes out of the bytes that a file, a database or a map layer gives: what cannot be built costs its own row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.row_problems import RowProblems

_POINT_WKB_BYTES = 21
_HEAD_BYTES = 5  # the order of bytes and the kind of geometry
_HEAD = itemgetter(slice(_HEAD_BYTES))
_CURVES = range(8, 15)  # the base numbers of circular string … surface in ISO WKB
_POINT_PACKET = np.dtype((np.void, _POINT_WKB_BYTES))
_LITTLE_ENDIAN_POINT = b"\x01\x01\x00\x00\x00"


@dataclass(frozen=True)
class WkbShapes:
    """``held``: object array of shapely geometries in two dimensions, or plain points where all rows are points;
    ``None`` (no number) for nothing, for an empty one and for the rows of ``unreadable`` (int64 positions; the bytes
    make no geometry) and ``endless`` (a coordinate is infinite or no number).
    """

    held: np.ndarray | PlainPoints
    unreadable: np.ndarray
    endless: np.ndarray

    @property
    def geometry(self) -> np.ndarray:
        """Return the shapes as an object array, made now where only their places were read."""
        return self.held.shapes() if isinstance(self.held, PlainPoints) else self.held

    def problems(self) -> RowProblems:
        """Return what is wrong with which row, a polygon that crosses itself included."""
        if isinstance(self.held, PlainPoints):
            missing, invalid = np.isnan(self.held.x), np.zeros(0, dtype=np.int64)
        else:
            missing, invalid = shapely.is_missing(self.held), _invalid(self.held)
        missing[self.unreadable] = missing[self.endless] = False
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
        placed = np.full((len(wkb), 2), np.nan)
        placed[there] = coordinates
        return _plain_points(placed)
    geometry = np.full(len(wkb), None, dtype=object)
    curves = curve_heads(wkb)
    packed = as_column(None if not shape or shape[:_HEAD_BYTES] in curves else shape for shape in wkb)
    geometry[:] = shapely.force_2d(shapely.from_wkb(packed, on_invalid="ignore"))
    unreadable = np.flatnonzero(there & shapely.is_missing(geometry))
    geometry[shapely.is_empty(geometry)] = None
    endless = np.flatnonzero(~shapely.is_missing(geometry) & ~finite(geometry))
    geometry[endless] = None
    return WkbShapes(geometry, unreadable, endless)


def shapes_of_pieces(pieces: Sequence[np.ndarray | list[bytes | None]]) -> WkbShapes:
    """Return the shapes of a layer that was read in pieces: coordinates of plain points, or WKB."""
    plain = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    if plain and len(plain) == len(pieces):
        return _plain_points(np.concatenate(plain))
    return shapes_of_wkb(
        [shape for piece in pieces for shape in (_packed(piece) if isinstance(piece, np.ndarray) else piece)]
    )


def _packed(coordinates: np.ndarray) -> list[bytes | None]:
    """Return plain points as WKB again, ``None`` for nothing."""
    head = _LITTLE_ENDIAN_POINT
    return [None if np.isnan(place).all() else head + place.astype("<f8").tobytes() for place in coordinates]


def plain_coordinates(wkb: np.ndarray, gone: np.ndarray | None) -> np.ndarray | None:
    """Return the coordinates, float64 (n, 2), of WKB in packets of one length, ``None`` unless all are plain points.

    ``gone``: bool mask of those that hold nothing, which get not-a-number.
    """
    if wkb.dtype != _POINT_PACKET:
        return None
    packets = np.ascontiguousarray(wkb).view(np.uint8).reshape(-1, _POINT_WKB_BYTES)
    other = (packets[:, :_HEAD_BYTES] != np.frombuffer(_LITTLE_ENDIAN_POINT, np.uint8)).any(axis=1)
    if (other if gone is None else other & ~gone).any():
        return None
    coordinates = np.array(packets[:, _HEAD_BYTES:]).view("<f8").astype(np.float64)
    if gone is not None:
        coordinates[gone] = np.nan
    return coordinates


def _plain_points(coordinates: np.ndarray) -> WkbShapes:
    """Return points by their coordinates, float64 (n, 2), not-a-number twice for rows that have none.

    What the shapes would be asked one by one is seen from the coordinates: WKB's empty point has none.
    """
    usable = np.isfinite(coordinates).all(axis=1)
    endless = np.flatnonzero(~usable & ~np.isnan(coordinates).all(axis=1))
    x, y = (np.where(usable, axis, np.nan) for axis in coordinates.T)
    return WkbShapes(PlainPoints(x, y), np.zeros(0, dtype=np.int64), endless)


def _invalid(geometry: np.ndarray) -> np.ndarray:
    surfaces = np.flatnonzero(shapely.get_dimensions(geometry) == 2)
    return np.asarray(surfaces[~shapely.is_valid(geometry[surfaces])], dtype=np.int64)


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
    return plain_coordinates(np.frombuffer(b"".join(shapes), _POINT_PACKET), None)
