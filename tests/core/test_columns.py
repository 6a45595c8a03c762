"""Columns are read alike everywhere: text, number, day, nothing."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.columns import (
    as_texts,
    days,
    distinct_rows,
    geometries,
    in_force,
    numbered,
    numbers,
    or_none,
    periods,
    picked,
    positions,
    table,
    texts,
)
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries


def test_nothing_is_empty_text_whatever_stands_for_it():
    values = [None, float("nan"), np.nan, "", "  ", "　", "\u200b", "甲 ", 110101, 110101.0, "００１"]
    assert as_texts(values).tolist() == ["", "", "", "", "", "", "", "甲", "110101", "110101", "００１"]


def test_a_column_that_is_not_there_is_empty_in_every_row():
    rows = Rows({"code": as_column(["a", "b"])})
    assert texts(rows, "name").tolist() == ["", ""]
    assert np.isnan(numbers(rows, "area_m2")).all()
    assert np.isnat(days(rows, "valid_from")).all()
    assert geometries(rows).tolist() == [None, None]
    assert len(table({}, "lane")) == 0
    assert table({"lane": rows}, "lane") is rows


def test_geometries_are_those_of_the_rows():
    point = shapely.Point(1, 2)
    assert geometries(Rows({}, as_column([point, None]))).tolist() == [point, None]


def test_numbers_written_as_text_are_numbers():
    found = numbers(Rows({"v": as_column(["1,234.5", " 7 ", "８", 3, None, "x", True])}), "v")
    assert found[:4].tolist() == [1234.5, 7.0, 8.0, 3.0]
    assert np.isnan(found[4:]).all()


def test_days_that_cannot_be_read_are_none():
    found = days(Rows({"d": as_column(["2025-03-07T10:00:00", "2025年3月7日", "someday", None])}), "d")
    assert found[:2].tolist() == [np.datetime64("2025-03-07").item()] * 2
    assert np.isnat(found[2:]).all()


@pytest.mark.parametrize(
    ("begin", "end", "holds"),
    [
        ("NaT", "NaT", True),
        ("2025-03-07", "NaT", True),
        ("2025-03-08", "NaT", False),
        ("NaT", "2025-03-07", True),
        ("NaT", "2025-03-06", False),
        ("2025-03-07", "2025-03-07", True),
        ("2025-03-08", "2025-03-06", False),
    ],
)
def test_both_ends_of_a_period_belong_to_it(begin, end, holds):
    arrays = (np.array([day], dtype="datetime64[D]") for day in (begin, end, "2025-03-07"))
    assert in_force(*arrays).tolist() == [holds]


def test_keys_are_found_where_they_first_stand_and_nothing_is_never_found():
    keys = as_column(["b", "a", "b", ""])
    assert positions(keys, as_column(["b", "a", "c", ""])).tolist() == [0, 1, -1, -1]


def test_texts_are_picked_by_position_and_nothing_beyond():
    assert picked(as_column(["a", "b"]), np.array([1, -1, 0])).tolist() == ["b", "", "a"]
    assert picked(np.empty(0, dtype=object), np.array([-1])).tolist() == [""]
    assert or_none(as_column(["a", ""])).tolist() == ["a", None]


day = st.integers(0, 12).map(lambda n: np.datetime64("2025-03-01") + n)
maybe_day = st.one_of(st.just(np.datetime64("NaT", "D")), day)


@given(st.lists(st.tuples(maybe_day, maybe_day), max_size=5), st.lists(day, min_size=1, max_size=20))
@tries(100)
def test_days_of_one_group_see_the_same_periods_in_force(spans, asked):
    begin = np.array([span[0] for span in spans], dtype="datetime64[D]")
    end = np.array([span[1] for span in spans], dtype="datetime64[D]")
    day_of_group, group = periods(begin, end, np.array(asked, dtype="datetime64[D]"))
    for date, number in zip(asked, group):
        assert np.array_equal(in_force(begin, end, date), in_force(begin, end, day_of_group[number]))


@given(st.lists(st.sampled_from(["a", "b", "", "c"]), max_size=20))
@tries(50)
def test_numbered_values_come_back(values):
    distinct, number = numbered(as_column(values))
    assert [distinct[n] for n in number] == values
    assert distinct == list(dict.fromkeys(values))


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=25))
@tries(60)
def test_distinct_rows_are_the_distinct_combinations(rows):
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows)]
    first, which = distinct_rows(columns)
    assert [rows[first[n]] for n in which] == rows
    assert len(first) == len(set(rows))
