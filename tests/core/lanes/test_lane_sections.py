"""Sections of a lane as people write them: where they lie, overlap and leave gaps; nothing is guessed."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.lanes.sections import LaneAlong, Stretch, gaps, house_number, overlaps, stretches

LANE = LaneAlong(300.0, {"东街": 0.0, "中街": 120.0, "西街": 300.0}, (1, 61))


def told(*sections, lane=LANE):
    found = stretches(sections, lane)
    return None if found is None else [(s.start_m, s.end_m, s.holder) for s in found]


@pytest.mark.parametrize(
    ("section", "place"),
    [
        (("东街", "中街"), (0, 120)),
        (("中街", ""), (120, 300)),
        (("", "中街"), (0, 120)),
        (("起点", "120 米"), (0, 120)),
        (("１２０米", "终点"), (120, 300)),
        (("西街", "中街"), (120, 300)),
        (("1号", "31号"), (0, 150)),
        (("31", ""), (150, 300)),
        (("start", "50m"), (0, 50)),
    ],
)
def test_places_metres_and_house_numbers_are_understood(section, place):
    ((start, end, _),) = told(section)
    assert (start, end) == pytest.approx(place)


@pytest.mark.parametrize("section", [("大槐树", ""), ("中街", "31号"), ("400米", ""), ("0号", "9号"), ("99号", "")])
def test_what_cannot_be_told_is_not_guessed(section):
    assert told(section) is None
    assert told(("东街", "中街"), section) is None


def test_numbers_mean_nothing_where_the_lane_has_none():
    assert told(("1号", "9号"), lane=LaneAlong(300.0, {})) is None


def test_sections_come_in_their_order_with_their_holders():
    assert told(("中街", "西街"), ("东街", "中街")) == [(0, 120, 1), (120, 300, 0)]


def test_overlaps_and_gaps_beyond_the_slack_are_found():
    sections = [Stretch(0, 100, 0), Stretch(60, 150, 1), Stretch(165, 220, 2)]
    assert [(one.holder, other.holder, metres) for one, other, metres in overlaps(sections, 20)] == [(0, 1, 40)]
    assert gaps(sections, 300, 20) == [(220, 300)]
    assert gaps(sections, 300, 10) == [(150, 165), (220, 300)]
    assert gaps([], 30, 20) == [(0, 30)]


def test_house_numbers_are_read_from_what_people_write():
    assert [house_number(text) for text in ("12号", "１２", "12号院", "12#", "甲12", "")] == [
        12,
        12,
        12,
        12,
        None,
        None,
    ]
