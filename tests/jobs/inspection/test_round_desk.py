"""A round entered lane by lane: what is there is shown, one act per lane, and the same again is a correction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.lane_views import classes_of_falls, classes_of_item
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.jobs.inspection.round_desk import enter_round, read_round, score_so_far
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction
from gridmgmt_plugin.workspace.postgis.transaction import PostgresTransaction
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.inspection.inspected_lanes import TEN, add_cases, code_of, row, table, town_with_lanes, wide
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture

LANE, DAY = "后海夹道", "2025-03-05"
PASSED = {item.code: True for item in TEN.items}


@pytest.fixture
def workspace(either_place, tmp_path):  # noqa: F811  the fixture
    return town_with_lanes(tmp_path, either_place)


def lane_of(workspace, day=DAY, kind="市查"):
    return next(lane for lane in read_round(workspace, day, kind).lanes if lane.name == LANE)


def enter(workspace, results, day=DAY, **more):
    given = {"checklist": TEN, "day": day, "kind": "市查", "author": "王工", **more}
    return enter_round(workspace, code_of(workspace, LANE), results, **given)


def test_what_is_entered_is_shown_again_and_counts_as_an_imported_round_does(workspace, tmp_path):
    assert lane_of(workspace).results == {}
    report = enter(workspace, {**PASSED, "03": False}, note="门口两辆", inspector="老张")
    assert f"街巷 {LANE} {code_of(workspace, LANE)} 的检查：90 分" in report.notes[0].text("zh_CN")
    found = lane_of(workspace)
    assert found.results == {**PASSED, "03": False}
    assert (found.last_day, found.last_score) == (DAY, 90.0)
    entered = [{**one, "row_version": 1} for one in workspace.read("lane_inspection").records()]
    assert [one["note"] for one in entered if one["item_code"] == "03"] == ["门口两辆"]
    assert import_inspections(workspace, table(tmp_path, wide(row(LANE, DAY, "03")))).figures["updated"] == 0


def test_the_same_round_again_is_a_correction_and_is_taken_back_in_one(workspace):
    enter(workspace, {**PASSED, "03": False})
    enter(workspace, {"03": True})
    assert lane_of(workspace).results == PASSED
    assert workspace.count("lane_inspection") == 10
    take_back_last(workspace, "王工")
    assert lane_of(workspace).results == {**PASSED, "03": False}
    take_back_last(workspace, "王工")
    assert workspace.count("lane_inspection") == 0


def test_points_of_an_imported_round_stay_where_its_verdicts_do(workspace, tmp_path):
    text = wide(f"{LANE},{DAY},市查," + ",".join(["10"] * 8 + ["6", "4"]))
    import_inspections(workspace, table(tmp_path, text))
    report = enter(workspace, {**lane_of(workspace).results, "10": True}, inspector="老张")
    points = {one["item_code"]: one["score"] for one in workspace.read("lane_inspection").records()}
    assert (points["08"], points["09"], points["10"]) == (10.0, 6.0, 10.0)
    assert lane_of(workspace).last_score == 96.0
    assert "96" in report.notes[0].text("zh_CN")


def test_what_is_there_is_read_while_nobody_else_can_add_the_same_results(workspace, tmp_path, monkeypatch):
    held = []
    for back_end in (GeoPackageTransaction, PostgresTransaction):
        original = back_end.hold

        def hold(self, name, original=original):
            held.append(name)
            original(self, name)

        monkeypatch.setattr(back_end, "hold", hold)
    read = Workspace.read

    def read_while_held(self, name, *given, **more):
        if name == "lane_inspection":
            assert held
        return read(self, name, *given, **more)

    monkeypatch.setattr(Workspace, "read", read_while_held)
    import_inspections(workspace, table(tmp_path, wide(row(LANE, DAY, "03"))))
    assert held
    held.clear()
    enter(workspace, PASSED)
    assert held == ["lane_inspection"]


def test_a_round_of_another_day_or_kind_is_another_one(workspace):
    enter(workspace, PASSED)
    assert lane_of(workspace, "2025-04-05").results == lane_of(workspace, kind="自查").results == {}


@pytest.mark.daily(1)
@pytest.mark.proof
def test_months_falls_and_cases_of_a_lane_are_known_by_the_day(workspace, tmp_path):
    for month, failed in (("01", ""), ("02", ""), ("03", ""), ("04", "01 02"), ("05", ""), ("06", ""), ("07", "")):
        import_inspections(workspace, table(tmp_path, wide(row(LANE, f"2025-{month}-05", failed))))
    import_inspections(workspace, table(tmp_path, wide(row(LANE, "2025-08-05", "01 02"))))
    add_cases(workspace, ("A1", 60, 150, LANE, None, "0505"), ("A2", 60, 150, LANE, None, "010201"))
    record = lane_of(workspace, "2025-08-31").record
    assert (record.falls, record.relapses, record.trend) == (2, 1, -1)
    assert record.months[-2:] == (("2025-07", 100.0), ("2025-08", 80.0))
    assert (record.items["01"], record.items["03"]) == (False, True)
    assert record.cases == {"03": 1, "10": 1}
    before = lane_of(workspace, "2025-03-31").record
    assert (before.falls, before.items["01"], len(before.months)) == (0, True, 3)
    records = {lane.name + lane.code: lane.record for lane in read_round(workspace, "2025-08-31", "市查").lanes}
    of_item = {kind: [name[:4] for name in names] for kind, names in classes_of_item(records, "03").items()}
    assert (of_item["has_cases"], len(of_item["not_judged"])) == ([LANE], 3)
    assert [name[:4] for name in classes_of_item(records, "01")["failed"]] == [LANE]
    assert [name[:4] for name in classes_of_falls(records)["relapsed"]] == [LANE]


def test_void_cases_and_duplicates_count_against_no_item(workspace):
    add_cases(workspace, *((key, 60, 150, LANE, None, "0505") for key in ("A1", "A2", "A3")))
    cases = workspace.read("cases", ["id", "status", "duplicate_of"], geometry=False)
    status = {"A2": "void"}
    first = {"A3": "A1"}
    changed = cases.with_columns(
        status=[status.get(key) for key in cases["id"]], duplicate_of=[first.get(key) for key in cases["id"]]
    )
    with workspace.transaction("", "test") as transaction:
        transaction.update("cases", changed, derived=True)
    assert lane_of(workspace).record.cases == {"03": 1}


def test_a_round_reads_no_cases_but_those_of_lanes_and_its_year(workspace, monkeypatch):
    add_cases(workspace, *((key, 60, 150, None if key == "A2" else LANE, None, "0505") for key in ("A1", "A2", "A3")))
    add_cases(workspace, ("A4", 60, 150, LANE, None, "0505"))
    # Of the days beside the year cases are read, as a moment may be written in another time zone, and not counted.
    reported = {"A3": "2024-03-04T23:59:59", "A4": "2025-03-07T00:00:00"}
    stored = workspace.read("cases", ["id", "reported_at"], geometry=False)
    moved = [reported.get(key, at) for key, at in zip(stored["id"], stored["reported_at"])]
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("cases", "reported_at", stored.fid, moved)
    read, seen = Workspace.read, []

    def read_and_count(self, name, *given, **more):
        found = read(self, name, *given, **more)
        seen.extend([len(found)] if name == "cases" else [])
        return found

    monkeypatch.setattr(Workspace, "read", read_and_count)
    assert sum(lane_of(workspace).record.cases.values()) == 1
    assert seen == [1]


def test_a_round_that_is_not_finished_says_how_many_items_are_open(workspace):
    report = enter(workspace, {"01": True})
    assert "9" in report.notes[0].text("en")
    assert lane_of(workspace).last_score is None


def test_a_correction_of_one_item_of_a_whole_round_tells_the_score_of_the_round(workspace):
    enter(workspace, {**PASSED, "03": False, "04": False})
    report = enter(workspace, {"03": True})
    assert report.notes[0].text("en").endswith("90 points.")


def test_the_score_so_far_counts_what_is_judged_by_the_points_that_are_kept(workspace, tmp_path):
    import_inspections(workspace, table(tmp_path, wide(f"{LANE},{DAY},市查," + ",".join(["10"] * 7 + ["6", "", ""]))))
    there = lane_of(workspace).now
    so_far = score_so_far(TEN, there.results, there)
    assert (so_far.points, so_far.possible, so_far.open, so_far.score) == (76.0, 80.0, 2, None)
    assert score_so_far(TEN, {**there.results, "08": True, "09": True, "10": True}, there).score == 100.0
    assert score_so_far(TEN, {**there.results, "09": True, "10": False}, there).score == 86.0


@pytest.mark.parametrize(
    ("results", "more", "code"),
    [
        ({}, {}, "inspection_nothing_judged"),
        (PASSED, {"kind": "夜查"}, "inspection_kind_unknown"),
        (PASSED, {"day": (date.today() + timedelta(days=2)).isoformat()}, "inspection_in_future"),
        (PASSED, {"day": "三月"}, "day_unclear"),
    ],
)
def test_what_cannot_be_is_refused(workspace, results, more, code):
    with pytest.raises(InputError) as refused:
        enter(workspace, results, **more)
    assert refused.value.code == code
    assert workspace.count("lane_inspection") == 0
