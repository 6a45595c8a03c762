"""What a receiver runs on a package: it passes what we deliver, and finds whatever is not as it was delivered."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.zones import Zones
from gridmgmt_plugin.core.resources import load_json, resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.jobs.handover.exports import export, features_of, table_of
from tests.jobs.package_workspace import X0, Y0, district, make_workspace


def _program():
    spec = importlib.util.spec_from_file_location("check_package", resource_path("package/check_package.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = _program()


@pytest.fixture
def package(delivered, tmp_path):
    """Return a copy of the delivered folder, to spoil."""
    return shutil.copytree(delivered[1].manifest.parent, tmp_path / "收到的包")


def _outcome(folder, capsys, *options):
    code = CHECK.main([str(folder), *options])
    return code, capsys.readouterr().out


def _rewritten(package, name, change):
    """Change the rows of a table as somebody would who keeps the manifest true."""
    path = package / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == path.name:
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (package / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_package_proves_itself_with_nothing_but_python_and_fiona(package):
    done = subprocess.run(
        [sys.executable, "-I", "check_package.py"], check=False, cwd=package, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("通过")


def test_it_says_in_english_how_much_it_looked_at_and_keeps_a_report(package, tmp_path, capsys):
    code, said = _outcome(package, capsys, "--language", "en", "--report", str(tmp_path / "report.json"))
    with (package / "acceptance_points.csv").open(encoding="utf-8-sig") as stream:
        points = sum(1 for _ in csv.DictReader(stream))
    assert (code, f"{points} acceptance points" in said) == (0, True)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["passed"], report["points"], report["problems"]) == (True, points, [])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "unit_grid.dbf").write_bytes(b"\3" * 40), "unit_grid.dbf 与清单的校验值不符"),
        (lambda folder: (folder / "posts.csv").unlink(), "缺少文件 posts.csv"),
    ],
)
def test_a_file_that_is_damaged_or_missing_is_named(package, capsys, spoil, told):
    spoil(package)
    code, said = _outcome(package, capsys)
    assert (code, told in said) == (1, True)


def test_a_report_of_before_or_an_index_of_another_program_in_the_folder_is_told_and_is_no_fault(package, capsys):
    report = str(package / "report.json")
    assert [_outcome(package, capsys, "--report", report)[0] for _ in range(2)] == [0, 0]
    (package / "unit_grid.qix").write_bytes(b"index")
    code, said = _outcome(package, capsys)
    assert (code, "清单中没有文件 unit_grid.qix" in said) == (0, True)


def test_points_that_cannot_be_asked_in_degrees_are_no_difference_and_no_proof(workspace, folder, capsys):
    report = export(workspace, folder, formats=("geojson",))
    code, said = _outcome(report.manifest.parent, capsys)
    assert (code, "未核对验收点" in said, "未通过" in said) == (2, True, False)


@pytest.mark.parametrize("text", ["{", "{}", '{"format_version": "1.0", "files": []}'])
def test_a_manifest_of_before_or_a_broken_one_cannot_be_checked(package, capsys, text):
    (package / "manifest.json").write_text(text, encoding="utf-8")
    code, said = _outcome(package, capsys)
    assert (code, said.startswith("无法检查")) == (2, True)


def test_a_person_that_nobody_knows_is_found_and_so_is_the_wrong_answer(package, capsys):
    _rewritten(package, "posts", lambda row: row.update(person_id="R999"))
    code, said = _outcome(package, capsys)
    assert code == 1
    assert "“R999”在 persons 中不存在" in said
    assert "person_id 应为" in said


def test_a_duty_rule_that_names_another_department_answers_wrong(package, capsys):
    _rewritten(package, "duty_rules", lambda row: row.update(department_code="D01"))
    code, said = _outcome(package, capsys)
    assert (code, "department_code 应为“D02”，算得“D01”" in said) == (1, True)


def test_without_a_manifest_or_without_fiona_it_cannot_be_checked(package, tmp_path, capsys, monkeypatch):
    assert _outcome(tmp_path, capsys)[0] == 2
    monkeypatch.setitem(sys.modules, "fiona", None)
    assert _outcome(package, capsys) == (2, "需要 fiona 才能读取图层（pip install fiona）。\n")


def _zones(*entries):
    columns = dict(zip(("code", "kind", "name", "manager_code"), zip(*(entry[:-1] for entry in entries))))
    shapes = as_column([shapely.multipolygons([entry[-1]]) for entry in entries])
    return Rows({name: as_column(values) for name, values in columns.items()}, shapes)


def _rules(*records):
    names = (
        "id",
        "class_kind",
        "class_prefix",
        "area_code",
        "zone_kind",
        "department_code",
        "role",
        "priority",
        "state",
    )
    return Rows.from_records([dict(zip(names, record)) for record in records])


@pytest.mark.proof
def test_rules_by_zone_class_area_and_priority_and_their_disputes_are_answered_alike(tmp_path, capsys):
    zones = _zones(
        ("Z1", "工地", "东工地", "D03", shapely.box(X0, Y0, X0 + 300, Y0 + 200)),
        ("Z2", "工地", "西工地", "D02", shapely.box(X0 + 300, Y0, X0 + 500, Y0 + 200)),
        ("Z3", "标段", "一标", None, shapely.box(X0 + 200, Y0, X0 + 700, Y0 + 100)),
    )
    rules = _rules(
        ("1", "component", "01", None, None, "D01", None, 1, "明确"),
        ("2", "component", "0102", None, None, "D02", None, None, "明确"),
        ("10", "component", "0102", None, None, "D03", None, None, "明确"),
        ("3", "event", "02", "990101001002", None, "D03", "grid_worker", 2, "协商中"),
        ("4", "event", "02", "990101", None, "D01", None, 1, "明确"),
        ("5", None, None, None, "工地", None, None, 1, "明确"),
        ("6", "event", "03", None, "标段", "D02", None, 1, "明确"),
    )
    workspace = make_workspace(tmp_path / "库.gpkg", duty_zone=zones, duty_rule=rules)
    report = export(workspace, tmp_path)
    assert _outcome(report.manifest.parent, capsys)[0] == 0
    with (report.manifest.parent / "acceptance_points.csv").open(encoding="utf-8-sig") as stream:
        asked = list(csv.DictReader(stream))
    assert {"2", "3", "5", "6"} <= {row["rule"] for row in asked}
    assert {row["status"] for row in asked} == {"clear", "disputed"}


@pytest.mark.parametrize(("day", "who"), [("2026-06-30", "A"), ("2026-07-15", "B")])
def test_of_several_managers_the_smallest_code_of_those_who_have_the_work_that_day_answers(day, who):
    zones = [{"code": code, "kind": "物业", "manager_code": who} for code, who in (("Z1", "A"), ("Z2", "B"))]
    departments = [
        {"code": "A", "valid_to": "2026-06-30", "successor_code": "Z"},
        *({"code": code, "valid_to": "", "successor_code": ""} for code in ("B", "Z")),
    ]
    ours = Zones(Rows.from_records(zones), np.array(["A"], object), Successors(Rows.from_records(departments)))
    over = ours.over([(0, 1)], ours.taking_over(np.datetime64(day)))
    kind = int(ours.kind_numbers(np.array(["物业"], object))[0])
    answers = object.__new__(CHECK.Answers)
    ends = {"valid_from": "", "valid_to": ""}
    layer = SimpleNamespace(at=lambda *_: [{**zone, **ends} for zone in zones], is_on_edge=lambda *_: False)
    answers.layers, answers.areas = {"duty_zone": layer}, {}
    answers.set = {"precision_m": 0.001, "scheme": "cg", "open_rule_states": []}
    answers.departments = {row["code"]: row for row in departments}
    empty = ("scheme", "class_kind", "class_prefix", "area_code", "department_code", "priority", "state")
    answers.known_rules, answers.rules = {}, [{**dict.fromkeys(empty, ""), **ends, "id": "1", "zone_kind": "物业"}]
    assert ours.departments[over.named[0, kind]] == who
    assert answers.rule_at(0.0, 0.0, day, "", "", "")[1:] == (who, True)


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    "options",
    [
        {"formats": ("gpkg",)},
        {"encoding": "GBK"},
        {"target_crs": 4490},
        {
            "profile": {
                "files": {"unit_grid": "网格", "posts": "gangwei"},
                "fields": {"unit_grid": {"BGID": "GRIDCODE"}, "posts": {"person_id": "人员"}},
            }
        },
    ],
    ids=["geopackage", "GBK", "degrees", "the receiver's names"],
)
@pytest.mark.proof
def test_in_whatever_form_a_package_is_delivered_it_proves_itself(workspace, folder, capsys, options):
    report = export(workspace, folder, **options)
    code, said = _outcome(report.manifest.parent, capsys)
    assert (code, said[:2]) == (0, "通过"), said


@pytest.mark.proof
def test_weekdays_and_hours_go_out_in_one_form_whatever_words_they_were_written_in(tmp_path, capsys):
    posts = district()["post"]
    told = posts.with_columns(
        weekdays=as_column((["周一至周五", "周末", "一、三、五", "每天"] * len(posts))[: len(posts)]),
        start_time=["22点"] * len(posts),
        end_time=["6:00"] * len(posts),
    )
    workspace = make_workspace(tmp_path / "库.gpkg", post=told)
    report = export(workspace, tmp_path)
    with (report.manifest.parent / "posts.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["weekdays"] for row in rows} <= {"1-5", "6-7", "1,3,5", ""}
    assert {(row["start_time"], row["end_time"]) for row in rows} == {("22:00", "06:00")}
    assert _outcome(report.manifest.parent, capsys)[0] == 0


@pytest.mark.parametrize(("name", "words"), [("README.zh.md", "由谁负责"), ("README.en.md", "Who answers")])
def test_the_readme_is_filled_in_and_tells_the_rule(delivered, name, words):
    text = (delivered[1].manifest.parent / name).read_text(encoding="utf-8")
    assert words in text
    assert "{" not in text
    assert "990101-cg-r0001" in text


def test_the_manifest_is_of_the_form_that_its_schema_describes(delivered):
    jsonschema = pytest.importorskip("jsonschema")
    manifest = json.loads(delivered[1].manifest.read_text(encoding="utf-8"))
    jsonschema.validate(manifest, load_json("package/manifest.schema.json"))


_MINUTES = st.integers(0, 24 * 60 - 1)


@given(
    start=st.none() | _MINUTES, end=st.none() | _MINUTES, days=st.integers(1, 127), at=st.integers(0, 7 * 1440 - 1)
)
def test_it_takes_the_same_people_to_be_on_duty_as_the_workspace(start, end, days, at):
    told = [None if value is None else f"{value // 60:02d}:{value % 60:02d}" for value in (start, end)]
    weekdays = ",".join(str(day) for day in range(1, 8) if days >> (day - 1) & 1)
    record = {
        "id": "1", "target": "lane", "target_code": "L", "person_id": "R", "role": "lane_chief", "weekdays": weekdays,
        "start_time": told[0], "end_time": told[1], "valid_from": "2026-01-05", "valid_to": "2026-01-09",
    }  # fmt: skip
    moment = np.datetime64("2026-01-05T00:00") + np.timedelta64(at, "m")
    roster = read_roster(
        Rows.from_records([record]), Rows.from_records([{"id": "R", "state": "在岗", "left_on": None}])
    )
    answers = object.__new__(CHECK.Answers)
    answers.persons, answers.set = {"R": {"state": "在岗", "left_on": ""}}, {"absent_states": ["请假"]}
    post = {name: value or "" for name, value in record.items()}
    expected = bool(roster.on_duty(np.array([0]), np.array([moment], dtype="datetime64[s]"))[0])
    assert answers.is_on_duty(post, datetime.fromisoformat(str(moment))) == expected


def test_whoever_an_area_falls_back_to_is_a_department_of_the_package(delivered):
    _, report = delivered
    departments = {row["code"]: row for row in table_of(report, "departments")}
    offices = {one["properties"]["OfficeDept"] for one in features_of(report.manifest.parent / "area.shp")}
    assert offices == {"990101", "990101001"}
    assert offices <= set(departments)
    assert (departments["990101001"]["name"], departments["990101001"]["kind"]) == ("澄湖街道", "街镇")
    assert "package_offices_stand_in" in [note.code for note in report.notes]
    assert {row["department_code"] for row in table_of(report, "acceptance_points")} <= set(departments)


def test_departments_that_nobody_entered_are_noted_and_no_fault(tmp_path, folder, capsys):
    people = {"department": Rows(), "person": Rows(), "post": Rows(), "duty_rule": Rows()}
    report = export(make_workspace(tmp_path / "库.gpkg", **people), folder)
    code, said = _outcome(report.manifest.parent, capsys)
    assert (code, "responsible_code 未核对" in said) == (0, True)
