"""The chain of a planner's work through QGIS's Processing: from areas to grids, lanes, answers and hot spots."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from pyproj import Transformer
from qgis.core import QgsProcessingException, QgsVectorLayer, QgsWkbTypes

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Listener, write_areas, write_layer, write_streets
from tests.stored_content import content_of


@pytest.fixture(scope="module")
def results(run, tmp_path_factory):
    """The outputs of the chain up to lanes, by algorithm; all in a folder with blanks and Chinese in its name."""
    folder = tmp_path_factory.mktemp("district") / "示例 区"
    areas, streets, workspace = write_areas(folder), write_streets(folder), folder / "网格 库.gpkg"
    made = {"createworkspace": run("createworkspace", AREAS=areas, OUTPUT=workspace, REPORT=folder / "报告.json")}
    made["generateunitgrids"] = run("generateunitgrids", WORKSPACE=workspace, STREETS=streets, AUTHOR="张三（示例）")
    made["buildresponsibilitygrids"] = run(
        "buildresponsibilitygrids", WORKSPACE=workspace, SCHEME="cg", TITLE="城管巡查", COUNT=4, WITHIN="community"
    )
    made["importlanes"] = run("importlanes", WORKSPACE=workspace, STREETS=streets)
    made["importcases"] = run("importcases", WORKSPACE=workspace, INPUT=_write_cases(folder), ENCODING="GBK")
    return made


@pytest.fixture(scope="module")
def workspace(results):
    return Path(results["createworkspace"]["OUTPUT"])


def _write_cases(folder):
    """Write forty cases in the west, three in the north-east, and one that is nowhere."""
    places = [(500_050 + 10 * (i % 5), 4_000_050 + 5 * (i % 7)) for i in range(40)]
    places += [(500_700, 4_000_250)] * 3 + [("", "")]
    lines = [f"{i},店外经营,2025/3/7 8:30,{x},{y}" for i, (x, y) in enumerate(places)]
    path = folder / "案件 一季度.csv"
    path.write_text("\n".join(["案件编号,类别,上报时间,X坐标,Y坐标", *lines]), encoding="gbk")
    return path


def test_each_step_counts_what_it_made(results, workspace):
    opened = Workspace.open(workspace)
    assert results["generateunitgrids"]["COUNT"] == opened.count("unit_grid") > 20
    assert results["buildresponsibilitygrids"]["COUNT"] == opened.count("responsibility_grid") == 4
    assert results["importlanes"]["COUNT"] == opened.count("lane") == 4
    assert (results["importcases"]["COUNT"], results["importcases"]["REJECTED"]) == (43, 1)
    assert 0 <= results["buildresponsibilitygrids"]["MAX_DEVIATION"] <= 10


def test_the_report_is_written_where_it_was_asked_for(results, workspace):
    path = workspace.with_name("报告.json")
    assert results["createworkspace"]["REPORT"] == str(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["job"], content["accepted"], content["rejected"]) == ("createworkspace", 2, 0)


def test_a_report_that_nobody_asked_for_is_a_temporary_file(results, workspace):
    path = Path(results["generateunitgrids"]["REPORT"])
    assert path.is_file()
    assert path.parent != workspace.parent


def test_who_worked_stands_in_the_change_log(results, workspace):
    log = Workspace.open(workspace).read("change_log")
    assert "张三（示例）" in log["changed_by"].tolist()


def test_a_second_run_says_in_a_sentence_why_it_does_not(run, results, workspace):
    before = content_of(workspace)
    with pytest.raises(QgsProcessingException, match="The scope has"):
        run("generateunitgrids", WORKSPACE=workspace)
    with pytest.raises(QgsProcessingException, match=r"already has responsibility grids \(4\)"):
        run("buildresponsibilitygrids", WORKSPACE=workspace, SCHEME="cg", COUNT=2)
    assert content_of(workspace) == before


def test_the_same_scheme_can_be_grouped_anew(run, results, workspace, tmp_path):
    copy = tmp_path / "副本.gpkg"
    copy.write_bytes(workspace.read_bytes())
    again = run(
        "buildresponsibilitygrids", WORKSPACE=copy, SCHEME="cg", UNITS_PER_GRID=4, WEIGHT="area", REPLACE=True
    )
    assert again["COUNT"] == Workspace.open(copy).count("responsibility_grid") != 4


def test_choices_are_made_by_key_or_by_position(run, results, workspace, tmp_path):
    counts = []
    for within in ("county", 3, "3"):
        copy = tmp_path / f"{within}-{type(within).__name__}.gpkg"
        copy.write_bytes(workspace.read_bytes())
        made = run("buildresponsibilitygrids", WORKSPACE=copy, SCHEME="zz", COUNT=1, WITHIN=within)
        counts.append(made["COUNT"])
    assert counts == [1, 1, 1]


def test_an_unknown_choice_is_answered_with_those_there_are(run, results, workspace):
    with pytest.raises(QgsProcessingException, match="community, zone, street_office, county"):
        run("buildresponsibilitygrids", WORKSPACE=workspace, SCHEME="x", COUNT=1, WITHIN="province")


@pytest.mark.daily(1)
@pytest.mark.parametrize("form", ["text", "file"])
def test_targets_by_land_use_come_as_text_or_as_a_file(run, tmp_path, form):
    folder = tmp_path / "库"
    workspace = folder / "库.gpkg"
    run("createworkspace", AREAS=write_areas(folder), OUTPUT=workspace)
    profile = '{"land_use": {"公园": 60000}}'
    if form == "file":
        path = folder / "目标 面积.json"
        path.write_text(profile, encoding="utf-8")
        profile = path
    park = [{"用地类别": "公园"}]
    compounds = write_layer(folder / "院落.gpkg", park, [shapely.box(500_010, 4_000_010, 500_190, 4_000_140)])
    run("generateunitgrids", WORKSPACE=workspace, STREETS=write_streets(folder), COMPOUNDS=compounds, PROFILE=profile)
    assert "公园" in Workspace.open(workspace).read("unit_grid", ["land_use"])["land_use"].tolist()


def test_a_profile_that_is_no_json_is_refused_with_the_place_of_the_fault(run, results, workspace):
    with pytest.raises(QgsProcessingException, match="line 1"):
        run("generateunitgrids", WORKSPACE=workspace, PROFILE='{"land_use": ')


def test_hot_spots_come_as_a_layer_with_the_fields_of_the_contract(run, results, workspace, tmp_path):
    found = run(
        "hotspots",
        WORKSPACE=workspace,
        LEVEL="unit_grid",
        FROM="2025/1/1",
        TO="2025年12月31日",
        OUTPUT=tmp_path / "热.gpkg",
    )
    layer = QgsVectorLayer(found["OUTPUT"], "x", "ogr")
    names = [field.name() for field in layer.fields()]
    assert {"code", "count", "rate", "gi_z", "gi_p", "gi_q", "hotspot"} <= set(names)
    assert layer.crs().authid() == "EPSG:4548"
    assert layer.featureCount() == Workspace.open(workspace).count("unit_grid")
    assert sum(feature["count"] for feature in layer.getFeatures()) == found["COUNT"]


def test_hot_spots_of_street_lanes_are_lines_in_a_temporary_layer(run, results, workspace):
    found = run("hotspots", WORKSPACE=workspace, LEVEL="lane", NORMALISE="length", OUTPUT="TEMPORARY_OUTPUT")
    assert QgsWkbTypes.displayString(found["OUTPUT"].wkbType()) == "MultiLineString"


def test_a_hot_spot_layer_in_memory_is_coloured_by_class_or_where_none_stands_out_by_cases(run, results, workspace):
    layer = run("hotspots", WORKSPACE=workspace, OUTPUT="memory:")["OUTPUT"]
    is_told = any(feature["hotspot"] for feature in layer.getFeatures())
    assert layer.renderer().type() == ("categorizedSymbol" if is_told else "graduatedSymbol")
    assert len(layer.styleManager().styles()) == 2


def test_a_trend_comes_as_a_coloured_layer_with_the_fields_of_the_contract(run, results, workspace):
    found = run("hotspottrend", WORKSPACE=workspace, SLICE="week", OUTPUT="memory:")
    layer = found["OUTPUT"]
    assert {"code", "trend", "trend_z", "trend_p", "slices_hot"} <= {field.name() for field in layer.fields()}
    assert [category.value() for category in layer.renderer().categories()][:3] == ["new", "persistent", "fading"]
    assert sum(feature["count"] for feature in layer.getFeatures()) == found["COUNT"]


def test_a_date_that_is_none_is_told(run, results, workspace):
    with pytest.raises(QgsProcessingException, match="no date"):
        run("hotspots", WORKSPACE=workspace, FROM="去年", OUTPUT="memory:")


def test_who_is_responsible_answers_every_point(run, results, workspace, tmp_path):
    lonlat = Transformer.from_crs(4548, 4490, always_xy=True).transform(500_100, 4_000_100)
    points = write_layer(
        tmp_path / "待查 点.geojson",
        [{"编号": "a", "status": "原"}, {"编号": "b", "status": "原"}],
        [shapely.Point(117.0, 36.0), shapely.Point(lonlat)],
        ogr.wkbPoint,
        4326,
    )
    asked = run(
        "whoisresponsible", WORKSPACE=workspace, POINTS=points, SCHEME="cg", AT="2026-01-15 09:30", OUTPUT="memory:"
    )
    layer = asked["OUTPUT"]
    names = [field.name() for field in layer.fields()]
    assert names[:8] == [
        "unit_grid",
        "responsibility_grid",
        "department_code",
        "person",
        "lane_code",
        "lane_officer",
        "status",
        "rule",
    ]
    rows = {feature["编号"]: feature for feature in layer.getFeatures()}
    assert set(rows) == {"a", "b"}
    assert rows["a"]["status_2"] == "原"
    assert rows["a"]["rule"] == "outside"
    assert rows["b"]["department_code"] == "990101001"


def test_points_may_be_a_table_with_coordinates(run, results, workspace, tmp_path):
    table = tmp_path / "点 表.csv"
    table.write_text("编号,x,y\n1,500100,4000100\n2,500100,\n", encoding="gbk")
    listener = Listener()
    asked = run(
        "whoisresponsible", feedback=listener, WORKSPACE=workspace, POINTS=table, SCHEME="cg", OUTPUT="memory:"
    )
    assert asked["COUNT"] == asked["OUTPUT"].featureCount() == 1
    assert any("1 was not" in text for text in listener.warnings)
    report = json.loads(Path(asked["REPORT"]).read_text(encoding="utf-8"))
    assert report["reasons"] == {"coordinate_missing": 1}


def test_a_scheme_that_is_not_there_is_answered_with_those_there_are(run, results, workspace, tmp_path):
    points = write_areas(tmp_path)
    with pytest.raises(QgsProcessingException, match="cg"):
        run("whoisresponsible", WORKSPACE=workspace, POINTS=points, SCHEME="hw", OUTPUT="memory:")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_report_that_cannot_be_written_stops_the_run_before_it_begins(run, results, workspace, tmp_path):
    folder = tmp_path / "只读"
    folder.mkdir(mode=0o500)
    before = content_of(workspace)
    with pytest.raises(QgsProcessingException, match="cannot be written"):
        run("importlanes", WORKSPACE=workspace, STREETS=write_streets(tmp_path), REPORT=folder / "r.json")
    assert content_of(workspace) == before


def test_a_report_below_a_file_stops_the_run_before_it_begins(run, results, workspace, tmp_path):
    blocking = tmp_path / "文件"
    blocking.write_text("", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="cannot be written"):
        run("hotspots", WORKSPACE=workspace, OUTPUT="memory:", REPORT=blocking / "r.json")


def test_a_scope_is_drawn_and_replaced_alone_and_lanes_are_brought_up_to_date(run, tmp_path):
    areas, streets, path = write_areas(tmp_path), write_streets(tmp_path), tmp_path / "梯次.gpkg"
    run("createworkspace", AREAS=areas, OUTPUT=path)
    workspace = Workspace.open(path)
    first, *others = sorted(workspace.read("area", ["code"], {"level": "community"})["code"])
    drawn = run("generateunitgrids", WORKSPACE=path, STREETS=streets, SCOPE=first)
    assert drawn["COUNT"] == workspace.count("unit_grid") == workspace.count("unit_grid", {"area_code": first}) > 0
    run("generateunitgrids", WORKSPACE=path, STREETS=streets, SCOPE=",".join(others), MODE="new")
    before = workspace.read("unit_grid", None, {"area_code": others}).records()
    again = run("generateunitgrids", WORKSPACE=path, SCOPE=first, MODE="replace", TARGET_AREA=20_000)
    assert again["COUNT"] == workspace.count("unit_grid", {"area_code": first})
    assert workspace.read("unit_grid", None, {"area_code": others}).records() == before
    made = run("importlanes", WORKSPACE=path, STREETS=streets, SCOPE=first)
    assert made["COUNT"] == workspace.count("lane")
    assert run("importlanes", WORKSPACE=path, STREETS=streets, MODE="update")["COUNT"] == workspace.count("lane") == 4
