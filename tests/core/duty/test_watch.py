"""Every hour has somebody, or says which duty phone; and says so in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.gap_text import Gaps, gaps_text, weekdays_in_words
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.watch import DutyPhones, Gap, gaps_of, week_gaps
from gridmgmt_plugin.core.rows import Rows

DAY = np.datetime64("2026-03-04")
GRID = {"target": "responsibility_grid", "target_code": "R1", "scheme": "cg", "role": "grid_worker"}


def gaps(*posts, persons=(), day=DAY):
    rows = [{"id": f"post{i}", "person_id": f"p{i}", **GRID, **post} for i, post in enumerate(posts)]
    ready = read_roster(Rows.from_records(rows), Rows.from_records(list(persons)))
    return week_gaps(ready, "responsibility_grid", ["R1"], day, scheme="cg")[0]


def told(*posts, **more):
    return gaps_text(gaps(*posts, **more), "zh")


OFFICE_HOURS = {"weekdays": "1-5", "start_time": "08:00", "end_time": "18:00"}


def test_a_post_without_hours_leaves_no_gap():
    assert gaps({}) == ()


def test_nights_and_the_weekend_are_named_as_a_planner_says_them():
    assert told(OFFICE_HOURS) == "周一至周四 18:00–08:00；周五 18:00–周一 08:00"
    assert gaps_text(gaps(OFFICE_HOURS), "en") == "Mon–Thu 18:00–08:00; Fri 18:00–Mon 08:00"


def test_a_night_shift_fills_the_night_also_from_sunday_to_monday():
    night = {"start_time": "18:00", "end_time": "08:00"}
    assert gaps({"start_time": "08:00", "end_time": "18:00"}, night) == ()
    assert told({"start_time": "08:00", "end_time": "18:00"}, {**night, "weekdays": "1-6"}) == "周日 18:00–08:00"


def test_nobody_at_all_is_the_whole_week():
    assert told() == "全周全天"
    assert told({}, persons=[{"id": "p0", "state": "请假"}]) == "全周全天"


def test_every_day_at_the_same_hours_is_said_once():
    assert told({"start_time": "06:00", "end_time": "22:30"}) == "每天 22:30–06:00"
    assert told({"start_time": "06:00", "end_time": "24:00"}) == "每天 00:00–06:00"


def test_posts_of_another_day_or_another_scheme_do_not_count():
    assert told({"valid_to": "2026-03-03"}) == "全周全天"
    assert told({"scheme": "hw"}) == "全周全天"
    assert told({"scheme": None}) == ""


def test_in_a_sentence_the_gaps_follow_its_language():
    words = Gaps(gaps=(Gap(0, 60),))
    assert (words.text("zh_CN"), words.text("en")) == ("周一 00:00–01:00", "Mon 00:00–01:00")


minute = st.integers(0, 24 * 60 - 1).map(lambda m: f"{m // 60:02d}:{m % 60:02d}")
days = st.lists(st.sampled_from("1234567"), min_size=1, max_size=7, unique=True).map(",".join)
shift = st.fixed_dictionaries({"weekdays": days, "start_time": minute, "end_time": minute})


@given(st.lists(shift, min_size=1, max_size=3), st.integers(0, 7 * 24 * 60 - 1))
def test_a_gap_is_just_when_the_roster_knows_nobody(shifts, at):
    rows = [{"id": f"post{i}", "person_id": f"p{i}", **GRID, **post} for i, post in enumerate(shifts)]
    ready = read_roster(Rows.from_records(rows), Rows())
    moment = datetime(2026, 3, 9) + timedelta(minutes=at)  # a Monday
    post = ready.first_on_duty(
        "responsibility_grid", np.array(["R1"], dtype=object), np.array([moment], dtype="datetime64[s]"), scheme="cg"
    )[0]
    week = 7 * 24 * 60
    found = gaps_of([ready.week(i) for i in range(len(rows))])
    in_gap = any(gap.start <= at < gap.end or gap.start <= at + week < gap.end for gap in found)
    assert in_gap == (post < 0)


AREAS = Rows.from_records(
    [
        {"code": "990101", "level": "county", "name": "示例区"},
        {"code": "990101001", "level": "street_office", "name": "湖阳街道", "parent_code": "990101"},
        {"code": "990101001001", "level": "community", "name": "湖滨社区", "parent_code": "990101001"},
    ]
)


def phone_of(*stations, departments=()):
    tables = {
        "area": AREAS,
        "station": Rows.from_records(list(stations)),
        "department": Rows.from_records(list(departments)),
    }
    found = DutyPhones(tables).of_area("990101001001", np.datetime64("2026-01-15"))
    return None if found is None else (found.table, found.code, found.number)


COUNTY = {"code": "S1", "area_code": "990101", "duty_phone": "000-1"}
OFFICE = {"code": "S2", "area_code": "990101001", "duty_phone": "000-2"}
COMMUNITY = {"code": "S3", "area_code": "990101001001", "duty_phone": "000-3"}
BUREAU = {"code": "D1", "name": "湖阳街道办事处", "kind": "街镇", "duty_phone": "000-9"}


@pytest.mark.parametrize(
    ("stations", "departments", "expected"),
    [
        ([COUNTY, OFFICE, COMMUNITY], [BUREAU], ("station", "S3", "000-3")),
        ([COUNTY, OFFICE, {**COMMUNITY, "duty_phone": None}], [BUREAU], ("station", "S2", "000-2")),
        ([COUNTY], [BUREAU], ("department", "D1", "000-9")),
        ([COUNTY], [], ("station", "S1", "000-1")),
        ([], [], None),
    ],
)
def test_the_nearest_duty_phone_answers(stations, departments, expected):
    assert phone_of(*stations, departments=departments) == expected


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("1-5", "周一至周五", "Mon–Fri"),
        ("1,3,5", "周一、周三、周五", "Mon, Wed, Fri"),
        ("周末", "周六、周日", "Sat, Sun"),
        ("每天", "每天", "daily"),
        ("逢集", "逢集", "逢集"),
    ],
)
def test_weekdays_are_said_as_a_planner_says_them(text, zh, en):
    assert (weekdays_in_words(text, "zh"), weekdays_in_words(text, "en")) == (zh, en)
