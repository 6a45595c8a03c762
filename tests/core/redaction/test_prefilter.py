"""Texts that must be looked at closely are the same, whether arrays or a pattern find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.redaction.prefilter import DigitRun, positions_found
from gridmgmt_plugin.core.redaction.texts import LEAST_DIGITS, NUMBERS
from tests.tries import tries

_TEXTS = st.text(st.sampled_from("0123４５一二〇①٣路 -号\n\ud800\U0001d7ce\U0001f600"), max_size=40)


@given(st.lists(_TEXTS, max_size=8))
@tries(500)
def test_runs_of_digits_are_found_in_the_texts_in_which_the_pattern_finds_them(texts):
    found = positions_found(texts, [DigitRun(NUMBERS, LEAST_DIGITS)])
    assert found == [at for at, text in enumerate(texts) if NUMBERS.search(text)]
