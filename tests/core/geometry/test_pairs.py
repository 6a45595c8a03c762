"""Figures are added up per pair, in whichever order a pair is named."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.pairs import summed_pairs

NUMBER = st.integers(0, 5)


@given(st.lists(st.tuples(NUMBER, NUMBER, st.integers(1, 9)), max_size=20))
def test_every_pair_stands_once_with_its_sum(entries):
    expected: dict[tuple[int, int], int] = {}
    for one, two, value in entries:
        if one != two:
            pair = (min(one, two), max(one, two))
            expected[pair] = expected.get(pair, 0) + value
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    low, high, total = summed_pairs(table[:, 0], table[:, 1], table[:, 2].astype(float))
    assert list(zip(low.tolist(), high.tolist())) == sorted(expected)
    assert total.tolist() == [expected[pair] for pair in sorted(expected)]
