"""Task letters are numbered on by the office's own rule; a rule that cannot number is refused with an example."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.posts.letters import letter_numbers

RULE = "任〔{year}〕{n:04}号"


def test_numbers_go_on_from_the_greatest_of_the_year_and_fill_no_gaps():
    taken = ["任〔2026〕0003号", "任〔2026〕0007号", "任〔2025〕0099号", "任〔2026〕临号", ""]
    assert letter_numbers(RULE, taken, 2026, 2) == ["任〔2026〕0008号", "任〔2026〕0009号"]
    assert letter_numbers(RULE, taken, 2027, 1) == ["任〔2027〕0001号"]


def test_a_rule_without_a_year_counts_on_over_the_years():
    assert letter_numbers("No {n}", ["No 9", "No 10"], 2026, 1) == ["No 11"]


def test_letters_that_mean_something_to_a_search_are_letters():
    assert letter_numbers("(a+)[{year}]{n}", ["(a+)[2026]4"], 2026, 1) == ["(a+)[2026]5"]


@pytest.mark.parametrize("rule", ["任〔{year}〕号", "{n}-{n}", "{x}{n}", "{n", "}{n}"])
def test_a_rule_that_cannot_number_is_refused_with_an_example(rule):
    with pytest.raises(InputError) as caught:
        letter_numbers(rule, [], 2026, 1)
    assert caught.value.code == "letter_rule_unclear"
    assert "{n}" in caught.value.text("zh")
    assert "{n:04}" in caught.value.text("en")
