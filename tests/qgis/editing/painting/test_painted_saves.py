"""Strokes on the layer, undone, redone and saved: the column, the grids, the register, posts and the log."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.assignment.pieces import open_pieces
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units
from gridmgmt_plugin.jobs.responsibility.scheme_acts import set_scheme_rules
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.qgis.editing.saving.town import AREAS, box, code, in_both, log_of, rows_of

FIRST, SECOND = f"{AREAS[0]}001", f"{AREAS[0]}002"
IN_BOTH = False


@pytest.fixture
def painting(town, open_desk):
    """Return the desk and its scheme under the brush."""
    desk = open_desk(town)
    scheme = PaintedScheme(desk.editor, "cg")
    yield desk, scheme
    scheme.close()


def units(scheme, *numbers, area=0):
    position = {text: at for at, text in enumerate(scheme.rows.code)}
    return [position[code(number, area)] for number in numbers]


def column(desk):
    return {f["code"]: f["rg_cg"] for f in desk.layer.getFeatures()}


def paint(scheme, target, *numbers, **options):
    scheme.refresh()
    return scheme.write(scheme.assignment.move(units(scheme, *numbers), target), **options)


def test_a_stroke_is_one_step_that_undo_and_redo_follow(painting):
    desk, scheme = painting
    second = scheme.assignment.number(SECOND)
    paint(scheme, second, 1, 2, 3)
    assert [column(desk)[code(n)] for n in (1, 2, 3, 4)] == [SECOND, SECOND, SECOND, FIRST]
    assert desk.layer.undoStack().count() == 1
    desk.layer.undoStack().undo()
    assert scheme.refresh()
    assert scheme.assignment.size(second) == 8
    assert {column(desk)[code(n)] for n in (1, 2, 3)} == {FIRST}
    desk.layer.undoStack().redo()
    scheme.refresh()
    assert scheme.assignment.size(second) == 11


@in_both
def test_the_save_derives_outline_count_and_area_of_the_grids_involved(painting):
    desk, scheme = painting
    paint(scheme, scheme.assignment.number(SECOND), 5, 6)
    assert desk.save()
    grids = rows_of(desk.workspace, "responsibility_grid")
    assert (grids[FIRST]["unit_count"], grids[SECOND]["unit_count"]) == (6, 10)
    assert grids[SECOND]["area_m2"] == 100_000
    assert grids[SECOND]["geometry"].equals(box(0, 2, 4, 2).union(box(0, 1, 2, 1)))
    assert not desk.layer.isModified()


def test_the_log_tells_from_where_to_where_each_unit_grid_went(painting):
    desk, scheme = painting
    paint(scheme, scheme.assignment.number(SECOND), 5)
    assert desk.save()
    (line,) = [line for line in log_of(desk.workspace) if line["row_key"] == code(5)]
    assert line["gesture"] == "paint"
    assert line["before"]["attributes"] == {"rg_cg": FIRST}
    assert line["after"]["attributes"] == {"rg_cg": SECOND}


@in_both
def test_a_new_grid_is_entered_by_the_save_with_code_name_and_outline(painting):
    desk, scheme = painting
    new = scheme.new_grid(units(scheme, 1)[0])
    assert scheme.assignment.grids[new].code == f"{AREAS[0]}003"
    paint(scheme, new, 1, 2)
    paint(scheme, new, 5)
    assert desk.save()
    made = rows_of(desk.workspace, "responsibility_grid")[f"{AREAS[0]}003"]
    assert (made["unit_count"], made["area_code"], made["state"]) == (3, AREAS[0], "draft")
    assert "湖滨社区" in made["name"]
    assert made["geometry"].area == 30_000
    register = {row["code"]: row for row in desk.workspace.read("code_register", where={"kind": "rg_cg"}).records()}
    assert register[f"{AREAS[0]}003"]["state"] == "draft"
    assert [note.code for note in desk.reports[-1].notes] == ["save_grids_made"]


def test_a_new_grid_that_was_undone_is_not_stored_and_its_number_is_free_again(painting):
    desk, scheme = painting
    paint(scheme, scheme.new_grid(units(scheme, 1)[0]), 1)
    desk.layer.undoStack().undo()
    scheme.refresh()
    again = scheme.new_grid(units(scheme, 1)[0])
    assert scheme.assignment.grids[again].code == f"{AREAS[0]}003"
    paint(scheme, scheme.assignment.number(SECOND), 5)
    assert desk.save()
    assert sorted(rows_of(desk.workspace, "responsibility_grid")) == sorted(
        {FIRST, SECOND, f"{AREAS[1]}001", f"{AREAS[1]}002"}
    )


def test_a_number_that_somebody_took_meanwhile_is_replaced(painting):
    desk, scheme = painting
    paint(scheme, scheme.new_grid(units(scheme, 1)[0]), 1)
    entry = {"code": f"{AREAS[0]}003", "kind": "rg_cg", "state": "draft"}
    with desk.workspace.transaction("李工", "test") as transaction:
        transaction.insert("code_register", Rows.from_records([entry]))
    assert desk.save()
    assert rows_of(desk.workspace, "unit_grid")[code(1)]["rg_cg"] == f"{AREAS[0]}004"
    assert column(desk)[code(1)] == f"{AREAS[0]}004"
    scheme.refresh()
    assert scheme.assignment.size(scheme.assignment.number(f"{AREAS[0]}004")) == 1


@in_both
def test_a_merged_grid_ends_its_code_is_retired_and_its_posts_follow(painting):
    desk, scheme = painting
    register = [{"code": FIRST, "kind": "rg_cg", "state": "valid"}]
    post = {"id": "1", "target": "responsibility_grid", "target_code": FIRST, "scheme": "cg", "role": "grid_leader"}
    with desk.workspace.transaction("李工", "test") as transaction:
        transaction.insert("code_register", Rows.from_records(register))
        transaction.insert("post", Rows.from_records([post]))
    first, second = (scheme.assignment.number(text) for text in (FIRST, SECOND))
    move = scheme.assignment.move(scheme.assignment.members(first), second)
    scheme.write(move, "merge_grids", ended=[first])
    assert desk.save()
    grids = rows_of(desk.workspace, "responsibility_grid")
    assert FIRST not in grids
    assert grids[SECOND]["unit_count"] == 16
    (entry,) = desk.workspace.read("code_register", where={"kind": "rg_cg", "code": FIRST}).records()
    assert (entry["state"], entry["successors"]) == ("retired", SECOND)
    assert rows_of(desk.workspace, "post", "id")["1"]["target_code"] == SECOND
    take_back_last(desk.workspace, "王工")
    assert rows_of(desk.workspace, "responsibility_grid")[FIRST]["unit_count"] == 8
    assert rows_of(desk.workspace, "post", "id")["1"]["target_code"] == FIRST


@in_both
def test_who_has_the_same_post_in_both_merged_grids_holds_it_once_afterwards(painting):
    desk, scheme = painting
    day = {"target": "responsibility_grid", "scheme": "cg", "role": "grid_leader", "valid_from": "2025-01-01"}
    posts = [
        {"id": "1", "target_code": FIRST, "person_id": "P1", **day},
        {"id": "2", "target_code": SECOND, "person_id": "P1", **day},
        {"id": "3", "target_code": FIRST, "person_id": "P2", **day},
        {"id": "4", "target_code": FIRST, "person_id": "P1", **day, "role": "inspector"},
    ]
    with desk.workspace.transaction("李工", "test") as transaction:
        transaction.insert("post", Rows.from_records(posts))
    before = _posts(desk)
    first, second = (scheme.assignment.number(text) for text in (FIRST, SECOND))
    scheme.write(scheme.assignment.move(scheme.assignment.members(first), second), "merge_grids", ended=[first])
    assert desk.save()
    eve = (date.today() - timedelta(days=1)).isoformat()
    after = rows_of(desk.workspace, "post", "id")
    assert [(after[n]["target_code"], after[n]["valid_to"]) for n in "1234"] == [
        (FIRST, eve),
        (SECOND, None),
        (SECOND, None),
        (SECOND, None),
    ]
    assert after["1"]["end_reason"]
    told = {note.code: note.details for note in desk.reports[-1].notes}
    assert told["responsibility_posts_doubled"]["posts"] == "1"
    assert told["responsibility_posts_followed"]["count"] == 2
    take_back_last(desk.workspace, "王工")
    assert _posts(desk) == before


@in_both
def test_a_list_that_is_given_to_a_grid_writes_what_a_saved_stroke_writes(painting):
    """Painting by Processing: the same rows in every table but the change log's, whose moment and gesture differ."""
    desk, scheme = painting
    for name, numbers in ((SECOND, (5, 6, 11)), ("new", (1, 2)), ("none", (3,))):
        scheme.refresh()
        fresh = scheme.new_grid(units(scheme, 1)[0]) if name == "new" else NOBODY
        paint(scheme, scheme.assignment.number(SECOND) if name == SECOND else fresh, *numbers)
        assert desk.save()
        painted = _tables(desk.workspace)
        take_back_last(desk.workspace, "王工")
        codes = ",".join(code(number) for number in numbers)
        told = {"language": language(), "author": "王工"}
        report = assign_units(desk.workspace, scheme="cg", grid=name, units=codes, **told)
        assert report.accepted == int(sum(number in (1, 2, 3, 5, 6) for number in numbers))
        given = _tables(desk.workspace)
        assert {name: rows for name, rows in given.items() if rows != painted[name]} == {}
        take_back_last(desk.workspace, "王工")
        desk.layer.dataProvider().reloadData()
        desk.layer.dataChanged.emit()


def _tables(workspace):
    """Return everything that is stored, but what tells of the act itself."""
    left_out = {"change_log", "take_back", "workspace_info"}
    moments = {"row_version", "changed_at", "fid"}
    found = {}
    for table, rows in workspace.read_all().items():
        if table not in left_out:
            shapes = [None] * len(rows) if rows.geometry is None else shapely.to_wkb(shapely.normalize(rows.geometry))
            records = [{k: v for k, v in row.items() if k not in moments} for row in rows.records()]
            found[table] = sorted(zip(map(str, records), map(str, shapes)))
    return found


def _posts(desk):
    columns = ["id", "target_code", "person_id", "role", "valid_to", "end_reason"]
    return sorted(desk.workspace.read("post", columns, geometry=False).records(), key=str)


@pytest.mark.daily(1)
@in_both
def test_posts_of_a_grid_that_lost_its_ground_before_go_where_it_is_merged_into(painting):
    """Nothing of its ground is stored: the merge itself says who takes it."""
    desk, scheme = painting
    first, second = (scheme.assignment.number(text) for text in (FIRST, SECOND))
    post = {"id": "1", "target": "responsibility_grid", "target_code": FIRST, "scheme": "cg", "role": "grid_leader"}
    with desk.workspace.transaction("李工", "test") as transaction:
        transaction.insert("post", Rows.from_records([post]))
    paint(scheme, second, *range(1, 9))
    assert desk.save()
    paint(scheme, first, 1)
    scheme.refresh()
    move = scheme.assignment.move(scheme.assignment.members(first), second)
    scheme.write(move, "merge_grids", ended=[first])
    paint(scheme, NOBODY, 16)
    assert desk.save()
    assert FIRST not in rows_of(desk.workspace, "responsibility_grid")
    assert rows_of(desk.workspace, "post", "id")["1"]["target_code"] == SECOND


def test_a_grid_that_lost_all_its_unit_grids_to_the_brush_stays(painting):
    desk, scheme = painting
    paint(scheme, scheme.assignment.number(SECOND), *range(1, 9))
    assert desk.save()
    assert rows_of(desk.workspace, "responsibility_grid")[FIRST]["unit_count"] == 0


def test_erased_unit_grids_are_in_no_grid(painting):
    desk, scheme = painting
    paint(scheme, NOBODY, 1, 2, kind="erase")
    assert desk.save()
    assert rows_of(desk.workspace, "unit_grid")[code(1)]["rg_cg"] is None
    assert rows_of(desk.workspace, "responsibility_grid")[FIRST]["unit_count"] == 6


def test_unit_grids_of_another_community_are_not_painted(painting):
    _, scheme = painting
    move = scheme.assignment.move(units(scheme, 1, 5, area=1), scheme.assignment.number(FIRST))
    assert not move
    assert move.across == 2
    with pytest.raises(InputError) as refused:
        scheme.write(move)
    assert refused.value.code == "paint_nothing"


def test_a_stroke_on_what_a_form_changed_meanwhile_is_refused_and_then_known(painting):
    desk, scheme = painting
    move = scheme.assignment.move(units(scheme, 1), scheme.assignment.number(SECOND))
    desk.set(code(1), rg_cg="")
    with pytest.raises(InputError) as refused:
        scheme.write(move)
    assert refused.value.code == "editing_cells_changed_meanwhile"
    scheme.refresh()
    assert scheme.assignment.grid_of[move.units[0]] == NOBODY


def test_a_unit_grid_that_was_split_meanwhile_is_painted_in_both_parts(painting):
    desk, scheme = painting
    desk.split(1, [(0.5, -0.2), (0.5, 1.2)])
    assert scheme.refresh()
    assert len(scheme.rows.code) == 33
    paint(scheme, scheme.assignment.number(SECOND), 1, 17)
    assert desk.save()
    assert rows_of(desk.workspace, "responsibility_grid")[SECOND]["unit_count"] == 10


def test_figures_of_the_stored_unit_grids_are_taken_over(painting):
    _, scheme = painting
    scheme.give_loads({"cases": {code(1): 3.0, code(2): 4.0}})
    scheme.refresh()
    loads = scheme.assignment.units.loads
    assert loads["cases"][units(scheme, 1, 2)].tolist() == [3, 4]
    assert np.isnan(loads["cases"][units(scheme, 3)[0]])
    assert loads["population"].sum() == 3200


def test_locks_stay_when_the_layer_is_read_anew(painting):
    desk, scheme = painting
    scheme.lock([scheme.assignment.number(FIRST)])
    desk.split(1, [(0.5, -0.2), (0.5, 1.2)])
    scheme.refresh()
    assert scheme.assignment.locked == {scheme.assignment.number(FIRST)}


def _over_both(town, rules):
    """Make one grid of the street office over both communities, under a rule."""
    set_scheme_rules(town, "cg", rules, "王示例")
    grids = town.read("responsibility_grid", ["code"], {"code": [SECOND]}, geometry=False)
    with town.transaction("王示例", "form") as transaction:
        transaction.update("responsibility_grid", Rows({"area_code": np.array(["990101001"])}, None, grids.fid))


@pytest.mark.parametrize(("within", "across"), [("community", 1), ("street_office", 0)])
def test_the_rule_of_the_scheme_says_how_far_painting_goes(town, open_desk, within, across):
    _over_both(town, SchemeRules(within=within))
    scheme = PaintedScheme(open_desk(town).editor, "cg")
    try:
        move = scheme.assignment.move(units(scheme, 1, area=1), scheme.assignment.number(SECOND))
        assert (move.across, len(move.units)) == (across, 1 - across)
        fresh = scheme.new_grid(units(scheme, 1)[0])
        assert scheme.assignment.grids[fresh].area_code == (AREAS[0] if within == "community" else "990101001")
    finally:
        scheme.close()


@pytest.mark.parametrize("contiguous", [True, False])
def test_pieces_are_left_to_do_where_the_rule_asks_for_one_piece(town, open_desk, contiguous):
    set_scheme_rules(town, "cg", SchemeRules(contiguous=contiguous), "王示例")
    scheme = PaintedScheme(open_desk(town).editor, "cg")
    try:
        paint(scheme, scheme.assignment.number(FIRST), 16)
        assert len(open_pieces(scheme.assignment)) == int(contiguous)
    finally:
        scheme.close()


def test_what_a_colleague_painted_is_taken_in_cell_by_cell(painting, town, monkeypatch):
    """The other unit grids are not read again; a cell that was painted here keeps that."""
    desk, scheme = painting
    paint(scheme, scheme.assignment.number(SECOND), 1)
    cells = town.read("unit_grid", None, {"code": [code(1), code(2)]}, geometry=False)
    told = cells.with_columns(rg_cg=np.array([FIRST, SECOND], dtype=object))
    monkeypatch.setattr(scheme, "_read", lambda: pytest.fail("everything is read again"))
    desk.editor.learn(["unit_grid"], told)
    assert scheme.refresh()
    held = [scheme.assignment.grids[at].code for at in scheme.assignment.grid_of[units(scheme, 1, 2)]]
    assert held == [SECOND, SECOND]
    monkeypatch.undo()
    desk.editor.learn(["unit_grid"], None)
    assert scheme.refresh(), "nobody knows what was written"
    held = [scheme.assignment.grids[at].code for at in scheme.assignment.grid_of[units(scheme, 1, 2)]]
    assert held == [SECOND, FIRST], "as it is stored"
