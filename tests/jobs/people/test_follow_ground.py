"""People follow the ground: after a merge, a new grid, a change of areas or lanes; signed, and taken back."""

from __future__ import annotations

import json

import openpyxl
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.follow_ground import follow_ground
from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.people.staff_state import post, rows_of

GRID, LANE = "responsibility_grid", "9901010010001"
ONE, TWO, NEW = "990101001001001", "990101001001002", "990101001001003"
DAY = "2026-03-02"


def painted(workspace, **codes):
    """Give unit grids to other responsibility grids, with the lines that a save writes."""
    units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
    rows = {code: (row, old) for row, (code, old) in enumerate(zip(units["code"], units["rg_cg"]))}
    with workspace.transaction("王工", "paint") as transaction:
        for code, new in codes.items():
            row, old = rows[code.lstrip("u")]
            transaction.update("unit_grid", Rows({"rg_cg": as_column([new])}, None, units.fid[[row]]))
            sides = [json.dumps({"attributes": {"rg_cg": value}}) for value in (old, new)]
            transaction.log("unit_grid", code.lstrip("u"), *sides)


@pytest.fixture
def grids(add):
    def there(*codes):
        add("responsibility_grid", *({"scheme": "cg", "code": code, "name": f"第{code[-1]}网格"} for code in codes))

    return there


def test_the_post_of_a_grid_that_was_merged_goes_to_the_one_that_got_its_ground(staffed, grids, tmp_path):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    found = follow_ground(staffed, on=DAY, folder=tmp_path, author="王工")
    (proposal,) = found.proposals
    assert (proposal.post, proposal.kind, proposal.old, proposal.new, proposal.share) == ("1", "moves", ONE, TWO, 1.0)
    assert (post(staffed, "1")["target_code"], post(staffed, "1")["valid_to"]) == (ONE, "2026-03-01")
    (new,) = [row for row in rows_of(staffed, "post") if row["target_code"] == TWO]
    assert (new["person_id"], new["valid_from"], new["weekdays"]) == ("P1", DAY, "1-5")
    book = openpyxl.load_workbook(tmp_path / f"岗位随地调整签字表_{DAY}.xlsx")
    heading, line = book.active.iter_rows(values_only=True)
    told = dict(zip(heading, line))
    assert (told["姓名"], told["新对象"], told["面积占比(%)"], told["调整"]) == ("示例甲", "第2网格", 100, "调往")
    assert told["本人签字"] is None


@pytest.mark.parametrize(
    ("there", "terms", "told", "signed"),
    [
        (("2026-01-01", None), [("2026-01-01", None)], ("post_there_already", 0, 1, ["posts_there_already"]), []),
        (
            ("2026-04-01", "2026-04-30"),
            [(DAY, "2026-03-31"), ("2026-04-01", "2026-04-30"), ("2026-05-01", None)],
            ("post_moves_with_ground", 1, 0, ["posts_follow_ground"]),
            [DAY],
        ),
        (
            ("2026-01-01", "2026-04-30"),
            [("2026-01-01", "2026-04-30"), ("2026-05-01", None)],
            ("post_moves_with_ground", 1, 0, ["posts_follow_ground"]),
            ["2026-05-01"],
        ),
    ],
)
def test_who_has_the_post_at_the_other_grid_for_a_time_does_not_hold_it_twice(
    staffed, grids, add, tmp_path, there, terms, told, signed
):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    like = {name: value for name, value in post(staffed, "1").items() if name != "row_version" and value is not None}
    add("post", {**like, "id": "9", "target_code": TWO, "valid_from": there[0], "valid_to": there[1]})
    before = rows_of(staffed, "post")
    report = follow_ground(staffed, on=DAY, folder=tmp_path, author="王工").report
    ((code, day),) = [(row.reason, row.details["day"]) for row in report.to_confirm]
    notes = [note.code for note in report.notes]
    assert (code, report.accepted, report.figures["held_already"], notes) == told
    assert _days_signed(tmp_path) == signed
    assert day == (signed or [DAY])[0]
    held = [row for row in rows_of(staffed, "post") if row["target_code"] == TWO]
    assert sorted((row["valid_from"], row["valid_to"]) for row in held) == terms
    assert post(staffed, "1")["valid_to"] == "2026-03-01"
    take_back_last(staffed, "王工")
    assert rows_of(staffed, "post") == before


def _days_signed(folder):
    found = []
    for path in folder.glob("*.xlsx"):
        heading, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        found += [dict(zip(heading, line))["生效日期"] for line in lines]
    return found


def test_a_new_grid_that_nobody_holds_gets_who_held_its_ground(staffed, grids):
    grids(ONE, TWO, NEW)
    painted(staffed, **{f"u{TWO}": ONE})
    painted(staffed, **{f"u{TWO}": NEW})
    assert follow_ground(staffed, on=DAY).proposals == (), "the ground came from a grid that nobody held"
    painted(staffed, **{f"u{ONE}": NEW})
    (proposal,) = follow_ground(staffed, on=DAY).proposals
    assert (proposal.kind, proposal.old, proposal.new, proposal.share) == ("also", ONE, NEW, 0.5)
    held = [(row["target_code"], row["person_id"]) for row in rows_of(staffed, "post") if row["scheme"] == "cg"]
    assert held == [(ONE, "P1"), (NEW, "P1")]


@pytest.mark.proof
def test_what_the_planner_leaves_stays_and_is_listed(staffed, grids):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    before = rows_of(staffed, "post")
    report = follow_ground(staffed, on=DAY, leave=[f"1>{TWO}"]).report
    assert (report.accepted, report.to_confirm[0].reason) == (0, "post_stays_behind")
    assert rows_of(staffed, "post") == before


def test_the_sheet_to_sign_lists_only_what_was_taken(staffed, grids, add, tmp_path):
    grids(TWO)
    again = {"id": "1b", "target": "responsibility_grid", "target_code": ONE, "scheme": "cg", "role": "inspector"}
    add("post", {**again, "person_id": "P2"})
    painted(staffed, **{f"u{ONE}": TWO})
    found = follow_ground(staffed, on=DAY, leave=[f"1>{TWO}"], folder=tmp_path, author="王工")
    assert {proposal.post for proposal in found.proposals} == {"1", "1b"}
    _, *lines = openpyxl.load_workbook(tmp_path / f"岗位随地调整签字表_{DAY}.xlsx").active.iter_rows(values_only=True)
    assert len(lines) == 1
    assert "1b" in lines[0]


def test_a_second_sheet_of_a_day_stands_beside_the_first(staffed, grids, tmp_path):
    grids(TWO)
    for start, goal in ((ONE, TWO), (TWO, ONE)):
        painted(staffed, **{f"u{start}": goal})
        follow_ground(staffed, on=DAY, folder=tmp_path, author="王工")
        take_back_last(staffed, "王工")
    names = {path.name for path in tmp_path.glob("*.xlsx")}
    assert names == {f"岗位随地调整签字表_{DAY}.xlsx", f"岗位随地调整签字表_{DAY}_2.xlsx"}


def test_cancelled_at_the_last_moment_it_leaves_no_sheet_of_what_never_came(staffed, grids, tmp_path):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    before, told = rows_of(staffed, "post"), []
    progress = Progress(told.append, lambda: len(told) == 2)  # begun, found; next is the end
    with pytest.raises(Cancelled):
        follow_ground(staffed, on=DAY, folder=tmp_path / "表", progress=progress)
    assert rows_of(staffed, "post") == before
    assert list((tmp_path / "表").iterdir()) == []


def test_one_act_takes_all_of_it_back(staffed, grids):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    before = rows_of(staffed, "post")
    follow_ground(staffed, on=DAY)
    take_back_last(staffed, "王工")
    assert rows_of(staffed, "post") == before


@pytest.mark.proof
def test_a_change_before_the_day_asked_for_does_not_count(staffed, grids):
    grids(TWO)
    painted(staffed, **{f"u{ONE}": TWO})
    assert follow_ground(staffed, since="2090-01-01", on=DAY).proposals == ()


AREA_POST = {"target": "area", "role": "liaison", "person_id": "P2"}


def test_posts_of_an_area_that_ended_follow_its_ground_or_the_code_map(staffed, grids, add):
    grids(ONE, TWO)
    shapes = as_column(
        [shapely.box(900, 0, 1000, 100), shapely.box(900, 0, 970, 100), shapely.box(970, 0, 1100, 100)]
    )
    areas = [{"code": "990101001009", "level": "community", "valid_to": "2026-03-01"}]
    areas += [{"code": f"99010100101{n}", "level": "community", "valid_from": DAY} for n in (1, 2)]
    with staffed.transaction("", "test") as transaction:
        transaction.insert("area", Rows.from_records(areas, as_column(map(_multi, shapes))))
    add("post", {"id": "7", "target_code": "990101001009", **AREA_POST})
    (proposal,) = follow_ground(staffed, on=DAY, leave=["7>990101001011"]).proposals
    assert (proposal.new, round(proposal.share, 3)) == ("990101001011", 0.7)
    add("code_map", {"kind": "area", "old_code": "990101001009", "new_code": "990101001012", "share": 0.9})
    (proposal,) = follow_ground(staffed, on=DAY).proposals
    assert (proposal.new, proposal.share) == ("990101001012", 0.9)


def _multi(shape):
    return shapely.multipolygons([shape])


def test_posts_of_a_lane_that_is_no_more_go_to_its_successor(staffed, grids, add):
    grids(ONE, TWO)
    add("code_register", {"code": "L0", "kind": "lane", "state": "retired", "successors": "9901010010001"})
    add("post", {"id": "7", "target": "lane", "target_code": "L0", "role": "lane_chief", "person_id": "P1"})
    (proposal,) = follow_ground(staffed, on=DAY).proposals
    assert (proposal.post, proposal.new) == ("7", "9901010010001")


@pytest.fixture
def over_lanes(staffed, grids, add):
    """Put the lane of the district into a scheme over lanes, with somebody who answers for it there."""
    grids(ONE, TWO)
    create_scheme(staffed, "dl", "道路保洁", base="lane")
    post_ = {"target": GRID, "scheme": "dl", "target_code": LANE, "role": "grid_worker", "person_id": "P1"}
    add("post", {"id": "8", **post_})
    return staffed


def draw_lane(workspace, code, prior=None):
    columns = {"code": as_column([code]), "name": as_column([code]), "prior_code": as_column([prior])}
    with workspace.transaction("", "test") as transaction:
        line = as_column([shapely.multilinestrings([[(0, 90), (100, 90)]])])
        transaction.insert("lane", Rows(columns, line))


def told_over_lanes(workspace):
    found = follow_ground(workspace, leave=["8>9901010010009"])
    return [(one.post, one.kind, one.scheme, one.old, one.new) for one in found.proposals if one.scheme == "dl"]


def test_the_post_at_the_grid_of_a_lane_that_was_abolished_goes_to_the_grid_of_its_successor(over_lanes, add):
    draw_lane(over_lanes, "9901010010009")
    add("code_register", {"code": LANE, "kind": "lane", "state": "retired", "successors": "9901010010009"})
    lanes = over_lanes.read("lane", where={"code": LANE})
    with over_lanes.transaction("", "test") as transaction:
        transaction.set_column("lane", "state", lanes.fids, ["撤销"])
    assert told_over_lanes(over_lanes) == [], "the successor is no grid of the scheme yet"
    assign_units(over_lanes, scheme="dl", grid="new", lanes="all")
    assert told_over_lanes(over_lanes) == [("8", "moves", "dl", LANE, "9901010010009")]


def test_who_holds_the_grid_of_a_lane_that_was_split_is_proposed_for_the_part_split_off(over_lanes):
    draw_lane(over_lanes, "9901010010009", prior=LANE)
    assign_units(over_lanes, scheme="dl", grid="new", lanes="9901010010009")
    assert told_over_lanes(over_lanes) == [("8", "also", "dl", LANE, "9901010010009")]


def test_where_every_place_is_there_nothing_is_proposed(staffed, grids):
    grids(ONE, TWO)
    report = follow_ground(staffed, on=DAY).report
    assert (report.accepted, report.notes[0].code) == (0, "posts_are_where_they_belong")
