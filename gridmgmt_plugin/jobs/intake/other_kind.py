"""Degrees of one kind given as another (GCJ-02 or BD-09 as longitude and latitude), seen before anything is written.

The shift of a map provider is half a kilometre: it moves points out of the district and away from the streets that
they lie on. Where another kind brings them back, that kind is what the numbers are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import is_null
from gridmgmt_plugin.exchange.points import PointColumns
from gridmgmt_plugin.workspace.workspace import Workspace

KINDS = ("lonlat", "gcj02", "bd09")
_SAMPLE = 5000
# Outside the district: at least so many, and this share; of them another kind leaves no more than the second share.
_LEAST_OUTSIDE, _SHARE_OUTSIDE, _SHARE_LEFT = 3, 0.03, 0.25
# From streets: so many different places, this part of the distance. Chance does not do that.
_LEAST_PLACES, _PART_OF_DISTANCE = 50, 0.4


@dataclass(frozen=True)
class _Fit:
    kind: str
    outside: int
    distance_m: float


def refuse_other_kind(
    workspace: Workspace, points: PointColumns, coordinates: str, outline: shapely.Geometry | None
) -> None:
    """Do nothing where the points lie as well as they would as any other kind of degrees.

    :raises InputError: ``coordinates_fit_other_district``, ``coordinates_fit_other_streets``, naming the kind that
        brings the points into the district or to the streets.
    """
    frame = workspace.info.frame
    if not points.expects_degrees or frame.is_local:
        return
    asked = "lonlat" if coordinates == "crs" else coordinates
    usable = np.flatnonzero(np.isfinite(points.x) & np.isfinite(points.y))
    usable = usable[:: max(1, len(usable) // _SAMPLE)]
    if len(usable) < _LEAST_OUTSIDE:
        return
    streets = _streets(workspace)
    fits = {}
    for kind in KINDS:
        x, y = points.x[usable], points.y[usable]
        if kind != asked:
            x, y = to_frame(points.given_x[usable], points.given_y[usable], kind, None, frame)
        fits[kind] = _fit(kind, x, y, outline, streets)
    told, others = fits[asked], [fit for fit in fits.values() if fit.kind != asked]
    details = {"asked": asked, "count": len(usable)}
    best = min(others, key=lambda fit: (fit.outside, fit.distance_m))
    if _brings_back(told, best, len(usable)):
        found = {"outside": told.outside, "other": best.kind, "left": best.outside}
        raise InputError("coordinates_fit_other_district", **details, **found)
    best = min(others, key=lambda fit: fit.distance_m)
    nearer = np.isfinite(told.distance_m) and best.distance_m <= _PART_OF_DISTANCE * told.distance_m
    if nearer and best.outside <= told.outside:
        found_m = {"distance_m": round(told.distance_m, 1), "other": best.kind, "left_m": round(best.distance_m, 1)}
        raise InputError("coordinates_fit_other_streets", **details, **found_m)


class PointSample:
    """Some points of a file that comes in parts, so that they are judged together, by the shares of the whole file.

    Of each part every so many points are kept that the first part gives as many as a file is judged by.
    """

    def __init__(self) -> None:
        self._every = 0
        self._degrees = False
        self._kept = [np.empty((0, 4))]

    def add(self, points: PointColumns) -> None:
        """Keep some of the points of one part."""
        if not points.expects_degrees:
            return
        usable = np.flatnonzero(np.isfinite(points.x) & np.isfinite(points.y))
        self._degrees = True
        self._every = self._every or max(1, len(usable) // _SAMPLE)
        numbers = (points.x, points.y, points.given_x, points.given_y)
        self._kept.append(np.column_stack([column[usable[:: self._every]] for column in numbers]))

    def points(self) -> PointColumns:
        """Return what was kept of all parts."""
        x, y, given_x, given_y = np.concatenate(self._kept).T
        reasons: np.ndarray = np.full(len(x), None, dtype=object)
        return PointColumns(
            x, y, is_null(reasons), reasons, given_x=given_x, given_y=given_y, expects_degrees=self._degrees
        )


def _brings_back(told: _Fit, other: _Fit, count: int) -> bool:
    enough = told.outside >= max(_LEAST_OUTSIDE, _SHARE_OUTSIDE * count)
    return enough and other.outside <= _SHARE_LEFT * told.outside


def _fit(
    kind: str, x: np.ndarray, y: np.ndarray, outline: shapely.Geometry | None, streets: shapely.STRtree | None
) -> _Fit:
    outside = 0 if outline is None else int((~shapely.intersects_xy(outline, x, y)).sum())
    distance_m = np.inf
    places = np.unique(np.round(np.column_stack([x, y])), axis=0)
    if streets is not None and len(places) >= _LEAST_PLACES:
        _, distances = streets.query_nearest(shapely.points(places), return_distance=True, all_matches=False)
        distance_m = float(np.median(distances))
    return _Fit(kind, outside, distance_m)


def _streets(workspace: Workspace) -> shapely.STRtree | None:
    """Return the lanes, else the borders of unit grids, which follow streets; ``None`` where there is neither."""
    lanes = workspace.read("lane", []).shapes
    if len(lanes):
        return shapely.STRtree(lanes)
    cells = workspace.read("unit_grid", []).shapes
    return shapely.STRtree(shapely.boundary(cells)) if len(cells) else None
