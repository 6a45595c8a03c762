"""Cases without a place: listed, placed by a planner's click, and left there by files that come later."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, Question
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.placing.place_cases import place_case, waiting_cases
from gridmgmt_plugin.workspace.changes.take_back import take_back_last

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,地址"


def taken(workspace, folder, *rows):
    path = folder / "案件.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return import_cases(workspace, read_source(path))


def one(workspace, number):
    rows = workspace.read("cases")
    at = rows["case_no"].tolist().index(number)
    return rows.records()[at], rows.shapes[at]


ROWS = (
    "1,0504,2025-03-07 08:05:00,150,50,大厦西门",
    "2,0504,2025-03-08 08:05:00,,,大厦东门",
    "3,0504,2025-03-09 08:05:00,,,大厦南门",
)


def test_a_click_gives_a_case_its_place_grid_and_lane_and_it_can_be_taken_back(town, tmp_path):
    taken(town, tmp_path, *ROWS)
    assert [case.case_no for case in waiting_cases(town)] == ["3", "2"]
    report = place_case(town, "990101-2", 250.0, 50.0, "测试")
    record, shape = one(town, "2")
    assert shape.equals(shapely.Point(250, 50))
    assert record["unit_grid"] == record["reported_grid"] is not None
    assert report.notes[0].code == "case_placed"
    assert [case.case_no for case in waiting_cases(town)] == ["3"]
    take_back_last(town, "测试")
    assert one(town, "2")[1] is None
    assert [case.case_no for case in waiting_cases(town)] == ["3", "2"]


def test_a_file_that_comes_later_leaves_it_where_the_planner_put_it(town, tmp_path):
    taken(town, tmp_path, *ROWS)
    place_case(town, "990101-2", 250.0, 50.0, "测试")
    report = taken(town, tmp_path, "2,0504,2025-03-08 08:05:00,10,10,大厦东门", ROWS[2])
    assert one(town, "2")[1].equals(shapely.Point(250, 50))
    assert "hand_edits_stay" in [note.code for note in report.notes]


@pytest.mark.parametrize(
    ("case", "spot", "code"),
    [
        ("990101-2", (9e6, 0.0), "case_outside_district"),
        ("990101-1", (10.0, 10.0), "case_has_place"),
        ("990101-9", (10.0, 10.0), "case_not_there"),
    ],
)
def test_a_click_that_places_nothing_says_why(town, tmp_path, case, spot, code):
    taken(town, tmp_path, *ROWS)
    with pytest.raises(InputError) as refused:
        place_case(town, case, *spot)
    assert refused.value.code == code
    assert town.count("change_log", {"gesture": "place_case"}) == 0


def test_cases_without_a_place_count_among_all_and_in_no_place(town, tmp_path):
    taken(town, tmp_path, *ROWS)
    figures = CaseFigures(town)
    chosen = figures.choose(Question())
    assert len(chosen) == 3
    assert figures.at("community").counts(chosen).count.sum() == 1
