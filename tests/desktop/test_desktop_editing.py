"""A planner's hour of editing in a real QGIS window: every tool, undo, save, a refused save, taking it back."""

from __future__ import annotations

import re

import pytest
from qgis.PyQt.QtGui import QImage

TOOLS = ("split", "merge", "reshape", "vertex", "draw", "absorb", "enclose")


@pytest.fixture(scope="module")
def chinese(desktop):
    return desktop("editing.py", "zh-Hans", name="zh")


@pytest.fixture(scope="module")
def english(desktop):
    return desktop("editing.py", "en_US", name="en")


@pytest.fixture(params=["chinese", pytest.param("english", marks=pytest.mark.proof)])
def seen(request):
    return request.getfixturevalue(request.param)


def test_choosing_a_tool_begins_editing(seen):
    assert seen["toolbar"]
    assert seen["editing"]


def test_a_split_is_one_step_that_qgis_undoes_and_redoes(seen):
    more, stack = seen["split"]
    assert more >= 1
    assert len(stack) == 1
    assert seen["undone"] == [0, []]
    assert seen["redone"] == more


def test_swapping_codes_is_no_step_of_its_own(seen):
    assert seen["swap"]
    assert len(seen["swapped"]) == 1


def test_escape_while_drawing_leaves_the_stack_alone(seen):
    assert seen["cancelled"] == 1


@pytest.mark.parametrize("tool", TOOLS[1:])
def test_each_tool_makes_one_step(seen, tool):
    stack, messages = seen[tool]
    order = [*TOOLS[:3], "vertex_added", *TOOLS[3:]]
    assert len(stack) == order.index(tool) + 1
    assert len(messages) <= 1  # that the sample is open


def test_lanes_are_merged_taken_back_and_split_each_in_one_step(seen):
    merged, state = seen["lane_merge"]
    assert (len(merged), state) == (1, "撤销")
    assert seen["lane_undone"] == [[], "在用"]
    split, more = seen["lane_split"]
    assert (len(split), more) == (1, 1)


@pytest.mark.parametrize("panel", ["split_panel", "reshape_panel", "draw_panel", "enclose_panel"])
def test_figures_are_shown_before_the_gesture_is_made(seen, panel):
    assert re.search("平方米|m²", seen[panel])
    assert seen["code"][:6] in seen[panel]


def test_the_save_of_qgis_writes_it_all_and_goes_on_editing(seen):
    modified, editable, messages = seen["saved"]
    assert not modified
    assert editable
    assert len(messages) == 1


def test_a_fault_made_with_other_means_is_refused_repaired_and_saved(seen):
    modified, messages = seen["refused"]
    assert modified
    assert len(messages) == 1
    assert seen["repair_offered"]
    assert len(seen["repaired"][0]) == 2
    assert not seen["saved_after_repair"][0]


def test_the_save_is_taken_back(seen):
    assert len(seen["taken_back"]) == 1


def test_nothing_is_told_in_english_to_a_chinese_planner(chinese):
    told = [chinese[key][-1] for key in ("saved", "refused", "repaired", "saved_after_repair")]
    texts = [text for messages in [*told, chinese["taken_back"]] for text in messages]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in texts)


def test_every_screenshot_shows_something(seen):
    names = [key for key in seen if key.startswith("screenshot:")]
    assert len(names) >= 9
    for name in names:
        image = QImage(seen[name])
        assert (image.width(), image.height()) == (1600, 1000)


def test_no_shortcut_of_ours_fights_with_one_of_qgis(seen):
    assert len(seen["shortcuts"]) >= len(TOOLS)
    for keys, names in seen["shortcuts"].items():
        assert len(names) == 1, keys
