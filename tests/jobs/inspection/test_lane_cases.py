"""Cases on lanes: by distance, by address where lanes are nearly as near, and a rate decides what is hot."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.lane_cases import OFFICER_COLUMNS, case_columns, find_lane_cases
from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.districts import town
from tests.jobs.inspection.inspected_lanes import code_of, town_with_lanes
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture


@pytest.fixture
def workspace(either_place, tmp_path):  # noqa: F811  the fixture
    return town_with_lanes(tmp_path, either_place)


def add_cases(workspace, *cases):
    """``cases``: (id, x, y, lane name or None, address, class)."""
    records = [
        {
            "id": key,
            "lane_code": None if lane is None else code_of(workspace, lane),
            "address": address,
            "kind": "event",
            "class_code": code,
            "reported_at": "2025-03-05T10:00:00",
        }
        for key, _, _, lane, address, code in cases
    ]
    points = as_column(shapely.points([[x, y] for _, x, y, *_ in cases]))
    with workspace.transaction("", "import_cases") as transaction:
        transaction.insert("cases", Rows.from_records(records, points))


def lanes_of_cases(workspace):
    rows = workspace.read("cases", geometry=False)
    return dict(zip(rows["id"], rows["lane_code"]))


def move_together(workspace):
    """Draw a lane 10 m beside another, so that the ground between them is near to both."""
    lanes = workspace.read("lane")
    at = lanes["name"] == "灯市口北巷"
    line = as_column([shapely.MultiLineString([[(50, 160), (250, 160)]])])
    with workspace.transaction("", "test") as transaction:
        transaction.update("lane", Rows({}, line, lanes.fids[at]))


def test_the_address_settles_what_distance_leaves_open_and_one_click_takes_it_back(workspace):
    move_together(workspace)
    near, other = "后海夹道", "灯市口北巷"
    add_cases(
        workspace,
        ("A", 100, 153, near, "灯市口北巷12号门前", "0505"),
        ("B", 100, 153, near, "后海夹道3号", "0505"),
        ("C", 100, 153, near, None, "0507"),
    )
    found = find_lane_cases(workspace, author="王工")
    assert lanes_of_cases(workspace) == {
        "A": code_of(workspace, other),
        "B": code_of(workspace, near),
        "C": code_of(workspace, near),
    }
    assert found.report.figures["settled_by_address"] == 1
    assert "灯市口北巷12号门前" in found.report.to_confirm[0].text("zh_CN")
    assert find_lane_cases(workspace).report.figures["settled_by_address"] == 0
    take_back_last(workspace, "王工")
    assert lanes_of_cases(workspace)["A"] == code_of(workspace, near)


def test_only_looking_writes_nothing_and_counts_the_same(workspace):
    move_together(workspace)
    add_cases(workspace, ("A", 100, 153, "后海夹道", "灯市口北巷12号门前", "0505"))
    found = find_lane_cases(workspace, settles=False)
    counts = dict(zip(found.rows["name"], found.rows["count"]))
    assert counts["灯市口北巷"] == 1
    assert lanes_of_cases(workspace)["A"] == code_of(workspace, "后海夹道")


def test_a_lane_set_by_hand_stays(workspace):
    move_together(workspace)
    add_cases(workspace, ("A", 100, 153, "后海夹道", "灯市口北巷12号门前", "0505"))
    with workspace.transaction("王工", EDIT_ROWS) as transaction:
        code = code_of(workspace, "后海夹道")
        transaction.log("cases", "A", '{"lane_code": null}', f'{{"lane_code": "{code}"}}')
    assert find_lane_cases(workspace).report.figures["settled_by_address"] == 0


def test_lanes_are_ranked_by_rate_with_their_worst_items_and_officers(workspace):
    code = code_of(workspace, "后海夹道")
    post = {"id": "1", "target": "lane", "target_code": code, "person_id": "P1", "role": "lane_chief"}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("person", Rows.from_records([{"id": "P1", "name": "示例甲"}]))
        transaction.insert("post", Rows.from_records([post]))
    many = [(f"A{n}", 100, 150, "后海夹道", None, "0505" if n % 3 else "0507") for n in range(12)]
    add_cases(workspace, *many, ("B", 100, 250, "灯市口北巷", None, "0401"), ("N", 5000, 5000, None, None, "0401"))
    found = find_lane_cases(workspace)
    assert set(found.rows.columns) == set(case_columns(found.checklist))
    lane = next(row for row in found.rows.records() if row["code"] == code)
    assert (lane["count"], lane["rank"], lane["hot"]) == (12, 1, 1)
    assert lane["per_100m"] == pytest.approx(6.0)
    assert lane["smoothed"] < lane["per_100m"]
    assert lane["worst_items"] == "无乱停车 8、无垃圾乱放和堆物堆料 4"
    assert (lane["cases_03"], lane["cases_10"], lane["officers"]) == (8, 4, "示例甲")
    assert set(found.officers.columns) == set(OFFICER_COLUMNS)
    (officer,) = found.officers.records()
    assert (officer["person"], officer["lanes"], officer["count"]) == ("P1", 1, 12)
    assert officer["worst_items"].startswith("无乱停车 8")
    assert "lane_cases_nowhere" in [note.code for note in found.report.notes]


def test_the_period_decides_which_cases_count(workspace):
    add_cases(workspace, ("A", 100, 150, "后海夹道", None, "0505"))
    assert find_lane_cases(workspace, start="2025-04-01").report.accepted == 0
    assert find_lane_cases(workspace, end="2025-03-05").report.accepted == 1


def test_without_lanes_it_says_so(tmp_path):
    with pytest.raises(WorkspaceError) as refused:
        find_lane_cases(town(tmp_path))
    assert refused.value.code == "lane_cases_no_lanes"
