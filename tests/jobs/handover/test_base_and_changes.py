"""Base + changes = new, for everything that is delivered, by a program that knows nothing of ours."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from tests.jobs.handover import apply_changes
from tests.jobs.handover.exports import export, table_of
from tests.jobs.package_workspace import COMMUNITIES, OFFICE, X0, Y0

PROFILE = {
    "receiver": "示例平台",
    "files": {"posts": "gangwei", "unit_grid": "dygrid", "changes": "biangeng"},
    "fields": {"posts": {"person_id": "renyuan"}, "unit_grid": {"RGCode": "ZRWG"}, "changes": {"after": "xin"}},
}


def _edit_people(workspace):
    """Another person on a post, and nothing else: the commonest change of all."""
    posts = workspace.read("post", where={"id": "P001"}, geometry=False)
    with workspace.transaction("王示例", "edit_rows") as transaction:
        transaction.update("post", Rows({"person_id": as_column(["R004"])}, None, posts.fid))
        persons = workspace.read("person", where={"id": "R004"}, geometry=False)
        transaction.update("person", Rows({"state": as_column(["在岗"])}, None, persons.fid))


def _edit_everything(workspace):
    """Split 005 into 005 and 009, merge 007 into 008, give 006 away, and touch every table."""
    units = workspace.read("unit_grid")
    at = {code[-3:]: n for n, code in enumerate(units["code"].tolist()) if code.startswith(COMMUNITIES[0])}
    ours, theirs = units["rg_cg"][at["005"]], units["rg_cg"][at["008"]]
    half = shapely.box(X0, Y0, X0 + 50, Y0 + 100)
    rest = shapely.box(X0 + 50, Y0, X0 + 100, Y0 + 100)
    merged = _polygon((200, 0), (300, 0), (400, 0), (400, 100), (300, 100), (200, 100))
    north = _polygon((0, 100), (50, 100), (100, 100), (100, 200), (0, 200))
    changed = as_column([half, merged, units.geometry[at["006"]], north])
    with workspace.transaction("王示例", "test") as transaction:
        columns = {
            "area_m2": as_column([5000.0, 20000.0, 10000.0, 10000.0]),
            "rg_cg": as_column([ours, theirs, theirs, ours]),
            "note": as_column([None, "=并入", None, None]),
            "fallback_code": as_column([None, None, "D03", None]),
        }
        fids = units.fid[[at["005"], at["008"], at["006"], at["001"]]]
        transaction.update("unit_grid", Rows(columns, changed, fids))
        record = {
            **units.records()[at["005"]],
            "code": f"{COMMUNITIES[0]}009",
            "area_m2": 5000.0,
            "row_version": None,
        }
        transaction.insert("unit_grid", Rows.from_records([record], as_column([rest])))
        transaction.delete("unit_grid", units.fid[[at["007"]]])
        kept = [units.geometry[at[code]] for code in ("002", "003", "004")]
        outlines = [shapely.union_all([half, rest, north, kept[0]]), shapely.union_all([*changed[1:3], *kept[1:]])]
        grids = workspace.read("responsibility_grid")
        rows = [int(np.flatnonzero(grids["code"] == code)[0]) for code in (ours, theirs)]
        areas = as_column([30000.0, 50000.0])
        transaction.update("responsibility_grid", Rows({"area_m2": areas}, as_column(outlines), grids.fid[rows]))
        lanes = workspace.read("lane")
        transaction.update("lane", Rows({"state": as_column(["施工"])}, None, lanes.fid[:1]))
        rules = workspace.read("duty_rule", where={"id": "1"}, geometry=False)
        transaction.update("duty_rule", Rows({"priority": as_column([2])}, None, rules.fid))
        zone = {"code": "Z1", "kind": "道路红线", "name": "示例路红线", "manager_code": "D03"}
        transaction.insert("duty_zone", Rows.from_records([zone], as_column([shapely.MultiPolygon([half])])))
        departments = workspace.read("department", where={"code": "D02"}, geometry=False)
        transaction.update("department", Rows({"name": as_column(["示例供排水公司"])}, None, departments.fid))
        code = {"receiver": "示例平台", "kind": "department", "key": "D02", "external_key": "DEPT-2"}
        transaction.insert("external_code", Rows.from_records([code]))
        areas = workspace.read("area", where={"code": OFFICE})
        transaction.update("area", Rows({"zone": as_column(["东片"])}, None, areas.fid))


def _polygon(*corners):
    return shapely.Polygon([(X0 + x, Y0 + y) for x, y in corners])


def _folder(report):
    return report.manifest.parent


@pytest.mark.daily(1)
@pytest.mark.proof
def test_an_independent_program_makes_the_new_package_of_the_one_before(workspace_in_both, folder):
    packages = [_folder(export(workspace_in_both, folder, formats=("gpkg",), profile=PROFILE))]
    for edit in (_edit_people, _edit_everything):
        edit(workspace_in_both)
        packages.append(_folder(export(workspace_in_both, folder, formats=("gpkg",), profile=PROFILE)))
    for before, after in zip(packages, packages[1:]):
        base, _ = apply_changes.read(before)
        now, manifest = apply_changes.read(after)
        assert apply_changes.differences(base, now), "something has changed"
        assert apply_changes.differences(apply_changes.applied(base, manifest, after), now) == []


def test_the_program_needs_no_line_of_ours_and_the_map_of_codes_tells_splits_and_merges(workspace, folder):
    formats = {"formats": ("shp",), "encoding": "GBK", "target_crs": 4490, "profile": {"receiver": "示例平台"}}
    first = export(workspace, folder, **formats)
    _edit_everything(workspace)
    second = export(workspace, folder, **formats)
    program = [sys.executable, "-I", str(Path(apply_changes.__file__)), str(_folder(first)), str(_folder(second))]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "base + changes = new", "")
    assert table_of(first, "code_map") == [], "without a base nobody knows an old code"
    found = {
        (row["old_code"][-3:], row["new_code"][-3:]): (float(row["share"]), row["cause"])
        for row in table_of(second, "code_map")
    }
    assert found == {("005", "005"): (0.5, "split"), ("005", "009"): (0.5, "split"), ("007", "008"): (1.0, "recoded")}
    kept = workspace.read("release_item", where={"release_number": second.release, "layer": "code_map"})["content"]
    frozen = [json.loads(content) for content in kept]
    assert {(row["old_code"][-3:], row["new_code"][-3:]): (row["share"], row["cause"]) for row in frozen} == found
    changes = {
        (row["code"][-3:], row["change"]): row for row in table_of(second, "changes") if row["layer"] == "unit_grid"
    }
    assert changes["007", "removed"]["successors"] == f"{COMMUNITIES[0]}008"
    assert changes["009", "added"]["predecessors"] == f"{COMMUNITIES[0]}005"


@pytest.mark.proof
def test_another_person_is_told_in_the_names_of_the_delivered_files_and_nobody_is_told_a_number(workspace, folder):
    export(workspace, folder, profile=PROFILE, with_contacts=True)
    _edit_people(workspace)
    second = export(workspace, folder, profile=PROFILE, with_contacts=True)
    with (_folder(second) / "biangeng.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (post,) = [row for row in rows if row["layer"] == "gangwei"]
    assert (post["code"], json.loads(post["before"]), json.loads(post["xin"])) == (
        "P001",
        {"renyuan": "R001"},
        {"renyuan": "R004"},
    )
    assert {row["layer"] for row in rows} == {"gangwei", "persons", "responsibility"}
    told = (_folder(second) / "biangeng.csv").read_text(encoding="utf-8")
    assert not any(number in told for number in ("1380000", "1390000", "010-5555"))


@pytest.mark.proof
def test_a_decided_new_code_keeps_its_document_and_gets_the_shares_of_today(workspace, folder):
    export(workspace, folder, profile={"receiver": "示例平台"})
    old, new = f"{COMMUNITIES[0]}007", f"{COMMUNITIES[0]}010"
    units = workspace.read("unit_grid", where={"code": old})
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("unit_grid", Rows({"code": as_column([new])}, None, units.fid))
        decided = {
            "kind": "unit_grid", "old_code": old, "new_code": new, "share": 1.0, "cause": "区划调整",
            "effective_on": "2026-02-01", "document_no": "民字〔2026〕1号",
        }  # fmt: skip
        rows = [decided, {**decided, "old_code": "990101001009001", "new_code": "990101001002001"}]
        transaction.insert("code_map", Rows.from_records(rows))
    second = export(workspace, folder, profile={"receiver": "示例平台"})
    told = {row["old_code"]: row for row in table_of(second, "code_map")}
    assert set(told) == {old, "990101001009001"}
    assert (told[old]["new_code"], told[old]["cause"], told[old]["document_no"]) == (
        new,
        "区划调整",
        "民字〔2026〕1号",
    )
