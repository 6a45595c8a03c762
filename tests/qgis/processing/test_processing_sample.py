"""The sample district through every algorithm: GBK without .cpg, no .prj, a local frame, tables with their faults."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from qgis.core import QgsProcessingException, QgsProcessingFeatureSourceDefinition, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Listener, write_layer
from tests.stored_content import content_of

SAMPLE = resource_path("sample")
MANIFEST = json.loads((SAMPLE / "sample.json").read_text(encoding="utf-8"))
LABEL = MANIFEST["frame"]["label"]
CASES = ("cases_2025h1.csv", "cases_2025h2.csv", "cases_12345.xlsx")


@pytest.fixture(scope="module")
def chain(run, tmp_path_factory):
    """The workspace of the whole chain, and what each step returned, in order."""
    workspace = tmp_path_factory.mktemp("sample") / "澄湖 区" / "网格 库.gpkg"
    steps: list = []

    def step(name, **parameters):
        steps.append((name, run(name, WORKSPACE=workspace, **parameters)))

    more = [str(SAMPLE / name) for name in ("county.shp", "street_offices.shp")]
    areas = {"AREAS": SAMPLE / "communities.shp", "MORE_AREAS": more, "CODE_FIELD": "编码", "LOCAL_FRAME": LABEL}
    steps.append(("createworkspace", run("createworkspace", OUTPUT=workspace, **areas)))
    ground = {"COMPOUNDS": SAMPLE / "compounds.shp", "ROAD_AREAS": SAMPLE / "road_areas.shp"}
    step("generateunitgrids", STREETS=SAMPLE / "streets.shp", **ground)
    step("importtable", TABLE="department", INPUT=SAMPLE / "departments.csv")
    step("importtable", TABLE="person", INPUT=SAMPLE / "persons.xlsx")
    step("importtable", TABLE="duty_rule", INPUT=SAMPLE / "duty_rules.csv")
    step("importlanes", STREETS=SAMPLE / "streets.shp")
    step("importcomponents", INPUT=SAMPLE / "components.csv")
    for name in CASES:
        step("importcases", INPUT=SAMPLE / name)
    step("buildresponsibilitygrids", SCHEME="cg", TITLE="城管巡查", COUNT=MANIFEST["scheme"]["count"], WEIGHT="area")
    step("importposts", TARGET="lane", INPUT=SAMPLE / "lane_posts.xlsx")
    step("importposts", TARGET="responsibility_grid", SCHEME="cg", INPUT=SAMPLE / "grid_posts.xlsx")
    return workspace, steps


@pytest.fixture(scope="module")
def workspace(chain):
    return chain[0]


def test_every_step_brings_in_something(chain):
    assert all(outputs.get("COUNT", 1) > 0 for _, outputs in chain[1])


def test_what_stays_out_is_counted_with_its_reasons(chain):
    rejected = [outputs for name, outputs in chain[1] if name in ("importcases", "importcomponents")]
    for outputs in rejected:
        report = json.loads(Path(outputs["REPORT"]).read_text(encoding="utf-8"))
        assert outputs["REJECTED"] == report["rejected"] == sum(report["reasons"].values()) > 0
        assert Path(report["rejected_rows"]).is_file()


def test_chinese_names_survive_gbk_without_a_cpg(workspace):
    areas = Workspace.open(workspace).read("area")
    assert {level: areas["level"].tolist().count(level) for level in ("county", "street_office", "community")} == {
        "county": 1,
        "street_office": 2,
        "community": 12,
    }
    assert any(str(name).endswith("社区") or "社区" in str(name) for name in areas["name"])
    assert Workspace.open(workspace).info.frame.label == LABEL


def test_the_scheme_has_as_many_grids_as_asked_for(workspace):
    assert Workspace.open(workspace).count("responsibility_grid", {"scheme": "cg"}) == MANIFEST["scheme"]["count"]


def test_a_layer_opened_in_qgis_with_garbled_headings_does_as_well(run, tmp_path):
    layer = QgsVectorLayer(str(SAMPLE / "communities.shp"), "社区", "ogr")
    QgsProject.instance().addMapLayer(layer)
    names = [field.name() for field in layer.fields()]
    try:
        made = run(
            "createworkspace",
            AREAS=layer.id(),
            CODE_FIELD=names[0],
            NAME_FIELD=names[1],
            LOCAL_FRAME=LABEL,
            OUTPUT=tmp_path / "甲.gpkg",
        )
    finally:
        QgsProject.instance().removeAllMapLayers()
    areas = Workspace.open(made["OUTPUT"]).read("area")
    assert "community" in areas["level"].tolist()
    assert any("社区" in str(name) for name in areas["name"])


def test_only_selected_areas_become_a_workspace(run, tmp_path):
    layer = QgsVectorLayer(str(SAMPLE / "communities.shp"), "社区", "ogr")
    layer.setProviderEncoding("GBK")
    layer.updateFields()
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([0, 1, 2])
    areas = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    try:
        made = run("createworkspace", AREAS=areas, LOCAL_FRAME=LABEL, OUTPUT=tmp_path / "三个社区.gpkg")
    finally:
        QgsProject.instance().removeAllMapLayers()
    levels = Workspace.open(made["OUTPUT"]).read("area")["level"].tolist()
    assert levels.count("community") == 3


@pytest.mark.proof
def test_a_local_frame_refuses_degrees_with_the_reason(run, workspace):
    before = content_of(workspace)
    with pytest.raises(QgsProcessingException, match="澄湖"):
        run("importcases", WORKSPACE=workspace, INPUT=SAMPLE / CASES[0], COORDINATES="gcj02")
    assert content_of(workspace) == before


def test_the_same_cases_a_second_time_add_nothing(run, workspace):
    before = Workspace.open(workspace).count("cases")
    again = run("importcases", WORKSPACE=workspace, INPUT=SAMPLE / CASES[0])
    assert again["COUNT"] == 0
    assert Workspace.open(workspace).count("cases") == before


@pytest.mark.daily(1)
@pytest.mark.parametrize("level", ["unit_grid", "responsibility_grid", "community", "lane"])
def test_hot_spots_of_every_level_come_without_a_reference_system(run, workspace, level, tmp_path):
    output = tmp_path / "高发 区域.gpkg"
    found = run("hotspots", WORKSPACE=workspace, LEVEL=level, SCHEME="cg", CLASS_PREFIX="05", OUTPUT=output)
    layer = QgsVectorLayer(found["OUTPUT"], "x", "ogr")
    assert layer.isValid()
    assert layer.crs().authid() == ""
    assert sum(feature["count"] for feature in layer.getFeatures()) <= found["COUNT"]


def test_posts_go_out_as_tables_that_come_in_again(run, workspace, tmp_path):
    written = run("exportposts", WORKSPACE=workspace, TARGET="lane", FOLDER=tmp_path, FORMATS="xlsx", TEMPLATES=False)
    (path,) = tmp_path.glob("*.xlsx")
    assert written["COUNT"] == Workspace.open(workspace).count("post", {"target": "lane"})
    assert run("importposts", WORKSPACE=workspace, TARGET="lane", INPUT=path)["REJECTED"] == 0


@pytest.mark.proof
def test_who_is_responsible_knows_the_people_on_duty(run, workspace, tmp_path):
    options = {"SCHEME": "cg", "AT": "2026-01-15 09:30", "CLASS_FIELD": "部件类别代码"}
    heading = (SAMPLE / "components.csv").read_bytes().split(b"\n")[0].decode("gbk", "replace").strip().split(",")
    options["CLASS_FIELD"] = next(name for name in heading if "类" in name)
    asked = run(
        "whoisresponsible",
        WORKSPACE=workspace,
        POINTS=SAMPLE / "components.csv",
        OUTPUT=tmp_path / "责.gpkg",
        **options,
    )
    layer = QgsVectorLayer(asked["OUTPUT"], "x", "ogr")
    rows = list(layer.getFeatures())
    assert len(rows) == asked["COUNT"] > 5000
    assert {row["status"] for row in rows} <= {"clear", "disputed", "fallback"}
    assert sum(bool(row["person"]) for row in rows) > len(rows) / 2
    assert sum(bool(row["lane_officer"]) for row in rows) > len(rows) / 2


@pytest.fixture
def faulty(workspace, tmp_path):
    """A copy of the workspace in which posts name persons that nobody knows."""
    copy = tmp_path / "有错 库.gpkg"
    copy.write_bytes(workspace.read_bytes())
    opened = Workspace.open(copy)
    posts = opened.read("post", ["person_id"], geometry=False)
    with opened.transaction("", "test") as transaction:
        transaction.set_column("post", "person_id", posts.fid[:3], ["P-1", "P-2", "P-3"])
    return copy


@pytest.mark.proof
def test_what_validation_finds_is_counted_and_listed(run, faulty, tmp_path):
    listed = tmp_path / "问题 清单.gpkg"
    listener = Listener()
    checked = run("validate", feedback=listener, WORKSPACE=faulty, SCHEME="cg", OUTPUT=listed)
    assert "Person unknown (person_unknown): 3" in listener.warnings
    assert checked["ERRORS"] >= 3
    dataset = ogr.Open(checked["OUTPUT"])
    assert dataset.GetLayer(0).GetFeatureCount() >= checked["ERRORS"] + checked["WARNINGS"]


def test_a_list_with_longitude_and_latitude_is_refused_in_a_local_frame(run, workspace, tmp_path):
    with pytest.raises(QgsProcessingException, match="澄湖"):
        run("validate", WORKSPACE=workspace, OUTPUT=tmp_path / "x.geojson")


@pytest.mark.proof
def test_without_an_output_the_numbers_are_enough(run, workspace):
    checked = run("validate", WORKSPACE=workspace)
    assert "OUTPUT" not in checked
    assert Path(checked["REPORT"]).is_file()


@pytest.mark.proof
def test_cells_as_they_were_drawn_have_no_fault_of_shape(workspace):
    told = validate_workspace(Workspace.open(workspace)).by_rule
    assert [rule for rule in told if rule.startswith("unit_")] == []


@pytest.mark.proof
def test_a_package_with_errors_is_not_written(run, faulty, tmp_path):
    before, folder = content_of(faulty), tmp_path / "移交"
    folder.mkdir()
    with pytest.raises(QgsProcessingException, match="no package"):
        run("exportpackage", WORKSPACE=faulty, SCHEME="cg", FOLDER=folder)
    assert list(folder.iterdir()) == []
    assert content_of(faulty) == before


def test_a_sound_workspace_is_handed_over_in_several_formats(run, workspace, tmp_path):
    copy = tmp_path / "移交 前.gpkg"
    copy.write_bytes(workspace.read_bytes())
    folder = tmp_path / "移交"
    folder.mkdir()
    listener = Listener()
    options = {"FORMATS": ["shp", "gpkg"], "ENCODING": "GBK", "EFFECTIVE_FROM": date.today().isoformat()}
    handed = run("exportpackage", feedback=listener, WORKSPACE=copy, SCHEME="cg", FOLDER=folder, **options)
    with zipfile.ZipFile(handed["PACKAGE"]) as archive:
        names = archive.namelist()
    assert any(name.endswith("unit_grid.shp") for name in names)
    assert any(name.endswith(".gpkg") for name in names)
    manifest = json.loads(Path(handed["MANIFEST"]).read_text(encoding="utf-8"))
    assert str(handed["RELEASE"]) in json.dumps(manifest)
    assert Workspace.open(copy).count("release") == 1


def _cells(workspace):
    cells = Workspace.open(workspace).read("unit_grid", ["code"])
    return cells["code"].tolist(), cells.geometry


@pytest.mark.proof
def test_unit_grids_from_elsewhere_are_taken_with_their_codes(run, workspace, tmp_path):
    codes, shapes = _cells(workspace)
    drawn = write_layer(tmp_path / "单元 网格.gpkg", [{"BGID": code} for code in codes], list(shapes), epsg=None)
    target = tmp_path / "新 库.gpkg"
    run("createworkspace", AREAS=SAMPLE / "communities.shp", LOCAL_FRAME=LABEL, OUTPUT=target)
    taken = run("importunitgrids", WORKSPACE=target, INPUT=drawn, CODE_FIELD="BGID", MODE="new")
    assert (taken["COUNT"], taken["REJECTED"]) == (len(codes), 0)
    assert sorted(_cells(target)[0]) == sorted(codes)


@pytest.mark.proof
def test_faulty_unit_grids_are_refused_with_the_list_of_faults(run, workspace, tmp_path):
    codes, shapes = _cells(workspace)
    spoilt = shapes.copy()
    spoilt[0] = shapely.buffer(shapes[0], 3, join_style="mitre")
    drawn = write_layer(tmp_path / "重叠.gpkg", [{"BGID": code} for code in codes], list(spoilt), epsg=None)
    target, report = tmp_path / "新 库.gpkg", tmp_path / "体检.json"
    run("createworkspace", AREAS=SAMPLE / "communities.shp", LOCAL_FRAME=LABEL, OUTPUT=target)
    before, listener = content_of(target), Listener()
    with pytest.raises(QgsProcessingException):
        run("importunitgrids", feedback=listener, WORKSPACE=target, INPUT=drawn, CODE_FIELD="BGID", REPORT=report)
    assert content_of(target) == before
    assert json.loads(report.read_text(encoding="utf-8"))["reasons"]
    assert any("体检.json" in text for text in listener.warnings)
