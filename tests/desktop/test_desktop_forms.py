"""Every form in a real QGIS, in both languages, at 1366 × 768; an officer for a lane in five clicks."""

from __future__ import annotations

import re

import pytest

from gridmgmt_plugin.project.forms.description import form_descriptions

pytestmark = pytest.mark.proof

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def chinese(desktop):
    return desktop("forms.py", "zh-Hans", name="zh")


@pytest.fixture(scope="module")
def english(desktop):
    return desktop("forms.py", "en_US", name="en")


@pytest.fixture(params=["chinese", pytest.param("english", marks=pytest.mark.proof)])
def seen(request):
    return request.getfixturevalue(request.param)


def test_every_form_fits_on_a_small_screen_without_scrolling(seen):
    assert set(seen["forms"]) == set(form_descriptions())
    for table, form in seen["forms"].items():
        assert form["tabs"] == len(form_descriptions()[table].tabs)
        assert form["scrolled"] == [], table
        assert form["size"][0] <= 1366, table
        assert form["size"][1] <= 768, table


def test_no_form_shows_words_for_nothing(seen):
    for table, form in seen["forms"].items():
        assert not {"NULL", "(no selection)", "(未选择)"} & {text.strip() for text in form["texts"]}, table


def test_an_officer_is_given_to_a_lane_in_five_clicks(chinese):
    assert chinese["officer_clicks"] <= 5
    assert chinese["officers"] == [["巷长", "示例甲八"]]
    assert chinese["editing_ended"]


def test_a_form_that_is_open_does_not_keep_the_workspace_and_goes_with_it(seen):
    assert not seen["form_left"]
    assert seen["exit_code"] == 0
