"""The plugin is reloaded in a real QGIS window while a workspace is open and a tool is in hand."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof

ROUNDS = 3


@pytest.fixture(scope="module")
def seen(desktop):
    return desktop("reload.py", "zh-Hans", rounds=ROUNDS)


def test_qgis_lives_on_and_nothing_of_the_plugin_stays(seen):
    assert len(seen["rounds"]) == ROUNDS
    assert all(is_editable for is_editable, _, _ in seen["rounds"])
    assert all(has_panel for _, has_panel, _ in seen["rounds"])
    assert [left for _, _, left in seen["rounds"]] == [[]] * ROUNDS


def test_nothing_wrong_is_told(seen):
    assert not any("Traceback" in text or "Error" in text for text in seen["bar"])
