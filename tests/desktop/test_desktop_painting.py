"""A planner paints responsibility grids in a real QGIS window, and saves them."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QImage

# Every day the same is painted without a window of QGIS, in tests/qgis/gui/painting.
pytestmark = pytest.mark.proof

LARGE, SMALL = (1600, 1000), (1366, 768)


@pytest.fixture(scope="module")
def chinese(desktop):
    return desktop("painting.py", "zh-Hans", name="zh", size=LARGE)


@pytest.fixture(scope="module")
def english(desktop):
    return desktop("painting.py", "en_US", name="en", size=LARGE)


@pytest.fixture(scope="module")
def small(desktop):
    return desktop("painting.py", "en_US", name="small", size=SMALL)


@pytest.fixture(params=["chinese", "english", "small"])
def seen(request):
    return request.getfixturevalue(request.param)


def test_choosing_the_tool_begins_editing_and_nothing_goes_wrong(seen):
    assert seen["editing"]
    assert seen["tracebacks"] == []


def test_figures_old_and_new_stand_in_the_dock_and_beside_the_mouse_while_painting(seen):
    assert " → <b" in seen["live"]
    assert "→" in seen["beside"]


def test_a_stroke_is_made_at_once(seen):
    assert seen["stroke_s"] < 0.3


def test_a_stroke_is_one_step(seen):
    assert all(seen["painted"])
    assert len(seen["stack"]) == 1
    assert seen["undone"] == []
    assert seen["redone"] == seen["stack"]


def test_a_grid_that_would_fall_apart_is_marked(seen):
    assert all("⚠" in text for text in seen["torn"])


def test_a_locked_grid_gives_nothing_and_says_so(seen):
    steps, messages = seen["locked"]
    assert steps == 1
    assert len(messages) == 1


def test_a_new_grid_and_a_split_one_are_steps_of_their_own(seen):
    assert len(seen["new"]) == 2
    assert len(seen["split"]) == 3


def test_the_save_of_qgis_writes_the_grids_and_goes_on_editing(seen):
    modified, editable, messages = seen["saved"]
    assert not modified
    assert editable
    assert len(messages) == 1


def test_every_screenshot_shows_something(seen):
    names = [key for key in seen if key.startswith("screenshot:")]
    assert len(names) >= 6
    for name in names:
        image = QImage(seen[name])
        assert [image.width(), image.height()] == seen["size"]
