"""In which coordinates a package is delivered: the workspace's frame, another system, or degrees for GeoJSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from gridmgmt_plugin.core.coordinates import from_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame, epsg_of
from gridmgmt_plugin.core.geometry.proj import crs_from
from gridmgmt_plugin.core.rows import Rows

WGS84 = 4326
METRE, DEGREE = "m", "°"


@dataclass(frozen=True)
class Delivery:
    """The coordinates of shapefile, GeoPackage and tables: ``target`` is ``None`` for the frame of the workspace."""

    frame: Frame
    target: CRS | None = None

    @classmethod
    def of(cls, frame: Frame, target_crs: int | str | None) -> Delivery:
        """Return the delivery in ``target_crs`` (an EPSG number, ``EPSG:4490`` or WKT; nothing = as it is).

        :raises InputError: ``local_frame_no_reprojection``, ``crs_unreadable``.
        """
        if target_crs in (None, ""):
            return cls(frame)
        if frame.is_local:
            raise InputError("local_frame_no_reprojection", label=frame.label)
        code = int(target_crs) if str(target_crs).isdigit() else target_crs
        from_frame([], [], code, frame)
        target = crs_from(code)
        return cls(frame) if epsg_of(target) == frame.epsg else cls(frame, target)

    @property
    def wkt(self) -> str:
        """Return the reference system of the files as WKT 1; a local frame gives its label and nothing else."""
        return self.frame.wkt() if self.target is None else str(self.target.to_wkt("WKT1_GDAL"))

    @property
    def epsg(self) -> int | None:
        """Return the EPSG number of the files' reference system, ``None`` where it has none."""
        return self.frame.epsg if self.target is None else epsg_of(self.target)

    @property
    def label(self) -> str:
        """Return the name of the files' reference system."""
        return self.frame.label if self.target is None else str(self.target.name)

    def geometry(self, geometry: np.ndarray) -> np.ndarray:
        """Return geometries of the workspace as the files hold them."""
        return geometry if self.target is None else _moved(geometry, self.target.to_wkt(), self.frame)

    def xy(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return coordinates of the workspace as the files hold them."""
        return (x, y) if self.target is None else from_frame(x, y, self.target.to_wkt(), self.frame)

    @property
    def unit(self) -> str:
        """Return the unit of the files' coordinates: ``m``, ``°``, or what their reference system calls it."""
        if self.target is None:
            return METRE
        unit = self.target.axis_info[0].unit_name if self.target.axis_info else ""
        return {"metre": METRE, "degree": DEGREE}.get(unit, unit)

    def rows(self, rows: Rows) -> Rows:
        """Return a layer as the files hold it: its geometries and its centre points."""
        if self.target is None:
            return rows
        moved = rows if rows.geometry is None else rows.with_geometry(self.geometry(rows.geometry))
        return _with_centres(moved, self.xy)

    def lonlat_rows(self, rows: Rows) -> Rows:
        """Return a layer as RFC 7946 asks: its geometries and its centre points in longitude and latitude.

        :raises InputError: ``package_geojson_local_frame``.
        """
        if rows.geometry is None:
            return rows
        moved = rows.with_geometry(self.lonlat(rows.geometry))
        return _with_centres(moved, lambda x, y: from_frame(x, y, WGS84, self.frame))

    def lonlat(self, geometry: np.ndarray) -> np.ndarray:
        """Return geometries of the workspace in longitude and latitude, as RFC 7946 asks.

        :raises InputError: ``package_geojson_local_frame``.
        """
        if self.frame.is_local:
            raise InputError("package_geojson_local_frame", label=self.frame.label)
        return _moved(geometry, WGS84, self.frame)


def _with_centres(rows: Rows, moved: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> Rows:
    """Return rows with their centre points, where they have them, moved as their geometries were."""
    if "centre_x" not in rows:
        return rows
    xy = [np.array([np.nan if v is None else v for v in rows[name]], float) for name in ("centre_x", "centre_y")]
    x, y = moved(*xy)
    return rows.with_columns(
        centre_x=[None if np.isnan(v) else float(v) for v in x],
        centre_y=[None if np.isnan(v) else float(v) for v in y],
    )


def _moved(geometry: np.ndarray, crs: int | str, frame: Frame) -> np.ndarray:
    vertices = shapely.get_coordinates(geometry)
    moved = np.column_stack(from_frame(vertices[:, 0], vertices[:, 1], crs, frame))
    broken = ~np.isfinite(moved).all(axis=1)
    if broken.any():
        raise InputError("geometry_not_transformable", count=int(broken.sum()), label=frame.label)
    return np.asarray(shapely.transform(geometry, lambda _: moved), dtype=object)
