"""Noding, faces, shared segments, dissolving and the small measures."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.linework import (
    canonical,
    dissolve,
    faces_of,
    in_map_order,
    node_lines,
    union_of_coverage,
)
from gridmgmt_plugin.core.geometry.measures import compactness, mean_width_m
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.geometry.points_in_polygons import largest_around, points_in_polygons
from gridmgmt_plugin.core.geometry.segments import shared_segments
from tests.tries import tries

PRECISION = 0.001


def array_of(*items):
    result = np.empty(len(items), dtype=object)
    result[:] = items
    return result


def board(columns, rows, side=10.0):
    return array_of(
        *(
            shapely.box(side * x, side * y, side * x + side, side * y + side)
            for x in range(columns)
            for y in range(rows)
        )
    )


def test_mean_width_of_a_strip_is_nearly_its_width_and_of_a_square_half_its_side():
    strip, square = shapely.box(0, 0, 1000, 4), shapely.box(0, 0, 8, 8)
    assert mean_width_m(array_of(strip, square, shapely.Polygon())) == pytest.approx([3.984, 4.0, 0.0], abs=1e-3)


def test_compactness_is_one_for_a_circle_and_less_for_a_square():
    circle, square = shapely.Point(0, 0).buffer(5, quad_segs=200), shapely.box(0, 0, 3, 3)
    assert compactness(array_of(circle, square)) == pytest.approx([1.0, np.pi / 4], abs=1e-4)


def test_crossing_lines_are_noded_and_rounded_and_duplicates_fall_together():
    lines = array_of(
        shapely.LineString([(0, 0), (10, 10)]),
        shapely.LineString([(10, 10), (0, 0)]),
        shapely.LineString([(0, 7), (9.99991, 0)]),
        None,
        shapely.LineString(),
    )
    noded = node_lines(lines, PRECISION)
    assert len(noded) == 4
    steps = shapely.get_coordinates(noded) / PRECISION
    assert np.abs(steps - np.rint(steps)).max() < 1e-6


def test_nothing_to_node_gives_no_faces():
    assert len(faces_of(node_lines(array_of(None), PRECISION))) == 0


def test_faces_come_in_map_order_whatever_the_order_of_the_lines():
    lines = shapely.boundary(board(3, 3))
    one, two = faces_of(node_lines(lines, PRECISION)), faces_of(node_lines(lines[::-1], PRECISION))
    assert shapely.equals(one, two).all()
    west = shapely.bounds(one)[:, 0]
    assert (np.diff(west) >= 0).all()
    assert shapely.equals(in_map_order(one[::-1]), one).all()


def test_canonical_polygons_are_counter_clockwise_and_do_not_depend_on_the_first_vertex():
    square = shapely.Polygon([(5, 5), (5, 0), (0, 0), (0, 5)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    turned = shapely.Polygon([(0, 0), (5, 0), (5, 5), (0, 5)], [[(2, 2), (1, 2), (1, 1), (2, 1)]])
    one, two = canonical(array_of(square, turned))
    assert shapely.equals_exact(one, two)
    assert one.exterior.is_ccw
    assert not one.interiors[0].is_ccw


def test_segments_know_the_polygons_on_their_two_sides():
    segments = shared_segments(board(2, 1), PRECISION)
    assert len(segments.left) == 7
    inner = segments.right >= 0
    assert segments.left[inner].tolist() == [0]
    assert segments.right[inner].tolist() == [1]
    assert segments.length_m[inner].tolist() == [10.0]
    assert segments.midpoints()[inner].tolist() == [[10.0, 5.0]]
    assert segments.crowded == 0
    assert shapely.length(segments.lines(~inner)).sum() == 60


def test_a_vertex_that_only_one_neighbour_has_shares_nothing():
    left, right = shapely.box(0, 0, 10, 10), shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5)])
    assert (shared_segments(array_of(left, right), PRECISION).right < 0).all()


def test_a_segment_of_three_polygons_is_counted_as_crowded():
    square = shapely.box(0, 0, 1, 1)
    assert shared_segments(array_of(square, square, square), PRECISION).crowded == 4


def test_segments_of_no_polygons_are_none():
    assert len(shared_segments(array_of(), PRECISION).left) == 0


@tries(40)
@given(st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_dissolving_keeps_ground_and_vertices_and_gives_valid_groups(labels):
    cells, label = board(4, 5), np.array(labels)
    groups = dissolve(cells, label, 4)
    assert shapely.is_valid(groups).all()
    assert shapely.area(groups) == pytest.approx(100.0 * np.bincount(label, minlength=4))
    inside = shared_segments(groups[~shapely.is_empty(groups)], PRECISION)
    whole = shared_segments(cells, PRECISION)
    between = (whole.right >= 0) & (label[whole.left] != label[whole.right])
    assert (inside.right >= 0).sum() == between.sum()
    assert inside.length_m[inside.right < 0].sum() == whole.length_m[whole.right < 0].sum()


@pytest.mark.parametrize(
    ("shapes", "area_m2"),
    [
        ([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], 200.0),
        ([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)], 150.0),  # they overlap
        ([shapely.box(0, 0, 10, 10), shapely.box(10, 2, 20, 8)], 160.0),  # their edges do not match
        ([shapely.box(0, 0, 10, 10), shapely.box(10, 10, 20, 20)], 200.0),  # they meet in a corner
    ],
)
def test_the_outline_of_polygons_is_polygons_whether_or_not_their_edges_match(shapes, area_m2):
    union = union_of_coverage(array_of(*shapes))
    assert union.geom_type in ("Polygon", "MultiPolygon")
    assert union.is_valid
    assert union.area == pytest.approx(area_m2)


def test_a_group_that_meets_itself_in_a_corner_becomes_a_polygon_with_a_hole():
    label = np.zeros(9, dtype=np.int64)
    label[[4, 8]] = 1  # the middle, and the corner that it touches: the rest meets itself there
    around = dissolve(board(3, 3), label, 2)
    assert shapely.is_valid(around).all()
    assert shapely.area(around).tolist() == [700.0, 200.0]
    assert shapely.get_num_interior_rings(around[0]) == 1


def test_negative_labels_are_left_out_and_unused_ones_are_empty():
    groups = dissolve(board(2, 1), np.array([-1, 2]), 3)
    assert shapely.is_empty(groups).tolist() == [True, True, False]


@tries(60)
@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_groups_are_the_connected_parts(count, edges):
    pairs = np.array([(a, b) for a, b in edges if a < count and b < count], dtype=np.int64).reshape(-1, 2)
    group = connected_groups(count, pairs[:, 0], pairs[:, 1])
    known = list(range(count))

    def root(i):
        while known[i] != i:
            i = known[i]
        return i

    for a, b in pairs.tolist():
        known[max(root(a), root(b))] = min(root(a), root(b))
    roots = [root(i) for i in range(count)]
    assert group.tolist() == [sorted(set(roots)).index(r) for r in roots]


def test_a_point_on_a_shared_edge_lies_in_both_polygons_and_the_largest_one_is_found():
    cells = array_of(shapely.box(0, 0, 10, 10), shapely.box(10, 0, 40, 10), shapely.box(2, 2, 4, 4))
    points = array_of(shapely.Point(10, 5), shapely.Point(3, 3), shapely.Point(99, 99))
    point, polygon = points_in_polygons(points, cells)
    assert sorted(zip(point.tolist(), polygon.tolist())) == [(0, 0), (0, 1), (1, 0), (1, 2)]
    assert largest_around(points, cells).tolist() == [1, 0, -1]
    assert largest_around(points, array_of()).tolist() == [-1, -1, -1]
