"""Faults of single polygons: rings that cross themselves, parts, slivers, spikes, vertices too close.

What GEOS needs to mend a ring grows faster than with the square of its crossings, so one of thousands is given up.
"""

from __future__ import annotations

import re

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults, faults, joined
from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.parts import one_polygon

_REASON = re.compile(r"^(?P<what>[^\[]*?)\s*\[(?P<x>[^\s\]]+) (?P<y>[^\s\]]+)\]")
# A drawn border crosses itself at a few places; at this many a ring takes seconds, at ten times as many hours.
_MOST_CROSSINGS = 2000
_MOST_PAIRS = 3_000_000
_STEP = 64


def polygonal(geometry: np.ndarray) -> np.ndarray:
    """Return geometries made valid and reduced to their polygons; an empty Polygon where nothing is left,
    where a coordinate is no number, or where a ring crosses itself thousands of times.

    Valid polygons come back as the same objects.
    """
    sound = np.array(geometry, dtype=object)
    sound[shapely.is_missing(sound)] = shapely.Polygon()
    bad = ~shapely.is_valid(sound) | ~is_polygon(sound)
    if bad.any():
        sound[bad & ~finite(sound)] = shapely.Polygon()
        hopeless = [crosses_too_often(shape) for shape in sound[bad]]
        sound[np.flatnonzero(bad)[hopeless]] = shapely.Polygon()
        sound[bad] = [_polygons_of(piece) for piece in shapely.make_valid(sound[bad])]
    return sound


def crosses_too_often(polygon: shapely.Geometry) -> bool:
    """Tell whether the rings of a geometry cross themselves or each other more than some thousand times.

    Edges are looked at in random order, so that a ring that crosses itself everywhere is known after a few of them.
    """
    coordinates, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    inside = np.flatnonzero(ring[1:] == ring[:-1])
    if len(inside) ** 2 <= 2 * _MOST_CROSSINGS:
        return False
    edges = shapely.linestrings(np.stack([coordinates[inside], coordinates[inside + 1]], axis=1))
    tree = shapely.STRtree(edges)
    crossings = pairs = 0
    order = np.random.default_rng(0).permutation(len(edges))
    for start in range(0, len(edges), _STEP):
        near, other = tree.query(edges[order[start : start + _STEP]])
        pairs += len(near)
        if pairs > _MOST_PAIRS:
            return True
        crossings += int(shapely.crosses(edges[order[start : start + _STEP]][near], edges[other]).sum())
        if crossings > 2 * _MOST_CROSSINGS:  # each is met from both of its edges
            return True
    return False


def is_polygon(geometry: np.ndarray) -> np.ndarray:
    """Return whether each geometry is a Polygon or MultiPolygon."""
    return _is_polygonal(shapely.get_type_id(geometry))


def _is_polygonal(kind: np.ndarray) -> np.ndarray:
    return np.asarray((kind == shapely.GeometryType.POLYGON) | (kind == shapely.GeometryType.MULTIPOLYGON))


def _polygons_of(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry (a collection holds lines and points too) as one Polygon or MultiPolygon."""
    parts = shapely.get_parts(shapely.get_parts(geometry))  # twice: a MultiPolygon may stand in a collection
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return one_polygon(parts)


def polygons_only(geometry: np.ndarray) -> np.ndarray:
    """Return results of an overlay reduced to their polygons (an empty Polygon where there is none)."""
    result = np.array(geometry, dtype=object)
    kind = shapely.get_type_id(result)
    mixed = kind == shapely.GeometryType.GEOMETRYCOLLECTION
    result[~_is_polygonal(kind) & ~mixed] = shapely.Polygon()
    result[mixed] = [_polygons_of(piece) for piece in result[mixed]]
    return result


def empty_faults(geometry: np.ndarray) -> CoverageFaults:
    """Find polygons without geometry or without area."""
    nothing = shapely.is_missing(geometry) | shapely.is_empty(geometry) | ~is_polygon(geometry)
    at = np.flatnonzero(nothing)
    return faults("empty", np.full(len(at), None), at)


def ring_faults(geometry: np.ndarray) -> CoverageFaults:
    """Find invalid polygons: the first place where a ring crosses or touches itself, and GEOS's reason as a code."""
    at = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    places, reasons = [], []
    for position, text in zip(at, shapely.is_valid_reason(geometry[at])):
        found = _REASON.match(text)
        what = found.group("what") if found else text
        reasons.append(what.strip().lower().replace("-", "_").replace(" ", "_"))
        places.append(_point(found) if found else shapely.centroid(geometry[position]))
    return faults("invalid_ring", _objects(places), at, reason=_objects(reasons))


def _point(found: re.Match[str]) -> shapely.Point:
    return shapely.Point(float(found.group("x")), float(found.group("y")))


def part_faults(geometry: np.ndarray) -> CoverageFaults:
    """Find polygons of more than one part."""
    parts = shapely.get_num_geometries(geometry)
    at = np.flatnonzero(parts > 1)
    return faults("multipart", shapely.point_on_surface(geometry[at]), at, measure=parts[at])


def sliver_faults(geometry: np.ndarray, width_m: float) -> CoverageFaults:
    """Find polygons whose mean width (2 · area / perimeter) is under ``width_m``."""
    width = mean_width_m(geometry)
    at = np.flatnonzero((width < width_m) & (shapely.area(geometry) > 0))
    return faults("sliver", geometry[at], at, measure=width[at])


def vertex_faults(geometry: np.ndarray, spike_angle_deg: float, min_edge_m: float) -> CoverageFaults:
    """Find spikes (a vertex whose two edges enclose less than the angle) and neighbouring vertices too close."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    owner, parts = owner[is_polygon(parts)], parts[is_polygon(parts)]
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    at, before = _ring_vertices(ring)
    here, after = coordinates[at], coordinates[at + 1]
    out, back = after - here, coordinates[before] - here
    length = np.hypot(out[:, 0], out[:, 1])
    cross, dot = out[:, 0] * back[:, 1] - out[:, 1] * back[:, 0], (out * back).sum(axis=1)
    angle = np.degrees(np.abs(np.arctan2(cross, dot)))
    spike = (angle < spike_angle_deg) & (length > 0) & (np.hypot(back[:, 0], back[:, 1]) > 0)
    who = owner[ring_part[ring[at]]]
    close = length < min_edge_m
    middle = (here[close] + after[close]) / 2
    # An edge that two polygons share is told once, with both of them.
    _, first, inverse = np.unique(middle[:, 0] + 1j * middle[:, 1], return_index=True, return_inverse=True)
    second = np.full(len(first), OUTLINE, dtype=np.int64)
    other = who[close] != who[close][first][inverse]
    second[inverse[other]] = who[close][other]
    return joined(
        [
            faults("spike", shapely.points(here[spike]), who[spike], measure=angle[spike]),
            faults("close_vertices", shapely.points(middle[first]), who[close][first], second, length[close][first]),
        ]
    )


def _ring_vertices(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of all ring vertices but each ring's closing one, and of the vertex before each."""
    if len(ring) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    opens = np.r_[True, ring[1:] != ring[:-1]]
    closes = np.r_[opens[1:], True]
    before = np.arange(len(ring)) - 1
    before[opens] = np.flatnonzero(closes) - 1
    return np.flatnonzero(~closes), before[~closes]


def _objects(values: list) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
