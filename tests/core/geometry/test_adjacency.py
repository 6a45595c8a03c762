"""Neighbours: who shares a border, how long, and what hangs together."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from tests.tries import tries


def column(*polygons) -> np.ndarray:
    geometry = np.empty(len(polygons), dtype=object)
    geometry[:] = polygons
    return geometry


def squares(columns: int, rows: int, side_m: float = 100.0, x0: float = 39_500_000.0, y0: float = 4_400_000.0):
    return column(
        *(
            shapely.box(x0 + c * side_m, y0 + r * side_m, x0 + (c + 1) * side_m, y0 + (r + 1) * side_m)
            for r in range(rows)
            for c in range(columns)
        )
    )


def pairs_of(adjacency: Adjacency) -> set[tuple[int, int]]:
    return {(int(i), int(j)) for i, j in adjacency.pairs}


def wobbly_cover(columns: int, rows: int, seed: int, bends: int = 3) -> np.ndarray:
    """A noded coverage whose borders are not straight: every vertex of a grid is moved."""
    rng = np.random.default_rng(seed)
    shape = (columns * bends + 1, rows * bends + 1)
    x, y = np.meshgrid(np.arange(shape[0]) * 30.0, np.arange(shape[1]) * 30.0, indexing="ij")
    node = np.stack([x + rng.uniform(-9, 9, shape), y + rng.uniform(-9, 9, shape)], axis=-1) + 500_000.0
    steps = range(bends)

    def cell(c: int, r: int) -> shapely.Polygon:
        a, b, d, e = c * bends, (c + 1) * bends, r * bends, (r + 1) * bends
        return shapely.Polygon(
            [node[a + s, d] for s in steps]
            + [node[b, d + s] for s in steps]
            + [node[b - s, e] for s in steps]
            + [node[a, e - s] for s in steps]
        )

    return column(*(cell(c, r) for c in range(columns) for r in range(rows)))


def test_squares_in_a_row_are_neighbours_along_their_sides_only():
    adjacency = rook_adjacency(squares(2, 2))
    assert pairs_of(adjacency) == {(0, 1), (0, 2), (1, 3), (2, 3)}
    assert adjacency.shared_m == pytest.approx(100.0)
    assert adjacency.noded
    assert adjacency.unnoded_m == 0.0


def test_a_corner_stretched_by_rounding_is_no_border():
    left = shapely.box(0, 0, 100, 100)
    right = shapely.Polygon([(100, 99.5), (200, 99.5), (200, 200), (100, 200), (100, 100)])
    nodes = shapely.Polygon([(0, 0), (100, 0), (100, 99.5), (100, 100), (0, 100)])
    assert shapely.equals(left, nodes)
    assert pairs_of(rook_adjacency(column(nodes, right))) == set()
    assert pairs_of(rook_adjacency(column(nodes, right), min_shared_m=0.4)) == {(0, 1)}


def test_a_neighbour_without_the_shared_vertices_is_found_by_position_and_said():
    large = shapely.box(0, 0, 100, 100)
    small = [shapely.box(100, y, 150, y + 50) for y in (0, 50)]
    adjacency = rook_adjacency(column(large, *small))
    assert pairs_of(adjacency) == {(0, 1), (0, 2), (1, 2)}
    assert adjacency.shared_m == pytest.approx(50.0)
    assert not adjacency.noded
    assert adjacency.unnoded_m == pytest.approx(100.0)


def test_vertices_that_miss_each_other_by_less_than_the_precision_still_meet():
    left = shapely.box(0, 0, 100, 100)
    right = shapely.box(100.0004, 0, 200, 99.9997)
    assert pairs_of(rook_adjacency(column(left, right))) == {(0, 1)}
    assert pairs_of(rook_adjacency(column(left, shapely.box(100.01, 0, 200, 100)))) == set()
    assert pairs_of(rook_adjacency(column(left, shapely.box(100.01, 0, 200, 100)), precision_m=0.02)) == {(0, 1)}


def test_crossing_and_diverging_borders_are_no_shared_border():
    wedge = shapely.Polygon([(0, 100), (100, 100), (100, 110)])
    assert pairs_of(rook_adjacency(column(shapely.box(0, 0, 100, 99.9), wedge))) == set()


def test_an_island_in_a_hole_is_a_neighbour_of_what_surrounds_it():
    hole = [(40, 40), (40, 60), (60, 60), (60, 40)]
    adjacency = rook_adjacency(
        column(shapely.Polygon(shapely.box(0, 0, 100, 100).exterior, [hole]), shapely.box(40, 40, 60, 60))
    )
    assert pairs_of(adjacency) == {(0, 1)}
    assert adjacency.shared_m == pytest.approx(80.0)


def test_a_multipolygon_is_one_unit_and_an_empty_row_has_no_neighbours():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    adjacency = rook_adjacency(column(parts, shapely.box(10, 0, 20, 10), None, shapely.Polygon()))
    assert pairs_of(adjacency) == {(0, 1)}
    assert adjacency.shared_m == pytest.approx(20.0)
    assert adjacency.degree().tolist() == [1, 1, 0, 0]


def test_lines_are_refused_with_their_row():
    with pytest.raises(InputError) as error:
        rook_adjacency(column(shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])))
    assert error.value.code == "adjacency_not_polygons"
    assert "2" in error.value.text("zh")


def test_no_units_have_no_neighbours():
    adjacency = rook_adjacency(np.empty(0, dtype=object))
    assert adjacency.pairs.shape == (0, 2)
    assert adjacency.components().tolist() == []
    assert adjacency.noded


@tries(25)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_shared_lengths_agree_with_the_intersection_of_the_polygons(columns: int, rows: int, seed: int):
    cover = wobbly_cover(columns, rows, seed)
    adjacency = rook_adjacency(cover, min_shared_m=0.5)
    expected = {
        (i, j): shapely.length(shapely.intersection(cover[i], cover[j]))
        for i in range(len(cover))
        for j in range(i + 1, len(cover))
        if shapely.intersects(cover[i], cover[j])
    }
    assert pairs_of(adjacency) == {pair for pair, length in expected.items() if length >= 0.5}
    for (i, j), length in zip(adjacency.pairs, adjacency.shared_m):
        assert length == pytest.approx(expected[(int(i), int(j))], abs=1e-6)
    assert adjacency.noded


@tries(25)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_units_and_the_direction_of_rings_do_not_matter(columns: int, rows: int, seed: int, random):
    cover = wobbly_cover(columns, rows, seed)
    order = list(range(len(cover)))
    random.shuffle(order)
    mixed = column(*(shapely.reverse(cover[i]) if random.random() < 0.5 else cover[i] for i in order))
    straight = rook_adjacency(cover)
    shuffled = rook_adjacency(mixed)
    renamed = {tuple(sorted((order[i], order[j]))) for i, j in pairs_of(shuffled)}
    assert renamed == pairs_of(straight)


graphs = st.integers(1, 25).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40))
)


@given(graphs)
def test_every_pair_stands_once_and_the_neighbour_lists_say_the_same(graph):
    count, pairs = graph
    adjacency = Adjacency.from_pairs(count, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    wanted = {(min(p), max(p)) for p in pairs if p[0] != p[1]}
    assert pairs_of(adjacency) == wanted
    listed = set()
    for unit in range(count):
        places = slice(adjacency.indptr[unit], adjacency.indptr[unit + 1])
        for neighbour, edge in zip(adjacency.indices[places], adjacency.edges[places]):
            listed.add((min(unit, int(neighbour)), max(unit, int(neighbour))))
            assert set(adjacency.pairs[edge]) == {unit, neighbour}
    assert listed == wanted
    assert adjacency.degree().sum() == 2 * len(wanted)


@given(graphs, st.data())
def test_parts_are_what_a_walk_over_borders_reaches_within_a_label(graph, data):
    count, pairs = graph
    labels = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    adjacency = Adjacency.from_pairs(count, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    parts = adjacency.components(np.array(labels))
    seen: dict[int, int] = {}
    for start in range(count):
        if start in seen:
            continue
        number = len(set(seen.values()))
        seen[start] = number
        queue = deque([start])
        while queue:
            unit = queue.popleft()
            for i, j in pairs:
                for a, b in ((i, j), (j, i)):
                    if a == unit and labels[a] == labels[b] and b not in seen:
                        seen[b] = number
                        queue.append(b)
    assert parts.tolist() == [seen[u] for u in range(count)]
    connected = adjacency.is_connected(np.array(labels))
    for label, is_one in enumerate(connected):
        assert is_one == (len({seen[u] for u in range(count) if labels[u] == label}) <= 1)


def test_a_long_chain_is_one_part():
    count = 5_000
    chain = np.random.default_rng(3).permutation(count)
    adjacency = Adjacency.from_pairs(count, np.column_stack([chain[:-1], chain[1:]]))
    assert adjacency.components().max() == 0


def test_a_barrier_separates_what_only_it_connects():
    adjacency = rook_adjacency(squares(3, 1))
    barrier = np.array([False, True])
    cut = adjacency.cut(barrier)
    assert pairs_of(cut) == {(0, 1)}
    assert cut.components().tolist() == [0, 0, 1]
    assert cut.shared_m.tolist() == [100.0]


def test_a_pair_of_an_unknown_unit_is_our_mistake():
    with pytest.raises(ValueError, match="does not exist"):
        Adjacency.from_pairs(2, np.array([[0, 2]]))


def test_the_communities_of_a_real_district_are_neighbours_as_their_borders_say(shared):
    fiona = pytest.importorskip("fiona")
    path = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    with fiona.open(path, layer="community") as layer:
        lonlat = [shapely.geometry.shape(feature["geometry"]) for feature in layer]
    # Degrees are stretched to about metres, which keeps every shared vertex shared.
    metres = column(*(shapely.transform(g, lambda xy: xy * [94_500.0, 111_000.0]) for g in lonlat))
    adjacency = rook_adjacency(metres)
    assert adjacency.noded
    tree = shapely.STRtree(metres)
    left, right = tree.query(metres, predicate="intersects")
    once = left < right
    length = shapely.length(shapely.intersection(metres[left[once]], metres[right[once]]))
    wanted = {(int(i), int(j)) for i, j, m in zip(left[once], right[once], length) if m >= 1.0}
    assert pairs_of(adjacency) == wanted
