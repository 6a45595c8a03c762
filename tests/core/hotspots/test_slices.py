"""A period in whole weeks, months and quarters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.hotspots.slices import SLICES, cut_slices, sliced_counts, time_slices

DAYS = st.integers(0, 25_000)


def slices(kind: str, first: str, after: str, month_start: int = 1) -> list[str]:
    return time_slices(kind, np.datetime64(first), np.datetime64(after), month_start).edges.astype(str).tolist()


@pytest.mark.parametrize(
    ("kind", "first", "after", "edges"),
    [
        ("month", "2025-01-01", "2025-04-01", ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]),
        ("month", "2025-01-20", "2025-04-01", ["2025-02-01", "2025-03-01", "2025-04-01"]),
        ("month", "2025-01-03", "2025-02-28", ["2025-01-01", "2025-02-01", "2025-03-01"]),
        ("week", "2025-03-03", "2025-03-17", ["2025-03-03", "2025-03-10", "2025-03-17"]),
        ("week", "2025-03-02", "2025-03-19", ["2025-03-03", "2025-03-10", "2025-03-17"]),
        ("quarter", "2025-01-01", "2025-07-01", ["2025-01-01", "2025-04-01", "2025-07-01"]),
        ("month", "2025-01-05", "2025-01-09", ["2025-01-01"]),
    ],
)
def test_only_slices_that_the_period_covers_are_kept(kind, first, after, edges):
    assert slices(kind, first, after) == edges


def test_a_month_of_assessment_begins_on_its_own_day():
    assert slices("month", "2024-12-26", "2025-02-26", 26) == ["2024-12-26", "2025-01-26", "2025-02-26"]
    assert slices("quarter", "2024-12-26", "2025-03-26", 26) == ["2024-12-26", "2025-03-26"]


@given(st.sampled_from(SLICES), DAYS, DAYS, st.integers(1, 28))
def test_slices_follow_each_other_and_hold_each_moment_once(kind, one, other, month_start):
    first, after = (np.datetime64(day, "D") for day in sorted((one, other)))
    found = time_slices(kind, first, after, month_start)
    assert (np.diff(found.edges).astype(int) > 0).all()
    for number in range(len(found)):
        opening, last = found.edges[number], found.edges[number + 1] - np.timedelta64(1, "s")
        assert found.of(np.array([opening, last], dtype="datetime64[s]")).tolist() == [number, number]
    before = found.edges[0] - np.timedelta64(1, "D")
    assert found.of(np.array([before, found.edges[-1]], dtype="datetime64[s]")).tolist() == [-1, -1]


def test_cases_outside_places_or_slices_are_not_counted():
    counts = sliced_counts(np.array([0, 0, 1, -1, 1]), np.array([0, 1, 1, 0, -1]), 2, 2)
    assert counts.tolist() == [[1, 1], [0, 1]]


@pytest.mark.parametrize(
    ("kind", "day", "code"), [("day", 1, "slice"), ("month", 29, "month_start"), ("month", 0, "month_start")]
)
def test_unknown_slices_are_refused(kind, day, code):
    with pytest.raises(InputError) as caught:
        slices(kind, "2025-01-01", "2025-02-01", day)
    assert caught.value.code == f"hotspot_{code}_unknown"


@pytest.mark.parametrize(
    ("kind", "start", "days"),
    [
        ("day", 1, ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]),
        ("month", 1, ["2026-01-30", "2026-02-01", "2026-02-02"]),
        ("year", 1, ["2026-01-30", "2026-02-02"]),
        ("month", 26, ["2026-01-30", "2026-02-02"]),
    ],
)
def test_a_period_is_cut_without_leaving_anything_of_it_out(kind, start, days):
    first, after = np.datetime64("2026-01-30T08:00:00"), np.datetime64("2026-02-02T00:00:00")
    assert cut_slices(kind, first, after, start).edges.astype(str).tolist() == days


def test_quarters_of_assessment_months_begin_with_the_26th():
    edges = cut_slices("quarter", np.datetime64("2026-01-01"), np.datetime64("2026-04-01"), 26).edges
    assert edges.astype(str).tolist() == ["2026-01-01", "2026-03-26", "2026-04-01"]


def test_nothing_is_cut_into_no_slice():
    assert len(cut_slices("day", np.datetime64("2026-01-01"), np.datetime64("2026-01-01"))) == 0
    with pytest.raises(InputError):
        cut_slices("hour", np.datetime64("2026-01-01"), np.datetime64("2026-01-02"))
