"""Codes of new cells are the next free ones, come back with undo, and are never given twice."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from tests.qgis.editing.gestures.edited_grid import (
    EAST,
    WEST,
    cell_at,
    cell_bounds,
    codes_of,
    edit_of,
    make_workspace,
    merge_squares,
    snapshot,
    split_square,
    unit_layer,
)

both_back_ends = pytest.mark.parametrize("back_end", ["geopackage", "postgis"])


def at(near, code):
    return near.code.tolist().index(code)


def split(editor, code, bounds):
    near = editor.neighbourhood(bounds)
    return editor.apply(near, split_square(near, at(near, code)))


def new_codes(gesture):
    before = {state.code for state in gesture.before}
    return [state.code for state in gesture.after if state.code not in before]


def register(workspace, codes, state="retired", kind="unit_grid"):
    with workspace.transaction("甲", "test") as transaction:
        columns = {"code": as_column(codes), "kind": as_column([kind] * len(codes))}
        transaction.insert("code_register", Rows({**columns, "state": as_column([state] * len(codes))}))


def test_undo_gives_the_number_back(editor, layer):
    first = split(editor, f"{WEST}001", cell_bounds(0, 0))
    second = split(editor, f"{WEST}002", cell_bounds(0, 1))
    assert (new_codes(first), new_codes(second)) == ([f"{WEST}007"], [f"{WEST}008"])
    layer.undoStack().undo()
    assert new_codes(split(editor, f"{WEST}003", cell_bounds(0, 2))) == [f"{WEST}008"]


def test_each_area_counts_by_itself(editor):
    assert new_codes(split(editor, f"{EAST}001", cell_bounds(2, 0))) == [f"{EAST}007"]
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}007"]


@both_back_ends
def test_numbers_of_the_register_are_never_given_whatever_their_state(workspace, layer):
    register(workspace, [f"{WEST}007", f"{WEST}009"])
    register(workspace, [f"{WEST}008"], state="draft")
    register(workspace, [f"{WEST}010"], kind="rg_cg")
    editor = GridEditor(layer, workspace)
    editor.start()
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}010"]


def test_a_number_that_a_planner_typed_is_not_given(editor, layer):
    fid = cell_at(editor.layer, 500_350.0, 4_000_050.0)
    layer.changeAttributeValue(fid, layer.fields().lookupField("code"), f"{WEST}007")
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}008"]


@both_back_ends
def test_a_new_cell_that_is_merged_away_keeps_its_number_until_the_save(editor, layer):
    split(editor, f"{WEST}001", cell_bounds(0, 0))
    near = editor.neighbourhood(cell_bounds(0, 0))
    editor.apply(near, merge_squares(near, at(near, f"{WEST}001"), at(near, f"{WEST}007")))
    assert new_codes(split(editor, f"{WEST}002", cell_bounds(0, 1))) == [f"{WEST}008"]
    layer.undoStack().setIndex(0)
    assert new_codes(split(editor, f"{WEST}002", cell_bounds(0, 1))) == [f"{WEST}007"]


def test_a_stored_cell_that_is_removed_keeps_its_number_until_the_save(editor):
    near = editor.neighbourhood(cell_bounds(0, 0))
    editor.apply(near, merge_squares(near, at(near, f"{WEST}001"), at(near, f"{WEST}002")))
    assert new_codes(split(editor, f"{WEST}003", cell_bounds(0, 2))) == [f"{WEST}007"]


def test_codes_are_read_anew_after_a_save(editor, workspace, layer):
    split(editor, f"{WEST}001", cell_bounds(0, 0))
    layer.rollBack()
    register(workspace, [f"{WEST}007"], state="valid")
    layer.startEditing()
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}008"]


@both_back_ends
def test_after_a_save_numbers_are_read_where_a_code_is_wanted(editor, workspace, layer, monkeypatch):
    split(editor, f"{WEST}001", cell_bounds(0, 0))
    layer.rollBack()
    register(workspace, [f"{WEST}007", f"{EAST}007"], state="valid")
    asked, read_together = [], workspace.read_together
    monkeypatch.setattr(workspace, "read_together", lambda reads: asked.extend(reads) or read_together(reads))
    layer.startEditing()
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}008"]
    assert new_codes(split(editor, f"{EAST}001", cell_bounds(2, 0))) == [f"{EAST}008"]
    assert new_codes(split(editor, f"{WEST}002", cell_bounds(0, 1))) == [f"{WEST}009"]
    heads = [dict(one.where)["code"].head for one in asked if one.columns == ("code",)]
    assert heads == [WEST, WEST, EAST, EAST]


def test_a_native_save_is_noticed_too(editor, workspace, layer):
    split(editor, f"{WEST}001", cell_bounds(0, 0))
    assert layer.commitChanges(False), layer.commitErrors()
    assert new_codes(split(editor, f"{WEST}002", cell_bounds(0, 1))) == [f"{WEST}008"]


def test_both_parts_are_new_where_the_policy_says_so(tmp_path, qgis_app):
    workspace = make_workspace(tmp_path / "a.gpkg", split_policy="both_new")
    layer = unit_layer(workspace)
    editor = GridEditor(layer, workspace)
    editor.start()
    start = snapshot(layer)
    gesture = split(editor, f"{WEST}001", cell_bounds(0, 0))
    assert [state.code for state in gesture.before] == [f"{WEST}001"]
    assert [state.code for state in gesture.after] == [f"{WEST}007", f"{WEST}008"]
    assert f"{WEST}001" not in codes_of(layer)
    new = [layer.getFeature(state.fid) for state in gesture.after]
    assert sorted(feature["households"] for feature in new) == [30, 71]
    assert {feature["prior_code"] for feature in new} == {f"{WEST}001"}
    assert layer.undoStack().count() == 1
    near = editor.neighbourhood(cell_bounds(0, 1))
    edit = split_square(near, at(near, f"{WEST}002"))
    assert [part.code for part in editor.figures(near, edit)] == [None, None]
    with pytest.raises(ValueError, match="policy"):
        editor.apply(near, edit, keep=0)
    with pytest.raises(InputError):
        editor.swap_last(0)
    layer.undoStack().undo()
    assert snapshot(layer) == start
    layer.rollBack()


def test_a_full_sequence_is_told_before_anything_is_touched(workspace, layer):
    register(workspace, [f"{WEST}{n:03d}" for n in range(7, 1000)], state="valid")
    editor = GridEditor(layer, workspace)
    editor.start()
    start = snapshot(layer)
    with pytest.raises(InputError) as refused:
        split(editor, f"{WEST}001", cell_bounds(0, 0))
    assert refused.value.code == "code_sequence_full"
    assert snapshot(layer) == start
    assert layer.undoStack().count() == 0
    near = editor.neighbourhood(cell_bounds(0, 0))
    editor.apply(near, merge_squares(near, 0, 1))  # needs no number


def test_a_cell_on_ground_of_nobody_is_numbered_under_its_area(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    import shapely

    new = shapely.box(499_900, 4_000_000, 500_000, 4_000_100)
    edit = edit_of("draw", near, added_geometry=[new], added_from=[-1], added_group=[0])
    gesture = editor.apply(near, edit)
    assert [state.code for state in gesture.after] == [f"{WEST}007"]
    feature = layer.getFeature(gesture.after[0].fid)
    assert (feature["area_code"], feature["state"]) == (WEST, "draft")
    assert gesture.text.endswith(f"{WEST}007")


def test_a_cell_without_a_known_area_cannot_be_numbered(editor, layer):
    for feature in list(layer.getFeatures()):
        layer.changeAttributeValue(feature.id(), layer.fields().lookupField("area_code"), None)
        layer.changeAttributeValue(feature.id(), layer.fields().lookupField("code"), f"旧{feature.id()}")
    near = editor.neighbourhood(cell_bounds(0, 0))
    assert {near.areas[group] for group in near.cells.group} == {""}
    assert not set(near.cells.group.tolist()) & set(near.cells.outlines)
    with pytest.raises(InputError) as refused:
        editor.apply(near, split_square(near, 0))
    assert refused.value.code == "editing_code_unknown_prefix"


def test_a_cell_without_an_area_is_numbered_beside_the_one_it_came_from(editor, layer):
    fid = cell_at(editor.layer, 500_050.0, 4_000_050.0)
    layer.changeAttributeValue(fid, layer.fields().lookupField("area_code"), None)
    gesture = split(editor, f"{WEST}001", cell_bounds(0, 0))
    assert new_codes(gesture) == [f"{WEST}007"]


def test_a_typed_number_is_not_given_again_when_its_cell_was_merged_away(editor, layer):
    fid = cell_at(editor.layer, 500_050.0, 4_000_050.0)
    layer.changeAttributeValue(fid, layer.fields().lookupField("code"), f"{WEST}007")
    near = editor.neighbourhood(cell_bounds(0, 0))
    editor.apply(near, merge_squares(near, at(near, f"{WEST}002"), at(near, f"{WEST}007")))
    assert new_codes(split(editor, f"{WEST}003", cell_bounds(0, 2))) == [f"{WEST}008"]


def test_a_code_that_a_colleague_took_is_not_given_again(editor):
    """Told of it, the stored codes are not read anew: of 20 000 that would take each gesture a moment."""
    assert new_codes(split(editor, f"{WEST}001", cell_bounds(0, 0))) == [f"{WEST}007"]
    editor.learn(["unit_grid"], Rows({"code": as_column([f"{WEST}001", f"{WEST}008"])}))
    assert new_codes(split(editor, f"{WEST}002", cell_bounds(0, 1))) == [f"{WEST}009"]
