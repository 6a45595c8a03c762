"""A newer file of streets after people cut lanes on the map: what they made stays and is told, all else is taken."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.lanes import LaneOptions
from gridmgmt_plugin.core.lanes.gestures import abolish, draw, extend, merge, reverse
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from tests.jobs.districts import lines
from tests.qgis.editing.saving.lane_quarter import FAR, LANES, LONG, WEST, LaneDesk, make_quarter
from tests.qgis.editing.saving.town import in_both
from tests.qgis.editing.saving.wild_day import content
from tests.qgis.editing.saving.wild_lanes import Ledger

OPTIONS = LaneOptions()


def streets(*more, moved=0.0):
    """Return the streets that the quarter's lanes are of, drawn anew ``moved`` metres beside, and more of them."""
    ways = [(name, [(x, y + moved) for x, y in way]) for name, way, _ in LANES.values()]
    ways += more
    return lines([way for _, way in ways], [name for name, _ in ways], crs=4548)


def cut(rows, at):
    return split(rows, at[0], (150.0, 0.0), OPTIONS, "larger_keeps")


def joined(rows, at):
    return merge(rows, at, OPTIONS)


def longer(rows, at):
    return extend(rows, shapely.LineString([(1700, 0), (1800, 0)]), OPTIONS, 1.0)[1]


GESTURES = {
    "split": (cut, (LONG,), {"东胡同"}),
    "merged": (joined, (LONG, WEST), {"东胡同", "西胡同"}),
    "lengthened": (longer, (FAR,), {"远巷"}),
    "abolished": (lambda rows, at: abolish(at), (LONG,), {"东胡同"}),
}


def by_hand(workspace, gesture, codes):
    desk = LaneDesk(workspace)
    desk.do(gesture, *codes)
    assert desk.save(), desk.refusals
    desk.close()


@pytest.mark.daily(1)
@in_both
@pytest.mark.parametrize("moved", [0.0, 2.0], ids=["same lines", "drawn anew"])
@pytest.mark.parametrize("what", GESTURES)
@pytest.mark.proof
def test_what_people_cut_stays_and_is_told(stored_in, what, moved):
    gesture, codes, names = GESTURES[what]
    workspace = make_quarter(stored_in.location)
    import_lanes(workspace, streets(), mode="update")
    by_hand(workspace, gesture, codes)
    before = {name: rows for name, rows in content(workspace).items() if name in ("post", "code_register")}
    hand = {row["code"]: row for row in workspace.read("lane").records() if row["name"] in names}
    report = import_lanes(workspace, streets(moved=moved), mode="update")
    assert {row["code"]: row for row in workspace.read("lane").records() if row["name"] in names} == hand
    told = [row for row in report.to_confirm if row.reason == "lane_cut_otherwise"]
    assert {row.value for row in told} == names
    assert all(codes[0] in row.text("zh") for row in told)
    assert "lanes_cut_by_hand" in [note.code for note in report.notes]
    assert report.figures["kept_as_cut"] == len(names)
    assert {name: rows for name, rows in content(workspace).items() if name in before} == before
    Ledger(workspace)
    again = content(workspace)
    import_lanes(workspace, streets(moved=moved), mode="update")
    assert content(workspace) == again


@in_both
def test_a_lane_that_was_only_turned_follows_a_newer_file_and_stays_turned(stored_in):
    workspace = make_quarter(stored_in.location)
    import_lanes(workspace, streets(moved=1.0), mode="update")
    before = next(row for row in workspace.read("lane").records() if row["code"] == LONG)
    by_hand(workspace, lambda rows, at: reverse(rows, at[0]), (LONG,))
    report = import_lanes(workspace, streets(moved=2.0), mode="update")
    assert report.figures["kept_as_cut"] == 0
    lanes = workspace.read("lane")
    at = lanes["code"].tolist().index(LONG)
    points = shapely.get_coordinates(lanes.shapes[at])
    assert points[:, 1].tolist() == [2.0] * len(points), "the newer line"
    assert points[0, 0] > points[-1, 0], "from east to west, as it was turned"
    assert (lanes["from_place"][at], lanes["to_place"][at]) == (before["to_place"], before["from_place"])
    assert before["from_place"] != before["to_place"]
    again = content(workspace)
    import_lanes(workspace, streets(moved=2.0), mode="update")
    assert content(workspace) == again


@in_both
def test_a_lane_drawn_by_hand_is_not_missed_in_the_file(stored_in):
    workspace = make_quarter(stored_in.location)
    by_hand(
        workspace,
        lambda rows, at: draw(rows, shapely.LineString([(0, 300), (90, 300)]), {"name": "手绘"}, OPTIONS),
        (),
    )
    report = import_lanes(workspace, streets(), mode="update")
    assert [row.value for row in report.to_confirm] == []


@in_both
def test_points_lie_on_the_lane_that_the_file_brings(stored_in):
    workspace = make_quarter(stored_in.location)
    with workspace.transaction("", "test") as transaction:
        place = as_column([shapely.Point(50, 310), shapely.Point(50, 5)])
        rows = Rows({"code": as_column(["空地", "东边"]), "lane_code": as_column([None, LONG])}, place)
        transaction.insert("component", rows)
    report = import_lanes(workspace, streets(("北巷", [(0, 300), (200, 300)])), mode="update")
    assert [row.value for row in report.to_confirm if row.reason == "lane_comes_new"] == ["北巷"]
    code = next(row["code"] for row in workspace.read("lane").records() if row["name"] == "北巷")
    points = workspace.read("component", geometry=False)
    assert dict(zip(points["code"], points["lane_code"])) == {"空地": code, "东边": LONG}
