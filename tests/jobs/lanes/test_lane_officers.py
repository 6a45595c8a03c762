"""Officers of street-lanes: on any day, put on lanes in one act, ended with a reason; in files and databases."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import Cancelled, GridError, WorkspaceError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, end_officers, read_officers
from gridmgmt_plugin.jobs.lanes.officer_tables import export_officers
from gridmgmt_plugin.jobs.lanes.patrols import patrol_gaps, plan_patrols
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from tests.jobs.districts import lines
from tests.jobs.lanes.officer_quarter import COMMUNITIES, EAST, FAR, GONE, OFFICES, SOUTH, WEST, officer_quarter
from tests.jobs.people.staff_state import post, rows_of
from tests.workspace.places import KINDS, place_of

DAY = "2026-03-02"
RULE = "任〔{year}〕{n:04}号"


@pytest.fixture(params=KINDS)
def quarter(request, tmp_path):
    with place_of(request.param, tmp_path, request) as place:
        yield officer_quarter(place.location)


def chiefs(workspace, day=DAY):
    """Return lane → its lane chiefs."""
    staff = read_officers(workspace, day)
    return {lane.code: [one.person for one in lane.posts if one.role == "lane_chief"] for lane in staff.lanes}


def test_every_day_has_its_own_lanes_and_officers(quarter):
    assert chiefs(quarter) == {EAST: ["示例甲"], WEST: ["示例甲"], SOUTH: [], FAR: []}
    assert chiefs(quarter, "2024-06-01")[GONE] == ["示例甲"], "a lane that was abolished later was there"
    assert chiefs(quarter, "2023-12-31")[EAST] == [], "nobody had begun by then"


def test_void_cases_and_duplicates_are_no_load(quarter):
    usual = {"lane_code": EAST, "reported_at": "2026-01-05T08:00:00"}
    more = [
        {"id": "V1", "status": "void", "duplicate_of": None},
        {"id": "V2", "status": "closed", "duplicate_of": "A1"},
    ]
    with quarter.transaction("", "test") as transaction:
        shapes = quarter.read("cases").shapes[:2]
        transaction.insert("cases", Rows.from_records([{**usual, **one} for one in more], shapes))
    staff = read_officers(quarter, DAY, period=("2026-01-01", "2026-01-31"))
    assert {one.person: one.cases for one in staff.loads}["示例甲"] == 2


def test_a_load_tells_lanes_metres_households_and_the_cases_of_a_period(quarter):
    staff = read_officers(quarter, DAY, period=("2026-01-01", "2026-01-31"))
    load = {one.person: one for one in staff.loads}
    assert [one.person for one in staff.loads] == ["示例甲", "示例乙"], "most metres first"
    first = load["示例甲"]
    assert (first.lanes, first.length_m, first.households, first.cases) == ((EAST, WEST), 550.0, 140, 2)
    assert (load["示例乙"].length_m, load["示例乙"].cases, load["示例乙"].roles) == (400.0, 1, ("lane_steward",))
    assert read_officers(quarter, DAY).loads[0].cases == 0


def test_an_area_has_its_own_lanes(quarter):
    lanes = {
        area: [lane.code for lane in read_officers(quarter, DAY, area).lanes] for area in (*OFFICES, *COMMUNITIES)
    }
    assert lanes[OFFICES[0]] == [EAST, WEST, SOUTH]
    assert lanes[COMMUNITIES[0]] == [EAST, SOUTH], "most of 西胡同 lies in the other community"
    assert (lanes[COMMUNITIES[1]], lanes[OFFICES[1]]) == ([WEST], [FAR])


def test_a_new_chief_takes_the_place_of_the_old_and_gets_numbered_letters(quarter):
    wanted = OfficersWanted("示例乙", "lane_chief", (EAST, SOUTH), on="2026年3月2日", letter_rule=RULE, signed_on=DAY)
    report = assign_officers(quarter, wanted, "王工")
    assert (report.accepted, report.figures["replaced"]) == (2, 1)
    assert report.figures["letters"] == ["任〔2026〕0008号", "任〔2026〕0009号"]
    assert chiefs(quarter) == {EAST: ["示例乙"], WEST: ["示例甲"], SOUTH: ["示例乙"], FAR: []}
    assert chiefs(quarter, "2026-03-01")[EAST] == ["示例甲"]
    old = post(quarter, "G00001")
    assert (old["valid_to"], old["end_reason"]) == ("2026-03-01", "换人")
    logged = quarter.read("change_log", where={"gesture": "assign_officers"}, geometry=False)
    assert len(logged) == 3


def test_one_act_is_taken_back_in_one(quarter):
    before = rows_of(quarter, "post")
    assign_officers(quarter, OfficersWanted("P2", "lane_chief", area=OFFICES[0], on=DAY), "王工")
    assert sum(names == ["示例乙"] for names in chiefs(quarter).values()) == 3
    take_back_last(quarter, "王工")
    assert rows_of(quarter, "post") == before


def test_stewards_join_and_whoever_is_there_is_not_entered_twice(quarter):
    report = assign_officers(quarter, OfficersWanted("P2", "lane_steward", (EAST, WEST, GONE), on=DAY))
    assert (report.accepted, report.rejected) == (1, 2)
    assert report.reasons == {"officer_holds_already": 1, "officer_no_lane": 1}
    assert "旧巷" in " ".join(row.text("zh") for row in report.rejected_rows) or GONE in report.rejected_rows[1].key
    assert post(quarter, "G00004")["valid_to"] is None


def test_for_another_section_nobody_has_to_go(quarter):
    assign_officers(quarter, OfficersWanted("P4", "lane_chief", (WEST,), section=("150米", "西胡同西口"), on=DAY))
    assert sorted(chiefs(quarter)[WEST]) == ["欧阳示例", "示例甲"]
    loads = {one.person: one.length_m for one in read_officers(quarter, DAY).loads}
    assert loads["欧阳示例"] == 150.0


def test_two_sections_of_one_lane_are_carried_together_and_each_metre_once(quarter):
    for section in (("150米", "西胡同西口"), ("100米", "200米"), ("20米", "30米")):
        with quarter.transaction("", "test") as transaction:
            key = f"H{section[0]}"
            row = {"id": key, "target": "lane", "target_code": WEST, "role": "lane_steward", "person_id": "P4"}
            row |= {"section_from": section[0], "section_to": section[1], "valid_from": "2026-01-01"}
            transaction.insert("post", Rows.from_records([row]))
    loads = {one.person: one.length_m for one in read_officers(quarter, DAY).loads}
    assert loads["欧阳示例"] == 200.0 + 10.0


def test_an_area_that_is_not_there_is_said_wherever_one_is_given(quarter, tmp_path):
    deeds = (
        lambda: read_officers(quarter, DAY, "990101009"),
        lambda: export_officers(quarter, tmp_path / "名册", on=DAY, area="990101009"),
        lambda: patrol_gaps(quarter, DAY, "990101009"),
        lambda: assign_officers(quarter, OfficersWanted("P2", "lane_chief", area="990101009", on=DAY)),
    )
    for deed in deeds:
        with pytest.raises(GridError) as caught:
            deed()
        assert caught.value.code == "scope_unknown"


@pytest.mark.proof
def test_an_area_that_has_ended_is_refused_unless_the_day_is_before(quarter, tmp_path):
    with quarter.transaction("", "test") as transaction:
        area = quarter.read("area", where={"code": COMMUNITIES[0]}, geometry=False)
        transaction.update("area", area.with_columns(valid_to=["2025-06-30"]), derived=True)
    assert [lane.code for lane in read_officers(quarter, "2025-06-30", COMMUNITIES[0]).lanes] == [EAST, SOUTH]
    deeds = (
        lambda: read_officers(quarter, DAY, COMMUNITIES[0]),
        lambda: export_officers(quarter, tmp_path / "名册", on=DAY, area=COMMUNITIES[0]),
        lambda: patrol_gaps(quarter, DAY, COMMUNITIES[0]),
        lambda: plan_patrols(quarter, DAY, DAY, area=COMMUNITIES[0]),
        lambda: assign_officers(quarter, OfficersWanted("P2", "lane_chief", area=COMMUNITIES[0], on=DAY)),
        lambda: import_lanes(quarter, lines([[(0, 0), (9, 0)]], ["新巷"]), mode="update", scope=COMMUNITIES[0]),
    )
    for deed in deeds:
        with pytest.raises(GridError) as caught:
            deed()
        assert caught.value.code in ("scope_not_in_force", "scope_unknown")
        assert COMMUNITIES[0] in caught.value.text("zh")


def test_where_nobody_was_put_on_any_lane_that_is_what_is_said(quarter):
    report = assign_officers(quarter, OfficersWanted("P1", "lane_chief", (EAST, GONE), on=DAY))
    assert (report.accepted, report.notes[0].code) == (0, "officers_none_assigned")
    assert "2" in report.notes[0].text("zh")
    assert quarter.count("take_back") == 0


def test_nobody_serves_at_a_lane_beyond_its_own_last_day(quarter):
    report = assign_officers(quarter, OfficersWanted("P4", "lane_chief", (GONE, EAST), on="2024-06-01"))
    assert report.accepted == 2
    found = {row["target_code"]: row["valid_to"] for row in rows_of(quarter, "post") if row["person_id"] == "P4"}
    assert found == {GONE: "2024-12-31", EAST: None}
    assert read_officers(quarter, DAY).adrift == ()


def test_one_who_was_to_begin_later_never_does(quarter):
    assign_officers(quarter, OfficersWanted("P4", "lane_chief", (FAR,), on="2026-06-01"))
    report = assign_officers(quarter, OfficersWanted("P2", "lane_chief", (FAR,), on=DAY))
    assert report.figures["replaced"] == 1
    assert chiefs(quarter, "2026-07-01")[FAR] == ["示例乙"]


def test_posts_end_with_their_reason_and_stay_on_record(quarter):
    report = end_officers(quarter, ["G00001", "G00003", "G00004"], "2026-02-28", "任期届满", "王工")
    assert report.accepted == 2, "the third had ended before"
    assert (post(quarter, "G00001")["valid_to"], post(quarter, "G00001")["end_reason"]) == ("2026-02-28", "任期届满")
    assert post(quarter, "G00003")["valid_to"] == "2024-12-31"
    assert (chiefs(quarter, "2026-02-28")[EAST], chiefs(quarter)[EAST]) == (["示例甲"], [])
    again = end_officers(quarter, ["G00001", "G00002"], "2026-02-28", "离职", "王工")
    assert (again.accepted, post(quarter, "G00001")["end_reason"]) == (1, "任期届满"), "it ends with that day already"
    (over,) = next(lane for lane in read_officers(quarter, DAY).lanes if lane.code == EAST).expired[:1]
    assert over.person in ("示例甲", "示例乙")


@pytest.mark.daily(2)
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (OfficersWanted("示例丁", "lane_chief", (EAST,)), "person_not_known_near"),
        (OfficersWanted("欧阳", "lane_chief", (EAST,)), "person_not_known"),
        (OfficersWanted("P3", "lane_chief", (EAST,)), "hand_over_to_gone"),
        (OfficersWanted("P2", "grid_leader", (EAST,)), "officer_role_unknown"),
        (OfficersWanted("P2", "lane_chief"), "officer_no_lanes"),
        (OfficersWanted("P2", "lane_chief", (EAST,), on="2026-03-02", until="2026-03-01"), "dates_reversed"),
        (OfficersWanted("P2", "lane_chief", (EAST,), on="下周"), "day_unclear"),
        (OfficersWanted("P2", "lane_chief", (SOUTH,), letter_rule="任〔{year}〕号"), "letter_rule_unclear"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(quarter, wanted, code):
    before = rows_of(quarter, "post")
    with pytest.raises(GridError) as caught:
        assign_officers(quarter, wanted)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    assert rows_of(quarter, "post") == before


def test_a_post_that_is_at_no_lane_is_not_ended_here(quarter):
    with quarter.transaction("", "test") as transaction:
        row = {"id": "G00009", "target": "area", "target_code": OFFICES[0], "role": "liaison", "person_id": "P4"}
        transaction.insert("post", Rows.from_records([row]))
    with pytest.raises(GridError) as caught:
        end_officers(quarter, ["G00001", "G00009"], DAY)
    assert (caught.value.code, caught.value.message.details["posts"]) == ("officer_posts_unknown", "G00009")
    assert post(quarter, "G00001")["valid_to"] is None


@pytest.mark.parametrize(
    ("posts", "code"),
    [([], "officer_posts_unknown"), (["G9"], "officer_posts_unknown"), (["G00003"], "officer_nothing_ends")],
)
def test_posts_that_cannot_end_are_said(quarter, posts, code):
    with pytest.raises(GridError) as caught:
        end_officers(quarter, posts, DAY)
    assert caught.value.code == code


def test_posts_at_a_lane_that_is_no_more_are_told(quarter):
    staff = read_officers(quarter, "2024-06-01")
    assert staff.adrift == ()
    with quarter.transaction("", "test") as transaction:
        lane = quarter.read("lane", where={"code": FAR}, geometry=False)
        transaction.update("lane", lane.with_columns(state=["撤销"]).with_geometry(None), derived=True)
    assign = OfficersWanted("P2", "lane_chief", (FAR,), on=DAY)
    assert assign_officers(quarter, assign).reasons == {"officer_no_lane": 1}


def test_the_tables_for_people_hold_every_lane_and_what_each_officer_carries(quarter, tmp_path):
    period = ("2026-01-01", "2026-01-31")
    report = export_officers(quarter, tmp_path / "名册", on=DAY, period=period, language="zh")
    stems = (f"街巷长名册_{DAY}", f"街巷长负担_{DAY}")
    assert report.figures["files"] == [f"{stem}.{kind}" for stem in stems for kind in ("csv", "xlsx")]
    lanes, loads = (read_source(tmp_path / "名册" / f"{stem}.csv").rows for stem in stems)
    assert sorted(lanes["街巷编码"]) == sorted([EAST, EAST, WEST, SOUTH, FAR])
    assert dict(zip(loads["姓名"], zip(map(str, loads["长度(米)"]), map(str, loads["每百米案件"])))) == {
        "示例甲": ("550", "0.36"),
        "示例乙": ("400", "0.25"),
    }


def test_a_rate_that_is_a_whole_number_is_read_back_from_the_workbook_too(quarter, tmp_path):
    with quarter.transaction("", "test") as transaction:
        lanes = quarter.read("lane", where={"code": EAST}, geometry=False)
        transaction.update("lane", lanes.with_columns(length_m=[100.0]), derived=True)
    period = ("2026-01-01", "2026-01-31")
    report = export_officers(quarter, tmp_path, on=DAY, period=period, formats=("xlsx",))
    loads = read_source(tmp_path / report.figures["files"][1]).rows
    assert dict(zip(loads["姓名"], loads["每百米案件"]))["示例乙"] in (1, "1")


@pytest.mark.proof
def test_a_hand_over_of_lanes_lists_the_letters_and_signs_to_print_again(quarter, tmp_path):
    given = {"person": "示例甲", "successor": "欧阳示例", "on": DAY, "letter_rule": RULE, "folder": tmp_path / "交接"}
    report = hand_over_posts(quarter, **given, author="王工")
    assert chiefs(quarter)[EAST] == chiefs(quarter)[WEST] == ["欧阳示例"]
    assert report.figures["files"][0] == f"重印任务书和公示牌清单_{DAY}_P1_P4.csv"
    rows = read_source(tmp_path / "交接" / report.figures["files"][0]).rows
    told = list(zip(rows["街巷名称"], rows["重印"], rows["新任务书编号"], rows["原任"], rows["接任"]))
    assert told == [
        ("东胡同", "任务书", "任〔2026〕0008号", "示例甲", "欧阳示例"),
        ("东胡同", "公示牌", None, "示例甲", "欧阳示例"),
        ("西胡同", "任务书", "任〔2026〕0009号", "示例甲", "欧阳示例"),
        ("西胡同", "公示牌", None, "示例甲", "欧阳示例"),
    ]
    new = [row for row in rows_of(quarter, "post") if row["valid_from"] == DAY]
    assert sorted(row["task_letter_no"] for row in new) == ["任〔2026〕0008号", "任〔2026〕0009号"]
    assert {row["section_to"] for row in new} == {None, "150米"}


def cancelled_at_the_end():
    """Return a progress that is cancelled at the last moment."""
    told = []
    return Progress(on_fraction=told.append, is_cancelled=lambda: bool(told))


def test_a_hand_over_that_is_cancelled_leaves_no_list_of_letters_that_were_never_given(quarter, tmp_path):
    before = rows_of(quarter, "post")
    given = {"person": "P1", "successor": "P4", "on": DAY, "letter_rule": RULE, "folder": tmp_path / "交接"}
    with pytest.raises(Cancelled):
        hand_over_posts(quarter, **given, progress=cancelled_at_the_end())
    assert rows_of(quarter, "post") == before
    assert list((tmp_path / "交接").iterdir()) == []


def test_a_hand_over_that_cannot_be_written_leaves_no_list(quarter, tmp_path, monkeypatch):
    def refuse(*_):
        raise WorkspaceError("row_changed_meanwhile", table="post", path="")

    monkeypatch.setattr("gridmgmt_plugin.jobs.people.hand_over_posts.write_rows", refuse)
    with pytest.raises(WorkspaceError):
        hand_over_posts(quarter, person="P1", successor="P4", on=DAY, folder=tmp_path / "交接")
    assert list((tmp_path / "交接").glob("*")) == []


def test_two_people_hand_over_on_one_day_into_one_folder(quarter, tmp_path):
    folder = tmp_path / "交接"
    first = hand_over_posts(quarter, person="P2", successor="P4", on=DAY, folder=folder)
    second = hand_over_posts(quarter, person="P1", successor="P4", on=DAY, folder=folder)
    names = [*first.figures["files"], *second.figures["files"]]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert len(set(names)) == 4


def test_a_trial_writes_no_list_and_refuses_one_that_is_there(quarter, tmp_path):
    given = {"person": "P1", "successor": "P4", "on": DAY, "folder": tmp_path / "交接"}
    tried = hand_over_posts(rehearsed(quarter), **given)
    assert not (tmp_path / "交接").exists()
    (tmp_path / "交接").mkdir()
    (tmp_path / "交接" / tried.figures["files"][0]).write_text("签过字的", encoding="utf-8")
    with pytest.raises(GridError) as caught:
        hand_over_posts(rehearsed(quarter), **given)
    assert caught.value.code == "export_files_exist"


def test_a_number_of_a_person_that_no_file_can_be_named_after_is_put_otherwise(quarter, tmp_path):
    with quarter.transaction("", "test") as transaction:
        transaction.insert("person", Rows.from_records([{"id": "A/7:甲", "name": "示例戊", "state": "在岗"}]))
    report = hand_over_posts(quarter, person="P1", successor="示例戊", on=DAY, folder=tmp_path)
    assert report.figures["files"][0] == f"重印任务书和公示牌清单_{DAY}_P1_A-7-甲.csv"


def test_a_lane_that_the_successor_holds_already_needs_a_new_sign_without_the_other(quarter, tmp_path):
    assign_officers(quarter, OfficersWanted("P4", "lane_steward", (EAST,), on="2026-01-01"))
    report = hand_over_posts(quarter, person="P2", successor="P4", on=DAY, letter_rule=RULE, folder=tmp_path)
    assert (report.figures["handed_over"], report.figures["held_already"]) == (0, 1)
    rows = read_source(tmp_path / report.figures["files"][0]).rows
    assert list(zip(rows["街巷名称"], rows["重印"], rows["原任"])) == [("东胡同", "公示牌", "示例乙")]


def test_a_post_that_begins_later_gets_a_letter_of_the_successor_who_has_signed_nothing(quarter, tmp_path):
    later = OfficersWanted("P2", "lane_chief", (FAR,), on="2026-06-01", letter_rule=RULE, signed_on="2026-02-01")
    assign_officers(quarter, later)
    (planned,) = [row for row in rows_of(quarter, "post") if row["target_code"] == FAR]
    assert (planned["task_letter_no"], planned["signed_on"]) == ("任〔2026〕0008号", "2026-02-01")
    given = {"person": "P2", "successor": "P4", "on": DAY, "letter_rule": RULE, "folder": tmp_path}
    report = hand_over_posts(quarter, **given, author="王工")
    became = post(quarter, planned["id"])
    assert (became["person_id"], became["valid_from"], became["signed_on"]) == ("P4", "2026-06-01", None)
    assert became["task_letter_no"] in ("任〔2026〕0009号", "任〔2026〕0010号")
    rows = read_source(tmp_path / report.figures["files"][0]).rows
    told = {
        lane: (old, new)
        for lane, old, new in zip(rows["街巷名称"], rows["原任务书编号"], rows["新任务书编号"])
        if new
    }
    assert told["远巷"] == ("任〔2026〕0008号", became["task_letter_no"])
    take_back_last(quarter, "王工")
    assert post(quarter, planned["id"]) == planned | {"row_version": post(quarter, planned["id"])["row_version"]}


def test_without_a_rule_a_post_that_begins_later_has_no_letter_of_the_one_before(quarter):
    later = OfficersWanted("P2", "lane_chief", (FAR,), on="2026-06-01", letter_rule=RULE, signed_on="2026-02-01")
    assign_officers(quarter, later)
    hand_over_posts(quarter, person="P2", successor="P4", on=DAY)
    (became,) = [row for row in rows_of(quarter, "post") if row["target_code"] == FAR]
    assert (became["person_id"], became["task_letter_no"], became["signed_on"]) == ("P4", None, None)
    old = post(quarter, "G00004")
    assert (old["person_id"], old["valid_to"]) == ("P2", "2026-03-01")
