"""Which segments belong together: nodes, touches, gaps, and the components that they make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.lanes.names import SegmentNames


@dataclass(frozen=True)
class Joined:
    """Segments grouped into lanes.

    ``lane``: int64 of n segments, the lane each counts for, −1 for a segment without a name; lanes are numbered
    from 0 by their first segment. ``gaps``: how many connections go over a gap instead of a touch.
    """

    lane: np.ndarray
    count: int
    gaps: int


def snap_nodes(x: np.ndarray, y: np.ndarray, precision_m: float) -> np.ndarray:
    """Return a node number per point, int64: points within ``precision_m`` of each other (in steps) are one node."""
    if not len(x):
        return np.empty(0, dtype=np.int64)
    places, place = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    points = shapely.points(places)
    near = shapely.STRtree(points).query(points, predicate="dwithin", distance=precision_m)
    node = connected_groups(len(places), near[0], near[1])
    return np.asarray(node[place])


def end_points(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last coordinates of n lines, float64 (n, 2) each."""
    first = shapely.get_coordinates(shapely.get_point(lines, 0))
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    return first, last


def join_segments(
    lines: np.ndarray, names: SegmentNames, row: np.ndarray, *, precision_m: float, join_gap_m: float
) -> Joined:
    """Join segments of one name into lanes.

    Segments are joined when an end of one lies on the other (within ``precision_m``), when they share a vertex, when
    they come from one row of the input, or when an end of one lies within ``join_gap_m`` of the other. A segment
    that holds several names connects the pieces of each of them.

    :param lines: object array of n line strings. :param row: int64 of n, the input row of each line.
    """
    n, width = names.slots.shape
    near_a, near_b = _same_name_links(names, *_ends_near(lines, names, precision_m))
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    vertex_a, vertex_b = _sharing(names, _vertex_numbers(coordinates, precision_m), owner)
    row_a, row_b = _sharing(names, row, np.arange(n))
    links_a, links_b = np.concatenate([near_a, vertex_a, row_a]), np.concatenate([near_b, vertex_b, row_b])
    touching = connected_groups(n * width, links_a, links_b)
    gap_a, gap_b = _same_name_links(names, *_ends_near(lines, names, join_gap_m))
    root = connected_groups(n * width, np.append(links_a, gap_a), np.append(links_b, gap_b))
    held = np.flatnonzero(names.named) * width
    lane = np.full(n, -1, dtype=np.int64)
    roots, first, inverse = np.unique(root[held], return_index=True, return_inverse=True)
    by_first_segment = np.empty(len(roots), dtype=np.int64)
    by_first_segment[np.argsort(first)] = np.arange(len(roots))
    lane[names.named] = by_first_segment[inverse.reshape(-1)]
    return Joined(lane, len(roots), len(np.unique(touching[held])) - len(roots))


def _vertex_numbers(coordinates: np.ndarray, precision_m: float) -> np.ndarray:
    keys = np.round(coordinates / precision_m).astype(np.int64) if precision_m > 0 else coordinates
    _, vertex = np.unique(keys, axis=0, return_inverse=True)
    return np.asarray(vertex.reshape(-1), dtype=np.int64)


def _sharing(names: SegmentNames, place: np.ndarray, segment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Link the (segment, slot) pairs that hold the same name at the same place, each to the next in the group."""
    width = names.slots.shape[1]
    name = names.slots[segment].reshape(-1)
    pair = (segment[:, None] * width + np.arange(width)).reshape(-1)
    where = np.repeat(place, width)
    order = np.lexsort((pair, name, where))
    order = order[name[order] >= 0]
    same = (where[order][1:] == where[order][:-1]) & (name[order][1:] == name[order][:-1])
    return pair[order][:-1][same], pair[order][1:][same]


def _ends_near(lines: np.ndarray, names: SegmentNames, distance_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (segment with an end, segment within ``distance_m`` of that end), among named segments."""
    named = np.flatnonzero(names.named)
    if not len(named) or distance_m <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first, last = end_points(lines[named])
    points = shapely.points(np.concatenate([first, last]))
    end, line = shapely.STRtree(lines[named]).query(points, predicate="dwithin", distance=distance_m)
    return named[end % len(named)], named[line]


def _same_name_links(names: SegmentNames, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn pairs of segments into pairs of (segment, slot) that hold the same name."""
    width = names.slots.shape[1]
    left, right = [], []
    for slot_a in range(width):
        for slot_b in range(width):
            name_a, name_b = names.slots[a, slot_a], names.slots[b, slot_b]
            same = (name_a == name_b) & (name_a >= 0)
            left.append(a[same] * width + slot_a)
            right.append(b[same] * width + slot_b)
    return np.concatenate(left), np.concatenate(right)
