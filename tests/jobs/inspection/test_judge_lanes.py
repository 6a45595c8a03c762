"""Lanes are judged by their inspections, in a file and in a database; one act, and one click takes it back."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.jobs.inspection.judge_lanes import judge_lanes, standing_columns
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.inspection.inspected_lanes import row, table, town_with_lanes, wide
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture

LANE = "后海夹道"


@pytest.fixture
def workspace(either_place, tmp_path):  # noqa: F811  the fixture
    return town_with_lanes(tmp_path, either_place)


def inspect(workspace, tmp_path, *rows):
    return import_inspections(workspace, table(tmp_path, wide(*rows)), author="王工")


def standings(workspace):
    lanes = workspace.read("lane", geometry=False)
    return dict(zip(lanes["name"], lanes["standing"]))


def found_of(judged, name=LANE):
    return next(record for record in judged.rows.records() if record["name"] == name)


def set_lane(workspace, name, **values):
    lanes = workspace.read("lane", geometry=False)
    fids = lanes.fids[lanes["name"] == name]
    with workspace.transaction("", "test") as transaction:
        transaction.update("lane", Rows({column: [value] for column, value in values.items()}, None, fids))


def test_inspections_are_the_same_in_file_and_database_and_an_import_is_taken_back_in_one(workspace, tmp_path):
    inspect(workspace, tmp_path, row(LANE, "2025-01-05", "03"))
    first = workspace.read("lane_inspection").records()
    assert len(first) == 10
    inspect(workspace, tmp_path, row(LANE, "2025-01-05", "04"), row("灯市口北巷", "2025-01-05"))
    assert workspace.count("lane_inspection") == 20
    take_back_last(workspace, "王工")
    again = workspace.read("lane_inspection").records()
    kept = [{name: value for name, value in one.items() if name != "row_version"} for one in again]
    assert kept == [{name: value for name, value in one.items() if name != "row_version"} for one in first]


def test_one_month_below_the_mark_is_written_and_taken_back_in_one(workspace, tmp_path):
    set_lane(workspace, LANE, standing="达标")
    inspect(workspace, tmp_path, row(LANE, "2025-01-05", "03 08"), row("灯市口北巷", "2025-01-06", "01"))
    judged = judge_lanes(workspace, author="王工")
    assert standings(workspace)[LANE] == "不达标"
    assert standings(workspace)["灯市口北巷"] == "创建中"
    assert standings(workspace)["前门胡同"] is None
    assert judged.report.accepted == 2
    assert any("达标 → 不达标" in entry.text("zh_CN") for entry in judged.report.to_confirm)
    take_back_last(workspace, "王工")
    assert (standings(workspace)[LANE], standings(workspace)["灯市口北巷"]) == ("达标", None)


def test_three_good_months_restore_it_and_judging_again_changes_nothing(workspace, tmp_path):
    months = [row(LANE, f"2025-{month:02d}-05", "03 08" if month == 1 else "") for month in range(1, 5)]
    inspect(workspace, tmp_path, *months)
    assert judge_lanes(workspace, until="2025-03-31").report.accepted == 1
    assert standings(workspace)[LANE] == "不达标"
    judge_lanes(workspace)
    assert standings(workspace)[LANE] == "达标"
    assert judge_lanes(workspace).report.accepted == 0


def test_the_result_has_trend_and_items_for_the_map(workspace, tmp_path):
    inspect(workspace, tmp_path, row(LANE, "2025-01-05", "03"), row(LANE, "2025-03-05", "03 08"))
    judged = judge_lanes(workspace, writes=False)
    found = found_of(judged)
    assert set(standing_columns(judged.checklist)) == set(judged.rows.columns)
    assert (found["score"], found["trend"]) == (80.0, "2025-01 90, 2025-02 –, 2025-03 80")
    assert (found["item_03"], found["item_08"], found["item_01"]) == (0, 0, 1)
    assert found["failed_items"] == "无乱停车、无外立面破损"
    assert "、" not in found_of(judge_lanes(workspace, writes=False, language="en"))["failed_items"]
    assert found_of(judged, "灯市口北巷")["item_01"] is None
    assert set(standings(workspace).values()) == {None}
    assert "standing_gaps" in [note.code for note in judged.report.notes]


def test_what_is_overdue_relapsed_or_does_not_decide_is_told(workspace, tmp_path):
    set_lane(workspace, LANE, target_date="2025-01-31", standing="创建中")
    bad_again = ["2025-01-05", "2025-02-05", "2025-03-05", "2025-04-05", "2025-05-05", "2025-06-05"]
    rows = [row(LANE, day, "01 02" if month in (1, 5) else "") for month, day in enumerate(bad_again)]
    inspect(workspace, tmp_path, *rows, row("灯市口北巷", "2025-01-05", kind="自查"))
    judged = judge_lanes(workspace)
    codes = [note.code for note in judged.report.notes]
    assert {"standing_overdue", "standing_relapses", "standing_not_deciding", "standing_uninspected"} <= set(codes)
    assert found_of(judged)["relapses"] == 1


def test_which_kinds_decide_can_be_chosen(workspace, tmp_path):
    inspect(workspace, tmp_path, row(LANE, "2025-01-05", "03 08", kind="自查"))
    assert judge_lanes(workspace, writes=False).report.accepted == 0
    assert judge_lanes(workspace, kinds=["自查"], writes=False).report.accepted == 1
