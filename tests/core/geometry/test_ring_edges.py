"""Equal vertices and equal edges of polygons are found by number, the same way for everybody."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.geometry.ring_edges import distinct_points, edge_keys, ring_edges, runs, vertex_ids
from gridmgmt_plugin.core.geometry.segments import shared_segments
from gridmgmt_plugin.core.rows import as_column
from tests.bench.cells import irregular_cells

PRECISION = 0.001
GRID = st.integers(-3, 3)
PLACES = st.lists(st.tuples(GRID, GRID), min_size=1, max_size=30)


def by_hand(points):
    """Return the ids that vertices get: the place of each among the distinct ones, by x, then y."""
    order = {point: at for at, point in enumerate(sorted(set(points)))}
    return [order[point] for point in points]


@pytest.mark.parametrize("precision", [0.0, PRECISION])
@given(places=PLACES, east=st.sampled_from([0.0, 500_000.0, 39_500_000.0]))
def test_vertices_are_numbered_by_place(precision, places, east):
    xy = np.array(places, dtype=float) * 0.25 + [east, 4_000_000.0]
    ids, count = vertex_ids(xy, precision)
    assert ids.tolist() == by_hand(places)
    assert count == len(set(places))
    points, same = distinct_points(xy)
    assert same.tolist() == ids.tolist()
    assert np.array_equal(points[same], xy)


def test_vertices_within_the_precision_are_one_and_exact_ones_are_not():
    xy = np.array([[0.0, 0.0], [0.0004, -0.0004], [0.001, 0.0]])
    assert vertex_ids(xy, PRECISION)[0].tolist() == [0, 0, 1]
    assert vertex_ids(xy, 0.0)[1] == 3


@pytest.mark.parametrize("reach", [1e3, 1e15])
def test_places_too_far_apart_for_one_whole_number_are_told_apart_all_the_same(reach):
    xy = np.array([[-reach, -reach], [reach, reach], [reach, -reach], [-reach, -reach]])
    assert vertex_ids(xy, 0.01)[0].tolist() == [0, 2, 1, 0]


def test_no_vertices_and_no_edges_are_no_trouble():
    assert vertex_ids(np.empty((0, 2)), PRECISION)[1] == 0
    edges = ring_edges(as_column([None, shapely.Polygon(), shapely.Point(0, 0)]), PRECISION)
    assert (len(edges.owner), len(edges.key), edges.vertex_count) == (0, 0, 0)
    order, heads = runs(edges.key)
    assert len(order) == len(heads) == 0
    assert len(shared_segments(as_column([None]), PRECISION).left) == 0


def test_an_edge_is_the_same_in_both_directions():
    assert edge_keys(np.array([3, 1]), np.array([1, 3]), 5).tolist() == [8, 8]


@given(st.lists(st.integers(0, 6), max_size=30))
def test_equal_keys_stand_together_in_their_order(keys):
    order, heads = runs(np.array(keys, dtype=np.int64))
    assert order.tolist() == sorted(range(len(keys)), key=lambda at: (keys[at], at))
    assert [keys[at] for at in order[heads]] == sorted(set(keys))


def test_parts_and_holes_keep_their_owner_and_short_edges_are_left_out():
    ring = shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 10.0003), (0, 10)], [[(4, 4), (6, 4), (5, 6)]])
    edges = ring_edges(as_column([None, shapely.MultiPolygon([ring, shapely.box(20, 0, 30, 10)])]), PRECISION)
    assert Counter(edges.owner.tolist()) == {1: 4 + 3 + 4}
    assert Counter(edges.ring_part[edges.ring].tolist()) == {0: 7, 1: 4}
    assert edges.length.sum() == pytest.approx(80 + shapely.length(shapely.LinearRing(ring.interiors[0])), abs=0.01)


def test_all_who_ask_who_shares_an_edge_hear_the_same():
    cells = irregular_cells(6)
    table = edge_table(cells, PRECISION)
    first, second, length_m = table.neighbours()
    graph = rook_adjacency(cells, min_shared_m=0.0, precision_m=PRECISION)
    shared = shared_segments(cells, PRECISION)
    inner = shared.right >= 0
    assert graph.noded
    assert graph.pairs.tolist() == np.column_stack([first, second]).tolist()
    assert graph.shared_m == pytest.approx(length_m)
    pairs = {tuple(pair) for pair in np.column_stack([shared.left, shared.right])[inner].tolist()}
    assert pairs == {tuple(pair) for pair in graph.pairs.tolist()}
    assert shared.length_m[inner].sum() == pytest.approx(length_m.sum())
    assert int((~inner).sum()) == int((~table.shared).sum())
