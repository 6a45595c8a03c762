"""The pieces of the coverage doctor one by one: edges, faces, near-misses, snapping, labels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.graph.edges import edge_table, have_polygon_in_common
from gridmgmt_plugin.core.coverage.graph.faces import Faces, faces_of_lines, is_thin
from gridmgmt_plugin.core.coverage.graph.labels import NOBODY, FaceGraph, settle_overlaps, thin_groups
from gridmgmt_plugin.core.coverage.health.doctor import cuts_at_junctions
from gridmgmt_plugin.core.coverage.health.examine import _counted, _residue, examine
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, faults, joined
from gridmgmt_plugin.core.coverage.health.near_misses import near_misses
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only, ring_faults, vertex_faults
from gridmgmt_plugin.core.coverage.health.snapping import snap_loose_vertices
from gridmgmt_plugin.core.coverage.moved_ground import exchanged_m2
from gridmgmt_plugin.core.geometry.ring_edges import vertex_ids
from tests.core.coverage.coverage_builders import irregular, moved_vertex, squares
from tests.tries import tries

NO_OUTLINE = shapely.Polygon()
RING = shapely.Polygon(shapely.box(0, 0, 30, 30).exterior.coords, [shapely.box(10, 10, 20, 20).exterior.coords])


# --- edges ---


@tries(15)
@given(st.integers(0, 10_000))
def test_neighbours_and_shared_lengths_are_those_of_an_overlay(seed):
    cells, _ = irregular(20, seed)
    first, second, length = edge_table(cells).neighbours()
    found = {(a, b): m for a, b, m in zip(first.tolist(), second.tolist(), length.tolist())}
    for a, b in itertools.combinations(range(len(cells)), 2):
        border = shapely.length(shapely.intersection(cells[a], cells[b]))
        assert found.get((a, b), 0.0) == pytest.approx(border, abs=1e-6)


def test_the_edges_of_a_hole_are_shared_with_what_fills_it_whatever_way_the_rings_run():
    core = shapely.box(10, 10, 20, 20)
    for ring, fill in itertools.product((RING, shapely.reverse(RING)), (core, shapely.reverse(core))):
        table = edge_table(np.array([ring, fill]))
        assert table.shared.sum() == 8
        assert table.neighbours()[2].tolist() == [40.0]


def test_an_edge_that_three_polygons_claim_or_one_twice_is_not_shared():
    cells = np.append(squares(2, 1), [shapely.box(100, 0, 150, 100)])
    west = edge_table(cells)
    assert not west.shared[(west.start[:, 0] == 100) & (west.end[:, 0] == 100)].any()
    doubled = edge_table(np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1)]))
    assert not doubled.shared.any()


def test_edges_shorter_than_the_precision_are_none():
    nearly = shapely.Polygon([(0, 0), (10, 0), (10, 0.0001), (10, 10), (0, 10)])
    assert len(edge_table(np.array([nearly]), 0.001).owner) == 4
    assert len(edge_table(np.array([nearly]), 0.0).owner) == 5


def test_polygons_without_edges_are_no_trouble():
    table = edge_table(np.array([None, shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])], dtype=object))
    assert len(table.owner) == 0
    assert len(table.shared) == 0
    assert [len(part) for part in table.neighbours()] == [0, 0, 0]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=30), st.randoms())
@tries(40)
def test_vertex_ids_depend_on_the_places_only(points, random):
    places = np.array(points, dtype=np.float64)
    ids, count = vertex_ids(places, 1.0)
    assert count == len(set(points))
    assert all((ids[i] == ids[j]) == (points[i] == points[j]) for i in range(len(ids)) for j in range(len(ids)))
    order = list(range(len(points)))
    random.shuffle(order)
    assert vertex_ids(places[order], 1.0)[0].tolist() == ids[order].tolist()


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1), st.integers(0, 5), st.integers(0, 5))
@tries(60)
def test_two_vertices_have_a_polygon_in_common_when_one_has_both(owners, one, two):
    rows = np.array(sorted(owners), dtype=np.int64)
    expected = any((one, p) in owners and (two, p) in owners for p in range(5))
    assert bool(have_polygon_in_common(np.array([one]), np.array([two]), rows)[0]) is expected


# --- faces ---


def test_a_sound_coverage_leaves_one_face_that_nobody_suspects():
    # The middle of 4 × 4 squares is a corner of four of them: a point there would count four times.
    cells = squares(4, 4)
    residue = _residue(cells, shapely.box(0, 0, 400, 400), 0.001)
    assert (len(residue.faces), residue.excess.tolist()) == (1, [0])
    whole = Faces(np.array([shapely.box(0, 0, 400, 400)]), np.array([shapely.Point(200, 200)]))
    moved, cover = _counted(whole, cells)
    assert cover.tolist() == [1]
    assert shapely.distance(shapely.boundary(cells), moved.point[0]).min() > 1


def test_an_overlap_over_the_middle_of_a_sound_coverage_is_still_counted():
    cells = np.append(squares(4, 4), [shapely.box(150, 150, 250, 250)])
    found = examine(cells, shapely.box(0, 0, 400, 400))
    assert found.total("overlap") == pytest.approx(10_000)
    assert set(found.kind) == {"overlap"}


@pytest.mark.parametrize(("width", "thin"), [(0.5, False), (1.01, True), (3.0, True)])
def test_thin_is_what_no_circle_of_that_width_fits_into(width, thin):
    assert is_thin(np.array([shapely.box(0, 0, 100, 1)]), width).tolist() == [thin]


def test_faces_come_in_one_order_whatever_the_order_of_the_lines():
    lines = shapely.boundary(squares(3, 2))
    one, two = faces_of_lines(lines, 0.001), faces_of_lines(lines[::-1], 0.001)
    assert shapely.equals(one.geometry, two.geometry).all()
    assert shapely.contains(one.geometry, one.point).all()


# --- near-misses ---


@tries(15)
@given(st.integers(0, 10_000), st.floats(0.002, 0.04), st.floats(0, 6.28))
def test_a_vertex_pulled_off_its_place_is_found_and_no_other(seed, reach, angle):
    cells, _ = irregular(15, seed)
    place = shapely.get_coordinates(cells[0])[0]
    cells[0] = moved_vertex(cells[0], 0, (reach * np.cos(angle), reach * np.sin(angle)))
    others = shapely.points(shapely.get_coordinates(cells[1:]))
    shared = bool((shapely.distance(others, shapely.Point(place)) == 0).any())
    found = near_misses(cells, NO_OUTLINE, 0.05, 0.001)
    assert shapely.dwithin(found.geometry, shapely.Point(place), 0.2).all()
    assert (len(found) > 0) or not shared


def test_a_vertex_far_from_every_neighbour_misses_nothing():
    cells = squares(2, 1)
    cells[0] = shapely.Polygon([(0, 0), (100, 0), (100, 100), (50, 130), (0, 100)])
    assert len(near_misses(cells, NO_OUTLINE, 0.05, 0.001)) == 0


def test_detail_of_a_polygon_of_its_own_is_no_near_miss():
    fine = shapely.Polygon([(0, 0), (50, 0), (50.01, 0.01), (50.02, 0), (100, 0), (100, 100), (0, 100)])
    assert len(near_misses(np.array([fine]), NO_OUTLINE, 0.05, 0.001)) == 0


# --- shapes ---


@pytest.mark.parametrize(
    ("wkt", "area"),
    [
        ("POINT (0 0)", 0),
        ("LINESTRING (0 0, 1 1)", 0),
        ("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 2 0, 2 1, 0 0)))", 1),
        (
            "GEOMETRYCOLLECTION (MULTIPOLYGON (((0 0, 2 0, 2 1, 0 0)), ((5 0, 7 0, 7 1, 5 0))), POINT (0 0))",
            2,
        ),
        ("GEOMETRYCOLLECTION EMPTY", 0),
        ("POLYGON EMPTY", 0),
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", 2),
    ],
)
def test_of_any_geometry_the_polygons_are_kept(wkt, area):
    (found,) = polygonal(np.array([shapely.from_wkt(wkt)], dtype=object))
    assert found.geom_type in ("Polygon", "MultiPolygon")
    assert found.area == area
    if shapely.is_valid(shapely.from_wkt(wkt)):
        (kept,) = polygons_only(np.array([shapely.from_wkt(wkt)], dtype=object))
        assert (kept.geom_type in ("Polygon", "MultiPolygon"), kept.area) == (True, area)


def test_missing_geometries_become_empty_polygons():
    assert shapely.is_empty(polygonal(np.array([None, shapely.Polygon()], dtype=object))).all()
    assert shapely.is_empty(polygons_only(np.array([None], dtype=object))).all()


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_coordinate_that_is_no_number_is_an_invalid_ring_with_a_reason():
    bad = shapely.Polygon([(0, 0), (1, float("nan")), (1, 1)])
    found = ring_faults(np.array([bad, shapely.box(0, 0, 1, 1)]))
    assert found.first.tolist() == [0]
    assert found.reason[0].startswith("invalid_coordinate")


@pytest.mark.parametrize(("height", "spikes"), [(50.0, 0), (3.0, 0), (2.0, 2)])
def test_a_spike_is_an_angle_under_the_limit(height, spikes):
    needle = shapely.Polygon([(0, 0), (100, height / 2), (0, height)])
    wide = shapely.Polygon([(0, 0), (100, 0), (50, height)])
    assert len(vertex_faults(np.array([needle]), 1.5, 0).of("spike")) == (1 if spikes else 0)
    assert len(vertex_faults(np.array([wide]), 2.5, 0).of("spike")) == spikes


def test_a_spike_at_the_closing_vertex_of_a_ring_is_seen():
    tip_first = shapely.Polygon([(100, 0.5), (0, 1), (0, 0)])
    assert vertex_faults(np.array([tip_first]), 3, 0).of("spike").geometry[0].equals(shapely.Point(100, 0.5))


def test_faults_are_joined_counted_and_picked():
    one = faults("gap", np.array([shapely.box(0, 0, 1, 1)]), np.array([3]), measure=np.array([1.0]))
    two = faults(
        "overlap", np.array([None, None], dtype=object), np.array([1, 2]), np.array([5, 6]), np.array([2, 3])
    )
    both = joined([one, two])
    assert both.counts() == {"overlap": 2, "gap": 1}
    assert both.total("overlap") == 5
    assert both.of("gap").second.tolist() == [OUTLINE]
    assert len(both.of()) == 0


# --- snapping ---


@tries(25)
@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([0.05, 0.5]))
def test_snapping_moves_nothing_farther_than_asked_and_draws_neighbours_together(seed, count, snap_m):
    rng = np.random.default_rng(seed)
    cells, outline = irregular(20, seed)
    for at in rng.choice(len(cells), count, replace=False):
        shift = rng.uniform(-snap_m / 3, snap_m / 3, 2)
        cells[at] = moved_vertex(cells[at], int(rng.integers(9)), tuple(shift))
    snapped = snap_loose_vertices(cells, outline, snap_m)
    before, after = shapely.get_coordinates(cells), shapely.get_coordinates(snapped.geometry)
    moved = np.hypot(*(after - before).T)
    # A vertex may go onto the outline first and from there to its neighbour.
    assert moved.max() <= 2 * snap_m + 1e-9
    assert snapped.largest_move_m == pytest.approx(moved.max())
    assert (snapped.vertices_moved == 0) == (moved.max() == 0)


def test_a_sound_coverage_is_not_touched_by_snapping():
    cells, outline = irregular(20, 7)
    snapped = snap_loose_vertices(cells, outline, 0.5)
    assert all(one is two for one, two in zip(snapped.geometry, cells))
    assert (snapped.vertices_moved, snapped.largest_move_m) == (0, 0.0)


@pytest.mark.parametrize("x", [49.98, 50.01, 50.04])
def test_vertices_of_one_polygon_are_never_drawn_together(x):
    fine = shapely.Polygon([(0, 0), (50, 0), (50.01, 0.3), (50.02, 0), (100, 0), (100, 100), (0, 100)])
    other = shapely.Polygon([(0, 0), (0, -50), (100, -50), (100, 0), (x, 0.01)])
    snapped = snap_loose_vertices(np.array([fine, other]), None, 0.05)
    ring = shapely.get_coordinates(snapped.geometry[0])[:-1]
    assert len({tuple(place) for place in ring}) == len(ring)
    assert snapped.vertices_moved == 1


def test_the_vertex_that_most_polygons_have_stays():
    west = shapely.box(0, 0, 100, 50)
    north_west = shapely.box(0, 50, 100, 100)
    east = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100.03, 50)])
    snapped = snap_loose_vertices(np.array([west, north_west, east]), None, 0.05)
    assert (100.0, 50.0) in {tuple(c) for c in shapely.get_coordinates(snapped.geometry[2])}
    assert snapped.vertices_moved == 1


# --- labels ---


def graph_of(cells: np.ndarray) -> FaceGraph:
    return FaceGraph(*edge_table(cells).neighbours(), shapely.area(cells))


def test_seeking_faces_take_the_label_of_the_longest_edge_round_by_round():
    graph = graph_of(squares(4, 1))
    label = graph.spread(np.array([5, -1, -1, 7]), np.array([False, True, True, False]))
    assert label.tolist() == [5, 5, 7, 7]
    only_west = graph.spread(np.array([5, -1, -1, -1]), np.array([False, True, True, False]))
    assert only_west.tolist() == [5, 5, 5, -1], "who does not seek keeps nobody"


def test_a_tie_goes_to_the_smaller_label():
    graph = graph_of(squares(3, 1))
    assert graph.spread(np.array([9, -1, 4]), np.array([False, True, False])).tolist() == [9, 4, 4]


def test_only_allowed_labels_are_taken():
    graph = graph_of(squares(3, 1))
    allowed = (np.array([1]), np.array([9]))
    assert graph.spread(np.array([9, -1, 4]), np.array([False, True, False]), allowed).tolist() == [9, 9, 4]


@tries(40)
@given(st.lists(st.integers(-1, 2), min_size=12, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_a_label_in_one_piece_stays_in_one_piece(labels, seeking):
    graph = graph_of(squares(4, 3))
    start = np.array(labels)
    start[np.array(seeking)] = NOBODY
    before = graph.detached(start)
    after = graph.spread(start, np.array(seeking))
    assert (after[start != NOBODY] == start[start != NOBODY]).all()
    if not before.any():
        assert not graph.detached(after).any()


@tries(40)
@given(st.lists(st.integers(-1, 1), min_size=9, max_size=9))
def test_detached_faces_are_all_but_the_largest_piece_of_each_label(labels):
    graph = graph_of(squares(3, 3))
    label = np.array(labels)
    detached = graph.detached(label)
    part = graph.components(label)
    assert not detached[label == NOBODY].any()
    for value in set(labels) - {NOBODY}:
        sizes = [int((part[label == value] == p).sum()) for p in set(part[label == value].tolist())]
        assert int((~detached[label == value]).sum()) == max(sizes)


def test_overlaps_go_to_the_longest_edge_but_never_eat_a_polygon_up():
    graph = graph_of(squares(3, 1))
    face, item = np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1])
    area = np.array([20_000.0, 20_000.0])
    assert settle_overlaps(graph, face, item, area, np.full(3, True)).tolist() == [0, 0, 1]
    inner = settle_overlaps(
        graph, np.array([0, 1, 1, 2]), np.array([0, 0, 1, 0]), np.array([30_000.0, 10_000.0]), np.full(3, True)
    )
    assert inner.tolist() == [0, 1, 0], "the polygon that lies wholly in the other keeps its ground"


def test_faces_that_are_thin_together_are_a_thin_group():
    strips = shapely.box([0, 0, 0], [0, 0.3, 10], [100, 100, 100], [0.3, 0.6, 10.3])
    faces = Faces(strips, shapely.point_on_surface(strips))
    graph = FaceGraph(*faces.neighbours(), shapely.area(strips))
    assert thin_groups(faces, graph, np.full(3, True), 0.5).tolist() == [False, False, True]
    assert thin_groups(faces, graph, np.array([True, False, True]), 0.5).tolist() == [True, False, True]


# --- the rest ---


def test_a_network_of_gaps_is_cut_where_polygons_meet_and_a_plain_gap_is_not():
    shrunk = shapely.buffer(squares(3, 3), -0.1, join_style="mitre")
    gaps = shapely.get_parts(shapely.difference(shapely.box(0, 0, 300, 300), shapely.union_all(shrunk)))
    cuts = cuts_at_junctions(gaps, shrunk, 0.5, 0.001)
    assert len(cuts) > 0
    assert shapely.length(cuts).max() <= 0.5
    pair = np.array([shapely.box(0, 0, 99.8, 100), shapely.box(100, 0, 200, 100)])
    assert len(cuts_at_junctions(np.array([shapely.box(99.8, 0, 100, 100)]), pair, 0.5, 0.001)) == 0
    assert len(cuts_at_junctions(np.empty(0, dtype=object), pair, 0.5, 0.001)) == 0


def test_what_is_gained_and_lost_leaves_rounding_out():
    before = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    after = np.array([shapely.box(0, 0, 110, 100), shapely.box(110, 0, 200, 100)])
    gained, lost = exchanged_m2(before, after, 0.001)
    assert (gained.tolist(), lost.tolist()) == ([1000.0, 0.0], [0.0, 1000.0])
    rounded = np.array([shapely.box(0, 0, 100.0004, 100), shapely.box(100.0004, 0, 200, 100)])
    assert [part.sum() for part in exchanged_m2(before, rounded, 0.001)] == [0.0, 0.0]


@tries(10)
@given(st.integers(0, 10_000), st.randoms())
def test_the_faults_do_not_depend_on_the_order_of_the_polygons(seed, random):
    rng = np.random.default_rng(seed)
    cells, outline = irregular(15, seed)
    for at in rng.choice(len(cells), 3, replace=False):
        cells[at] = moved_vertex(cells[at], int(rng.integers(9)), tuple(rng.uniform(-4, 4, 2)))
    order = list(range(len(cells)))
    random.shuffle(order)
    one, two = examine(cells, outline), examine(cells[order], outline)
    for kind in ("overlap", "gap", "hole", "uncovered", "overshoot"):
        assert one.of(kind).counts() == two.of(kind).counts()
        assert one.total(kind) == pytest.approx(two.total(kind))


@tries(10)
@given(st.integers(0, 10_000))
def test_the_faults_do_not_depend_on_where_the_district_lies(seed):
    rng = np.random.default_rng(seed)
    cells, outline = irregular(15, seed)
    for at in rng.choice(len(cells), 3, replace=False):
        cells[at] = moved_vertex(cells[at], int(rng.integers(9)), tuple(np.round(rng.uniform(-4, 4, 2), 3)))
    # A zone prefix and a northing, as the coordinates of a real district come.
    far = shapely.transform(np.append(cells, [outline]), lambda c: c + np.array([39_500_000.0, 4_420_000.0]))
    here, there = examine(cells, outline), examine(far[:-1], far[-1])
    for kind in ("overlap", "gap", "hole", "uncovered", "overshoot"):
        assert here.total(kind) == pytest.approx(there.total(kind), abs=0.01)
