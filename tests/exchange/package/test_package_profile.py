"""A receiver profile renames what it may; whatever is wrong with it is told with its place in the file."""

from __future__ import annotations

import csv
import json
from datetime import datetime

import fiona
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.package.fields import layer_specs
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, check_formats
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.jobs.handover.export_package import export_package
from tests.jobs.package_workspace import make_workspace

PROFILE = {
    "receiver": "示例平台",
    "folder": "{county}_{scheme}_{number}_CG",
    "files": {"unit_grid": "DYWG", "responsibility": "责任关系表", "changes": "bgqd"},
    "fields": {"unit_grid": {"BGID": "WGBM", "BGName": "WGMC"}, "responsibility": {"unit_grid": "网格编码"}},
    "formats": ["shp", "gpkg"],
    "encoding": "gbk",
}


def test_no_profile_changes_nothing():
    assert read_profile(None) == ReceiverProfile()
    assert read_profile({}) == ReceiverProfile()
    assert ReceiverProfile().package_name("990101", "cg", "r0001", datetime(2026, 3, 2)) == "990101-cg-r0001"


def test_a_package_follows_its_profile(tmp_path):
    path = tmp_path / "接收方 配置.json"
    path.write_text(json.dumps(PROFILE, ensure_ascii=False), encoding="utf-8-sig")
    workspace = make_workspace(tmp_path / "库.gpkg")
    report = export_package(workspace, scheme="cg", folder=tmp_path, profile=path, now=datetime(2026, 3, 2))
    folder = report.manifest.parent
    assert folder.name == "990101_cg_r0001_CG"
    assert report.package.name == "990101_cg_r0001_CG.zip"
    assert (folder / "DYWG.cpg").read_text() == "GBK"
    with fiona.open(folder / "DYWG.shp") as source:
        assert {"WGBM", "WGMC", "ParentCode"} <= set(source.schema["properties"])
        assert next(iter(source))["properties"]["WGMC"] == "胡同1号格"
    assert (folder / "area.gpkg").is_file()
    assert (folder / "bgqd.gpkg").is_file()
    with (folder / "责任关系表.csv").open(encoding="utf-8-sig") as stream:
        assert next(csv.reader(stream))[0] == "网格编码"
    manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
    paths = {entry["path"]: entry["layer"] for entry in manifest["files"]}
    assert (paths["DYWG.shp"], paths["责任关系表.csv"]) == ("unit_grid", "responsibility")
    assert workspace.read("release")["receiver"][0] == "示例平台"


@pytest.mark.proof
def test_what_the_user_says_goes_before_the_profile(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    report = export_package(
        workspace, scheme="cg", folder=tmp_path, profile=PROFILE, formats=("shp",), encoding="UTF-8"
    )
    assert (report.manifest.parent / "DYWG.cpg").read_text() == "UTF-8"
    assert not (report.manifest.parent / "area.gpkg").exists()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reciever": "x"}, "reciever"),
        ({"receiver": 7}, "receiver"),
        ({"folder": "../{number}"}, "folder"),
        ({"folder": "always_the_same"}, "folder"),
        ({"folder": "{number}{user}"}, "folder"),
        ({"folder": "{number.__class__}"}, "folder"),
        ({"files": ["unit_grid"]}, "files"),
        ({"files": {"grid": "x"}}, "files.grid"),
        ({"files": {"unit_grid": "a/b"}}, "files.unit_grid"),
        ({"files": {"unit_grid": "con"}}, "files.unit_grid"),
        ({"files": {"unit_grid": ""}}, "files.unit_grid"),
        ({"files": {"unit_grid": "Area"}}, "files"),
        ({"files": {"unit_grid": "Manifest"}}, "files"),
        ({"fields": {"unit_grid": {"BGID": "标识码"}}}, "fields.unit_grid.BGID"),
        ({"fields": {"unit_grid": {"BGID": "LongerThan10"}}}, "fields.unit_grid.BGID"),
        ({"fields": {"unit_grid": {"BGID": "1st"}}}, "fields.unit_grid.BGID"),
        ({"fields": {"unit_grid": {"CODE": "X"}}}, "fields.unit_grid.CODE"),
        ({"fields": {"unit_grid": {"BGID": "bgname"}}}, "fields.unit_grid"),
        ({"fields": {"posts": {"id": "a\nb"}}}, "fields.posts.id"),
        ({"formats": "shp"}, "formats"),
        ({"formats": ["dwg"]}, "formats"),
        ({"encoding": "BIG5"}, "encoding"),
        ({"target_crs": [4490]}, "target_crs"),
    ],
)
def test_a_fault_in_a_profile_is_told_with_its_place(change, where):
    with pytest.raises(InputError) as caught:
        read_profile(change)
    assert caught.value.code == "profile_invalid"
    assert where in caught.value.message.details["where"]
    assert caught.value.text("zh")
    assert caught.value.text("en")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "profile_not_json"), ('{"接收方": 1}'.encode("gbk"), "profile_not_utf8"), (b"[]", "profile_invalid")],
)
def test_a_file_that_is_no_profile_is_told(tmp_path, content, code):
    path = tmp_path / "p.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert caught.value.code == code


def test_formats_are_taken_once_and_in_one_order():
    assert check_formats(["GPKG", ".shp", "gpkg"]) == ("shp", "gpkg")


@pytest.mark.parametrize("layer", sorted(layer_specs()))
def test_our_own_field_names_fit_a_shapefile(layer):
    names = [field.name for field in layer_specs()[layer].fields]
    assert all(name.isascii() and len(name) <= 10 for name in names)
    assert len({name.lower() for name in names}) == len(names)
