"""A release is accepted, rejected, put in force; the next package says what changed since what its receiver has."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export, table_of
from tests.jobs.package_workspace import dump, make_workspace

PROFILE = {"receiver": "示例平台"}
SAID = Particulars(date(2026, 3, 5), "示城管〔2026〕3号", "公文", "全部通过")


def _states(workspace):
    rows = Workspace.open(workspace.location).read("release", geometry=False)
    return dict(zip(rows["number"].tolist(), rows["state"].tolist()))


def _rename_lane(workspace, name):
    with workspace.transaction("王", "rename") as transaction:
        rows = workspace.read("lane", ["name", "row_version"], {"name": "柳荫胡同"}, geometry=False)
        transaction.update("lane", rows.with_columns(name=[name]))


@pytest.fixture
def handed_over(workspace_in_both, folder):
    """Return a workspace, in a file and in a database, with a first release that waits for its answer."""
    export(workspace_in_both, folder, profile=PROFILE)
    return workspace_in_both


def test_a_release_that_comes_into_force_before_its_day_is_told_with_both_days(tmp_path, folder):
    workspace, ahead = make_workspace(tmp_path / "库.gpkg"), (date.today() + timedelta(days=60)).isoformat()
    export(workspace, folder, profile=PROFILE, effective_from=ahead)
    act_on_release(workspace, "r0001", "accept", author="王")
    report = act_on_release(workspace, "r0001", "put_in_force", author="王")
    text = report.notes[-1].text("zh")
    assert [day for day in (ahead, date.today().isoformat(), "前置库") if day not in text] == []


@pytest.mark.daily(1)
def test_over_a_whole_life_each_release_says_only_what_changed_since_what_the_receiver_has(handed_over, folder):
    workspace = handed_over
    act_on_release(workspace, "r0001", "accept", SAID, author="王")
    act_on_release(workspace, "r0001", "put_in_force", author="王")
    _rename_lane(workspace, "柳荫大街")
    second = export(workspace, folder, profile=PROFILE)
    assert second.base == "r0001"
    assert {row["layer"] for row in table_of(second, "changes")} == {"lane", "lane_chiefs"}, "and nothing else"
    act_on_release(workspace, "r0002", "reject", Particulars(note="街巷名称有误"), author="王")
    third = export(workspace, folder, profile=PROFILE)
    assert third.base == "r0001", "a rejected release is nobody's base"
    act_on_release(workspace, "r0003", "accept", author="王")
    report = act_on_release(workspace, "r0003", "put_in_force", author="王")
    assert _states(workspace) == {"r0001": "superseded", "r0002": "rejected", "r0003": "in_force"}
    assert [note.code for note in report.notes] == ["release_moved", "release_superseded"]
    fourth = export(workspace, folder, profile=PROFILE)
    assert fourth.base == "r0003"
    assert table_of(fourth, "changes") == []
    assert json.loads(fourth.manifest.read_text(encoding="utf-8"))["base_state"] == "in_force"


def test_an_act_is_noted_with_who_when_by_which_means_and_classification(handed_over):
    act_on_release(handed_over, "r0001", "accept", SAID, author="王示例")
    log = handed_over.read("handover_log").records()
    assert [row["act"] for row in log] == ["hand_over", "accept"]
    noted = log[1]
    assert str(noted["handed_at"])[:10] == "2026-03-05"
    assert (noted["release_number"], noted["receiver"], noted["means"]) == ("r0001", "示例平台", "公文")
    assert (noted["document_no"], noted["note"]) == ("示城管〔2026〕3号", "全部通过")
    assert noted["classification"] == handed_over.info.classification
    (line,) = handed_over.read("change_log", where={"table_name": "release", "gesture": "accept_release"}).records()
    assert json.loads(line["before"])["state"] == "handed_over"
    assert json.loads(line["after"])["state"] == "accepted"
    (release,) = handed_over.read("release").records()
    assert (str(release["receipt_at"])[:10], release["receipt_note"]) == ("2026-03-05", "全部通过")


def test_each_act_can_be_taken_back(handed_over, folder):
    workspace = handed_over
    act_on_release(workspace, "r0001", "accept")
    act_on_release(workspace, "r0001", "put_in_force")
    export(workspace, folder, profile=PROFILE)
    act_on_release(workspace, "r0002", "accept")
    act_on_release(workspace, "r0002", "put_in_force")
    seen = [_states(workspace)]
    for _ in range(2):
        take_back_last(workspace, "王")
        seen.append(_states(workspace))
    assert seen == [
        {"r0001": "superseded", "r0002": "in_force"},
        {"r0001": "in_force", "r0002": "accepted"},
        {"r0001": "in_force", "r0002": "handed_over"},
    ]
    assert workspace.read("handover_log")["act"].tolist() == ["hand_over", "accept", "put_in_force", "hand_over"]


@pytest.mark.proof
def test_an_answer_that_was_wrong_is_withdrawn_and_leaves_no_trace_in_the_release(handed_over):
    act_on_release(handed_over, "r0001", "reject", Particulars(note="格式不符"))
    act_on_release(handed_over, "r0001", "reopen")
    (release,) = handed_over.read("release").records()
    assert (release["state"], release["receipt_at"], release["receipt_note"]) == ("handed_over", None, None)
    assert handed_over.read("handover_log")["act"].tolist() == ["hand_over", "reject", "reopen"]


def test_of_two_at_once_the_second_is_told_and_changes_nothing(handed_over):
    other = Workspace.open(handed_over.location)
    act_on_release(handed_over, "r0001", "accept", author="王")
    with pytest.raises(InputError) as caught:
        act_on_release(other, "r0001", "reject", Particulars(note="缺街巷"), author="李")
    assert caught.value.code == "release_not_waiting"
    assert _states(other) == {"r0001": "accepted"}
    with handed_over.transaction("王", "x") as transaction:
        transaction.hold("release")
        with pytest.raises(WorkspaceError) as caught:
            act_on_release(other, "r0001", "put_in_force", author="李")
        assert caught.value.code in ("workspace_locked", "workspace_table_held"), "a file does not know who"


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("number", "act", "said", "code"),
    [
        ("r0009", "accept", Particulars(), "release_unknown"),
        ("r0001", "put_in_force", Particulars(), "release_not_accepted"),
        ("r0001", "reject", Particulars(note="  "), "release_reason_missing"),
        ("r0001", "accept", Particulars("昨儿"), "day_unclear"),
        ("r0001", "accept", Particulars("2026-03-01"), "release_day_before"),
        ("r0001", "accept", Particulars(date.today() + timedelta(days=400)), "release_day_ahead"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_the_reason_and_nothing_is_written(
    folder, tmp_path, number, act, said, code
):
    workspace = make_workspace(tmp_path / "库.gpkg")
    export(workspace, folder, profile=PROFILE)
    before = dump(workspace)
    with pytest.raises(InputError) as caught:
        act_on_release(workspace, number, act, said)
    assert caught.value.code == code
    assert dump(workspace) == before
