"""Codes that a spreadsheet has damaged are recognised and told, never repaired."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.damaged_codes import CodeForms, find_damaged_codes, forms_of
from gridmgmt_plugin.core.messages import catalogue
from tests.tries import tries


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


# --- blocks that lost their digits inside a sound column


def _inventory(classes=("0101", "0118", "0402"), each=300):
    return [f"990101{kind}{i:06d}" for kind in classes for i in range(1, each + 1)]


def _rounded(codes, rows):
    return [f"{code[:15]}{'0' * (len(code) - 15)}" if row in rows else code for row, code in enumerate(codes)]


def test_the_sample_s_block_is_found_row_by_row():
    sample = Path(__file__).resolve().parents[3] / "resources" / "sample"
    planted = json.loads((sample / "planted.json").read_text(encoding="utf-8"))["files"]["components.csv"]["faults"]
    with (sample / "components.csv").open(encoding="gb18030", newline="") as file:
        codes = [row["标识码"] for row in csv.DictReader(file)]
    damaged = find_damaged_codes(codes)
    for fault, reason in (
        ("code_lost_last_digit", "damage_digits_lost"),
        ("code_in_scientific_form", "damage_scientific"),
    ):
        assert (damaged.rows[damaged.reasons == reason] + 1).tolist() == planted[fault]["rows"]
    assert set(damaged.counts()) == {"damage_digits_lost", "damage_scientific"}


@given(st.integers(0, 839), st.integers(25, 60))
@tries(60)
def test_a_block_of_an_ordered_inventory_is_found_wherever_it_lies(start, length):
    codes = _inventory()
    block = set(range(start, start + length))
    damaged = _rounded(codes, block)
    wrong = {row for row in block if damaged[row] != codes[row]}
    found = _found(damaged)
    assert set(found) <= wrong
    # Rounded codes that no other one shares cannot be told from sound ones; they lie at the ends of the block.
    assert len(wrong - set(found)) <= 4
    assert set(found.values()) <= {"damage_digits_lost"}


@given(st.integers(0, 10_000), st.sampled_from([16, 17, 18]))
@tries(40)
def test_a_block_of_an_unordered_inventory_is_found(seed, length):
    rng = random.Random(seed)
    codes = [f"{rng.randrange(10 ** (length - 1), 10**length)}" for _ in range(400)]
    block = set(range(120, 160))
    damaged = _rounded(codes, block)
    found = set(_found(damaged))
    assert found >= {row for row in block if damaged[row] != codes[row] and not _has_twin(damaged, row)}
    assert len(found - block) <= 2  # a sound code beside the block that happens to end in zero


def _has_twin(codes, row):
    return codes.count(codes[row]) > 1


@given(
    st.lists(st.sampled_from([f"{i:04d}" for i in range(101, 128)]), min_size=1, max_size=20, unique=True),
    st.integers(1, 120),
    st.sampled_from(["ordered", "shuffled", "backwards", "by number"]),
    st.integers(0, 5),
)
@tries(80)
def test_sound_inventories_raise_no_alarm_in_whatever_order(classes, each, order, copies):
    codes = [code for i, kind in enumerate(classes) for code in _inventory((kind,), each + 3 * i)]
    codes += codes[:copies]
    if order == "shuffled":
        random.Random(each).shuffle(codes)
    elif order == "backwards":
        codes.reverse()
    elif order == "by number":
        codes.sort(key=lambda code: code[10:])
    assert _found(codes) == {}


@pytest.mark.parametrize("step", [10, 100])
def test_a_supplier_who_numbers_in_tens_beside_one_who_does_not_is_left_in_peace(step):
    tens = [f"9901010105{i * step:06d}" for i in range(1, 80)]
    assert _found([*_inventory(), *tens, *_inventory(("0601",))]) == {}


def test_cases_that_name_the_same_component_again_and_again_are_no_damage():
    rng = random.Random(5)
    codes = [code for code in _inventory(each=60) for _ in range(rng.randrange(1, 6))]
    assert _found(codes) == {}
    rng.shuffle(codes)
    assert _found(codes) == {}


def test_the_first_of_codes_that_were_rounded_together_may_be_the_true_one():
    codes = _inventory(("0101",), 40)
    damaged = _rounded(codes, set(range(9, 19)))  # numbers 10 … 19
    assert _found(damaged) == dict.fromkeys(range(10, 19), "damage_digits_lost")


def test_blocks_in_scientific_form_and_blocks_cut_off_are_found_beside_each_other():
    codes = _rounded(_inventory(), set(range(300, 330)))
    codes[100:110] = ["9.90101E+15"] * 10
    counts = find_damaged_codes(codes).counts()
    assert counts["damage_scientific"] == 10
    assert 25 <= counts["damage_digits_lost"] <= 30


@pytest.mark.parametrize("count", [1, 2])
def test_a_true_code_that_stands_twice_is_a_repetition_not_damage(count):
    codes = _inventory(("0101",), 50)
    assert _found(codes + [codes[9]] * count) == (
        {} if count == 1 else {50: "damage_digits_lost", 51: "damage_digits_lost"}
    )


@pytest.mark.parametrize("length", [6, 9, 12, 14, 15])
def test_codes_of_up_to_fifteen_digits_lose_nothing(length):
    codes = [f"{10 ** (length - 1) + i * 10}" for i in range(50)]
    assert _found(codes + codes) == {}


def test_a_large_sound_column_is_passed_over():
    assert not find_damaged_codes([f"990101{i // 1000:04d}{i:06d}" for i in range(60_000)])


@given(st.lists(st.one_of(st.integers(-(10**17), 10**17), st.integers(0, 20)), max_size=12))
@tries(100)
def test_numbers_are_judged_as_their_digits_are(numbers):
    as_numbers, as_texts = find_damaged_codes(numbers), find_damaged_codes([str(number) for number in numbers])
    assert as_numbers.rows.tolist() == as_texts.rows.tolist()
    assert as_numbers.reasons.tolist() == as_texts.reasons.tolist()


_TEXTS = st.one_of(
    st.sampled_from([None, "", "A-01", "3.7E+14", "１２", "0", "007", " 12 ", "1.0", "990101202500001000", "9" * 16]),
    st.from_regex(r"[0-9]{1,18}(\.0)?", fullmatch=True),
)
_PARTS = st.one_of(
    st.lists(_TEXTS, max_size=4), st.lists(st.from_regex(r"0?[0-9]{4,17}", fullmatch=True), max_size=4)
)


def _is_sound(column):
    looked_at = find_damaged_codes([*column, "1.0"])  # a damaged code beside them, so that no glance is enough
    return looked_at.rows.tolist() == [len(column)]


@given(st.lists(_PARTS))
@tries(300)
def test_where_the_forms_of_all_parts_show_nothing_no_code_of_the_column_is_damaged(parts):
    forms = sum(map(forms_of, parts), CodeForms())
    whole = [code for part in parts for code in part]
    assert forms == forms_of(whole)
    assert not forms.are_sound or _is_sound(whole)


@given(st.lists(st.one_of(_TEXTS, st.integers(-(10**17), 10**17), st.floats(0, 1e12))))
@tries(300)
def test_numbers_and_texts_whose_forms_show_nothing_are_not_damaged(column):
    assert not forms_of(column).are_sound or _is_sound(column)
