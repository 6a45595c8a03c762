"""Limits of cases whose list names none: by class, department and the unit in which the rule is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.evaluation.limits import Limits, due_by_class
from gridmgmt_plugin.core.evaluation.working_time import working_time
from gridmgmt_plugin.core.rows import Rows

AREAS = Rows.from_records([{"code": "110101001001", "parent_code": "110101001", "level": "community"}])
TIME = working_time(np.datetime64("2026-03-01"), np.datetime64("2026-12-31"))
FRIDAY = np.array(["2026-03-13T16:00:00"], dtype="datetime64[s]")


def rule(
    prefix: str, limit: float | None, unit: str, department: str = "d1", kind: str | None = None
) -> dict[str, Any]:
    return {
        "class_kind": kind,
        "class_prefix": prefix,
        "department_code": department,
        "time_limit": limit,
        "time_unit": unit,
    }


def limits_of(rules: list[dict[str, Any]], code: str = "0102", department: str = "d1", kind: str = "event") -> Limits:
    case = {"kind": kind, "class_code": code, "department_code": department, "area_code": "110101001001"}
    return due_by_class(Rows.from_records(rules), Rows.from_records([case]), FRIDAY, TIME, AreaTree(AREAS))


def test_working_hours_skip_the_weekend_and_urgent_ones_do_not() -> None:
    assert limits_of([rule("01", 4, "工作时")]).due[0] == np.datetime64("2026-03-16T10:00:00")
    assert limits_of([rule("01", 4, "紧急工作时")]).due[0] == np.datetime64("2026-03-13T20:00:00")


def test_the_most_precise_class_decides() -> None:
    assert limits_of([rule("01", 3, "自然日"), rule("0102", 1, "自然日")]).due[0] == np.datetime64(
        "2026-03-14T16:00:00"
    )


def test_of_several_the_rule_of_the_cases_own_department_decides() -> None:
    rules = [rule("01", 3, "自然日", "d2"), rule("01", 1, "自然日", "d1")]
    assert limits_of(rules).due[0] == np.datetime64("2026-03-14T16:00:00")


def test_limits_that_contradict_each_other_are_no_limit_and_are_counted() -> None:
    found = limits_of([rule("01", 3, "自然日"), rule("01", 1, "自然日")])
    assert np.isnat(found.due[0])
    assert found.disputed == 1


def test_classes_of_events_and_components_are_numbered_apart() -> None:
    assert np.isnat(limits_of([rule("01", 1, "自然日", kind="component")]).due[0])
    assert not np.isnat(limits_of([rule("01", 1, "自然日", kind="event")]).due[0])


def test_a_unit_that_nobody_knows_is_named_and_not_guessed() -> None:
    found = limits_of([rule("01", 1, "旬")])
    assert np.isnat(found.due[0])
    assert found.units_unknown == ("旬",)


def test_no_class_and_no_rule_mean_no_limit() -> None:
    assert np.isnat(limits_of([rule("01", 1, "自然日")], code="").due[0])
    assert np.isnat(limits_of([rule("02", 1, "自然日")]).due[0])
    assert np.isnat(limits_of([rule("01", None, "自然日")]).due[0])


def test_the_rule_in_force_on_the_day_of_filing_decides() -> None:
    old = {**rule("0102", 5, "自然日"), "valid_to": "2025-12-31"}
    new = {**rule("0102", 3, "自然日"), "valid_from": "2026-01-01", "valid_to": None}
    found = limits_of([{"valid_from": None, **old}, new])
    assert found.due[0] == np.datetime64("2026-03-16T16:00:00")
    assert found.disputed == 0
    assert np.isnat(limits_of([{"valid_from": None, **old}]).due[0])


def test_of_an_area_its_own_limit_decides_and_not_that_of_another() -> None:
    everywhere, here = rule("0102", 3, "自然日"), {**rule("0102", 1, "自然日"), "area_code": "110101001"}
    elsewhere = {**rule("0102", 2, "自然日"), "area_code": "110101002"}
    found = limits_of([{"area_code": None, **everywhere}, here, elsewhere])
    assert found.due[0] == np.datetime64("2026-03-14T16:00:00")


def test_limits_of_duty_zones_and_other_schemes_are_not_asked() -> None:
    zone, scheme = {**rule("0102", 1, "自然日"), "zone_kind": "工地"}, {**rule("0102", 1, "自然日"), "scheme": "hw"}
    assert np.isnat(limits_of([{"scheme": None, **zone}, {"zone_kind": None, **scheme}]).due[0])
