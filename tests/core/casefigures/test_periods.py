"""Assessment months, quarters and years, and what a manager compares them with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.casefigures.periods import (
    LATEST_START,
    PRESETS,
    Period,
    compared_periods,
    period_before,
    preset_period,
    year_before,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
STARTS = st.integers(1, LATEST_START)


def span(first, last):
    return Period(date.fromisoformat(first), date.fromisoformat(last))


def months_of(period):
    after = period.last + timedelta(1)
    return 12 * (after.year - period.first.year) + after.month - period.first.month


@pytest.mark.parametrize(
    ("preset", "today", "start", "first", "last"),
    [
        ("this_month", "2026-11-29", 1, "2026-11-01", "2026-11-30"),
        ("last_month", "2026-01-15", 1, "2025-12-01", "2025-12-31"),
        ("this_quarter", "2026-11-29", 1, "2026-10-01", "2026-12-31"),
        ("this_year", "2026-11-29", 1, "2026-01-01", "2026-12-31"),
        # Months that begin on the 26th are called after the month in which they end.
        ("this_month", "2026-11-25", 26, "2026-10-26", "2026-11-25"),
        ("this_month", "2026-11-26", 26, "2026-11-26", "2026-12-25"),
        ("last_month", "2026-01-03", 26, "2025-11-26", "2025-12-25"),
        ("this_quarter", "2025-12-26", 26, "2025-12-26", "2026-03-25"),
        ("this_year", "2026-12-25", 26, "2025-12-26", "2026-12-25"),
    ],
)
def test_a_preset_means_the_days_that_an_office_means(preset, today, start, first, last):
    assert preset_period(preset, date.fromisoformat(today), start) == span(first, last)


@given(DAYS, STARTS, st.sampled_from(PRESETS))
def test_today_lies_in_this_month_quarter_and_year_and_right_after_last_month(today, start, preset):
    period = preset_period(preset, today, start)
    if preset == "last_month":
        assert period.last + timedelta(1) == preset_period("this_month", today, start).first
    else:
        assert period.first <= today <= period.last
    assert period.first.day == start


@given(DAYS, STARTS, st.sampled_from(PRESETS))
def test_the_period_before_ends_where_the_period_begins_and_has_as_many_months(today, start, preset):
    period = preset_period(preset, today, start)
    before = period_before(period, start)
    assert before.last + timedelta(1) == period.first
    assert before.first.day == start
    assert months_of(before) == months_of(period)


@given(DAYS, st.integers(0, 400))
def test_days_of_ones_own_are_compared_with_as_many_days_right_before(first, more):
    period = Period(first, first + timedelta(more))
    before = period_before(period, 17)
    assert before.last + timedelta(1) == period.first
    if period.first.day != 17:
        assert before.days == period.days


@given(DAYS, st.integers(0, 400))
def test_the_year_before_has_the_same_days_but_for_leap_days(first, more):
    period = Period(first, first + timedelta(more))
    earlier = year_before(period)
    assert abs(earlier.days - period.days) <= 2
    assert (earlier.first.month, earlier.last.month) == (period.first.month, period.last.month)


def test_february_of_a_leap_year_is_compared_with_the_whole_of_february():
    assert year_before(span("2024-02-01", "2024-02-29")) == span("2023-02-01", "2023-02-28")
    assert year_before(span("2025-02-01", "2025-02-28")) == span("2024-02-01", "2024-02-29")


def test_a_month_that_goes_on_is_compared_with_as_many_days_as_have_passed():
    before, earlier = compared_periods(span("2026-11-01", "2026-11-30"), date(2026, 11, 9))
    assert before == span("2026-10-01", "2026-10-09")
    assert earlier == span("2025-11-01", "2025-11-09")


def test_a_month_that_is_over_is_compared_with_whole_months():
    before, earlier = compared_periods(span("2026-03-01", "2026-03-31"), date(2026, 11, 9))
    assert before == span("2026-02-01", "2026-02-28")
    assert earlier == span("2025-03-01", "2025-03-31")


@given(DAYS, DAYS, STARTS, st.sampled_from(PRESETS))
def test_nothing_is_compared_with_more_days_than_have_passed_unless_the_period_is_over(today, asked, start, preset):
    period = preset_period(preset, asked, start)
    for other in compared_periods(period, today, start):
        assert not period.first <= today < period.last or other.days <= period.until(today).days


@pytest.mark.parametrize(("preset", "start"), [("this_month", 0), ("this_month", 29), ("last_week", 1)])
def test_what_cannot_be_asked_for_is_a_mistake_of_ours(preset, start):
    with pytest.raises(ValueError, match=r"month|period"):
        preset_period(preset, date(2026, 1, 1), start)


def test_a_period_has_a_day():
    with pytest.raises(ValueError, match="no day"):
        Period(date(2026, 1, 2), date(2026, 1, 1))
