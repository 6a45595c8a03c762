"""Who has the work of a department on a day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.rows import Rows, as_column

TABLE = Rows.from_records(
    [
        {"code": "甲", "valid_to": "2026-06-30", "successor_code": "乙"},
        {"code": "乙", "valid_to": "2027-01-31", "successor_code": "丙"},
        {"code": "丙", "valid_to": None, "successor_code": None},
        {"code": "丁", "valid_to": "2026-06-30", "successor_code": "无此局"},
        {"code": "戊", "valid_to": None, "successor_code": "丙"},
        {"code": "己", "valid_to": "2026-01-01", "successor_code": "庚"},
        {"code": "庚", "valid_to": "2026-01-01", "successor_code": "己"},
    ]
)


@pytest.mark.parametrize(
    ("code", "day", "answers"),
    [
        ("甲", "2026-06-30", "甲"),
        ("甲", "2026-07-01", "乙"),
        ("甲", "2027-02-01", "丙"),
        ("丁", "2030-01-01", "丁"),
        ("戊", "2030-01-01", "戊"),
        ("己", "2030-01-01", "庚"),
        ("", "2030-01-01", ""),
        ("不在表中", "2030-01-01", "不在表中"),
    ],
)
def test_a_department_answers_up_to_its_last_day_and_then_whoever_took_its_work_over(code, day, answers):
    assert Successors(TABLE).of(code, np.datetime64(day)) == answers


codes = st.lists(st.sampled_from(["甲", "乙", "丙", "丁", "", None]), max_size=12)


@given(codes, st.lists(st.integers(0, 900), min_size=12, max_size=12))
def test_a_column_is_answered_as_each_of_its_rows(column, offsets):
    known, day = Successors(TABLE), np.datetime64("2025-06-01") + np.array(offsets[: len(column)], dtype=int)
    found = known.on(as_column(column), day.astype("datetime64[D]"))
    assert found.tolist() == [code and known.of(code, at) for code, at in zip(column, day)]
