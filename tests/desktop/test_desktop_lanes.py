"""Lanes in a real window: found in tree, search and locator, ranked by their cases, and what they lack settled."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module", params=["zh-Hans", "en_US"])
def seen(request, desktop):
    return desktop("lanes.py", request.param, name=request.param[:2])


def test_a_lane_of_the_tree_is_shown_and_answered_for(seen):
    level, code, name = seen["tree"]
    assert level == "lane"
    assert seen["tree_selects"] == [code]
    assert seen["tree_moves"]
    assert name in seen["tree_answers"]


def test_search_and_locator_find_a_lane_by_its_name(seen):
    assert seen["found_selects"] == [seen["searched"]]
    lane, lines, in_tree, moves = seen["located"]
    assert any(lane in line for line in lines)
    assert in_tree == lane
    assert moves


def test_a_click_on_the_worst_lane_goes_there(seen):
    assert seen["ranking_moves"], seen["ranking"]


def test_what_a_lane_lacks_is_settled_in_its_tool(seen):
    assert seen["lacking"] > 0
    assert seen["settled_by_hand"]
