"""Every algorithm is given tables and texts full of people's numbers; nothing that it leaves or says holds one.

In a file and in a database. The list of algorithms is the provider's own: a new one is run with poisoned texts and
layers by itself, and before as :func:`recipes` says, so that it does its work.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import shapely
from osgeo import ogr
from qgis.core import QgsProcessingException, QgsProcessingParameterFile

from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import COMMUNITIES, STREETS, Listener, write_layer

PHONE, SPLIT, MISTYPED = "13912348765", "139、1234、8765", "110101199003071234"
IDENTITY, MAIL, PLATE = "110101199003071233", "zhang.san@sample.cn", "鲁A12345"
SECRETS = (PHONE, SPLIT, IDENTITY, MISTYPED, MAIL, PLATE)
POISON = f"电话{PHONE} 或{SPLIT} 身份证{MISTYPED} {MAIL} 车牌{PLATE}"
# What the table of contacts holds, and nothing else may.
CONTACT = "13700001111"
AREAS = list(COMMUNITIES)
INSIDE = [(500_100.0, 4_000_100.0), (500_500.0, 4_000_100.0)]


def csv_file(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def poisoned_rows(table: str, keys: list[str], **given: str) -> list[dict[str, str]]:
    """Return a row per key with poison in every column of text, and rows whose key is somebody's number."""
    definition = tables()[table]
    texts = {column.zh: POISON for column in definition.columns if column.type == "text" and not column.values}
    (key,) = [column.zh for column in definition.columns if column.name == definition.key[0]]
    return [{**texts, **given, key: value, f"备用{PHONE}": POISON} for value in (*keys, PHONE, SPLIT)]


@dataclass(frozen=True)
class Places:
    """The folder of poisoned inputs, that of what is made of them, and the workspace: a file there, or a schema."""

    given: Path
    made: Path
    workspace: Path | PostgresLocation
    #: What the schema holds, table by table; of a file nothing, for it lies in the folder.
    stored: Callable[[], Mapping[str, list[str]]]


@pytest.fixture(scope="module", params=[pytest.param("file", marks=pytest.mark.proof), "database"])
def places(request, tmp_path_factory):
    given, made = (tmp_path_factory.mktemp("poisoned") / name for name in ("given", "made"))
    given.mkdir()
    made.mkdir()
    if request.param == "file":
        yield Places(given, made, made / "库.gpkg", dict)
        return
    server = request.getfixturevalue("postgis")
    schema = server.location()
    yield Places(given, made, schema, lambda: server.dump(schema))
    server.drop(schema.schema)


def layers(given: Path) -> dict[str, Path]:
    """Write the poisoned layers."""
    text = {"备注": POISON, "单位": POISON, "电话": PHONE}
    areas = [{"代码": code, "名称": f"{name} {PHONE}", **text} for code, (name, _) in COMMUNITIES.items()]
    streets = [{"名称": f"{name} {POISON}", **text} for name, _ in STREETS]
    points = [{"名称": f"中心 {PHONE}", "类别": POISON, **text}] * 2
    found = {
        "areas": (areas, [shape for _, shape in COMMUNITIES.values()], ogr.wkbPolygon),
        "streets": (streets, [shapely.LineString(xy) for _, xy in STREETS], ogr.wkbLineString),
        "points": (points, [shapely.Point(xy) for xy in INSIDE], ogr.wkbPoint),
        "grounds": (
            [{"名称": POISON, "用地类别": POISON}],
            [shapely.box(500_010, 4_000_010, 500_100, 4_000_100)],
            ogr.wkbPolygon,
        ),
    }
    return {
        name: path if (path := given / f"{name}.gpkg").exists() else write_layer(path, *content)
        for name, content in found.items()
    }


def cells(given: Path, workspace: Path | PostgresLocation) -> Path:
    """Write the unit grids of the workspace as an office would hand them in."""
    rows = Workspace.open(workspace).read("unit_grid", ["code"])
    records = [{"网格编码": code, "名称": POISON, "备注": POISON} for code in rows["code"]]
    return write_layer(given / "cells.gpkg", records, list(rows.geometry))


def inspections(given: Path, workspace: Path) -> Path:
    """Write what an inspection gave for a lane of the workspace."""
    code = Workspace.open(workspace).read("lane", ["code"])["code"][0]
    told = {"检查人": f"张三 {PHONE}", "备注": POISON, f"备用{PHONE}": POISON}
    return csv_file(given, "inspections", [{"街巷编码": code, "检查日期": "2025-03-07", "总分": "85", **told}])


def people(given: Path, name: str) -> list[dict]:
    """Return the runs of ``importtable``, each in the place where the next ones need it."""
    place = {"x": str(INSIDE[0][0]), "y": str(INSIDE[0][1])}
    persons = [{**row, "姓名": f"张三 {PHONE}"} for row in poisoned_rows("person", ["P1", "P2"])]
    mistyped = {**persons[0], "人员编号": "P3", "姓名": f"李四{MISTYPED}"}
    refused = [{"人员编号": "P4", "姓名": f"王五{IDENTITY}"}]
    found = {
        "department": poisoned_rows("department", ["D01", "D02"], 名称=f"市容科 {PHONE}", 值班电话="0537-5550001"),
        "station": [{**row, **place} for row in poisoned_rows("station", ["S1"], 所属区划=AREAS[0], 值班电话="")],
        "person": [*persons, mistyped],
        "contact": [{"人员编号": "P1", "手机": CONTACT, "备注": POISON}],
        "duty_rule": poisoned_rows("duty_rule", ["R1"], 责任部门="D01", 适用区划=AREAS[0], 网格类别="", 类别前缀=""),
        "refused": refused,
        "scheme": poisoned_rows("scheme", ["zz"]),
    }
    written = {kind: csv_file(given, f"{name}_{kind}", rows) for kind, rows in found.items()}
    return [{"TABLE": "person" if kind == "refused" else kind, "INPUT": path} for kind, path in written.items()]


def lane_post(workspace) -> str:
    """Return the id of a post at a lane, which an officer was put on before."""
    posts = Workspace.open(workspace).read("post", ["id", "target"], geometry=False)
    return str(posts["id"][posts["target"] == "lane"][0])


def post_of(workspace, person: str) -> str:
    """Return the id of the post that a person was put on before."""
    posts = Workspace.open(workspace).read("post", ["id", "person_id"], geometry=False)
    return str(posts["id"][posts["person_id"] == person][-1])


def recipes(given: Path, made: Path, workspace: Path | PostgresLocation) -> dict:
    """Return algorithm → function that gives its runs, worked out when their turn has come."""
    shapes = layers(given)
    place = {"x": str(INSIDE[0][0]), "y": str(INSIDE[0][1])}
    posts = {"区划代码": AREAS[0], "岗位": "网格长", "职责": POISON, "标准": POISON, "任务书编号": POISON}
    files = {
        "components": lambda: [
            {**row, **place} for row in poisoned_rows("component", ["9901010101000001"], 部件类别="上水井盖")
        ],
        "cases": lambda: [
            {**row, **place, "上报时间": "2025-03-07"}
            for row in poisoned_rows("cases", ["A1", "A2"], 案件类别="店外经营", 案卷号=f"2025-{1:06d}")
        ],
        "receipt": lambda: [{"图层": "lane", "编码": "*", "结果": "退回", "原因": POISON, "备用": POISON}],
        "posts": lambda: [
            {**posts, "姓名": f"赵六 {CONTACT}", "工号": PHONE, "单位": f"D01 {PHONE}"},
            {**posts, "姓名": f"钱七{MISTYPED}", "岗位编号": "G2"},
            {**posts, "姓名": "孙八", "岗位编号": PHONE},
        ],
    }

    def table(name: str) -> Path:
        return csv_file(given, name, files[name]())

    profile = json.dumps({"receiver": f"平台 {PHONE}"}, ensure_ascii=False)
    return {
        "createworkspace": lambda: [{"AREAS": shapes["areas"], "CODE_FIELD": "代码", "OUTPUT": str(workspace)}],
        "generateunitgrids": lambda: [{"STREETS": shapes["streets"], "COMPOUNDS": shapes["grounds"]}],
        "importunitgrids": lambda: [{"INPUT": cells(given, workspace), "MODE": "update"}],
        "buildresponsibilitygrids": lambda: [{"SCHEME": "cg", "COUNT": 2, "TITLE": POISON}],
        "createscheme": lambda: [{"KEY": "dl", "TITLE": POISON, "BASE": "lane"}],
        "schemerules": lambda: [{"SCHEME": "cg", "WITHIN": "county"}],
        "copyscheme": lambda: [{"SCHEME": "cg", "KEY": "yl", "TITLE": POISON}],
        "newalternative": lambda: [{"SCHEME": "cg", "KEY": "cg2", "TITLE": POISON}],
        "adoptalternative": lambda: [{"SCHEME": "cg2"}],
        "deletescheme": lambda: [{"SCHEME": "yl", "CONFIRMED": "yl"}],
        "importlanes": lambda: [{"STREETS": shapes["streets"]}],
        "importcomponents": lambda: [{"INPUT": table("components")}],
        "importcases": lambda: [{"INPUT": table("cases")}],
        "importledger": lambda: [
            {"INPUT": table("components"), "LEDGER": "点", "TITLE": POISON, "DONE": POISON},
            {"INPUT": shapes["areas"], "LEDGER": "面", "TITLE": POISON},
        ],
        "ledgercounts": lambda: [{"LEVEL": "community", "OUTPUT": made / "ledgers.gpkg"}],
        "importtable": lambda: people(given, "table"),
        "importposts": lambda: [{"INPUT": table("posts"), "TARGET": "area"}],
        "importinspections": lambda: [{"INPUT": inspections(given, workspace)}],
        "lanecases": lambda: [{"OUTPUT": made / "lane_cases.gpkg", "OFFICERS": made / "lane_officers.gpkg"}],
        "drawlanes": lambda: [{"OUTPUT": made / "survey.gpkg", "FOLDER": made}],
        "judgelanes": lambda: [{"OUTPUT": made / "standings.gpkg"}],
        "exportposts": lambda: [{"TARGET": "area", "FOLDER": made, "WITH_PERSONS": True}],
        "assignofficers": lambda: [
            {
                "PERSON": "P1",
                "ROLE": "lane_chief",
                "SCOPE": AREAS[0],
                "REASON": POISON,
                "LETTER_RULE": f"{POISON}{{n}}",
            }
        ],
        "endofficers": lambda: [{"POSTS": lane_post(workspace), "REASON": POISON}],
        "planpatrols": lambda: [{"ROLES": "lane_chief,street_chief"}],
        "importpatrols": lambda: [
            {
                "INPUT": csv_file(
                    given,
                    "patrols",
                    [{"街巷": "北街", "姓名": f"赵六 {PHONE}", "巡查日期": "2025-03-07", "发现情况": POISON}],
                )
            }
        ],
        "patrolgaps": lambda: [{"DAYS": 1}],
        "exportofficers": lambda: [{"FOLDER": made}],
        "assignperson": lambda: [{"PERSON": "P2", "TARGET": "area", "PLACE": AREAS[0], "ROLE": "grid_leader"}],
        "endposts": lambda: [{"POSTS": post_of(workspace, "P2"), "REASON": POISON}],
        "setduty": lambda: [{"CLASS_PREFIX": "0101", "DEPARTMENT": "D01", "BASIS": POISON}],
        "opencase": lambda: [{"COMPONENT": "9901010101000001", "CLAIMS": f"D01,{POISON}", "INTERIM": "D01"}],
        "rulecase": lambda: [
            {"COMPONENT": "9901010101000001", "OWNER": "D01", "RULING": POISON, "DOCUMENT_NO": POISON}
        ],
        "staffingboard": lambda: [
            {"OUTPUT": made / "board.gpkg", "PERSONS": made / "loads.gpkg", "HOURS": made / "hours.gpkg"}
        ],
        "changecomponents": lambda: [{"CODES": "9901010101000001", "NEW_STATE": "破损", "REASON": POISON}],
        "exportsurvey": lambda: [{"OUTPUT": made / "components.gpkg"}],
        "importsurvey": lambda: [{"INPUT": made / "components.gpkg", "DIFFERENCES": made / "differences.gpkg"}],
        "componentinventory": lambda: [
            {"OUTPUT": made / "counts.gpkg", "PROBLEMS": made / "problems.gpkg", "FOLDER": made}
        ],
        "dutycoverage": lambda: [{"OUTPUT": made / "gaps.gpkg"}],
        "meetingsheet": lambda: [{"OUTPUT": made / "meeting.pdf"}],
        "handoverposts": lambda: [{"PERSON": "赵六", "SUCCESSOR": "P1", "REASON": POISON}],
        "reformdepartment": lambda: [{"DEPARTMENT": "D02", "SUCCESSOR": "D01", "DOCUMENT_NO": POISON}],
        "followground": lambda: [{"FOLDER": made}],
        "hotspots": lambda: [{"OUTPUT": made / "hotspots.gpkg"}],
        "recurrence": lambda: [{"OUTPUT": made / "recurrence.gpkg"}],
        "evaluate": lambda: [{"LEVEL": "community", "OUTPUT": made / "evaluation.gpkg"}],
        "briefing": lambda: [{"FOLDER": made}],
        "systemcoverage": lambda: [{"OUTPUT": made / "coverage.gpkg", "FOLDER": made}],
        "hotspottrend": lambda: [{"SLICE": "week", "OUTPUT": made / "trend.gpkg"}],
        "servicecircles": lambda: [
            {
                "CENTRES": shapes["points"],
                "STREETS": shapes["streets"],
                "SCHEME": "fw",
                "TITLE": POISON,
                "OUTPUT": made / "circles.gpkg",
                "CENTRES_OUTPUT": made / "centres.gpkg",
            }
        ],
        "whoisresponsible": lambda: [{"POINTS": shapes["points"], "OUTPUT": made / "answers.gpkg"}],
        "comparestates": lambda: [{"BASE": "cg", "OTHER": "today", "OUTPUT": made / "moved.gpkg"}],
        "validate": lambda: [{"OUTPUT": made / "issues.gpkg"}, {"OUTPUT": made / "issues.geojson"}],
        "exportpackage": lambda: [
            {"SCHEME": "cg", "FOLDER": made, "FORMATS": "gpkg,shp,geojson", "NOTE": POISON},
            {"SCHEME": "cg", "FOLDER": made, "FORMATS": "gpkg", "NOTE": POISON, "PROFILE": profile},
        ],
        "restorerelease": lambda: [{"RELEASE": "r0001"}],
        "importpackage": lambda: [{"INPUT": next(made.glob("*-r0001.zip"))}],
        "importreceipt": lambda: [{"RELEASE": "r0001", "INPUT": table("receipt")}],
        "releaseact": lambda: [
            {"RELEASE": "r0002", "ACT": "reject", "NOTE": POISON, "DOCUMENT_NO": POISON, "MEANS": POISON}
        ],
        "copyworkspace": lambda: [{"OUTPUT": made / "copy.gpkg", "WORKING_COPY": True}],
        "bringback": lambda: [{"INPUT": made / "copy.gpkg"}],
    }


# What must have come to an end with something done, or the run would prove little.
MAY_REFUSE = {"adoptalternative", "followground", "comparestates", "deliverpostgis", "deliverhttp"}


def poisoned(algorithm, given: Path, made: Path, workspace: Path | PostgresLocation) -> dict:
    """Return parameters for any algorithm: poison in every text, poisoned layers, every output in the folder."""
    shapes = layers(given)
    listed = {}
    for at, definition in enumerate(algorithm.parameterDefinitions()):
        name, kind = definition.name(), definition.type()
        if name == "WORKSPACE":
            listed[name] = str(workspace)
        elif kind == "string" or name == "AUTHOR":
            listed[name] = POISON
        elif kind in ("source", "multilayer"):
            listed[name] = shapes["points"] if kind == "source" else [str(shapes["areas"])]
        elif isinstance(definition, QgsProcessingParameterFile):
            is_folder = definition.behavior() == QgsProcessingParameterFile.Behavior.Folder
            listed[name] = made if is_folder else csv_file(given, "any", [{"编号": PHONE, "名称": POISON}])
        elif definition.isDestination():
            suffix = ".json" if name == "REPORT" else ".gpkg"
            listed[name] = made / f"any_{algorithm.name()}_{at}{suffix}"
    return listed


def packed(content: bytes) -> list[bytes]:
    """Return what stands in a file, in archives within it too."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [content, *(part for name in archive.namelist() for part in packed(archive.read(name)))]


def texts_of(path: Path) -> list[bytes]:
    found = packed(path.read_bytes())
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = lambda value: value.decode("utf-8", "replace")
            found.append("\n".join(connection.iterdump()).encode())
    return found


def leaks(places: Places) -> set[tuple[str, str]]:
    """Return file, or table, and number of what stands where it may not."""
    files = [path for path in places.made.rglob("*") if path.is_file()]
    contents = [(path.name, content, path == places.workspace) for path in files for content in texts_of(path)]
    contents += [(table, "\n".join(rows).encode(), table == "contact") for table, rows in places.stored().items()]
    found = set()
    for name, content, may_hold_contacts in contents:
        for secret in (*SECRETS, *(() if may_hold_contacts else (CONTACT,))):
            forms = {secret.encode(code) for code in ("utf-8", "gb18030", "utf-16-le")}
            forms.add(json.dumps(secret).strip('"').encode())
            if any(form in content for form in forms):
                found.add((name, secret))
    return found


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda algorithm: algorithm.KEY)
def test_nothing_that_an_algorithm_leaves_or_says_holds_a_number_of_people(run, places, algorithm):
    given, made, workspace = places.given, places.made, places.workspace
    key = algorithm.KEY
    said: list[str] = []
    done = 0
    plan = recipes(given, made, workspace)
    instance = run.algorithms()[key]
    runs = [*(plan[key]() if key in plan else []), poisoned(instance, given, made, workspace)]
    for number, parameters in enumerate(runs):
        listener = Listener()
        common = {"AUTHOR": f"示例员 {PHONE}", "REPORT": made / f"{key}_{number}.json"}
        if algorithm.NEEDS_WORKSPACE:
            common["WORKSPACE"] = str(workspace)
        known = {definition.name() for definition in instance.parameterDefinitions()}
        values = {name: value for name, value in {**common, **parameters}.items() if name in known}
        try:
            said.append(str(run(key, feedback=listener, **values)))
            done += 1
        except QgsProcessingException as refused:
            said.append(str(refused))
        said += [*listener.infos, *listener.warnings, listener.textLog()]
    told = "\n".join(said)
    assert [secret for secret in (*SECRETS, CONTACT) if secret in told] == []
    assert "Traceback" not in told
    assert done or key in MAY_REFUSE or key not in plan, told
    assert leaks(places) == set()


def test_the_run_has_brought_in_what_it_was_to_prove(places):
    kept = Workspace.open(places.workspace)
    assert "〔电话已隐去〕" in kept.read("cases")["title"][0]
    for table in ("lane", "component", "cases", "person", "department", "post", "duty_rule", "unit_grid"):
        assert kept.count(table) > 0, table
    for table in tables():
        if table != "contact":
            assert CONTACT not in str(kept.read(table, geometry=False).records()), table
    assert CONTACT in kept.read("contact")["mobile"].tolist()
