"""The staffing of a street office: vacancies, posts that clash or are over, what each person carries."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.posts.board import staffing_board
from gridmgmt_plugin.core.rows import Rows

DAY = np.datetime64("2026-03-04")
OFFICES = ("990101001", "990101002")
GRIDS = ("990101001001001", "990101001001002", "990101002001001")


def board(*posts, office="", day=DAY, persons=(), **tables):
    people = [{"id": "P1", "name": "示例甲"}, {"id": "P2", "name": "示例乙"}, *persons]
    grid = {"target": "responsibility_grid", "scheme": "cg", "role": "grid_worker"}
    areas = [{"code": "990101", "level": "county"}]
    areas += [{"code": code, "level": "street_office", "parent_code": "990101"} for code in OFFICES]
    areas += [{"code": f"{code}001", "level": "community", "parent_code": code} for code in OFFICES]
    grids = [
        {"scheme": "cg", "code": code, "area_code": code[:12], "unit_count": 5, "area_m2": 1000.0} for code in GRIDS
    ]
    given = {
        "post": Rows.from_records([{"id": f"G{i}", **grid, **post} for i, post in enumerate(posts)]),
        "person": Rows.from_records(people),
        "area": Rows.from_records(areas),
        "responsibility_grid": Rows.from_records(grids),
        "lane": Rows.from_records([{"code": "L1", "name": "一巷", "street_code": OFFICES[0], "length_m": 250.0}]),
        **tables,
    }
    return staffing_board(given, day, office=office)


def faults(found):
    return [(line.place.code, line.post, line.faults) for line in found.lines]


def test_a_place_is_vacant_only_where_staffing_has_begun():
    found = board({"target_code": GRIDS[0], "person_id": "P1"})
    assert faults(found) == [
        (GRIDS[0], "G0", ()),
        (GRIDS[1], "", ("vacant",)),
        (GRIDS[2], "", ("vacant",)),
    ], "no lane and no area has a post: they are no vacancies"


def test_only_the_office_that_is_asked_for_is_shown_and_its_load_counts_everywhere():
    here = {"target_code": GRIDS[0], "person_id": "P1"}
    there = {"target_code": GRIDS[2], "person_id": "P1"}
    found = board(here, there, office=OFFICES[0])
    assert [line.place.code for line in found.lines] == [GRIDS[0], GRIDS[1]]
    (load,) = found.loads
    assert (load.posts, load.units, load.area_m2) == (2, 10, 2000.0)


@pytest.mark.parametrize(
    ("state", "left_on", "fault"),
    [("请假", None, "away"), ("退休", None, "gone"), ("在岗", "2026-03-03", "gone"), ("在岗", "2026-03-04", None)],
)
def test_who_is_not_there_is_told(state, left_on, fault):
    person = {"id": "P9", "name": "示例壬", "state": state, "left_on": left_on}
    found = board({"target_code": GRIDS[0], "person_id": "P9"}, persons=[person])
    assert found.lines[0].faults == (() if fault is None else (fault,))


def test_a_post_that_ended_is_expired_until_somebody_follows_in_its_role():
    over = {"target_code": GRIDS[0], "person_id": "P1", "valid_to": "2026-03-03"}
    assert board(over).count("expired") == 1
    follower = {"target_code": GRIDS[0], "person_id": "P2", "valid_from": "2026-03-04"}
    assert board(over, follower).count("expired") == 0
    assert board(over, day=np.datetime64("2026-03-03")).count("expired") == 0, "its last day"


def test_two_first_holders_clash_only_when_both_are_there_at_once():
    day = {"target_code": GRIDS[0], "turn": "A角", "start_time": "08:00", "end_time": "16:00"}
    late = {**day, "person_id": "P2", "start_time": "16:00", "end_time": "08:00"}
    assert board({**day, "person_id": "P1"}, late).count("two_first") == 0
    assert board({**day, "person_id": "P1"}, {**late, "start_time": "15:59"}).count("two_first") == 2
    assert board({**day, "person_id": "P1"}, {**day, "person_id": "P2", "turn": "B角"}).count("two_first") == 0


AT_WORK = {"person_id": "P1", "turn": "A角", "start_time": "08:00", "end_time": "16:00"}


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, 2),
        ({"turn": None}, 2),
        ({"start_time": "15:59", "end_time": "23:00"}, 2),
        ({"start_time": "16:00", "end_time": "23:00"}, 0),
        ({"weekdays": "6-7"}, 2),
        ({"turn": "B角"}, 0),
        ({"turn": "代班"}, 0),
        ({"person_id": "P2"}, 0),
        ({"role": "grid_leader"}, 0),
        ({"start_time": None, "end_time": None}, 0),
        ({"scheme": "hw"}, 0),
        ({"target": "lane", "target_code": "L1", "scheme": None}, 0),
    ],
)
def test_a_person_who_is_to_be_in_two_places_of_one_kind_at_the_same_hours_is_told_at_both(other, found):
    posts = ({"target_code": GRIDS[0], **AT_WORK}, {"target_code": GRIDS[1], **AT_WORK, **other})
    assert board(*posts).count("two_places") == found


def test_on_weekdays_here_and_at_weekends_there_is_not_at_once_nor_is_a_post_that_is_over():
    here = {"target_code": GRIDS[0], **AT_WORK, "weekdays": "1-5"}
    there = {"target_code": GRIDS[1], **AT_WORK, "weekdays": "6-7"}
    assert board(here, there).count("two_places") == 0
    assert board(here, {**there, "weekdays": None, "valid_to": "2026-03-03"}).count("two_places") == 0


def test_one_person_in_several_schemes_and_on_a_lane_is_told_with_all_kinds():
    grid = {"target_code": GRIDS[0], "person_id": "P1"}
    lane = {"target": "lane", "target_code": "L1", "scheme": None, "role": "lane_chief", "person_id": "P1"}
    (load,) = board(grid, lane).loads
    assert (load.kinds, load.lane_m) == (("cg", "lane"), 250.0)


def test_hours_without_anybody_are_told_for_staffed_places_with_the_phone():
    hours = {"target_code": GRIDS[0], "person_id": "P1", "start_time": "08:00", "end_time": "18:00"}
    stations = Rows.from_records([{"code": "S1", "name": "分中心", "area_code": OFFICES[0], "duty_phone": "000-1"}])
    (place,) = board(hours, {"target_code": GRIDS[2], "person_id": "P2"}, station=stations).unwatched
    assert (place.place.code, len(place.gaps), place.phone.number) == (GRIDS[0], 7, "000-1")
