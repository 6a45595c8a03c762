"""Receiver profiles come along, are kept by the workspace under a name, and each of them makes a package."""

from __future__ import annotations

import json
import subprocess
import sys

import fiona
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.jobs.receivers.receiver_profiles import (
    chosen_profile,
    give_up_receiver_profile,
    keep_receiver_profile,
    load_receiver_profile,
    save_receiver_profile,
    shipped_profiles,
)
from gridmgmt_plugin.workspace.handover.receiver_profiles import kept_profiles
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES


def _check(report):
    command = [sys.executable, "check_package.py", "--language", "en"]
    return subprocess.run(command, cwd=report.manifest.parent, capture_output=True, text=True, check=False)


@pytest.mark.proof
def test_a_profile_is_kept_by_its_name_and_found_by_colleagues(workspace_in_both, tmp_path):
    workspace = workspace_in_both
    content = {"title": "甲平台", "receiver": "甲", "files": {"unit_grid": "DYWG"}}
    for _ in range(2):
        keep_receiver_profile(workspace, content, "王示例")
    colleague = Workspace.open(workspace.location)
    assert kept_profiles(colleague) == {"甲平台": content}
    assert chosen_profile(colleague, "甲平台", "zh_CN") == content
    keep_receiver_profile(workspace, {**content, "title": "乙平台"}, "王示例", former="甲平台")
    assert list(kept_profiles(workspace)) == ["乙平台"]
    path = tmp_path / "乙.json"
    save_receiver_profile(kept_profiles(workspace)["乙平台"], path)
    assert load_receiver_profile(path)["receiver"] == "甲"
    give_up_receiver_profile(workspace, "乙平台", "王示例")
    assert not kept_profiles(workspace)
    with pytest.raises(InputError) as caught:
        chosen_profile(workspace, "乙平台", "zh_CN")
    assert caught.value.code == "receiver_profile_unknown"
    with pytest.raises(InputError) as caught:
        chosen_profile(workspace, "乙平台2.0", "zh_CN")
    assert caught.value.code == "receiver_profile_unknown", "a dot in a name makes no file of it"


def test_a_profile_of_a_file_is_called_by_the_name_under_which_it_will_be_kept(tmp_path):
    path = tmp_path / "乙.json"
    for title, called in ((" 甲平台 ", "甲平台"), ("  ", "乙"), ("甲平台", "甲平台")):
        save_receiver_profile({"title": title}, path)
        assert load_receiver_profile(path)["title"] == called


@pytest.mark.parametrize("content", [{"receiver": "甲"}, {"title": "甲", "layers": ["grid"]}])
def test_a_profile_without_a_name_or_with_a_fault_is_not_kept(workspace, content):
    with pytest.raises(InputError):
        keep_receiver_profile(workspace, content, "王示例")
    assert not kept_profiles(workspace)


@pytest.mark.daily(1)
@pytest.mark.parametrize("key", ["national", "plain"])
def test_a_profile_that_comes_along_makes_a_package_that_proves_itself(workspace, folder, key):
    profile = chosen_profile(workspace, key, "en")
    report = export(workspace, folder, profile=profile)
    found = _check(report)
    assert found.returncode == 0, found.stdout
    assert " 0 acceptance points" not in found.stdout
    if key == "national":
        with fiona.open(report.manifest.parent / "990101_unit_grid_20260302.shp", encoding="GBK") as source:
            assert next(iter(source))["properties"]["ORDate"] == "20260101"
    else:
        assert (report.manifest.parent / "单元网格.gpkg").is_file()


def _tell_codes(workspace):
    told = [("area", code, f"W{n}") for n, code in enumerate(COMMUNITIES)]
    told += [("person", "R002", "wang"), ("responsibility_grid", f"{COMMUNITIES[0]}001", "77")]
    rows = [{"receiver": "企业微信", "kind": kind, "key": key, "external_key": theirs} for kind, key, theirs in told]
    posts = workspace.read("post", geometry=False)
    of_grids = posts["target"] == "responsibility_grid"
    roles = ["grid_leader"] * int(of_grids.sum())
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("external_code", Rows.from_records(rows))
        transaction.update("post", Rows({}, None, posts.fid[of_grids]).with_columns(role=roles))


@pytest.mark.proof
def test_the_grid_api_gets_its_requests_with_its_own_codes(workspace, folder):
    profile = {**chosen_profile(workspace, "wecom", "zh_CN"), "receiver": "企业微信"}
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile=profile)
    assert caught.value.code == "package_codes_missing"
    _tell_codes(workspace)
    report = export(workspace, folder, profile=profile)
    told = json.loads((report.manifest.parent / "wecom_grids.json").read_text(encoding="utf-8"))["requests"]
    assert [one["path"].rsplit("/", 1)[1] for one in told] == ["update", "add", "add", "add"]
    assert told[0]["body"]["grid_id"] == "77"
    assert told[0]["body"]["grid_parent_id"] == "W0"
    assert all(one["body"]["grid_admin"] for one in told)
    assert "wecom_grids.json" in {file["path"] for file in json.loads(report.manifest.read_text("utf-8"))["files"]}
    assert _check(report).returncode == 0


@pytest.mark.parametrize(
    "api", [{"file": "Manifest"}, {"file": "api", "most_admins": None}, {"file": "api", "members": ["nobody"]}]
)
def test_requests_that_would_be_lost_or_have_no_limit_are_refused_with_their_place(workspace, folder, api):
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile={"grid_api": api})
    assert "grid_api." in caught.value.text("zh")
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"name_letters": 3}, "grid_api_name"),
        ({"fewest_admins": 5}, "grid_api_admins"),
        ({"most_admins": 0, "fewest_admins": 0}, "grid_api_admins"),
        ({"admins": [], "fewest_admins": 0, "members": ["grid_leader"], "most_members": 0}, "grid_api_members"),
        ({"grids_each": 0}, "grid_api_person"),
        ({"levels": 3}, "grid_api_levels"),
        ({"levels_above": 7}, "grid_api_levels"),
    ],
)
def test_what_the_grid_api_refuses_is_told_before_with_the_first_of_them(workspace, folder, limit, code):
    _tell_codes(workspace)
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile={"receiver": "企业微信", "grid_api": {"file": "api", **limit}})
    assert caught.value.code == code
    assert caught.value.message.details["count"] > 0
    assert caught.value.message.details["first"]
    assert not list(folder.iterdir())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_profile_that_comes_along_is_right_and_has_a_name(language):
    profiles = shipped_profiles(language)
    assert all(read_profile(content).title for content in profiles.values())


def test_no_profile_that_comes_along_demands_what_the_planner_need_not_write():
    free = {(name, one.name) for name, spec in package_specs().items() for one in spec.fields if one.free}
    for content in shipped_profiles("zh").values():
        forms = read_profile(content).forms
        asked = {(name, form.spec.name) for name, listed in forms.items() for form in listed if form.required}
        assert not asked & free
