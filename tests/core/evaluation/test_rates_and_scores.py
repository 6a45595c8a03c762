"""Rates by place, medians, scores, grades and ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.evaluation.case_facts import case_facts, case_times
from gridmgmt_plugin.core.evaluation.rates import PlaceRates, indicators, median_by_place, place_rates
from gridmgmt_plugin.core.evaluation.scores import (
    PanelScore,
    case_score,
    difficulty,
    grades,
    joined_score,
    panel_score,
    ranks,
)
from gridmgmt_plugin.core.rows import Rows

FIRST, AFTER = np.datetime64("2026-03-01", "s"), np.datetime64("2026-04-01", "s")


def rates_of(closed_in_time: list[int], late: list[int]) -> PlaceRates:
    """Return the rates of places with so many cases closed in time and late."""
    records, place = [], []
    for number, (good, bad) in enumerate(zip(closed_in_time, late)):
        for closed in ["2026-03-03"] * good + ["2026-03-09"] * bad:
            records.append(
                {"status": "closed", "reported_at": "2026-03-02", "closed_at": closed, "due_at": "2026-03-05"}
            )
            place.append(number)
    facts = case_facts(case_times(Rows.from_records(records)), FIRST, AFTER)
    return place_rates(facts, np.array(place, dtype=np.int64), len(late))


def test_rates_are_percent_of_the_cases_of_the_place() -> None:
    found = rates_of([3, 10], [1, 0])
    assert found.rates["closing_in_time_rate"].tolist() == [75.0, 100.0]
    assert found.rates["closing_rate"].tolist() == [100.0, 100.0]


def test_a_place_without_cases_has_no_rate_and_no_score() -> None:
    found = rates_of([6, 0], [0, 0])
    assert np.isnan(found.rates["closing_rate"][1])
    assert np.isnan(case_score(found)[1])
    assert ranks(case_score(found)).tolist() == [1, 0]


def test_cases_in_no_place_do_not_count_for_the_last_place() -> None:
    facts = {name: np.ones(3, dtype=bool) for one in indicators() for name in (one.of, one.among)}
    assert place_rates(facts, np.array([0, -1, -1]), 2).counts["closed"].tolist() == [1, 0]


def test_a_place_with_few_cases_is_not_ranked() -> None:
    assert np.isnan(case_score(rates_of([4], [0])))[0]
    assert not np.isnan(case_score(rates_of([5], [0])))[0]


def test_a_score_is_the_weighted_rate_with_less_rework_as_better() -> None:
    found = rates_of([5], [5])
    # handled in time 0.2 × 50, closed 0.3 × 100, in time 0.3 × 50, without rework and returns 0.1 × 100 each
    assert case_score(found)[0] == pytest.approx(75.0)


def test_a_rate_that_says_nothing_of_good_or_bad_cannot_be_weighted_by_the_catalogue() -> None:
    plain = {one.key for one in indicators() if one.better == "none"}
    assert plain
    assert case_score(rates_of([5], [0]), {"closing_rate": 1.0})[0] == 100.0


def test_equal_scores_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert ranks(np.array([90.0, 80.0, 90.001, np.nan, 70.0])).tolist() == [1, 3, 1, 0, 4]


def test_grades_begin_at_their_mark() -> None:
    assert grades(np.array([90.0, 89.99, 60.0, 40.0, 0.0, np.nan])).tolist() == ["A", "B", "C", "D", "E", None]


def test_panel_scores_are_shares_of_full_marks_by_weight() -> None:
    given_scores = (PanelScore(0, "市容", 8.0, 10.0, 1.0), PanelScore(0, "设施", 15.0, 20.0, 3.0))
    found = panel_score(given_scores, 2)
    assert found[0] == pytest.approx((0.8 + 3 * 0.75) / 4 * 100)
    assert np.isnan(found[1])


def test_a_joined_score_needs_both_parts_where_there_is_a_panel() -> None:
    cases, panel = np.array([80.0, 80.0]), np.array([60.0, np.nan])
    found = joined_score(cases, panel, 0.4, np.ones(2))
    assert found[0] == pytest.approx(72.0)
    assert np.isnan(found[1])
    assert joined_score(cases, np.full(2, np.nan), 0.4, np.ones(2)).tolist() == [80.0, 80.0]
    assert joined_score(cases, panel, 0.0, np.ones(2)).tolist() == [80.0, 80.0]


def test_a_place_with_more_people_who_are_not_registered_is_raised_and_the_whole_is_not() -> None:
    factor = difficulty(np.array([1000.0, 1000.0, 0.0]), np.array([200.0, 800.0, 0.0]), 0.1)
    assert factor == pytest.approx([1.03, 0.97, 1.0])


@given(st.lists(st.tuples(st.integers(-1, 4), st.one_of(st.just(float("nan")), st.floats(0, 1e4))), max_size=40))
def test_medians_are_those_of_each_place_alone(cases: list[tuple[int, float]]) -> None:
    place = np.array([at for at, _ in cases], dtype=np.int64)
    values = np.array([value for _, value in cases], dtype=np.float64)
    found = median_by_place(values, place, 5)
    for at in range(5):
        mine = values[(place == at) & ~np.isnan(values)]
        assert found[at] == pytest.approx(np.median(mine)) if len(mine) else np.isnan(found[at])


@example([0.0, 0.005])
@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 100)), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_scores(scores: list[float]) -> None:
    found = ranks(np.array(scores, dtype=np.float64))
    shown = np.round(scores, 2).tolist()  # as the table shows them: a half may go either way
    for rank, score in zip(found.tolist(), shown):
        assert rank == (0 if np.isnan(score) else 1 + sum(other > score for other in shown))
