"""What counts as coming back: reported anew, in time, after everything there had been closed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.recurrence.returns import find_returns
from tests.tries import tries

DAY = 86_400
CASES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 60), st.one_of(st.none(), st.integers(0, 20))), max_size=25
)


def returns(cases, days=7.0, places=4):
    """``cases``: place, day of report, days until the closing (``None``: open)."""
    place = np.array([case[0] for case in cases], dtype=np.int64)
    reported = np.array([case[1] * DAY for case in cases], dtype="datetime64[s]")
    closed = np.array(
        [np.datetime64("NaT") if c[2] is None else np.datetime64((c[1] + c[2]) * DAY, "s") for c in cases],
        dtype="datetime64[s]",
    )
    return find_returns(place, reported, closed, days, places)


def plainly(cases, days, place) -> tuple[int, int]:
    """Go through the cases of a place one by one, as a person with a list would."""
    runs: list[list[float]] = []
    for _, begin, length in sorted((c for c in cases if c[0] == place), key=lambda c: c[1]):
        end = float("inf") if length is None else begin + length
        if runs and begin <= runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([begin, end])
    back = [later[0] - earlier[1] <= days for earlier, later in zip(runs, runs[1:])]
    involved = {i for i, came in enumerate(back) if came} | {i + 1 for i, came in enumerate(back) if came}
    return len(involved), sum(back)


@tries(300)
@given(CASES, st.integers(0, 20))
def test_returns_are_those_that_a_person_would_count(cases, days):
    found = returns(cases, days)
    for place in range(4):
        assert (found.times[place], found.not_held[place]) == plainly(cases, days, place)


def test_a_trouble_that_came_back_twice_was_there_three_times():
    found = returns([(0, 1, 2), (0, 5, 2), (0, 10, 2), (1, 3, 1)])
    assert (found.times[0], found.not_held[0]) == (3, 2)
    assert found.first[0] == np.datetime64(1 * DAY, "s")
    assert found.last[0] == np.datetime64(10 * DAY, "s")
    assert found.times[1] == 0
    assert np.isnat(found.first[1])


def test_reports_while_the_first_is_open_are_the_same_trouble():
    assert returns([(0, 1, None), (0, 2, 1), (0, 4, 1)]).not_held[0] == 0
    assert returns([(0, 1, 10), (0, 2, 1), (0, 13, 1)]).not_held[0] == 1


@pytest.mark.parametrize(("gap", "comes_back"), [(7, 1), (8, 0)])
def test_the_last_day_of_the_limit_still_counts(gap, comes_back):
    assert returns([(0, 1, 2), (0, 3 + gap, 1)]).not_held[0] == comes_back


def test_no_case_at_all_is_no_return():
    found = returns([])
    assert found.times.tolist() == [0, 0, 0, 0]
