"""Shapes that a planner names instead of drawing them: the block between streets, and a share of a cell by area."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import faces_of, node_lines

_FIRST_WINDOW_M = 400.0  # half the side; blocks of a city are seldom wider
_WINDOW_GROWTH = 4.0


def enclosed_block(
    lines: np.ndarray, boundary: shapely.Geometry | None, x: float, y: float, precision_m: float = 0.001
) -> shapely.Polygon:
    """Return the block between streets, and the boundary of the area, around a point.

    Dead ends inside it are no border. Only lines about the point are noded, in a window that grows until the block
    lies inside it.

    :param lines: object array of (Multi)LineStrings.
    :param boundary: the area's (Multi)Polygon, which closes blocks at its edge; None: streets alone do.
    :raises InputError: ``block_outside`` when the point lies outside the area, ``block_on_street`` when it lies on
        the border of a block, ``block_not_closed`` when no street takes part in a closed border around it.
    """
    point = shapely.Point(x, y)
    if boundary is not None and not shapely.intersects(boundary, point):
        raise InputError("block_outside")
    usable = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
    edge = np.empty(0, dtype=object) if boundary is None else shapely.get_parts(shapely.boundary(boundary))
    tree = shapely.STRtree(np.concatenate([usable, edge]))
    reach = _FIRST_WINDOW_M
    while True:
        window = shapely.box(x - reach, y - reach, x + reach, y + reach)
        near = np.sort(tree.query(window))
        block = _face_around(tree.geometries[near], point, precision_m)
        if block is not None and shapely.contains_properly(window, block):
            break
        if len(near) == len(tree):
            break
        reach *= _WINDOW_GROWTH
    if block is None or not _bounded_by(block, near[near < len(usable)], usable, precision_m):
        raise InputError("block_not_closed")
    if shapely.distance(shapely.boundary(block), point) <= precision_m:
        raise InputError("block_on_street")
    return block


def clear_of(block: shapely.Polygon, held: np.ndarray, x: float, y: float) -> shapely.Polygon:
    """Return the part of a block around a point that no ``held`` cell covers: streets that are cells stay whole.

    The block itself comes back when the point lies in a held cell, so that a planner may still ask for it.

    :param held: object array of Polygons.
    """
    meeting = held[shapely.intersects(held, block)]
    if len(meeting) == 0 or shapely.intersects_xy(meeting, x, y).any():
        return block
    parts = shapely.get_parts(shapely.difference(block, shapely.union_all(meeting)))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons[shapely.intersects_xy(polygons, x, y)][0]


def cut_off_area(cell: shapely.Polygon, direction: tuple[float, float], area_m2: float) -> shapely.LineString:
    """Return the line parallel to ``direction`` that cuts off ``area_m2`` of a cell on its left side.

    It runs from outside the cell to outside it, in the direction given. The area to the left of the line is a
    continuous function of where it lies; it is solved by bisection to the last digits of the coordinates. Splitting
    by the line gives that area unless one of the cell's vertices lies within the snapping distance of it.

    :raises InputError: ``cut_no_direction``, ``cut_area_out_of_range`` unless 0 < area < the cell's, and
        ``cut_falls_apart`` when that line would cut the cell into more than two parts.
    """
    length = float(np.hypot(*direction))
    if not np.isfinite(length) or length == 0:
        raise InputError("cut_no_direction")
    whole_m2 = float(shapely.area(cell))
    if not 0 < area_m2 < whole_m2:
        raise InputError("cut_area_out_of_range", area_m2=f"{area_m2:.2f}", whole_m2=f"{whole_m2:.2f}")
    along = np.array(direction) / length
    left = np.array([-along[1], along[0]])
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.normalize(cell)), return_index=True)
    origin = points[0]
    u, v = (points - origin) @ along, (points - origin) @ left
    sides = ring[1:] == ring[:-1]
    offset = _offset(u[:-1][sides], v[:-1][sides], u[1:][sides], v[1:][sides], area_m2)
    beyond = max(1.0, float(np.ptp(u)) * 0.05)
    ends = np.array([u.min() - beyond, u.max() + beyond])[:, None] * along + offset * left + origin
    line = shapely.LineString(ends)
    if len(shapely.get_parts(shapely.intersection(line, cell))) > 1:
        raise InputError("cut_falls_apart", area_m2=f"{area_m2:.2f}")
    return line


def _face_around(lines: np.ndarray, point: shapely.Point, precision_m: float) -> shapely.Polygon | None:
    faces = faces_of(node_lines(lines, precision_m))
    around = faces[shapely.intersects(faces, point)]
    return around[0] if len(around) else None


def _bounded_by(block: shapely.Polygon, near: np.ndarray, lines: np.ndarray, precision_m: float) -> bool:
    """Tell whether a street runs along some of the block's border; its ends may rest on it anyhow."""
    border = shapely.buffer(shapely.boundary(block), 2 * precision_m)
    return bool((shapely.length(shapely.intersection(lines[near], border)) > 100 * precision_m).any())


def _offset(u0: np.ndarray, v0: np.ndarray, u1: np.ndarray, v1: np.ndarray, area_m2: float) -> float:
    """Return t such that the ground with v > t measures ``area_m2``, for the directed sides of all rings."""
    low, high = float(v0.min()), float(v0.max())
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if _area_above(u0, v0 - middle, u1, v1 - middle) > area_m2:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _area_above(u0: np.ndarray, v0: np.ndarray, u1: np.ndarray, v1: np.ndarray) -> float:
    """Return the area of the ground with v > 0 under directed sides: |∮ max(v, 0) du| (Green)."""
    rise = np.where(v1 == v0, 1.0, v1 - v0)
    share = np.clip(-v0 / rise, 0.0, 1.0)  # where a side that crosses v = 0 does so
    crosses = (v0 > 0) != (v1 > 0)
    above0, above1 = np.maximum(v0, 0.0), np.maximum(v1, 0.0)
    width = np.where(crosses, np.where(v0 > 0, share, 1.0 - share), 1.0) * (u1 - u0)
    return abs(float((width * (above0 + above1) / 2).sum()))
