"""From whatever a file holds into the workspace's metric frame, for points and for whole geometries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gridmgmt_plugin.core.coordinates.offsets import LonLat, bd09_to_wgs84, gcj02_to_wgs84
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame, look_at
from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.geometry.proj import crs_from, way_between
from gridmgmt_plugin.core.listing import shortened

COORDINATE_KINDS = ("crs", "lonlat", "gcj02", "bd09")
Change = Callable[[np.ndarray, np.ndarray], LonLat]

# Below this the two systems are the same one written differently; rounding must not move shared vertices.
_SAME_M = 1e-6
_DEGREES_SPREAD = 5.0
# Single shapes go astray; from here on it is the layer.
_MOST_LOST = 0.5


def to_frame(x: Any, y: Any, coordinates: str, crs_wkt: str | None, frame: Frame) -> LonLat:
    """Return ``x``, ``y`` (float arrays of one length) in metres of ``frame``, axis order east, north.

    ``coordinates`` says what the numbers are: ``crs`` (what ``crs_wkt`` says; without one, metres of the frame),
    ``lonlat`` (WGS 84 or CGCS2000 degrees), ``gcj02`` or ``bd09``. A projected ``crs_wkt`` together with ``gcj02`` or
    ``bd09`` (shifted degrees drawn in Web Mercator, as map screens save them) is taken back to degrees first.
    Numbers that cannot be transformed become not-a-number.

    :raises InputError: ``coordinates_kind_unknown``, ``crs_unreadable``, ``local_frame_no_reprojection``,
        ``crs_missing_degrees``, ``crs_missing_zone``, ``crs_missing_swapped``, ``crs_missing_web_mercator``.
    """
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    change = _change_to_frame(xs, ys, coordinates, crs_wkt, frame)
    return change(xs, ys)


def geometry_to_frame(geometry: np.ndarray, coordinates: str, crs_wkt: str | None, frame: Frame) -> np.ndarray:
    """Return the geometries (object array, ``None`` allowed) in metres of ``frame``, vertex by vertex.

    Equal vertices stay equal, so that shared edges stay shared. Heights are dropped. A geometry with a vertex that
    is no number, or outside the area in which the projection is defined, becomes ``None``.

    :raises InputError: as :func:`to_frame`, and ``geometry_not_transformable`` when more than half of the geometries
        have a vertex outside that area: then it is the layer's reference system that is wrong.
    """
    given = np.array(geometry, dtype=object)
    given[~finite(given)] = None
    vertices, owner = shapely.get_coordinates(given, return_index=True)
    change = _change_to_frame(vertices[:, 0], vertices[:, 1], coordinates, crs_wkt, frame)
    if change is _unchanged:
        return np.asarray(shapely.force_2d(given), dtype=object)
    moved = np.column_stack(change(vertices[:, 0], vertices[:, 1]))
    broken = ~np.isfinite(moved).all(axis=1)
    lost = np.unique(owner[broken])
    if len(lost) > _MOST_LOST * len(np.unique(owner)):
        raise InputError("geometry_not_transformable", count=int(broken.sum()), label=frame.label)
    given[lost] = None
    kept = moved[~np.isin(owner, lost)]
    flat = np.asarray(shapely.force_2d(given), dtype=object)
    return np.asarray(shapely.transform(flat, lambda _: kept), dtype=object)


def from_frame(x: Any, y: Any, crs: int | str, frame: Frame) -> LonLat:
    """Return frame metres ``x``, ``y`` in ``crs`` (EPSG number or WKT; east or longitude first).

    WGS 84 and CGCS2000 degrees are one and the same, as on the way in.

    :raises InputError: ``local_frame_no_reprojection``, ``crs_unreadable``.
    """
    target = _read_crs(crs)
    if _is_wgs84_degrees(target):
        target = frame.lonlat_crs()
    return _transform(frame.crs(), target)(np.asarray(x, dtype=float), np.asarray(y, dtype=float))


def same_frame(crs_wkt: str | None, frame: Frame) -> bool:
    """Tell whether a file's reference system can be taken as the local ``frame``: nothing said, plain metres
    without a datum, or the frame's own label.
    """
    if crs_wkt is None:
        return True
    crs = _read_crs(crs_wkt)
    return crs.is_engineering or crs.name.strip() == frame.label


def _change_to_frame(xs: np.ndarray, ys: np.ndarray, coordinates: str, crs_wkt: str | None, frame: Frame) -> Change:
    if coordinates not in COORDINATE_KINDS:
        raise InputError("coordinates_kind_unknown", value=coordinates, known=", ".join(COORDINATE_KINDS))
    if coordinates == "crs":
        return _from_crs(xs, ys, crs_wkt, frame)
    if frame.is_local:
        raise InputError("local_frame_no_degrees", label=frame.label)
    steps: list[Change] = []
    source = _read_crs(crs_wkt) if crs_wkt else None
    if source is not None and source.is_projected and look_at(xs, ys).unit != "degrees":
        steps.append(_transform(source, source.geodetic_crs or frame.lonlat_crs()))
    if coordinates == "gcj02":
        steps.append(gcj02_to_wgs84)
    elif coordinates == "bd09":
        steps.append(bd09_to_wgs84)
    steps.append(_transform(frame.lonlat_crs(), frame.crs()))
    return _chain(steps)


def _from_crs(xs: np.ndarray, ys: np.ndarray, crs_wkt: str | None, frame: Frame) -> Change:
    if crs_wkt is None:
        _refuse_what_is_not_frame_metres(xs, ys, frame)
        return _unchanged
    if frame.is_local:
        if not same_frame(crs_wkt, frame):
            raise InputError("local_frame_other_crs", label=frame.label, crs=_read_crs(crs_wkt).name)
        return _unchanged
    source = _read_crs(crs_wkt)
    if source.is_engineering:
        raise InputError("crs_without_parameters", crs=source.name, label=frame.label)
    change = _transform(frame.lonlat_crs() if _is_wgs84_degrees(source) else source, frame.crs())
    return _unchanged if _moves_nothing(change, xs, ys) else change


def _refuse_what_is_not_frame_metres(xs: np.ndarray, ys: np.ndarray, frame: Frame) -> None:
    look = look_at(xs, ys)
    # A local frame may count its metres from the district's own corner: only a spread of a few units betrays degrees.
    if look.unit == "degrees" and (not frame.is_local or _spread(xs, ys) < _DEGREES_SPREAD):
        raise InputError("crs_missing_degrees", label=frame.label)
    if frame.is_local:
        return
    if look.swapped:
        raise InputError("crs_missing_swapped", label=frame.label)
    if look.zone_epsg is not None and look.zone_epsg != frame.epsg:
        raise InputError("crs_missing_zone", epsg=look.zone_epsg, label=frame.label)
    if look.unit == "web_mercator":
        raise InputError("crs_missing_web_mercator", label=frame.label)


def _spread(xs: np.ndarray, ys: np.ndarray) -> float:
    finite = np.isfinite(xs) & np.isfinite(ys)
    return float(max(np.ptp(xs[finite]), np.ptp(ys[finite])))


def _unchanged(x: np.ndarray, y: np.ndarray) -> LonLat:
    return x, y


def _chain(steps: list[Change]) -> Change:
    def change(x: np.ndarray, y: np.ndarray) -> LonLat:
        for step in steps:
            x, y = step(x, y)
        return x, y

    return change


def transformed(transformer: Transformer, x: np.ndarray, y: np.ndarray) -> LonLat:
    """Return float arrays moved by ``transformer``; what it cannot move becomes infinite, as PROJ has it."""
    # pyproj takes an array of one value for a number, which newer numpy no longer likes.
    given = (x.item(), y.item()) if x.size == 1 else (x, y)
    moved_x, moved_y = transformer.transform(*given)
    return np.reshape(np.asarray(moved_x, dtype=float), x.shape), np.reshape(
        np.asarray(moved_y, dtype=float), y.shape
    )


def _transform(source: CRS, target: CRS) -> Change:
    transformer = way_between(source, target)

    def change(x: np.ndarray, y: np.ndarray) -> LonLat:
        moved_x, moved_y = transformed(transformer, x, y)
        lost = ~(np.isfinite(moved_x) & np.isfinite(moved_y))
        return np.where(lost, np.nan, moved_x), np.where(lost, np.nan, moved_y)

    return change


def _moves_nothing(change: Change, xs: np.ndarray, ys: np.ndarray) -> bool:
    finite = np.flatnonzero(np.isfinite(xs) & np.isfinite(ys))
    if not len(finite):
        return False
    sample = finite[np.linspace(0, len(finite) - 1, num=min(len(finite), 9)).astype(int)]
    moved_x, moved_y = change(xs[sample], ys[sample])
    return bool(np.all(np.abs(moved_x - xs[sample]) < _SAME_M) and np.all(np.abs(moved_y - ys[sample]) < _SAME_M))


def _is_wgs84_degrees(crs: CRS) -> bool:
    if not crs.is_geographic or crs.datum is None:
        return False
    name = crs.datum.name.replace("_", " ")
    return name.startswith(("World Geodetic System 1984", "WGS 1984", "China 2000"))


def _read_crs(crs: int | str) -> CRS:
    try:
        return crs_from(crs)
    except CRSError as error:
        raise InputError("crs_unreadable", crs=shortened(str(crs), 80)) from error
