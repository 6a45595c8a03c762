"""What a table held as columns tells about itself: shapes and numbers, gaps, differences, values by position."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.rows import Rows, as_column, differs, is_null, pick_or_none

CELLS = st.one_of(st.none(), st.integers(-2, 2), st.text("甲乙 0", max_size=2), st.booleans(), st.floats(-1, 1))
COLUMNS = st.lists(CELLS, max_size=12)


def pairs_of_columns(cells=CELLS):
    return st.lists(st.tuples(cells, cells), max_size=12)


def test_shapes_and_numbers_are_those_that_the_rows_were_read_with():
    shapes, fids = as_column([shapely.Point(1, 2), None]), np.array([7, 9])
    rows = Rows({"code": as_column(["a", "b"])}, shapes, fids)
    assert rows.shapes is shapes
    assert rows.fids is fids


def test_plain_points_are_asked_for_places_without_a_shape_and_are_the_same_shapes_when_asked():
    plain = PlainPoints(np.array([1.0, np.nan, 3.0]), np.array([2.0, np.nan, 4.0]))
    rows = Rows({"code": as_column(["a", "b", "c"])}, plain, np.array([7, 8, 9]))
    some = rows.with_columns(name=["甲", "乙", "丙"]).take([2, 1])
    assert some.plain_points is not None
    assert len(some) == 2
    assert [axis.tolist()[0] for axis in some.xy()] == [3.0, 4.0]
    assert some.shapes.tolist() == [shapely.Point(3, 4), None]
    assert some.plain_points is None
    assert some.shapes is some.shapes
    assert np.array_equal(np.array(some.xy()), [[3.0, np.nan], [4.0, np.nan]], equal_nan=True)
    assert rows.is_spatial
    assert Rows({}, None).geometry is None


def test_rows_without_geometry_do_not_pass_for_rows_that_lie_nowhere():
    rows = Rows({"code": as_column(["a"]), "area_m2": as_column([1.0])})
    with pytest.raises(ValueError, match=r"no geometry, only \['area_m2', 'code'\]"):
        _ = rows.shapes
    assert rows.with_geometry(as_column([None])).shapes.tolist() == [None]


def test_rows_of_a_file_have_no_numbers_of_a_workspace():
    with pytest.raises(ValueError, match=r"no numbers, only \['code'\]"):
        _ = Rows({"code": as_column(["a"])}, as_column([shapely.Point(0, 0)])).fids


def test_rows_picked_keep_their_shapes_and_numbers():
    points = [shapely.Point(x, 0) for x in range(3)]
    rows = Rows({}, as_column(points), np.array([1, 2, 3])).take([2, 0])
    assert rows.shapes.tolist() == [points[2], points[0]]
    assert rows.fids.tolist() == [3, 1]


def test_only_none_is_nothing():
    rows = Rows({"name": as_column([None, "", 0, False, float("nan"), "甲"])})
    assert rows.is_null("name").tolist() == [True, False, False, False, False, False]
    assert rows.is_null("name").dtype == bool


def test_shapes_can_be_asked_for_gaps_too():
    assert is_null(as_column([shapely.Point(0, 0), None, shapely.Point()])).tolist() == [False, True, False]


@given(COLUMNS)
def test_each_row_is_asked_for_itself(values):
    assert is_null(as_column(values)).tolist() == [value is None for value in values]


@given(pairs_of_columns())
def test_columns_differ_where_their_values_do(pairs):
    one, two = as_column(a for a, _ in pairs), as_column(b for _, b in pairs)
    wanted = [a != b for a, b in pairs]
    assert differs(one, two).tolist() == wanted
    assert Rows({"name": one}).differs("name", two).tolist() == wanted
    assert Rows({"name": one}).differs("name", Rows({"name": two, "code": one})).tolist() == wanted
    assert differs(one, two).dtype == bool


def test_numbers_of_numpy_compare_with_those_of_a_table():
    assert differs(as_column([1, 2.0, None]), np.array([1.0, 3.0, 4.0])).tolist() == [False, True, True]


def test_columns_of_different_length_are_a_mistake_and_never_cut():
    with pytest.raises(ValueError, match="broadcast"):
        differs(as_column(["a", "b"]), as_column(["a", "b", "c"]))


def test_what_was_found_nowhere_is_none():
    rows = Rows({"code": as_column(["a", "b", "c"])})
    assert rows.pick_or_none("code", np.array([2, -1, 0, -1, 2])).tolist() == ["c", None, "a", None, "c"]


def test_nothing_is_found_in_an_empty_table():
    found = Rows({"code": as_column([])}).pick_or_none("code", np.array([-1, -1]))
    assert found.tolist() == [None, None]
    assert found.dtype == object


def test_picking_leaves_the_values_as_they_are():
    assert pick_or_none(np.array([1.5, 2.5]), np.array([1, -1])).tolist() == [2.5, None]
    with pytest.raises(IndexError):
        pick_or_none(as_column(["a"]), np.array([1]))


@given(st.lists(CELLS, min_size=1, max_size=8), st.data())
def test_values_come_in_the_order_of_the_positions(values, data):
    positions = data.draw(st.lists(st.integers(-1, len(values) - 1), max_size=12))
    found = pick_or_none(as_column(values), np.array(positions, dtype=np.int64))
    assert len(found) == len(positions)
    assert all(a is (None if at < 0 else values[at]) for a, at in zip(found, positions))
