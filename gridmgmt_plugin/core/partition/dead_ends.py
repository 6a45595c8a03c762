"""Dead-end lanes in large blocks, prolonged straight on until they meet something."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.points_in_polygons import points_in_polygons
from gridmgmt_plugin.core.partition.model import PartitionOptions

# The direction of a lane is taken over its last metres, so that a hook at the very end does not turn it.
_DIRECTION_M = 12.0


def prolonged_dead_ends(
    noded: np.ndarray, faces: np.ndarray, obstacles: np.ndarray, options: PartitionOptions
) -> np.ndarray:
    """Return LineStrings from free ends of ``noded`` lines straight on to the next line, in faces to be cut.

    Only ends in faces above the largest area count, and only where the next line is within
    ``options.reach_m`` and no obstacle (a shape that must stay whole) stands in the way.
    """
    ends, ray = _free_ends(noded, options.reach_m)
    large = faces[shapely.area(faces) > options.max_ratio * options.target_area_m2]
    inside = np.unique(points_in_polygons(ends, large)[0])
    ends, ray = ends[inside], ray[inside]
    if len(ray) == 0:
        return np.empty(0, dtype=object)
    reached = _first_hits(ends, ray, noded)
    hit = ~np.isnan(reached)
    lines = shapely.linestrings(
        np.stack(
            [
                shapely.get_coordinates(ends[hit]),
                shapely.get_coordinates(shapely.line_interpolate_point(ray[hit], reached[hit])),
            ],
            axis=1,
        )
    )
    if len(obstacles) and len(lines):
        blocked = np.unique(shapely.STRtree(obstacles).query(lines, predicate="intersects")[0])
        lines = np.delete(lines, blocked)
    return np.asarray(lines)


def _free_ends(noded: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the end points that one line alone has, and a ray of ``reach_m`` onward from each."""
    if len(noded) == 0:
        return np.empty(0, dtype=object), np.empty(0, dtype=object)
    both = np.concatenate([noded, shapely.reverse(noded)])
    last = shapely.get_coordinates(shapely.get_point(both, -1))
    _, where, times = np.unique(last[:, 0] + 1j * last[:, 1], return_inverse=True, return_counts=True)
    free = times[where.reshape(-1)] == 1
    lines, end = both[free], last[free]
    back = np.minimum(_DIRECTION_M, shapely.length(lines))
    before = shapely.get_coordinates(shapely.line_interpolate_point(lines, shapely.length(lines) - back))
    step = end - before
    size = np.hypot(step[:, 0], step[:, 1])
    usable = size > 0.1
    end, step = end[usable], step[usable] / size[usable, None]
    rays = shapely.linestrings(np.stack([end, end + step * reach_m], axis=1)) if len(end) else np.empty(0, object)
    return shapely.points(end), rays


def _first_hits(ends: np.ndarray, rays: np.ndarray, noded: np.ndarray) -> np.ndarray:
    """Return how far along each ray the first other line lies, NaN where none does."""
    ray, line = shapely.STRtree(noded).query(rays, predicate="intersects")
    crossing = shapely.intersection(rays[ray], noded[line])
    distance = shapely.distance(ends[ray], crossing)
    away = distance > 0.05  # its own lane begins at the end itself
    nearest = np.full(len(rays), np.inf)
    np.minimum.at(nearest, ray[away], distance[away])
    nearest[np.isinf(nearest)] = np.nan
    return nearest
