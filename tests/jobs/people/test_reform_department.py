"""A department takes the place of another wherever it is named; rules keep both periods, records stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.jobs.people.reform_department import reform_department
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.people.staff_state import rows_of

TABLES = ("department", "person", "unit_grid", "component", "duty_rule", "cases")


@pytest.fixture
def named(add):
    """Name department D2 in more places."""
    add("person", {"id": "P7", "name": "示例庚", "department_code": "D2"})
    add("department", {"code": "D21", "name": "河道科（示例）", "parent_code": "D2"})
    add(
        "cases",
        {"id": "A1", "department_code": "D2", "status": "handling"},
        {"id": "A2", "department_code": "D2", "status": "closed"},
    )


def test_everything_that_named_the_old_one_names_the_new_one(staffed, named):
    report = reform_department(
        staffed, department="水务局（示例）", successor="D1", on="2026-01-15", document_no="机改〔2026〕1号"
    )
    old = next(row for row in rows_of(staffed, "department") if row["code"] == "D2")
    assert (old["valid_to"], old["successor_code"]) == ("2026-01-14", "D1")
    assert {row["id"]: row["department_code"] for row in rows_of(staffed, "cases")} == {"A1": "D1", "A2": "D2"}
    assert next(row for row in rows_of(staffed, "person") if row["id"] == "P7")["department_code"] == "D1"
    assert rows_of(staffed, "component")[0]["maintainer_code"] == "D1"
    assert next(row for row in rows_of(staffed, "department") if row["code"] == "D21")["parent_code"] == "D1"
    rules = {row["id"]: row for row in rows_of(staffed, "duty_rule")}
    assert (rules["R2"]["department_code"], rules["R2"]["valid_to"]) == ("D2", "2026-01-14")
    following = rules["R2-2"]
    assert (following["department_code"], following["valid_from"]) == ("D1", "2026-01-15")
    assert (following["class_prefix"], following["basis"]) == ("0102", "机改〔2026〕1号")
    assert report.figures == {"department": 2, "person": 1, "component": 1, "cases": 1, "duty_rule": 4}


def test_one_act_takes_the_reform_back(staffed, named):
    before = {table: rows_of(staffed, table) for table in TABLES}
    reform_department(staffed, department="D2", successor="D1", on="2026-01-15")
    take_back_last(staffed, "王工")
    assert {table: rows_of(staffed, table) for table in TABLES} == before


def test_a_part_that_takes_the_place_of_its_whole_is_not_below_itself(staffed, named):
    reform_department(staffed, department="D2", successor="D21", on="2026-01-15")
    assert next(row for row in rows_of(staffed, "department") if row["code"] == "D21")["parent_code"] is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"department": "D2", "successor": "D2"}, "reform_into_itself"),
        ({"department": "D2", "successor": "查无此局"}, "department_not_known"),
        (
            {"department": "D2", "successor": "D1", "on": (date.today() + timedelta(days=3)).isoformat()},
            "reform_day_ahead",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(staffed, given, code):
    before = rows_of(staffed, "department")
    with pytest.raises(GridError) as caught:
        reform_department(staffed, **given)
    assert caught.value.code == code
    assert rows_of(staffed, "department") == before


def test_a_successor_that_has_ended_is_refused(staffed, add):
    add("department", {"code": "D5", "name": "旧局（示例）", "valid_to": "2020-01-01"})
    with pytest.raises(GridError) as caught:
        reform_department(staffed, department="D2", successor="D5")
    assert caught.value.code == "reform_successor_ended"
