"""A draw by lot: in proportion, every stratum heard, and the same again from the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.inspection.lots import draw

STRATA = st.lists(st.sampled_from("甲乙丙丁戊"), min_size=1, max_size=60)


def codes_of(strata):
    return [f"{number:04d}" for number in range(len(strata))]


@given(STRATA, st.integers(0, 70), st.integers(0, 99))
def test_as_many_as_asked_for_nobody_twice_and_every_stratum_in_proportion(letters, count, seed):
    strata = [(letter,) for letter in letters]
    drawn = draw(strata, codes_of(strata), count, seed)
    assert len(drawn) == len(set(drawn.tolist())) == min(count, len(strata))
    sizes, got = Counter(letters), Counter(letters[at] for at in drawn)
    if count >= len(sizes):
        assert all(got[letter] >= 1 for letter in sizes)
    for letter, size in sizes.items():
        assert got[letter] <= size
        assert abs(got[letter] - size * min(count, len(strata)) / len(strata)) <= len(sizes)


@given(STRATA, st.integers(1, 20), st.integers(0, 99), st.randoms())
def test_the_same_seed_draws_the_same_lanes_in_whatever_order_they_come(letters, count, seed, mixer):
    strata, codes = [(letter,) for letter in letters], codes_of(letters)
    order = list(range(len(codes)))
    mixer.shuffle(order)
    mixed = draw([strata[at] for at in order], [codes[at] for at in order], count, seed)
    assert {codes[order[at]] for at in mixed} == {codes[at] for at in draw(strata, codes, count, seed)}


def test_another_seed_draws_others():
    strata, codes = [("甲",)] * 100, codes_of(range(100))
    assert not np.array_equal(draw(strata, codes, 10, 1), draw(strata, codes, 10, 2))


def test_without_lanes_nothing_is_drawn():
    assert len(draw([], [], 5, 1)) == 0
