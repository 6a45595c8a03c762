"""Trouble that comes back: found, named with who answers, and told when the data cannot say."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.jobs.analysis.find_recurrence import find_recurrence
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from tests.jobs.analysis.test_find_hotspots import add_cases
from tests.jobs.districts import CancelAt, drawn_town, dump
from tests.jobs.refusals import refused_by

BEGIN = datetime(2026, 1, 1, 9)
USUAL = {"days": 30, "distance_m": 30.0, "permutations": 99}
FIELDS = {
    "place",
    "class_code",
    "kind",
    "times",
    "not_held",
    "cases",
    "first",
    "last",
    "p",
    "unit_grid",
    "lane_code",
    "lane_name",
    "responsibility_grid",
    "department_name",
    "person_name",
    "lane_officer_name",
}


def iso(day: float | None) -> str | None:
    return None if day is None else (BEGIN + timedelta(days=day)).isoformat(timespec="seconds")


def add_spans(workspace, spans, **columns) -> None:
    """``spans``: x, y, day of report, day of closing (``None``: open)."""
    table = {
        "reported_at": [iso(span[2]) for span in spans],
        "closed_at": [iso(span[3]) for span in spans],
        **columns,
    }
    add_cases(workspace, [span[:2] for span in spans], **table)


def filled(tmp_path, spans, **columns):
    workspace = drawn_town(tmp_path)
    everywhere = [
        (i * 100 + 50, j * 100 + 50, 13 * (i * 8 + j) % 300, 13 * (i * 8 + j) % 300 + 2)
        for i in range(8)
        for j in range(8)
    ]
    add_spans(workspace, everywhere)
    add_spans(workspace, spans, **columns)
    return workspace


BACK = [(120.0, 120.0, day, day + 1) for day in (10, 13, 16, 19, 22, 25)]

refused = refused_by(find_recurrence)


def test_cases_that_share_the_middle_of_a_grid_or_lane_are_not_the_same_trouble_again(tmp_path):
    ways = ["lane", "lane", "grid", "grid", "lane", "lane"]
    found = find_recurrence(filled(tmp_path, BACK, placed_by=ways), **USUAL)
    assert len(found.rows) == 0
    (note,) = [note for note in found.report.notes if note.code == "recurrence_cases_roughly_placed"]
    assert note.details["count"] == 6
    houses = filled(tmp_path / "houses", BACK, placed_by=["house"] * 6)
    assert find_recurrence(houses, **USUAL).rows["times"].tolist() == [6]


def test_what_came_back_five_times_is_found_first_with_its_figures(tmp_path):
    workspace = filled(
        tmp_path, [*BACK, (720.0, 720.0, 5, 6), (720.0, 721.0, 30, 31)], address=["乙巷3号"] * 6 + [None] * 2
    )
    found = find_recurrence(workspace, **USUAL)
    first, second = found.rows.records()
    assert set(found.rows.columns) == FIELDS
    assert (first["place"], first["times"], first["not_held"], first["cases"]) == ("乙巷3号", 6, 5, 6)
    assert (first["first"], first["last"]) == (iso(10), iso(25))
    assert first["p"] == 1 / 100
    assert (second["times"], second["not_held"]) == (2, 1)
    assert second["p"] > 0.05
    assert second["place"] == second["unit_grid"]
    assert shapely.equals_exact(found.rows.shapes[0], shapely.points(120, 120), 0.1)
    assert found.report.figures == {"cases": 72, "places": 2, "not_held": 6, "beyond_chance": 1}


def test_with_one_scheme_its_grid_and_person_are_named_and_with_two_those_that_are_asked_for(tmp_path):
    workspace = filled(tmp_path, BACK)
    build_responsibility_grids(workspace, scheme="cg", count=8)
    (spot,) = np.flatnonzero(shapely.intersects_xy(workspace.read("unit_grid").shapes, 120, 120))
    grid = workspace.read("unit_grid", ["rg_cg"], geometry=False)["rg_cg"][spot]
    assert find_recurrence(workspace, **USUAL).rows["responsibility_grid"].tolist() == [grid]
    build_responsibility_grids(workspace, scheme="zz", count=8)
    told = [
        find_recurrence(workspace, scheme=scheme, **USUAL).rows["responsibility_grid"][0] for scheme in ("", "cg")
    ]
    assert told == [None, grid]


def test_another_class_at_the_same_place_is_another_trouble(tmp_path):
    workspace = filled(tmp_path, BACK[:2], class_code=["0501", "0302"])
    assert len(find_recurrence(workspace, **USUAL).rows) == 0


def test_a_longer_pause_or_a_larger_distance_is_no_return(tmp_path):
    workspace = filled(tmp_path, [(120.0, 120.0, 10, 11), (120.0, 120.0, 20, 21)])
    assert len(find_recurrence(workspace, **{**USUAL, "days": 8}).rows) == 0
    assert len(find_recurrence(workspace, **{**USUAL, "days": 9}).rows) == 1


def test_the_class_and_the_period_choose_the_cases(tmp_path):
    workspace = filled(tmp_path, BACK)
    assert len(find_recurrence(workspace, class_prefix="03", **USUAL).rows) == 0
    late = find_recurrence(workspace, start="2026-01-20", **USUAL)
    assert late.rows["not_held"].tolist() == [2]


def test_cases_that_were_never_closed_give_a_reason_and_no_places(tmp_path):
    workspace = drawn_town(tmp_path)
    add_spans(workspace, [(50.0, 50.0, day, None) for day in range(40)])
    found = find_recurrence(workspace, **USUAL)
    assert [note.code for note in found.report.notes] == ["recurrence_too_few_closed"]
    assert len(found.rows) == 0
    assert set(found.rows.columns) == FIELDS


def test_cases_closed_before_they_were_reported_are_told_and_left_out(tmp_path):
    workspace = filled(tmp_path, [*BACK, (120.0, 120.0, 40, 3)])
    found = find_recurrence(workspace, **USUAL)
    assert "recurrence_closed_before_reported" in [note.code for note in found.report.notes]
    assert found.rows["cases"].tolist() == [6]


def test_without_permutations_there_is_no_probability(tmp_path):
    workspace = filled(tmp_path, BACK)
    assert find_recurrence(workspace, **{**USUAL, "permutations": 0}).rows["p"].tolist() == [None]


def test_all_cases_on_one_spot_are_answered(tmp_path):
    workspace = drawn_town(tmp_path)
    add_spans(workspace, [(50.0, 50.0, day, day + 0.5) for day in range(200)])
    found = find_recurrence(workspace, **USUAL)
    assert found.rows["not_held"].tolist() == [199]
    assert found.rows["p"].tolist() == [1.0]


def test_nothing_is_written_and_the_same_seed_gives_the_same_report(tmp_path):
    workspace = filled(tmp_path, BACK)
    before = dump(workspace.path)
    one, two = (find_recurrence(workspace, seed=7, **USUAL) for _ in range(2))
    assert dump(workspace.path) == before
    assert one.rows.records() == two.rows.records()
    told = json.loads(one.report.write(tmp_path / "a.json").read_text(encoding="utf-8"))
    assert told["figures"]["not_held"] == 5


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"days": 0}, "recurrence_days"),
        ({"distance_m": float("nan")}, "recurrence_distance"),
        ({"permutations": -1}, "recurrence_permutations"),
        ({"scheme": "zz"}, "scheme_not_there"),
    ],
)
def test_impossible_wishes_are_refused(tmp_path, options, code):
    refused(filled(tmp_path, BACK), code, **{**USUAL, **options})


def test_cancel_stops(tmp_path):
    workspace = filled(tmp_path, BACK)
    user = CancelAt()
    find_recurrence(workspace, progress=user.progress, **USUAL)
    for moment in (1, user.asked // 2, user.asked):
        with pytest.raises(Cancelled):
            find_recurrence(workspace, progress=CancelAt(moment).progress, **USUAL)
