"""What the docks of staff, duty and owners show, as tables: the same in a file and in a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.people.board_tables import staffing_tables
from gridmgmt_plugin.jobs.people.duty_coverage import duty_coverage
from gridmgmt_plugin.jobs.people.ownership import disputes_of

COUNTY, OFFICE = "990101", "990101001"
WEST, EAST = "990101001001001", "990101001001002"


def _grids(add):
    add("responsibility_grid", *({"scheme": "cg", "code": code, "area_code": code[:12]} for code in (WEST, EAST)))


def test_the_board_lists_posts_vacancies_loads_and_hours_with_the_phone_that_answers(staffed, add):
    _grids(add)
    add("station", {"code": "S1", "name": "街道分中心", "area_code": OFFICE, "duty_phone": "010-87654321"})
    add("post", {"id": "9", "target": "station", "target_code": "S1", "person_id": "P1", "role": "grid_leader"})
    found = staffing_tables(staffed, "2026-03-04", OFFICE, "en")
    (west,) = [row for row in found.posts.records() if row["code"] == WEST]
    (east,) = [row for row in found.posts.records() if row["code"] == EAST]
    assert (west["person_name"], west["hours"], west["faults"]) == ("示例甲", "1-5 08:00–18:00", None)
    assert (east["person"], east["faults"], east["wrong"]) == (None, "vacant", "vacant")
    (load,) = [row for row in found.persons.records() if row["person"] == "P1"]
    assert (load["posts"], load["kinds"]) == (2, "cg,station")
    (hours,) = [row for row in found.hours.records() if row["code"] == WEST]
    assert "18:00" in hours["unwatched"]
    assert (hours["phone_number"], hours["phone_of"]) == ("010-87654321", "街道分中心")
    assert found.report.figures["in_several_schemes"] == 1


def test_a_board_of_an_area_that_is_not_there_is_refused(staffed):
    with pytest.raises(InputError) as refused:
        staffing_tables(staffed, office="990101777")
    assert refused.value.code == "scope_unknown"


def test_coverage_lists_classes_without_a_rule_and_between_whom_others_are_disputed(staffed, add):
    zone = {"id": "R8", "class_prefix": "0101", "area_code": COUNTY, "zone_kind": "工地", "priority": 1}
    rival = {"class_prefix": "0102", "area_code": COUNTY, "priority": 1, "state": "明确"}
    add("duty_rule", {"id": "R7", "department_code": "D1", **rival}, {**zone, "state": "明确"})
    found = duty_coverage(staffed, language="en")
    rows = found.rows.records()
    disputed = [row for row in rows if row["class_code"] == "0102" and not row["zone_kind"]]
    assert {(row["area_code"], row["status"], row["departments"], row["rules"]) for row in disputed} == {
        (area, "disputed", "D2,D1", "R2,R7") for area in (COUNTY, OFFICE)
    }
    assert disputed[0]["department_names"] == "水务局（示例）, 城管局（示例）"
    none = {(row["area_code"], row["zone_kind"]) for row in rows if row["class_code"] == "0101" and row["kind"]}
    assert none == {(COUNTY, None), (OFFICE, None)}, "inside building sites the manager answers"
    assert not [row for row in rows if row["class_code"] == "0103" and row["kind"] == "component"]
    assert found.report.accepted == found.report.figures["gaps"] + found.report.figures["disputed"] == len(rows)


def test_coverage_of_an_area_that_is_not_there_is_refused(staffed):
    with pytest.raises(InputError) as refused:
        duty_coverage(staffed, "990101777")
    assert refused.value.code == "scope_unknown"


def test_coverage_by_a_scheme_that_is_not_there_is_refused(staffed):
    with pytest.raises(InputError) as refused:
        duty_coverage(staffed, scheme="cq")
    assert refused.value.code == "scheme_not_there"


def test_a_meeting_hears_of_what_a_merged_department_supervised_by_its_old_name(staffed, add):
    merged = {"valid_to": (date.today() - timedelta(days=1)).isoformat(), "successor_code": "D1"}
    add("department", {"code": "D77", "name": "旧局", **merged})
    rows = Rows.from_records([{"code": "C9", "class_code": "0102", "owner_state": "争议", "department_code": "D77"}])
    with staffed.transaction("", "test") as transaction:
        transaction.insert("component", Rows(rows.columns, shapely.points([20.0], [20.0])))
    assert [one.component for one in disputes_of(staffed, department="旧局")[0]] == ["C9"]
    assert [one.component for one in disputes_of(staffed, department="D1")[0]] == ["C9"]


def test_a_meeting_hears_what_a_department_supervises_and_what_is_old(staffed):
    long_ago = (date.today() - timedelta(days=90)).isoformat()
    records = [
        {"code": "C1", "class_code": "0102", "owner_state": "争议", "department_code": "D1", "surveyed_on": long_ago},
        {"code": "C2", "class_code": "0102", "owner_state": "无主", "surveyed_on": long_ago},
        {"code": "C3", "class_code": "0102", "owner_state": "争议", "department_code": "D1"},
    ]
    rows = Rows.from_records(records)
    with staffed.transaction("", "test") as transaction:
        transaction.insert("component", Rows(rows.columns, shapely.points([20.0] * 3, [20.0] * 3)))

    def heard(**wanted):
        return [one.component for one in disputes_of(staffed, **wanted)[0]]

    assert heard() == ["C1", "C2", "C3"]
    assert heard(department="城管局（示例）") == ["C1", "C3"]
    assert heard(state="无主") == ["C2"]
    assert heard(longer_than=30) == ["C1", "C2"]
    with pytest.raises(InputError):
        heard(department="没有这个部门")
