"""A manager's month in a real window: a briefing out of the figures, an evaluation and its cases, hot places."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module", params=["zh-Hans", "en_US"])
def seen(request, desktop):
    return desktop("month.py", request.param, name=request.param[:2])


def test_the_button_of_the_figures_makes_a_briefing_in_four_kinds_of_files(seen):
    assert set(seen["briefing_files"]) == {".html", ".pdf", ".png", ".xlsx"}
    assert re.search(r"\d", seen["briefing"])


def test_a_figure_of_an_evaluation_selects_the_cases_that_it_counts(seen):
    assert seen["evaluation_clicked"]
    count, told = seen["evaluation_cases"]
    assert count > 0
    assert f"{count:,}" in told


def test_hot_places_say_whose_they_are_and_one_is_shown_by_a_click(seen):
    assert re.search("示例|Sample", seen["hot_places"])  # the invented names of the people of the sample
    assert seen["hot_place_clicked"]
    assert seen["hot_place_shown"]


def test_cases_without_a_time_of_closing_give_a_reason_and_no_places(seen):
    assert re.search("结案时间|closed|closing", seen["came_back"])
