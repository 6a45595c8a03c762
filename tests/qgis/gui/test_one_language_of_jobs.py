"""What jobs write speaks one language: report, list of refused rows, columns of result layers, what they tell."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingUtils, QgsSettings

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.report_dialog import report_html
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.project.forms.field_widgets import gesture_names
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.i18n import language as spoken_language
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Runner, write_layer
from tests.qgis.spoken import foreign
from tests.qgis.workspace_window import build_workspace, forget_settings

HEADINGS = {
    "zh": ("案件编号", "类别", "上报时间", "状态", "东坐标X", "北坐标Y", "标题"),
    "en": ("id", "class_code", "reported_at", "status", "x", "y", "title"),
}


class _Listener(QgsProcessingFeedback):
    def __init__(self):
        super().__init__(False)
        self.heard = []

    def pushInfo(self, info):
        self.heard.append(info)

    def pushWarning(self, warning):
        self.heard.append(warning)

    def reportError(self, error, fatalError=False):  # noqa: N803  QGIS's name
        self.heard.append(error)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("written") / "1.gpkg")


@pytest.fixture(params=["zh_CN", "zh-Hans", "zh", "en_US"])
def tongue(request, qgis_app, processing):
    forget_settings()
    settings, translation = QgsSettings(), Translation()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", request.param)
    translation.install()
    runner = Runner(processing)
    yield request.param[:2]
    runner.close()
    translation.remove()
    settings.remove("locale")


@pytest.fixture
def place(tongue, original, tmp_path):
    found = shutil.copyfile(original, tmp_path / "1.gpkg")
    if tongue == "en":
        write_in_english(found)
        with Workspace.open(found).transaction("", "test") as transaction:
            lane = Workspace.open(found).read("lane", geometry=False)
            transaction.update("lane", Rows({"name": as_column(["North Lane"])}, None, lane.fid))
    return found


def _table(tmp_path, headings, rows):
    path = tmp_path / "2.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([headings, *rows])
    return str(path)


def _cases(tmp_path, tongue):
    day, state = "2025-05-02 08:00", "closed" if tongue == "en" else "已结案"
    rows = [[f"A{n}", "0101", day, state, 50 + 100 * n, 50, f"{n}"] for n in range(12)]
    rows[2][1], rows[3][2], rows[4][4], rows[5][3] = "9999", "", 99999, "?"
    rows[6][4] = ""
    return _table(tmp_path, HEADINGS[tongue], [*rows, rows[0]])


def _run(key, tmp_path, **values):
    """Run an algorithm; return everything that it says and writes, by where."""
    import processing as qgis_processing  # found only when QGIS's plugins are on the path

    feedback, context = _Listener(), QgsProcessingContext()
    values.setdefault("REPORT", str(tmp_path / "report.json"))
    results = qgis_processing.run(f"gridmgmt:{key}", values, context=context, feedback=feedback)
    said = [("log", line) for line in feedback.heard if not line.startswith(("{", "Results:"))]  # QGIS's own
    outcome = Outcome.of("", results)
    said.append(("report", report_html(outcome)))
    said.append(("message", outcome_message(outcome).text(spoken_language())))
    for path in Path(tmp_path).rglob("*.csv"):
        if path.name.startswith("report_"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                head, *rows = csv.reader(stream)
            said += [(f"{path.name} heading", cell) for cell in head]
            said += [(f"{path.name} text", row[-1]) for row in rows]
    layer = QgsProcessingUtils.mapLayerFromString(str(results.get("OUTPUT") or ""), context)
    if layer is not None:
        own = [at for at in range(layer.fields().count()) if layer.fields()[at].name() != "fid"]
        said += [("column", layer.attributeDisplayName(at)) for at in own]
    return said


def _check(said, tongue):
    wrong = {f"{where}: {word}" for where, text in said for word in [foreign(text, tongue)] if word}
    assert not wrong, "\n".join(sorted(wrong))


def test_an_import_of_cases(place, tongue, tmp_path):
    said = _run("importcases", tmp_path, WORKSPACE=str(place), INPUT=_cases(tmp_path, tongue))
    assert any(where.startswith("report_rejected.csv heading") for where, _ in said)
    _check(said, tongue)


def test_an_import_of_components(place, tongue, tmp_path):
    headings = ("code", "class_code", "x", "y") if tongue == "en" else ("部件编码", "部件类别", "东坐标X", "北坐标Y")
    rows = [[f"990101000000000{n}", "0101", 50 + 100 * n, 50] for n in range(6)]
    rows[1][1], rows[2][2], rows[3][0] = "9999", 99999, ""
    said = _run("importcomponents", tmp_path, WORKSPACE=str(place), INPUT=_table(tmp_path, headings, rows))
    assert any(where.startswith("report_rejected.csv") for where, _ in said)
    _check(said, tongue)


def test_an_import_of_posts(place, tongue, tmp_path):
    headings = ("name", "role", "target_code") if tongue == "en" else ("姓名", "角色", "网格编码")
    leader = "Grid leader" if tongue == "en" else "网格长"
    rows = [["A1", leader, "990101001001001"], ["A2", "?", "990101001001001"], ["A3", leader, "1"], ["", leader, "2"]]
    path = _table(tmp_path, headings, rows)
    said = _run("importposts", tmp_path, WORKSPACE=str(place), INPUT=path, TARGET="responsibility_grid", SCHEME="cg")
    assert any(where.startswith("report_rejected.csv") for where, _ in said)
    _check(said, tongue)


def test_hot_spots(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "OUTPUT": "memory:", "FROM": "2000-01-01", "TO": "2030-01-01"}
    _check(_run("hotspots", tmp_path, **values), tongue)


def test_a_trend_of_hot_spots(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "OUTPUT": "memory:", "SLICE": "week", "FROM": "2000-01-01", "TO": "2001-01-01"}
    _check(_run("hotspottrend", tmp_path, **values), tongue)


def test_an_inventory_of_components(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "OUTPUT": "memory:", "PROBLEMS": "memory:"}
    _check(_run("componentinventory", tmp_path, **values), tongue)


def test_the_coverage_of_the_system(place, tongue, tmp_path):
    _check(_run("systemcoverage", tmp_path, WORKSPACE=str(place), OUTPUT="memory:"), tongue)


def test_what_comes_back(place, tongue, tmp_path):
    _check(_run("recurrence", tmp_path, WORKSPACE=str(place), OUTPUT="memory:"), tongue)


def test_an_evaluation(place, tongue, tmp_path):
    table = _table(
        tmp_path, ("编码", "得分", "满分"), [["990101001001", 8, 10], ["?", 8, 10], ["990101001001", 9, 8]]
    )
    values = {"WORKSPACE": str(place), "LEVEL": "community", "SCORES": table, "OUTPUT": "memory:"}
    _check(_run("evaluate", tmp_path, **values), tongue)


@pytest.mark.daily(1)
def test_a_briefing(place, tongue, tmp_path):
    days = {"FROM": "2025-05-01", "TO": "2025-05-31"}
    values = {"WORKSPACE": str(place), **days, "LANGUAGE": tongue, "FOLDER": str(tmp_path / "briefing")}
    _check(_run("briefing", tmp_path, **values), tongue)


def test_who_is_responsible(place, tongue, tmp_path):
    points = _table(tmp_path, ("x", "y"), [[50, 50], [99999, 0]])
    values = {"WORKSPACE": str(place), "POINTS": points, "X_FIELD": "x", "Y_FIELD": "y", "OUTPUT": "memory:"}
    _check(_run("whoisresponsible", tmp_path, **values), tongue)


def test_a_comparison_of_two_schemes(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "BASE": "cg", "OTHER": "hw", "OUTPUT": "memory:"}
    _check(_run("comparestates", tmp_path, **values), tongue)


def test_a_check(place, tongue, tmp_path):
    _check(_run("validate", tmp_path, WORKSPACE=str(place), OUTPUT=str(tmp_path / "issues.gpkg")), tongue)


@pytest.mark.daily(1)
def test_responsibility_grids(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "SCHEME": "zz", "COUNT": 4, "WITHIN": "community"}
    _check(_run("buildresponsibilitygrids", tmp_path, **values), tongue)


def test_lanes_with_their_directions(place, tongue, tmp_path):
    lines = [shapely.LineString([(0, 20), (1200, 20)]), shapely.LineString([(250, 0), (250, 200)])]
    rows = [{"name": "N1", "highway": "residential"}, {"name": "N2", "highway": "residential"}]
    streets = write_layer(tmp_path / "streets.gpkg", rows, lines, ogr.wkbLineString, epsg=None)
    values = {"WORKSPACE": str(place), "STREETS": str(streets), "MODE": 1}
    said = _run("importlanes", tmp_path, **values)
    lanes = [row for row in Workspace.open(place).read("lane").records() if row["name"] in ("N1", "N2")]
    assert len(lanes) == 2
    words = ("direction", "from_place", "to_place")
    said += [(f"lane {name}", str(row[name])) for row in lanes for name in words if row[name]]
    _check(said, tongue)


def test_what_gestures_are_called_in_the_question_before_a_save_is_taken_back(tongue):
    names = dict(gesture_names(tongue))
    _check(list(names.items()), tongue)
