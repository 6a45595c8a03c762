"""Points at which a receiver proves that it imported a release right: inside cells, near edges, exactly on edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.locate import locate_points, pairs_at_points

INSIDE, NEAR_EDGE, ON_EDGE = "inside", "near_edge", "on_edge"


@dataclass(frozen=True)
class SamplePoints:
    """n points: ``x``, ``y`` float64 metres; ``place``: object array of ``inside``, ``near_edge`` or ``on_edge``."""

    x: np.ndarray
    y: np.ndarray
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.x)


def sample_points(
    cells: np.ndarray, codes: Sequence[str], count: int, *, near_m: float, precision_m: float, seed: int
) -> SamplePoints:
    """Return up to ``count`` points, half of them inside cells, a quarter near and a quarter on shared edges.

    The same cells and seed give the same points. A point on an edge is a vertex that several cells share, so that it
    lies exactly on the edge in every frame and format; one near an edge lies ``near_m`` metres off its middle.

    :param cells: object array of polygons in metres; :param codes: one text per cell.
    """
    rng = np.random.default_rng(seed)
    usable = np.flatnonzero(~(shapely.is_missing(cells) | shapely.is_empty(cells)))
    if not len(usable):
        return SamplePoints(np.empty(0), np.empty(0), np.empty(0, dtype=object))
    usable = usable[np.argsort(np.array([codes[i] for i in usable.tolist()], dtype=str))]
    quarter = count // 4
    chosen = cells[np.sort(rng.permutation(usable)[: count - 2 * quarter])]
    inside = shapely.point_on_surface(chosen)
    spread = cells[np.sort(rng.permutation(usable)[: 4 * quarter])]
    near = _near_edges(spread, near_m, precision_m)
    near = near[np.sort(rng.permutation(len(near))[:quarter])]
    on = _shared_vertices(spread, cells)
    on = on[np.sort(rng.permutation(len(on))[:quarter])]
    placed = [(shapely.get_coordinates(inside), INSIDE), (near, NEAR_EDGE), (on, ON_EDGE)]
    # Points inside and near edges are rounded to the precision grid; a vertex is given as it is.
    xy = np.vstack([points if place == ON_EDGE else _rounded(points, precision_m) for points, place in placed])
    place = np.array([place for points, place in placed for _ in range(len(points))], dtype=object)
    within = locate_points(xy[:, 0], xy[:, 1], cells, codes) >= 0
    return SamplePoints(xy[within, 0], xy[within, 1], place[within])


def _rounded(xy: np.ndarray, precision_m: float) -> np.ndarray:
    decimals = max(0, round(-np.log10(precision_m)))
    return np.asarray(np.round(xy, decimals))


def _near_edges(cells: np.ndarray, near_m: float, precision_m: float) -> np.ndarray:
    """Return (m, 2) points beside the middle of each cell's longest straight edge, on its inner side."""
    found = []
    for cell in cells:
        ring = shapely.get_coordinates(shapely.get_exterior_ring(cell))
        step = np.diff(ring, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        longest = int(np.argmax(length))
        normal = np.array([-step[longest, 1], step[longest, 0]]) / length[longest]
        middle = (ring[longest] + ring[longest + 1]) / 2
        for side in (middle + near_m * normal, middle - near_m * normal):
            point = shapely.points(_rounded(side, precision_m))
            if shapely.contains_properly(cell, point):
                found.append(shapely.get_coordinates(point)[0])
    return np.array(found).reshape(-1, 2)


def _shared_vertices(chosen: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return (m, 2) distinct vertices of the chosen cells that lie on another cell as well."""
    xy = np.unique(shapely.get_coordinates(chosen), axis=0)
    point, _ = pairs_at_points(xy[:, 0], xy[:, 1], cells)
    return np.asarray(xy[np.bincount(point, minlength=len(xy)) > 1])
