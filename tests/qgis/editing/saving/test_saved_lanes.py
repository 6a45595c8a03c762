"""Street-lanes: a gesture is one undo step; a save writes what follows from them, whichever tool made the edits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from qgis.core import QgsGeometry

from gridmgmt_plugin.core.lanes import LaneOptions
from gridmgmt_plugin.core.lanes.gestures import abolish, make, merge, reverse
from gridmgmt_plugin.core.lanes.lane_edit import as_shapes
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.qgis.editing.saving.lane_quarter import (
    COMMUNITIES,
    FAR,
    LONG,
    OFFICES,
    SOUTH,
    WEST,
    LaneDesk,
    make_quarter,
)
from tests.qgis.editing.saving.town import in_both, rows_of

OPTIONS = LaneOptions()
TODAY = date.today().isoformat()
EVE = (date.today() - timedelta(days=1)).isoformat()


@pytest.fixture
def quarter(stored_in):
    return make_quarter(stored_in.location)


@pytest.fixture
def desk(quarter):
    made = LaneDesk(quarter)
    yield made
    made.close()


def cut(rows, at, place=(150.0, 0.0)):
    return split(rows, at[0], place, OPTIONS, "larger_keeps")


def joined(rows, at):
    return merge(rows, at, OPTIONS)


def ended(rows, at):
    return abolish(at)


def new_lane(rows, at, *ways, name="新巷"):
    return make(rows, as_shapes(*(shapely.LineString(way) for way in ways)), {"name": name}, OPTIONS)


def metres(workspace, code):
    rows = workspace.read("lane_area", geometry=False).records()
    return {row["area_code"]: round(row["length_m"], 1) for row in rows if row["lane_code"] == code}


def register(workspace):
    return {row["code"]: row for row in workspace.read("code_register", geometry=False).records()}


def officers(workspace, code, day=TODAY):
    posts = workspace.read("post", geometry=False).records()
    mine = [p for p in posts if p["target_code"] == code]
    return sorted(p["person_id"] for p in mine if p["valid_from"] <= day <= (p["valid_to"] or "9999"))


@in_both
def test_a_lane_of_picked_pieces_gets_code_ends_and_metres(quarter, desk):
    pieces = [(400, 0), (400, 50)], [(400, 50), (700, 50)]
    desk.do(lambda rows, at: new_lane(rows, at, *pieces, name="北巷"))
    assert desk.layer.undoStack().count() == 1
    assert desk.save(), desk.refusals
    made = rows_of(quarter, "lane")["9901010010004"]
    assert (made["name"], made["state"], made["street_code"], made["length_m"]) == ("北巷", "在用", OFFICES[0], 350.0)
    assert "dead end" in (made["from_place"], made["to_place"])
    assert made["valid_from"] == TODAY
    assert metres(quarter, "9901010010004") == {COMMUNITIES[0]: 150.0, COMMUNITIES[1]: 200.0}
    assert register(quarter)["9901010010004"]["state"] == "draft"


@in_both
def test_a_split_keeps_code_and_officer_on_both_parts(quarter, desk):
    desk.do(cut, LONG)
    desk.layer.undoStack().undo()
    assert len(desk.rows()) == 4
    desk.layer.undoStack().redo()
    assert desk.save(), desk.refusals
    lanes = rows_of(quarter, "lane")
    assert (lanes[LONG]["length_m"], lanes["9901010010004"]["length_m"]) == (250.0, 150.0)
    assert lanes["9901010010004"]["prior_code"] == LONG
    assert metres(quarter, LONG) == {COMMUNITIES[0]: 250.0}
    assert officers(quarter, LONG) == officers(quarter, "9901010010004") == ["P0"]
    new = [p for p in quarter.read("post", geometry=False).records() if p["target_code"] == "9901010010004"]
    assert (new[0]["valid_from"], new[0]["task_letter_no"]) == (TODAY, None)
    assert desk.reports[0].notes[0].code == "lane_posts_inherited"


@in_both
def test_a_merged_lane_is_kept_as_history_and_its_officer_goes_on(quarter, desk):
    desk.do(joined, LONG, WEST)
    assert desk.save(), desk.refusals
    lanes = rows_of(quarter, "lane")
    assert (lanes[WEST]["state"], lanes[WEST]["valid_to"]) == ("撤销", TODAY)
    assert (lanes[LONG]["length_m"], lanes[LONG]["alias"]) == (700.0, "西胡同")
    assert metres(quarter, WEST) == {}
    assert metres(quarter, LONG) == {COMMUNITIES[0]: 500.0, COMMUNITIES[1]: 200.0}
    assert officers(quarter, LONG) == ["P0", "P1"]
    assert officers(quarter, WEST) == []
    assert officers(quarter, WEST, EVE) == ["P1"]


@in_both
def test_an_abolished_lane_ends_its_officers_and_its_code_is_never_given_again(quarter, desk):
    desk.do(ended, LONG)
    assert desk.save(), desk.refusals
    assert register(quarter)[LONG]["state"] == "retired"
    assert register(quarter)[LONG]["reason"] == "lane_abolished"
    assert officers(quarter, LONG) == []
    post = rows_of(quarter, "post", "id")["G00001"]
    assert (post["valid_to"], post["end_reason"]) == (EVE, "街巷撤销或合并")
    desk.do(lambda rows, at: new_lane(rows, at, [(0, 0), (400, 0)]))
    assert desk.save(), desk.refusals
    assert "9901010010004" in rows_of(quarter, "lane")


@in_both
def test_a_lane_that_is_abolished_before_it_begins_is_saved(quarter, desk):
    fid = next(feature.id() for feature in desk.layer.getFeatures() if feature["code"] == LONG)
    assert desk.layer.changeAttributeValue(fid, desk.layer.fields().lookupField("valid_from"), "2099-01-01")
    assert desk.save(), desk.refusals
    desk.do(ended, LONG)
    assert desk.save(), desk.refusals
    assert rows_of(quarter, "lane")[LONG]["state"] == "撤销"


@pytest.mark.daily(1)
@in_both
def test_a_retired_lane_names_its_successor(quarter, desk):
    desk.do(lambda rows, at: merge(rows, at, OPTIONS, keeper=at[1]), LONG, WEST)
    assert desk.save(), desk.refusals
    assert register(quarter)[LONG]["successors"] == WEST
    assert desk.reports[0].retired == (LONG,)


@in_both
def test_a_save_of_lanes_is_taken_back_whole(quarter, desk):
    before = {name: quarter.read(name, geometry=False).records() for name in ("lane_area", "post", "code_register")}
    desk.do(joined, LONG, WEST)
    desk.do(lambda rows, at: cut(rows, at, (1550.0, 0.0)), FAR)
    assert desk.save(), desk.refusals
    take_back_last(quarter, "王工")

    def plain(rows):
        return sorted(
            str({name: value for name, value in row.items() if name not in ("row_version",)}) for row in rows
        )

    for name, rows in before.items():
        assert plain(quarter.read(name, geometry=False).records()) == plain(rows), name


#: Component or case → where it lies, and on which lane by then.
POINTS = {
    "东端": ((370, 5), LONG),
    "西端": ((50, 5), LONG),
    "远来": ((100, 90), LONG),
    "西胡同边": ((600, -5), WEST),
    "空地": ((650, 200), None),
}


@pytest.fixture
def pointed(quarter):
    """Put components and cases beside the lanes, and one of each that has no place."""
    columns = {"code": [*POINTS, "无处"], "lane_code": [*(lane for _, lane in POINTS.values()), LONG]}
    places = as_column([*(shapely.Point(place) for place, _ in POINTS.values()), None])
    with quarter.transaction("", "test") as transaction:
        rows = Rows({name: as_column(values) for name, values in columns.items()}, places)
        transaction.insert("component", rows)
        transaction.insert("cases", Rows({"id": rows["code"], "lane_code": rows["lane_code"]}, places))
    return quarter


class TestPointsOnLanes:
    """Components and cases stay with the ground of their lane, whoever has it."""

    @pytest.fixture
    def at_work(self, pointed):
        made = LaneDesk(pointed)
        yield made
        made.close()

    def now(self, workspace):
        found = []
        for table, key in (("component", "code"), ("cases", "id")):
            rows = workspace.read(table, geometry=False)
            found.append(dict(zip(rows[key], rows["lane_code"])))
        assert found[0] == found[1]
        before = {**{name: lane for name, (_, lane) in POINTS.items()}, "无处": LONG}
        return {name: lane for name, lane in found[0].items() if lane != before[name]}

    @in_both
    def test_a_merge_hands_them_on(self, pointed, at_work):
        at_work.do(joined, LONG, WEST)
        assert at_work.save(), at_work.refusals
        assert self.now(pointed) == {"西胡同边": LONG}
        assert "lane_points_follow" in [note.code for note in at_work.reports[0].notes]
        assert {"component", "cases"} <= set(at_work.reports[0].tables_changed)
        take_back_last(pointed, "王工")
        assert self.now(pointed) == {}

    @in_both
    def test_a_split_shares_them_out_by_place(self, pointed, at_work):
        at_work.do(cut, LONG)
        assert at_work.save(), at_work.refusals
        new = "9901010010004"
        assert self.now(pointed) == {"西端": new, "远来": new}

    @in_both
    def test_an_abolished_lane_leaves_them_to_the_nearest_or_to_none(self, pointed, at_work):
        at_work.do(ended, LONG)
        assert at_work.save(), at_work.refusals
        assert self.now(pointed) == {"东端": WEST, "西端": None, "远来": None, "无处": None}

    @in_both
    def test_a_new_lane_takes_what_lay_on_none(self, pointed, at_work):
        at_work.do(lambda rows, at: new_lane(rows, at, [(500, 190), (800, 190)], name="北巷"))
        assert at_work.save(), at_work.refusals
        assert self.now(pointed) == {"空地": "9901010010004"}

    @in_both
    def test_turning_a_lane_moves_nothing(self, pointed, at_work):
        at_work.do(lambda rows, at: reverse(rows, at[0]), LONG)
        assert at_work.save(), at_work.refusals
        assert self.now(pointed) == {}


def test_a_reversed_lane_swaps_its_ends(quarter, desk):
    desk.set(WEST, from_place="东边", to_place="西边")
    desk.do(lambda rows, at: reverse(rows, at[0]), WEST)
    assert desk.save(), desk.refusals
    lane = rows_of(quarter, "lane")[WEST]
    assert (lane["from_place"], lane["to_place"]) == ("西边", "东边")


def test_the_ends_are_named_after_what_crosses(quarter, desk):
    desk.do(lambda rows, at: new_lane(rows, at, [(400, -200), (600, -200)]))
    made = next(f for f in desk.layer.getFeatures() if f["name"] == "新巷")
    assert {made["from_place"], made["to_place"]} == {"dead end", "南街"}
    assert made["direction"] == "east–west"


def test_an_abolished_lane_that_was_never_saved_leaves_no_row(quarter, desk):
    desk.do(lambda rows, at: new_lane(rows, at, [(0, 100), (50, 100)]))
    desk.do(ended, "9901010010004")
    assert desk.save(), desk.refusals
    assert "9901010010004" not in rows_of(quarter, "lane")
    assert "9901010010004" not in register(quarter)


def test_a_line_moved_with_qgiss_own_tool_counts_its_metres_anew(quarter, desk):
    feature = desk.feature(FAR)
    shape = QgsGeometry.fromWkt("MultiLineString((1500 0, 1600 0))")
    desk.layer.beginEditCommand("节点")
    assert desk.layer.changeGeometry(feature.id(), shape)
    desk.layer.endEditCommand()
    assert desk.save(), desk.refusals
    assert metres(quarter, FAR) == {COMMUNITIES[2]: 100.0}


def test_lanes_drawn_with_qgiss_own_tool_are_numbered_like_ours_and_bear_what_their_line_says(quarter, desk):
    with_code = shapely.MultiLineString([[(300, 100), (300, 300)]])
    for line in ([(1500, 100), (1500, 300)], [(1600, 100), (1800, 100)]):
        desk.add(shapely.MultiLineString([line]), name="新画")
    desk.add(with_code, name="自编", code="9901010010777")
    assert desk.save(), desk.refusals
    new = sorted((row for row in rows_of(quarter, "lane").values() if row["name"] == "新画"), key=lambda r: r["code"])
    assert [row["street_code"] for row in new] == [OFFICES[1]] * 2
    assert len({row["code"] for row in new}) == 2
    assert all(row["code"].startswith(OFFICES[1]) for row in new)
    assert {row["direction"] for row in new} == {"north–south", "east–west"}
    assert [row["length_m"] for row in new] == [200.0, 200.0]
    assert {register(quarter)[row["code"]]["state"] for row in new} == {"draft"}
    assert rows_of(quarter, "lane")["9901010010777"]["direction"] == "north–south"


def test_a_lane_drawn_outside_all_areas_is_not_saved_without_a_number(quarter, desk):
    desk.add(shapely.MultiLineString([[(90_000, 0), (90_100, 0)]]), name="远")
    assert not desk.save()
    assert [refusal.message.code for refusal in desk.refusals] == ["lane_outside_areas"]


def test_codes_of_undone_gestures_are_free_again(quarter, desk):
    desk.do(cut, LONG)
    desk.layer.undoStack().undo()
    desk.do(lambda rows, at: cut(rows, at, (450.0, 0.0)), WEST)
    assert sorted(desk.codes())[3] == "9901010010004"


def test_a_lane_in_two_offices_belongs_to_the_one_with_more_of_it(quarter, desk):
    desk.do(lambda rows, at: new_lane(rows, at, [(800, 100), (1900, 100)]))
    made = next(f for f in desk.layer.getFeatures() if f["name"] == "新巷")
    assert made["street_code"] == OFFICES[1]
    assert made["code"] == "9901010020002"


def test_a_lane_along_the_boundary_of_two_offices_has_a_managing_one(quarter, desk):
    desk.do(lambda rows, at: new_lane(rows, at, [(1000, 100), (1000, 300)]))
    made = next(f for f in desk.layer.getFeatures() if f["name"] == "新巷")
    assert made["managing_street_code"] == OFFICES[0]


def test_south_is_untouched_by_what_others_do(quarter, desk):
    before = rows_of(quarter, "lane")[SOUTH]
    desk.do(joined, LONG, WEST)
    assert desk.save(), desk.refusals
    assert rows_of(quarter, "lane")[SOUTH] == before
