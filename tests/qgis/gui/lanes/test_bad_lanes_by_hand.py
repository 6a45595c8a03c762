"""Bad lanes as hands draw and name them: told, with what may be meant, and nothing guessed."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.messages import Message
from tests.qgis.editing.saving.lane_quarter import LONG


def drawn(bench, name, *places):
    tool = bench.choose("lane_draw")
    tool.name.setText(name)
    for place in places:
        bench.hand.click(*place)
    bench.hand.enter()
    return tool


def said(bench, code):
    """Tell whether the window says a sentence that begins as this one does."""
    begin = Message(code).text("en").split("{")[0].strip()[:20]
    return any(begin in text for text in bench.messages())


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    "places", [[(100, -100)], [(100, -100), (100, -100)]], ids=["one click", "twice in one place"]
)
@pytest.mark.proof
def test_a_lane_without_length_is_not_made_and_the_reason_is_said(bench, places):
    before = bench.lanes()
    drawn(bench, "零巷", *places)
    assert bench.lanes() == before
    assert bench.stack() == []
    assert said(bench, "lane_without_length")


def test_a_ring_is_a_lane_with_two_ends_in_one_place(bench):
    drawn(bench, "环巷", (100, -100), (200, -100), (200, -180), (100, -180), (100, -100))
    assert bench.lanes()["环巷"] == pytest.approx(360, abs=8)
    lane = bench.lane("环巷")
    assert lane["from_place"] == lane["to_place"]


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("typed", "name", "is_near"),
    [
        ("　东　胡同 ", "东胡同", True),
        ("东胡同北段", "东胡同北段", True),
        ("东胡同（北段）", "东胡同(北段)", True),
        ("Ａ１ 巷", "A1巷", False),
        ("新巷", "新巷", False),
    ],
)
def test_a_typed_name_is_tidied_and_lanes_with_a_name_like_it_are_told(bench, typed, name, is_near):
    drawn(bench, typed, (100, -100), (200, -100))
    made = [f["name"] for f in bench.layer.getFeatures() if f["code"] == "9901010010004"]
    assert made == [name], "a lane of its own under the name that was typed"
    assert any(LONG in text for text in bench.messages()) is is_near
