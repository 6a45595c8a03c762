"""Cells follow the streets, have about the target area, and fit together to the last vertex."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.partition import PartitionOptions, partition_areas
from tests.core.partition.promises import areas_of, assert_seamless, streets_of

SQUARE = shapely.box(0, 0, 400, 400)


def test_an_area_without_streets_is_cut_into_compact_cells_near_the_target():
    areas = areas_of(SQUARE)
    result = partition_areas(areas)
    assert_seamless(result, areas)
    assert len(result) == 16
    assert np.allclose(shapely.area(result.geometry), 10_000, rtol=0.1)
    assert [note.code for note in result.notes] == ["partition_no_streets"]


def test_a_street_is_a_boundary_and_blocks_near_the_target_are_left_alone():
    areas = areas_of(shapely.box(0, 0, 220, 100))
    result = partition_areas(areas, streets_of([(90, -10), (90, 110)]))
    assert_seamless(result, areas)
    assert sorted(shapely.area(result.geometry)) == [9_000, 13_000]


def test_cells_never_cross_the_boundary_between_two_areas():
    areas = areas_of(shapely.box(0, 0, 203, 200), shapely.box(203, 0, 400, 200))
    result = partition_areas(areas, streets_of([(0, 100), (400, 101)]))
    assert_seamless(result, areas)
    assert set(result.area_index) == {0, 1}


def test_a_street_beside_an_area_boundary_leaves_no_sliver():
    areas = areas_of(shapely.box(0, 0, 200, 200), shapely.box(200, 0, 400, 200))
    result = partition_areas(areas, streets_of([(203, -5), (203, 205)], grade=[3]))
    assert_seamless(result, areas)
    assert shapely.area(result.geometry).min() > 5_000


def test_a_small_block_joins_across_the_lane_not_across_the_main_street():
    areas = areas_of(shapely.box(0, 0, 90, 250))
    streets = streets_of([(-5, 100), (95, 100)], [(-5, 125), (95, 125)], grade=[3, 0])
    result = partition_areas(areas, streets)
    assert_seamless(result, areas)
    assert not shapely.crosses(result.geometry, shapely.LineString([(1, 100), (89, 100)])).any()
    assert sorted(shapely.area(result.geometry)) == [9_000, 13_500]


def test_a_traffic_island_goes_to_a_neighbour_even_across_the_main_street():
    areas = areas_of(shapely.box(0, 0, 200, 100))
    streets = streets_of([(90, -5), (90, 105)], [(105, -5), (105, 105)], grade=[3, 3])
    result = partition_areas(areas, streets)
    assert len(result) == 2


def test_a_dead_end_lane_is_prolonged_to_cut_a_large_block():
    areas = areas_of(shapely.box(0, 0, 200, 100))
    result = partition_areas(areas, streets_of([(105, 0), (105, 60)]))
    assert_seamless(result, areas)
    assert sorted(shapely.area(result.geometry)) == [9_500, 10_500]


def test_the_order_of_the_streets_does_not_matter():
    areas = areas_of(SQUARE, shapely.box(400, 0, 700, 400))
    lines = [[(x, -10), (x + 7, 410)] for x in range(30, 700, 77)] + [
        [(-10, y), (710, y + 31)] for y in (50, 170, 290)
    ]
    one = partition_areas(areas, streets_of(*lines))
    two = partition_areas(areas, streets_of(*reversed(lines)))
    assert shapely.equals_exact(one.geometry, two.geometry).all()


def test_a_smaller_target_gives_more_cells():
    areas = areas_of(SQUARE)
    result = partition_areas(areas, options=PartitionOptions(target_area_m2=2_500))
    assert_seamless(result, areas)
    assert 58 <= len(result) <= 70
