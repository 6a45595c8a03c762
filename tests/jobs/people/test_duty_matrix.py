"""The duty matrix: who answers for which class where, gaps and disputes, changed cell by cell with its history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.duty.matrix import BELOW, CLEAR, DISPUTED, MANAGER, NOBODY, ClassRow, PlaceColumn
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.duty_matrix import SIDE_BY_SIDE, read_matrix, set_duty
from gridmgmt_plugin.jobs.people.reform_department import reform_department
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.light.lists import read_lists
from tests.jobs.people.duty_district import duty_workspace
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture
from tests.jobs.people.staff_state import rows_of

COUNTY, OFFICE, COMMUNITY = "990101", "990101001", "990101001001"
PLAIN = PlaceColumn(COUNTY)


@pytest.fixture
def workspace(either_place):  # noqa: F811
    made = duty_workspace(either_place)
    columns = {
        "id": ["R5", "R6"],
        "class_kind": ["component", "component"],
        "class_prefix": ["0201", "0301"],
        "area_code": [COMMUNITY, None],
        "zone_kind": [None, "物业小区"],
        "department_code": ["D1", None],
        "state": ["明确", "明确"],
    }
    with made.transaction("测试", "import_tables") as transaction:
        transaction.insert("duty_rule", Rows({name: as_column(values) for name, values in columns.items()}))
    return made


def _cell(workspace, row, column, **view):
    matrix = read_matrix(workspace, **view).matrix
    return matrix.cells[matrix.rows.index(row)][matrix.columns.index(column)]


@pytest.mark.proof
def test_the_matrix_says_who_answers_where_nobody_does_and_where_it_is_disputed(workspace):
    found = {code: _cell(workspace, ClassRow("component", code), PLAIN) for code in ("0103", "0102", "0201", "0104")}
    assert (found["0103"].department, found["0103"].status, found["0103"].rule_id) == ("D1", CLEAR, "R1")
    assert found["0102"].status == DISPUTED
    assert found["0201"].status == BELOW
    assert (found["0104"].department, found["0104"].status) == ("", NOBODY)


def test_an_area_that_has_ended_is_no_column_and_is_not_offered(workspace):
    areas = workspace.read("area", ["code"])
    office = areas.take(areas["code"] == OFFICE)
    with workspace.transaction("", "test") as transaction:
        yesterday = (date.today() - timedelta(days=1)).isoformat()
        transaction.update("area", Rows({"valid_to": as_column([yesterday])}, None, office.fid))
    view = read_matrix(workspace)
    assert [column.area_code for column in view.matrix.columns] == [COUNTY]
    assert OFFICE not in {code for code, _, _ in view.areas}
    assert OFFICE not in {area.code for area in read_lists(workspace.location).areas}


def test_columns_are_an_area_and_those_below_it(workspace):
    view = read_matrix(workspace)
    assert [column.area_code for column in view.matrix.columns] == [COUNTY, OFFICE]
    below = read_matrix(workspace, area=OFFICE)
    assert [column.area_code for column in below.matrix.columns] == [OFFICE, COMMUNITY]
    assert _cell(workspace, ClassRow("component", "0201"), PlaceColumn(COMMUNITY), area=OFFICE).status == CLEAR


def test_kinds_of_zones_stand_side_by_side_and_their_manager_answers(workspace):
    view = read_matrix(workspace, area=OFFICE, zone_kind=SIDE_BY_SIDE)
    assert [column.zone_kind for column in view.matrix.columns] == ["", "物业小区"]
    row = view.matrix.rows.index(ClassRow("component", "0301"))
    assert [cell.department for cell in view.matrix.cells[row]] == ["", MANAGER]


def test_gaps_and_disputes_are_counted(workspace):
    matrix = read_matrix(workspace).matrix
    statuses = [cell.status for line in matrix.cells for cell in line]
    assert (matrix.gaps, matrix.disputes) == (statuses.count(NOBODY), statuses.count(DISPUTED))
    assert matrix.gaps > 0


def _rules(workspace):
    return workspace.read("duty_rule", geometry=False).records()


@pytest.mark.proof
def test_a_new_department_ends_the_rule_and_begins_another(workspace):
    row = ClassRow("", "0103")
    report = set_duty(workspace, row, PLAIN, "水务局（示例）", author="王示例")
    assert report.figures["changed"] == 2
    old, new = (rule for rule in _rules(workspace) if rule["class_prefix"] == "0103")
    assert (old["id"], old["department_code"]) == ("R1", "D1")
    assert old["valid_to"] == (date.today() - timedelta(days=1)).isoformat()
    assert (new["department_code"], new["valid_from"], new["state"]) == ("D2", date.today().isoformat(), "明确")
    assert _cell(workspace, ClassRow("component", "0103"), PLAIN).department == "D2"
    asked = ask_place(workspace, Where(50, 10), scheme="cg", classes=[("component", "0103")])
    assert asked.classes[0].department == "水务局（示例）"


def test_changing_the_mind_on_the_same_day_makes_no_third_rule(workspace):
    row = ClassRow("component", "0104")
    set_duty(workspace, row, PLAIN, "D1", basis="京政发〔2026〕1号")
    set_duty(workspace, row, PLAIN, "D2")
    (rule,) = (rule for rule in _rules(workspace) if rule["class_prefix"] == "0104")
    assert (rule["department_code"], rule["basis"]) == ("D2", "京政发〔2026〕1号")
    set_duty(workspace, row, PLAIN, "")
    assert not [rule for rule in _rules(workspace) if rule["class_prefix"] == "0104"]


def test_the_same_again_changes_nothing_and_says_so(workspace):
    report = set_duty(workspace, ClassRow("", "0103"), PLAIN, "D1")
    assert (report.figures["changed"], [note.code for note in report.notes]) == (0, ["duty_unchanged"])


def test_a_disputed_rule_is_settled_by_naming_a_department(workspace):
    set_duty(workspace, ClassRow("", "0102"), PLAIN, "D2")
    assert _cell(workspace, ClassRow("component", "0102"), PLAIN).status == CLEAR


def test_it_is_logged_and_can_be_taken_back(workspace):
    before = _rules(workspace)
    set_duty(workspace, ClassRow("", "0103"), PLAIN, "D2", author="王示例")
    log = workspace.read("change_log", geometry=False).records()
    assert {line["changed_by"] for line in log if line["table_name"] == "duty_rule"} == {"王示例"}
    take_back_last(workspace, "王示例")
    strip = [{k: v for k, v in rule.items() if k != "row_version"} for rule in _rules(workspace)]
    assert strip == [{k: v for k, v in rule.items() if k != "row_version"} for rule in before]


def test_a_department_that_is_not_there_is_refused(workspace):
    with pytest.raises(InputError) as caught:
        set_duty(workspace, ClassRow("", "0103"), PLAIN, "没有的局")
    assert caught.value.code == "department_not_known"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (ClassRow("event", "ZZ"), PLAIN, "duty_class_unknown"),
        (ClassRow("", "0103"), PlaceColumn("999"), "scope_unknown"),
        (ClassRow("", "0103"), PlaceColumn(COUNTY, "月球"), "duty_zone_kind_unknown"),
    ],
)
def test_a_class_an_area_or_a_zone_that_nothing_knows_is_refused_and_no_rule_written(workspace, row, column, code):
    before = rows_of(workspace, "duty_rule")
    with pytest.raises(InputError) as refused:
        set_duty(workspace, row, column, "D1")
    assert refused.value.code == code
    assert rows_of(workspace, "duty_rule") == before


def test_a_cell_changed_before_a_reform_that_is_entered_ahead_holds_until_its_eve(staffed):
    ahead = date.today() + timedelta(days=10)
    reform_department(staffed, department="D1", successor="D2", on=ahead)
    report = set_duty(staffed, ClassRow("", "0103"), PlaceColumn("990101"), "D9")
    assert [note.code for note in report.notes] == ["duty_written_until"]
    rules = [rule for rule in rows_of(staffed, "duty_rule") if rule["class_prefix"] == "0103"]
    told = sorted((str(rule["valid_from"]), str(rule["valid_to"]), rule["department_code"]) for rule in rules)
    today, eve = date.today(), (ahead - timedelta(days=1)).isoformat()
    assert told == [
        (today.isoformat(), eve, "D9"),
        (ahead.isoformat(), "None", "D2"),
        ("None", (today - timedelta(days=1)).isoformat(), "D1"),
    ]
