"""Free numbers are counted one way, for the register and for codes that are not registered yet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import default_layout, layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import InputError

UNIT = default_layout("unit_grid")
HERE, THERE = "110101001001", "110101001002"
NUMBERS = st.lists(st.integers(1, 12), max_size=12)


def codes(numbers, prefix=HERE):
    return [f"{prefix}{number:03d}" for number in numbers]


def counted(*held):
    ascending = sorted(held)
    return NumbersInUse(UNIT, lambda prefix: codes_under(prefix, ascending))


def test_codes_are_found_by_what_they_begin_with():
    ascending = sorted([*codes([1, 2]), *codes([1], THERE), "旧7", ""])
    assert codes_under(HERE, ascending) == codes([1, 2])
    assert codes_under("110101001003", ascending) == []
    assert codes_under("", ascending) == ascending


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(1, 5))
def test_the_lowest_numbers_that_nobody_holds_come_next(stored, entered, session, wanted):
    numbers = counted(*codes(stored), *codes([1, 2], THERE))
    for code in codes(entered):
        numbers.enter(code)
    expected = [number for number in range(1, 40) if number not in {*stored, *entered, *session}][:wanted]
    assert numbers.lowest(HERE, wanted, codes(session)) == expected
    assert numbers.lowest(THERE, 1, codes(session)) == [3]


def test_a_number_is_free_again_when_its_last_holder_gave_it_back():
    numbers = counted(*codes([1, 2]))
    numbers.enter(codes([2])[0])
    numbers.give_back(codes([2])[0])
    assert numbers.lowest(HERE, 1) == [3]
    numbers.give_back(codes([2])[0])
    assert numbers.lowest(HERE, 1) == [2]


def test_codes_of_another_layout_hold_no_number():
    numbers = counted("11010100100107", f"{HERE}00A", f"{HERE}００１", "旧7")
    numbers.enter(f"{HERE}0007")
    assert numbers.lowest(HERE, 1) == [1]


def test_a_reserved_number_is_never_given_out():
    chosen = layout("cjt349_2010")
    assert NumbersInUse(chosen, lambda prefix: ()).lowest(f"600101{HERE}", 2) == [1, 2]


def test_a_full_sequence_is_told_with_its_figures():
    with pytest.raises(InputError) as refused:
        counted(*codes(range(1, 998))).lowest(HERE, 3)
    assert refused.value.code == "code_sequence_full"
    assert refused.value.message.details["free"] == 2


@given(NUMBERS)
def test_the_register_keeps_off_numbers_that_it_does_not_know(borne):
    register = CodeRegister(UNIT)
    register.allocate(HERE, 1)
    register.keep_off(codes(borne))
    given_out = register.allocate(HERE, 3)
    assert not set(given_out) & set(codes(borne))
    assert given_out == codes([number for number in range(2, 40) if number not in borne][:3])
    register.discard(given_out)
    assert register.allocate(HERE, 3) == given_out
