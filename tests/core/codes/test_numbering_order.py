"""Cells are numbered west to east inside bands from north to south, each community on its own."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.numbering_order import (
    default_band_height_m,
    representative_points,
    sequence_order,
)
from tests.tries import tries

coordinates = st.integers(-1000, 1000).map(lambda n: n / 4)


@st.composite
def cells(draw, *, distinct=False):
    points = draw(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=60, unique=distinct))
    groups = draw(st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=len(points), max_size=len(points)))
    return np.array(points, dtype=float), np.array(groups, dtype=object), draw(st.sampled_from([1.0, 7.5, 100.0]))


@given(cells())
def test_each_community_counts_from_zero_without_a_gap(case):
    points, groups, height = case
    position = sequence_order(points, height, groups)
    assert position.dtype == np.int64
    for group in set(groups):
        assert sorted(position[groups == group]) == list(range((groups == group).sum()))


@given(cells(distinct=True), st.randoms())
def test_the_order_of_the_input_does_not_matter(case, random):
    points, groups, height = case
    shuffle = list(range(len(points)))
    random.shuffle(shuffle)
    position = sequence_order(points, height, groups)
    assert np.array_equal(sequence_order(points[shuffle], height, groups[shuffle]), position[shuffle])


@given(cells())
def test_inside_a_band_numbers_go_east_and_from_band_to_band_they_go_south(case):
    points, groups, height = case
    position = sequence_order(points, height, groups)
    for group in set(groups):
        mine = groups == group
        in_order = points[mine][np.argsort(position[mine])]
        band = np.floor((in_order[:, 1].max() - in_order[:, 1]) / height)
        assert np.all(np.diff(band) >= 0)
        same_band = np.diff(band) == 0
        assert np.all(np.diff(in_order[:, 0])[same_band] >= 0)


@given(cells())
def test_a_community_is_numbered_as_if_it_were_alone(case):
    points, groups, height = case
    together = sequence_order(points, height, groups)
    for group in set(groups):
        mine = groups == group
        assert np.array_equal(together[mine], sequence_order(points[mine], height))


@given(cells(distinct=True))
@tries(30)
def test_moving_the_whole_community_changes_no_number(case):
    points, groups, height = case
    moved = points + np.array([512.0, -2048.0])  # exact in binary, so that bands stay where they were
    assert np.array_equal(sequence_order(moved, height, groups), sequence_order(points, height, groups))


def test_a_three_by_three_block_reads_like_a_page():
    x, y = np.meshgrid([50.0, 150.0, 250.0], [250.0, 150.0, 50.0])
    points = np.column_stack([x.ravel(), y.ravel()]) + np.array([[0, 9], [0, -9], [0, 3]] * 3)
    assert sequence_order(points, 100.0).tolist() == list(range(9))


def test_ties_go_by_x_then_the_northern_one_then_as_given():
    points = np.array([[5.0, 9.0], [5.0, 9.5], [4.0, 9.0], [5.0, 9.0]])
    assert sequence_order(points, 10.0).tolist() == [2, 1, 0, 3]


def test_a_point_on_the_lower_edge_of_a_band_belongs_to_the_band_below():
    points = np.array([[9.0, 100.0], [0.0, 90.0], [0.0, 90.5]])
    assert sequence_order(points, 10.0).tolist() == [1, 2, 0]


def test_the_band_height_may_differ_from_community_to_community():
    points = np.array([[9.0, 100.0], [0.0, 95.0], [9.0, 100.0], [0.0, 95.0]])
    groups = np.array(["甲", "甲", "乙", "乙"])
    assert sequence_order(points, np.array([10.0, 10.0, 2.0, 2.0]), groups).tolist() == [1, 0, 0, 1]


def test_no_cells_have_no_numbers():
    assert sequence_order(np.empty((0, 2)), 100.0).tolist() == []
    assert default_band_height_m(np.array([])).tolist() == []


@pytest.mark.parametrize(
    ("points", "height"),
    [([[0.0, np.nan]], 1.0), ([[np.inf, 0.0]], 1.0), ([[0.0, 0.0]], 0.0), ([[0.0, 0.0]], np.nan)],
)
def test_what_cannot_be_ordered_is_refused(points, height):
    with pytest.raises(ValueError):
        sequence_order(np.array(points), height)


def test_the_default_band_is_as_high_as_the_median_cell_of_the_community_is_wide():
    areas = np.array([100.0, 400.0, 900.0, 10_000.0, 10_000.0, 40_000.0, 160_000.0])
    groups = np.array(["甲", "甲", "甲", "乙", "乙", "乙", "乙"])
    assert default_band_height_m(areas, groups) == pytest.approx([20.0] * 3 + [np.sqrt(25_000.0)] * 4)
    assert default_band_height_m(areas) == pytest.approx([100.0] * 7)


@given(st.lists(st.tuples(st.floats(1, 1e7), st.integers(0, 4)), min_size=1, max_size=40))
def test_the_default_band_height_follows_the_median_of_each_group(rows):
    areas = np.array([area for area, _ in rows])
    groups = np.array([group for _, group in rows])
    heights = default_band_height_m(areas, groups)
    for group in set(groups):
        assert heights[groups == group] == pytest.approx(np.sqrt(np.median(areas[groups == group])))


def test_a_cell_without_area_has_no_band_height():
    with pytest.raises(ValueError, match="positive"):
        default_band_height_m(np.array([1.0, 0.0]))


def test_the_representative_point_lies_inside_even_a_horseshoe():
    horseshoe = shapely.from_wkt("POLYGON((0 0,30 0,30 30,20 30,20 10,10 10,10 30,0 30,0 0))")
    points = representative_points(np.array([horseshoe]))
    assert points.shape == (1, 2)
    assert shapely.contains_xy(horseshoe, *points[0])


def test_the_representative_point_does_not_depend_on_where_the_ring_begins():
    ring = [(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]
    polygons = np.array([shapely.Polygon(ring[i:] + ring[:i]) for i in range(len(ring))])
    assert len(np.unique(representative_points(polygons), axis=0)) == 1


@pytest.mark.parametrize("missing", [None, shapely.Polygon()])
def test_a_cell_without_geometry_cannot_be_ordered(missing):
    with pytest.raises(ValueError, match="geometry"):
        representative_points(np.array([shapely.box(0, 0, 1, 1), missing], dtype=object))
