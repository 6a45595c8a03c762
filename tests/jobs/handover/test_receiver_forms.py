"""A receiver gets what its profile says: fields, values, dates, names, its own codes; and the check still holds."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys

import fiona
import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.field_forms import FieldForm
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, package_specs
from gridmgmt_plugin.jobs.handover.foretell import foretell, foretell_report
from gridmgmt_plugin.workspace.handover.ledger import delivered_files
from tests.jobs.handover import apply_changes
from tests.jobs.handover.exports import NOW, export, features_of
from tests.jobs.package_workspace import COMMUNITIES, dump, make_workspace

UNITS = [
    {"from": "BGName", "name": "MC", "required": True, "width": 60},
    {"from": "BGID", "name": "BM"},
    {"from": "ParentCode", "name": "SSQH"},
    {"from": "RGCode", "name": "ZRWG"},
    {"from": "Kind", "name": "LX", "values": {"街区": "1", "院落": "2"}},
    {"from": "ORDate", "name": "CSSJ", "date": "YYYYMMDD"},
    {"from": "Area", "name": "MJ", "decimals": 1},
    {"from": "RespCode", "name": "ZRBM", "external": "department"},
    {"from": "FallCode"},
    {"name": "SJLY", "constant": "实测"},
]
PROFILE = {
    "receiver": "示例平台",
    "every_file": "{county}_{layer}_{yyyymmdd}",
    "files": {"changes": "变更_{number}"},
    "fields": {"unit_grid": UNITS},
    "single_parts": True,
    "encoding": "GBK",
    "formats": ["shp", "gpkg"],
}


def _checked(report):
    found = subprocess.run(
        [sys.executable, "check_package.py", "--language", "en"],
        cwd=report.manifest.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.returncode, found.stdout


def _table(report, file):
    with (report.manifest.parent / f"{file}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.daily(1)
def test_fields_come_in_the_receivers_form_and_the_package_proves_itself(workspace_in_both, folder):
    workspace = workspace_in_both
    report = export(workspace, folder, profile=PROFILE)
    path = report.manifest.parent / "990101_unit_grid_20260302.shp"
    with fiona.open(path, encoding="GBK") as source:
        assert list(source.schema["properties"]) == [entry.get("name", entry.get("from")) for entry in UNITS]
        assert source.schema["properties"]["MC"] == "str:60"
        first = dict(next(iter(source))["properties"])
    assert (first["LX"], first["CSSJ"], first["MJ"], first["ZRBM"], first["SJLY"]) == (
        "1", "20260101", 10000.0, "DEPT-1", "实测",
    )  # fmt: skip
    code, said = _checked(report)
    assert code == 0, said
    assert "acceptance points" in said
    assert " 0 acceptance points" not in said
    names = json.loads(report.manifest.read_text(encoding="utf-8"))["names"]["unit_grid"]
    assert names["forms"]["grid_kind"] == {"values": {"1": "街区", "2": "院落"}}
    meaning = {row["field"]: row["code_list"] for row in _table(report, "990101_field_dictionary_20260302")}
    assert meaning["LX"] == "1=街区/Block; 2=院落/Compound"
    for readme in report.manifest.parent.glob("README.*.md"):
        named = set(re.findall(r"`([^`\n]+\.(?:csv|gpkg))`", readme.read_text(encoding="utf-8"))) - {"contacts.csv"}
        assert len(named) >= 5, readme.name
        assert all((report.manifest.parent / name).is_file() for name in named), named
    files = delivered_files(workspace, report.release)
    assert (files["unit_grid"], files["changes"]) == ("990101_unit_grid_20260302", "变更_r0001")
    told = [row for row in _table(report, "变更_r0001") if row["layer"] == "990101_unit_grid_20260302"]
    assert json.loads(told[0]["after"])["ZRBM"] == "DEPT-1"


@pytest.mark.proof
def test_base_and_changes_make_the_new_package_in_the_receivers_form(workspace, folder):
    plain = {**PROFILE, "every_file": "", "files": {}, "formats": ["gpkg"]}
    first = export(workspace, folder, profile=plain)
    units = workspace.read("unit_grid")
    with workspace.transaction("王示例", "test") as transaction:
        values = {"grid_kind": as_column(["院落"]), "valid_from": as_column(["2026-02-01"])}
        transaction.update("unit_grid", Rows(values, None, units.fid[:1]))
    second = export(workspace, folder, profile=plain)
    assert _checked(second)[0] == 0
    found = apply_changes.main(first.manifest.parent, second.manifest.parent)
    assert not found


@pytest.mark.proof
def test_a_profile_that_spells_out_what_comes_anyway_writes_the_same_bytes(tmp_path):
    listed = {
        name: [{"from": field.name} for field in spec.fields]
        for name, spec in package_specs().items()
        if name in ("unit_grid", "posts", "area")
    }
    packages = []
    for number, profile in enumerate((None, {"fields": listed, "every_file": "{layer}"})):
        place = tmp_path / str(number)
        place.mkdir()
        workspace = make_workspace(place / "库.gpkg")
        packages.append(export(workspace, place, profile=profile).package.read_bytes())
    assert packages[0] == packages[1]


@pytest.mark.proof
def test_what_is_left_out_is_said_and_not_taken_for_a_fault(workspace, folder):
    report = export(workspace, folder, profile={"layers": ["responsibility_grid", "unit_grid"]})
    manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
    assert manifest["load_order"][:2] == ["responsibility_grid", "unit_grid"]
    assert {"area", "posts", "persons"} <= set(manifest["not_delivered"])
    assert not (report.manifest.parent / "posts.csv").exists()
    assert {row["layer"] for row in _table(report, "changes")} == {"responsibility_grid", "unit_grid"}
    code, said = _checked(report)
    assert code == 0, said
    assert "is not delivered to this receiver" in said


@pytest.mark.proof
def test_parts_go_out_one_by_one_and_are_one_again_for_the_check(tmp_path, folder):
    workspace = make_workspace(tmp_path / "库.gpkg")
    units = workspace.read("unit_grid")
    groups = units["rg_cg"].copy()
    apart = units["code"] == f"{COMMUNITIES[0]}008"
    groups[apart] = f"{COMMUNITIES[0]}001"
    shapes = workspace.read("responsibility_grid")
    outlines = [shapely.union_all(units.geometry[groups == code]) for code in shapes["code"]]
    counts = {
        "unit_count": as_column(int((groups == code).sum()) for code in shapes["code"]),
        "expected_parts": as_column(shapely.get_num_geometries(outlines).tolist()),
    }
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("unit_grid", Rows({"rg_cg": as_column(groups[apart])}, None, units.fid[apart]))
        transaction.update("responsibility_grid", Rows(counts, np.array(outlines, dtype=object), shapes.fid))
    report = export(workspace, folder, profile={"single_parts": True})
    with fiona.open(report.manifest.parent / "responsibility_grid.shp") as source:
        assert {one["geometry"]["type"] for one in source} == {"Polygon"}
        assert len(source) == 5
    code, said = _checked(report)
    assert code == 0, said


def test_the_most_vertices_are_those_of_a_part_where_parts_go_out_one_by_one(workspace):
    parts = [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]
    rows = workspace.read("area")
    rows = rows.with_geometry(as_column([shapely.MultiPolygon(parts)] * len(rows)))
    forms = {"area": (FieldForm(package_specs()["area"].fields[0], "code"),)}
    Delivered(ReceiverProfile(forms=forms, most_vertices=5, single_parts=True), "UTF-8", {}).check("area", rows)
    with pytest.raises(InputError) as caught:
        Delivered(ReceiverProfile(forms=forms, most_vertices=5), "UTF-8", {}).check("area", rows)
    assert caught.value.code == "package_too_many_vertices"


def test_missing_codes_block_and_leave_a_list_for_the_receiver(workspace, folder):
    before = dump(workspace)
    fields = [{"from": "code"}, {"from": "name"}, {"from": "code", "name": "ext", "external": "department"}]
    profile = {"receiver": "示例平台", "fields": {"departments": fields}}
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            export(workspace, folder, profile=profile)
        assert caught.value.code == "package_codes_missing"
    path = folder / "990101-cg-r0001-missing-codes.xlsx"
    assert str(path) in caught.value.text("zh")
    assert [item.name for item in folder.iterdir()] == [path.name]
    assert dump(workspace) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("entry", "code", "told"),
    [
        ({"from": "Kind", "values": {"院落": "2"}}, "package_value_not_mapped", "街区"),
        ({"from": "Note", "required": True}, "package_field_required", "Note"),
        ({"from": "BGName", "width": 3}, "package_value_too_wide", "BGName"),
    ],
)
def test_what_the_receiver_does_not_take_is_told_before_anything_is_written(workspace, folder, entry, code, told):
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile={"fields": {"unit_grid": [{"from": "BGID"}, entry]}})
    assert caught.value.code == code
    assert told in caught.value.text("zh")
    assert not list(folder.iterdir())


def test_too_many_vertices_are_told(workspace, folder):
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile={"most_vertices": 4})
    assert caught.value.code == "package_too_many_vertices"


def test_a_value_that_goes_out_empty_as_nothing_does_has_no_way_back():
    def form(values):
        (spec,) = [field for field in package_specs()["unit_grid"].fields if field.column == "grid_kind"]
        return FieldForm(spec, "grid_kind", values=values)

    assert form({"街区": "1", "院落": "2"}).back({}) == {"values": {"1": "街区", "2": "院落"}}
    assert form({"街区": "", "院落": "2"}).back({}) is None
    assert form({"": "", "院落": "2"}).back({}) == {"values": {"": "", "2": "院落"}}


@pytest.mark.parametrize("name", ["㕛示例格", "𠮷示例格", "🚧示例格"])
def test_characters_that_gbk_has_not_are_told_and_not_lost(workspace, folder, name):
    units = workspace.read("unit_grid")
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("unit_grid", Rows({"name": as_column([name])}, None, units.fid[:1]))
    with pytest.raises(InputError) as caught:
        export(workspace, folder, profile={**PROFILE, "formats": ["shp"]})
    assert caught.value.code == "package_text_not_encodable"
    assert name[0] in caught.value.text("zh")
    assert not list(folder.iterdir())


def test_quotation_marks_of_every_kind_go_out_in_gbk_as_they_are(workspace, folder):
    name, units = "“示例”'格'\"一\",二;", workspace.read("unit_grid")
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("unit_grid", Rows({"name": as_column([name])}, None, units.fid[:1]))
    report = export(workspace, folder, encoding="GBK")
    (first, *_) = features_of(report.manifest.parent / "unit_grid.shp", encoding="GBK")
    assert first["properties"]["BGName"] == name


@pytest.mark.proof
def test_what_a_receiver_gets_otherwise_than_last_time_is_told_beforehand_and_with_the_release(workspace, folder):
    first, second = ({"receiver": "甲", "files": {"lane": name}} for name in ("JX", "jiexiang"))
    assert "JX" not in told_by(export(workspace, folder, profile=first).notes)
    asked = {"scheme": "cg", "folder": folder, "now": NOW}
    assert foretell(workspace, **asked, profile=first).notes == ()
    before = foretell(workspace, **asked, profile=second, encoding="GBK")
    report = export(workspace, folder, profile=second, encoding="GBK")
    for notes in (foretell_report(before).notes, report.notes):
        assert "JX → jiexiang" in told_by(notes)
        assert "UTF-8 改为 GBK" in told_by(notes)


def told_by(notes):
    return "".join(note.text("zh_CN") for note in notes)
