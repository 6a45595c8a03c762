"""The metric frame of a workspace, and what kind of coordinates a bare pair of columns holds.

Two kinds of frame exist. An ``epsg`` frame is known to PROJ and may be reprojected. A ``local`` frame (北京2000 and
the like) is plain metres without published parameters: it has a label and nothing else, and everything that would
need parameters is refused with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.proj import crs_from

# CGCS2000 3-degree Gauss-Krüger: EPSG:4513 … 4533 carry the zone number in the easting, 4534 … 4554 do not.
_ZONE_3_FIRST, _ZONE_3_LAST = 25, 45
_EPSG_3_PREFIXED, _EPSG_3_PLAIN = 4513, 4534
# The 6-degree zones with the number in the easting, EPSG:4491 … 4501.
_ZONE_6_FIRST, _ZONE_6_LAST = 13, 23
_EPSG_6_PREFIXED = 4491
_METRES_PER_ZONE_NUMBER = 1_000_000
# Web Mercator eastings of eastern China (13.0 … 15.2 million) look like the 6-degree zones 13 … 15 of the far west.
_AMBIGUOUS_6 = 15
_CGCS2000_DATUM = "China 2000"
# A .prj does not say the axis order that EPSG writes down, so PROJ is never sure of what it finds there.
_CONFIDENCE = 25
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


@dataclass(frozen=True)
class Frame:
    """The metric frame of a workspace: ``kind`` is ``epsg`` (with the number) or ``local`` (label only)."""

    kind: str
    epsg: int | None
    label: str

    @classmethod
    def of_epsg(cls, epsg: int) -> Frame:
        """Return the frame of an EPSG number.

        :raises InputError: ``epsg_unknown``, or ``frame_not_metric`` when it is not projected in metres.
        """
        try:
            crs = crs_from(epsg)
        except CRSError as error:
            raise InputError("epsg_unknown", epsg=epsg) from error
        if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
            raise InputError("frame_not_metric", epsg=epsg, name=crs.name)
        return cls("epsg", int(epsg), crs.name)

    @classmethod
    def local(cls, label: str) -> Frame:
        """Return a local frame without parameters.

        :raises InputError: ``frame_label_missing`` when ``label`` is blank.
        """
        if not label.strip():
            raise InputError("frame_label_missing")
        return cls("local", None, label.strip())

    @property
    def is_local(self) -> bool:
        """Tell whether the frame is plain metres without parameters."""
        return self.kind == "local"

    def crs(self) -> CRS:
        """Return the frame as PROJ knows it.

        :raises InputError: ``local_frame_no_reprojection`` for a local frame.
        """
        if self.epsg is None:
            raise InputError("local_frame_no_reprojection", label=self.label)
        return crs_from(self.epsg)

    def lonlat_crs(self) -> CRS:
        """Return the geographic system in which longitude and latitude enter this frame without a datum shift.

        WGS 84 and CGCS2000 differ by centimetres; field data in degrees is not that exact, so they are one and the
        same here and no ballpark operation of PROJ can slip in. Other datums start from WGS 84.

        :raises InputError: ``local_frame_no_reprojection`` for a local frame.
        """
        crs = self.crs()
        if crs.datum is not None and crs.datum.name == _CGCS2000_DATUM:
            return crs_from(4490)
        return crs_from(4326)

    def wkt(self) -> str:
        """Return what a .prj file or a GeoPackage says about this frame (WKT 1 as GDAL writes it).

        A local frame gives ``LOCAL_CS`` with its label: never a datum, so that no reader can shift it.
        """
        if self.is_local:
            label = self.label.replace('"', '""')
            return f'LOCAL_CS["{label}",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
        return str(self.crs().to_wkt("WKT1_GDAL"))


def in_ascii(text: str) -> str:
    """Return what a file says about a frame in ASCII, other letters as ``\\u5317``; :func:`from_ascii` reads it."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def from_ascii(label: str) -> str:
    """Return the label that :func:`in_ascii` wrote; any other as it is."""
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), label)


@dataclass(frozen=True)
class CoordinateLook:
    """What a pair of columns looks like.

    ``unit``: ``degrees``, ``metres``, ``web_mercator`` or ``unknown`` (no usable number). ``swapped``: x holds the
    northing or latitude. ``zone_epsg``: EPSG number of the zone whose number leads the easting, else ``None``.
    """

    unit: str
    swapped: bool = False
    zone_epsg: int | None = None


def zone_for_longitude(lon: float) -> int:
    """Return the EPSG number (4534 … 4554) of the CGCS2000 3° Gauss-Krüger zone around ``lon``, no zone prefix.

    A longitude half-way between two central meridians goes to the eastern zone.

    :raises InputError: ``longitude_outside_zones`` outside 73.5 … 136.5 degrees.
    """
    zone = int(np.floor((lon + 1.5) / 3.0)) if np.isfinite(lon) else 0
    if not _ZONE_3_FIRST <= zone <= _ZONE_3_LAST:
        raise InputError("longitude_outside_zones", longitude=lon)
    return _EPSG_3_PLAIN + zone - _ZONE_3_FIRST


def frame_for_lonlat(points: Any) -> Frame:
    """Return the default frame for ``points`` (n × 2, longitude and latitude in degrees).

    In China the CGCS2000 3° zone of the middle longitude; elsewhere the WGS 84 UTM zone, so that districts of other
    countries can be tried. Outliers do not move the zone: the middle is the median.

    :raises InputError: ``no_coordinates`` without a finite point, ``not_lonlat`` when the numbers are not degrees.
    """
    lonlat = np.asarray(points, dtype=float).reshape(-1, 2)
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(lonlat):
        raise InputError("no_coordinates")
    lon, lat = (float(value) for value in np.median(lonlat, axis=0))
    if abs(lon) > 180 or abs(lat) > 90:
        raise InputError("not_lonlat", x=lon, y=lat)
    if 73.5 <= lon < 136.5 and 3.0 <= lat <= 54.0:
        return Frame.of_epsg(zone_for_longitude(lon))
    utm_zone = min(int((lon + 180.0) // 6.0) + 1, 60)
    return Frame.of_epsg((32600 if lat >= 0 else 32700) + utm_zone)


def epsg_of(crs: CRS) -> int | None:
    """Return the EPSG number of a system that a file describes, ``None`` where EPSG has none like it.

    A number that the text carries itself is taken when the projection is that of the number, and is kept from PROJ
    otherwise: since 9.6 it puts PROJ off, who then names the 6° zone of a meridian for the 3° zone. The order of the
    axes does not matter, as nobody writes it into a .prj.
    """
    described = crs.to_json_dict()
    own = described.pop("id", {})
    if own.get("authority") == "EPSG" and _is_same_projection(crs, int(own["code"])):
        return int(own["code"])
    found = crs_from(described).list_authority("EPSG", _CONFIDENCE)
    return next((int(entry.code) for entry in found if _is_same_projection(crs, int(entry.code))), None)


def _is_same_projection(crs: CRS, epsg: int) -> bool:
    try:
        return _projection(crs_from(epsg)) == _projection(crs)
    except CRSError:
        return False


def _projection(crs: CRS) -> tuple[Any, ...]:
    """Return what places coordinates on the ellipsoid, and the ellipsoid, comparable."""
    ellipsoid, operation = crs.ellipsoid, crs.coordinate_operation
    shape = None if ellipsoid is None else (ellipsoid.semi_major_metre, round(ellipsoid.inverse_flattening, 7))
    units = {round(axis.unit_conversion_factor, 12) for axis in crs.axis_info}
    if operation is None:
        return shape, units
    values = {(p.name, round(float(p.value) * p.unit_conversion_factor, 12)) for p in operation.params}
    return shape, units, operation.method_name, values


def look_at(x: Any, y: Any) -> CoordinateLook:
    """Say what a pair of coordinate columns looks like, judged by the median of its finite pairs.

    Recognises degrees, metres, Web Mercator, a zone number in the easting (39 500 000 …) and exchanged columns.
    Exchanged degrees or projected metres are recognised by the ranges of China; a local frame's small numbers are
    plain ``metres``.
    """
    xs, ys = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    usable = np.isfinite(xs) & np.isfinite(ys) & ~((xs == 0) & (ys == 0))
    if not usable.any():
        return CoordinateLook("unknown")
    mx, my = float(np.median(xs[usable])), float(np.median(ys[usable]))
    if abs(mx) <= 180 and abs(my) <= 180:
        return CoordinateLook("degrees", swapped=abs(my) > 90 or (3 <= mx <= 54 and 73 <= my <= 136))
    for east, north, swapped in ((mx, my, False), (my, mx, True)):
        zone = zone_epsg_of_easting(east)
        if zone is not None and 0 < north < 10_000_000:
            return CoordinateLook("metres", swapped, zone)
    if 8_000_000 <= mx <= 15_300_000 and 300_000 <= my <= 7_400_000:
        return CoordinateLook("web_mercator")
    if 1_900_000 <= mx <= 6_100_000 and 100_000 <= my <= 900_000:
        return CoordinateLook("metres", swapped=True)
    return CoordinateLook("metres")


def zone_epsg_of_easting(easting: float) -> int | None:
    """Return the EPSG number of the Gauss-Krüger zone whose number leads ``easting``, or ``None``.

    39 500 000 is zone 39 of the 3° zones (EPSG:4527), 20 500 000 zone 20 of the 6° zones (EPSG:4498).
    """
    if not np.isfinite(easting):
        return None
    zone, rest = divmod(easting, _METRES_PER_ZONE_NUMBER)
    if not 100_000 <= rest <= 900_000:
        return None
    if _ZONE_3_FIRST <= zone <= _ZONE_3_LAST:
        return _EPSG_3_PREFIXED + int(zone) - _ZONE_3_FIRST
    if _AMBIGUOUS_6 < zone <= _ZONE_6_LAST:
        return _EPSG_6_PREFIXED + int(zone) - _ZONE_6_FIRST
    return None
