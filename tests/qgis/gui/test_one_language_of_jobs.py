"""What jobs write speaks one language: report, list of refused rows, columns of result layers, what they tell."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsSettings,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.report_dialog import report_html
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.forms.field_widgets import gesture_names
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.i18n import language as spoken_language
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Runner, write_layer
from tests.qgis.spoken import foreign
from tests.qgis.workspace_window import build_workspace, forget_settings, put_in_english

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


#: Every day one Chinese stands for the three: they differ only in how the language is found.
IN_TURN = ["zh_CN", *(pytest.param(one, marks=pytest.mark.proof) for one in ("zh-Hans", "zh")), "en_US"]
#: What has nothing to do in so small a district, and says so.
MAY_REFUSE: set[str] = set()


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
    # A sheet of paper is a picture to QGIS; a workspace gets the names of its columns when it is opened.
    if isinstance(layer, QgsVectorLayer) and key != "createworkspace":
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


def test_what_comes_back(place, tongue, tmp_path):
    _check(_run("recurrence", tmp_path, WORKSPACE=str(place), OUTPUT="memory:"), tongue)


def test_an_evaluation(place, tongue, tmp_path):
    table = _table(
        tmp_path, ("编码", "得分", "满分"), [["990101001001", 8, 10], ["?", 8, 10], ["990101001001", 9, 8]]
    )
    values = {"WORKSPACE": str(place), "LEVEL": "community", "SCORES": table, "OUTPUT": "memory:"}
    _check(_run("evaluate", tmp_path, **values), tongue)


def test_who_is_responsible(place, tongue, tmp_path):
    points = _table(tmp_path, ("x", "y"), [[50, 50], [99999, 0]])
    values = {"WORKSPACE": str(place), "POINTS": points, "X_FIELD": "x", "Y_FIELD": "y", "OUTPUT": "memory:"}
    _check(_run("whoisresponsible", tmp_path, **values), tongue)


def test_a_comparison_of_two_schemes(place, tongue, tmp_path):
    values = {"WORKSPACE": str(place), "BASE": "cg", "OTHER": "hw", "OUTPUT": "memory:"}
    _check(_run("comparestates", tmp_path, **values), tongue)


def test_a_check(place, tongue, tmp_path):
    _check(_run("validate", tmp_path, WORKSPACE=str(place), OUTPUT=str(tmp_path / "issues.gpkg")), tongue)


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


# Jobs that build on one another, in an order in which each has something to do.

AREA = "990101001001"
DAY = "2026-03-02"


def _people(tmp_path, tongue):
    """Return two departments and two persons, in the columns of a language."""
    english = tongue == "en"
    departments = ("code", "name") if english else ("部门编码", "名称")
    persons = ("id", "name", "department_code") if english else ("人员编号", "姓名", "所属部门")
    names = ("Roads", "Parks", "Chen Wei", "Li Na") if english else ("道路科", "绿化科", "陈伟", "李娜")
    folder = tmp_path / "people"
    folder.mkdir()
    for name, headings, rows in (
        ("department", departments, [["D1", names[0]], ["D2", names[1]], ["", "?"]]),
        ("person", persons, [["P1", names[2], "D1"], ["P2", names[3], "D2"], ["P3", names[2], "D9"]]),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([headings, *rows])
        yield {"TABLE": name, "INPUT": str(folder / f"{name}.csv")}


def _written_table(tmp_path, name, headings, rows):
    path = tmp_path / f"{name}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([headings, *rows])
    return str(path)


def _posts_of(place, **wanted):
    rows = Workspace.open(place).read("post", geometry=False).records()
    found = [row["id"] for row in rows if all(row[name] == value for name, value in wanted.items())]
    return ",".join(found[-1:])


def _streets(tmp_path):
    lines = [shapely.LineString([(0, 100), (1200, 100)]), shapely.LineString([(600, 0), (600, 200)])]
    rows = [{"name": "N1"}, {"name": "N2"}]
    return str(write_layer(tmp_path / "lines.gpkg", rows, lines, ogr.wkbLineString, epsg=None))


def _outlines(tmp_path):
    shapes = [shapely.box(0, 0, 1200, 100), shapely.box(0, 100, 1200, 200)]
    rows = [{"code": AREA, "name": "1"}, {"code": "990101001002", "name": "2"}]
    return str(write_layer(tmp_path / "areas.gpkg", rows, shapes, ogr.wkbPolygon, epsg=None))


def _cells(tmp_path, place):
    rows = Workspace.open(place).read("unit_grid", ["code"])
    records = [{"code": code} for code in rows["code"]]
    return str(write_layer(tmp_path / "cells.gpkg", records, list(rows.geometry), ogr.wkbPolygon, epsg=None))


def _chain(place, tmp_path, tongue):
    """Yield key and values of each job, worked out when its turn has come."""
    english = tongue == "en"
    word = "Trial" if english else "试行"
    made, memory = str(tmp_path / "made.gpkg"), {"OUTPUT": "memory:"}
    folder = str(tmp_path)
    yield (
        "createworkspace",
        {
            "AREAS": _outlines(tmp_path),
            "CODE_FIELD": "code",
            "NAME_FIELD": "name",
            "OUTPUT": made,
            "LOCAL_FRAME": word,
        },
    )
    yield "generateunitgrids", {"WORKSPACE": made, "STREETS": _streets(tmp_path)}
    yield "importunitgrids", {"INPUT": _cells(tmp_path, place), "MODE": "update", "CODE_FIELD": "code"}
    for values in _people(tmp_path, tongue):
        yield "importtable", values
    yield "createscheme", {"KEY": "yl", "TITLE": word}
    yield "schemerules", {"SCHEME": "cg", "WITHIN": "county"}
    yield "copyscheme", {"SCHEME": "cg", "KEY": "cp", "TITLE": word}
    yield "newalternative", {"SCHEME": "cg", "KEY": "cg2", "TITLE": word}
    yield "adoptalternative", {"SCHEME": "cg2"}
    yield "deletescheme", {"SCHEME": "cp", "CONFIRMED": "cp"}
    yield "assignunits", {"SCHEME": "cg", "GRID": f"{AREA}001", "UNITS": f"{AREA}005"}
    yield "assignunits", {"SCHEME": "cg", "GRID": "990101001002003", "UNITS": "990101001002012"}
    centres = {
        "CENTRES": _written_table(tmp_path, "centres", ("name", "x", "y"), [["C1", 50, 50], ["C2", 1100, 150]])
    }
    circles = {"STREETS": _streets(tmp_path), "SCHEME": "fw", "TITLE": word, "X_FIELD": "x", "Y_FIELD": "y"}
    yield "servicecircles", {**centres, **circles, **memory, "CENTRES_OUTPUT": "memory:"}
    officers = {"PERSON": "P1", "ROLE": "lane_chief", "LANES": "L1", "ON": DAY, "REASON": word}
    yield "assignofficers", officers
    yield "planpatrols", {"ROLES": "lane_chief", "FROM": DAY, "TO": "2026-03-08"}
    patrols = ("lane", "person", "patrolled_at") if english else ("街巷", "姓名", "巡查时间")
    lane, person = ("North Lane", "Chen Wei") if english else ("南北胡同", "陈伟")
    walked = [[lane, person, f"{DAY} 09:00"], ["?", person, DAY], [lane, "?", DAY]]
    yield "importpatrols", {"INPUT": _written_table(tmp_path, "patrols", patrols, walked)}
    yield "patrolgaps", {"DAYS": 1}
    yield "exportofficers", {"FOLDER": folder}
    yield "lanepapers", {"KIND": "task_letter", "LANES": "L1", "FOLDER": folder}
    looked = ("lane_code", "inspected_on", "score") if english else ("街巷编码", "检查日期", "总分")
    scores = [["L1", DAY, 85], ["L9", DAY, 85], ["L1", "?", 90]]
    yield "importinspections", {"INPUT": _written_table(tmp_path, "inspections", looked, scores)}
    yield "judgelanes", memory
    yield "lanecases", {**memory, "OFFICERS": "memory:"}
    yield "drawlanes", {**memory, "FOLDER": folder}
    yield "endofficers", {"POSTS": _posts_of(place, target="lane", person_id="P1"), "REASON": word}
    yield "assignperson", {"PERSON": "P2", "TARGET": "area", "PLACE": AREA, "ROLE": "grid_leader", "ON": DAY}
    yield "exportposts", {"TARGET": "area", "FOLDER": folder, "WITH_PERSONS": True}
    yield "staffingboard", {**memory, "PERSONS": "memory:", "HOURS": "memory:"}
    yield "dutycoverage", memory
    yield "handoverposts", {"PERSON": "P2", "SUCCESSOR": "P1", "ON": "2026-04-01", "REASON": word}
    yield "endposts", {"POSTS": _posts_of(place, target="area", person_id="P1"), "REASON": word}
    yield "setduty", {"CLASS_KIND": "component", "CLASS_PREFIX": "0101", "DEPARTMENT": "D1", "BASIS": word}
    yield "opencase", {"COMPONENT": "P1", "CLAIMS": "D1,D2", "INTERIM": "D1", "ON": DAY}
    yield "meetingsheet", {"OUTPUT": str(tmp_path / "meeting.pdf")}
    yield "rulecase", {"COMPONENT": "P1", "OWNER": "D1", "RULING": word, "DOCUMENT_NO": "1", "ON": DAY}
    yield "reformdepartment", {"DEPARTMENT": "D2", "SUCCESSOR": "D1", "DOCUMENT_NO": "1", "ON": DAY}
    yield "followground", {"FOLDER": folder, "SINCE": "2020-01-01"}
    yield "exportpackage", {"SCHEME": "cg", "FOLDER": folder, "FORMATS": "gpkg", "NOTE": word}
    yield "takeback", {}


ALONE = {
    "importcases", "importcomponents", "importposts", "hotspots", "hotspottrend", "recurrence", "evaluate",
    "whoisresponsible", "comparestates", "validate", "buildresponsibilitygrids", "importlanes",
}  # fmt: skip


@pytest.mark.parametrize("tongue", IN_TURN, indirect=True)
def test_every_other_job(tongue, original, tmp_path):
    place = shutil.copyfile(original, tmp_path / "1.gpkg")
    if tongue == "en":
        put_in_english(place)
    said, keys = [], set()
    for number, (key, values) in enumerate(_chain(place, tmp_path, tongue)):
        out = tmp_path / f"{number}"
        out.mkdir()
        given = {"WORKSPACE": str(place), **values} if key != "createworkspace" else values
        try:
            heard = _run(key, out, **given)
        except QgsProcessingException as refused:
            heard = [("refusal", str(refused))]
        said += [(f"{key}: {where}", text) for where, text in heard]
        keys.add(key)
    _check(said, tongue)
    assert keys | ALONE == {algorithm.KEY for algorithm in ALGORITHMS}
    refused = {where: text for where, text in said if where.endswith("refusal")}
    assert set(refused) <= MAY_REFUSE, refused
