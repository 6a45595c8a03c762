"""The pieces of lane building one by one: joining, shapes, shares among areas, order and codes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes import Areas, LaneOptions
from gridmgmt_plugin.core.lanes.codes import assign_codes, order_lanes
from gridmgmt_plugin.core.lanes.crossings import Nodes, find_crossings
from gridmgmt_plugin.core.lanes.ends import measure_shapes
from gridmgmt_plugin.core.lanes.names import read_names, split_name
from gridmgmt_plugin.core.lanes.network import end_points, join_segments, snap_nodes
from gridmgmt_plugin.core.lanes.territory import share_lengths
from gridmgmt_plugin.core.rows import as_column
from tests.tries import tries

WEST, EAST = "110101001", "110101002"
TWO = Areas(as_column([WEST, EAST]), shapely.box([0, 1000], [0, 0], [1000, 2000], [1000, 1000]))
OPTIONS = LaneOptions()


def lines_of(*coordinates) -> np.ndarray:
    return as_column(shapely.LineString(line) for line in coordinates)


def join(names, *coordinates, gap=60.0):
    lines = lines_of(*coordinates)
    return join_segments(lines, read_names(names), np.arange(len(lines)), precision_m=0.001, join_gap_m=gap)


# --- joining ---


def test_segments_are_numbered_by_their_first_and_those_without_a_name_have_no_lane():
    joined = join(
        ["乙", None, "甲", "乙"], [(0, 0), (10, 0)], [(10, 0), (20, 0)], [(0, 5), (9, 5)], [(10, 0), (10, 9)]
    )
    assert joined.lane.tolist() == [0, -1, 1, 0]
    assert (joined.count, joined.gaps) == (2, 0)


@pytest.mark.parametrize(("gap", "lanes", "gaps"), [(0.0, 3, 0), (15.0, 2, 1), (60.0, 1, 2)])
def test_gaps_are_bridged_up_to_the_distance_and_counted(gap, lanes, gaps):
    pieces = [(0, 0), (100, 0)], [(110, 0), (200, 0)], [(250, 0), (300, 0)]
    joined = join(["甲"] * 3, *pieces, gap=gap)
    assert (joined.count, joined.gaps) == (lanes, gaps)


def test_a_gap_is_measured_from_an_end_to_the_line_not_from_end_to_end():
    assert join(["甲"] * 2, [(0, 0), (1000, 0)], [(500, 20), (500, 400)]).count == 1
    assert join(["甲"] * 2, [(0, 0), (1000, 0)], [(500, 70), (500, 400)]).count == 2


def test_parallel_streets_of_one_name_whose_ends_are_far_apart_stay_two():
    assert join(["甲"] * 2, [(0, 0), (1000, 0)], [(-200, 50), (1200, 50)], gap=40).count == 2


coordinate = st.integers(0, 12).map(lambda v: v * 20.0)
segment = st.tuples(coordinate, coordinate, coordinate, coordinate).filter(lambda c: c[:2] != c[2:])


@given(st.lists(st.tuples(st.sampled_from("甲乙"), segment), min_size=1, max_size=12), st.sampled_from([0.0, 25.0]))
@tries(60)
def test_lanes_are_the_connected_pieces_of_one_name(rows, gap):
    names = [name for name, _ in rows]
    shapes = [shapely.LineString([c[:2], c[2:]]) for _, c in rows]
    joined = join(names, *([c[:2], c[2:]] for _, c in rows), gap=gap)
    linked = {i: {i} for i in range(len(rows))}
    for i, j in itertools.combinations(range(len(rows)), 2):
        ends = [shapely.Point(c) for shape in (shapes[i], shapes[j]) for c in shape.coords]
        other = [shapes[j], shapes[j], shapes[i], shapes[i]]
        near = min(end.distance(line) for end, line in zip(ends, other))
        if names[i] == names[j] and near <= max(gap, 0.001):
            linked[i].add(j)
            linked[j].add(i)
    for i in range(len(rows)):
        seen, todo = {i}, [i]
        while todo:
            for other in linked[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        assert {j for j in range(len(rows)) if joined.lane[j] == joined.lane[i]} == seen
    assert joined.count == len(set(joined.lane.tolist()))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=25))
@tries(40)
def test_nodes_are_the_places(points):
    x, y = np.array(points, dtype=float).T
    node = snap_nodes(x, y, 0.001)
    assert all((node[i] == node[j]) == (points[i] == points[j]) for i in range(len(x)) for j in range(len(x)))


def test_the_ends_of_lines_are_their_first_and_last_places():
    first, last = end_points(lines_of([(1, 2), (3, 4), (5, 6)], [(7, 8), (9, 0)]))
    assert (first.tolist(), last.tolist()) == ([[1, 2], [7, 8]], [[5, 6], [9, 0]])


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("甲路|乙路;甲路", ("甲路", "乙路")),
        ("／", ()),
        ("无名路", ()),
        ("NULL", ()),
        ("甲路／ 无名路", ("甲路",)),
        (12, ("12",)),
        ("Ｎｏ．１ Road", ("No.1 Road",)),
        (None, ()),
    ],
)
def test_a_raw_name_holds_the_names_between_its_separators(raw, names):
    assert split_name(raw) == names


# --- shape ---


@given(st.floats(0, 179.9), st.floats(1.0, 40.0), st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)))
@tries(80)
def test_a_straight_lane_has_the_bearing_it_was_drawn_with_wherever_it_lies(bearing, length, place):
    angle = math.radians(bearing)
    start = np.array(place)
    end = start + 100 * length * np.array([math.sin(angle), math.cos(angle)])
    shape = measure_shapes(lines_of([start, end]), np.zeros(1, dtype=np.int64), 1)
    turn = abs(shape.bearing_deg[0] - bearing) % 180
    assert min(turn, 180 - turn) < 0.01
    assert shape.width_ratio[0] < 0.01
    assert shape.centre_x[0] == pytest.approx((start[0] + end[0]) / 2)


def test_a_square_ring_is_as_wide_as_long_and_a_lane_counts_by_its_length():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    shape = measure_shapes(lines_of(ring, [(0, 0), (300, 0)], [(300, 0), (300, 30)]), np.array([0, 1, 1]), 2)
    assert shape.width_ratio[0] == pytest.approx(1.0)
    assert (shape.centre_x[0], shape.centre_y[0]) == (50, 50)
    assert 70 < shape.bearing_deg[1] < 90
    assert shape.centre_x[1] == pytest.approx((300 * 150 + 30 * 300) / 330)


# --- what meets an end ---


def crossings(name, *streets):
    """Assert the name at the east end (100, 0) of a lane along the x axis; return all that meets it."""
    names = read_names(["甲", *(n for n, _ in streets)])
    lines = lines_of([(0, 0), (100, 0)], *(line for _, line in streets))
    lane = np.array([-1 if p < 0 else p for p in names.primary])
    count = int(lane.max()) + 1
    length_m = np.zeros(count)
    np.add.at(length_m, lane[lane >= 0], shapely.length(lines[lane >= 0]))
    nodes = Nodes(np.array([lane[0]]), np.array([100.0]), np.array([0.0]), np.array([True]), np.zeros(count, bool))
    found = find_crossings(nodes, nodes.candidate, lines, names, lane, length_m, OPTIONS)
    told = None if found.name[0] < 0 else names.names[found.name[0]]
    assert told == name
    return found


def test_what_meets_an_end_is_the_crossing_street_then_the_longer_then_the_one_that_goes_on():
    cross, longer, on = (
        ("横街", [(100, 0), (100, 50)]),
        ("长街", [(100, 0), (90, 300)]),
        ("东街", [(100, 0), (900, 0)]),
    )
    crossings("长街", cross, longer, on)
    crossings("横街", cross, on)
    crossings("东街", on)
    assert crossings(None, (None, [(100, 0), (100, 9)])).nameless.tolist() == [True]
    assert crossings(None).nameless.tolist() == [False]


def test_a_lane_goes_on_beyond_its_end_in_the_direction_it_came():
    ahead = crossings(None).ahead
    assert ahead.tolist() == [[1.0, 0.0]]


def test_a_node_that_a_lane_runs_through_leads_nowhere_ahead():
    assert np.isnan(crossings(None, ("甲", [(100, 0), (200, 0)])).ahead).all()


# --- shares among areas ---


@given(st.lists(segment, min_size=1, max_size=6))
@tries(40)
def test_shares_are_the_lengths_inside_the_areas(pieces):
    # Areas 120 m apart, so that no lane runs along a boundary of two.
    areas = Areas(as_column([WEST, EAST]), shapely.box([0, 170], [0, 0], [110, 300], [300, 300]))
    lines = lines_of(*([c[:2], c[2:]] for c in pieces))
    lane = np.arange(len(lines))
    shares = share_lengths(lines, lane, len(lines), areas, LaneOptions(boundary_tolerance_m=0.001))
    found = {(i, a): m for i, a, m in zip(shares.lane.tolist(), shares.area.tolist(), shares.length_m.tolist())}
    for i, a in itertools.product(range(len(lines)), range(2)):
        inside = shapely.length(shapely.intersection(lines[i], areas.geometry[a]))
        assert found.get((i, a), 0.0) == pytest.approx(inside, abs=2 * OPTIONS.share_piece_m)
    assert not shares.along.any()


def test_the_area_with_the_longer_share_comes_first_and_of_equal_ones_the_smaller_code():
    lines = lines_of(
        [(700, 100), (1500, 100)], [(900, 200), (1100, 200)], [(10, 300), (500, 300)], [(5000, 0), (5100, 0)]
    )
    shares = share_lengths(lines, np.arange(4), 4, TWO, OPTIONS)
    assert shares.first_area(4).tolist() == [1, 0, 0, -1]
    assert shares.second_area(4).tolist() == [0, 1, -1, -1]


def test_a_lane_that_crosses_a_boundary_at_a_right_angle_does_not_run_along_it():
    shares = share_lengths(
        lines_of([(980, 500), (1020, 500)], [(1000, 0), (1000, 400)]), np.arange(2), 2, TWO, OPTIONS
    )
    assert shares.along.tolist() == [False, True]


def test_without_areas_nothing_is_shared():
    nothing = Areas(as_column([]), as_column([]))
    shares = share_lengths(lines_of([(0, 0), (9, 9)]), np.zeros(1, dtype=np.int64), 1, nothing, OPTIONS)
    assert len(shares.lane) == 0
    assert shares.first_area(1).tolist() == [-1]


def test_areas_need_a_code_each():
    with pytest.raises(ValueError, match="1 codes, 2 geometries"):
        Areas(as_column(["1"]), TWO.geometry)


# --- order and codes ---


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=20, unique=True))
@tries(50)
def test_lanes_are_counted_in_bands_from_the_south_and_from_the_east_inside(points):
    x, y = np.array(points, dtype=float).T
    order = order_lanes(x, y, np.ones(len(x)))
    keys = [(y[i] // 500, -x[i]) for i in order]
    assert keys == sorted(keys)
    assert sorted(order.tolist()) == list(range(len(x)))


def test_of_lanes_in_one_place_the_longer_is_counted_first():
    assert order_lanes(np.zeros(3), np.zeros(3), np.array([5.0, 9.0, 7.0])).tolist() == [1, 2, 0]


def test_codes_count_inside_each_street_office_from_the_first_free_number():
    register = CodeRegister(default_layout("lane"))
    register.claim([f"{WEST}0002"])
    codes = assign_codes(as_column([EAST, WEST, WEST, EAST]), np.array([2, 0, 3, 1]), register)
    assert codes.tolist() == [f"{EAST}0001", f"{WEST}0003", f"{WEST}0001", f"{EAST}0002"]
    assert set(codes) <= set(register.codes("draft"))


def test_an_area_code_that_is_none_is_refused_and_nothing_is_entered():
    register = CodeRegister(default_layout("lane"))
    with pytest.raises(InputError):
        assign_codes(as_column([WEST, "东华门"]), np.arange(2), register)
    assert len(register) == 0
