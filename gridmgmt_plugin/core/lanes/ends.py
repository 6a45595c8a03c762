"""Where a lane starts and ends: its main direction, its two end nodes and the streets that cross there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.crossings import Crossings, Nodes, find_crossings
from gridmgmt_plugin.core.lanes.names import SegmentNames
from gridmgmt_plugin.core.lanes.network import end_points, snap_nodes
from gridmgmt_plugin.core.lanes.options import CATALOGUE, Areas, LaneOptions
from gridmgmt_plugin.core.resources import load_json


@dataclass(frozen=True)
class LaneShape:
    """How each of n lanes lies: float64 arrays of n.

    ``bearing_deg``: main direction, clockwise from north, 0 ≤ b < 180. ``width_ratio``: spread across over spread
    along it (0 = straight, 1 = as wide as long). ``centre_x``, ``centre_y``: centre of the length, metres.
    """

    bearing_deg: np.ndarray
    width_ratio: np.ndarray
    centre_x: np.ndarray
    centre_y: np.ndarray


@dataclass(frozen=True)
class LaneEnds:
    """The words for each of n lanes: object arrays of texts."""

    from_place: np.ndarray
    to_place: np.ndarray
    direction: np.ndarray


def measure_shapes(lines: np.ndarray, lane: np.ndarray, n_lanes: int) -> LaneShape:
    """Return the principal axes of the lanes, from the exact second moments of their line edges.

    :param lines: object array of n line strings. :param lane: int64 of n, the lane of each (all ≥ 0).
    """
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    edge = owner[1:] == owner[:-1]
    vector = np.diff(coordinates, axis=0)[edge]
    middle = (coordinates[1:] + coordinates[:-1])[edge] / 2
    of = lane[owner[1:][edge]]
    length = np.hypot(vector[:, 0], vector[:, 1])

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(of, weights=length * values, minlength=n_lanes)

    whole = np.maximum(total(np.ones(len(length))), np.finfo(float).tiny)
    centre_x, centre_y = total(middle[:, 0]) / whole, total(middle[:, 1]) / whole
    # Moments about each lane's own centre: coordinates of millions of metres would eat the digits.
    dx, dy = middle[:, 0] - centre_x[of], middle[:, 1] - centre_y[of]
    xx = total(dx * dx + vector[:, 0] ** 2 / 12) / whole
    yy = total(dy * dy + vector[:, 1] ** 2 / 12) / whole
    xy = total(dx * dy + vector[:, 0] * vector[:, 1] / 12) / whole
    bearing = (90.0 - np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))) % 180.0
    spread = np.hypot((xx - yy) / 2, xy)
    along, across = (xx + yy) / 2 + spread, np.maximum((xx + yy) / 2 - spread, 0.0)
    ratio = np.sqrt(np.divide(across, along, out=np.zeros_like(along), where=along > 0))
    return LaneShape(bearing, ratio, centre_x, centre_y)


def name_ends(
    lines: np.ndarray,
    names: SegmentNames,
    lane: np.ndarray,
    lane_length_m: np.ndarray,
    shape: LaneShape,
    areas: Areas,
    options: LaneOptions,
) -> LaneEnds:
    """Name the two ends of every lane after the streets that cross there.

    The ends are the outermost end nodes along the main direction; a lane starts in the south when it runs north–south
    and in the east otherwise (the order of GB/T 37149-2018, set in the catalogue). Of several streets at an end the
    longest gives the name. An end where only streets without a name meet, one on the outline of the areas, and a dead
    end are named by words of the catalogue. A ring starts and ends where the longest street meets it.
    """
    n_lanes = len(lane_length_m)
    nodes = _lane_nodes(lines, lane, n_lanes, options.precision_m)
    ring = nodes.closed & (shape.width_ratio >= load_json(CATALOGUE)["ring"]["min_width_ratio"])
    word, kind = _direction_words(shape, ring, options)
    forward = _forward_axes(shape, kind)
    along = forward[nodes.lane, 0] * nodes.x + forward[nodes.lane, 1] * nodes.y
    asked = nodes.candidate | ring[nodes.lane]
    crossing = find_crossings(nodes, asked, lines, names, lane, lane_length_m, options)
    place = _place_words(nodes, crossing, names, areas, options)

    first = _outermost(nodes.lane, along, nodes.candidate, n_lanes)
    last = _outermost(nodes.lane, -along, nodes.candidate, n_lanes)
    best = _outermost(nodes.lane, -crossing.length_m, asked, n_lanes)
    first, last = np.where(ring, best, first), np.where(ring, best, last)
    first = _beside(first, nodes, crossing, options.join_gap_m)
    last = _beside(last, nodes, crossing, options.join_gap_m)
    return LaneEnds(place[first], place[last], word)


def _beside(end: np.ndarray, nodes: Nodes, crossing: Crossings, distance_m: float) -> np.ndarray:
    """Where an end of a lane of several strands meets nothing, take the end of the strand beside it that does.

    Of two carriageways the one that is drawn a little farther is not always the one that is drawn to the crossing.
    """
    to_end_m = np.hypot(nodes.x - nodes.x[end[nodes.lane]], nodes.y - nodes.y[end[nodes.lane]])
    loose = np.bincount(nodes.lane, weights=nodes.candidate, minlength=len(end))
    met = (crossing.name >= 0) & nodes.candidate & (to_end_m <= distance_m) & (loose[nodes.lane] > 2)
    other = _outermost(nodes.lane, -crossing.length_m, met, len(end))
    return np.where((crossing.name[end] < 0) & (other >= 0), other, end)


def _lane_nodes(lines: np.ndarray, lane: np.ndarray, n_lanes: int, precision_m: float) -> Nodes:
    mine = np.flatnonzero(lane >= 0)
    coordinates = np.concatenate(end_points(lines[mine]))
    of = np.tile(lane[mine], 2)
    node = snap_nodes(coordinates[:, 0], coordinates[:, 1], precision_m)
    _, index, count = np.unique(of * (node.max(initial=0) + 1) + node, return_index=True, return_counts=True)
    lane_of = of[index]
    loose = count == 1
    n_loose = np.bincount(lane_of, weights=loose, minlength=n_lanes)
    # One line without branches ends at its loose ends, however it bends; of a ring, of branches or of two
    # carriageways any node may be the outermost.
    branches = np.bincount(lane_of, weights=count > 2, minlength=n_lanes)
    plain = (n_loose == 2) & (branches == 0)
    candidate = loose | ~plain[lane_of]
    return Nodes(lane_of, coordinates[index, 0], coordinates[index, 1], candidate, n_loose == 0)


def _direction_words(shape: LaneShape, ring: np.ndarray, options: LaneOptions) -> tuple[np.ndarray, np.ndarray]:
    """Return the word for each lane's direction and the position of the direction in the catalogue."""
    catalogue = load_json(CATALOGUE)
    directions = catalogue["directions"]
    bearings = np.array([d["bearing_deg"] for d in directions], dtype=np.float64)
    turn = np.abs(shape.bearing_deg[:, None] - bearings[None, :]) % 180.0
    kind = np.argmin(np.minimum(turn, 180.0 - turn), axis=1)
    words = np.array([d[options.language] for d in directions], dtype=object)[kind]
    words[ring] = catalogue["ring"][options.language]
    return words, kind


def _forward_axes(shape: LaneShape, kind: np.ndarray) -> np.ndarray:
    """Return unit vectors (n, 2) along the lanes, from their start: the south or the east end by the catalogue."""
    catalogue = load_json(CATALOGUE)
    angle = np.radians(shape.bearing_deg)
    axis = np.column_stack([np.sin(angle), np.cos(angle)])
    keys = np.array([d["key"] for d in catalogue["directions"]], dtype=object)[kind]
    north_south = keys == "north_south"
    start = np.where(north_south, catalogue["start"]["north_south"], catalogue["start"]["other"])
    northward = np.where(start == "south", 1.0, -1.0) * np.where(axis[:, 1] < 0, -1.0, 1.0)
    eastward = np.where(start == "west", 1.0, -1.0) * np.where(axis[:, 0] < 0, -1.0, 1.0)
    return np.asarray(axis * np.where(north_south, northward, eastward)[:, None])


def _outermost(lane: np.ndarray, value: np.ndarray, allowed: np.ndarray, n_lanes: int) -> np.ndarray:
    """Return for each lane the position of its allowed node with the least value."""
    rows = np.flatnonzero(allowed)
    order = rows[np.lexsort((value[rows], lane[rows]))]
    _, first = np.unique(lane[order], return_index=True)
    found = np.full(n_lanes, -1, dtype=np.int64)
    found[lane[order[first]]] = order[first]
    return found


def _place_words(
    nodes: Nodes, crossing: Crossings, names: SegmentNames, areas: Areas, options: LaneOptions
) -> np.ndarray:
    words = np.full(len(nodes.lane), options.word("dead_end"), dtype=object)
    words[_leads_out(nodes, crossing, areas, options)] = options.word("outline")
    words[crossing.nameless] = options.word("unnamed_road")
    named = crossing.name >= 0
    words[named] = np.array(names.names, dtype=object)[crossing.name[named]]
    return words


def _leads_out(nodes: Nodes, crossing: Crossings, areas: Areas, options: LaneOptions) -> np.ndarray:
    """Tell which nodes lie at the outline of the areas, or reach it within a stretch straight on.

    Street layers that were cut at a district's border often end some metres before it.
    """
    valid = np.where(shapely.is_valid(areas.geometry), areas.geometry, shapely.make_valid(areas.geometry))
    outline = shapely.boundary(shapely.union_all(valid))
    shapely.prepare(outline)
    points = shapely.points(nodes.x, nodes.y)
    # Areas that do not quite meet leave slits in the union: an outline is where one of them is near, not two.
    point, _ = shapely.STRtree(areas.geometry).query(
        points, predicate="dwithin", distance=options.outline_tolerance_m
    )
    alone = np.bincount(point, minlength=len(points)) <= 1
    out = alone & shapely.dwithin(points, outline, options.outline_tolerance_m)
    ends = np.flatnonzero(~np.isnan(crossing.ahead[:, 0]))
    here = np.column_stack([nodes.x, nodes.y])[ends]
    beyond = here + crossing.ahead[ends] * options.outline_reach_m
    stretch = shapely.linestrings(np.stack([here, beyond], axis=1))
    outside = ~np.isin(np.arange(len(ends)), shapely.STRtree(shapely.points(beyond)).query(valid, "intersects")[1])
    out[ends] |= outside & shapely.intersects(outline, stretch)
    return np.asarray(out)
