"""Objects move when the grid over them changed, and only then; the frozen content comes back as it went in."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.frozen import content_hash, distinct, freeze, items_of, layers_of
from gridmgmt_plugin.core.release.moves import moved_points
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries

PRECISION_M = 0.001


def _grid(codes, groups, edges):
    shapes = shapely.box(np.array(edges[:-1], float), 0, np.array(edges[1:], float), 100)
    rows = Rows({"code": as_column(codes), "responsibility_grid": as_column(groups)}, shapes)
    return freeze(rows, ("code",))


BASE = _grid(["1", "2", "3"], ["a", "a", "b"], [0, 100, 200, 300])


def _moves(points, now, base=BASE):
    return moved_points(shapely.points(np.array(points, float)), base, now, PRECISION_M)


def test_without_a_base_nothing_moves():
    assert len(_moves([(50, 50)], BASE, None)) == 0


def test_the_same_grid_moves_nothing():
    assert len(_moves([(50, 50), (100, 50), (250, 50)], BASE)) == 0


def test_a_pushed_boundary_moves_what_it_passed_over():
    now = _grid(["1", "2", "3"], ["a", "a", "b"], [0, 100, 220, 300])
    moves = _moves([(50, 50), (210, 50), (250, 50)], now)
    assert moves.position.tolist() == [1]
    assert (moves.old_grid[0], moves.new_grid[0]) == ("3", "2")
    assert (moves.old_responsibility_grid[0], moves.new_responsibility_grid[0]) == ("b", "a")


def test_a_reassigned_grid_moves_all_that_lies_in_it():
    now = _grid(["1", "2", "3"], ["a", "b", "b"], [0, 100, 200, 300])
    moves = _moves([(50, 50), (150, 50), (190, 10)], now)
    assert moves.position.tolist() == [1, 2]
    assert moves.old_grid.tolist() == moves.new_grid.tolist() == ["2", "2"]


def test_a_grid_that_is_gone_leaves_its_objects_without_one():
    now = _grid(["1", "2"], ["a", "a"], [0, 100, 200])
    moves = _moves([(250, 50)], now)
    assert (moves.old_grid[0], moves.new_grid[0], moves.new_responsibility_grid[0]) == ("3", None, None)


def test_an_object_without_a_place_does_not_move():
    now = _grid(["1"], ["a"], [0, 100])
    points = as_column([None, shapely.Point(250, 50)])
    assert moved_points(points, BASE, now, PRECISION_M).position.tolist() == [1]


@tries(25)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 100)), min_size=1, max_size=30),
    st.lists(st.integers(1, 299), min_size=2, max_size=2, unique=True),
)
def test_moves_are_what_locating_every_point_twice_would_find(points, cuts):
    now = _grid(["1", "2", "3"], ["a", "c", "b"], [0, *sorted(cuts), 300])
    moves = _moves(points, now)
    found = dict(zip(moves.position.tolist(), zip(moves.old_grid, moves.new_grid)))
    for position, (x, y) in enumerate(points):
        old, new = _holder(BASE, x, y), _holder(now, x, y)
        group_of = [dict(zip(layer.keys, layer.rows["responsibility_grid"])) for layer in (BASE, now)]
        if old != new or group_of[0][old] != group_of[1][new]:
            assert found[position] == (old, new)
        else:
            assert position not in found


def _holder(layer, x, y):
    touching = shapely.distance(layer.rows.geometry, shapely.Point(x, y)) <= PRECISION_M
    return min(np.array(layer.keys)[touching])


def test_frozen_content_comes_back_from_its_items():
    table = freeze(Rows({"id": as_column(["1", "2"]), "share": as_column([0.5, None])}), ("id",))
    layers = {"unit_grid": BASE, "duty_rules": table}
    back = layers_of(items_of(layers))
    assert content_hash(back, PRECISION_M) == content_hash(layers, PRECISION_M)
    assert shapely.equals(back["unit_grid"].rows.geometry, BASE.rows.geometry).all()
    assert back["duty_rules"].rows.geometry is None


def test_an_empty_layer_has_no_items():
    assert len(items_of({"lane": freeze(Rows({"code": as_column([])}), ("code",))})) == 0


def test_equal_rows_of_a_table_stand_once():
    rows = Rows({"a": as_column(["x", "y", "x"]), "b": as_column([1, 2, 1])})
    assert distinct(rows).records() == [{"a": "x", "b": 1}, {"a": "y", "b": 2}]
    assert len(distinct(Rows({"a": as_column([])}))) == 0
