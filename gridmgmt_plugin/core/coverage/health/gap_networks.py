"""Gaps that run around many polygons at once, as when every cell was drawn a little too small."""

from __future__ import annotations

import numpy as np
import shapely

# A gap between two polygons touches those two and, with its ends, at most two more.
NEIGHBOURS_OF_A_PLAIN_GAP = 4


def cuts_at_junctions(gaps: np.ndarray, items: np.ndarray, width_m: float, precision_m: float) -> np.ndarray:
    """Return short lines that cut networks of thin gaps where three or more polygons meet.

    Without them the whole network would go to a single neighbour. ``gaps``: object array of thin uncovered
    polygons; ``items``: the polygons around them. Between two junctions a gap stays in one piece, so that each
    stretch goes to one of its two sides and the border does not zigzag. Lines are at most ``width_m`` long.
    """
    nothing = np.empty(0, dtype=object)
    if len(gaps) == 0:
        return nothing
    tree = shapely.STRtree(items)
    touching = tree.query(shapely.buffer(gaps, precision_m, quad_segs=1), predicate="intersects")[0]
    networks = gaps[np.bincount(touching, minlength=len(gaps)) > NEIGHBOURS_OF_A_PLAIN_GAP]
    corners = np.unique(shapely.get_coordinates(networks), axis=0)
    if len(corners) == 0:
        return nothing
    points = shapely.points(corners)
    corner, item = tree.query(shapely.box(*(corners - width_m).T, *(corners + width_m).T))
    distance = shapely.distance(points[corner], items[item])
    across = (distance > precision_m) & (distance <= width_m)
    corner, item = corner[across], item[across]
    junction = np.bincount(corner, minlength=len(corners)) >= 2
    corner, item = corner[junction[corner]], item[junction[corner]]
    return np.asarray(shapely.shortest_line(points[corner], items[item]), dtype=object)
