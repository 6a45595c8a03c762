"""Text as offices type it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.text import (
    clean_code,
    clean_codes,
    clean_text,
    clean_texts,
    plain_text,
    spreadsheet_safe,
    to_numbers,
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("３７０１０２０１１２０１００９", "370102011201009"),
        (" 370102 011 201 009 ", "370102011201009"),
        ("'370102011201009", "370102011201009"),
        ('="0101"', "0101"),
        ("\ufeffＡ０１\u3000", "A01"),
        (370102011201009, "370102011201009"),
        (370102011201009.0, "370102011201009"),
        ("", None),
        ("  \u3000", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_a_code_is_plain_digits_and_letters(raw, code):
    assert clean_code(raw) == code


def test_a_column_of_codes_keeps_its_order_and_tells_numbers_from_texts():
    assert clean_codes(["0101", 101, "0101", None, 1.5, True]).tolist() == [
        "0101",
        "101",
        "0101",
        None,
        "1.5",
        "True",
    ]


def test_free_text_keeps_its_inside():
    assert clean_text("  东花市 北里\u3000") == "东花市 北里"
    assert clean_texts(["甲", "", None]).tolist() == ["甲", None, None]
    assert plain_text(1e15) == "1000000000000000"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("１１６．４", 116.4),
        (" 39.9 ", 39.9),
        ("1,234,567.5", 1234567.5),
        ("-77.03", -77.03),
        (5, 5.0),
        ("1e3", 1000.0),
    ],
)
def test_numbers_are_read_as_written(raw, number):
    assert to_numbers([raw])[0] == number


@pytest.mark.parametrize("raw", ["", None, "无", "1_000", "12,34", "116.4E", "inf", "nan", True, [1]])
def test_what_is_no_number_is_not_a_number(raw):
    column = np.empty(1, dtype=object)
    column[0] = raw
    assert np.isnan(to_numbers(column)[0])


def test_numeric_columns_pass_through():
    assert to_numbers(np.array([1, 2])).tolist() == [1.0, 2.0]
    assert np.isnan(to_numbers(np.array([np.inf]))[0])
    assert to_numbers([]).shape == (0,)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("１，２３４．５", 1234.5),
        ("\ufeff12", 12.0),
        ("12\u200b", 12.0),
        ("\u300012\u3000", 12.0),
        ("+5", 5.0),
        (".5", 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7.0),
        ("-1,234", -1234.0),
    ],
)
def test_numbers_are_read_however_offices_type_them(raw, number):
    assert to_numbers([raw])[0] == number


@pytest.mark.parametrize(
    "raw", ["1,23", "1,2345", "1.234,5", "12 345", "5米", "约5", "0x10", "１_０", "NaN", "∞", "1e999"]
)
def test_what_only_looks_like_a_number_is_none(raw):
    assert np.isnan(to_numbers([raw])[0])


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_every_number_comes_back_from_text_in_any_width(value):
    text = repr(value)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    assert to_numbers([text, wide, f" {text} "]).tolist() == [value] * 3


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_change_nothing(value):
    assert to_numbers([f"{value:,}"])[0] == value


@given(st.text(max_size=20))
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_text(text)
    assert clean_text(once) == once
    code = clean_code(text)
    assert code is None or not any(c.isspace() for c in code)


@given(st.integers(0, 10**18))
def test_a_code_in_a_number_cell_gives_its_digits(number):
    assert clean_code(number) == str(number)
    assert "e" not in (clean_code(float(number)) or "")


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋a",
        "－a",
        "＠a",
        " =1",
        "　=1",
    ],
)
def test_what_a_spreadsheet_would_run_is_quoted(value):
    assert spreadsheet_safe(value) == "'" + value


@pytest.mark.parametrize("value", ["", "街巷", "-12.5", "+3", "1e5", "-0", "a=b", "（=）", "110101001001001"])
def test_what_it_would_not_run_stays_as_it_is(value):
    assert spreadsheet_safe(value) == value


@given(st.text(max_size=12))
def test_no_text_begins_like_a_formula_unless_it_is_a_number(value):
    safe = spreadsheet_safe(value)
    assert safe in (value, "'" + value)
    if safe.lstrip(" ")[:1] in ("=", "@"):
        raise AssertionError(safe)
    assert safe.lstrip("'") == value.lstrip("'")


@pytest.mark.parametrize(
    ("text", "parts", "codes"),
    [
        ("a, b", ["a", "b"], ["a", "b"]),
        ("甲 一，乙；丙、丁\n戊", ["甲 一", "乙", "丙", "丁", "戊"], ["甲", "一", "乙", "丙", "丁", "戊"]),
        ("，,;", [], []),
        (None, [], []),
        ("a,a", ["a", "a"], ["a", "a"]),
    ],
)
def test_a_list_is_read_whatever_stands_between_its_parts(text, parts, codes):
    assert parts_of(text) == parts
    assert parts_of(text, at_blanks=True) == codes
