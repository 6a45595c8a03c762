"""A point on a shared edge belongs to the smaller code, everywhere; the nearest lane is the nearest lane."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core import locate
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.locate import code_ranks, locate_points, nearest_lane, pairs_at_points
from gridmgmt_plugin.core.progress import Progress
from tests.core.coverage.coverage_builders import irregular
from tests.tries import tries

SQUARES = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
CODES = np.array(["004", "003", "002", "001"], dtype=object)


def _locate(points, **options):
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    return locate_points(x, y, SQUARES, CODES, **options).tolist()


def test_a_point_inside_a_cell_gets_that_cell():
    assert _locate([(5, 5), (15, 5), (5, 15), (15, 15)]) == [0, 1, 2, 3]


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code():
    assert _locate([(10, 5), (5, 10)]) == [1, 2]


def test_a_point_where_four_cells_meet_belongs_to_the_smallest_code():
    assert _locate([(10, 10)]) == [3]


def test_a_point_outside_every_cell_gets_none():
    assert _locate([(-1, 5), (5, 20.001)]) == [-1, -1]


def test_a_point_without_coordinates_gets_none():
    assert _locate([(np.nan, 5), (5, np.inf)]) == [-1, -1]


def test_a_point_nearer_to_an_edge_than_the_precision_counts_as_on_it():
    assert _locate([(9.9995, 5), (9.99, 5), (-0.0005, 5)], precision_m=0.001) == [1, 0, 0]
    assert _locate([(9.9995, 5), (-0.0005, 5)]) == [0, -1]


def test_a_cell_without_geometry_or_code_holds_no_point_before_others():
    cells = np.array([None, shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1)], dtype=object)
    found = locate_points(np.array([0.5]), np.array([0.5]), cells, ["001", None, "009"])
    assert found.tolist() == [2]


def test_no_points_and_no_cells_are_no_trouble():
    nothing = np.empty(0)
    assert locate_points(nothing, nothing, SQUARES, CODES).tolist() == []
    assert locate_points(np.array([1.0]), np.array([1.0]), np.empty(0, dtype=object), []).tolist() == [-1]


def test_codes_are_compared_as_text():
    assert code_ranks(["10", "9", None, "9", ""]).tolist() == [0, 1, 3, 2, 4]


def test_coordinates_that_do_not_match_are_refused():
    with pytest.raises(InputError) as caught:
        locate_points(np.zeros(2), np.zeros(3), SQUARES, CODES)
    assert caught.value.code == "locate_lengths_differ"


def _as_many(x, y, cells, codes):
    """Locate so many points at the same places that buckets of ground are laid out for them."""
    times = -(-locate._MANY_POINTS // len(x))
    found = locate_points(np.tile(x, times), np.tile(y, times), cells, codes).reshape(times, len(x))
    assert (found == found[0]).all()
    return found[0].tolist()


def test_chunks_change_nothing(monkeypatch):
    generator = np.random.default_rng(7)
    x, y = generator.integers(-1, 22, size=(2, 500)).astype(float)
    whole = locate_points(x, y, SQUARES, CODES)
    lanes = shapely.linestrings([[(0, 0), (20, 0)], [(0, 20), (20, 20)]])
    near = nearest_lane(x, y, lanes, ["2", "1"], 8.0)
    monkeypatch.setattr(locate, "CHUNK_POINTS", 64)
    assert np.array_equal(locate_points(x, y, SQUARES, CODES), whole)
    assert all(np.array_equal(a, b) for a, b in zip(nearest_lane(x, y, lanes, ["2", "1"], 8.0), near))


def test_it_can_be_cancelled_on_the_way(monkeypatch):
    monkeypatch.setattr(locate, "CHUNK_POINTS", 10)
    seen = []

    def stop() -> bool:
        return len(seen) >= 2

    with pytest.raises(Cancelled):
        locate_points(np.zeros(100), np.zeros(100), SQUARES, CODES, progress=Progress(seen.append, stop))
    assert seen == [0.0, 0.1]


grid_number = st.integers(0, 12)


@st.composite
def _boxes(draw):
    count = draw(st.integers(1, 8))
    boxes = []
    for _ in range(count):
        x, y = draw(grid_number), draw(grid_number)
        boxes.append(shapely.box(x, y, x + draw(st.integers(1, 5)), y + draw(st.integers(1, 5))))
    codes = draw(st.permutations([f"{i:03d}" for i in range(count)]))
    points = draw(st.lists(st.tuples(grid_number, grid_number, st.sampled_from([0.0, 0.5])), min_size=1, max_size=25))
    return np.array(boxes, dtype=object), codes, [(x + half, y + half) for x, y, half in points]


@given(_boxes())
@tries(60)
def test_locating_is_the_smallest_code_that_intersects(case):
    boxes, codes, points = case
    x, y = np.array(points).T
    expected = []
    for point in points:
        hits = [i for i, box in enumerate(boxes) if box.intersects(shapely.Point(point))]
        expected.append(min(hits, key=lambda i: codes[i], default=-1))
    assert locate_points(x, y, boxes, codes).tolist() == expected
    assert _as_many(x, y, boxes, codes) == expected
    point, cell = pairs_at_points(x, y, boxes)
    assert len(point) == sum(box.intersects(shapely.Point(p)) for p in points for box in boxes)
    assert np.array_equal(np.lexsort((cell, point)), np.arange(len(point)))


LANES = shapely.linestrings([[(0, 0), (100, 0)], [(0, 10), (100, 10)], [(50, -50), (50, 50)]])
LANE_CODES = ["B", "A", "C"]


def test_the_nearest_lane_comes_with_its_distance():
    index, distance_m = nearest_lane(np.array([20.0, 20.0]), np.array([2.0, 30.0]), LANES, LANE_CODES, 25.0)
    assert index.tolist() == [0, 1]
    assert distance_m.tolist() == [2.0, 20.0]


def test_of_two_lanes_equally_near_the_smaller_code_is_named():
    index, distance_m = nearest_lane(np.array([20.0, 50.0]), np.array([5.0, 0.0]), LANES, LANE_CODES, 25.0)
    assert index.tolist() == [1, 0]
    assert distance_m.tolist() == [5.0, 0.0]


def test_a_lane_beyond_the_distance_is_not_named():
    index, distance_m = nearest_lane(np.array([20.0, np.nan]), np.array([41.0, 0.0]), LANES, LANE_CODES, 25.0)
    assert index.tolist() == [-1, -1]
    assert np.isinf(distance_m).all()


def test_with_distance_nought_only_a_lane_under_the_point_counts():
    index, _ = nearest_lane(np.array([20.0, 20.0]), np.array([0.0, 0.1]), LANES, LANE_CODES, 0.0)
    assert index.tolist() == [0, -1]


@pytest.mark.parametrize("distance", [-1.0, float("nan")])
def test_a_negative_distance_is_refused(distance):
    with pytest.raises(InputError) as caught:
        nearest_lane(np.zeros(1), np.zeros(1), LANES, LANE_CODES, distance)
    assert caught.value.code == "locate_distance_negative"


def test_without_lanes_nothing_is_near():
    missing = np.array([None], dtype=object)
    for lanes in (missing, missing[:0]):
        index, _ = nearest_lane(np.zeros(2), np.zeros(2), lanes, ["1"] * len(lanes), 9.0)
        assert index.tolist() == [-1, -1]


@given(
    st.lists(st.tuples(grid_number, grid_number, grid_number, grid_number), min_size=1, max_size=6),
    st.lists(st.tuples(grid_number, grid_number), min_size=1, max_size=12),
    st.integers(0, 6),
)
@tries(60)
def test_the_nearest_lane_is_the_smallest_code_of_the_least_distance(ends, points, limit):
    lanes = shapely.linestrings([[(a, b), (c, d + 20)] for a, b, c, d in ends])
    codes = [f"{(i * 5) % 7}" for i in range(len(lanes))]
    index, distance_m = nearest_lane(*np.array(points, dtype=float).T, lanes, codes, limit)
    for i, point in enumerate(points):
        gaps = shapely.distance(lanes, shapely.Point(point))
        near = [(gap, codes[k], k) for k, gap in enumerate(gaps) if gap <= limit]
        assert index[i] == (min(near)[2] if near else -1)
        if near:
            assert distance_m[i] == min(near)[0]


@given(st.integers(0, 10_000))
@tries(10)
def test_on_every_edge_and_corner_of_irregular_cells_the_answer_is_that_of_a_plain_join(seed):
    """``SELECT min(code) … WHERE ST_Intersects(cell, point) GROUP BY point``, pair by pair and without an index."""
    cells, _ = irregular(20, seed)
    codes = np.array([f"{n:03d}" for n in np.random.default_rng(seed).permutation(len(cells))], dtype=object)
    corners = np.unique(shapely.get_coordinates(cells), axis=0)
    middles = np.vstack([(ring[1:] + ring[:-1]) / 2 for ring in map(shapely.get_coordinates, cells)])
    x, y = np.vstack([corners, middles]).T
    hits = shapely.intersects(cells[None, :], shapely.points(x, y)[:, None])
    expected = [min((codes[c], c) for c in np.flatnonzero(row))[1] if row.any() else -1 for row in hits]
    assert locate_points(x, y, cells, codes).tolist() == expected
    assert _as_many(x, y, cells, codes) == expected
    assert hits[: len(corners)].any(axis=1).all(), "a corner lies on its cells exactly"


@given(st.integers(0, 10_000))
@tries(10)
def test_within_the_precision_of_an_edge_the_smaller_code_holds_a_point_that_rounding_moved(seed):
    cells, _ = irregular(20, seed)
    codes = [f"{n:03d}" for n in range(len(cells))]
    middles = np.vstack([(ring[1:] + ring[:-1]) / 2 for ring in map(shapely.get_coordinates, cells)])
    shaken = middles + np.random.default_rng(seed).uniform(-1e-7, 1e-7, middles.shape)
    on_edge = locate_points(*middles.T, cells, codes, precision_m=0.001)
    assert (on_edge >= 0).all()
    assert locate_points(*shaken.T, cells, codes, precision_m=0.001).tolist() == on_edge.tolist()
    # Without a precision the shaken point may fall to either side, but never to a cell that is not there.
    exact = locate_points(*shaken.T, cells, codes)
    near = shapely.distance(shapely.points(shaken[exact >= 0]), cells[exact[exact >= 0]])
    assert (near == 0).all()


def test_real_communities_hold_every_corner_of_theirs_and_the_smaller_code_wins(shared):
    fiona = pytest.importorskip("fiona")
    with fiona.open(shared("nanjing_jiangning_east/jiangning_east.gpkg"), layer="community") as layer:
        rows = [(row["properties"]["comm_code"], shapely.geometry.shape(row["geometry"])) for row in layer]
    codes, cells = [code for code, _ in rows], np.array([shape for _, shape in rows], dtype=object)
    corners, owner = shapely.get_coordinates(cells, return_index=True)
    some = np.random.default_rng(1).choice(len(corners), 400, replace=False)
    found = locate_points(*corners[some].T, cells, codes)
    for place, own, cell in zip(corners[some], owner[some], found):
        holders = np.flatnonzero(shapely.intersects_xy(cells, *place))
        assert own in holders
        assert codes[cell] == min(codes[holder] for holder in holders)
