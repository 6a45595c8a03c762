"""The window at 125 % and 150 % and under QGIS's dark theme: nothing is cut off on a screen of 1366 × 768."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof
RUNS = {
    "zh-125": {"locale": "zh-Hans", "scale": 1.25},
    "en-150-night": {"locale": "en_US", "scale": 1.5, "theme": "Night Mapping"},
}


@pytest.fixture(scope="module", params=["en-150-night", pytest.param("zh-125", marks=pytest.mark.proof)])
def seen(request, desktop):
    return {**desktop("manners.py", name=request.param, **RUNS[request.param]), "scale": RUNS[request.param]["scale"]}


def test_the_window_is_that_of_a_small_screen_at_this_scale(seen):
    assert seen["window"] == [1366, 768]
    assert seen["ratio"] == pytest.approx(seen["scale"])


def test_no_control_is_cut_off(seen):
    assert {part: texts for part, texts in seen["lacking"].items() if texts} == {}


def test_nothing_failed_on_the_way(seen):
    assert seen["tracebacks"] == []
    assert seen["exit_code"] == 0
