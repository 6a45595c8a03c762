"""Codes stand in the area that they name; a new one is counted there, beside the code that it came from."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.standing import area_prefix, is_held, prefix_and_tail, standing_problem
from gridmgmt_plugin.core.codes.stored import RETIRED, VALID, RegisterEntry, entries_to_rows
from gridmgmt_plugin.core.errors import InputError

PLAIN = layout("gb30428_2013")
WITH_CLASS = layout("cjt349_2010")  # an object class stands before the area
WITH_LETTER = layout("evaluation_12")  # a type letter stands after the number
HERE, THERE = "110101001001", "110101001002"
STREET = "110101001"
CLASSED = f"600101{HERE}07"


def registered(chosen, *entries):
    return CodeRegister(chosen, entries_to_rows([RegisterEntry(*entry) for entry in entries], chosen.kind))


def refusal(action, *args):
    with pytest.raises(InputError) as refused:
        action(*args)
    return refused.value.code


def test_a_new_code_is_counted_under_its_area_whatever_it_came_from():
    assert prefix_and_tail(PLAIN, HERE) == (HERE, "")
    assert prefix_and_tail(PLAIN, THERE, f"{HERE}005") == (THERE, "")
    assert prefix_and_tail(PLAIN, HERE, "old 7") == (HERE, "")


def test_without_an_area_it_is_counted_beside_the_one_it_came_from():
    assert prefix_and_tail(PLAIN, "", f"{HERE}005") == (HERE, "")
    assert refusal(prefix_and_tail, PLAIN, "") == "editing_code_unknown_prefix"
    assert refusal(prefix_and_tail, PLAIN, "", "old 7") == "editing_code_unknown_prefix"


def test_what_no_area_tells_comes_from_the_code_it_came_from_in_another_area_too():
    assert prefix_and_tail(WITH_CLASS, HERE, CLASSED) == (f"600101{HERE}", "")
    assert prefix_and_tail(WITH_CLASS, THERE, CLASSED) == (f"600101{THERE}", "")
    assert prefix_and_tail(WITH_LETTER, STREET, f"{STREET}07B") == (STREET, "B")
    assert prefix_and_tail(WITH_LETTER, "110101002", f"{STREET}07B") == ("110101002", "B")


@pytest.mark.parametrize("chosen", [WITH_CLASS, WITH_LETTER], ids=lambda chosen: chosen.key)
def test_where_nothing_tells_it_no_code_is_made_up(chosen):
    assert refusal(prefix_and_tail, chosen, HERE) == "editing_code_unknown_prefix"


def test_what_codes_of_an_area_begin_with_needs_no_letter():
    assert area_prefix(WITH_LETTER, STREET) == STREET
    assert area_prefix(WITH_CLASS, HERE, CLASSED) == f"600101{HERE}"
    assert refusal(area_prefix, WITH_CLASS, HERE) == "editing_code_unknown_prefix"


@pytest.mark.parametrize(
    ("code", "area", "expected"),
    [
        (f"{HERE}005", HERE, None),
        (f"{HERE}005", THERE, "unit_grid_code_elsewhere"),
        (f"{HERE}05", HERE, "code_wrong_length"),
        (f"{HERE}005", "1101", "area_code_wrong_length"),
        (f"{HERE}002", HERE, "code_was_retired"),
        (f"{HERE}001", HERE, None),
    ],
)
def test_a_code_stands_in_its_area_unless_it_was_retired(code, area, expected):
    register = registered(PLAIN, (f"{HERE}001", VALID), (f"{HERE}002", RETIRED))
    found = standing_problem(register, code, area)
    assert (None if found is None else found.code) == expected


def test_a_code_with_an_object_class_stands_in_the_area_behind_it():
    register = registered(WITH_CLASS)
    assert standing_problem(register, CLASSED, HERE) is None
    elsewhere = standing_problem(register, CLASSED, THERE)
    assert elsewhere is not None
    assert elsewhere.details["prefix"] == f"600101{THERE}"


def test_a_code_is_held_by_whoever_bears_it_or_has_it_in_the_register():
    register = registered(PLAIN, (f"{HERE}001", VALID))
    assert is_held(register, f"{HERE}001", own=())
    assert not is_held(register, f"{HERE}001", own={f"{HERE}001"})
    assert not is_held(register, f"{HERE}009", own=())
    assert is_held(register, f"{HERE}009", own={f"{HERE}009"}, borne={f"{HERE}009"})
