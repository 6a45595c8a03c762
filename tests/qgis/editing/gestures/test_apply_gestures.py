"""A gesture is one entry of the undo stack, and undo and redo bring back every bit of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from qgis.PyQt import sip

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from tests.qgis.editing.gestures.edited_grid import (
    EAST,
    WEST,
    X0,
    Y0,
    cell_bounds,
    codes_of,
    edit_of,
    merge_squares,
    move_border,
    snapshot,
    split_square,
    unit_layer,
)

both_back_ends = pytest.mark.parametrize("back_end", ["geopackage", "postgis"])


def at(near, code):
    return near.code.tolist().index(code)


def split_first(editor, **options):
    near = editor.neighbourhood(cell_bounds(0, 0))
    return editor.apply(near, split_square(near, at(near, f"{WEST}001"), **options))


@pytest.mark.daily(1)
@both_back_ends
def test_the_neighbourhood_holds_the_cell_and_all_that_touch_it(editor):
    near = editor.neighbourhood(cell_bounds(1, 1))
    assert near.code.tolist() == [f"{WEST}{n:03d}" for n in range(1, 7)] + [f"{EAST}{n:03d}" for n in (1, 2, 3)]
    assert near.areas == (WEST, EAST)
    assert set(near.cells.outlines) == {0, 1}
    assert near.cells.group.tolist() == [0] * 6 + [1] * 3
    assert near.rows["households"].tolist() == [101] * 9
    assert near.rows["valid_from"][0] == "2020-01-01"
    assert near.rows["population"][0] is None


def test_an_empty_place_has_no_neighbourhood(editor):
    near = editor.neighbourhood((0, 0, 1, 1))
    assert len(near) == 0


def test_the_first_cell_of_an_area_is_drawn_on_its_bare_ground(editor, layer):
    layer.deleteFeatures([feature.id() for feature in layer.getFeatures() if feature["area_code"] == EAST])
    near = editor.neighbourhood((500_300.0, 4_000_100.0, 500_310.0, 4_000_110.0))
    assert len(near) == 0
    assert near.areas == (EAST,)
    polygon = shapely.box(500_310.0, 4_000_010.0, 500_390.0, 4_000_090.0)
    gesture = editor.apply(near, draw(near.cells, polygon, editor.tolerance))
    assert [state.code for state in gesture.after] == [f"{EAST}007"]
    assert layer.getFeature(gesture.after[0].fid)["area_code"] == EAST


@both_back_ends
def test_a_split_makes_one_cell_and_one_entry(editor, layer):
    before = layer.undoStack().count()
    gesture = split_first(editor)
    assert layer.undoStack().count() == before + 1
    assert layer.undoStack().text(0) == gesture.text
    assert f"{WEST}001" in gesture.text
    assert codes_of(layer)[:8] == [f"{WEST}{n:03d}" for n in range(1, 8)] + [f"{EAST}001"]
    (kept, new) = gesture.after
    assert (kept.area_m2, new.area_m2) == (7000.0, 3000.0)
    assert new.code == f"{WEST}007"
    assert new.fid < 0
    assert gesture.before[0].code == f"{WEST}001"


@both_back_ends
@pytest.mark.parametrize("kind", ["split", "merge", "reshape", "give_whole", "draw"])
def test_undo_and_redo_bring_back_every_bit(editor, layer, kind):
    start = snapshot(layer)
    near = editor.neighbourhood(cell_bounds(1, 1))
    one, two = at(near, f"{WEST}004"), at(near, f"{WEST}005")
    if kind == "split":
        edit = split_square(near, one)
    elif kind == "merge":
        edit = merge_squares(near, one, two)
    elif kind == "give_whole":
        edit = merge_squares(near, two, one)
    elif kind == "reshape":
        edit = move_border(near, at(near, f"{WEST}001"), one, 12.5)
    else:
        circle = shapely.Point(X0 + 150, Y0 + 100).buffer(20)
        shapes = shapely.difference(near.cells.geometry[[one, two]], circle)
        parts = {"changed": [one, two], "changed_geometry": shapes.tolist(), "added_geometry": [circle]}
        edit = edit_of("draw", near, added_from=[one], **parts)
    editor.apply(near, edit)
    done = snapshot(layer)
    assert done != start
    assert layer.undoStack().count() == 1
    layer.undoStack().undo()
    assert snapshot(layer) == start
    assert not layer.isModified()
    layer.undoStack().redo()
    assert snapshot(layer) == done


@both_back_ends
@pytest.mark.proof
def test_new_cells_inherit_what_holds_for_the_ground(editor, layer):
    gesture = split_first(editor)
    new, kept = layer.getFeature(gesture.after[1].fid), layer.getFeature(gesture.after[0].fid)
    for name in ("area_code", "grid_kind", "land_use", "grade", "responsible_code", "fallback_code", "mapped_scale"):
        assert new[name] == kept[name]
    assert new["rg_cg"] == "R2"
    assert new["state"] == "draft"
    assert new["prior_code"] == f"{WEST}001"
    assert new["row_version"] == 1
    assert plain(new["name"]) is None
    assert plain(new["note"]) is None
    assert kept["name"] == "格 0"
    assert kept["state"] == "valid"
    assert (kept["households"], new["households"]) == (71, 30)
    assert plain(new["population"]) is None
    assert new["valid_from"].isValid()


@both_back_ends
def test_merged_cells_add_up_and_the_keeper_keeps_code_and_name(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    gesture = editor.apply(near, merge_squares(near, at(near, f"{WEST}002"), at(near, f"{WEST}001")))
    (cell,) = gesture.after
    feature = layer.getFeature(cell.fid)
    assert (feature["code"], feature["name"], feature["households"]) == (f"{WEST}002", "格 1", 202)
    assert feature["area_m2"] == 20000.0
    assert f"{WEST}001" not in codes_of(layer)


def test_a_moved_border_leaves_the_planners_counts(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    gesture = editor.apply(near, move_border(near, at(near, f"{WEST}001"), at(near, f"{WEST}004"), 10))
    assert [state.area_m2 for state in gesture.after] == [11000.0, 9000.0]
    assert {layer.getFeature(state.fid)["households"] for state in gesture.after} == {101}


def test_cells_whose_outline_stays_are_not_written(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    split = split_square(near, at(near, f"{WEST}001"))
    turned = shapely.reverse(near.cells.geometry[at(near, f"{WEST}002")])
    same = near.cells.geometry[at(near, f"{WEST}004")]
    order = [at(near, f"{WEST}001"), at(near, f"{WEST}002"), at(near, f"{WEST}004")]
    edit = edit_of(
        "split",
        near,
        changed=order,
        changed_geometry=[split.changed_geometry[0], turned, same],
        added_from=[order[0]],
        added_geometry=split.added_geometry.tolist(),
    )
    editor.apply(near, edit)
    assert len(layer.editBuffer().changedGeometries()) == 1


def test_an_edit_that_changes_nothing_is_refused(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    edit = edit_of("reshape", near, changed=[0], changed_geometry=[near.cells.geometry[0]])
    with pytest.raises(InputError) as refused:
        editor.apply(near, edit)
    assert refused.value.code == "editing_nothing_changes"
    assert layer.undoStack().count() == 0


def test_cells_that_changed_meanwhile_are_not_overwritten(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    edit = split_square(near, at(near, f"{WEST}001"))
    editor.apply(near, edit)
    done = snapshot(layer)
    with pytest.raises(InputError) as refused:
        editor.apply(near, edit)
    assert refused.value.code == "editing_cells_changed_meanwhile"
    assert refused.value.message.details["unit_grid"] == f"{WEST}001"
    assert snapshot(layer) == done


def test_attributes_that_changed_meanwhile_are_not_overwritten(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    place = at(near, f"{WEST}001")
    layer.changeAttributeValue(int(near.fid[place]), layer.fields().lookupField("households"), 7)
    with pytest.raises(InputError) as refused:
        editor.apply(near, split_square(near, place))
    assert refused.value.code == "editing_cells_changed_meanwhile"
    kept = split_first(editor).after[0]
    assert layer.getFeature(kept.fid)["households"] == 5


def test_outside_edit_mode_nothing_is_done(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    edit = split_square(near, 0)
    layer.rollBack()
    with pytest.raises(WorkspaceError) as refused:
        editor.apply(near, edit)
    assert refused.value.code == "editing_not_editable"


@both_back_ends
def test_a_change_that_qgis_refuses_leaves_nothing(editor, layer, monkeypatch):
    start = snapshot(layer)
    near = editor.neighbourhood(cell_bounds(0, 0))
    monkeypatch.setattr(type(layer), "addFeature", lambda *_: False)
    with pytest.raises(WorkspaceError) as refused:
        editor.apply(near, split_square(near, 0))
    assert refused.value.code == "editing_refused"
    assert snapshot(layer) == start
    assert layer.undoStack().count() == 0
    assert editor.journal.done() == ()
    monkeypatch.undo()
    assert split_first(editor).after[1].code == f"{WEST}007"


@both_back_ends
@pytest.mark.proof
def test_the_planner_swaps_the_parts_and_it_stays_one_step(editor, layer):
    start = snapshot(layer)
    split_first(editor)
    swapped = editor.swap_last(0)
    assert [(state.code, state.area_m2) for state in swapped.after] == [
        (f"{WEST}001", 3000.0),
        (f"{WEST}007", 7000.0),
    ]
    assert layer.undoStack().count() == 1
    again = editor.swap_last(0)
    assert [state.area_m2 for state in again.after] == [7000.0, 3000.0]
    layer.undoStack().undo()
    assert snapshot(layer) == start


def test_only_the_last_split_can_be_swapped(editor, layer):
    with pytest.raises(InputError) as refused:
        editor.swap_last(0)
    assert refused.value.code == "editing_nothing_to_swap"
    split_first(editor)
    with pytest.raises(InputError):
        editor.swap_last(1)
    layer.undoStack().undo()
    with pytest.raises(InputError):
        editor.swap_last(0)


def test_the_part_to_keep_can_be_chosen_at_once(editor):
    near = editor.neighbourhood(cell_bounds(0, 0))
    gesture = editor.apply(near, split_square(near, at(near, f"{WEST}001")), keep=0)
    assert gesture.after[0].area_m2 == 3000.0


def test_a_split_that_undo_makes_the_last_one_again_can_be_swapped(editor, layer):
    split_first(editor)
    near = editor.neighbourhood(cell_bounds(0, 1))
    editor.apply(near, merge_squares(near, at(near, f"{WEST}002"), at(near, f"{WEST}003")))
    with pytest.raises(InputError):
        editor.swap_last(0)
    layer.undoStack().undo()
    assert editor.swap_last(0).after[0].area_m2 == 3000.0
    assert layer.undoStack().count() == 1


KINDS = ("split", "merge", "reshape", "vertex", "draw", "give", "absorb", "enclose", "repair")


@pytest.mark.daily(2)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_gesture_has_its_text(editor, layer, kind):
    near = editor.neighbourhood(cell_bounds(0, 0))
    gesture = editor.apply(near, replace(move_border(near, 0, at(near, f"{WEST}004"), 5), kind=kind))
    assert gesture.kind == kind
    assert WEST in gesture.text
    assert layer.undoStack().text(0) == gesture.text


def test_a_text_names_a_few_cells_only(editor):
    near = editor.neighbourhood((X0, Y0, X0 + 190, Y0 + 290))
    west = [i for i, code in enumerate(near.code) if code.startswith(WEST)]
    whole = shapely.union_all(near.cells.geometry[west])
    edit = edit_of("merge", near, changed=west[:1], changed_geometry=[whole], removed=west[1:])
    text = editor.apply(near, edit).text
    assert text.count(WEST) == 3
    assert text.endswith("…")


def test_what_must_be_cleared_up_is_cleared_up_first(editor, layer):
    """The guard hangs in here, to take away what a refused save left in the buffer."""
    seen = []
    editor.before_gesture.append(lambda: seen.append(layer.undoStack().count()))
    split_first(editor)
    assert seen == [0, 0]
    editor.swap_last(0)
    assert seen[2] == 1


def test_an_editor_outlives_its_layer(workspace):
    layer = unit_layer(workspace)
    editor = GridEditor(layer, workspace)
    sip.delete(layer)
    editor.close()
