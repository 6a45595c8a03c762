"""A cut that cannot avoid a building or courtyard goes around it."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve, faces_of, node_lines
from gridmgmt_plugin.core.geometry.locating import largest_around


def cut_around(
    piece: shapely.Polygon, line: shapely.LineString, obstacles: np.ndarray, precision_m: float
) -> list[shapely.Polygon]:
    """Return the parts of ``piece`` on the two sides of ``line``; each obstacle goes whole to one side.

    The side is the one that holds more of the obstacle's ground in ``piece``. Both sides together are the
    piece; a side may fall into several parts.
    """
    crossed = obstacles[shapely.intersects(obstacles, line)]
    lines = np.concatenate([[shapely.boundary(piece), line], shapely.boundary(crossed)])
    faces = faces_of(node_lines(np.array(lines, dtype=object), precision_m))
    inner = shapely.point_on_surface(faces)
    inside = shapely.intersects(piece, inner)
    faces, inner = faces[inside], inner[inside]
    side = _left_of(line, inner)
    obstacle = largest_around(inner, crossed)
    held = obstacle >= 0
    weight = shapely.area(faces[held]) * np.where(side[held], 1.0, -1.0)
    balance = np.bincount(obstacle[held], weights=weight, minlength=len(crossed))
    side[held] = balance[obstacle[held]] >= 0
    sides = dissolve(faces, side.astype(np.int64), 2)
    parts = shapely.get_parts(sides)
    return list(parts[~shapely.is_empty(parts)])


def _left_of(line: shapely.LineString, points: np.ndarray) -> np.ndarray:
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)
    place = shapely.get_coordinates(points)
    return np.asarray((x1 - x0) * (place[:, 1] - y0) - (y1 - y0) * (place[:, 0] - x0) > 0)
