"""What cases prove of places, departments and persons: as reported and as today, scored, ranked, with panels."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from gridmgmt_plugin.core.evaluation.rates import indicators
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.evaluate import COUNTS, Evaluation, evaluate, evaluation_columns
from gridmgmt_plugin.jobs.analysis.evaluated_slices import series_columns
from gridmgmt_plugin.jobs.analysis.panel_scores import read_panel_scores
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.analysis.test_find_hotspots import add_cases
from tests.jobs.districts import drawn_town, dump
from tests.jobs.refusals import refused_by

MARCH = {"start": "2026-03-01", "end": "2026-03-31"}
GOOD = {
    "reported_at": "2026-03-10T08:30:00",
    "filed_at": "2026-03-10T09:00:00",
    "closed_at": "2026-03-11T09:00:00",
    "due_at": "2026-03-12T09:00:00",
}
LATE = {
    "reported_at": "2026-03-10T08:30:00",
    "filed_at": "2026-03-10T09:00:00",
    "closed_at": "2026-03-14T09:00:00",
    "due_at": "2026-03-12T09:00:00",
}
# The four communities of the town, from the south-west on.
SOUTH_WEST, SOUTH_EAST = (50.0, 50.0), (750.0, 50.0)


def add(workspace: Workspace, place: tuple[float, float], count: int, **columns: Any) -> None:
    add_cases(workspace, [place] * count, **{name: [value] * count for name, value in columns.items()})


def of(found: Evaluation, code: str | None) -> dict[str, Any]:
    return next(row for row in found.rows.records() if row["code"] == code)


def codes_of(found: Evaluation) -> set[str]:
    return {note.code for note in found.report.notes}


def table(rows: list[dict[str, Any]]) -> Source:
    made = Rows.from_records(rows)
    return Source(made, "评分", "评分.xlsx", None, "utf-8", row_numbers=np.arange(2, len(made) + 2))


@pytest.fixture
def town(tmp_path) -> Workspace:
    workspace = drawn_town(tmp_path)
    add(workspace, SOUTH_WEST, 8, **GOOD)
    add(workspace, SOUTH_EAST, 4, **GOOD)
    add(workspace, SOUTH_EAST, 4, **LATE)
    return workspace


def community_at(workspace: Workspace, place: tuple[float, float]) -> str:
    cases = workspace.read("cases", ["unit_grid"])
    at = [(point.x, point.y) == place for point in cases.shapes]
    units = workspace.read("unit_grid", ["code", "area_code"], geometry=False)
    return dict(zip(units["code"], units["area_code"]))[cases["unit_grid"][at.index(True)]]


def test_communities_are_ranked_by_what_their_cases_prove(town: Workspace) -> None:
    before = dump(town.path)
    found = evaluate(town, level="community", **MARCH)
    west, east = (of(found, community_at(town, place)) for place in (SOUTH_WEST, SOUTH_EAST))
    assert (west["closing_in_time_rate"], east["closing_in_time_rate"]) == (100.0, 50.0)
    assert (west["rank"], east["rank"]) == (1, 2)
    assert (west["grade"], west["filed"], east["closed"], east["closed_in_time"]) == ("A", 8, 8, 4)
    assert set(found.rows.columns) == set(evaluation_columns())
    assert dump(town.path) == before


def test_a_community_without_cases_stands_there_without_rates_and_rank(town: Workspace) -> None:
    found = evaluate(town, level="community", **MARCH)
    empty = [row for row in found.rows.records() if not row["filed"]]
    assert len(empty) == 2
    assert {(row["closing_rate"], row["total_score"], row["rank"]) for row in empty} == {(None, None, None)}


def test_hours_are_medians_of_working_time(town: Workspace) -> None:
    found = evaluate(town, level="community", **MARCH)
    # Tuesday nine o'clock to Wednesday nine o'clock: eight hours; to Saturday: four days less an hour already gone.
    assert of(found, community_at(town, SOUTH_WEST))["closing_hours"] == 8.0
    assert of(found, community_at(town, SOUTH_EAST))["closing_hours"] == (8.0 + 31.0) / 2


def test_the_rank_before_is_that_of_the_month_before(town: Workspace) -> None:
    february = {name: value.replace("2026-03", "2026-02") for name, value in LATE.items()}
    add(town, SOUTH_WEST, 8, **february)
    add(town, SOUTH_EAST, 8, **{**february, "closed_at": "2026-02-11T09:00:00"})
    found = evaluate(town, level="community", **MARCH)
    west, east = (of(found, community_at(town, place)) for place in (SOUTH_WEST, SOUTH_EAST))
    assert (west["rank_before"], east["rank_before"]) == (2, 1)


def test_a_case_counts_for_the_unit_grid_that_it_was_reported_for_or_for_the_one_of_today(tmp_path) -> None:
    town = drawn_town(tmp_path)
    first, second = town.read("unit_grid", ["code"], geometry=False)["code"][:2]
    add(town, SOUTH_WEST, 6, **GOOD, unit_grid=first, reported_grid=second)
    assert of(evaluate(town, level="unit_grid", by="reported", **MARCH), second)["filed"] == 6
    assert of(evaluate(town, level="unit_grid", by="today", **MARCH), first)["filed"] == 6


def test_a_unit_grid_that_is_gone_keeps_the_cases_that_were_reported_for_it(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, SOUTH_WEST, 6, **GOOD, reported_grid="999999999999999")
    assert of(evaluate(town, level="unit_grid", **MARCH), "999999999999999")["filed"] == 6


def test_a_painted_unit_grid_leaves_earlier_cases_with_the_grid_of_then(town: Workspace) -> None:
    build_responsibility_grids(town, scheme="cg", units_per_grid=8)
    home = town.read("cases", ["unit_grid"])["unit_grid"][0]
    units = town.read("unit_grid", ["code", "rg_cg"])
    at = units["code"].tolist().index(home)
    old, new = units["rg_cg"][at], next(grid for grid in units["rg_cg"] if grid != units["rg_cg"][at])
    with town.transaction("测试", "paint") as transaction:
        row = units.take([at])
        before, after = (json.dumps({"attributes": {"rg_cg": grid}}) for grid in (old, new))
        transaction.log("unit_grid", home, before, after)
        transaction.update("unit_grid", row.with_columns(rg_cg=[new]))
    then, today = (
        evaluate(town, level="responsibility_grid", by=by, scheme="cg", **MARCH) for by in ("reported", "today")
    )
    assert of(then, old)["filed"] - of(today, old)["filed"] == 8
    assert of(today, new)["filed"] - of(then, new)["filed"] == 8


def test_persons_are_judged_by_the_grids_whose_first_post_they_held_on_the_day(town: Workspace) -> None:
    build_responsibility_grids(town, scheme="cg", units_per_grid=8)
    home = town.read("cases", ["unit_grid"])["unit_grid"][0]
    units = town.read("unit_grid", ["code", "rg_cg"], geometry=False)
    grid = dict(zip(units["code"], units["rg_cg"]))[home]
    posts = [
        {"id": "1", "person_id": "p1", "valid_from": None, "valid_to": "2026-03-15"},
        {"id": "2", "person_id": "p2", "valid_from": "2026-03-16", "valid_to": None},
    ]
    usual = {"target": "responsibility_grid", "target_code": grid, "scheme": "cg", "role": "inspector"}
    with town.transaction("测试", "test") as transaction:
        transaction.insert("person", Rows.from_records([{"id": "p1", "name": "甲"}, {"id": "p2", "name": "乙"}]))
        transaction.insert("post", Rows.from_records([{**usual, **post} for post in posts]))
    found = evaluate(town, level="person", scheme="cg", **MARCH)
    assert [row["name"] for row in found.rows.records() if row["code"] == "p1"] == ["甲"]
    assert of(found, "p1")["filed"] == 8
    assert "p2" not in found.rows["code"].tolist()


def test_departments_are_those_that_handled_the_cases(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, SOUTH_WEST, 6, **GOOD, department_code="环卫")
    found = evaluate(town, level="department", **MARCH)
    assert found.rows["code"].tolist() == ["环卫"]
    assert of(found, "环卫")["closing_rate"] == 100.0


def test_a_case_without_a_limit_takes_that_of_its_class(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, SOUTH_WEST, 6, **{**GOOD, "due_at": None})
    rule = {"id": "r1", "class_kind": "event", "class_prefix": "05", "time_limit": 4.0, "time_unit": "工作时"}
    with town.transaction("测试", "test") as transaction:
        transaction.insert("duty_rule", Rows.from_records([rule]))
    found = evaluate(town, level="community", **MARCH)
    assert of(found, community_at(town, SOUTH_WEST))["closing_in_time_rate"] == 0.0
    assert "evaluation_limits_of_classes" in codes_of(found)


def test_an_empty_period_says_so_and_has_no_rates(town: Workspace) -> None:
    found = evaluate(town, level="community", start="2024-05-01", end="2024-05-31")
    assert "evaluation_no_cases" in codes_of(found)
    assert set(found.rows["rank"].tolist()) == {None}


def test_cases_in_no_place_closed_before_reported_and_without_limits_are_told(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, (5000.0, 5000.0), 2, **GOOD)
    add(town, SOUTH_WEST, 3, **{**GOOD, "closed_at": "2026-03-01T08:00:00", "reported_at": "2026-03-10T08:00:00"})
    add(town, SOUTH_WEST, 1, **{**GOOD, "due_at": None})
    found = codes_of(evaluate(town, level="community", **MARCH))
    assert {"evaluation_cases_nowhere", "evaluation_closed_before_reported", "evaluation_without_limit"} <= found


def test_a_period_without_a_holiday_table_says_that_weekends_alone_are_free(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, SOUTH_WEST, 6, **{name: value.replace("2026", "2019") for name, value in GOOD.items()})
    found = evaluate(town, level="community", start="2019-03-01", end="2019-03-31")
    assert "evaluation_holidays_unknown" in codes_of(found)


def test_panel_scores_are_joined_and_weighted_and_what_is_wrong_with_them_is_told(town: Workspace) -> None:
    west = community_at(town, SOUTH_WEST)
    rows = [
        {"社区": west, "指标": "市容", "得分": 30, "满分": 40, "权重": 1},
        {"社区": west, "指标": "设施", "得分": "10", "满分": 10, "权重": 1},
        {"社区": "没有的社区", "指标": "设施", "得分": 5, "满分": 10, "权重": 1},
        {"社区": west, "指标": "满意", "得分": 50, "满分": 10, "权重": 1},
        {"社区": "区划001", "指标": "设施", "得分": 5, "满分": 10, "权重": 1},
    ]
    found = evaluate(town, level="community", scores=table(rows), panel_share=0.5, **MARCH)
    mine = of(found, west)
    assert mine["panel_score"] == 87.5
    assert mine["total_score"] == (mine["case_score"] + 87.5) / 2
    assert found.report.reasons == {"score_place_unknown": 1, "score_above_full": 1, "score_place_several": 1}
    assert of(found, community_at(town, SOUTH_EAST))["rank"] is None
    assert set(found.rows["rank_before"].tolist()) == {None}


def test_a_sheet_of_forty_points_in_seven_indicators_adds_up(town: Workspace) -> None:
    """Twenty sub-indicators of one to four points; the share that votes have in it is no weight of its own."""
    west, east = community_at(town, SOUTH_WEST), community_at(town, SOUTH_EAST)
    full = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4]
    assert sum(full) == 40
    rows = [
        {"社区": place, "二级指标": f"指标{at % 7 + 1}-{at}", "分值": marks, "得分": marks if earns(marks) else 0}
        for place, earns in ((west, lambda marks: marks > 1), (east, lambda marks: marks == 1))
        for at, marks in enumerate(full)
    ]
    found = evaluate(town, level="community", scores=table(rows), panel_share=1.0, **MARCH)
    assert [of(found, place)["panel_score"] for place in (west, east)] == [80.0, 20.0]  # 32 and 8 of 40 points
    assert [of(found, place)["rank"] for place in (west, east)] == [1, 2]
    weighted = [{**row, "权重": 1} for row in rows]
    alike = evaluate(town, level="community", scores=table(weighted), panel_share=1.0, **MARCH)
    assert [of(alike, place)["panel_score"] for place in (west, east)] == [60.0, 40.0]


OFFICES = Rows.from_records([{"code": "1", "name": "东华门街道"}, {"code": "2", "name": "前门街道"}])


def read_as(rows: list[dict[str, Any]]) -> tuple[list[tuple[Any, ...]], dict[str, int], dict[str, Any]]:
    """Return the scores that a table says, what was refused, and its notes."""
    found = read_panel_scores(table(rows), OFFICES)
    scores = [(one.place, one.indicator, one.score, one.full, one.weight) for one in found.scores]
    return scores, found.reasons, {note.code: note.details for note in found.notes}


def test_a_sheet_with_a_column_per_indicator_is_read_by_its_headings() -> None:
    rows = [
        {
            "序号": 1,
            "街道": "东华门街道",
            "市容环境（10分）": 8,
            "设施 (满分２０)": "15",
            "满意度（10分）": 9,
            "总分": 32,
        },
        {
            "序号": 2,
            "街道": "前门街道",
            "市容环境（10分）": 7,
            "设施 (满分２０)": None,
            "满意度（10分）": "缺",
            "总分": 7,
        },
        {
            "序号": 3,
            "街道": "没有的街道",
            "市容环境（10分）": 1,
            "设施 (满分２０)": 1,
            "满意度（10分）": 1,
            "总分": 3,
        },
    ]
    scores, reasons, told = read_as(rows)
    expected = [("市容环境", 8.0, 10.0, 10.0), ("设施", 15.0, 20.0, 20.0), ("满意度", 9.0, 10.0, 10.0)]
    assert scores == [*((0, *one) for one in expected), (1, "市容环境", 7.0, 10.0, 10.0)]
    assert reasons == {"score_place_unknown": 1, "score_unreadable": 1}
    assert told["score_sheet_read"]["count"] == 3
    assert "市容环境 (10)" in told["score_sheet_read"]["names"]
    assert told["score_sheet_gaps"] == {"count": 1}
    assert told["score_sheet_columns_left"]["names"] == "序号、总分"


def test_full_marks_and_weights_of_a_sheet_may_stand_in_rows_or_as_shares_in_headings() -> None:
    rows = [
        {"街道": "满分", "市容": 10, "设施": 30},
        {"街道": "权重", "市容": 60, "设施": 40},
        {"街道": "1", "市容": 5, "设施": 30},
    ]
    assert read_as(rows) == (
        [(0, "市容", 5.0, 10.0, 60.0), (0, "设施", 30.0, 30.0, 40.0)],
        {},
        {"score_sheet_read": {"count": 2, "names": "市容 (60%)、设施 (40%)"}},
    )
    scores, _, told = read_as([{"街道": "1", "市容（60%）": 50, "设施（40%）": 80, "考核月份": "2026-03"}])
    assert scores == [(0, "市容", 50.0, 100.0, 60.0), (0, "设施", 80.0, 100.0, 40.0)]
    assert "score_sheet_full_unsaid" not in told


def test_a_sheet_that_does_not_say_full_marks_is_read_out_of_a_hundred_and_says_so() -> None:
    scores, _, told = read_as([{"street office": "1", "Streets": 50, "Votes": 80, "total": 130}])
    assert [one[1:] for one in scores] == [("Streets", 50.0, 100.0, 100.0), ("Votes", 80.0, 100.0, 100.0)]
    assert told["score_sheet_full_unsaid"]["names"] == "Streets、Votes"


@pytest.mark.parametrize(
    "row",
    [
        {"得分": 80, "面积": 3.2, "老旧小区": 12},
        {"得分": 8, "满分": 10, "甲": 3, "乙": 4},
        {"指标": "市容", "得分": 7, "甲": 3, "乙": 4},
    ],
)
def test_a_list_with_other_numbers_beside_its_scores_stays_a_list(row: dict[str, Any]) -> None:
    scores, _, told = read_as([{"街道": "1", **row}])
    assert [one[2] for one in scores] == [row["得分"]]
    assert "score_sheet_read" not in told


@pytest.mark.parametrize(
    "row",
    [{"得分": 8, "考核月份": "2026年3月"}, {"市容（10分）": 8, "设施（10分）": 7, "月份": "2026年3月"}],
    ids=["list", "sheet"],
)
def test_a_table_that_says_months_alone_counts_in_them(row: dict[str, Any]) -> None:
    found = read_panel_scores(table([{"街道": "1", **row}, {"街道": "2", **row}]), OFFICES)
    assert found.is_dated
    assert {str(day) for day in found.day} == {"2026-03-01"}
    assert found.within(np.datetime64("2026-04-01"), np.datetime64("2026-05-01")) == ()


def test_people_and_areas_beside_indicators_are_no_indicators() -> None:
    people = {"户籍人口": 100, "常住人口": 200, "面积": 2.5}
    scores, reasons, told = read_as([{"街道": "1", **people, "市容": 80, "设施": 70, "得分": 150}])
    assert [one[1] for one in scores] == ["市容", "设施"]
    assert reasons == {}
    assert told["score_sheet_columns_left"]["names"] == "户籍人口、常住人口、面积、得分"


def test_a_column_of_the_sum_of_the_others_does_not_make_a_sheet_a_list() -> None:
    scores, _, _ = read_as(
        [{"街道": "1", "市容": 30, "设施": 40, "得分": 70}, {"街道": "2", "市容": 1, "设施": 2, "得分": 3}]
    )
    assert [one[1:3] for one in scores] == [("市容", 30.0), ("设施", 40.0), ("市容", 1.0), ("设施", 2.0)]


def test_a_column_of_the_weighted_sum_of_the_others_does_not_make_a_sheet_a_list_either() -> None:
    scores, _, _ = read_as([{"街道": "1", "市容（30%）": 90, "设施（70%）": 80, "得分": 83}])
    assert scores == [(0, "市容", 90.0, 100.0, 30.0), (0, "设施", 80.0, 100.0, 70.0)]


@pytest.mark.parametrize("aside", [{"年度": 26}, {"合计得分": 70}])
def test_a_year_and_a_sum_of_another_name_are_no_indicators(aside: dict[str, Any]) -> None:
    scores, _, told = read_as([{"街道": "1", "市容": 30, "设施": 40, **aside}])
    assert [one[1] for one in scores] == ["市容", "设施"]
    assert told["score_sheet_columns_left"]["names"] == next(iter(aside))


def test_an_evaluation_names_the_indicator_by_which_a_place_lost_most(town: Workspace) -> None:
    west, east = community_at(town, SOUTH_WEST), community_at(town, SOUTH_EAST)
    rows = [
        {"社区": west, "市容（10分）": 9, "设施（40分）": 30, "评分日期": "2026-03-20"},
        {"社区": east, "市容（10分）": 10, "设施（40分）": 40, "评分日期": "2026-03-20"},
        {"社区": west, "市容（10分）": 0, "设施（40分）": 40, "评分日期": "2026-02-20"},
    ]
    found = evaluate(town, level="community", scores=table(rows), panel_share=1.0, **MARCH)
    assert [of(found, place)["panel_score"] for place in (west, east)] == [78.0, 100.0]
    assert [of(found, place)["weak_indicator"] for place in (west, east)] == ["设施", None]
    assert "score_sheet_read" in codes_of(found)


def test_a_place_is_found_by_a_name_that_it_alone_bears() -> None:
    places = Rows.from_records([{"code": "1", "name": "前门 街道"}, {"code": "2", "name": "东华门街道"}])
    found = read_panel_scores(table([{"街道": "前门街道", "得分": "８０"}]), places)
    assert [(score.place, score.score, score.full) for score in found.scores] == [(0, 80.0, 100.0)]


def test_dated_panel_scores_count_in_their_own_month(town: Workspace) -> None:
    february = {name: value.replace("2026-03", "2026-02") for name, value in GOOD.items()}
    add(town, SOUTH_WEST, 8, **february)
    west = community_at(town, SOUTH_WEST)
    rows = [
        {"社区": west, "得分": 60, "评分日期": "2026-03-20"},
        {"社区": west, "得分": 90, "评分日期": "2026-02-20"},
    ]
    found = evaluate(town, level="community", scores=table(rows), **MARCH)
    assert of(found, west)["panel_score"] == 60.0
    assert of(found, west)["rank_before"] == 1


def test_a_weight_or_full_marks_that_are_no_number_are_told_and_not_guessed() -> None:
    places = Rows.from_records([{"code": "1", "name": "前门街道"}])
    rows = [
        {"街道": "1", "得分": 8, "满分": "10分", "权重": 20},
        {"街道": "1", "得分": 8, "满分": 10, "权重": "五十"},
        {"街道": "1", "得分": 8, "满分": None, "权重": None},
    ]
    found = read_panel_scores(table(rows), places)
    assert found.reasons == {"score_full_unreadable": 1, "score_weight_unreadable": 1}
    assert [(score.full, score.weight) for score in found.scores] == [(100.0, 1.0)]


def test_a_monthly_sheet_counts_in_its_month_and_has_no_rank_before_without_scores_of_before(town: Workspace) -> None:
    february = {name: value.replace("2026-03", "2026-02") for name, value in GOOD.items()}
    add(town, SOUTH_WEST, 8, **february)
    west = community_at(town, SOUTH_WEST)
    rows = [
        {"社区": west, "得分": 60, "考核月份": month}
        for month in ("2026年3月", "2026-03", "202603", "２０２６－０３")
    ]
    found = evaluate(town, level="community", scores=table(rows), **MARCH)
    assert of(found, west)["panel_score"] == 60.0
    assert of(found, west)["rank_before"] is None
    assert found.report.reasons == {}


def test_a_case_closed_without_a_time_is_told(tmp_path) -> None:
    town = drawn_town(tmp_path)
    add(town, SOUTH_WEST, 6, **{**GOOD, "closed_at": None})
    assert "evaluation_closed_some_day" in codes_of(evaluate(town, level="community", **MARCH))


def test_what_cannot_be_asked_is_refused_with_what_can(town: Workspace) -> None:
    refused = refused_by(evaluate)
    refused(town, "evaluation_level_unknown", level="moon")
    refused(town, "evaluation_by_unknown", by="tomorrow")
    refused(town, "evaluation_scheme_missing", level="person", scheme="nothing")
    refused(town, "evaluation_share_unknown", panel_share=40)
    refused(town, "field_not_found", level="community", scores=table([{"甲": "a", "乙": "b"}]))


@pytest.mark.parametrize("level", ["community", "department"])
def test_every_figure_counts_exactly_the_cases_behind_it(town: Workspace, level: str) -> None:
    add(town, SOUTH_EAST, 3, **{**LATE, "closed_at": None}, returned=2, department_code="D1", satisfied=True)
    add(town, SOUTH_WEST, 2, **{**GOOD, "status": "suspended"}, rework=1, department_code="D2", satisfied=False)
    found = evaluate(town, level=level, **MARCH)
    fids = set(town.read("cases", ["id"]).fid.tolist())
    for row, figures in enumerate(found.rows.records()):
        for column in COUNTS:
            behind = found.behind.of(row, column).tolist()
            assert len(set(behind)) == len(behind) == figures[column]
            assert set(behind) <= fids
        for one in indicators():
            of, among = (len(part(row, one.key)) for part in (found.behind.of, found.behind.among))
            rate = figures[one.key]
            assert rate == (None if not among else pytest.approx(100 * of / among, abs=0.01))
            assert set(found.behind.of(row, one.key)) <= set(found.behind.among(row, one.key))
        assert (len(found.behind.of(row, "closing_hours")) > 0) == (figures["closing_hours"] is not None)
        assert len(found.behind.of(row, "grade")) == 0


def test_figures_of_months_are_those_of_the_months_asked_one_by_one(town: Workspace) -> None:
    april = {name: value.replace("-03-", "-04-") for name, value in GOOD.items()}
    add(town, SOUTH_WEST, 6, **april)
    found = evaluate(town, level="community", start="2026-03-05", end="2026-04-20", slice_kind="month")
    assert found.series is not None
    for first, last in (("2026-03-05", "2026-03-31"), ("2026-04-01", "2026-04-20")):
        alone = {row["code"]: row for row in evaluate(town, level="community", start=first, end=last).rows.records()}
        rows = [row for row in found.series.records() if (row["first_day"], row["last_day"]) == (first, last)]
        assert rows, first
        for row in rows:
            assert {name: alone[row["code"]][name] for name in row if not name.endswith("_day")} == {
                name: value for name, value in row.items() if not name.endswith("_day")
            }
        assert {code for code, row in alone.items() if row["filed"]} <= {row["code"] for row in rows}
    assert set(found.series.columns) == set(series_columns())


def test_a_series_of_more_slices_than_anybody_reads_is_refused(town: Workspace) -> None:
    years = {"start": "2024-01-01", "end": "2026-03-31"}
    refused_by(evaluate)(town, "evaluation_slices_too_many", level="community", slice_kind="day", **years)
    assert evaluate(town, level="community", **MARCH).series is None
