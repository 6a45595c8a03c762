"""A person put on a post, and posts that end, on both back ends: what cannot be is told, and nothing is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.jobs.people.end_posts import end_posts
from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.people.duty_district import CELLS
from tests.jobs.people.staff_state import rows_of

GOOD = NewPost("示例乙", "area", "990101001", role="liaison", weekdays="1-5", start_time="20:00", end_time="08:00")


def test_a_person_gets_a_post_and_it_ends_with_a_reason_that_names_nobodys_number(staffed):
    before = rows_of(staffed, "post")
    key = assign_person(staffed, GOOD, "王工").figures["post"]
    (new,) = [row for row in rows_of(staffed, "post") if row["id"] == key]
    assert (new["person_id"], new["target_code"], new["role"], new["end_time"]) == (
        "P2",
        "990101001",
        "liaison",
        "08:00",
    )
    report = end_posts(staffed, [key, "1"], "2099-01-31", "调离 13912348765", "王工")
    assert report.accepted == 2
    ended = {row["id"]: row for row in rows_of(staffed, "post")}
    assert {ended[at]["valid_to"] for at in (key, "1")} == {"2099-01-31"}
    assert ended["1"]["end_reason"] == "调离 〔电话已隐去〕"
    take_back_last(staffed, "王工")
    take_back_last(staffed, "王工")
    assert rows_of(staffed, "post") == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": "没有"}, "person_not_known"),
        ({"person": "示例丙"}, "hand_over_to_gone"),
        ({"code": "999"}, "assign_place_unknown"),
        ({"target": "planet"}, "assign_place_unknown"),
        ({"target": "responsibility_grid", "code": CELLS[0]}, "assign_place_unknown"),
        ({"role": "国王"}, "choice_unknown"),
        ({"turn": "Z角"}, "choice_unknown"),
        ({"weekdays": "每逢"}, "weekdays_unclear"),
        ({"start_time": "25:99"}, "clock_unclear"),
        ({"valid_from": "2026-13-45"}, "day_unclear"),
    ],
)
def test_a_post_that_cannot_be_is_refused_and_nothing_is_written(staffed, change, code):
    before = rows_of(staffed, "post")
    with pytest.raises(GridError) as refused:
        assign_person(staffed, replace(GOOD, **change))
    assert refused.value.code == code
    assert rows_of(staffed, "post") == before


@pytest.mark.parametrize(
    ("posts", "day", "code"),
    [
        ((), "", "officer_posts_unknown"),
        (("1", "没有"), "", "officer_posts_unknown"),
        (("1",), "某日", "day_unclear"),
    ],
)
def test_posts_that_cannot_end_are_refused_and_none_ends(staffed, posts, day, code):
    before = rows_of(staffed, "post")
    with pytest.raises(GridError) as refused:
        end_posts(staffed, posts, day)
    assert refused.value.code == code
    assert rows_of(staffed, "post") == before
