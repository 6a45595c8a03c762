"""Validation reads, never writes; its list can be had as GeoJSON, csv or GeoPackage."""

from __future__ import annotations

import csv
import json
from datetime import date

import fiona
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace, write_issues
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from tests.jobs.package_workspace import COMMUNITIES, EPSG_FRAME, LOCAL_FRAME, X0, Y0, dump, make_workspace, unit_rows

TODAY = date(2026, 3, 2)


@pytest.fixture
def faulty(tmp_path):
    """One cell is smaller than it should be: a gap at the edge, and its stored area is wrong."""
    units = unit_rows()
    units.geometry[0] = shapely.box(X0, Y0 + 100, X0 + 90, Y0 + 200)
    return make_workspace(tmp_path / "有错 库.gpkg", unit_grid=units)


def test_a_sound_district_has_no_errors_and_is_not_touched(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    before = dump(workspace)
    report = validate_workspace(workspace, today=TODAY)
    assert (report.errors, report.output) == (0, None)
    assert dump(workspace) == before


def test_faults_are_counted_by_rule(faulty):
    report = validate_workspace(faulty, today=TODAY)
    assert report.errors == sum(
        n for rule, n in report.by_rule.items() if report.result.of(rule)[0].severity == "error"
    )
    assert report.errors > 0
    assert report.issues[0].severity == "error"
    assert report.by_rule["area_differs"] == 1


def test_exempted_faults_count_apart(tmp_path):
    exemption = Rows.from_records(
        [
            {
                "rule": "area_differs",
                "object_key": f"{COMMUNITIES[0]}001",
                "reason": "r",
                "author": "王",
                "valid_until": "2026-12-31",
            }
        ]
    )
    units = unit_rows()
    units["area_m2"][0] = 12000.0
    workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units, exemption=exemption)
    report = validate_workspace(workspace, today=TODAY)
    assert (report.exempted, report.by_rule.get("area_differs")) == (1, None)
    assert validate_workspace(workspace, today=date(2027, 1, 1)).exempted == 0


def test_the_list_as_geojson_is_in_degrees_with_sentences(faulty, tmp_path):
    path = tmp_path / "问题 清单.geojson"
    report = validate_workspace(faulty, output=path, today=TODAY, language="zh_CN")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert report.output == path
    assert len(content["features"]) == len(report.issues)
    first = content["features"][0]
    assert first["properties"]["rule"] == report.issues[0].rule
    assert first["properties"]["message"] == report.issues[0].message.text("zh_CN")
    placed = [f for f in content["features"] if f["geometry"]]
    assert 116 < shapely.from_geojson(json.dumps(placed[0]["geometry"])).centroid.x < 118


def test_the_list_as_csv_opens_in_a_spreadsheet_and_says_where(faulty, tmp_path):
    path = tmp_path / "issues.csv"
    report = validate_workspace(faulty, output=path, today=TODAY, language="en")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["rule"] for row in rows] == [issue.rule for issue in report.issues]
    assert X0 <= float(next(row["x"] for row in rows if row["x"])) <= X0 + 800


def test_the_list_as_geopackage_works_in_a_local_frame_and_replaces_an_older_one(tmp_path):
    units = unit_rows()
    units.geometry[0] = shapely.box(X0, Y0 + 100, X0 + 90, Y0 + 200)
    workspace = make_workspace(tmp_path / "库.gpkg", LOCAL_FRAME, unit_grid=units)
    path = tmp_path / "issues.gpkg"
    for _ in range(2):
        report = validate_workspace(workspace, output=path, today=TODAY)
    with fiona.open(path) as source:
        assert len(source) == len(report.issues)
    assert not list(tmp_path.glob(".*"))


def test_geojson_is_refused_in_a_local_frame_before_anything_is_read(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg", LOCAL_FRAME)
    with pytest.raises(InputError) as caught:
        validate_workspace(workspace, output=tmp_path / "a.geojson")
    assert caught.value.code == "package_geojson_local_frame"
    assert not (tmp_path / "a.geojson").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"output": "a.shp"}, "issue_list_format"),
        ({"output": "没有/a.csv"}, "package_folder_missing"),
        ({"scheme": "zz"}, "scheme_not_there"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path, options, code):
    workspace = make_workspace(tmp_path / "库.gpkg")
    if "output" in options:
        options = {"output": tmp_path / options["output"]}
    with pytest.raises(InputError) as caught:
        validate_workspace(workspace, **options)
    assert caught.value.code == code
    assert caught.value.text("zh")


def test_one_scheme_can_be_checked_alone(tmp_path):
    units = unit_rows()
    units = units.with_columns(rg_hw=["000000000000000", *[None] * 15])
    workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units)
    assert validate_workspace(workspace, scheme="cg", today=TODAY).errors == 0
    assert validate_workspace(workspace, scheme="hw", today=TODAY).errors > 0


def test_the_report_lists_the_six_classes(faulty, tmp_path):
    report = validate_workspace(faulty, today=TODAY).report()
    assert len(report.figures["classes"]) == 6
    assert json.loads(report.write(tmp_path / "r.json").read_text(encoding="utf-8"))["job"] == "validate"


def test_buildings_are_checked_when_a_layer_of_them_is_given(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    edge = unit_rows().geometry[0].bounds[2]
    y = Y0 + 150
    houses = as_column([shapely.box(edge - 5, y, edge + 5, y + 10), shapely.box(edge - 20, y, edge + 0.2, y + 10)])
    source = Source(Rows({}, houses), "房屋", "房屋.gpkg", None, "utf-8")
    found = validate_workspace(workspace, buildings=source, today=TODAY).result.of("unit_cuts_building")
    assert len(found) == 1, "what a border only grazes is not cut"
    assert found[0].measure == pytest.approx(50)
    assert "unit_cuts_building" in validate_workspace(workspace, today=TODAY).result.figures["not_run"]


def test_buildings_of_another_place_are_refused(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    source = Source(
        Rows({}, as_column([shapely.box(X0 + 9000, Y0, X0 + 9010, Y0 + 10)])), "房屋", "房屋.gpkg", None, "utf-8"
    )
    with pytest.raises(InputError) as refused:
        validate_workspace(workspace, buildings=source, today=TODAY)
    assert refused.value.code == "layer_elsewhere"


def test_a_list_that_leaves_the_house_names_no_person(tmp_path):
    told = {"rule": "post_person_gone", "message": "示例甲 (R1) 已离岗。", "fixable": False}
    persons = Rows.from_records([{"id": "R1", "name": "示例甲"}])
    issues = Rows.from_records([told], as_column([shapely.Point(500_000, 4_420_000)]))
    for name in ("a.csv", "a.geojson"):
        write_issues(issues, tmp_path / name, WorkspaceInfo(EPSG_FRAME, "990101", "示例区"), persons)
        text = (tmp_path / name).read_text(encoding="utf-8-sig")
        assert "R1 已离岗。" in text
        assert "示例甲" not in text


def test_issues_at_points_lines_and_areas_come_in_one_list_as_geojson(tmp_path):
    x, y = 500_000, 4_420_000
    shapes = [
        shapely.box(x, y, x + 9, y + 9),
        shapely.Point(x, y),
        None,
        shapely.LineString([(x, y), (x + 9, y)]),
        shapely.GeometryCollection([shapely.Point(x, y), shapely.box(x, y, x + 9, y + 9)]),
    ]
    told = [{"rule": f"r{at}", "message": "", "fixable": False} for at in range(len(shapes))]
    persons = Rows.from_records([{"id": "R1", "name": "示例甲"}])
    info, path = WorkspaceInfo(EPSG_FRAME, "990101", "示例区"), tmp_path / "a.geojson"
    write_issues(Rows.from_records(told, as_column(shapes)), path, info, persons)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    kinds = [(one["geometry"] or {}).get("type") for one in features]
    assert [one["properties"]["rule"] for one in features] == [f"r{at}" for at in range(5)]
    assert kinds == [None if shape is None else shape.geom_type for shape in shapes]
