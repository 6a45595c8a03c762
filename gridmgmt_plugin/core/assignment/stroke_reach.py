"""Which units a gesture of the hand means: what a brush comes across, lies in an outline, is at a border."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.contiguity import neighbour_pairs
from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment


class StrokeReach:
    """The units as a spatial index; their outlines stay as they are as long as it lives."""

    def __init__(self, shapes: np.ndarray) -> None:
        """Index the units.

        :param shapes: object array (n,) of polygons in metres, ``None`` where a unit has none.
        """
        self._shapes = shapes
        self._tree = shapely.STRtree(shapes)
        self._points = shapely.point_on_surface(shapes)

    def under_brush(self, path: shapely.Geometry, radius_m: float) -> np.ndarray:
        """Return the units within ``radius_m`` of a way of the mouse (a point or a line), int64, ascending."""
        if radius_m > 0:
            return np.sort(self._tree.query(path, predicate="dwithin", distance=radius_m))
        return np.sort(self._tree.query(path, predicate="intersects"))

    def at(self, x: float, y: float) -> int | None:
        """Return the unit at a place, the first one on a shared edge, ``None`` where there is none."""
        found = self._tree.query(shapely.Point(x, y), predicate="intersects")
        return int(found.min()) if len(found) else None

    def inside(self, outline: shapely.Geometry) -> np.ndarray:
        """Return the units whose inner point lies in an outline, int64, ascending."""
        near = np.sort(self._tree.query(outline))
        shapely.prepare(outline)
        return np.asarray(near[shapely.intersects(outline, self._points[near])])

    def points(self, units: np.ndarray) -> np.ndarray:
        """Return a point inside each of these units (object array)."""
        return np.asarray(self._points[units])

    def across_border(self, assignment: Assignment, unit: int, x: float, y: float) -> int | None:
        """Return the grid on the other side of the border of a unit's grid that is nearest to a place in the unit.

        Only grids that the unit may join count; ``None`` where all around it is of its own grid, of none or beyond.
        """
        _, around = neighbour_pairs(assignment.units.graph, np.array([unit]))
        grids = assignment.grid_of[around]
        takers = set(grids.tolist()) - {NOBODY, int(assignment.grid_of[unit])}
        allowed = [grid for grid in sorted(takers) if assignment.may_join(np.array([unit]), grid)[0]]
        around = around[np.isin(grids, allowed)]
        if len(around) == 0:
            return None
        distance = shapely.distance(self._shapes[around], shapely.Point(x, y))
        return int(assignment.grid_of[around[int(np.argmin(distance))]])


def pushed(assignment: Assignment, swept: np.ndarray, source: int, taker: int) -> np.ndarray:
    """Return those of the swept units that a border which is pushed from ``taker`` into ``source`` comes across.

    They belong to ``source`` and hang together with ``taker``, directly or over others of them, so that the border
    moves and no island is made. int64, ascending.
    """
    mine = swept[assignment.grid_of[swept] == source]
    graph = assignment.units.graph
    which, neighbour = neighbour_pairs(graph, mine)
    reached = set(mine[which[assignment.grid_of[neighbour] == taker]].tolist())
    open_set, wanted = list(reached), set(mine.tolist())
    while open_set:
        unit = open_set.pop()
        for other in graph.indices[graph.indptr[unit] : graph.indptr[unit + 1]].tolist():
            if other in wanted and other not in reached:
                reached.add(other)
                open_set.append(other)
    return np.array(sorted(reached), dtype=np.int64)
