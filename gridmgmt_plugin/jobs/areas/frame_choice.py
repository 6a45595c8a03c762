"""Which frame a new workspace gets: what the user says, else what the file says about where it lies."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame, epsg_of, frame_for_lonlat, from_ascii, look_at
from gridmgmt_plugin.core.geometry.proj import crs_from, way_between
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.exchange.source import Source

_CGCS2000_ZONES = range(4534, 4555)
# A district may be kept in its neighbour's zone; further out the projection distorts areas and the frame is wrong.
_OUTSIDE_DEG = 3.0
# A district spans less than this in degrees and more than this in metres.
_DEGREES_SPREAD = 5.0


def choose_frame(source: Source, coordinates: str, crs: str | None, local_frame: str | None) -> Frame:
    """Return the metric frame of a workspace whose areas come from ``source``.

    ``local_frame`` (a label) makes a frame without parameters; ``crs`` (``EPSG:4548`` or a number) a known one.
    Without either, a layer in one of the CGCS2000 3° zones keeps it, a layer with a label-only system stays local,
    and anything else that says where it lies gets the CGCS2000 3° zone of the district.

    :raises InputError: ``frame_given_twice``, ``epsg_unknown``, ``frame_not_metric``, ``crs_unreadable``,
        ``lonlat_swapped``, ``not_lonlat``, or ``frame_unknown`` when neither user nor file says where the areas lie.
    """
    if local_frame and crs:
        raise InputError("frame_given_twice", crs=crs, label=local_frame)
    if local_frame:
        return Frame.local(local_frame)
    if crs:
        return Frame.of_epsg(_epsg_number(crs))
    declared = _declared(source)
    if coordinates == "crs":
        if declared is None:
            raise InputError("frame_unknown", path=source.path, look=_look(source))
        if declared.is_engineering:
            return Frame.local(from_ascii(declared.name))
        epsg = epsg_of(declared)
        if epsg is not None and epsg in _CGCS2000_ZONES:
            return Frame.of_epsg(epsg)
    return frame_for_lonlat(_lonlat(source, declared))


def refuse_misplaced(geometry: np.ndarray, source: Source, frame: Frame) -> None:
    """Do nothing where the areas lie in a place for which the frame is made.

    This catches a declared or chosen system that the numbers contradict: degrees, a zone number in the easting,
    exchanged axes or Web Mercator under a Gauss-Krüger label, or the zone of another part of the country.

    :param geometry: the areas of ``source``, already in ``frame``.
    :raises InputError: ``frame_contradicts_numbers`` with what the numbers look like, ``local_frame_degrees``.
    """
    vertices: np.ndarray = shapely.get_coordinates(geometry)
    if frame.is_local:
        if look_at(*vertices.T).unit == "degrees" and float(np.ptp(vertices, axis=0).max()) < _DEGREES_SPREAD:
            raise InputError("local_frame_degrees", path=source.path, label=frame.label)
        return
    area = frame.crs().area_of_use
    if area is None or len(vertices) == 0:
        return
    to_lonlat = way_between(frame.crs(), frame.lonlat_crs())
    lon, lat = (float(value) for value in to_lonlat.transform(*np.median(vertices, axis=0)))
    inside = (
        area.west - _OUTSIDE_DEG <= lon <= area.east + _OUTSIDE_DEG
        and area.south - _OUTSIDE_DEG <= lat <= area.north + _OUTSIDE_DEG
    )
    if not inside:
        raise InputError("frame_contradicts_numbers", path=source.path, label=frame.label, look=_look(source))


def _declared(source: Source) -> CRS | None:
    if source.crs_wkt is None:
        return None
    try:
        return crs_from(source.crs_wkt)
    except CRSError as error:
        raise InputError("crs_unreadable", crs=shortened(source.crs_wkt, 80)) from error


def _epsg_number(crs: str) -> int:
    text = str(crs).strip()
    try:
        number = epsg_of(crs_from(int(text) if text.isdigit() else text))
    except CRSError as error:
        raise InputError("crs_unreadable", crs=text) from error
    if number is None:
        raise InputError("epsg_unknown", epsg=text)
    return number


def _lonlat(source: Source, declared: CRS | None) -> np.ndarray:
    vertices: np.ndarray = shapely.get_coordinates(geometries(source.rows))
    look = look_at(*vertices.T)
    if look.unit == "degrees" and look.swapped:
        raise InputError("lonlat_swapped", path=source.path)
    if declared is None or not declared.is_projected or look.unit == "degrees":
        return vertices
    moved = way_between(declared, 4326).transform(*vertices.T)
    return np.column_stack(moved)


def _look(source: Source) -> Message:
    """Return in words what the numbers of a layer look like."""
    look = look_at(*shapely.get_coordinates(geometries(source.rows)).T)
    if look.unit == "degrees":
        return Message("look_degrees_swapped" if look.swapped else "look_degrees")
    if look.zone_epsg is not None:
        return Message("look_zone_swapped" if look.swapped else "look_zone", {"epsg": look.zone_epsg})
    if look.unit == "web_mercator":
        return Message("look_web_mercator")
    return Message("look_swapped" if look.swapped else "look_metres")
