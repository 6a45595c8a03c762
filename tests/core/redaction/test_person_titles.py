"""A person is called by name and number on the screen, and by the number alone in what leaves the house."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.redaction.person_titles import person_title, with_numbers_alone
from tests.tries import tries

NAMES = {"R1": "张 三", "R2": "李四", "R3": "Zhang San (retired)", "R4": ""}


def test_names_go_and_numbers_and_everything_else_stay():
    told = "巷长张 三 (R1)、李四 (R2) 和 Zhang San (retired) (R3) 在 D01 (D01)，王五 (R9)。"
    assert with_numbers_alone(told, NAMES) == "巷长R1、R2 和 R3 在 D01 (D01)，王五 (R9)。"


@tries(40)
@given(st.lists(st.sampled_from(sorted(NAMES))), st.text(alphabet="格 (),、R1", max_size=5))
def test_whoever_is_called_is_left_with_the_number(numbers, between):
    told = between.join(f"“{person_title(NAMES[number], number)}”" for number in numbers)
    assert with_numbers_alone(told, NAMES) == between.join(f"“{number}”" for number in numbers)
