"""A release's hash follows its content and nothing else; the list of changes names each object once per kind."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.changes import compare, same_ground
from gridmgmt_plugin.core.release.frozen import content_hash, freeze, items_of, layers_of
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries

PRECISION_M = 0.001


def _units(count=3, **columns):
    x = np.arange(count) * 100.0
    codes = as_column(f"99010100100100{i}" for i in range(count))
    base = Rows({"code": codes, "responsibility_grid": as_column(["a"] * count)}, shapely.box(x, 0, x + 100, 100))
    return base.with_columns(**columns)


def _frozen(rows):
    return {"unit_grid": freeze(rows, ("code",))}


def _hash(rows):
    return content_hash(_frozen(rows), PRECISION_M)


@tries(25)
@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order):
    assert _hash(_units(5).take(np.array(order))) == _hash(_units(5))


def test_where_a_ring_starts_and_which_way_it_runs_does_not_matter():
    rows = _units(1)
    turned = shapely.Polygon([(100, 100), (0, 100), (0, 0), (100, 0)])
    assert _hash(rows.with_geometry(np.array([turned], dtype=object))) == _hash(rows)


def test_coordinates_below_the_precision_do_not_matter_but_above_it_they_do():
    rows = _units(1)
    close = rows.with_geometry(shapely.transform(rows.geometry, lambda c: c + 0.0002))
    far = rows.with_geometry(shapely.transform(rows.geometry, lambda c: c + 0.002))
    assert _hash(close) == _hash(rows)
    assert _hash(far) != _hash(rows)


def test_another_value_is_another_hash_but_an_empty_text_is_no_value():
    assert _hash(_units(3, name=["甲", None, ""])) != _hash(_units(3))
    assert _hash(_units(3, name=[None, None, ""])) == _hash(_units(3))


@tries(50)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(max_size=4), st.integers(), st.booleans()),
            st.one_of(st.none(), st.floats(width=32)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_content_of_a_row_is_canonical_json_without_what_is_empty(pairs):
    rows = Rows({"b": as_column(one for one, _ in pairs), 'a"': as_column(two for _, two in pairs)})
    layer = freeze(rows.with_columns(key=[f"{n:02d}" for n in range(len(pairs))]), ("key",))
    for text, (one, two) in zip(layer.content, pairs):
        values = json.loads(text)
        assert values.get("b", "") == (one if one is not None else "")
        assert values.get('a"', 0.0) == pytest.approx(0.0 if two is None or two != two else two, abs=1e-6)
        assert text == json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="unique"):
        freeze(_units(2, code=["1", "1"]), ("code",))


def test_without_a_base_everything_is_added():
    assert [c.change for c in compare({}, _frozen(_units(3)), PRECISION_M)] == ["added"] * 3


def test_nothing_changed_gives_no_changes():
    assert compare(_frozen(_units(3)), _frozen(_units(3)), PRECISION_M) == ()


def test_outlines_that_begin_elsewhere_or_differ_below_the_precision_are_no_changes():
    rows = _units(3)
    shapes = shapely.polygons(shapely.get_coordinates(rows.geometry).reshape(3, 5, 2)[:, [2, 1, 0, 3, 2]])
    assert not shapely.equals_exact(shapes, rows.geometry).any()
    assert compare(_frozen(rows), _frozen(rows.with_geometry(shapes)), PRECISION_M) == ()
    close = rows.with_geometry(shapely.transform(rows.geometry, lambda xy: xy + 0.0002))
    assert compare(_frozen(rows), _frozen(close), PRECISION_M) == ()


def test_an_outline_that_comes_or_goes_is_told():
    rows = _units(2)
    bare = rows.with_geometry(np.array([None, rows.geometry[1]], dtype=object))
    for sides in ((rows, bare), (bare, rows)):
        (change,) = compare(*map(_frozen, sides), PRECISION_M)
        assert (change.code, change.change) == (rows["code"][0], "reshaped")
    assert compare(_frozen(bare), _frozen(bare), PRECISION_M) == ()


def test_what_was_stored_says_what_was_frozen():
    layers = _frozen(_units(3, name=["甲", None, '"'], area_m2=[1.5, 2.0, None], unit_count=[1, 2, None]))
    stored = layers_of(items_of(layers))
    assert stored["unit_grid"].rows.records() == layers["unit_grid"].rows.records()
    assert content_hash(stored, PRECISION_M) == content_hash(layers, PRECISION_M)
    alone, other = (side["unit_grid"].of_columns(["code"]) for side in (stored, layers))
    assert (alone.content, alone.digests(PRECISION_M)) == (other.content, other.digests(PRECISION_M))
    assert list(alone.rows.columns) == ["code"]


def test_each_kind_of_change_is_told_apart():
    before = _units(4)
    shapes = before.geometry.copy()
    shapes[1] = shapely.box(100, 0, 200, 90)
    after = before.with_geometry(shapes).with_columns(
        responsibility_grid=["b", "a", "a", "a"], name=[None, None, "新名", None]
    )
    found = compare(_frozen(before), _frozen(after.take([0, 1, 2])), PRECISION_M)
    told = {(c.code[-1], c.change) for c in found}
    assert told == {("0", "reassigned"), ("1", "reshaped"), ("2", "changed"), ("3", "removed")}
    reassigned = next(c for c in found if c.change == "reassigned")
    assert (reassigned.before, reassigned.after) == ('{"responsibility_grid": "a"}', '{"responsibility_grid": "b"}')


def test_a_reshaped_grid_tells_its_area_and_outline_before_and_after():
    before = _units(1, area_m2=[10000.0])
    smaller = np.array([shapely.box(0, 0, 100, 90)], dtype=object)
    after = before.with_geometry(smaller).with_columns(area_m2=[9000.0])
    (change,) = compare(_frozen(before), _frozen(after), PRECISION_M)
    assert (change.change, change.before, change.after) == (
        "reshaped",
        '{"area_m2": 10000.0}',
        '{"area_m2": 9000.0}',
    )
    assert (change.geometry_before.area, change.geometry_after.area) == (10000.0, 9000.0)


def test_an_area_that_was_measured_anew_is_told_as_a_value():
    (change,) = compare(_frozen(_units(1, area_m2=[1.0])), _frozen(_units(1, area_m2=[2.0])), PRECISION_M)
    assert (change.change, change.after) == ("changed", '{"area_m2": 2.0}')


def test_the_two_coordinates_of_a_place_are_told_together():
    before, after = (_units(1, centre_x=[x], centre_y=[7.0]) for x in (1.0, 2.0))
    (change,) = compare(_frozen(before), _frozen(after), PRECISION_M)
    assert change.after == '{"centre_x": 2.0, "centre_y": 7.0}'


def test_a_removed_grid_keeps_its_last_outline():
    (change,) = compare(_frozen(_units(1)), {}, PRECISION_M)
    assert change.change == "removed"
    assert change.geometry_before.area == 10000.0
    assert change.geometry_after is None


SQUARE = shapely.box(0, 0, 100, 100)


@pytest.mark.parametrize(
    "outline",
    [
        [(0, 0), (50, 0), (100, 0), (100, 100), (0, 100)],
        [(0, 0), (33.333, 0.0004), (100, 0), (100, 100), (0, 100)],
        [(100, 50), (100, 100), (0, 100), (0, 0), (100, 0)],
    ],
)
def test_an_outline_that_only_got_a_vertex_is_not_reshaped(outline):
    told = _changes_of_one(shapely.Polygon(outline))
    assert [change.change for change in told] == ["noded"]
    assert told[0].geometry_after == shapely.Polygon(outline), "base + changes = new, vertex by vertex"


def test_a_vertex_on_a_slanted_edge_lies_on_it_but_for_the_precision():
    slanted = shapely.Polygon([(0, 0), (97, 31), (60, 90)])
    with_vertex = shapely.Polygon([(0, 0), (48.503, 15.501), (97, 31), (60, 90)])
    assert same_ground(slanted, with_vertex, PRECISION_M)


@pytest.mark.parametrize(
    "outline",
    [
        [(0, 0), (50, 0.01), (100, 0), (100, 100), (0, 100)],
        [(0, 0), (50, 0), (50.0005, 40), (50.001, 0), (100, 0), (100, 100), (0, 100)],
        [(0, 0), (100, 0), (100, 100), (0, 100.002)],
    ],
)
def test_an_outline_that_moved_by_more_than_the_precision_is_reshaped(outline):
    assert [change.change for change in _changes_of_one(shapely.Polygon(outline))] == ["reshaped"]


def test_two_outlines_with_the_same_vertices_in_another_order_are_other_ground():
    corners = [(0, 0), (100, 0), (100, 100), (0, 100)]
    south = shapely.Polygon([corners[0], (50, 50), *corners[1:]])
    east = shapely.Polygon([*corners[:2], (50, 50), *corners[2:]])
    assert not same_ground(south, east, PRECISION_M)


def test_a_line_with_one_vertex_more_is_the_same_line_and_one_that_turns_elsewhere_is_not():
    straight = shapely.LineString([(0, 0), (100, 0)])
    assert same_ground(straight, shapely.LineString([(0, 0), (40, 0), (100, 0)]), PRECISION_M)
    assert not same_ground(straight, shapely.LineString([(0, 0), (40, 1), (100, 0)]), PRECISION_M)
    assert not same_ground(straight, None, PRECISION_M)


def _changes_of_one(outline):
    base = _units(1)
    after = base.with_geometry(as_column([outline]))
    return compare(_frozen(base.with_geometry(as_column([SQUARE]))), _frozen(after), PRECISION_M)
