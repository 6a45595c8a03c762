"""Which centre each unit grid goes to along the streets (一刻钟便民服务圈), and how long the way takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.walking.access import CutStreets, cut_at_centres, step_on
from gridmgmt_plugin.core.walking.options import WalkingOptions
from gridmgmt_plugin.core.walking.streets import Streets

#: Of nodes, edges (first, second, metres; walked both ways) and sources (node, metres to begin with) to
#: ``(metres of the shortest way from any source to each node, position of that source)``; inf and −1 = no way.
Ways = Callable[[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Circles:
    """Per unit: ``centre``: int64, position of the centre to go to, −1 = none; ``metres``, ``minutes``: float64
    of the way there, not-a-number without one; ``beyond``: bool, it takes longer than the limit or there is none;
    ``off_street``: bool, no street from which there is a way is near.
    Per centre: ``centre_used``: bool, it is near enough to a street; ``centre_apart``: bool, its street does not
    connect to the main network. ``connected_share``: the part of all streets that hangs together, 0 to 1; ``pieces``:
    of how many.
    """

    centre: np.ndarray
    metres: np.ndarray
    minutes: np.ndarray
    beyond: np.ndarray
    off_street: np.ndarray
    centre_used: np.ndarray
    centre_apart: np.ndarray
    connected_share: float
    pieces: int


def service_circles(
    units: np.ndarray, centres: np.ndarray, streets: Streets, ways: Ways, options: WalkingOptions
) -> Circles:
    """Return for every unit the centre that is nearest on foot.

    A way leads straight from the point to the nearest street, along streets, and straight from the street to the
    centre. Streets from which no centre can be reached are left aside: their units walk over to the nearest street
    from which one can.

    :param units: object array of Points inside the unit grids, ``centres``: of Points; all in metres of one frame.
    :param ways: finds the shortest ways, see :data:`Ways`.
    :raises InputError: ``circles_without_streets``, ``circles_without_centres``, ``circles_streets_apart``,
        ``circles_centres_off_streets``.
    """
    if not len(streets.line):
        raise InputError("circles_without_streets")
    if not len(centres):
        raise InputError("circles_without_centres")
    lengths = streets.piece_lengths()
    share = float(lengths.max() / lengths.sum())
    if share < options.least_connected_share:
        raise InputError("circles_streets_apart", pieces=len(lengths), percent=round(100 * share, 1))
    stepped = step_on(streets, centres, options.centre_off_street_m)
    used = stepped.edge >= 0
    if not used.any():
        raise InputError(
            "circles_centres_off_streets", count=len(centres), distance_m=f"{options.centre_off_street_m:g}"
        )
    rows = np.flatnonzero(used)
    from_centres = step_on(streets, centres[rows], options.centre_off_street_m)
    served = np.isin(streets.piece, streets.piece[from_centres.edge])
    from_units = step_on(streets, units, options.unit_off_street_m, served)
    cut = cut_at_centres(streets, from_centres, from_units)
    count = streets.node_count + len(rows)
    metres, source = ways(count, cut.first, cut.second, cut.length_m, cut.centre_node, from_centres.off_m)
    way_m, nearest = _nearer_end(cut, metres, source)
    centre = np.where(nearest >= 0, rows[nearest], -1)
    minutes = np.where(centre >= 0, np.round(way_m / options.speed_m_min, 2), np.nan)
    apart = np.zeros(len(centres), dtype=bool)
    apart[rows] = streets.piece[from_centres.edge] != int(lengths.argmax())
    return Circles(
        centre=centre,
        metres=np.where(centre >= 0, way_m, np.nan),
        minutes=minutes,
        beyond=~(minutes <= options.limit_minutes),
        off_street=from_units.edge < 0,
        centre_used=used,
        centre_apart=apart,
        connected_share=share,
        pieces=len(lengths),
    )


def unit_points(shapes: np.ndarray) -> np.ndarray:
    """Return the place inside each unit grid from which one walks: its centroid, where that lies in it."""
    middle = shapely.centroid(shapes)
    return np.asarray(np.where(shapely.intersects(shapes, middle), middle, shapely.point_on_surface(shapes)))


def _nearer_end(cut: CutStreets, metres: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return metres and source of each unit by the end of its street that is on the shorter way."""
    by_left = np.where(cut.left >= 0, metres[cut.left] + cut.to_left_m, np.inf)
    by_right = np.where(cut.right >= 0, metres[cut.right] + cut.to_right_m, np.inf)
    node = np.where(by_left <= by_right, cut.left, cut.right)
    way_m = np.minimum(by_left, by_right)
    return way_m, np.where(np.isfinite(way_m), source[node], -1)
