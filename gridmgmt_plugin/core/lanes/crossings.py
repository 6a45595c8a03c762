"""What meets the end nodes of lanes: the street that crosses there, rather than the one that merely goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.names import SegmentNames
from gridmgmt_plugin.core.lanes.options import LaneOptions

# How far along a line its direction at a node is taken: past the rounding of a kerb, short of the next bend.
_LOOK_ALONG_M = 15.0


@dataclass(frozen=True)
class Nodes:
    """End nodes of the lanes' segments, n rows, one per lane and node.

    ``lane``: int64. ``x``, ``y``: float64, metres. ``candidate``: bool, may be an end of its lane; ``closed``: bool
    per lane, those without a loose end.
    """

    lane: np.ndarray
    x: np.ndarray
    y: np.ndarray
    candidate: np.ndarray
    closed: np.ndarray


@dataclass(frozen=True)
class Crossings:
    """What meets each of n nodes.

    ``name``: int64, position of the name that tells the place, −1 = no other named street. ``length_m``: float64 of
    that street. ``nameless``: bool, a line without a name. ``ahead``: float64 (n, 2), unit vector in which the lane
    would go on beyond the node, not-a-number where it does not end there.
    """

    name: np.ndarray
    length_m: np.ndarray
    nameless: np.ndarray
    ahead: np.ndarray


def find_crossings(
    nodes: Nodes,
    asked: np.ndarray,
    lines: np.ndarray,
    names: SegmentNames,
    lane: np.ndarray,
    lane_length_m: np.ndarray,
    options: LaneOptions,
) -> Crossings:
    """Return what meets the nodes under ``asked``.

    A street that crosses goes before one that goes straight on under another name (东长安街 is no place on 西长安街,
    the square's side street between them is); then the longer street, then the smaller name.
    """
    rows = np.flatnonzero(asked)
    points = shapely.points(nodes.x[rows], nodes.y[rows])
    hit, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=max(options.precision_m, 1e-9))
    row = rows[hit]
    lane_name = np.full(len(lane_length_m), -1, dtype=np.int64)
    lane_name[lane[lane >= 0]] = names.primary[lane >= 0]
    own = (names.slots[line] == lane_name[nodes.lane[row]][:, None]).any(axis=1)
    nameless = np.zeros(len(nodes.lane), dtype=bool)
    nameless[row[lane[line] < 0]] = True
    start, end = _directions(points[hit], lines[line])
    ahead = _ahead(len(nodes.lane), row[own], start[own], end[own])
    other = (lane[line] >= 0) & ~own
    goes_on = _goes_on(row[other], lane[line[other]], start[other], end[other], ahead, options)
    row, crossing = row[other], lane[line[other]]
    name = np.full(len(nodes.lane), -1, dtype=np.int64)
    length_m = np.zeros(len(nodes.lane))
    # The best last, so that it is the one that stays.
    order = np.lexsort((-lane_name[crossing], lane_length_m[crossing], ~goes_on))
    name[row[order]] = lane_name[crossing[order]]
    length_m[row[order]] = lane_length_m[crossing[order]]
    return Crossings(name, length_m, nameless, ahead)


def _directions(points: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit vectors (n, 2) from each point back and forth along its line; not-a-number beyond its ends."""
    at = shapely.line_locate_point(lines, points)
    place = shapely.get_coordinates(points)
    found = []
    for reach in (np.maximum(at - _LOOK_ALONG_M, 0.0), np.minimum(at + _LOOK_ALONG_M, shapely.length(lines))):
        vector = shapely.get_coordinates(shapely.line_interpolate_point(lines, reach)) - place
        length = np.hypot(*vector.T)
        far = length > _LOOK_ALONG_M / 100
        found.append(np.where(far[:, None], vector / np.where(far, length, 1.0)[:, None], np.nan))
    return found[0], found[1]


def _ahead(count: int, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return where lanes would go on beyond nodes that they leave in one direction only."""
    row, vector = np.concatenate([row, row]), np.concatenate([start, end])
    there = ~np.isnan(vector[:, 0])
    row, vector = row[there], vector[there]
    ahead = np.full((count, 2), np.nan)
    alone = np.bincount(row, minlength=count)[row] == 1
    ahead[row[alone]] = -vector[alone]
    return ahead


def _goes_on(
    row: np.ndarray, street: np.ndarray, start: np.ndarray, end: np.ndarray, ahead: np.ndarray, options: LaneOptions
) -> np.ndarray:
    """Tell for each (node, street that meets it) whether the street only leads straight on from the lane's end."""
    directions = (~np.isnan(start[:, 0])).astype(np.int64) + ~np.isnan(end[:, 0])
    key, group = np.unique(row * (street.max(initial=0) + 1) + street, return_inverse=True)
    single = np.bincount(group.reshape(-1), weights=directions, minlength=len(key))[group.reshape(-1)] == 1
    vector = np.where(np.isnan(start), end, start)
    with np.errstate(invalid="ignore"):
        straight = (vector * ahead[row]).sum(axis=1) > np.cos(np.radians(options.straight_on_deg))
    return np.asarray(single & straight)
