"""A release comes back as a plan over the unit grids of today; what is in force stays until the plan is adopted."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.handover.restore_release import restore_release
from gridmgmt_plugin.jobs.responsibility.lane_schemes import drop_lanes
from gridmgmt_plugin.jobs.responsibility.scheme_acts import adopt_alternative, create_scheme
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, OFFICE, X0, Y0, dump, group_rows

FIRST, SECOND = f"{COMMUNITIES[0]}001", f"{COMMUNITIES[0]}002"
NEW, UNCLEAR = f"{COMMUNITIES[0]}009", f"{COMMUNITIES[0]}005"


def _assigned(workspace, column):
    rows = Workspace.open(workspace.location).read("unit_grid", ["code", column], geometry=False)
    return dict(zip(rows["code"].tolist(), rows[column].tolist()))


@pytest.fixture
def divided_anew(workspace_in_both, folder):
    """Return a workspace with a release, whose first community was then put into one grid, and the state before."""
    workspace = workspace_in_both
    export(workspace, folder)
    before = _assigned(workspace, "rg_cg")
    units = workspace.read("unit_grid")
    anew = [SECOND if code == FIRST else code for code in units["rg_cg"]]
    units = units.with_columns(rg_cg=anew)
    grids = workspace.read("responsibility_grid")
    with workspace.transaction("", "x") as transaction:
        transaction.update(
            "unit_grid", Rows({name: units[name] for name in ("rg_cg", "row_version")}, None, units.fid)
        )
        transaction.clear("responsibility_grid")
        transaction.insert("responsibility_grid", group_rows(units))
    assert len(grids) == len(workspace.read("responsibility_grid")) + 1
    return workspace, before


@pytest.mark.daily(1)
def test_the_division_of_a_release_comes_back_as_a_plan_and_can_be_adopted(divided_anew):
    workspace, before = divided_anew
    today = _assigned(workspace, "rg_cg")
    report = restore_release(workspace, "r0001", author="王")
    key = report.figures["scheme"]
    assert _assigned(workspace, f"rg_{key}") == before
    assert _assigned(workspace, "rg_cg") == today, "what is in force stays"
    grids = Workspace.open(workspace.location).read("responsibility_grid", where={"scheme": key})
    assert set(grids["name"]) == {"责任网格001", "责任网格002"}
    found = validate_workspace(Workspace.open(workspace.location), scheme=key)
    assert not found.result.of("responsibility_outline_differs", "unit_unassigned")
    adopt_alternative(Workspace.open(workspace.location), key, author="王")
    assert _assigned(workspace, "rg_cg") == before


@pytest.mark.proof
def test_restoring_can_be_taken_back_and_is_not_done_twice(divided_anew):
    workspace, _ = divided_anew
    restore_release(workspace, "r0001")
    with pytest.raises(InputError) as caught:
        restore_release(Workspace.open(workspace.location), "r0001")
    assert caught.value.code == "release_restored_already"
    take_back_last(Workspace.open(workspace.location), "王")
    assert "cg_1" not in Workspace.open(workspace.location).read("scheme")["key"].tolist()


@pytest.mark.proof
def test_unit_grids_that_were_split_since_are_in_the_grid_of_what_they_came_from(workspace, folder):
    export(workspace, folder)
    with workspace.transaction("", "x") as transaction:
        units = workspace.read("unit_grid", ["code", "prior_code", "row_version"], geometry=False)
        codes = [{FIRST: NEW, UNCLEAR: f"{COMMUNITIES[0]}010"}.get(code, code) for code in units["code"]]
        priors = [FIRST if code == NEW else prior for code, prior in zip(codes, units["prior_code"])]
        transaction.update("unit_grid", units.with_columns(code=codes, prior_code=priors))
    report = restore_release(workspace, "r0001")
    assigned = _assigned(workspace, f"rg_{report.figures['scheme']}")
    assert assigned[NEW] == f"{COMMUNITIES[0]}001"
    assert assigned[f"{COMMUNITIES[0]}010"] is None
    assert "release_units_loose" in [note.code for note in report.notes]


def _change_lanes(workspace, update, new=None):
    """Write into rows of lanes, by code, and add one."""
    lanes = workspace.read("lane")
    with workspace.transaction("", "x") as transaction:
        columns = {
            name: [update.get(code, {}).get(name, old) for code, old in zip(lanes["code"], lanes[name])]
            for name in ("state", "prior_code")
        }
        transaction.update("lane", Rows({n: as_column(c) for n, c in columns.items()}, None, lanes.fid))
        if new is not None:
            shape = as_column([shapely.multilinestrings([[(X0 + 600, Y0 + 100), (X0 + 800, Y0 + 100)]])])
            transaction.insert("lane", Rows.from_records([{"state": "在用", "street_code": OFFICE, **new}], shape))


def _bodies(workspace, scheme):
    grids = Workspace.open(workspace.location).read("responsibility_grid", where={"scheme": scheme})
    assert all(shape is not None and shape.area > 0 for shape in grids.shapes)
    return {row["code"]: (row["name"], row["supervisor_code"], row["operator_code"]) for row in grids.records()}


def test_a_release_over_lanes_comes_back_as_a_plan_over_the_lanes_of_today(workspace_in_both, folder):
    workspace = workspace_in_both
    one, two, part, fresh = (f"{OFFICE}000{number}" for number in (1, 2, 3, 4))
    create_scheme(workspace, "dl", "道路保洁", base="lane")
    grids = workspace.read("responsibility_grid", where={"scheme": "dl"})
    with workspace.transaction("", "x") as transaction:
        bodies = {"supervisor_code": as_column(["D01", "D02"]), "operator_code": as_column(["D02", None])}
        transaction.update("responsibility_grid", Rows(bodies, None, grids.fid))
    before = _bodies(workspace, "dl")
    assert before[one][1:] == ("D01", "D02")
    export(workspace, folder, scheme="dl")
    drop_lanes(workspace, "dl", [one])
    _change_lanes(workspace, {two: {"state": "撤销"}}, {"code": part, "name": "柳荫胡同东段", "prior_code": one})
    _change_lanes(workspace, {}, {"code": fresh, "name": "新巷"})
    today = _bodies(workspace, "dl")
    report = restore_release(Workspace.open(workspace.location), "r0001", author="王")
    key = report.figures["scheme"]
    assert _bodies(workspace, key) == {one: before[one], part: ("柳荫胡同东段", "D01", "D02")}
    assert [report.figures[name] for name in ("grids", "units", "loose", "gone")] == [2, 2, 1, 1]
    told = {note.code: note.details.get("codes") for note in report.notes}
    assert (str(told["release_lanes_loose"]), str(told["release_lanes_gone"])) == (fresh, two)
    assert _bodies(workspace, "dl") == today, "what is in force stays"
    adopt_alternative(Workspace.open(workspace.location), key, author="王")
    assert _bodies(workspace, "dl") == {one: before[one], part: ("柳荫胡同东段", "D01", "D02")}
    for _ in range(2):
        take_back_last(Workspace.open(workspace.location), "王")
    assert _bodies(workspace, "dl") == today
    assert key not in Workspace.open(workspace.location).read("scheme")["key"].tolist()


@pytest.mark.parametrize(("supervisors", "is_clear"), [(["D01", "D01"], True), (["D01", "D02"], False)])
def test_a_lane_merged_since_is_a_grid_where_both_were_under_the_same_bodies(
    workspace, folder, supervisors, is_clear
):
    one, two, merged = (f"{OFFICE}000{number}" for number in (1, 2, 3))
    create_scheme(workspace, "dl", "道路保洁", base="lane")
    grids = workspace.read("responsibility_grid", where={"scheme": "dl"})
    with workspace.transaction("", "x") as transaction:
        transaction.update("responsibility_grid", Rows({"supervisor_code": as_column(supervisors)}, None, grids.fid))
    export(workspace, folder, scheme="dl")
    gone = {one: {"state": "撤销"}, two: {"state": "撤销"}}
    _change_lanes(workspace, gone, {"code": merged, "name": "柳荫石桥巷"})
    with workspace.transaction("", "x") as transaction:
        pairs = [{"kind": "lane", "old_code": old, "new_code": merged} for old in (one, two)]
        transaction.insert("code_map", Rows.from_records(pairs))
    report = restore_release(workspace, "r0001")
    found = _bodies(workspace, report.figures["scheme"])
    assert found == ({merged: ("柳荫石桥巷", "D01", None)} if is_clear else {})
    assert report.figures["loose"] == (0 if is_clear else 1)


def test_a_release_that_is_not_there_or_holds_nothing_is_told_and_nothing_is_written(workspace):
    with workspace.transaction("", "x") as transaction:
        given_up = {"number": "r0001", "scheme": "cg", "state": "draft"}
        transaction.insert("release", Rows.from_records([given_up]))
    before = dump(workspace)
    for number, code in (("r0002", "release_unknown"), ("r0001", "release_without_content")):
        with pytest.raises(InputError) as caught:
            restore_release(workspace, number)
        assert caught.value.code == code
    assert dump(workspace) == before
