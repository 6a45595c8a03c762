"""权属认定: what is disputed and how old it is, a case, a ruling that changes the answer, the log, taking it back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.ownership import open_case, read_desk, rule
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.people.duty_district import duty_workspace
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture

LOST, OWNERLESS, CLEAR = "9901010102000009", "9901010103000007", "9901010103000001"


@pytest.fixture
def workspace(either_place):  # noqa: F811
    made = duty_workspace(either_place)
    columns = {
        "code": [LOST, OWNERLESS],
        "class_code": ["0102", "0103"],
        "owner_state": ["争议", "无主"],
        "department_code": ["D1", None],
        "owner_code": ["D1", None],
        "surveyed_on": ["2026-01-01", None],
    }
    rows = Rows({name: as_column(v) for name, v in columns.items()}, shapely.points([20.0, 30.0], [20.0, 20.0]))
    with made.transaction("测试", "import_components") as transaction:
        transaction.insert("component", rows)
    return made


def _part(workspace, code=LOST):
    (row,) = workspace.read("component", where={"code": code}, geometry=False).records()
    return row


def _answer(workspace, code=LOST):
    (one,) = ask_place(workspace, Where(table="component", code=code)).classes
    return one.department_code, one.status, one.rule


def test_the_desk_lists_what_is_unsettled_the_oldest_first(workspace):
    desk = read_desk(workspace, date(2026, 1, 31))
    assert [(d.component, d.state, d.department, d.age_days) for d in desk.disputes] == [
        (LOST, "争议", "城管局（示例）", 30),
        (OWNERLESS, "无主", "", -1),
    ]
    assert (desk.disputes[0].x, desk.disputes[0].y) == (20.0, 20.0)
    assert ("D2", "水务局（示例）") in desk.departments


def test_a_case_names_claims_and_who_acts_meanwhile(workspace):
    assert _answer(workspace) == ("D1", "disputed", "owner")
    open_case(
        workspace, LOST, claims=["城管局（示例）", "水务局（示例）"], interim="水务局（示例）", opened_on="2026-1-5"
    )
    assert _answer(workspace) == ("D2", "disputed", "interim")
    (dispute, _) = read_desk(workspace, date(2026, 1, 31)).disputes
    assert (dispute.since, dispute.age_days, dispute.interim_code) == ("2026-01-05", 26, "D2")
    assert dispute.claims == "城管局（示例）；水务局（示例）"
    assert dispute.case


def test_opening_again_goes_on_with_the_same_case(workspace):
    open_case(workspace, LOST, claims=["甲"])
    assert _part(workspace)["owner_state"] == "待认定"
    open_case(workspace, LOST, claims=["甲", "乙"])
    assert workspace.count("ownership_ruling") == 1
    assert _part(workspace)["owner_state"] == "争议"


def test_the_ruling_writes_owner_and_basis_and_changes_the_answer(workspace):
    open_case(workspace, LOST, claims=["D1", "D2"], interim="D1")
    rule(
        workspace,
        LOST,
        "水务局（示例）",
        ruling="会议议定",
        document_no="权字〔2026〕3号",
        ruled_on="2026-02-01",
        author="王示例",
    )
    part = _part(workspace)
    assert (part["owner_code"], part["owner_state"], part["owner_basis"], part["interim_code"]) == (
        "D2",
        "明确",
        "权字〔2026〕3号 会议议定",
        None,
    )
    assert _answer(workspace) == ("D2", "clear", "owner")
    (ruled,) = workspace.read("ownership_ruling", geometry=False).records()
    assert (ruled["owner_code"], ruled["document_no"], str(ruled["ruled_on"])) == (
        "D2",
        "权字〔2026〕3号",
        "2026-02-01",
    )
    assert LOST not in [dispute.component for dispute in read_desk(workspace).disputes]
    log = workspace.read("change_log", geometry=False).records()
    assert {"component", "ownership_ruling"} <= {line["table_name"] for line in log if line["changed_by"] == "王示例"}


def test_a_ruling_without_a_case_leaves_a_record_too(workspace):
    rule(workspace, OWNERLESS, "D1", document_no="权字〔2026〕4号")
    (ruled,) = workspace.read("ownership_ruling", geometry=False).records()
    assert (ruled["component_code"], ruled["owner_code"]) == (OWNERLESS, "D1")


def test_a_ruling_can_be_taken_back(workspace):
    before = {k: v for k, v in _part(workspace).items() if k != "row_version"}
    rule(workspace, LOST, "D2", document_no="权字〔2026〕3号", author="王示例")
    take_back_last(workspace, "王示例")
    assert {k: v for k, v in _part(workspace).items() if k != "row_version"} == before
    assert workspace.count("ownership_ruling") == 0


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda w: rule(w, LOST, "D2"), "ruling_without_basis"),
        (lambda w: rule(w, LOST, "没有的局", document_no="x"), "department_not_known"),
        (lambda w: rule(w, "没有", "D2", document_no="x"), "place_not_on_map"),
        (lambda w: open_case(w, LOST, interim="没有的局"), "department_not_known"),
        (lambda w: open_case(w, LOST, opened_on="某日"), "day_unclear"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(workspace, deed, code):
    before = _part(workspace)
    with pytest.raises(InputError) as caught:
        deed(workspace)
    assert caught.value.code == code
    assert _part(workspace) == before
    assert workspace.count("ownership_ruling") == 0


def test_a_component_without_a_place_is_listed_all_the_same(workspace):
    with workspace.transaction("测试", "x") as transaction:
        transaction.insert("component", Rows({"code": as_column(["无处"]), "owner_state": as_column(["待认定"])}))
    placeless = next(d for d in read_desk(workspace).disputes if d.component == "无处")
    assert np.isnan(placeless.x)
