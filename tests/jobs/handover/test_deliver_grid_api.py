"""Grids sent to an interface that keeps numbers of its own: they are kept, and whom it does not know is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.release.http_answer import Answer
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.http.sending import Patience
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.handover.deliver_http import deliver_http
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.receivers.receiver_profiles import chosen_profile
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export
from tests.jobs.handover.test_deliver_http import AT_ONCE, HOST
from tests.jobs.package_workspace import COMMUNITIES

RECEIVER = "企业微信"
FIRST, SECOND = f"{COMMUNITIES[0]}001", f"{COMMUNITIES[0]}002"


class GridInterface:
    """WeCom's: a new grid gets a number, one of a name that is there is refused. ``unknown``: users it has not."""

    def __init__(self, unknown=(), most=100, lost=(), busy=()) -> None:
        self.unknown, self.most, self.lost, self.busy, self.grids = set(unknown), most, list(lost), list(busy), {}

    def __call__(self, url, headers, body, look):
        content = json.loads(body)
        if self.busy:
            return self.busy.pop(0)
        if url.endswith("/list"):
            below = [(number, *place) for number, place in self.grids.items() if place[0] == content["grid_id"]]
            names = ("grid_id", "grid_parent_id", "grid_name")
            return Answer(200, json.dumps({"errcode": 0, "grid_list": [dict(zip(names, one)) for one in below]}))
        users = [*content["grid_admin"], *content["grid_member"]]
        said = {"errcode": 0, "errmsg": "ok", "invalid_userids": [one for one in users if one in self.unknown]}
        if url.endswith("/update"):
            known = content["grid_id"] in self.grids
            return Answer(200, json.dumps(said if known else {"errcode": 93009, "errmsg": "grid not exist"}))
        place = (content["grid_parent_id"], content["grid_name"])
        if place in self.grids.values() or len(self.grids) == self.most:
            return Answer(200, json.dumps({"errcode": 93004, "errmsg": "grid name existed"}))
        number = f"grid_{len(self.grids) + 1}"
        self.grids[number] = place
        if self.lost:
            return self.lost.pop(0)
        return Answer(200, json.dumps({**said, "grid_id": number}))


@pytest.fixture
def workspace(workspace_in_both):
    """Return a workspace in which the receiver told the numbers of communities and persons."""
    told = [("area", code, f"W{number}") for number, code in enumerate(COMMUNITIES)]
    rows = [{"receiver": RECEIVER, "kind": kind, "key": key, "external_key": theirs} for kind, key, theirs in told]
    posts = workspace_in_both.read("post", geometry=False)
    chosen = posts.fid[posts["target"] == "responsibility_grid"]
    with workspace_in_both.transaction("王示例", "test") as transaction:
        transaction.insert("external_code", Rows.from_records(rows))
        transaction.update("post", Rows({}, None, chosen).with_columns(role=["grid_leader"] * len(chosen)))
    return workspace_in_both


def released(workspace, folder, name):
    target = folder / name
    target.mkdir()
    return export(workspace, target, profile={**chosen_profile(workspace, "wecom", "zh_CN"), "receiver": RECEIVER})


def deliver(workspace, report, interface, tries=AT_ONCE):
    return deliver_http(
        workspace, package=str(report.package), target=HOST, transport=interface, patience=tries, author="王"
    )


def numbers(workspace):
    rows = workspace.read("external_code", where={"kind": "responsibility_grid"}, geometry=False)
    return dict(zip(rows["key"].tolist(), rows["external_key"].tolist()))


def texts(report):
    return "\n".join(note.text("zh") for note in report.notes)


def test_numbers_that_the_interface_gives_are_kept_and_the_next_release_updates_its_grids(workspace, folder):
    interface = GridInterface()
    report = deliver(workspace, released(workspace, folder, "一"), interface)
    assert numbers(workspace)[FIRST] == "grid_1"
    assert set(numbers(workspace).values()) == set(interface.grids)
    assert "4 个网格" in texts(report)
    second = released(workspace, folder, "二")
    asked = json.loads((second.manifest.parent / "wecom_grids.json").read_text("utf-8"))["requests"]
    assert {one["path"].rsplit("/", 1)[1] for one in asked} == {"update"}
    deliver(workspace, second, interface)
    assert len(interface.grids) == 4
    take_back_last(workspace, "王")
    assert not numbers(workspace)


def test_what_was_given_before_a_refusal_is_kept_too(workspace, folder):
    first, interface = released(workspace, folder, "一"), GridInterface(most=2)
    with pytest.raises(GridError) as refused:
        deliver(workspace, first, interface)
    assert refused.value.code == "http_refused"
    assert numbers(workspace) == {FIRST: "grid_1", SECOND: "grid_2"}
    interface.most = 100
    deliver(workspace, released(workspace, folder, "二"), interface)
    assert len(numbers(workspace)) == len(interface.grids) == 4


def test_why_the_sending_broke_off_is_told_also_where_a_colleague_holds_the_codes_and_they_are_entered_later(
    workspace, folder, monkeypatch
):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, lock_s=0.2, queue_s=0.2))
    first, interface = released(workspace, folder, "一"), GridInterface(most=2)
    with workspace.transaction("同事", "test") as transaction:
        transaction.hold("external_code")
        with pytest.raises(GridError) as refused:
            deliver(Workspace.open(workspace.location), first, interface)
    assert refused.value.code == "http_refused"
    assert not numbers(workspace)
    interface.most = 100
    deliver(workspace, first, interface)
    assert len(numbers(workspace)) == len(interface.grids) == 4


def test_a_login_that_is_missing_is_told_and_nothing_counts_as_sent(workspace, folder):
    sent, interface = released(workspace, folder, "一"), GridInterface()

    def logged_out(url, headers, body, look):
        raise WorkspaceError("http_login_missing", key="abc1234")

    with pytest.raises(WorkspaceError) as refused:
        deliver(workspace, sent, logged_out)
    assert refused.value.code == "http_login_missing"
    deliver(workspace, sent, interface)
    assert len(interface.grids) == 4


GONE = Answer(None, problem="the remote host closed the connection")


@pytest.mark.parametrize("calls", [1, 2])
def test_a_grid_whose_answer_was_lost_is_found_again_by_its_name_and_not_added_twice(workspace, folder, calls):
    interface, sent = GridInterface(lost=[GONE]), released(workspace, folder, "一")
    if calls == 2:  # the first one gives up at once
        with pytest.raises(GridError):
            deliver(workspace, sent, interface, tries=Patience(tries=1))
    deliver(workspace, sent, interface)
    assert set(numbers(workspace).values()) == set(interface.grids)
    assert len(interface.grids) == 4


@pytest.mark.parametrize("busy", [0, 1, 2])
def test_a_grid_that_somebody_else_made_under_the_same_name_is_left_alone(workspace, folder, busy):
    """``busy``: how often the interface first says that it takes no more just now, of two tries a call."""
    interface, sent = GridInterface(busy=[Answer(429)] * busy), released(workspace, folder, "一")
    asked = json.loads((sent.manifest.parent / "wecom_grids.json").read_text("utf-8"))["requests"]
    interface.grids["own"] = tuple(asked[0]["body"][name] for name in ("grid_parent_id", "grid_name"))
    for _ in range(2):  # a second try is no answer that was lost
        with pytest.raises(GridError) as refused:
            deliver(workspace, sent, interface, tries=replace(AT_ONCE, tries=2))
    assert "93004" in refused.value.text("zh")
    assert list(interface.grids) == ["own"]


def test_what_a_release_of_before_was_answered_takes_no_later_number_away(workspace, folder):
    first, interface = released(workspace, folder, "一"), GridInterface()
    deliver(workspace, first, interface)
    rows = workspace.read("external_code", where={"key": FIRST}, geometry=False)
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("external_code", rows.with_columns(external_key=["grid_9"]))
    deliver(workspace, first, interface)
    assert numbers(workspace)[FIRST] == "grid_9"


def test_whom_the_interface_does_not_know_is_told_and_stands_in_a_receipt_to_import(workspace, folder):
    sent = released(workspace, folder, "一")
    asked = json.loads((sent.manifest.parent / "wecom_grids.json").read_text("utf-8"))["requests"]
    (user, *_) = asked[0]["body"]["grid_admin"]
    report = deliver(workspace, sent, GridInterface(unknown=[user]))
    assert user in texts(report)
    assert FIRST in texts(report)
    read = import_receipt(workspace, read_receipt(report.figures["receipt"]), "r0001")
    assert read.figures["rejected"] > 0
    assert workspace.read("release", geometry=False)["state"].tolist() == ["rejected"]


def test_a_grid_that_is_delivered_no_more_and_stays_with_the_receiver_is_told(workspace, folder):
    row = {"receiver": RECEIVER, "kind": "responsibility_grid", "key": f"{COMMUNITIES[0]}077", "external_key": "g77"}
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("external_code", Rows.from_records([row]))
    assert f"{COMMUNITIES[0]}077" in texts(released(workspace, folder, "一"))


def test_a_grid_of_another_scheme_that_the_receiver_has_too_is_not_told_as_gone(workspace, folder):
    other = f"{COMMUNITIES[0]}088"
    row = {"receiver": RECEIVER, "kind": "responsibility_grid", "key": other, "external_key": "g88"}
    grids = workspace.read("responsibility_grid")
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("external_code", Rows.from_records([row]))
        transaction.insert("responsibility_grid", grids.take([0]).with_columns(code=[other], scheme=["other"]))
    assert other not in texts(released(workspace, folder, "一"))


def test_who_only_serves_may_do_so_in_more_grids_than_one_may_lead(workspace, folder):
    profile = chosen_profile(workspace, "wecom", "zh_CN")
    api = {**profile["grid_api"], "admins": ["grid_worker"], "members": ["grid_leader"], "grids_each": 1}
    api["fewest_admins"] = 0
    assert export(workspace, folder, profile={**profile, "receiver": RECEIVER, "grid_api": api}).release == "r0001"
