"""Staffing board and grid schemes in a real window, by mouse, in both languages."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop):
    return {**desktop("staff.py", request.param, name=request.param[:2]), "locale": request.param}


def test_the_board_lists_posts_persons_and_hours_of_the_sample(seen):
    posts, persons, hours = seen["lists"]
    assert posts >= persons > 0
    assert hours == seen["all_week"] == 0, "nobody in this sample has hours: all are on duty round the clock"
    assert 0 < seen["of_one_office"] < posts
    wanted = "岗位" if seen["locale"].startswith("zh") else "Posts"
    assert seen["titles"][0].startswith(wanted)


def test_a_person_gets_a_post_and_one_click_takes_it_back(seen):
    assert seen["assigned"]
    assert seen["taken_back"]


def test_an_alternative_is_made_and_deleted_by_typing_its_title(seen):
    assert any("方案二" in title or "Plan two" in title for title in seen["schemes"])
    assert seen["deleted"]
    assert seen["layers"]
