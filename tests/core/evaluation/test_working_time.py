"""Working time: weekends, holidays, days worked in exchange, and hours that end where they should."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.evaluation.working_time import WorkingTime, working_time

FIRST, LAST = np.datetime64("2025-01-01"), np.datetime64("2026-12-31")


@pytest.fixture(scope="module")
def time() -> WorkingTime:
    return working_time(FIRST, LAST)


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]")


def hours(time: WorkingTime, start: str, end: str) -> float:
    return float(time.hours_between(moments(start), moments(end))[0])


def test_a_working_day_has_eight_hours_whatever_the_clock_says_before_and_after(time: WorkingTime) -> None:
    assert hours(time, "2026-03-10T00:00:00", "2026-03-11T00:00:00") == 8
    assert hours(time, "2026-03-10T07:00:00", "2026-03-10T23:00:00") == 8


def test_the_noon_break_does_not_count(time: WorkingTime) -> None:
    assert hours(time, "2026-03-10T11:00:00", "2026-03-10T15:00:00") == 2
    assert hours(time, "2026-03-10T12:30:00", "2026-03-10T13:30:00") == 0


def test_a_weekend_is_free_and_a_weekend_day_worked_in_exchange_is_not(time: WorkingTime) -> None:
    assert hours(time, "2026-03-13T18:00:00", "2026-03-16T08:00:00") == 0
    assert hours(time, "2026-02-28T00:00:00", "2026-03-01T00:00:00") == 8


def test_the_spring_festival_is_free(time: WorkingTime) -> None:
    assert hours(time, "2026-02-14T18:00:00", "2026-02-24T08:00:00") == 0


def test_a_limit_of_four_hours_set_on_friday_afternoon_ends_on_monday_morning(time: WorkingTime) -> None:
    due = time.after(moments("2026-03-13T16:00:00"), np.array([4.0]))
    assert due[0] == np.datetime64("2026-03-16T10:00:00")


def test_a_limit_that_ends_with_the_day_ends_in_the_evening_and_not_next_morning(time: WorkingTime) -> None:
    due = time.after(moments("2026-03-10T08:00:00"), np.array([8.0]))
    assert due[0] == np.datetime64("2026-03-10T18:00:00")


def test_missing_moments_and_limits_stay_missing(time: WorkingTime) -> None:
    start = np.array(["2026-03-10T08:00:00", "NaT"], dtype="datetime64[s]")
    assert np.isnan(time.hours_between(start, start[::-1])).all()
    assert np.isnat(time.after(start, np.array([np.nan, 8.0]))).all()


def test_a_limit_beyond_the_known_days_has_no_end(time: WorkingTime) -> None:
    assert np.isnat(time.after(moments("2026-12-31T17:00:00"), np.array([8.0])))[0]


def test_a_year_whose_holidays_are_not_announced_is_named() -> None:
    assert working_time(np.datetime64("2026-12-01"), np.datetime64("2028-01-01")).unannounced == (2027, 2028)


def plain_hours(time: WorkingTime, start: datetime, end: datetime) -> float:
    """Count the working minutes one after the other."""
    total = 0
    moment = start
    while moment < end:
        day = int((np.datetime64(moment.date(), "D") - time.first).astype(int))
        second = moment.hour * 3600 + moment.minute * 60
        total += bool(time.works[day]) and any(begin <= second < stop for begin, stop in time.spans.tolist())
        moment += timedelta(minutes=1)
    return total / 60


_MINUTES = st.integers(0, 300 * 24 * 60)


@given(_MINUTES, st.integers(0, 6 * 24 * 60))
def test_hours_agree_with_counting_minute_by_minute(since: int, length: int) -> None:
    time = working_time(FIRST, LAST)
    start = datetime(2025, 9, 1) + timedelta(minutes=since)
    end = start + timedelta(minutes=length)
    found = time.hours_between(moments(start.isoformat()), moments(end.isoformat()))[0]
    assert found == pytest.approx(plain_hours(time, start, end))


@given(_MINUTES, st.integers(1, 200 * 60))
def test_between_a_start_and_its_limit_lie_just_the_hours_of_the_limit(since: int, minutes: int) -> None:
    time = working_time(FIRST, np.datetime64("2027-06-30"))
    start = moments((datetime(2025, 9, 1) + timedelta(minutes=since)).isoformat())
    limit = np.array([minutes / 60])
    due = time.after(start, limit)
    assert time.hours_between(start, due)[0] == pytest.approx(limit[0], abs=1 / 3600)
    assert time.hours_between(start, due - np.timedelta64(60, "s"))[0] < limit[0]
