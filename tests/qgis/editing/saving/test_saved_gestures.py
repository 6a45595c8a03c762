"""What a save writes: cells, codes, history, log, and everything that hangs on cells."""

from __future__ import annotations

import pytest
import shapely

from tests.qgis.editing.saving.town import SIZE, box, code, in_both, log_of, make_town, rows_of


@in_both
def test_a_split_is_saved_with_everything_that_follows(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    assert not desk.refusals
    report = desk.reports[0]
    assert (report.changed, report.added, report.removed) == (2, 1, 0)  # the neighbour got a vertex
    assert desk.layer.isEditable()
    assert not desk.layer.isModified()
    assert desk.layer.undoStack().count() == 0
    assert desk.layer.featureCount() == 33
    cells = rows_of(town, "unit_grid")
    new = cells[code(17)]
    assert new["geometry"].equals(box(0, 0, 0.3, 1))
    assert new["area_m2"] == pytest.approx(0.3 * SIZE * SIZE)
    assert (new["state"], new["prior_code"], new["area_code"]) == ("draft", code(1), code(1)[:12])
    assert new["rg_cg"] == cells[code(1)]["rg_cg"]
    assert cells[code(1)]["row_version"] == 2
    register = rows_of(town, "code_register")
    assert register[code(17)]["state"] == "draft"
    assert register[code(17)]["changed_by"] == "王工"
    component = rows_of(town, "component")["99010100100101000000"]
    assert component["unit_grid"] == code(17)
    assert report.moved_points == 1
    grid = rows_of(town, "responsibility_grid")[new["rg_cg"]]
    assert grid["unit_count"] == 9
    assert grid["area_m2"] == pytest.approx(8 * SIZE * SIZE)
    assert grid["row_version"] == 1
    lines = [line for line in log_of(town) if line["gesture"] == "split"]
    # The cell, its new part, and the neighbours that only got a vertex.
    keys = {line["row_key"] for line in lines}
    assert {code(1), code(17)} <= keys
    line = next(line for line in lines if line["row_key"] == code(1))
    assert shapely.from_wkb(line["before"]["geometry"]).equals(box(0, 0))
    assert shapely.from_wkb(line["after"]["geometry"]).equals(box(0.3, 0, 0.7, 1))
    assert line["changed_by"] == "王工"


def test_merging_drafts_gives_their_numbers_back(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    register = rows_of(town, "code_register")
    gone = code(2) if code(1) in register else code(1)
    assert gone not in register
    assert desk.reports[0].discarded == (gone,)
    assert not desk.reports[0].retired
    assert town.count("unit_grid_history") == 0
    desk.split(5, [(0.3, 0), (0.3, 3)])
    assert gone in desk.codes()


@in_both
def test_merging_valid_cells_retires_a_code_with_its_reason_and_successor(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    register = rows_of(valid_town, "code_register")
    retired = [c for c, row in register.items() if row["state"] == "retired"]
    assert len(retired) == 1
    kept = ({code(1), code(2)} - set(retired)).pop()
    assert (register[retired[0]]["reason"], register[retired[0]]["successors"]) == ("merge", kept)
    assert register[retired[0]]["changed_by"] == "王工"
    assert desk.reports[0].retired == tuple(retired)
    history = rows_of(valid_town, "unit_grid_history")
    assert set(history) == {code(1), code(2)}
    assert history[retired[0]]["cause"] == "merge"
    assert history[retired[0]]["successors"] == kept
    assert history[retired[0]]["geometry"].equals(box(0 if retired[0] == code(1) else 1, 0))
    assert history[kept]["valid_to"]
    desk.split(5, [(0.3, 0), (0.3, 3)])
    assert retired[0] not in desk.codes()


def test_a_neighbour_that_only_got_a_vertex_is_not_history(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    history = rows_of(valid_town, "unit_grid_history")
    assert set(history) == {code(1)}
    assert history[code(1)]["successors"].split(",") == [code(1), code(17)]
    assert rows_of(valid_town, "unit_grid")[code(17)]["state"] == "draft"
    assert rows_of(valid_town, "unit_grid")[code(1)]["state"] == "valid"


def test_who_follows_a_retired_code_stays_true_when_drafts_are_cut_on(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.merge(1, 2)
    assert desk.save(), desk.refusals
    retired = desk.reports[0].retired[0]
    heir = rows_of(valid_town, "code_register")[retired]["successors"]
    desk.split(5, [(0, 1.3), (1, 1.3)])
    desk.save()
    register = rows_of(valid_town, "code_register")
    assert register[retired]["successors"] == heir
    desk.split(int(heir[12:]), [(0.7, -1), (0.7, 1.5)])
    assert desk.save(), desk.refusals
    # A valid heir speaks for itself: its own cut is in the history.
    assert rows_of(valid_town, "code_register")[retired]["successors"] == heir


def test_a_draft_that_follows_a_retired_code_hands_the_line_down(stored_in, open_desk):
    town = make_town(stored_in.location, valid=(1,), policy="both_new")
    desk = open_desk(town)
    desk.split(1, [(0.5, -1), (0.5, 1.5)])
    assert desk.save(), desk.refusals
    register = rows_of(town, "code_register")
    assert register[code(1)]["state"] == "retired"
    assert register[code(1)]["reason"] == "split"
    assert set(register[code(1)]["successors"].split(",")) == {code(17), code(18)}
    near_codes = [c for c in desk.codes() if c in (code(17), code(18))]
    west = min(near_codes, key=lambda c: desk.shape(c).bounds[0])
    desk.split(int(west[12:]), [(-1, 0.5), (0.5, 0.5)])
    assert desk.save(), desk.refusals
    after = rows_of(town, "code_register")
    assert after[code(1)]["state"] == "retired"
    heirs = set(after[code(1)]["successors"].split(","))
    there = {c for c, row in rows_of(town, "unit_grid").items() if box(0, 0).contains(row["geometry"].centroid)}
    assert heirs == there
    assert len(heirs) == 3


@in_both
def test_exemptions_of_cells_that_are_no_more_end(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2, 3)
    assert desk.save(), desk.refusals
    gone = set(desk.reports[0].discarded)
    left = town.read("exemption").records()
    assert not [row for row in left if gone & set(row["object_key"].split("|"))]
    assert len(left) < 2
    told = [line for line in log_of(town) if line["table_name"] == "exemption"]
    assert len(told) == 2 - len(left)


def test_a_point_on_a_common_edge_goes_to_the_smaller_code(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.25, -1), (0.25, 1.5)])  # through the component at 0.25, 0.25
    assert desk.save(), desk.refusals
    assert rows_of(town, "component")["99010100100101000000"]["unit_grid"] == code(1)
    assert desk.reports[0].moved_points == 0


def test_cases_keep_the_grid_that_they_were_reported_in(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(-1, 0.7), (1, 0.7)])
    assert desk.save(), desk.refusals
    cases = rows_of(town, "cases", "id")
    assert cases["案1"]["unit_grid"] == code(17)
    assert cases["案1"]["reported_grid"] is None
    assert cases["案2"]["unit_grid"] == code(1)
    assert cases["案1"]["row_version"] == 1


def test_attributes_from_a_form_are_saved_and_told(town, open_desk):
    desk = open_desk(town)
    desk.set(code(3), land_use="商业", note="改")
    assert desk.save(), desk.refusals
    cell = rows_of(town, "unit_grid")[code(3)]
    assert (cell["land_use"], cell["note"], cell["row_version"]) == ("商业", "改", 2)
    (line,) = log_of(town)
    assert (line["gesture"], line["row_key"]) == ("qgis", code(3))
    assert line["before"]["attributes"] == {"land_use": None, "note": None}
    assert line["after"]["attributes"] == {"land_use": "商业", "note": "改"}


@in_both
def test_painting_cells_derives_both_responsibility_grids_anew(town, open_desk):
    desk = open_desk(town)
    grids = rows_of(town, "responsibility_grid")
    one, two = sorted(grids)[:2]
    desk.set(code(5), rg_cg=two)
    assert desk.save(), desk.refusals
    after = rows_of(town, "responsibility_grid")
    assert (after[one]["unit_count"], after[two]["unit_count"]) == (7, 9)
    assert after[two]["geometry"].area == pytest.approx(9 * SIZE * SIZE)
    assert "responsibility_grid" in desk.reports[0].tables_changed
    assert after[sorted(grids)[2]]["geometry"].equals(grids[sorted(grids)[2]]["geometry"])


def test_a_responsibility_grid_without_cells_is_left_empty(town, open_desk):
    desk = open_desk(town)
    one, two = sorted(rows_of(town, "responsibility_grid"))[:2]
    for number in range(1, 9):
        desk.set(code(number), rg_cg=two)
    assert desk.save(), desk.refusals
    grid = rows_of(town, "responsibility_grid")[one]
    assert (grid["unit_count"], grid["area_m2"], grid["geometry"]) == (0, 0, None)


def test_only_what_stands_after_undo_and_redo_is_saved(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
    desk.merge(11, 12)
    stack = desk.layer.undoStack()
    stack.undo()
    stack.undo()
    stack.redo()
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert set(cells) == {code(n, a) for a in (0, 1) for n in range(1, 17)} | {code(17), code(18)}
    assert {line["gesture"] for line in log_of(town)} == {"split"}


def test_gestures_on_one_cell_are_each_told(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.split(1, [(0.3, 0.5), (2, 0.5)])
    assert desk.save(), desk.refusals
    lines = [line for line in log_of(town) if line["row_key"] == code(1)]
    assert [line["gesture"] for line in lines] == ["split", "split"]
    assert lines[0]["after"]["geometry"] == lines[1]["before"]["geometry"]
    cells = rows_of(town, "unit_grid")
    assert cells[code(17)]["prior_code"] == code(1)


def test_a_cell_cut_from_one_that_was_never_saved_names_one_that_was(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.split(17, [(-1, 0.4), (0.3, 0.4)])
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert {cells[code(n)]["prior_code"] for n in (17, 18)} == {code(1)}


@in_both
def test_a_second_save_goes_on_from_the_first(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save()
    desk.split(17, [(-1, 0.4), (0.3, 0.4)])
    desk.set(code(1), note="再改")
    assert desk.save(), desk.refusals
    assert desk.save(stop=True)
    assert not desk.layer.isEditable()
    assert len(desk.reports) == 2
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "再改"
    assert town.count("take_back") == 2


def test_an_edit_mode_that_was_left_is_left(town, open_desk):
    desk = open_desk(town)
    desk.merge(1, 2)
    assert desk.save(stop=True), desk.refusals
    assert not desk.layer.isEditable()
    assert desk.layer.featureCount() == 31
    assert len(desk.codes()) == 31


def test_gestures_that_were_all_undone_write_nothing(town, open_desk, stored_in):
    desk = open_desk(town)
    before = stored_in.state()
    desk.merge(1, 2)
    desk.layer.undoStack().undo()
    assert desk.save()
    assert not desk.reports
    assert not desk.refusals
    assert stored_in.state() == before


def test_a_code_typed_over_retires_the_old_one(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.set(code(1), code=code(99))
    assert desk.save(), desk.refusals
    register = rows_of(valid_town, "code_register")
    assert (register[code(1)]["state"], register[code(1)]["successors"]) == ("retired", code(99))
    assert register[code(99)]["state"] == "draft"
    assert rows_of(valid_town, "unit_grid_history")[code(1)]["successors"] == code(99)
    assert rows_of(valid_town, "unit_grid")[code(99)]["state"] == "draft"
    assert rows_of(valid_town, "component")["99010100100101000000"]["unit_grid"] == code(99)


@in_both
def test_two_cells_may_swap_their_codes(town, open_desk):
    desk = open_desk(town)
    one, two = desk.feature(code(1)).id(), desk.feature(code(2)).id()
    column = desk.layer.fields().lookupField("code")
    desk.layer.changeAttributeValue(one, column, code(2))
    desk.layer.changeAttributeValue(two, column, code(1))
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert cells[code(2)]["geometry"].equals(box(0, 0))
    assert rows_of(town, "component")["99010100100101000000"]["unit_grid"] == code(2)
