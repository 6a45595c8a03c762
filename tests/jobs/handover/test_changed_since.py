"""What the hand-over after an accepted one says has changed: rulings, supervisors, operators, contracts, people."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.ownership import open_case, rule
from tests.jobs.handover.exports import export, features_of, table_of

PART, PROFILE = "9901010102000001", {"receiver": "示例平台"}


@pytest.fixture
def accepted(workspace_in_both, folder):
    """Return the workspace whose first release the receiver has accepted."""
    export(workspace_in_both, folder, profile=PROFILE)
    release = workspace_in_both.read("release", geometry=False)
    with workspace_in_both.transaction("", "test") as transaction:
        transaction.update("release", Rows({"state": as_column(["accepted"])}, None, release.fid))
    return workspace_in_both


def changes_of(report):
    """Return what is told: (layer, code) → change, values before and after."""
    assert report.base == "r0001"
    return {
        (row["layer"], row["code"]): (
            row["change"],
            *(json.loads(row[side] or "null") for side in ("before", "after")),
        )
        for row in table_of(report, "changes")
    }


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_ruling_goes_out_with_the_next_hand_over_and_an_open_case_does_not(accepted, folder):
    open_case(accepted, PART, claims=["D01", "D02"], interim="D01", author="王示例")
    second = export(accepted, folder, profile=PROFILE)
    assert (changes_of(second), table_of(second, "ownership_rulings")) == ({}, [])
    rule(
        accepted,
        PART,
        "D03",
        ruling="会议议定",
        document_no="权字〔2026〕3号",
        ruled_on="2026-03-01",
        author="王示例",
    )
    third = export(accepted, folder, profile=PROFILE)
    ((key, (change, before, after)),) = changes_of(third).items()
    assert (key[0], change, before) == ("ownership_rulings", "added", None)
    assert (after["component_code"], after["owner_code"], after["document_no"]) == (PART, "D03", "权字〔2026〕3号")
    assert third.changes == {"ownership_rulings": {"added": 1}}
    (row,) = table_of(third, "ownership_rulings")
    assert (row["component_code"], row["owner_code"], row["ruled_on"]) == (PART, "D03", "2026-03-01")


@pytest.mark.proof
def test_supervisor_and_operator_go_out_apart_with_the_period_of_the_contract(accepted, folder):
    grids = accepted.read("responsibility_grid", where={"scheme": "cg"})
    code, terms = grids["code"][0], ("D02", "D03", "环卫2026-7", "2026-01-01", "2026-12-31")
    names = ("supervisor_code", "operator_code", "contract_no", "contract_from", "contract_to")
    with accepted.transaction("王示例", "edit_rows") as transaction:
        columns = {name: as_column([value]) for name, value in zip(names, terms)}
        transaction.update("responsibility_grid", Rows(columns, None, grids.fid[:1]))
    second = export(accepted, folder, profile=PROFILE, formats=("shp", "geojson"))
    told = {key: values for key, values in changes_of(second).items() if key[0] == "responsibility_grid"}
    assert set(told) == {("responsibility_grid", code)}
    rows = [json.loads(row["after"]) for row in table_of(second, "changes") if row["code"] == code]
    merged = {name: value for row in rows for name, value in row.items()}
    short = ("SuperCode", "OperCode", "ContractNo", "ContrFrom", "ContrTo")
    assert tuple(merged[name] for name in short) == terms
    for suffix in ("shp", "geojson"):
        found = features_of(second.manifest.parent / f"responsibility_grid.{suffix}")
        (mine,) = [one["properties"] for one in found if one["properties"]["RGCode"] == code]
        assert tuple(str(mine[name]) for name in short) == terms


def test_who_came_who_went_and_a_new_duty_rule_are_told_row_by_row(accepted, folder):
    posts = accepted.read("post", where={"id": "P101"}, geometry=False)
    with accepted.transaction("王示例", "edit_rows") as transaction:
        transaction.update("post", Rows({"person_id": as_column(["R003"])}, None, posts.fid))
        rule_ = {"id": "9", "class_kind": "event", "class_prefix": "0201", "department_code": "D03", "state": "明确"}
        transaction.insert("duty_rule", Rows.from_records([rule_]))
        transaction.insert("department", Rows.from_records([{"code": "D04", "name": "示例供水公司"}]))
    told = {key: value[0] for key, value in changes_of(export(accepted, folder, profile=PROFILE)).items()}
    assert told[("posts", "P101")] == "changed"
    assert told[("duty_rules", "9")] == "added"
    assert told[("departments", "D04")] == "added"
    assert told[("persons", "R002")] == "removed", "nobody holds a post there any more"


@pytest.mark.proof
def test_a_lane_that_gets_another_chief_is_told_with_both(accepted, folder):
    with accepted.transaction("王工", "test") as transaction:
        posts = accepted.read("post", where={"role": "lane_chief"}, geometry=False)
        assert posts["person_id"].tolist() == ["R002"]
        transaction.update("post", Rows({"person_id": as_column(["R001"])}, None, posts.fid))
    told = changes_of(export(accepted, folder, profile=PROFILE))
    chiefs = {value[0]: value for key, value in told.items() if key[0] == "lane_chiefs"}
    assert chiefs["removed"][1]["person_id"] == "R002"
    assert chiefs["added"][2]["person_id"] == "R001"
