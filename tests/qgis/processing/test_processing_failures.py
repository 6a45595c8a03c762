"""What goes wrong, or is stopped: a sentence in the user's language, and a workspace as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QThread

from gridmgmt_plugin.core import _compat, report
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.processing.feedback import FeedbackProgress
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Listener, write_areas, write_layer, write_streets
from tests.stored_content import content_of


@pytest.fixture(scope="module")
def prepared(run, tmp_path_factory):
    """A workspace with unit grids, and input files for whatever comes after."""
    folder = tmp_path_factory.mktemp("failures") / "示例 区"
    workspace = folder / "库.gpkg"
    run("createworkspace", AREAS=write_areas(folder), OUTPUT=workspace)
    bare = folder / "只有区划.gpkg"
    shutil.copy(workspace, bare)
    run("generateunitgrids", WORKSPACE=workspace, STREETS=write_streets(folder))
    run("buildresponsibilitygrids", WORKSPACE=workspace, SCHEME="cg", COUNT=2)
    run("newalternative", WORKSPACE=workspace, SCHEME="cg", KEY="cg4")
    cells = Workspace.open(workspace).read("unit_grid", ["code"])
    write_layer(folder / "单元 网格.gpkg", [{"code": code} for code in cells["code"]], list(cells.geometry))
    points = "编号,类别,上报时间,x,y\n1,店外经营,2025-03-07,500100,4000100\n"
    (folder / "点.csv").write_text(points, encoding="utf-8")
    more = "编号,类别,上报时间,x,y\n9,暴露垃圾,2025-03-08,500300,4000200\n"
    (folder / "以前.csv").write_text(more, encoding="utf-8")
    run("importcases", WORKSPACE=workspace, INPUT=folder / "以前.csv")
    posts = "区划代码,姓名,岗位\n990101001001,示例甲,网格长\n"
    (folder / "岗位.csv").write_text(posts, encoding="utf-8")
    (folder / "检查.csv").write_text("街巷编码,检查日期,总分\n9901010019001,2025-03-07,85\n", encoding="utf-8")
    with Workspace.open(workspace).transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records([{"code": "9901010019001", "name": "无图巷", "state": "撤销"}]))
        transaction.insert("person", Rows.from_records([{"id": "甲"}, {"id": "乙"}]))
        transaction.insert("department", Rows.from_records([{"code": "D8"}, {"code": "D9"}]))
        post = {"id": "1", "target": "area", "target_code": "990101001001", "person_id": "甲", "role": "liaison"}
        transaction.insert("post", Rows.from_records([post]))
        part = Rows.from_records([{"code": "部件甲", "class_code": "0102", "owner_state": "争议"}])
        transaction.insert("component", Rows(part.columns, as_column([None])))
    with_lane = Path(shutil.copy(workspace, folder / "有街巷.gpkg"))
    with Workspace.open(with_lane).transaction("", "test") as transaction:
        lane = {"code": "9901010019002", "name": "示例巷", "state": "在用", "street_code": "990101001"}
        line = as_column([shapely.multilinestrings([[(500050, 4000050), (500150, 4000050)]])])
        transaction.insert("lane", Rows.from_records([lane], line))
    _working_copy(run, workspace, folder / "外业.gpkg")
    (folder / "部门.csv").write_text("编码,名称\nD1,城管局（示例）\n", encoding="utf-8")
    return folder


def _working_copy(run, workspace, path):
    """Copy the workspace as a working copy, and have a new person in it."""
    run("copyworkspace", WORKSPACE=workspace, OUTPUT=path, WORKING_COPY=True)
    with Workspace.open(path).transaction("", "test") as transaction:
        transaction.insert("person", Rows.from_records([{"id": "丙"}]))


@pytest.fixture
def folder(prepared, tmp_path):
    """A copy that a test may spoil."""
    return Path(shutil.copytree(prepared, tmp_path / "示例 区"))


@pytest.fixture
def chinese():
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "zh_CN")
    yield
    settings.remove("locale/overrideFlag")
    settings.remove("locale/userLocale")


def _calls(folder):
    """One call per algorithm that would do its work, with the workspace that it needs."""
    filled, bare, points = folder / "库.gpkg", folder / "只有区划.gpkg", folder / "点.csv"
    streets = folder / "道路 中心线.gpkg"
    return {
        "bringback": {"WORKSPACE": filled, "INPUT": folder / "外业.gpkg"},
        "copyworkspace": {"WORKSPACE": filled, "OUTPUT": folder / "副本.gpkg"},
        "generateunitgrids": {"WORKSPACE": bare, "STREETS": streets},
        "importunitgrids": {"WORKSPACE": bare, "INPUT": folder / "单元 网格.gpkg"},
        "buildresponsibilitygrids": {"WORKSPACE": filled, "SCHEME": "zz", "COUNT": 3},
        "assignunits": {
            "WORKSPACE": filled,
            "SCHEME": "cg",
            "GRID": "none",
            "OUTLINES": folder / "社区 界线.gpkg",
        },
        "schemerules": {"WORKSPACE": filled, "SCHEME": "cg", "WITHIN": "county"},
        "createscheme": {"WORKSPACE": filled, "KEY": "dl", "BASE": "lane"},
        "copyscheme": {"WORKSPACE": filled, "SCHEME": "cg", "KEY": "cg2"},
        "newalternative": {"WORKSPACE": filled, "SCHEME": "cg", "KEY": "cg3"},
        "adoptalternative": {"WORKSPACE": filled, "SCHEME": "cg4"},
        "deletescheme": {"WORKSPACE": filled, "SCHEME": "cg", "CONFIRMED": "cg"},
        "importlanes": {"WORKSPACE": filled, "STREETS": streets},
        "importcomponents": {"WORKSPACE": filled, "INPUT": points},
        "importcases": {"WORKSPACE": filled, "INPUT": points},
        "importledger": {"WORKSPACE": filled, "INPUT": points, "LEDGER": "点"},
        "ledgercounts": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "importtable": {"WORKSPACE": filled, "TABLE": "department", "INPUT": folder / "部门.csv"},
        "validate": {"WORKSPACE": filled},
        "importposts": {"WORKSPACE": filled, "TARGET": "area", "INPUT": folder / "岗位.csv"},
        "exportposts": {"WORKSPACE": filled, "TARGET": "area", "FOLDER": folder},
        "importinspections": {"WORKSPACE": filled, "INPUT": folder / "检查.csv"},
        "lanecases": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "drawlanes": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "judgelanes": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "lanepapers": {"WORKSPACE": folder / "有街巷.gpkg", "KIND": "sign", "FOLDER": folder},
        "assignofficers": {"WORKSPACE": filled, "PERSON": "甲", "ROLE": "lane_chief", "SCOPE": "990101"},
        "endofficers": {"WORKSPACE": filled, "POSTS": "G00001"},
        "planpatrols": {"WORKSPACE": filled},
        "importpatrols": {"WORKSPACE": filled, "INPUT": folder / "岗位.csv"},
        "patrolgaps": {"WORKSPACE": filled},
        "exportofficers": {"WORKSPACE": filled, "FOLDER": folder},
        "assignperson": {"WORKSPACE": filled, "PERSON": "乙", "TARGET": "area", "PLACE": "990101001"},
        "endposts": {"WORKSPACE": filled, "POSTS": "1"},
        "setduty": {"WORKSPACE": filled, "CLASS_PREFIX": "0102", "DEPARTMENT": "D8"},
        "opencase": {"WORKSPACE": filled, "COMPONENT": "部件甲", "CLAIMS": "甲,乙"},
        "rulecase": {"WORKSPACE": filled, "COMPONENT": "部件甲", "OWNER": "D8", "RULING": "议定"},
        "takeback": {"WORKSPACE": filled},
        "staffingboard": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "changecomponents": {"WORKSPACE": filled, "CODES": "部件甲", "NEW_STATE": "废弃", "REASON": "拆迁"},
        "exportsurvey": {"WORKSPACE": filled, "OUTPUT": folder / "普查.gpkg"},
        "importsurvey": {"WORKSPACE": filled, "INPUT": folder / "社区 界线.gpkg"},
        "componentinventory": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "dutycoverage": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "meetingsheet": {"WORKSPACE": filled, "OUTPUT": folder / "会议单.pdf"},
        "handoverposts": {"WORKSPACE": filled, "PERSON": "甲", "SUCCESSOR": "乙"},
        "reformdepartment": {"WORKSPACE": filled, "DEPARTMENT": "D8", "SUCCESSOR": "D9"},
        "followground": {"WORKSPACE": filled, "FOLDER": folder},
        "comparestates": {"WORKSPACE": filled, "BASE": "2020-01-01", "SCHEME": "cg", "OUTPUT": "memory:"},
        "servicecircles": {
            "WORKSPACE": filled,
            "CENTRES": points,
            "STREETS": streets,
            "SCHEME": "fw",
            "OUTPUT": "memory:",
        },
        "whoisresponsible": {"WORKSPACE": filled, "POINTS": points, "OUTPUT": "memory:"},
        "hotspots": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "recurrence": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "hotspottrend": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "evaluate": {"WORKSPACE": filled, "LEVEL": "community", "OUTPUT": "memory:"},
        "systemcoverage": {"WORKSPACE": filled, "OUTPUT": "memory:"},
        "briefing": {"WORKSPACE": filled, "FOLDER": folder},
        "deliverpostgis": {"WORKSPACE": filled, "RELEASE": "r0001", "TARGET": "postgresql://127.0.0.1:1/front"},
        "deliverhttp": {"WORKSPACE": filled, "PACKAGE": folder / "点.csv", "TARGET": "http://127.0.0.1:1"},
        "exportpackage": {"WORKSPACE": filled, "SCHEME": "cg", "FOLDER": folder},
        "restorerelease": {"WORKSPACE": filled, "RELEASE": "r0001"},
        "releaseact": {"WORKSPACE": filled, "RELEASE": "r0001", "ACT": "accept"},
        "importpackage": {"WORKSPACE": filled, "INPUT": folder / "点.csv"},
        "importreceipt": {"WORKSPACE": filled, "RELEASE": "r0001", "INPUT": folder / "点.csv"},
    }


def test_every_algorithm_is_called_here(run, prepared):
    assert {*_calls(prepared), "createworkspace"} == set(run.algorithms())


@pytest.mark.parametrize("name", sorted(_calls(Path())))
def test_cancelled_at_once_it_leaves_everything_as_it_was(run, folder, name):
    parameters = _calls(folder)[name]
    before = content_of(parameters["WORKSPACE"])
    files = sorted(path.name for path in folder.iterdir())
    listener = Listener(cancel_at=0)
    assert run(name, feedback=listener, **parameters) == {}
    assert Message("cancelled").text() in listener.infos
    assert content_of(parameters["WORKSPACE"]) == before
    assert sorted(path.name for path in folder.iterdir()) == files


@pytest.mark.parametrize("name", ["generateunitgrids", "buildresponsibilitygrids", "importlanes"])
def test_cancelled_half_way_it_leaves_the_workspace_as_it_was(run, folder, name):
    parameters = _calls(folder)[name]
    before = content_of(parameters["WORKSPACE"])
    listener = Listener(cancel_at=30)
    assert run(name, feedback=listener, **parameters) == {}
    assert listener.fractions
    assert content_of(parameters["WORKSPACE"]) == before


def test_cancelled_at_once_no_workspace_is_made(run, folder):
    target = folder / "新.gpkg"
    assert (
        run("createworkspace", feedback=Listener(cancel_at=0), AREAS=folder / "社区 界线.gpkg", OUTPUT=target) == {}
    )
    assert not target.exists()


def test_without_a_place_for_the_circles_no_scheme_is_made(run, folder):
    parameters = {**_calls(folder)["servicecircles"], "OUTPUT": folder / "点.csv" / "没有文件夹.gpkg"}
    before = content_of(parameters["WORKSPACE"])
    with pytest.raises(QgsProcessingException):
        run("servicecircles", **parameters)
    assert content_of(parameters["WORKSPACE"]) == before


def test_a_click_that_comes_when_all_is_written_cancels_nothing():
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    FeedbackProgress(feedback).report(1.0)
    assert feedback.progress() == 100


@pytest.mark.daily(1)
@pytest.mark.parametrize("name", ["generateunitgrids", "buildresponsibilitygrids", "importlanes", "importcases"])
def test_progress_goes_up_to_the_end(run, folder, name):
    listener = Listener()
    run(name, feedback=listener, **_calls(folder)[name])
    assert listener.fractions == sorted(listener.fractions)
    assert listener.fractions[-1] == 100


@pytest.mark.parametrize("name", sorted(_calls(Path())))
def test_a_workspace_that_is_not_there_is_told(run, folder, name):
    parameters = {**_calls(folder)[name], "WORKSPACE": folder / "没有 这个.gpkg"}
    with pytest.raises(QgsProcessingException, match=r"没有 这个\.gpkg"):
        run(name, **parameters)
    assert not (folder / "没有 这个.gpkg").exists()


@pytest.mark.daily(2)
@pytest.mark.parametrize(
    "name",
    [
        "generateunitgrids",
        "importunitgrids",
        "buildresponsibilitygrids",
        "importlanes",
        "importcomponents",
        "importcases",
        "importledger",
        "importtable",
    ],
)
def test_a_workspace_that_another_program_writes_to_is_told_at_once(run, folder, name):
    parameters = _calls(folder)[name]
    before = content_of(parameters["WORKSPACE"])
    other = sqlite3.connect(parameters["WORKSPACE"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(QgsProcessingException):
            run(name, **parameters)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert content_of(parameters["WORKSPACE"]) == before


def test_a_database_is_refused_with_a_reason(run):
    with pytest.raises(QgsProcessingException, match="example"):
        run("validate", WORKSPACE="postgresql://user:secret@example/db")


def test_a_password_is_never_repeated(run):
    with pytest.raises(QgsProcessingException) as caught:
        run("validate", WORKSPACE="postgresql://user:secret@example/db")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("areas", "sentence"),
    [("没有.shp", "没有.shp"), ("空.csv", "空.csv"), ("点.csv", "点"), ("改名.dwg", "改名.dwg")],
)
def test_areas_that_cannot_be_used_are_told_by_name(run, folder, areas, sentence):
    (folder / "空.csv").touch()
    (folder / "改名.dwg").write_bytes(b"AC1015")
    target = folder / "新.gpkg"
    with pytest.raises(QgsProcessingException, match=sentence):
        run("createworkspace", AREAS=folder / areas, OUTPUT=target)
    assert not target.exists()


def test_a_shapefile_without_its_parts_is_told_by_the_missing_part(run, folder):
    shape = write_areas(folder, "区划.shp")
    shape.with_suffix(".shx").unlink()
    with pytest.raises(QgsProcessingException, match=r"\.shx"):
        run("createworkspace", AREAS=shape, OUTPUT=folder / "新.gpkg")


def test_a_column_that_is_not_there_is_answered_with_those_there_are(run, folder):
    with pytest.raises(QgsProcessingException, match="代码, 名称"):
        run(
            "createworkspace",
            AREAS=folder / "社区 界线.gpkg",
            CODE_FIELD="BM",
            OUTPUT=folder / "新.gpkg",
        )


def test_points_where_lines_are_needed_are_refused(run, folder):
    points = write_layer(folder / "点.shp", [{"名称": "甲"}], [shapely.Point(500_100, 4_000_100)], ogr.wkbPoint)
    workspace = folder / "只有区划.gpkg"
    before = content_of(workspace)
    with pytest.raises(QgsProcessingException, match="lines"):
        run("generateunitgrids", WORKSPACE=workspace, STREETS=points)
    assert content_of(workspace) == before


def test_a_workspace_that_exists_is_not_overwritten(run, folder):
    before = content_of(folder / "库.gpkg")
    with pytest.raises(QgsProcessingException):
        run("createworkspace", AREAS=folder / "社区 界线.gpkg", OUTPUT=folder / "库.gpkg")
    assert content_of(folder / "库.gpkg") == before


@pytest.mark.parametrize("given", ["", "  ", '""', "“”"])
@pytest.mark.parametrize(("name", "more"), [("exportpackage", {"SCHEME": "cg"}), ("exportposts", {"TARGET": "area"})])
def test_without_a_folder_nothing_is_written_anywhere(run, folder, tmp_path, monkeypatch, name, more, given):
    here = tmp_path / "QGIS"
    here.mkdir()
    monkeypatch.chdir(here)  # an empty path would be the folder that QGIS runs in
    before = content_of(folder / "库.gpkg")
    with pytest.raises(QgsProcessingException, match="FOLDER"):
        run(name, WORKSPACE=folder / "库.gpkg", FOLDER=given, **more)
    assert list(here.iterdir()) == []
    assert content_of(folder / "库.gpkg") == before


def test_errors_are_told_in_the_language_of_qgis(run, folder, chinese):
    with pytest.raises(QgsProcessingException, match=r"已有单元网格（\d+ 个）"):
        run("generateunitgrids", WORKSPACE=folder / "库.gpkg", STREETS=folder / "道路 中心线.gpkg")


def test_a_missing_library_is_told_before_the_work_begins(run, folder, monkeypatch):
    missing = (_compat.Missing("shapely", "1.8.5", "2.0"),)
    monkeypatch.setattr(_compat, "missing_libraries", lambda: missing)
    algorithm = run.algorithms()["validate"]
    possible, reason = algorithm.canExecute()
    assert not possible
    assert "shapely >= 2.0 (1.8.5)" in reason
    assert "QGIS 3.28.5 or later, better 3.34" in reason
    with pytest.raises(QgsProcessingException, match="shapely"):
        run("validate", WORKSPACE=folder / "库.gpkg")


def test_with_every_library_it_can_run(run):
    assert run.algorithms()["validate"].canExecute() == (True, "")


def test_it_runs_in_a_thread_of_its_own_on_a_layer_of_the_project(run, folder):
    project = QgsProject.instance()
    layer = QgsVectorLayer(str(folder / "道路 中心线.gpkg"), "道路", "ogr")
    project.addMapLayer(layer)
    context = QgsProcessingContext()
    context.setProject(project)
    feedback, done = QgsProcessingFeedback(), []
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("gridmgmt:importlanes")
    workspace = str(folder / "库.gpkg")
    task = QgsProcessingAlgRunnerTask(algorithm, {"WORKSPACE": workspace, "STREETS": layer.id()}, context, feedback)
    loop = QEventLoop()
    task.executed.connect(lambda *outcome: (done.append(outcome), loop.quit()))
    QgsApplication.taskManager().addTask(task)
    loop.exec()
    successful, outputs = done[0]
    project.removeAllMapLayers()
    assert successful
    assert outputs["COUNT"] == 4
    assert QThread.currentThread() == QCoreApplication.instance().thread()


@pytest.mark.parametrize("held", ["report.json", "report_rejected.csv"])
def test_a_job_is_done_though_its_report_is_open_in_another_program(run, folder, monkeypatch, held):
    """The cases are in; the report stands under another name, and that is a warning."""
    points = "编号,类别,上报时间,x,y\n21,店外经营,2025-03-07,500100,4000100\n22,店外经营,2025-03-07,,\n"
    (folder / "又.csv").write_text(points, encoding="utf-8")
    replace = report.replace_file

    def refuse(source, target):
        if target.name == held:
            raise WorkspaceError("file_held", path=str(target))
        replace(source, target)

    monkeypatch.setattr(report, "replace_file", refuse)
    before = Workspace.open(folder / "库.gpkg").count("cases")
    wanted = folder / "report.json"
    said = Listener()
    result = run("importcases", said, WORKSPACE=folder / "库.gpkg", INPUT=folder / "又.csv", REPORT=wanted)
    assert Workspace.open(folder / "库.gpkg").count("cases") == before + 1
    written = Path(result["REPORT"])
    assert written.parent == folder
    assert written.name.startswith("report_2")
    assert json.loads(written.read_text(encoding="utf-8"))["accepted"] == 1
    assert any(held in warning and written.name in warning for warning in said.warnings)
