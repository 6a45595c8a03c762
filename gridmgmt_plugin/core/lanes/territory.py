"""Through which areas a lane runs, and for how many metres; a lane along a boundary is shared by both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.locate import code_ranks


@dataclass(frozen=True)
class Shares:
    """Metres of lane per area: three arrays of equal length, one row per lane and area that meet.

    ``lane``, ``area``: int64 positions; ``length_m``: float64. Ordered by lane, then by length (longest first; of
    equal lengths to the millimetre the smaller code first). ``along``: mask of all lanes that run along a boundary.
    """

    lane: np.ndarray
    area: np.ndarray
    length_m: np.ndarray
    along: np.ndarray

    def first_area(self, n_lanes: int) -> np.ndarray:
        """Return the area that holds most of each lane, int64 of ``n_lanes``, −1 for a lane in none."""
        return self._nth_area(n_lanes, 0)

    def second_area(self, n_lanes: int) -> np.ndarray:
        """Return the area that holds the second longest share, −1 where a lane lies in fewer than two."""
        return self._nth_area(n_lanes, 1)

    def _nth_area(self, n_lanes: int, n: int) -> np.ndarray:
        found = np.full(n_lanes, -1, dtype=np.int64)
        lanes, start, count = np.unique(self.lane, return_index=True, return_counts=True)
        has = count > n
        found[lanes[has]] = self.area[start[has] + n]
        return found


def share_lengths(lines: np.ndarray, lane: np.ndarray, n_lanes: int, areas: Areas, options: LaneOptions) -> Shares:
    """Share the length of lanes among areas.

    A piece inside one area counts for it. Where a lane runs along a boundary (see :class:`LaneOptions`), every piece
    within the tolerance of several areas is shared equally among them; elsewhere only a piece exactly on the boundary
    is. The shares of a lane add up to its length inside the areas.

    :param lines: object array of n line strings in metres. :param lane: int64 of n, the lane of each line.
    """
    tolerance_m = max(options.boundary_tolerance_m, options.precision_m)
    pieces = _cut_near_boundaries(lines, lane, areas, tolerance_m, options.share_piece_m)
    piece, area = _near(pieces.middle, areas, tolerance_m)
    in_strip = np.bincount(piece, minlength=len(pieces.lane)) > 1
    strip_m = np.bincount(pieces.lane, weights=pieces.length_m * in_strip, minlength=n_lanes)
    lane_m = np.bincount(pieces.lane, weights=pieces.length_m, minlength=n_lanes)
    along = (strip_m >= options.boundary_share * lane_m) & (strip_m >= options.boundary_length_m)

    at, beside = _near(pieces.middle, areas, options.precision_m)
    on_it = np.isin(piece * len(areas) + area, at * len(areas) + beside)
    counts = on_it | along[pieces.lane[piece]]
    piece, area = piece[counts], area[counts]
    sharers = np.bincount(piece, minlength=len(pieces.lane))
    share_m = pieces.length_m[piece] / sharers[piece]
    distinct, group = np.unique(pieces.lane[piece] * len(areas) + area, return_inverse=True)
    total_m = np.bincount(group.reshape(-1), weights=share_m, minlength=len(distinct))
    lane_of, area_of = np.divmod(distinct, max(len(areas), 1))
    order = np.lexsort((code_ranks(areas.codes)[area_of], -np.round(total_m, 3), lane_of))
    return Shares(lane_of[order], area_of[order], total_m[order], along)


@dataclass(frozen=True)
class _Pieces:
    lane: np.ndarray
    length_m: np.ndarray
    middle: np.ndarray


def _cut_near_boundaries(
    lines: np.ndarray, lane: np.ndarray, areas: Areas, tolerance_m: float, piece_m: float
) -> _Pieces:
    """Cut the lines near a boundary into short equal pieces; a line deep inside one area stays whole."""
    length_m = shapely.length(lines)
    line, area = _near(lines, areas, tolerance_m)
    met = np.bincount(line, minlength=len(lines))
    alone = met[line] == 1
    whole = met == 0
    shapely.prepare(areas.geometry)
    whole[line[alone]] = shapely.covers(areas.geometry[area[alone]], lines[line[alone]])
    parts = np.where(whole, 1, np.maximum(np.ceil(length_m / piece_m), 1)).astype(np.int64)
    owner = np.repeat(np.arange(len(lines)), parts)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    middle = shapely.line_interpolate_point(lines[owner], (nth + 0.5) / parts[owner], normalized=True)
    return _Pieces(lane[owner], length_m[owner] / parts[owner], middle)


def _near(shapes: np.ndarray, areas: Areas, distance_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (shape, area), int64: all pairs within the distance, ascending.

    Areas have long outlines and are few, so each is asked for all shapes at once, with an index of its edges.
    """
    area, shape = shapely.STRtree(shapes).query(areas.geometry, predicate="dwithin", distance=distance_m)
    order = np.lexsort((area, shape))
    return shape[order], area[order]
