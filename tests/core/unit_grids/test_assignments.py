"""Where the ground of groups goes when unit grids are grouped anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.unit_grids.assignments import heirs_of_groups

GROUPS = st.sampled_from([None, "a", "b", "c"])


def test_the_group_with_most_of_the_ground_comes_first():
    before, after = as_column(["a", "a", "a"]), as_column(["x", "y", "y"])
    found = heirs_of_groups(before, after, np.array([50.0, 20.0, 20.0]))
    assert [(heir.code, round(heir.share, 3)) for heir in found["a"]] == [("x", 0.556), ("y", 0.444)]


def test_of_equal_shares_the_smaller_code_comes_first():
    found = heirs_of_groups(as_column(["a", "a"]), as_column(["y", "x"]), np.ones(2))
    assert [heir.code for heir in found["a"]] == ["x", "y"]


def test_ground_that_no_group_holds_any_more_counts_for_none():
    found = heirs_of_groups(as_column(["a", "a", "b"]), as_column(["x", None, None]), np.ones(3))
    assert [(heir.code, heir.share) for heir in found["a"]] == [("x", 0.5)]
    assert "b" not in found


@pytest.mark.parametrize("area", [None, "", -4.0, float("nan"), "一亩"])
def test_a_unit_grid_without_a_readable_area_still_counts(area):
    found = heirs_of_groups(as_column(["a"]), as_column(["x"]), as_column([area]))
    assert [(heir.code, heir.share) for heir in found["a"]] == [("x", 1.0)]


@given(st.lists(st.tuples(GROUPS, GROUPS, st.integers(1, 1000)), max_size=40))
def test_shares_are_what_is_counted_by_hand(units):
    before, after, size = (list(column) for column in zip(*units)) if units else ([], [], [])
    found = heirs_of_groups(as_column(before), as_column(after), np.array(size, dtype=float))
    for old, heirs in found.items():
        total = sum(m2 for one, _, m2 in units if one == old)
        for heir in heirs:
            held = sum(m2 for one, two, m2 in units if (one, two) == (old, heir.code))
            assert heir.share == pytest.approx(held / total)
        assert [heir.share for heir in heirs] == sorted((heir.share for heir in heirs), reverse=True)
        assert sum(heir.share for heir in heirs) <= 1 + 1e-9
