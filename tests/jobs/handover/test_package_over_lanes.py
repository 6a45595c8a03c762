"""A package of a scheme over street-lanes, read by other programs than ours, from a file and from a database."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.compare_states import compare_states
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from tests.jobs.handover.exports import export, features_of, table_of
from tests.jobs.package_workspace import COMMUNITIES, OFFICE, X0, Y0

FIRST, SECOND = f"{OFFICE}0001", f"{OFFICE}0002"


@pytest.fixture
def report(workspace_in_both, folder):
    create_scheme(workspace_in_both, "dl", "道路保洁", base="lane", author="王示例")
    post = {
        "id": "P900",
        "target": "responsibility_grid",
        "target_code": FIRST,
        "scheme": "dl",
        "person_id": "R001",
        "role": "grid_worker",
        "turn": "A角",
    }
    with workspace_in_both.transaction("", "test") as transaction:
        transaction.insert("post", Rows.from_records([post]))
    return export(workspace_in_both, folder, scheme="dl", formats=("shp", "gpkg", "geojson"))


@pytest.mark.daily(1)
@pytest.mark.parametrize("suffix", ["shp", "gpkg", "geojson"])
@pytest.mark.proof
def test_every_lane_is_a_grid_with_its_ground(report, suffix):
    path = report.manifest.parent / f"responsibility_grid.{suffix}"
    found = {feature["properties"]["RGCode"]: feature for feature in features_of(path)}
    assert set(found) == {FIRST, SECOND}
    assert {feature["properties"]["Scheme"] for feature in found.values()} == {"dl"}
    lanes = {one["properties"]["LaneCode"]: one for one in features_of(path.with_name(f"lane.{suffix}"))}
    for code, feature in found.items():
        ground, line = shape(feature["geometry"]), shape(lanes[code]["geometry"])
        assert ground.area > 0
        assert ground.intersection(line).length == pytest.approx(line.length)


def test_the_tables_say_who_answers_for_each_lane_and_beside_them(report):
    rows = table_of(report, "responsibility")
    lanes = [row for row in rows if row["responsibility_grid"]]
    assert [(row["unit_grid"], row["responsibility_grid"], row["person_id"]) for row in lanes] == [
        ("", FIRST, "R001"),
        ("", SECOND, ""),
    ]
    assert all(row["department_code"] for row in rows)
    assert len({row["unit_grid"] for row in rows if row["unit_grid"]}) == 16, "unit grids answer beside the lanes"
    posts = {row["id"]: row["target_code"] for row in table_of(report, "posts") if row["scheme"] == "dl"}
    assert posts == {"P900": FIRST}
    assert {row["id"] for row in table_of(report, "persons")} >= {"R001"}


def test_manifest_and_files_agree_and_sample_points_name_lanes_as_grids(report):
    manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        path = report.manifest.parent / entry["path"]
        assert path.is_file()
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                assert len(list(csv.DictReader(stream))) == entry["rows"]
    points = table_of(report, "acceptance_points")
    assert points
    for row in points:
        assert row["responsibility_grid"] == row["lane_code"] or not row["responsibility_grid"]
        if row["responsibility_grid"] == FIRST:
            assert row["person_id"] == "R001"
    assert {row["responsibility_grid"] for row in points} & {FIRST, SECOND}


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_second_release_says_what_changed_and_the_first_can_be_compared(report, workspace_in_both, folder):
    grids = workspace_in_both.read("responsibility_grid", where={"scheme": "dl", "code": SECOND})
    release = workspace_in_both.read("release", geometry=False)
    with workspace_in_both.transaction("", "test") as transaction:
        transaction.delete("responsibility_grid", grids.fids)
        transaction.update("release", Rows({"state": as_column(["accepted"])}, None, release.fid))
    found = compare_states(workspace_in_both, report.release, "today", scheme="dl")
    assert found.rows["from_grid"].tolist() == [SECOND]
    later = export(workspace_in_both, folder, scheme="dl")
    changes = {(row["layer"], row["code"]): row["change"] for row in table_of(later, "changes")}
    assert changes["responsibility_grid", SECOND] == "removed"


@pytest.mark.proof
def test_what_lies_on_a_lane_that_left_the_scheme_is_listed_as_moved(report, workspace_in_both, folder):
    assert table_of(report, "moves") == [], "the first release has no base"
    parts, cases = (workspace_in_both.read(name) for name in ("component", "cases"))
    release = workspace_in_both.read("release", geometry=False)
    grids = workspace_in_both.read("responsibility_grid", where={"scheme": "dl", "code": SECOND})
    beside = shapely.points(np.full((2, 2), (X0 + 390.0, Y0 + 20.0)))
    recorded = as_column([SECOND if case == "C1" else None for case in cases["id"]])
    with workspace_in_both.transaction("", "test") as transaction:
        inside = as_column([f"{COMMUNITIES[0]}008"] * 2)
        transaction.update("component", Rows({"unit_grid": inside}, beside, parts.fid))
        transaction.update("cases", Rows({"lane_code": recorded}, None, cases.fid))
        transaction.delete("responsibility_grid", grids.fids)
        transaction.update("release", Rows({"state": as_column(["accepted"])}, None, release.fid))
    moves = table_of(export(workspace_in_both, folder, scheme="dl"), "moves")
    told = {row["object_code"]: (row["old_responsibility_grid"], row["new_responsibility_grid"]) for row in moves}
    assert told == {"9901010102000001": (SECOND, ""), "C1": (SECOND, "")}, "beside it, and recorded on it"
    assert all(row["old_grid"] == row["new_grid"] != "" for row in moves)
