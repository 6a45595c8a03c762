"""Vertices that lie in an edge are told from changes of ground, and come into the outlines that have the edge."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.shared_vertices import more_vertices, same_ground, with_vertices

SQUARE = shapely.box(500_000.0, 4_000_000.0, 500_100.0, 4_000_100.0)
RING = SQUARE.difference(shapely.box(500_040.0, 4_000_040.0, 500_060.0, 4_000_060.0))


def at(x: float, y: float) -> tuple[float, float]:
    return 500_000.0 + x, 4_000_000.0 + y


def places(*given: tuple[float, float]) -> np.ndarray:
    return np.array([at(*place) for place in given])


def test_vertices_in_edges_change_no_ground():
    more = with_vertices(RING, places((30, 0), (10, 0), (100, 33.3), (50, 40), (50, 50), (0, 0)))
    assert len(shapely.get_coordinates(more)) == len(shapely.get_coordinates(RING)) + 4
    assert more.is_valid
    assert same_ground(more, RING)
    assert same_ground(RING, more)
    assert more_vertices(more, RING).tolist() == sorted(map(list, [at(10, 0), at(30, 0), at(50, 40), at(100, 33.3)]))
    assert len(more_vertices(RING, more)) == 0


def test_what_lies_in_no_edge_or_is_there_leaves_the_outline_as_it_is():
    for given in (places((50, 50)), places((0, 0), (100, 100)), places((50, 1e-3)), np.empty((0, 2))):
        assert with_vertices(SQUARE, given) is SQUARE


def test_an_outline_that_bends_a_corner_away_or_has_another_hole_is_other_ground():
    bent = shapely.Polygon([at(0, 0), at(100, 0), at(100, 100), at(50, 100.01), at(0, 100)])
    cut = shapely.Polygon([at(0, 0), at(100, 0), at(100, 100)])
    for other in (bent, cut, RING, None, shapely.Polygon()):
        assert not same_ground(SQUARE, other)
        assert not same_ground(other, SQUARE)


def test_a_slanting_edge_takes_the_double_that_is_nearest_to_a_place_on_it():
    slanting = shapely.Polygon([at(0, 0), at(97.31, 13.7), at(55.5, 88.88)])
    cuts = shapely.get_coordinates(shapely.line_interpolate_point(slanting.exterior, [10.1, 20.2, 150.3]))
    assert len(more_vertices(with_vertices(slanting, cuts), slanting)) == 3
    assert same_ground(with_vertices(slanting, cuts), slanting)


def test_several_parts_stay_several():
    two = shapely.MultiPolygon([SQUARE, shapely.box(*at(200, 0), *at(300, 100))])
    more = with_vertices(two, places((50, 0), (250, 0)))
    assert more.geom_type == "MultiPolygon"
    assert len(shapely.get_coordinates(more)) == 12
    one = with_vertices(shapely.MultiPolygon([SQUARE]), places((50, 0)))
    assert one.geom_type == "MultiPolygon"
