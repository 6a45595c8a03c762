"""Patrols of street-lanes: a rota shared out evenly, walks from a table, and what was missed; on both back ends."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.core.posts.known_people import person_row
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.lanes import patrols
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, end_officers
from gridmgmt_plugin.jobs.lanes.patrols import import_patrols, patrol_gaps, plan_patrols, read_patrols
from gridmgmt_plugin.jobs.lanes.walk_entry import RoundWalked, enter_patrols
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.lanes.officer_quarter import COMMUNITIES, EAST, FAR, GONE, OFFICES, SOUTH, WEST, officer_quarter
from tests.jobs.people.staff_state import rows_of
from tests.workspace.places import KINDS, place_of

MONDAY, FRIDAY, SUNDAY = "2026-03-02", "2026-03-06", "2026-03-15"


@pytest.fixture(params=KINDS)
def council(request, tmp_path):
    """Two members for three lanes, one more for one of them."""
    with place_of(request.param, tmp_path, request) as place:
        workspace = officer_quarter(place.location)
        for person, lanes in (("P1", (EAST, WEST, SOUTH)), ("P2", (EAST, WEST, SOUTH)), ("P4", (SOUTH,))):
            assign_officers(workspace, OfficersWanted(person, "council_member", lanes, on="2026-01-01"))
        yield workspace


def planned(workspace):
    rows = workspace.read("patrol", geometry=False).records()
    return sorted((row["planned_on"], row["target_code"], row["person_id"]) for row in rows if row["planned_on"])


def table(tmp_path, *lines):
    path = tmp_path / "巡查.csv"
    path.write_text("\n".join(("街巷,姓名,巡查日期,发现情况", *lines)), encoding="utf-8")
    return read_source(path)


def test_a_rota_is_even_and_nobody_walks_two_lanes_where_that_can_be(council):
    report = plan_patrols(council, MONDAY, SUNDAY, area=OFFICES[0], weekdays="1-5", author="王工")
    rows = planned(council)
    assert report.accepted == len(rows) == 3 * 10
    assert {day for day, *_ in rows} == {f"2026-03-{n:02d}" for n in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)}
    each = Counter(person for *_, person in rows)
    assert each == {"P1": 10, "P2": 10, "P4": 10}
    assert max(Counter((day, person) for day, _, person in rows).values()) == 1
    east = [person for _, lane, person in rows if lane == EAST]
    assert Counter(east) == {"P1": 5, "P2": 5}, "a lane sees both in turn"


def test_a_rota_planned_week_by_week_is_even_over_the_weeks(council):
    posts = council.read("post", geometry=False).records()
    elsewhere = [row["id"] for row in posts if row["role"] == "council_member" and row["target_code"] != EAST]
    end_officers(council, elsewhere, "2026-01-02")
    for week in range(4):
        monday = date(2026, 3, 2) + timedelta(weeks=week)
        plan_patrols(council, monday, monday + timedelta(days=4), area=COMMUNITIES[0])
    assert Counter(person for _, lane, person in planned(council) if lane == EAST) == {"P1": 10, "P2": 10}


@pytest.mark.parametrize("spans", [(("2026-02-02", SUNDAY),), (("2026-02-02", "2026-03-01"), (MONDAY, SUNDAY))])
def test_who_joins_a_council_walks_as_often_as_the_others_and_makes_up_for_nothing(council, spans):
    posts = council.read("post", geometry=False).records()
    elsewhere = [row["id"] for row in posts if row["role"] == "council_member" and row["target_code"] != EAST]
    end_officers(council, elsewhere, "2026-01-02")
    assign_officers(council, OfficersWanted("P4", "council_member", (EAST,), on="2026-03-01"))
    for first, last in spans:
        plan_patrols(council, first, last, area=COMMUNITIES[0])
    rows = [(day, person) for day, lane, person in planned(council) if lane == EAST]
    assert Counter(person for day, person in rows if day < "2026-03-01") == {"P1": 14, "P2": 13}
    after = Counter(person for day, person in rows if day >= "2026-03-01")
    assert after == {"P1": 5, "P2": 5, "P4": 5}


def test_who_is_planned_on_another_lane_that_day_is_not_taken_first(council):
    with council.transaction("", "test") as transaction:
        row = {"target": "lane", "target_code": EAST, "planned_on": "2026-03-03", "person_id": "P1"}
        transaction.insert("patrol", Rows.from_records([row]))
    plan_patrols(council, "2026-03-03", "2026-03-03", area=COMMUNITIES[1])
    assert [person for _, lane, person in planned(council) if lane == WEST] == ["P2"]


def test_a_lane_that_begins_in_the_span_is_walked_from_then_on(council):
    with council.transaction("", "test") as transaction:
        lanes = council.read("lane", geometry=False)
        days = {EAST: ("2026-03-04", None), FAR: ("2026-03-04", "2026-03-05")}
        given = [days.get(code, (None, None)) for code in lanes["code"]]
        first, last = ([pair[at] for pair in given] for at in range(2))
        old = lanes["valid_to"].tolist()
        last = [new or before for new, before in zip(last, old)]
        transaction.update("lane", lanes.with_columns(valid_from=first, valid_to=last), derived=True)
    report = plan_patrols(council, MONDAY, FRIDAY)
    assert [day for day, lane, _ in planned(council) if lane == EAST] == ["2026-03-04", "2026-03-05", FRIDAY]
    assert report.figures["lanes_without_walkers"] == [FAR], "also one that is there on neither end"


def test_what_is_planned_stays_and_one_click_takes_the_rest_back(council):
    plan_patrols(council, MONDAY, MONDAY, area=OFFICES[0])
    before = planned(council)
    plan_patrols(council, MONDAY, FRIDAY, area=OFFICES[0], author="王工")
    assert set(before) < set(planned(council))
    take_back_last(council, "王工")
    assert planned(council) == before


def test_lanes_without_a_council_are_told_and_who_has_left_walks_no_more(council):
    report = plan_patrols(council, MONDAY, MONDAY)
    assert report.figures["lanes_without_walkers"] == [FAR]
    name = council.read("lane", ["name"], {"code": FAR}, geometry=False)["name"][0]
    assert any(f"{name} ({FAR})" in note.text("zh") for note in report.notes)
    with council.transaction("", "test") as transaction:
        people = council.read("person", where={"id": "P2"}, geometry=False)
        transaction.update("person", people.with_columns(left_on=["2026-03-02"]), derived=True)
    plan_patrols(council, "2026-03-03", FRIDAY, area=OFFICES[0])
    assert {person for day, _, person in planned(council) if day > MONDAY} == {"P1", "P4"}


def test_walks_are_entered_where_they_were_planned_and_gaps_are_told(council, tmp_path):
    plan_patrols(council, MONDAY, "2026-03-03", area=OFFICES[0])
    _, lane, person = planned(council)[0]
    assert lane == EAST
    name = {"P1": "示例甲", "P2": "示例乙"}[person]
    lines = (f"东胡同,{name},2026/3/2 9:30,占道", "西胡同,欧阳示例,2026-03-02,", "东胡同,无此人,2026-03-02,")
    source = table(
        tmp_path, *lines, "北胡同,示例甲,2026-03-02,", f"东胡同,{name},3月2号以后,", "旧巷,示例甲,2026-03-02,"
    )
    report = import_patrols(council, source, author="王工")
    assert (report.accepted, report.rejected) == (2, 4)
    assert (report.figures["planned"], report.figures["unplanned"]) == (1, 1)
    again = import_patrols(council, source)
    assert (again.accepted, again.figures["twice"]) == (0, 2)
    gaps = patrol_gaps(council, "2026-03-03", without_days=0)
    told = {(row.key, row.reason): row for row in gaps.to_confirm}
    assert told[(EAST, "patrol_missed")].details["count"] == 1, "the second day of two"
    assert told[(WEST, "patrol_missed")].details["count"] == 1, "another member walked it"
    assert told[(EAST, "patrol_long_ago")].details["days"] == 1
    assert (SOUTH, "patrol_never") in told
    assert (FAR, "patrol_never") in told
    assert not any(row.key == GONE for row in gaps.to_confirm)
    assert told[(SOUTH, "patrol_missed")].text("zh") != told[(SOUTH, "patrol_missed")].text("en")


def test_a_second_walk_of_a_day_is_entered_with_its_finding_and_none_twice(council, tmp_path):
    lines = ("东胡同,示例甲,2026-03-02 9:30,", "东胡同,示例甲,2026-03-02 16:00,占道", "东胡同,示例甲,2026-03-02,")
    report = import_patrols(council, table(tmp_path, *lines))
    assert (report.accepted, report.figures["twice"]) == (2, 1)
    found = sorted(str(row["finding"]) for row in council.read("patrol", geometry=False).records())
    assert found == ["None", "占道"]
    again = import_patrols(council, table(tmp_path, *reversed(lines)))
    assert (again.accepted, again.figures["twice"]) == (0, 3)


def test_a_walk_whose_time_is_added_later_is_one_walk(council, tmp_path):
    import_patrols(council, table(tmp_path, "东胡同,示例甲,2026-03-02,"))
    lines = ("东胡同,示例甲,2026-03-02 9:30,", "东胡同,示例甲,2026-03-02 16:00,占道")
    for accepted in (1, 0):
        assert import_patrols(council, table(tmp_path, *lines)).accepted == accepted


def test_the_finding_of_a_walk_that_is_there_is_added_and_another_one_is_told(council, tmp_path):
    import_patrols(council, table(tmp_path, "东胡同,示例甲,2026-03-02 9:12,"))
    before = rows_of(council, "patrol")
    report = enter_patrols(council, RoundWalked((EAST,), "P1", MONDAY, "井盖破损"), "王工")
    (row,) = rows_of(council, "patrol")
    assert (row["finding"], row["patrolled_at"]) == ("井盖破损", before[0]["patrolled_at"])
    assert (report.accepted, report.figures["twice"]) == (1, 0)
    assert [note.code for note in report.notes] == ["patrols_taken_in", "patrol_findings_added"]
    again = enter_patrols(council, RoundWalked((EAST,), "P1", MONDAY, "井盖破损"))
    assert (again.accepted, again.rejected, again.figures["twice"]) == (0, 0, 1)
    for other in (
        enter_patrols(council, RoundWalked((EAST,), "P1", MONDAY, "占道")),
        import_patrols(council, table(tmp_path, "东胡同,示例甲,2026-03-02,占道")),
    ):
        assert (other.accepted, other.reasons) == (0, {"patrol_other_finding": 1})
        told = other.rejected_rows[0]
        assert all(word in told.text(tongue) for word in ("井盖破损", "占道", MONDAY) for tongue in ("zh", "en"))
    take_back_last(council, "王工")
    assert rows_of(council, "patrol")[0]["finding"] is None


def test_a_round_that_was_walked_is_entered_as_the_rota_has_it_or_for_one_person(council):
    plan_patrols(council, MONDAY, MONDAY, area=OFFICES[0])
    rota = {lane: person for _, lane, person in planned(council)}
    before = rows_of(council, "patrol")
    report = enter_patrols(council, RoundWalked((EAST, SOUTH, FAR, GONE), on=MONDAY, finding="占道"), "王工")
    assert (report.accepted, report.reasons) == (2, {"patrol_not_planned": 1, "patrol_no_lane": 1})
    walked = {
        row["target_code"]: row for row in council.read("patrol", geometry=False).records() if row["patrolled_at"]
    }
    assert {lane: row["person_id"] for lane, row in walked.items()} == {EAST: rota[EAST], SOUTH: rota[SOUTH]}
    assert {row["planned_on"] for row in walked.values()} == {MONDAY}, "entered where it was planned"
    assert {row["finding"] for row in walked.values()} == {"占道"}
    again = enter_patrols(council, RoundWalked((EAST,), on=MONDAY))
    assert (again.accepted, again.figures["twice"]) == (0, 1)
    take_back_last(council, "王工")
    assert [{**row, "row_version": 0} for row in rows_of(council, "patrol")] == [
        {**row, "row_version": 0} for row in before
    ]
    other = enter_patrols(council, RoundWalked((FAR,), "欧阳示例", MONDAY), "王工")
    assert (other.accepted, other.figures["planned"]) == (1, 0)


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("walked", "code"),
    [
        (RoundWalked((), on=MONDAY), "officer_no_lanes"),
        (RoundWalked((EAST,), on=date.today() + timedelta(days=2)), "patrol_in_future"),
        (RoundWalked((EAST,), "欧阳示", MONDAY), "person_not_known_near"),
        (RoundWalked((EAST,), on="下周"), "day_unclear"),
    ],
)
def test_a_round_that_cannot_be_is_said(council, walked, code):
    with pytest.raises(GridError) as caught:
        enter_patrols(council, walked)
    assert caught.value.code == code
    assert council.count("patrol") == 0


def test_the_board_of_a_day_tells_last_walks_the_rota_and_who_walks_next(council, tmp_path):
    plan_patrols(council, MONDAY, "2026-03-03", area=OFFICES[0])
    enter_patrols(council, RoundWalked((EAST,), "P4", MONDAY))
    board = read_patrols(council, MONDAY, OFFICES[0])
    padded = read_patrols(council, MONDAY, f"{OFFICES[0]}000")  # with the zeros of statistics
    assert [lane.rota for lane in padded.lanes] == [lane.rota for lane in board.lanes]
    east, west, south = board.lanes
    assert (str(east.last), east.last_by, east.days_without(board.day), east.missed) == (MONDAY, ("P4",), 0, ())
    assert (west.days_without(board.day), west.missed) == (None, (MONDAY,))
    rota = {(day, lane): person for day, lane, person in planned(council)}
    assert south.rota == (rota[MONDAY, SOUTH],)
    assert (south.next_on, south.next_by) == ("2026-03-03", (rota["2026-03-03", SOUTH],))
    assert board.people["P4"] == "欧阳示例"


def test_walks_on_a_lane_that_was_not_there_are_refused(council, tmp_path):
    path = tmp_path / "巡查.csv"
    lines = ("街巷编码,姓名,巡查日期", f"{GONE},示例甲,2024-12-31", f"{GONE},示例甲,2026-03-02")
    path.write_text("\n".join(lines), encoding="utf-8")
    report = import_patrols(council, read_source(path))
    assert (report.accepted, report.reasons) == (1, {"patrol_no_lane": 1})
    (row,) = report.rejected_rows
    assert row.text("zh") != row.text("en")


def test_dates_are_read_as_one_column_and_progress_is_told(council, tmp_path):
    told = []
    source = table(tmp_path, "东胡同,示例甲,3/7/2026,", "东胡同,示例甲,3/25/2026,")
    report = import_patrols(council, source, progress=Progress(told.append, lambda: len(told) > 10))
    assert (report.accepted, report.rejected) == (2, 0)
    assert [str(row["patrolled_at"])[:10] for row in council.read("patrol", geometry=False).records()] == [
        "2026-03-07",
        "2026-03-25",
    ]
    assert told == sorted(told)
    with pytest.raises(Cancelled):
        import_patrols(council, source, progress=Progress(is_cancelled=lambda: True))


def test_each_name_is_looked_up_once(council, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(patrols, "person_row", lambda rows, given: asked.append(given) or person_row(rows, given))
    lines = (f"东胡同,{name},2026-03-0{day}," for day in range(1, 8) for name in ("示例甲", "无此人"))
    assert import_patrols(council, table(tmp_path, *lines)).rejected == 7
    assert sorted(asked) == ["无此人", "示例甲"]


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"first": FRIDAY, "last": MONDAY}, "dates_reversed"),
        ({"first": MONDAY, "last": "2027-03-02"}, "patrol_span_too_long"),
        ({"first": MONDAY, "last": FRIDAY, "area": OFFICES[1]}, "patrol_no_walkers"),
        ({"first": MONDAY, "last": FRIDAY, "weekdays": "每逢"}, "weekdays_unclear"),
    ],
)
def test_plans_that_cannot_be_are_refused(council, given, code):
    with pytest.raises(GridError) as caught:
        plan_patrols(council, **given)
    assert caught.value.code == code
    assert planned(council) == []


@pytest.mark.proof
def test_who_chose_roles_is_told_of_these_and_not_of_the_council(council):
    with pytest.raises(GridError) as caught:
        plan_patrols(council, MONDAY, FRIDAY, area=OFFICES[1], roles=["street_chief"])
    assert "理事" not in caught.value.text("zh")
    assert "所选角色" in caught.value.text("zh")
    assert "chosen roles" in caught.value.text("en")


def test_a_table_without_its_columns_is_refused(council, tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("街巷,备注\n东胡同,无", encoding="utf-8")
    with pytest.raises(GridError) as caught:
        import_patrols(council, read_source(path))
    assert caught.value.code == "patrol_column_missing"
