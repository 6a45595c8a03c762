"""Lines that nearly meet are made to meet; others stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.welding import weld
from tests.tries import tries

REACH_M = 0.055
NOTHING = np.empty(0, dtype=object)


def lines(*paths):
    array = np.empty(len(paths), dtype=object)
    array[:] = [shapely.LineString(path) for path in paths]
    return array


BORDER = lines([(0, 0), (1000, 30)])


def points(line):
    return shapely.get_coordinates(line).round(6).tolist()


def test_a_line_that_ends_just_before_a_border_ends_on_it_and_the_border_has_the_vertex():
    welded = weld(lines([(100, 200), (500, 15.001)]), BORDER, REACH_M)
    end = shapely.get_point(welded.lines[0], -1)
    assert shapely.distance(end, BORDER[0]) < 1e-9
    assert shapely.distance(end, shapely.Point(500, 15.001)) <= REACH_M
    assert points(end)[0] in points(welded.fixed[0])
    assert shapely.hausdorff_distance(welded.fixed[0], BORDER[0]) < 1e-9


def test_a_line_along_a_border_becomes_part_of_it():
    welded = weld(lines([(100, 3.02), (400, 12.01), (700, 20.98)]), BORDER, REACH_M)
    assert shapely.hausdorff_distance(welded.lines[0], shapely.LineString([(100, 3), (700, 21)])) < 0.03
    assert set(map(tuple, points(welded.lines[0]))) <= set(map(tuple, points(welded.fixed[0])))


def test_an_end_beside_a_corner_goes_to_the_corner():
    welded = weld(lines([(-200, 100), (-0.02, 0.03)]), BORDER, REACH_M)
    assert points(welded.lines[0])[-1] == [0, 0]


def test_a_line_beside_a_corner_of_a_border_passes_through_it():
    corner = lines([(0, 0), (500, 0), (500, -300)])
    welded = weld(lines([(400, 100), (600.04, -100)]), corner, REACH_M)
    assert points(welded.lines[0]) == [[400, 100], [500, 0], [600.04, -100]]


def test_a_line_that_leaves_a_border_at_an_acute_angle_runs_along_it_until_it_is_clear():
    welded = weld(lines([(0, 0), (1000, 35)]), BORDER, REACH_M)
    _, foot, clear, _ = shapely.points(shapely.get_coordinates(welded.lines[0]))
    assert shapely.distance(foot, BORDER[0]) < 1e-9
    assert REACH_M < shapely.distance(foot, clear) < 2 * REACH_M
    assert points(welded.lines[0])[0] == [0, 0]
    assert points(welded.lines[0])[-1] == [1000, 35]


def test_of_two_lines_that_cross_at_an_acute_angle_one_gives_way():
    crossing = lines([(0, 0), (1000, 30)], [(0, 10), (1000, 20)])
    welded = weld(crossing, NOTHING, REACH_M).lines
    assert sorted(map(len, map(points, welded))) == [5, 7], "the straight one has the vertices of the other"
    apart = shapely.difference(*welded)
    assert shapely.length(shapely.intersection(*welded)) > 5
    assert apart.geom_type == "MultiLineString"


def test_ends_that_nearly_meet_meet_and_longer_gaps_stay():
    welded = weld(lines([(0, 0), (50, 0)], [(50.03, 0.03), (100, 50)], [(50.4, -0.3), (90, -80)]), NOTHING, REACH_M)
    assert points(welded.lines[0])[-1] == points(welded.lines[1])[0]
    assert points(welded.lines[2]) == [[50.4, -0.3], [90, -80]]


def test_a_line_too_short_to_be_left_becomes_empty():
    welded = weld(lines([(10, 10), (10.02, 10.01)], [(10.02, 10), (100, 50)]), NOTHING, REACH_M)
    assert shapely.is_empty(welded.lines).tolist() == [True, False]


def test_a_dense_curve_is_not_drawn_together():
    angle = np.linspace(0, np.pi, 2000)
    curve = np.column_stack([20 * np.cos(angle), 20 * np.sin(angle)])  # a vertex every 3 cm
    welded = weld(lines(curve), NOTHING, REACH_M).lines[0]
    assert shapely.hausdorff_distance(welded, shapely.LineString(curve)) < REACH_M
    assert shapely.length(welded) == pytest.approx(20 * np.pi, rel=1e-3)


def test_lines_that_keep_clear_are_left_as_they_are():
    streets = lines([(0, 100), (300, 100), (300, 400)], [(300, 100), (600, 90)], [(150, 100), (150, 300)])
    welded = weld(streets, BORDER, REACH_M)
    assert [one is other for one, other in zip(welded.lines, streets)] == [True, True, True]
    assert welded.fixed[0] is BORDER[0]


coordinate = st.integers(0, 200_000).map(lambda millimetre: millimetre / 1000 + 448_000)
near = st.floats(-0.08, 0.08)


@tries(60)
@given(
    st.lists(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=4), min_size=1, max_size=6),
    st.lists(near, min_size=8, max_size=8),
    st.randoms(use_true_random=False),
)
def test_nothing_moves_far_and_the_order_does_not_matter(paths, offsets, random):
    beside = [[(x + dx, y + dy) for (x, y), dx, dy in zip(path, offsets, offsets[4:])] for path in paths]
    drawn = lines(*paths, *beside)
    drawn = drawn[shapely.length(drawn) > 0]
    welded = weld(drawn, BORDER, REACH_M).lines
    left = ~shapely.is_empty(welded)
    assert (shapely.hausdorff_distance(drawn[left], welded[left]) < 4 * REACH_M).all()
    order = list(range(len(drawn)))
    random.shuffle(order)
    again = weld(shapely.reverse(drawn)[order], BORDER, REACH_M).lines
    assert shapely.equals_exact(again, shapely.reverse(welded)[order], 1e-9).all()
