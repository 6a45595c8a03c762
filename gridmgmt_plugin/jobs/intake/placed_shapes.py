"""Shapes of a file in the workspace's frame: a bad one costs its own row, with its reason, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.rows import is_null
from gridmgmt_plugin.exchange.source import Source

POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
#: Points, lines and polygons side by side in one layer; only what is made of several kinds is none.
ANY_KIND = (*POINTS, *LINES, *POLYGONS)
MISSING, INVALID_RING, UNREADABLE = "geometry_missing", "invalid_ring", "geometry_unreadable"
OUTSIDE = "outside_district"
_OTHER_KIND: Mapping[tuple[int, ...], str] = {
    POLYGONS: "not_a_polygon",
    LINES: "not_a_line",
    ANY_KIND: "shape_of_several_kinds",
}


@dataclass(frozen=True)
class PlacedShapes:
    """``geometry``: object array, one shape per row of the source, ``None`` where ``reasons`` says why the row has no
    usable one: ``geometry_missing``, ``not_a_polygon``, ``not_a_line``, ``shape_of_several_kinds``, ``invalid_ring``
    (no ground is left of the polygon when its rings are made valid, or a coordinate is no number),
    ``geometry_unreadable`` (a coordinate is no number) or ``outside_district`` (no place in the frame). Rings that
    merely cross themselves are left.
    """

    geometry: np.ndarray
    reasons: np.ndarray

    @property
    def bad(self) -> np.ndarray:
        """Return the int64 positions of the rows without a usable shape."""
        return np.flatnonzero(~is_null(self.reasons))


def is_of_kind(geometry: np.ndarray | None, kind: tuple[int, ...]) -> bool:
    """Tell whether a layer is of the kind :data:`POLYGONS` or :data:`LINES`: what is drawn in it is so at least once;
    a layer in which nothing is drawn is of any kind.
    """
    if geometry is None:
        return False
    types = shapely.get_type_id(geometry)
    drawn = types != shapely.GeometryType.MISSING
    return bool(np.isin(types, kind).any() or not drawn.any())


def place_shapes(source: Source, kind: tuple[int, ...], coordinates: str, frame: Frame) -> PlacedShapes:
    """Return the shapes of a layer that has geometry.

    :param kind: :data:`POLYGONS`, :data:`LINES` or :data:`ANY_KIND`.
    :raises InputError: what reference system and coordinates raise about the layer as a whole, see
        :func:`gridmgmt_plugin.core.coordinates.geometry_to_frame`.
    """
    given = source.rows.shapes
    reasons = np.full(len(given), None, dtype=object)
    told = source.problems.rows[source.problems.reasons == "geometry_not_finite"]  # left out where it was read
    reasons[told] = INVALID_RING if kind == POLYGONS else UNREADABLE
    _say(reasons, shapely.is_missing(given) | shapely.is_empty(given), MISSING)
    _say(reasons, ~np.isin(shapely.get_type_id(given), kind), _OTHER_KIND[kind])
    _say(reasons, ~finite(given), INVALID_RING if kind == POLYGONS else UNREADABLE)
    if kind != LINES:
        left = np.flatnonzero(is_null(reasons) & np.isin(shapely.get_type_id(given), POLYGONS))
        collapsed = shapely.is_empty(polygonal(given[left]))
        reasons[left[collapsed]] = INVALID_RING
    usable = given.copy()
    usable[~is_null(reasons)] = None
    moved = geometry_to_frame(usable, coordinates, source.crs_wkt, frame)
    _say(reasons, shapely.is_missing(moved), OUTSIDE)
    return PlacedShapes(moved, reasons)


def _say(reasons: np.ndarray, rows: np.ndarray, reason: str) -> None:
    reasons[rows & is_null(reasons)] = reason
