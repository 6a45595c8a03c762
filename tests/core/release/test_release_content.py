"""A release's hash follows its content and nothing else; the list of changes names each object once per kind."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.changes import compare
from gridmgmt_plugin.core.release.frozen import content_hash, freeze
from gridmgmt_plugin.core.rows import Rows, as_column

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


@settings(max_examples=25)
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


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="unique"):
        freeze(_units(2, code=["1", "1"]), ("code",))


def test_without_a_base_everything_is_added():
    assert [c.change for c in compare({}, _frozen(_units(3)), PRECISION_M)] == ["added"] * 3


def test_nothing_changed_gives_no_changes():
    assert compare(_frozen(_units(3)), _frozen(_units(3)), PRECISION_M) == ()


def test_each_kind_of_change_is_told_apart():
    before = _units(4)
    shapes = before.geometry.copy()
    shapes[1] = shapely.box(100, 0, 200, 90)
    after = before.with_geometry(shapes).with_columns(
        responsibility_grid=["b", "a", "a", "a"], name=[None, None, "新名", None], area_m2=[1.0, 2.0, 3.0, 4.0]
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


def test_another_area_without_another_outline_is_no_change():
    assert compare(_frozen(_units(1, area_m2=[1.0])), _frozen(_units(1, area_m2=[2.0])), PRECISION_M) == ()


def test_a_removed_grid_keeps_its_last_outline():
    (change,) = compare(_frozen(_units(1)), {}, PRECISION_M)
    assert change.change == "removed"
    assert change.geometry_before.area == 10000.0
    assert change.geometry_after is None
