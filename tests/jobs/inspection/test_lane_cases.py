"""Cases on lanes: by distance, by address where lanes are nearly as near, and a rate decides what is hot."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.analysis.lane_cases import OFFICER_COLUMNS, case_columns, find_lane_cases
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import town
from tests.jobs.inspection.inspected_lanes import add_cases, code_of, move_together, town_with_lanes
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture


@pytest.fixture
def workspace(either_place, tmp_path):  # noqa: F811  the fixture
    return town_with_lanes(tmp_path, either_place)


def lanes_of_cases(workspace):
    rows = workspace.read("cases", geometry=False)
    return dict(zip(rows["id"], rows["lane_code"]))


@pytest.mark.proof
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


def test_the_address_settles_it_when_cases_come_in_and_when_they_move(workspace, tmp_path):
    move_together(workspace)
    near, other = code_of(workspace, "后海夹道"), code_of(workspace, "灯市口北巷")
    told = [("A", 153, "灯市口北巷12号门前"), ("B", 153, "后海夹道3号"), ("C", 153, "")]

    def taken_in(rows, with_address=True):
        heading = "案件编号,类别代码,上报时间,x,y" + (",地址" if with_address else "")
        lines = [f"{key},0504,2025-03-0{day} 08:05:00,100,{y}{',' + text if with_address else ''}"
                 for day, (key, y, text) in enumerate(rows, 5)]  # fmt: skip
        path = tmp_path / "案件.csv"
        path.write_text("\n".join([heading, *lines, ""]), encoding="utf-8")
        return import_cases(workspace, read_source(path), coordinates="crs")

    report = taken_in(told)
    assert {key[-1]: lane for key, lane in lanes_of_cases(workspace).items()} == {"A": other, "B": near, "C": near}
    assert [note.details["count"] for note in report.notes if note.code == "lane_cases_settled"] == [1]
    taken_in([(key, 154, text) for key, _, text in told], with_address=False)
    assert {key[-1]: lane for key, lane in lanes_of_cases(workspace).items()} == {"A": other, "B": near, "C": near}
    assert find_lane_cases(workspace).report.figures["settled_by_address"] == 0


@pytest.mark.parametrize("what", ["lane_code", "address", "lane"])
def test_what_somebody_changes_while_it_counts_is_not_written_over(workspace, what):
    move_together(workspace)
    near = code_of(workspace, "后海夹道")
    add_cases(workspace, ("A", 100, 153, "后海夹道", "灯市口北巷12号门前", "0505"))

    def change(_):
        table, values = ("lane", {"name": "改名巷"}) if what == "lane" else ("cases", {what: "别处"})
        rows = workspace.read(table)
        row = Rows({name: as_column([value]) for name, value in values.items()}, None, rows.fids[:1])
        if what != "lane_code":  # which follows from others: versions do not tell of it
            row = row.with_columns(row_version=rows["row_version"][:1])
        with workspace.transaction("同事", "test") as transaction:
            transaction.update(table, row, derived=what == "lane_code")

    with pytest.raises(WorkspaceError) as refused:
        find_lane_cases(workspace, before_writing=change)
    assert refused.value.code == "row_changed_meanwhile"
    assert lanes_of_cases(workspace)["A"] == ("别处" if what == "lane_code" else near)


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
    (english,) = find_lane_cases(workspace, language="en").officers.records()
    assert english["worst_items"].count(", ") == 1
    assert "、" not in english["worst_items"]
    assert "lane_cases_nowhere" in [note.code for note in found.report.notes]


def test_the_period_decides_which_cases_count(workspace):
    add_cases(workspace, ("A", 100, 150, "后海夹道", None, "0505"))
    assert find_lane_cases(workspace, start="2025-04-01").report.accepted == 0
    assert find_lane_cases(workspace, end="2025-03-05").report.accepted == 1


def test_without_lanes_it_says_so_by_the_name_of_the_county(tmp_path, monkeypatch):
    workspace = town(tmp_path)
    monkeypatch.setattr(Workspace, "title", "示例区")
    with pytest.raises(WorkspaceError) as refused:
        find_lane_cases(workspace)
    assert refused.value.code == "lane_cases_no_lanes"
    assert "示例区" in refused.value.text("zh")
