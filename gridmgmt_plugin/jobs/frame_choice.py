"""Which frame a new workspace gets: what the user says, else what the file says about where it lies."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame, frame_for_lonlat, look_at
from gridmgmt_plugin.exchange.source import Source

_CGCS2000_ZONES = range(4534, 4555)


def choose_frame(source: Source, coordinates: str, crs: str | None, local_frame: str | None) -> Frame:
    """Return the metric frame of a workspace whose areas come from ``source``.

    ``local_frame`` (a label) makes a frame without parameters; ``crs`` (``EPSG:4548`` or a number) a known one.
    Without either, a layer in one of the CGCS2000 3° zones keeps it, a layer with a label-only system stays local,
    and anything else that says where it lies gets the CGCS2000 3° zone of the district.

    :raises InputError: ``frame_given_twice``, ``epsg_unknown``, ``frame_not_metric``, ``crs_unreadable`` or
        ``frame_unknown`` when neither user nor file says where the areas lie.
    """
    if local_frame and crs:
        raise InputError("frame_given_twice", crs=crs, label=local_frame)
    if local_frame:
        return Frame.local(local_frame)
    if crs:
        return Frame.of_epsg(_epsg_number(crs))
    if coordinates != "crs":
        return frame_for_lonlat(_lonlat(source, CRS.from_wkt(source.crs_wkt) if source.crs_wkt else None))
    if source.crs_wkt is None:
        raise InputError("frame_unknown", path=source.path, hint=_hint(source))
    declared = CRS.from_wkt(source.crs_wkt)
    if declared.is_engineering:
        return Frame.local(declared.name)
    if declared.to_epsg() in _CGCS2000_ZONES:
        return Frame.of_epsg(declared.to_epsg())
    return frame_for_lonlat(_lonlat(source, declared))


def _epsg_number(crs: str) -> int:
    try:
        number = CRS.from_user_input(int(crs) if crs.isdigit() else crs).to_epsg()
    except CRSError as error:
        raise InputError("crs_unreadable", crs=crs) from error
    if number is None:
        raise InputError("epsg_unknown", epsg=crs)
    return int(number)


def _lonlat(source: Source, declared: CRS | None) -> np.ndarray:
    vertices = shapely.get_coordinates(source.rows.geometry)
    if declared is None or not declared.is_projected or look_at(*vertices.T).unit == "degrees":
        return vertices
    return np.column_stack(Transformer.from_crs(declared, 4326, always_xy=True).transform(*vertices.T))


def _hint(source: Source) -> str:
    """Return the EPSG number that a zone prefix in the easting suggests, or nothing."""
    zone = look_at(*shapely.get_coordinates(source.rows.geometry).T).zone_epsg
    return "" if zone is None else f"EPSG:{zone}"
