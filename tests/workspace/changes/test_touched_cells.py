"""Two states of the unit grids compared: what changed, came and went, and nothing else."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells


def stored(count: int) -> Rows:
    columns = {
        "code": as_column(f"c{n}" for n in range(count)),
        "area_code": as_column(["a"] * count),
        "note": as_column([None] * count),
        "row_version": as_column(range(1, count + 1)),
    }
    shapes = as_column(shapely.box(n, 0, n + 1, 1) for n in range(count))
    return Rows(columns, shapes, np.arange(10, 10 + count))


def test_a_ring_that_begins_elsewhere_is_the_same_cell_to_the_last_bit():
    before = stored(2)
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(before.geometry[0])[:-1], 2, axis=0))
    after = Rows({"code": before["code"]}, as_column([turned, before.geometry[1]]))
    touched = compared_cells(before, after, np.arange(2))
    assert len(touched.changed) == len(touched.reshaped) == 0
    assert touched.after.geometry[0] is before.geometry[0]
    assert touched.places == ()


def test_columns_that_are_not_given_stay_and_are_empty_in_new_cells():
    before = stored(1)
    after = Rows({"code": as_column(["c0", "new"])}, as_column([*before.geometry, shapely.box(5, 0, 6, 1)]))
    touched = compared_cells(before, after, np.array([0, -1]))
    assert touched.after["area_code"].tolist() == ["a", None]
    assert touched.after.fid.tolist() == [10, -1]
    assert touched.added.tolist() == [1]


def test_a_version_is_never_a_change():
    before = stored(1)
    after = Rows({"code": before["code"], "row_version": as_column([99])}, before.geometry)
    touched = compared_cells(before, after, np.arange(1))
    assert len(touched.changed) == 0
    assert touched.after["row_version"].tolist() == [1]


def test_a_new_code_is_looked_at_where_the_cell_is():
    before = stored(2)
    after = Rows({"code": as_column(["c0", "x"])}, before.geometry)
    touched = compared_cells(before, after, np.arange(2))
    assert touched.changed.tolist() == [1]
    assert len(touched.reshaped) == 0
    assert touched.places[0][0] < 1 < 2 < touched.places[0][2]


def test_a_cell_that_lost_its_shape_and_had_none_is_unchanged():
    before = stored(1).with_geometry(as_column([None]))
    touched = compared_cells(before, Rows({"code": before["code"]}, as_column([None])), np.arange(1))
    assert len(touched.changed) == 0


@given(st.lists(st.sampled_from(["stay", "note", "shape", "area", "go"]), min_size=1, max_size=12), st.integers(0, 3))
def test_every_cell_is_in_just_one_of_the_lists(fates, new):
    before = stored(len(fates))
    left = [at for at, fate in enumerate(fates) if fate != "go"]
    shapes = [shapely.box(at, 0, at + 1, 0.5) if fates[at] == "shape" else before.geometry[at] for at in left] + [
        shapely.box(100 + n, 0, 101 + n, 1) for n in range(new)
    ]
    columns = {
        "code": [before["code"][at] for at in left] + [f"n{n}" for n in range(new)],
        "area_code": ["b" if fates[at] == "area" else "a" for at in left] + ["a"] * new,
        "note": ["x" if fates[at] == "note" else None for at in left] + [None] * new,
    }
    after = Rows({name: as_column(values) for name, values in columns.items()}, as_column(shapes))
    touched = compared_cells(before, after, np.array([*left, *[-1] * new], dtype=np.int64))
    fate = np.array(fates)
    assert touched.removed.tolist() == np.flatnonzero(fate == "go").tolist()
    assert touched.reshaped.tolist() == np.flatnonzero(fate == "shape").tolist()
    assert touched.regrouped.tolist() == np.flatnonzero(fate == "area").tolist()
    assert touched.changed.tolist() == np.flatnonzero(~np.isin(fate, ["stay", "go"])).tolist()
    assert len(touched.added) == new
    assert (touched.origin[touched.now(touched.changed)] == touched.changed).all()
