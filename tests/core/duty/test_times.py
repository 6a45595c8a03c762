"""Weekdays and hours as other programs read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.times import EVERY_DAY, clock_text, weekday_mask, weekday_text


@given(st.integers(1, EVERY_DAY))
def test_weekdays_are_read_back_as_they_were_written(mask):
    assert weekday_mask(weekday_text(mask)) == mask


def test_days_in_a_row_stand_as_a_range_and_every_day_as_nothing():
    assert weekday_text(0b0011111) == "1-5"
    assert weekday_text(0b1100101) == "1,3,6-7"
    assert weekday_text(EVERY_DAY) is None


@pytest.mark.parametrize(
    ("written", "told"), [("8点", "08:00"), ("22:30:00", "22:30"), ("24:00", "24:00"), ("", None), (None, None)]
)
def test_an_hour_has_one_form(written, told):
    assert clock_text(written) == told
