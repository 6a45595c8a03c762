"""Noded linework, its faces, and dissolving them: everything on one precision grid."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import one_polygon

POLYGON = 3


def node_lines(lines: np.ndarray, precision_m: float) -> np.ndarray:
    """Return ``lines`` noded and rounded to the precision grid: LineStrings that meet at end points only.

    ``lines``: object array of (Multi)LineStrings. The noding is GEOS's snap rounding: a vertex moves at most
    precision / √2, a line passes through every rounded vertex that it touches, duplicates fall together and
    pieces shorter than the grid vanish.
    """
    usable = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
    if len(usable) == 0:
        return np.empty(0, dtype=object)
    parts = shapely.get_parts(shapely.union_all(usable, grid_size=precision_m))
    return np.asarray(parts[~shapely.is_empty(parts)])


def faces_of(noded: np.ndarray) -> np.ndarray:
    """Return the faces of noded LineStrings as Polygons in an order that does not depend on the input's."""
    if len(noded) == 0:
        return np.empty(0, dtype=object)
    return in_map_order(shapely.get_parts(shapely.polygonize(noded)))


def in_map_order(polygons: np.ndarray) -> np.ndarray:
    """Return ``polygons`` sorted by their bounds and area, which on a precision grid compare exactly."""
    return np.asarray(polygons[map_order(polygons)])


def map_order(polygons: np.ndarray) -> np.ndarray:
    """Return the positions (int64) that sort ``polygons`` west to east, then south to north."""
    if len(polygons) == 0:
        return np.empty(0, dtype=np.int64)
    bounds = shapely.bounds(polygons)
    keys = (shapely.area(polygons), bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0])
    return np.asarray(np.lexsort(keys))


def canonical(polygons: np.ndarray) -> np.ndarray:
    """Return ``polygons`` with outer rings counter-clockwise, holes clockwise, and a fixed first vertex."""
    return np.asarray(shapely.reverse(shapely.normalize(polygons)))


def dissolve(polygons: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return one geometry per label 0 … ``count`` − 1 from edge-matched ``polygons`` that bear it.

    All vertices on the outline of a group stay, so neighbouring groups still match vertex by vertex. Polygons that
    overlap, which are no coverage, are united as they are. A label without polygons gives an empty Polygon; negative
    labels are left out.
    """
    result = np.empty(count, dtype=object)
    result[:] = shapely.Polygon()
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    if len(order) == 0:
        return result
    sorted_labels = labels[order]
    starts = np.flatnonzero(np.r_[True, sorted_labels[1:] != sorted_labels[:-1]])
    ends = np.r_[starts[1:], len(order)]
    for start, end in zip(starts.tolist(), ends.tolist()):
        members = polygons[order[start:end]]
        result[sorted_labels[start]] = members[0] if end - start == 1 else union_of_coverage(members)
    # A group that surrounds ground and meets itself in a corner comes as one ring through that corner twice.
    pinched = ~shapely.is_valid(result)
    result[pinched] = shapely.make_valid(result[pinched])
    return result


def union_of_coverage(members: np.ndarray) -> shapely.Geometry:
    """Return the outline of n polygons that share their edges; of ones that do not, their union all the same.

    Where edges do not match GEOS before 3.12 raises, and later ones give what is not valid, or a collection that has
    lines in it; what is no polygon is left out.
    """
    try:
        union = shapely.coverage_union_all(members)
    except shapely.errors.GEOSException:
        union = None
    if union is None or not shapely.is_valid(union):
        union = shapely.union_all(shapely.make_valid(members))
    if union.geom_type == "Polygon":
        return union
    parts = shapely.get_parts(union)
    return one_polygon(parts[shapely.get_type_id(parts) == POLYGON])
