"""Codes that a spreadsheet has damaged are recognised and told, never repaired."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.damaged_codes import find_damaged_codes
from gridmgmt_plugin.core.messages import catalogue


def _found(column, lengths=()):
    damaged = find_damaged_codes(column, lengths)
    return dict(zip(damaged.rows.tolist(), damaged.reasons.tolist()))


def test_scientific_notation_is_damage():
    column = ["3.70102E+14", "370102011201009", "3.7e14", "３.７０１０２Ｅ＋１４", "1E14", "E14", "2号楼"]
    assert _found(column) == dict.fromkeys((0, 2, 3, 4), "damage_scientific")


def test_a_decimal_tail_is_damage():
    assert _found(["370102011.0", "370102011", 370102012.0]) == {0: "damage_decimal_tail", 2: "damage_decimal_tail"}


def test_component_codes_that_all_end_in_zero_have_lost_their_last_digit():
    column = [f"320508010100{i:03d}0" for i in range(1, 9)]
    assert _found(column) == dict.fromkeys(range(8), "damage_digits_lost")


def test_one_code_that_ends_in_something_else_proves_the_others_whole():
    column = [f"320508010100{i:03d}0" for i in range(1, 9)] + ["3205080101000011"]
    assert _found(column) == {}


def test_two_codes_ending_in_zero_may_be_chance_but_repetition_is_not():
    assert _found(["3205080101000010", "3205080101000020"]) == {}
    assert _found(["3205080101000010", "3205080101000010"]) == dict.fromkeys((0, 1), "damage_digits_lost")


def test_a_single_eighteen_digit_code_cut_to_fifteen_is_recognised():
    assert _found(["110101020300200000"]) == {0: "damage_digits_lost"}


def test_number_cells_of_more_than_fifteen_digits_are_damaged_too():
    assert _found([3205080101000010 + 10 * i for i in range(4)]) == dict.fromkeys(range(4), "damage_digits_lost")


def test_lost_leading_zeros_show_against_the_known_length():
    assert _found(["101", "0102", "1301"], lengths=(4,)) == {0: "damage_zeros_lost"}
    assert _found(["101", "102"]) == {}


def test_lost_leading_zeros_show_against_the_rest_of_the_column():
    assert _found(["0101", "0102", "0103", "104"]) == {3: "damage_zeros_lost"}


def test_whole_columns_are_left_in_peace():
    grids = [f"370102011201{i:03d}" for i in range(1, 60)]
    assert not find_damaged_codes(grids, (15,))
    assert not find_damaged_codes([None, "", "A-12", "东四三条"])
    assert not find_damaged_codes([])


@given(st.lists(st.integers(1, 999), min_size=1, max_size=30))
def test_fifteen_digit_codes_are_never_called_damaged(numbers):
    assert not find_damaged_codes([f"370102011201{n:03d}" for n in numbers], (15,))


def test_the_report_counts_and_every_reason_has_a_sentence():
    damaged = find_damaged_codes(["3.7E+14", "110101001.0", "3.7E+14"])
    assert damaged.counts() == {"damage_scientific": 2, "damage_decimal_tail": 1}
    assert bool(damaged)
    for reason in ("scientific", "digits_lost", "decimal_tail", "zeros_lost"):
        assert f"damage_{reason}" in catalogue()


@pytest.mark.parametrize("value", [float("nan"), None, " "])
def test_empty_cells_are_not_damage(value):
    assert _found([value]) == {}
