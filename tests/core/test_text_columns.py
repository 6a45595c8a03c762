"""What is done with a column at once is what is done with each of its values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_code, clean_codes, clean_text, clean_texts, to_numbers
from tests.tries import tries

_TEXTS = st.one_of(
    st.sampled_from(
        ["0504", "00017", " 7 ", "７", "'5", '="05"', "1,234", "1_000", "12.50", "1e3", "inf", "nan", "　", ""]
    ),
    st.text(alphabet="0123456789.,+-eE_ 　'\"=＝０９abc网\u200b\ufeff", max_size=6),
)
_VALUES = st.one_of(_TEXTS, st.none(), st.integers(-(10**6), 10**6), st.floats(allow_infinity=True), st.booleans())
# Columns of one kind take the quick ways, mixed ones the way of each value.
COLUMNS = st.one_of(
    st.lists(_TEXTS, max_size=8),
    st.lists(st.one_of(_TEXTS, st.none()), max_size=8),
    st.lists(st.sampled_from(["0504", "A-1", "77"]), max_size=8),
    st.lists(st.one_of(st.integers(-9, 9), st.floats(), st.none()), max_size=8),
    st.lists(_VALUES, max_size=8),
)


@tries(300)
@given(COLUMNS)
def test_texts_codes_and_numbers_of_a_column_are_those_of_its_values(column):
    assert clean_texts(column).tolist() == [clean_text(value) for value in column]
    assert clean_codes(column).tolist() == [clean_code(value) for value in column]
    one_by_one = [to_numbers(as_column([value, object()]))[0] for value in column]
    np.testing.assert_array_equal(to_numbers(as_column(column)), np.array(one_by_one, dtype=float))
