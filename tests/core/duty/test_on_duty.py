"""On duty = post in force on that day, weekday and hour; who is away is stood in for."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.times import clock_minutes, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from tests.tries import tries


def roster(*posts, persons=()):
    defaults = {"target": "responsibility_grid", "target_code": "R1", "role": "grid_worker"}
    rows = [{"id": f"post{i}", "person_id": f"p{i}", **defaults, **post} for i, post in enumerate(posts)]
    return read_roster(Rows.from_records(rows), Rows.from_records(list(persons)))


def on_duty(at, persons=(), **post):
    ready = roster(post, persons=persons)
    return bool(ready.on_duty(np.array([0]), np.array([at], dtype="datetime64[s]"))[0])


def who(at, *posts, persons=(), role="", **options):
    ready = roster(*posts, persons=persons)
    found = ready.first_on_duty(
        options.pop("target", "responsibility_grid"),
        np.array(["R1"], dtype=object),
        np.array([at], dtype="datetime64[s]"),
        roles=np.array([role], dtype=object),
        **options,
    )[0]
    return None if found < 0 else ready.person_id[found]


MONDAY, TUESDAY, SATURDAY = "2025-03-03", "2025-03-04", "2025-03-08"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (None, "1234567"),
        ("", "1234567"),
        ("1-5", "12345"),
        ("1,3,5", "135"),
        ("１，３，５", "135"),
        ("周一至周五", "12345"),
        ("周一 至 周五", "12345"),
        ("星期一、星期三", "13"),
        ("周一三五", "135"),
        ("六-二", "1267"),
        ("周末", "67"),
        ("工作日、周六", "123456"),
        ("每天", "1234567"),
        ("0", "7"),
        ("周日", "7"),
        ("礼拜天", "7"),
        (3, "3"),
        (135.0, "135"),
    ],
)
def test_weekdays_are_read_as_offices_write_them(text, days):
    assert weekday_mask(text) == sum(1 << (int(d) - 1) for d in days)


@pytest.mark.parametrize("text", ["8", "周一至", "单双号", "1-5-6", "、", "Mon"])
def test_weekdays_that_cannot_be_read_are_refused(text):
    with pytest.raises(InputError) as caught:
        weekday_mask(text)
    assert caught.value.code == "weekdays_unclear"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8:30", 510),
        ("08:30:00", 510),
        ("８：３０", 510),
        ("8时30分", 510),
        ("8点", 480),
        ("24:00", 1440),
        (None, -1),
    ],
)
def test_times_of_day_are_read(text, minutes):
    assert clock_minutes(text, -1) == minutes


@pytest.mark.parametrize("text", ["24:01", "8:60", "morning", "8:30-17:00", "2500"])
def test_times_of_day_that_cannot_be_read_are_refused(text):
    with pytest.raises(InputError) as caught:
        clock_minutes(text, 0)
    assert caught.value.code == "clock_unclear"


def test_wrong_hours_name_the_post():
    with pytest.raises(InputError) as caught:
        roster({"weekdays": "1-5"}, {"weekdays": "X"})
    assert caught.value.code == "post_times_unclear"
    assert "post1" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("clock", "expected"), [("07:59", False), ("08:00", True), ("16:59", True), ("17:00", False)]
)
def test_a_day_shift_runs_from_its_start_up_to_its_end(clock, expected):
    assert on_duty(f"{MONDAY}T{clock}", start_time="08:00", end_time="17:00") is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (f"{MONDAY}T21:59", False),
        (f"{MONDAY}T22:00", True),
        (f"{TUESDAY}T02:00", True),
        (f"{TUESDAY}T05:59", True),
        (f"{TUESDAY}T06:00", False),
        (f"{TUESDAY}T22:30", False),
        (f"{MONDAY}T02:00", False),
    ],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_starts(at, expected):
    assert on_duty(at, weekdays="1", start_time="22:00", end_time="06:00") is expected


def test_the_last_night_shift_ends_in_the_morning_after_the_post():
    night = {"start_time": "22:00", "end_time": "06:00", "valid_to": MONDAY, "valid_from": MONDAY}
    assert on_duty(f"{TUESDAY}T03:00", **night)
    assert not on_duty(f"{TUESDAY}T23:00", **night)
    assert not on_duty(f"{MONDAY}T03:00", **night)


def test_without_hours_a_post_is_on_duty_round_the_clock():
    assert on_duty(f"{MONDAY}T00:00")
    assert on_duty(f"{MONDAY}T23:59")
    assert on_duty(f"{MONDAY}T23:59", start_time="18:00")
    assert on_duty(f"{MONDAY}T03:00", start_time="08:00", end_time="08:00")


def test_a_post_is_in_force_from_its_first_to_its_last_day():
    days = ["2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05"]
    found = [on_duty(f"{day}T12:00", valid_from="2025-03-03", valid_to="2025-03-04") for day in days]
    assert found == [False, True, True, False]
    assert on_duty("2025-03-03T12:00", valid_from=None, valid_to=None)


@pytest.mark.parametrize("state", ["请假", "离岗", "退休"])
def test_who_is_away_is_not_on_duty(state):
    assert not on_duty(f"{MONDAY}T12:00", persons=[{"id": "p0", "state": state}])
    assert on_duty(f"{MONDAY}T12:00", persons=[{"id": "p0", "state": "在岗"}])


def test_the_last_day_of_a_person_still_counts():
    persons = [{"id": "p0", "state": "在岗", "left_on": MONDAY}]
    assert on_duty(f"{MONDAY}T12:00", persons=persons)
    assert not on_duty(f"{TUESDAY}T12:00", persons=persons)


def test_a_post_that_nobody_holds_is_not_on_duty():
    assert not on_duty(f"{MONDAY}T12:00", person_id=None)


def test_the_first_answers_then_the_second_then_the_stand_in():
    turns = [{"turn": "代班"}, {"turn": "B角"}, {"turn": "A角"}]
    at = f"{MONDAY}T12:00"
    assert who(at, *turns) == "p2"
    assert who(at, *turns, persons=[{"id": "p2", "state": "请假"}]) == "p1"
    assert who(at, *turns, persons=[{"id": "p2", "state": "请假"}, {"id": "p1", "left_on": "2025-01-01"}]) == "p0"
    assert who(at, *turns, persons=[{"id": p, "state": "退休"} for p in ("p0", "p1", "p2")]) is None


def test_the_second_answers_outside_the_hours_of_the_first():
    posts = [
        {"turn": "A角", "weekdays": "1-5", "start_time": "08:00", "end_time": "17:00"},
        {"turn": "B角", "weekdays": "6-7"},
    ]
    assert who(f"{MONDAY}T12:00", *posts) == "p0"
    assert who(f"{SATURDAY}T12:00", *posts) == "p1"
    assert who(f"{MONDAY}T20:00", *posts) is None


def test_the_grid_leader_answers_before_the_worker_unless_another_role_is_wanted():
    posts = [{"role": "grid_worker"}, {"role": "grid_leader"}, {"role": "inspector"}]
    assert who(f"{MONDAY}T12:00", *posts) == "p1"
    assert who(f"{MONDAY}T12:00", *posts, role="inspector") == "p2"
    assert who(f"{MONDAY}T12:00", *posts, role="liaison") == "p1"


def test_a_post_of_another_scheme_or_target_does_not_answer():
    posts = [{"scheme": "hw"}, {"target": "lane"}, {"target_code": "R2"}]
    assert who(f"{MONDAY}T12:00", *posts, scheme="cg") is None
    assert who(f"{MONDAY}T12:00", *posts, scheme="hw") == "p0"
    assert who(f"{MONDAY}T12:00", {"scheme": None}, scheme="hw") == "p0"


def test_the_officer_of_the_whole_lane_answers_before_one_of_a_section():
    posts = [
        {"target": "lane", "role": "lane_chief", "section_from": "1号", "section_to": "20号"},
        {"target": "lane", "role": "lane_chief"},
    ]
    assert who(f"{MONDAY}T12:00", *posts, target="lane") == "p1"


def test_of_equal_posts_the_smaller_person_id_answers():
    assert who(f"{MONDAY}T12:00", {"person_id": "p9"}, {"person_id": "p3"}) == "p3"


clock = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{half % 2 * 30:02d}")


@given(
    st.sets(st.integers(1, 7), min_size=1),
    clock,
    clock,
    st.integers(0, 20).map(lambda d: datetime(2025, 3, 1) + timedelta(days=d)),
    st.integers(0, 20).map(lambda d: datetime(2025, 3, 1) + timedelta(days=d)),
    st.integers(0, 25 * 48).map(lambda half: datetime(2025, 2, 27) + timedelta(minutes=30 * half)),
)
@tries(150)
def test_on_duty_is_one_of_the_shifts_written_out(weekdays, start, end, first, last, at):
    """Write every shift of the post out as a stretch of time and look whether the moment lies in one."""
    expected = False
    day = first
    while day <= last:
        if day.isoweekday() in weekdays:
            begin = datetime.combine(day, datetime.strptime(start, "%H:%M").time())
            finish = datetime.combine(day, datetime.strptime(end, "%H:%M").time())
            if start == end:
                begin, finish = day, day + timedelta(days=1)
            elif finish < begin:
                finish += timedelta(days=1)
            expected |= begin <= at < finish
        day += timedelta(days=1)
    post = {
        "weekdays": ",".join(map(str, sorted(weekdays))),
        "start_time": start,
        "end_time": end,
        "valid_from": first.strftime("%Y-%m-%d"),
        "valid_to": last.strftime("%Y-%m-%d"),
    }
    assert on_duty(at, **post) is expected
