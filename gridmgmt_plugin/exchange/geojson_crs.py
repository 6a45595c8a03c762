"""What a GeoJSON says about its reference system, where GDAL would guess, or ask the network.

GDAL takes GeoJSON for WGS 84 unless it knows better; files of local frames name a system that nobody knows, say
``null``, or say nothing while their numbers are metres. A ``crs`` that is the address of a service would be fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from osgeo import osr

from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.gpkg.gdal_manner import silent_gdal

_CRS = re.compile(r'"crs"\s*:\s*(?:null|\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\})')
_NAME = re.compile(r'"name"\s*:\s*"((?!name")[^"]+)"')
_ADDRESS = re.compile(r'"type"\s*:\s*"(?:link|url)"', re.IGNORECASE)
_TARGET = re.compile(r'"(?:href|url)"\s*:\s*"([^"]*)"')
_MOST_DEGREES = 360.0


@dataclass(frozen=True)
class DeclaredCrs:
    """The ``crs`` member of a GeoJSON: ``name`` as written (``None``: there is none); ``remote``: an address."""

    name: str | None = None
    remote: bool = False


def find_crs(text: str) -> DeclaredCrs:
    """Return what the ``crs`` member says; an empty name stands for ``null``."""
    match = _CRS.search(text) if '"crs"' in text else None
    if match is None:
        return DeclaredCrs()
    if _ADDRESS.search(match[0]):
        target = _TARGET.search(match[0])
        return DeclaredCrs(target[1] if target else "", remote=True)
    name = _NAME.search(match[0])
    return DeclaredCrs(name[1] if name else "")


def without_crs(text: str) -> str:
    """Return the GeoJSON without its ``crs`` members."""
    return _CRS.sub('"crs":null', text)


def believed_crs(
    crs_wkt: str | None, declared: DeclaredCrs, geometry: np.ndarray | None
) -> tuple[str | None, tuple[Message, ...]]:
    """Return the reference system that can be believed, ``None`` for an unknown one, and what to tell."""
    if declared.name == "":
        return None, ()
    if declared.name is not None and (declared.remote or not _is_known(declared.name)):
        return None, (Message("crs_name_unknown", {"crs": shortened(declared.name, 80)}),)
    if declared.name is None and geometry is not None and len(geometry):
        bounds = shapely.total_bounds(geometry)
        if (np.abs(bounds) > _MOST_DEGREES).any():
            return None, ()
    return crs_wkt, ()


def _is_known(name: str) -> bool:
    if "://" in name and "opengis.net" not in name:
        return False
    with silent_gdal():
        try:
            return bool(osr.SpatialReference().SetFromUserInput(name) == 0)
        except RuntimeError:  # another plugin switched exceptions on, for all threads
            return False
