"""Who keeps the code when a cell is split or cells are merged, as the workspace or the planner has it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.codes.parts import BOTH_NEW, LARGER_KEEPS, SPLIT_POLICIES
from gridmgmt_plugin.core.coverage.gestures.merging import merge
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from tests.qgis.editing.gestures.edited_grid import (
    EAST,
    SIDE,
    WEST,
    X0,
    Y0,
    cell_at,
    cell_bounds,
    codes_of,
    make_workspace,
    snapshot,
    unit_layer,
)

FIRST = f"{WEST}001"


@pytest.fixture(scope="module", params=SPLIT_POLICIES)
def policy(request):
    return request.param


@pytest.fixture
def open_editor(tmp_path, qgis_app):
    """Return a function that opens an editor on squares of a policy, some numbers being taken."""
    opened = []

    def made(policy: str, taken: tuple[int, ...] = ()) -> GridEditor:
        workspace = make_workspace(tmp_path / "a.gpkg", split_policy=policy)
        if taken:
            codes = as_column(f"{WEST}{number:03d}" for number in taken)
            columns = {"code": codes, "kind": as_column(["unit_grid"] * len(codes))}
            with workspace.transaction("甲", "test") as transaction:
                state = as_column(["valid"] * len(codes))
                transaction.insert("code_register", Rows({**columns, "state": state}))
        layer = unit_layer(workspace)
        editor = GridEditor(layer, workspace)
        editor.start()
        opened.append((editor, layer))
        return editor

    yield made
    for editor, layer in opened:
        layer.rollBack()
        editor.close()


def cut(editor, share: float, *, code: str = FIRST, **options):
    """Cut the first cell from south to north, so that ``share`` of it lies in the west."""
    near = editor.neighbourhood(cell_bounds(0, 0))
    x = X0 + share * SIDE
    line = shapely.LineString([(x, Y0 - 10), (x, Y0 + SIDE + 10)])
    target = np.array([near.code.tolist().index(code)])
    return editor.apply(near, split(near.cells, line, editor.tolerance, target), **options)


def parts_of(gesture) -> dict[str, float]:
    """Return code → area of the cells that stand where one was; neighbours only got a vertex."""
    others = {cell.code for cell in gesture.before} - {FIRST}
    return {cell.code: cell.area_m2 for cell in gesture.after if cell.code not in others}


def joined(editor, codes: list[str]):
    near = editor.neighbourhood((X0 + 20, Y0 + 20, X0 + 80, Y0 + 3 * SIDE - 20))
    members = np.array([near.code.tolist().index(code) for code in codes])
    return editor.apply(near, merge(near.cells, members, editor.tolerance))


def state_of(editor, code: str) -> str:
    return next(str(feature["state"]) for feature in editor.layer.getFeatures() if feature["code"] == code)


@pytest.mark.daily(1)
@pytest.mark.parametrize("state", ["valid", "draft"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_larger_part_keeps_the_code_and_its_state(open_editor, share, state):
    editor = open_editor(LARGER_KEEPS)
    layer = editor.layer
    fid = cell_at(editor.layer, X0 + 50, Y0 + 50)
    layer.changeAttributeValue(fid, layer.fields().lookupField("state"), state)
    assert parts_of(cut(editor, share)) == {FIRST: 7000.0, f"{WEST}007": 3000.0}
    assert (state_of(editor, FIRST), state_of(editor, f"{WEST}007")) == (state, "draft")


def test_of_equal_parts_one_keeps_the_code_and_always_the_same(open_editor):
    editor = open_editor(LARGER_KEEPS)

    def kept():
        cut(editor, 0.5)
        shape = editor.layer.getFeature(cell_at(editor.layer, X0 + 25, Y0 + 50))["code"]
        editor.layer.undoStack().undo()
        return shape

    assert kept() == kept()


def test_the_planner_may_give_the_code_to_the_smaller_part(open_editor):
    assert parts_of(cut(open_editor(LARGER_KEEPS), 0.7, keep=0)) == {FIRST: 3000.0, f"{WEST}007": 7000.0}


@pytest.mark.parametrize("keep", [-1, 1])
def test_a_part_that_is_not_there_cannot_keep_the_code(open_editor, keep):
    editor = open_editor(LARGER_KEEPS)
    start = snapshot(editor.layer)
    with pytest.raises(ValueError, match="no added cell"):
        cut(editor, 0.7, keep=keep)
    assert snapshot(editor.layer) == start


def test_under_both_new_no_part_keeps_the_code_and_none_can_be_chosen(open_editor):
    editor = open_editor(BOTH_NEW)
    with pytest.raises(ValueError, match="policy"):
        cut(editor, 0.7, keep=0)
    assert set(parts_of(cut(editor, 0.7))) == {f"{WEST}007", f"{WEST}008"}
    assert FIRST not in codes_of(editor.layer)


@pytest.mark.daily(1)
def test_one_number_left_is_enough_where_one_part_keeps_its_own_and_too_few_where_none_does(open_editor, policy):
    editor = open_editor(policy, taken=tuple(range(7, 999)))
    start = snapshot(editor.layer)
    if policy == LARGER_KEEPS:
        assert set(parts_of(cut(editor, 0.7))) == {FIRST, f"{WEST}999"}
        return
    with pytest.raises(InputError) as refused:
        cut(editor, 0.7)
    assert refused.value.code == "code_sequence_full"
    assert snapshot(editor.layer) == start


def test_a_code_of_an_earlier_layout_stays_and_its_part_is_numbered_under_the_area(open_editor, policy):
    editor = open_editor(policy)
    fid = cell_at(editor.layer, X0 + 50, Y0 + 50)
    editor.layer.changeAttributeValue(fid, editor.layer.fields().lookupField("code"), "旧-17")
    others = set(codes_of(editor.layer))
    gesture = cut(editor, 0.7, code="旧-17")
    assert ("旧-17" in codes_of(editor.layer)) == (policy == LARGER_KEEPS)
    new = {cell.code for cell in gesture.after} - others
    assert new == ({f"{WEST}007"} if policy == LARGER_KEEPS else {f"{WEST}007", f"{WEST}008"})


def test_the_largest_of_merged_cells_keeps_its_code_under_either_policy(open_editor, policy):
    editor = open_editor(policy)
    joined(editor, [f"{WEST}001", f"{WEST}002"])
    assert {f"{WEST}001", f"{WEST}002"} & set(codes_of(editor.layer)) == {f"{WEST}001"}
    joined(editor, [f"{WEST}003", f"{WEST}001"])
    assert {f"{WEST}001", f"{WEST}003"} & set(codes_of(editor.layer)) == {f"{WEST}001"}
    assert f"{WEST}007" not in codes_of(editor.layer)


def test_cells_of_two_communities_are_not_merged(open_editor, policy):
    editor = open_editor(policy)
    start = snapshot(editor.layer)
    near = editor.neighbourhood((X0 + 120, Y0 + 20, X0 + 280, Y0 + 80))
    members = np.array([near.code.tolist().index(code) for code in (f"{WEST}004", f"{EAST}001")])
    with pytest.raises(InputError):
        editor.apply(near, merge(near.cells, members, editor.tolerance))
    assert snapshot(editor.layer) == start
