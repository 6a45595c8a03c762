"""分割: a place on a lane parts it; of two carriageways both are cut."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.ops import substring

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.lanes.ends import measure_shapes
from gridmgmt_plugin.core.lanes.lane_edit import SHARED_M, LaneEdit, as_shapes, joined_lines, named, proven
from gridmgmt_plugin.core.lanes.network import end_points
from gridmgmt_plugin.core.lanes.options import LaneOptions
from gridmgmt_plugin.core.rows import Rows


def split(lanes: Rows, at: int, place: tuple[float, float], options: LaneOptions, policy: str) -> LaneEdit:
    """Part a lane at the nearest point to a place, across all its carriageways.

    The longer part stays the lane, the other one is new; with the policy ``both_new`` both are and the lane ends.

    :raises InputError: ``lane_split_at_end`` where nothing is cut off, ``lane_split_loop`` where the lane still hangs
        together (a ring has to be cut where it has an end).
    """
    parts = shapely.get_parts(lanes.shapes[at])
    pieces, cut, cuts = _cut(parts, shapely.Point(place), options.join_gap_m)
    if cuts == 0:
        raise InputError("lane_split_at_end", name=named(lanes, at))
    # Of one line only what meets in the cut is parted; carriageways may be tied together beside it.
    side = _sides(pieces, cut, SHARED_M if cuts == 1 else options.join_gap_m, options.precision_m)
    if side is None:
        raise InputError("lane_split_loop", name=named(lanes, at))
    halves = [joined_lines(pieces[side == which]) for which in (0, 1)]
    halves.sort(key=lambda half: -round(half.length, 6))
    carried = {name: lanes[name][at] for name in ("name", "road_class", "custody", "width_m") if name in lanes}
    carried = {name: value for name, value in carried.items() if value is not None}
    if policy == "both_new":
        edit = LaneEdit(
            "lane_split",
            added_shapes=as_shapes(*halves),
            added_from=np.array([at, at]),
            added_values=(carried, carried),
            ended=np.array([at]),
        )
    else:
        edit = LaneEdit(
            "lane_split",
            changed=np.array([at]),
            changed_shapes=as_shapes(halves[0]),
            added_shapes=as_shapes(halves[1]),
            added_from=np.array([at]),
            added_values=(carried,),
        )
    return proven(lanes, edit)


def _cut(parts: np.ndarray, place: shapely.Point, reach_m: float) -> tuple[np.ndarray, shapely.Point, int]:
    """Return the parts, those cut in two that run past the cut within ``reach_m``; the cut; how many were cut."""
    nearest = shapely.line_interpolate_point(parts, shapely.line_locate_point(parts, place))
    first = nearest[int(np.argmin(shapely.distance(nearest, place)))]
    pieces: list[shapely.LineString] = []
    for part in parts:
        along = float(shapely.line_locate_point(part, first))
        beside = shapely.distance(part, first) <= reach_m
        if beside and SHARED_M < along < part.length - SHARED_M:
            pieces += [substring(part, 0.0, along), substring(part, along, part.length)]
        else:
            pieces.append(part)
    return as_shapes(*pieces), first, len(pieces) - len(parts)


def _sides(pieces: np.ndarray, cut: shapely.Point, around_m: float, precision_m: float) -> np.ndarray | None:
    """Return 0 or 1 per piece, the side of the cut it lies on, ``None`` where the pieces hang together around it."""
    ends = np.concatenate(end_points(pieces))
    piece = np.tile(np.arange(len(pieces)), 2)
    from_cut_m = np.hypot(*(ends - [cut.x, cut.y]).T)
    one, two = np.triu_indices(len(ends), 1)
    # What touches away from the cut is on one side.
    touch = np.hypot(*(ends[one] - ends[two]).T) <= precision_m
    touch &= from_cut_m[one] > around_m
    group = connected_groups(len(pieces), piece[one[touch]], piece[two[touch]])
    if group.max() <= 1:
        return None if group.max() == 0 else group
    shape = measure_shapes(pieces, np.zeros(len(pieces), dtype=np.int64), 1)
    angle = np.radians(shape.bearing_deg[0])
    middle = shapely.get_coordinates(shapely.line_interpolate_point(pieces, 0.5, normalized=True))
    along = (middle - [cut.x, cut.y]) @ np.array([np.sin(angle), np.cos(angle)])
    side = (np.bincount(group, weights=along * shapely.length(pieces))[group] > 0).astype(np.int64)
    return None if side.min() == side.max() else side
