"""A layer whose degrees are of another kind than told (GCJ-02 as longitude and latitude), or that lies beside areas
of another kind: seen before anything is drawn from it.

The shift of a map provider is half a kilometre. It moves streets and compounds out of the district, and streets away
from the boundaries of areas, which follow them. Where another kind brings them back, that kind is what the numbers
are; where the opposite shift does, it is the areas that were taken for what they are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.exchange.points import takes_degrees
from gridmgmt_plugin.exchange.source import Source

KINDS = ("lonlat", "gcj02", "bd09")
_SHIFTED = KINDS[1:]
_SAMPLE = 3000
# Outside the ground: at least so many, and this share; of them the other kind leaves no more than the second share.
_LEAST, _SHARE_OUTSIDE, _SHARE_LEFT = 5, 0.03, 0.25
# Streets along the edge of the district are not outside it.
_AT_THE_EDGE_M = 30.0
# From boundaries to streets: so many neighbours, because a few straight boundaries meet a regular grid of streets
# under any shift; so many places, so far at least, and this part of it under the other kind.
_LEAST_PAIRS, _LEAST_PLACES, _LEAST_M, _PART_OF_DISTANCE = 12, 50, 15.0, 0.4


@dataclass(frozen=True)
class _Fit:
    """How a layer lies if its numbers are of ``kind``, or (``of_areas``) those of the areas are."""

    kind: str
    of_areas: bool
    outside: int
    distance_m: float


def refuse_shifted_layer(
    source: Source, placed: np.ndarray, coordinates: str, frame: Frame, ground: np.ndarray, *, lines: bool
) -> None:
    """Do nothing where a layer lies as well as it would as any other kind of degrees.

    :param placed: its shapes in ``frame``, ``None`` where a row has none. ``ground``: polygons of the district.
    :param lines: the layer holds streets, which boundaries of areas follow.
    :raises InputError: ``layer_fits_other_district``, ``layer_fits_other_streets``, ``areas_fit_other_kind``.
    """
    if frame.is_local or not takes_degrees(coordinates, source.crs_wkt, frame):
        return
    there = np.flatnonzero(~shapely.is_missing(placed) & ~shapely.is_missing(source.rows.shapes))
    there = there[:: max(1, len(there) // _SAMPLE)]
    if len(there) < _LEAST or len(ground) == 0:
        return
    spots = shapely.point_on_surface(source.rows.shapes[there])
    fits = _fits(spots, placed, coordinates, source.crs_wkt, frame, ground, lines=lines)
    told, others = fits[0], fits[1:]
    details = {"path": source.path, "layer": source.name, "asked": told.kind, "count": len(there)}
    best = min(others, key=lambda fit: (fit.outside, fit.distance_m))
    enough = told.outside >= max(_LEAST, _SHARE_OUTSIDE * len(there))
    if enough and best.outside <= _SHARE_LEFT * told.outside:
        figures = {"outside": told.outside, "other": best.kind, "left": best.outside}
        raise InputError(
            "areas_fit_other_kind" if best.of_areas else "layer_fits_other_district", **details, **figures
        )
    best = min(others, key=lambda fit: fit.distance_m)
    far = np.isfinite(told.distance_m) and told.distance_m >= _LEAST_M
    if far and best.distance_m <= _PART_OF_DISTANCE * told.distance_m and best.outside <= told.outside:
        metres = {"distance_m": round(told.distance_m, 1), "other": best.kind, "left_m": round(best.distance_m, 1)}
        code = "areas_far_from_streets" if best.of_areas else "layer_fits_other_streets"
        raise InputError(code, **details, **metres)


def _fits(
    spots: np.ndarray,
    placed: np.ndarray,
    coordinates: str,
    crs_wkt: str | None,
    frame: Frame,
    ground: np.ndarray,
    *,
    lines: bool,
) -> list[_Fit]:
    """Return how the layer lies as told, and as everything that it could be instead."""
    x, y = shapely.get_x(spots), shapely.get_y(spots)
    asked = "lonlat" if coordinates == "crs" else coordinates
    here = np.column_stack(to_frame(x, y, coordinates, crs_wkt, frame))
    moves: dict[tuple[str, bool], np.ndarray] = {(asked, False): np.zeros_like(here)}
    for kind in KINDS:
        if kind != asked:
            moves[kind, False] = np.column_stack(to_frame(x, y, kind, None, frame)) - here
    if asked == KINDS[0]:
        moves.update({(kind, True): -moves[kind, False] for kind in _SHIFTED})
    distances = _distances(placed, ground, moves) if lines else dict.fromkeys(moves, np.inf)
    tree = shapely.STRtree(ground)
    found = []
    for (kind, of_areas), move in moves.items():
        inside = np.unique(tree.query(shapely.points(here + move), predicate="dwithin", distance=_AT_THE_EDGE_M)[0])
        found.append(_Fit(kind, of_areas, len(here) - len(inside), distances[kind, of_areas]))
    return found


def _distances(
    placed: np.ndarray, ground: np.ndarray, moves: Mapping[tuple[str, bool], np.ndarray]
) -> dict[tuple[str, bool], float]:
    """Return the median distance from places on the boundaries between areas to the streets, for each way to lie.

    Streets that move by ``d`` come as near to a place as they are to the place moved by ``-d``; the shift is the same
    all over a district, to a few metres.
    """
    places = _between_areas(ground)
    if len(places) < _LEAST_PLACES:
        return dict.fromkeys(moves, np.inf)
    streets = shapely.STRtree(placed[~shapely.is_missing(placed)])
    found = {}
    for way, move in moves.items():
        moved = shapely.points(places - np.median(move, axis=0))
        _, distances = streets.query_nearest(moved, return_distance=True, all_matches=False)
        found[way] = float(np.median(distances))
    return found


def _between_areas(ground: np.ndarray) -> np.ndarray:
    """Return places spread over the boundaries that two areas share: the outer edge need not follow streets."""
    borders = shapely.boundary(ground)
    first, second = shapely.STRtree(ground).query(ground, predicate="intersects")
    pairs = first < second
    if pairs.sum() < _LEAST_PAIRS:
        return np.zeros((0, 2))
    shared = shapely.get_parts(shapely.intersection(borders[first[pairs]], borders[second[pairs]]))
    shared = shared[shapely.get_dimensions(shared) == 1]
    length_m = shapely.length(shared)
    if not len(shared) or length_m.sum() == 0:
        return np.zeros((0, 2))
    count = np.ceil(length_m / max(float(length_m.sum()) / _SAMPLE, 10.0)).astype(np.int64)
    at = np.repeat(np.arange(len(shared)), count)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    spots = shapely.line_interpolate_point(shared[at], (nth + 0.5) / count[at], normalized=True)
    found: np.ndarray = shapely.get_coordinates(spots)
    return found
