"""Numbers in sentences: thousands apart, no digits that nobody would say, and codes and places to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.written import number
from tests.tries import tries


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (68320.48, "68,320"),
        (np.float64(1234567.8), "1,234,568"),
        (100.5, "100"),
        (99.5, "99.5"),
        (12.0, "12"),
        (0.04, "0.04"),
        (0.00123, "0.0012"),
        (-0.004, "-0.004"),
        (0.0, "0"),
        (9999, "9999"),
        (12345, "12,345"),
        (np.int64(-12345), "-12,345"),
        (float("nan"), "nan"),
        (True, "True"),
        ("990101001", "990101001"),
    ],
)
def test_a_number_is_written_as_people_write_it(value, text):
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
@tries(60)
def test_what_is_written_is_nearly_the_number_and_short(value):
    text = number(value)
    nearly = 0.5 if abs(value) >= 99 else 0.0051
    assert abs(float(text.replace(",", "")) - value) <= (nearly if abs(value) >= 0.005 else abs(value) * 0.06)
    assert "e" not in text
    assert len(text.partition(".")[2]) <= 2 or abs(value) < 0.005


def test_no_sentence_tells_an_area_to_the_square_centimetre():
    told = {"title": "比较", "moved": 12345, "base": "A", "other": "B", "count": 1, "components": 3, "open_cases": 0}
    text = Message("outcome_compared", {**told, "area_m2": 68320.48, "lane_m": 1234.5}).text("en")
    assert "68,320 m²" in text
    assert "12,345 unit grids change hands" in text
    assert "1234 m" in text
    assert "68,320 平方米" in Message("outcome_compared", {**told, "area_m2": 68320.48, "lane_m": 1.0}).text("zh")


def test_a_sentence_may_say_itself_how_a_number_is_written():
    assert counted("{x:.1f} {longitude:.3f} {share:.0%}", x=500123.456, longitude=118.12345, share=0.5) == (
        "500123.5 118.123 50%"
    )
    assert counted("{row:row|rows} {row}", row=1) == "row 1"


def test_what_is_no_amount_keeps_its_digits():
    assert counted("EPSG:{epsg} {row} {x}", epsg=104548, row=12345, x=500123.456) == "EPSG:104548 12345 500123.456"
