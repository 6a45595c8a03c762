"""查责 in a real window: click, time, class and person."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof
CELL = "990101002005012"


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop):
    return {**desktop("answers.py", request.param, name=request.param[:2]), "locale": request.param}


def test_one_click_tells_grid_scheme_people_and_departments_with_the_rule(seen):
    told = seen["clicked"]
    wanted = (
        ("责任网格", "责任部门", "兜底") if seen["locale"].startswith("zh") else ("Responsibility grid", "department")
    )
    assert CELL in told
    assert [word for word in wanted if word not in told] == []


def test_another_time_and_one_class_are_asked(seen):
    assert "2026-01-15 23:00" in seen["at_night"]
    assert seen["class"] in seen["one_class"]
    assert seen["class"] not in seen["at_night"]


def test_a_person_is_found_by_name(seen):
    name, told = seen["person"]
    assert name in told


def test_two_states_are_compared_in_a_table(seen):
    wanted = "责任网格" if seen["locale"].startswith("zh") else "grid"
    assert wanted in seen["compared_day"]
    assert len(seen["compared_day"]) > 500


def test_an_alternative_is_held_against_today(seen):
    title = "方案二" if seen["locale"].startswith("zh") else "Plan two"
    assert title in seen["compared"]
    (layer,) = seen["compared_layers"]
    assert title in layer


def test_duty_zones_are_drawn_split_and_saved_with_figures(seen):
    assert ("平方米" if seen["locale"].startswith("zh") else "m²") in seen["zone_panel"]
    assert seen["zones"] == 3


def test_the_duty_list_is_changed_in_place(seen):
    department, told = seen["duty"]
    assert department
    assert any(character.isdigit() for character in told)


def test_disputed_components_are_listed(seen):
    assert seen["disputes"] > 0


def test_a_ledger_lists_its_items(seen):
    told, count = seen["ledgers"]
    assert count > 0
    assert str(count) in told


def test_the_tool_is_laid_down(seen):
    assert seen["laid_down"] is False
