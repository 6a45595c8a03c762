"""Moments that a workspace stores are read at once, and never otherwise than from a file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.dates import moments_of, parse_dates
from gridmgmt_plugin.core.rows import as_column
from tests.tries import tries

_USUAL = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
_ODD = st.sampled_from(
    (
        *("2025-02-30T08:00:00", "0001-01-01T00:00:00", "2025-03-07 08:05:00", "2025-03-07", "2025/3/7 8:05", "不详"),
        *("2025-03-07T24:00:00", "2025-03-07T08:05:0x", "2025-03-07T08:05:00Z", "", None),
    )
)


@tries(60)
@given(st.lists(st.one_of(_USUAL, _ODD), max_size=8) | st.lists(_USUAL | st.none(), max_size=8))
def test_moments_are_those_that_are_read_from_a_file(column):
    expected = np.array(parse_dates(as_column(column)).iso, dtype="datetime64[s]")
    np.testing.assert_array_equal(moments_of(as_column(column)), expected)


@pytest.mark.parametrize("column", [[], [None, None]])
def test_nothing_is_no_moment(column):
    assert np.isnat(moments_of(column)).tolist() == [True] * len(column)
