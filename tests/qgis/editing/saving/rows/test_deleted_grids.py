"""A responsibility grid with unit grids is deleted: the planner is asked where these go; all of it is one step."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from tests.qgis.editing.saving.town import AREAS, box, code, in_both, log_of, refused, rows_of

GRID, ABOVE, BESIDE = f"{AREAS[0]}001", f"{AREAS[0]}002", f"{AREAS[1]}001"
TABLES = ("unit_grid", "responsibility_grid", "post", "exemption", "code_register")


def posts(town, *entries):
    with town.transaction("", "test") as transaction:
        transaction.insert(
            "post", Rows.from_records([{"target": "responsibility_grid", "scheme": "cg", **e} for e in entries])
        )


def state(town):
    """Return all that a deleted grid could touch, without versions and row numbers."""
    found = {}
    for table in TABLES:
        rows = town.read(table)
        shapes = [None] * len(rows) if rows.geometry is None else shapely.to_wkb(rows.geometry, hex=True).tolist()
        records = [{**r, "shape": s, "row_version": None} for r, s in zip(rows.records(), shapes)]
        found[table] = sorted(map(str, records))
    return found


def delete(desk, *codes):
    for one in codes:
        desk.layer.deleteFeature(desk.feature(one).id())


@pytest.mark.daily(1)
@in_both
def test_the_refusal_names_the_grids_beside_it_by_their_common_border(town, open_desk):
    posts(town, {"id": "岗1", "target_code": GRID, "role": "inspector"})
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    refusal = refused(desk)
    assert refusal.code == "save_grid_homeless"
    (homeless,) = refusal.homeless
    assert (homeless.code, homeless.units, homeless.posts) == (GRID, 8, 1)
    assert [(target.code, target.border_m) for target in homeless.targets] == [(ABOVE, 400.0), (BESIDE, 200.0)]


@in_both
def test_unit_grids_and_posts_go_to_the_grid_that_was_chosen_and_one_step_takes_it_back(town, open_desk):
    posts(
        town,
        {"id": "岗1", "target_code": GRID, "role": "inspector"},
        {"id": "岗2", "target_code": GRID, "role": "inspector", "valid_to": "2020-01-01"},
    )
    before = state(town)
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert refused(desk).homeless
    assert desk.guard.save_with_homes({("cg", GRID): ABOVE})
    units = rows_of(town, "unit_grid")
    assert {units[code(number)]["rg_cg"] for number in range(1, 17)} == {ABOVE}
    assert units[code(1)]["row_version"] == 2
    grids = rows_of(town, "responsibility_grid")
    assert GRID not in grids
    assert grids[ABOVE]["geometry"].equals(shapely.multipolygons([box(0, 0, 4, 4)]))
    assert (grids[ABOVE]["unit_count"], grids[ABOVE]["area_m2"]) == (16, 160_000)
    found = rows_of(town, "post", "id")
    assert (found["岗1"]["target_code"], found["岗2"]["target_code"]) == (ABOVE, GRID)
    assert "grid_units_went" in [note.code for note in desk.reports[-1].notes]
    assert {"unit_grid", "post", "responsibility_grid"} <= set(desk.reports[-1].tables_changed)
    logged = {(line["table_name"], line["row_key"]) for line in log_of(town)}
    assert {("unit_grid", code(1)), ("post", "岗1"), ("responsibility_grid", f"cg|{GRID}")} <= logged
    assert last_save(town).table == "responsibility_grid"
    take_back_last(town, "王工")
    assert state(town) == before
    assert last_save(town) is None


@in_both
def test_unit_grids_may_go_to_no_grid(town, open_desk):
    before = state(town)
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert desk.guard.save_with_homes({("cg", GRID): None})
    assert rows_of(town, "unit_grid")[code(1)]["rg_cg"] is None
    take_back_last(town, "王工")
    assert state(town) == before


def test_posts_of_a_grid_whose_cells_get_none_hinder(town, open_desk):
    posts(town, {"id": "岗1", "target_code": GRID, "role": "inspector"})
    before = state(town)
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert not desk.guard.save_with_homes({("cg", GRID): None})
    assert desk.refusals[-1].code == "save_row_in_use"
    assert state(town) == before


@pytest.mark.parametrize("target", [GRID, f"{AREAS[1]}002", "没有"])
def test_only_a_grid_beside_it_can_be_chosen(town, open_desk, target):
    before = state(town)
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert not desk.guard.save_with_homes({("cg", GRID): target})
    assert desk.refusals[-1].code == "save_grid_homeless"
    assert state(town) == before


def test_two_grids_go_at_once_and_never_to_each_other(town, open_desk):
    before = state(town)
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID, ABOVE)
    refusal = refused(desk)
    assert [[target.code for target in grid.targets] for grid in refusal.homeless] == [[BESIDE], [f"{AREAS[1]}002"]]
    assert desk.guard.save_with_homes({("cg", GRID): BESIDE, ("cg", ABOVE): None})
    grids = rows_of(town, "responsibility_grid")
    assert set(grids) == {BESIDE, f"{AREAS[1]}002"}
    assert grids[BESIDE]["unit_count"] == 16
    take_back_last(town, "王工")
    assert state(town) == before


def test_grids_of_another_area_are_not_offered(town, open_desk):
    rows = town.read("responsibility_grid")
    with town.transaction("", "test") as transaction:
        areas = [str(value)[:12] for value in rows["code"]]
        transaction.update("responsibility_grid", Rows({}, None, rows.fids).with_columns(area_code=areas))
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert [target.code for target in refused(desk).homeless[0].targets] == [ABOVE]


def test_a_choice_holds_for_one_save(town, open_desk):
    desk = open_desk(town, "responsibility_grid")
    delete(desk, GRID)
    assert not desk.guard.save_with_homes({})
    assert not desk.guard.save_with_homes({("cg", ABOVE): None})
    desk.guard.sweep()
    assert refused(desk).code == "save_grid_homeless"
