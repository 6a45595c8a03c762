"""Cases that may have been reported twice: same class and place within the hour, as a plain comparison finds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.recurrence import same_cases
from gridmgmt_plugin.core.recurrence.same_cases import NEAR_M, WITHIN_S, repeated_cases
from tests.tries import tries

DAY = np.datetime64("2025-03-07T08:00:00")


def found(*cases):
    """Return the earlier case of each; a case is (class, minutes, x, y, address)."""
    classes, minutes, x, y, address = (np.array(column) for column in zip(*cases))
    reported = DAY + (minutes * 60).astype("timedelta64[s]")
    numbers = (classes.astype(np.int64), reported, x.astype(float), y.astype(float), address.astype(np.int64))
    return repeated_cases(*numbers).tolist()


def test_one_class_within_the_hour_and_ten_metres_is_one_case():
    assert found((1, 0, 0, 0, -1), (1, 59, 9, 0, -1)) == [-1, 0]
    assert found((1, 0, 0, 0, -1), (1, 61, 0, 0, -1)) == [-1, -1]
    assert found((1, 0, 0, 0, -1), (1, 0, 11, 0, -1)) == [-1, -1]
    assert found((1, 0, 0, 0, -1), (2, 0, 0, 0, -1)) == [-1, -1]


def test_without_a_place_the_same_grid_and_address_will_do():
    assert found((1, 0, np.nan, np.nan, 7), (1, 5, np.nan, np.nan, 7)) == [-1, 0]
    assert found((1, 0, np.nan, np.nan, -1), (1, 5, np.nan, np.nan, -1)) == [-1, -1]
    assert found((-1, 0, 0, 0, 7), (-1, 5, 0, 0, 7)) == [-1, -1]


def test_what_repeats_a_repetition_repeats_the_first():
    assert found(*((1, 40 * n, 0, 0, -1) for n in range(4))) == [-1, 0, 0, 0]


def test_they_are_those_of_a_plain_comparison_wherever_they_lie():
    rng = np.random.default_rng(3)
    count = 300
    classes, x, y = rng.integers(0, 3, count), rng.uniform(-60, 60, count), rng.uniform(-60, 60, count)
    seconds = rng.integers(0, 40 * WITHIN_S, count)
    reported = DAY + seconds.astype("timedelta64[s]")
    nothing = np.full(count, -1, dtype=np.int64)
    earlier = repeated_cases(classes, reported, x, y, nothing)
    plain = [
        any(
            (seconds[b], b) < (seconds[a], a)
            and classes[a] == classes[b]
            and seconds[a] - seconds[b] <= WITHIN_S
            and np.hypot(x[a] - x[b], y[a] - y[b]) <= NEAR_M
            for b in range(count)
        )
        for a in range(count)
    ]
    assert (earlier >= 0).tolist() == plain
    assert 5 < sum(plain) < 100


def test_nothing_has_no_repetitions():
    nothing = np.zeros(0, dtype=np.int64)
    assert len(repeated_cases(nothing, nothing.astype("datetime64[s]"), nothing * 1.0, nothing * 1.0, nothing)) == 0


def test_the_size_of_the_numbers_does_not_matter():
    rng = np.random.default_rng(4)
    count = 400
    classes, reported = rng.integers(0, 3, count), DAY + rng.integers(0, 9 * WITHIN_S, count).astype("timedelta64[s]")
    x, y = (np.where(rng.random(count) < 0.3, np.nan, rng.uniform(-50, 50, count)) for _ in range(2))
    address = rng.integers(-1, 20, count)
    large = np.where(address < 0, -1, (1 << 62) + address * 111_111_111_111_111_111)
    one, other = (repeated_cases(classes, reported, x, y, words) for words in (address, large))
    assert one.tolist() == other.tolist()
    far = repeated_cases(classes * (1 << 40), reported, x + 1e12, y - 1e12, large)
    assert (far >= 0).sum() > 50
    plain = [
        any(
            (reported[b], b) < (reported[a], a)
            and classes[a] == classes[b]
            and reported[a] - reported[b] <= np.timedelta64(WITHIN_S, "s")
            and address[a] == address[b] >= 0
            for b in range(count)
        )
        for a in range(count)
    ]
    nowhere = np.full(count, np.nan)
    assert (repeated_cases(classes, reported, nowhere, nowhere, large) >= 0).tolist() == plain


@given(st.integers(0, 2**32 - 1), st.integers(1, 90), st.integers(1, 12))
@tries(60)
def test_how_many_are_looked_at_together_does_not_matter(seed, block, hours):
    rng = np.random.default_rng(seed)
    count = 90
    classes, address = rng.integers(-1, 2, count), rng.integers(-1, 6, count)
    reported = DAY + rng.integers(0, hours * WITHIN_S, count).astype("timedelta64[s]")
    reported[rng.random(count) < 0.1] = np.datetime64("NaT")
    x, y = (np.where(rng.random(count) < 0.2, np.nan, rng.uniform(-25, 25, count)) for _ in range(2))
    found = []
    for size in (count, block):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(same_cases, "_BLOCK", size)
            found.append(repeated_cases(classes, reported, x, y, address).tolist())
    assert found[0] == found[1]
