"""Cells sewn to neighbours that stay: every vertex shared, none added outside, nothing moved but what must be."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.partition import AreaLayer, PartitionOptions, StreetLayer, partition_areas
from gridmgmt_plugin.core.partition.fringe import cleared_ground, fringe_of, nearest, plain_outlines
from gridmgmt_plugin.core.partition.sewing import sewn
from gridmgmt_plugin.core.rows import as_column

OPTIONS = PartitionOptions()
REACH_M = OPTIONS.area_tolerance_m + 2.5 * OPTIONS.precision_m
NOTHING = np.empty(0, dtype=object)


def sewn_to(ground, beside, streets=None):
    """Return the cells of ``ground`` (Polygons) beside cells that stay."""
    shapes, cells = as_column(ground), as_column(beside)
    clear = cleared_ground(plain_outlines(shapes, NOTHING), cells, OPTIONS.precision_m, OPTIONS.area_tolerance_m)
    codes = as_column(str(number) for number in range(len(ground)))
    layer = None if streets is None else StreetLayer(as_column(streets))
    drawn = partition_areas(AreaLayer(clear, codes), layer, options=OPTIONS)
    fringe = fringe_of(shapes, cells, REACH_M)
    return sewn(drawn.geometry, drawn.area_index, fringe, cells, REACH_M, OPTIONS.precision_m)


def vertices(shapes):
    return {*map(tuple, shapely.get_coordinates(as_column(shapes)).tolist())}


def boxes(*limits):
    return [shapely.box(*one) for one in limits]


class TestNeighbours:
    def test_cuts_end_at_vertices_of_the_neighbour(self):
        beside = [shapely.Polygon([(400, 0), (500, 0), (500, 400), (400, 400), (400, 310), (400, 190), (400, 70)])]
        found = sewn_to(boxes((0, 0, 400, 400)), beside)
        on_seam = {place for place in vertices(found.geometry) if place[0] == 400}
        assert on_seam == {(400, 0), (400, 70), (400, 190), (400, 310), (400, 400)}
        assert found.moved > 0
        assert is_coverage(as_column([*found.geometry, *beside]))

    def test_cells_are_joined_where_no_vertex_suits(self):
        beside = boxes((400, 0, 500, 400))
        found = sewn_to(boxes((0, 0, 400, 400)), beside)
        assert {place for place in vertices(found.geometry) if place[0] == 400} == {(400, 0), (400, 400)}
        assert found.joined > 0
        assert len(found.source) == len(found.geometry)
        assert shapely.area(found.geometry).sum() == pytest.approx(160_000)

    def test_vertices_off_the_grid_are_taken_to_the_last_bit(self):
        place = (400.00012345678, 200.00098765432)
        beside = [shapely.Polygon([(400, 0), (500, 0), (500, 400), (400, 400), place])]
        found = sewn_to(boxes((0, 0, 400, 400)), beside)
        assert place in vertices(found.geometry)
        assert is_coverage(as_column([*found.geometry, *beside]))

    @pytest.mark.parametrize("gap_m", [0.015, -0.015])
    def test_a_seam_that_gapes_or_laps_a_little_goes_to_the_new_cells(self, gap_m):
        beside = [shapely.Polygon([(400 + gap_m, 0), (500, 0), (500, 400), (400 + gap_m, 400), (400 + gap_m, 190)])]
        found = sewn_to(boxes((0, 0, 400, 400)), beside)
        assert is_coverage(as_column([*found.geometry, *beside]))
        union = shapely.union_all(as_column([*found.geometry, *beside]))
        assert shapely.get_num_geometries(union) == 1
        assert union.area == pytest.approx(200_000, abs=0.1)

    def test_streets_cross_a_seam_at_the_vertex_that_is_there(self):
        streets = [shapely.LineString([(-10, 133.3), (900, 177.7)])]
        first = sewn_to(boxes((400, 0, 800, 400)), [], streets)
        second = sewn_to(boxes((0, 0, 400, 400)), first.geometry, streets)
        crossing = min(vertices(first.geometry), key=lambda place: abs(place[0] - 400) + abs(place[1] - 153.3))
        assert crossing in vertices(second.geometry)
        assert is_coverage(as_column([*first.geometry, *second.geometry]))

    def test_an_island_that_stays_is_gone_around(self):
        island = [shapely.Polygon([(150, 150), (250, 150), (250, 250), (150, 250)])]
        found = sewn_to([shapely.box(0, 0, 400, 400).difference(island[0])], island)
        assert is_coverage(as_column([*found.geometry, *island]))
        assert shapely.union_all(as_column([*found.geometry, *island])).area == pytest.approx(160_000)


class TestOwnOutline:
    def test_nothing_beside_leaves_the_outline_where_it_is(self):
        ground = shapely.Polygon([(0, 0), (403.12345678, 7.7654321), (411.111111, 399.999999), (-3.333333, 388.8)])
        found = sewn_to([ground], [])
        union = shapely.union_all(found.geometry)
        assert shapely.area(shapely.symmetric_difference(union, ground)) < 1e-6
        assert vertices([ground]) <= vertices(found.geometry)
        assert found.moved == found.joined == 0

    def test_a_corner_on_the_edge_of_a_neighbour_is_told(self):
        # The border of the two grounds ends on an edge of the cell beside them, which has no vertex there.
        beside = boxes((400, 0, 500, 400))
        found = sewn_to(boxes((0, 200, 400, 400)), beside)
        assert found.open_ends.tolist() == [[400.0, 200.0]]
        assert shapely.area(found.geometry).sum() == pytest.approx(80_000)


def test_a_notch_of_one_step_of_the_grid_at_the_seam_is_closed():
    place = (400.0, 200.0005)
    lower = shapely.Polygon([(0, 0), (400, 0), (400, 200), (300, 200), (0, 200)])
    upper = shapely.Polygon([(0, 200), (300, 200), (400, 200.001), (400, 400), (0, 400)])
    beside = as_column([shapely.Polygon([(400, 0), (500, 0), (500, 400), (400, 400), place])])
    fringe = fringe_of(as_column([shapely.box(0, 0, 400, 400)]), beside, REACH_M)
    found = sewn(as_column([lower, upper]), np.zeros(2, dtype=np.int64), fringe, beside, REACH_M, OPTIONS.precision_m)
    assert len(found.geometry) == 2
    assert all(place in vertices([cell]) for cell in found.geometry)
    assert is_coverage(as_column([*found.geometry, *beside]))


def test_vertices_that_only_cells_needed_are_left_out_and_others_stay():
    ground = shapely.Polygon([(0, 0), (100, 0), (200, 0), (300, 0), (300, 300), (150, 300.5), (0, 300)])
    neighbour = shapely.Polygon([(100, 0), (100, -50), (300, -50), (300, 0)])
    (plain,) = plain_outlines(as_column([ground]), as_column([neighbour]))
    assert vertices([ground]) - vertices([plain]) == {(200.0, 0.0)}


def test_the_nearest_edge_and_vertex_are_found_within_the_reach_only():
    edges = np.array([[(0.0, 0.0), (10.0, 0.0)]])
    near = nearest(np.array([(4.0, 0.5), (9.8, 0.1), (5.0, 3.0)]), edges, 1.0)
    assert near.edge.tolist() == [0, 0, -1]
    assert near.foot[0].tolist() == [4.0, 0.0]
    assert near.vertex[1].tolist() == [10.0, 0.0]
    assert np.isinf(near.vertex_m[[0, 2]]).all()
