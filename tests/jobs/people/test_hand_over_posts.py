"""All posts of one person go to another on a day; what was stays readable, and one act takes it back."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.people.staff_state import post, rows_of

DAY = "2026-03-02"


def test_the_successor_serves_from_the_day_on_and_the_other_until_the_eve(staffed):
    report = hand_over_posts(staffed, person="P1", successor="P2", on="2026年3月2日", reason="调岗", author="王工")
    assert (report.accepted, report.figures["held_already"]) == (1, 0)
    old = post(staffed, "1")
    assert (old["person_id"], old["valid_to"], old["end_reason"]) == ("P1", "2026-03-01", "调岗")
    (new,) = [row for row in rows_of(staffed, "post") if row["valid_from"] == DAY]
    kept = ("target", "target_code", "scheme", "role", "weekdays", "start_time", "end_time")
    assert {name: new[name] for name in kept} == {name: old[name] for name in kept}
    assert (new["person_id"], new["valid_to"]) == ("P2", None)
    assert "示例甲" in report.to_confirm[0].text("zh")
    logged = staffed.read("change_log", where={"gesture": "hand_over_posts"}, geometry=False)
    assert sorted(logged["row_key"]) == sorted(["1", new["id"]])


def test_taken_back_everything_is_as_it_was(staffed):
    before = [rows_of(staffed, table) for table in ("post", "person")]
    hand_over_posts(staffed, person="P1", successor="P2", on=DAY, leaves="离岗", author="王工")
    assert rows_of(staffed, "person")[0]["left_on"] == "2026-03-01"
    take_back_last(staffed, "王工")
    assert [rows_of(staffed, table) for table in ("post", "person")] == before


def test_a_post_that_begins_later_changes_its_holder_and_one_that_is_over_stays(staffed, add):
    grid = {"target": "responsibility_grid", "target_code": "990101001001002", "scheme": "cg", "person_id": "P1"}
    add("post", {"id": "7", "valid_from": "2026-06-01", **grid}, {"id": "8", "valid_to": "2025-12-31", **grid})
    hand_over_posts(staffed, person="示例甲", successor="示例乙", on=DAY)
    assert (post(staffed, "7")["person_id"], post(staffed, "7")["valid_from"]) == ("P2", "2026-06-01")
    assert (post(staffed, "8")["person_id"], post(staffed, "8")["valid_to"]) == ("P1", "2025-12-31")


def test_what_the_successor_holds_already_is_not_entered_twice(staffed, add):
    lane = {"target": "lane", "target_code": "9901010010001", "role": "lane_chief"}
    add("post", {"id": "7", "person_id": "P1", **lane})
    report = hand_over_posts(staffed, person="P1", successor="P2", on=DAY)
    assert (report.accepted, report.figures["held_already"]) == (1, 1)
    held = [row for row in rows_of(staffed, "post") if row["role"] == "lane_chief" and not row["valid_to"]]
    assert [row["person_id"] for row in held] == ["P2"]


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"person": "P9", "successor": "P2"}, "person_not_known"),
        ({"person": "P1", "successor": "P1"}, "hand_over_to_oneself"),
        ({"person": "P1", "successor": "P3"}, "hand_over_to_gone"),
        ({"person": "P1", "successor": "P2", "on": "下周"}, "day_unclear"),
        ({"person": "P1", "successor": "P2", "leaves": "休假"}, "person_leaves_unknown"),
        ({"person": "P1", "successor": "P2", "posts": ["2"]}, "hand_over_nothing"),
    ],
)
def test_what_cannot_be_handed_over_is_said_and_nothing_changes(staffed, given, code):
    before = rows_of(staffed, "post")
    with pytest.raises(GridError) as caught:
        hand_over_posts(staffed, **given)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    assert rows_of(staffed, "post") == before


def test_of_two_people_of_one_name_the_number_is_asked_for(staffed, add):
    add("person", {"id": "P8", "name": "示例乙"})
    with pytest.raises(GridError, match="P2, P8"):
        hand_over_posts(staffed, person="P1", successor="示例乙")


LANE = {"target": "lane", "target_code": "9901010010001", "role": "patrol"}


@pytest.mark.parametrize(
    ("of_the_successor", "term"),
    [
        ({"valid_from": "2026-01-01", "valid_to": "2026-03-11"}, ("2026-03-12", "2026-06-30")),
        ({"valid_from": "2026-05-01", "valid_to": None}, ("2026-03-02", "2026-04-30")),
        ({"valid_from": "2025-01-01", "valid_to": "2026-02-28"}, ("2026-03-02", "2026-06-30")),
        ({"valid_from": "2026-07-01", "valid_to": None}, ("2026-03-02", "2026-06-30")),
    ],
)
@pytest.mark.parametrize("begins", ["2026-01-01", "2026-03-05"])
def test_a_post_that_the_successor_holds_for_a_part_of_the_time_passes_for_the_rest(
    staffed, add, of_the_successor, term, begins
):
    add(
        "post",
        {"id": "7", "person_id": "P1", "valid_from": begins, "valid_to": "2026-06-30", **LANE},
        {"id": "8", "person_id": "P2", **of_the_successor, **LANE},
    )
    hand_over_posts(staffed, person="P1", successor="P2", on=DAY)
    of_lane = [row for row in rows_of(staffed, "post") if row["role"] == "patrol" and row["person_id"] == "P2"]
    (passed,) = [row for row in of_lane if row["id"] != "8"]
    assert (passed["valid_from"], passed["valid_to"]) == (max(term[0], begins), term[1])
    take_back_last(staffed, "王工")
    assert post(staffed, "7")["person_id"] == "P1"
    assert post(staffed, "7")["valid_from"] == begins


@pytest.mark.parametrize("begins", ["2026-01-01", "2026-03-05"])
def test_a_post_that_the_successor_holds_in_between_passes_for_the_days_before_and_after(staffed, add, begins):
    between = {"valid_from": "2026-04-01", "valid_to": "2026-04-30"}
    add(
        "post",
        {"id": "7", "person_id": "P1", "valid_from": begins, "valid_to": None, **LANE},
        {"id": "8", "person_id": "P2", **between, **LANE},
    )
    before = rows_of(staffed, "post")
    hand_over_posts(staffed, person="P1", successor="P2", on=DAY)
    of_lane = [row for row in rows_of(staffed, "post") if row["role"] == "patrol" and row["person_id"] == "P2"]
    terms = sorted((row["valid_from"], row["valid_to"]) for row in of_lane)
    day = max(begins, "2026-03-02")
    assert terms == [(day, "2026-03-31"), ("2026-04-01", "2026-04-30"), ("2026-05-01", None)]
    take_back_last(staffed, "王工")
    assert rows_of(staffed, "post") == before
