"""Times of day in a column of their own, and what only looks like one."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.dates.times_of_day import are_times, days_alone, joined, times_of_day
from gridmgmt_plugin.core.rows import as_column


@pytest.mark.parametrize(
    "text",
    ["8:05", "08:05:00", "8时5分", "8点半", "上午8:05", "8:05 AM", "8:05 a.m.", "８：０５", "23:30Z", "8:05+08:00"],
)
def test_a_time_alone_is_known(text):
    assert times_of_day(as_column([text]))[0] is not None


@pytest.mark.parametrize("text", ["2025-03-07", "2025-03-07 08:05", "805", "0.5", "8", "井盖", "1:500 图", None, 3])
def test_what_is_more_or_less_than_a_time_is_none(text):
    assert times_of_day(as_column([text]))[0] is None


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        *(("805", "08:05"), ("0805", "08:05"), ("80500", "08:05:00"), ("080500", "08:05:00"), (805, "08:05")),
        *((0.336805556, "8:05:00"), ("0.336805556", "8:05:00"), (0, "0:00:00")),
    ],
)
def test_a_column_known_to_hold_times_may_write_them_as_numbers(cell, time):
    assert times_of_day(as_column([cell]), loose=True)[0] == time


@pytest.mark.parametrize("cell", ["2575", "99", "井盖", "-5", "1.5"])
def test_a_number_that_is_no_time_is_none_there_either(cell):
    assert times_of_day(as_column([cell]), loose=True)[0] is None


@pytest.mark.parametrize("day", ["1899-12-30T", "1899/12/31 ", "1900-01-00 ", "1970-01-01T"])
def test_the_first_day_of_a_system_before_a_time_is_no_day(day):
    assert times_of_day(as_column([f"{day}08:05:00"]))[0] == "08:05:00"


def test_a_midnight_that_a_database_adds_to_a_day_is_taken_off():
    days = ["2025-03-07T00:00:00", "2025-03-07 00:00", "2025-03-07T00:00:00Z", "2025-03-07 10:00:00", None]
    assert days_alone(as_column(days)).tolist() == ["2025-03-07"] * 3 + ["2025-03-07 10:00:00", None]


def test_day_and_time_are_joined_and_one_alone_stays():
    days, times = as_column(["2025-03-07", None, "2025-03-07", None]), as_column(["8:05", "8:05", None, None])
    assert joined(days, times).tolist() == ["2025-03-07 8:05", "8:05", "2025-03-07", None]


def test_a_column_is_one_of_times_when_nearly_all_cells_are():
    assert are_times(as_column(["8:05", "9:10", None, "10:00", "11:00", "不详"]))
    assert not are_times(as_column(["8:05", "井盖"]))
    assert not are_times(as_column([None, None]))
