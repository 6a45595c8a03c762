"""What changes of staff and duties is read by names and labels, never by the keys that are stored."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core.release.for_people import StaffChange
from gridmgmt_plugin.jobs.handover.staff_words import staff_in_words

NAMES = {
    "person": {"R001": "甲示例", "R002": "乙示例"},
    "department": {"D01": "示例街道办事处"},
    "responsibility_grid": {"990101001001001": "南锣责任网格"},
    "lane": {"L1": "南锣鼓巷"},
    "scheme": {"cg": "城管巡查"},
}
POST = {
    "id": "P001",
    "target": "responsibility_grid",
    "target_code": "990101001001001",
    "scheme": "cg",
    "person_id": "R001",
    "role": "grid_worker",
    "turn": None,
}


def _told(table, change, before=None, after=None, language="zh_CN", code="P001"):
    sides = (json.dumps(side) if side else "" for side in (before, after))
    (line,) = staff_in_words([StaffChange(table, code, change, *sides)], NAMES, language)
    return line


@pytest.mark.parametrize(
    ("language", "values"),
    [
        (
            "zh_CN",
            "对象种类：责任网格；对象编码：南锣责任网格；网格类别：城管巡查；人员编号：甲示例；角色：网格员",
        ),
        (
            "en",
            (
                "Target kind: Responsibility grid; Target code: 南锣责任网格; Scheme: 城管巡查; Person id: 甲示例; "
                "Role: Grid worker"
            ),
        ),
    ],
)
@pytest.mark.parametrize("change", ["added", "removed"])
def test_a_post_that_comes_or_goes_is_told_in_names_by_what_it_is(language, values, change):
    before, after = (None, POST) if change == "added" else (POST, None)
    assert _told("posts", change, before, after, language).values == values


def test_what_changes_is_told_before_and_after_and_a_value_that_was_not_there_by_a_word():
    before, after = ({"person_id": "R001", "turn": None}, {"person_id": "R002", "turn": "A角"})
    assert _told("posts", "changed", before, after).values == "人员编号：甲示例 → 乙示例；轮次：无 → A角"
    lost = _told("posts", "changed", {"valid_to": "2026-01-01"}, {"valid_to": None}, "en")
    assert lost.values.endswith("2026-01-01 → none")


def test_a_person_and_a_department_are_named_beside_their_codes():
    person = _told("persons", "changed", {"state": "在岗"}, {"state": "请假"}, code="R002")
    department = _told("departments", "removed", {"code": "D01"}, code="D01")
    assert (person.code, department.code) == ("R002 乙示例", "D01 示例街道办事处")
