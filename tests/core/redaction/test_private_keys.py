"""Which keys are somebody's number."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.redaction.identity import is_identity_15, is_identity_key
from gridmgmt_plugin.core.redaction.keys import PERSONAL, PLACE, private_keys, private_logins, private_names
from tests.core.redaction.corpus import without_people
from tests.tries import tries


@pytest.mark.parametrize(
    "key",
    [
        "13812345678",
        "+8613812345678",
        "１３８１２３４５６７８",
        "138-1234-5678",
        "138、1234、5678",
        "一三八一二三四五六七八",
        "053288886666",
        "0532-88886666",
        "110101199003071233",
        "110101 19900307 1233",
        "１１０１０１１９９００３０７１２３３",
        "110101900307123",
        "110101 900307 123",
        "wang@sample.cn",
        "鲁A12345",
        "E12345678",
        "400-800-8888",
    ],
)
def test_a_number_of_a_person_is_no_key(key):
    assert private_keys([key]).tolist() == [True]


@pytest.mark.parametrize(
    "key",
    ["370102011201009", "110101900307123", "008613000000000", "9901010101000001", "370102001001", "0086130123456789"],
)
def test_codes_of_places_are_keys_whatever_else_their_digits_may_be(key):
    assert private_keys([key], PLACE).tolist() == [False]


@pytest.mark.parametrize("key", ["13812345678", "110101199003071233", "138 1234 5678"])
def test_phones_and_identity_numbers_are_no_codes_of_places(key):
    assert private_keys([key], PLACE).tolist() == [True]


def test_case_numbers_and_codes_of_every_form_stay_keys():
    kinds = ("grid codes", "component codes", "codes of 12 digits", "case numbers", "credit codes")
    texts = [sample.text for sample in without_people(5_000, random.randrange(10**6)) if sample.kind in kinds]
    wrong = [text for text, private in zip(texts, private_keys(texts, PERSONAL)) if private]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("张三", False),
        (None, False),
        ("张三13812345678", False),  # a contact, which has its table
        ("张三 138 0013 8000 13900138000", False),
        ("张三110101199003071234", True),
        ("张三（１１０１０１ １９９００３０７ １２３４）", True),
        ("张三 11010119900307123", True),  # a digit too few
        ("张三110101900307123", True),
        ("欧阳一一〇一〇一一九九〇〇三〇七一二三三", True),
    ],
)
def test_no_name_of_a_person_holds_an_identity_number(name, private):
    assert private_names([name]).tolist() == [private]


@pytest.mark.parametrize(
    "account", ["13812345678", "zhangsan", None, "P00001", "zhang.san@sample.cn", "+8613812345678"]
)
def test_an_account_may_be_a_phone_or_an_address(account):
    assert private_logins([account]).tolist() == [False]


@pytest.mark.parametrize(
    "account",
    [
        "110101199003071233",
        "110101-19900307-1233",
        "110101900307123",
        "张三13812345678",
        "138、1234、5678",
        "鲁A12345",
    ],
)
def test_an_account_is_no_identity_number_and_no_phone_in_a_text(account):
    assert private_logins([account]).tolist() == [True]


def test_nothing_and_short_keys_are_nobodys():
    assert private_keys([None, "", "D01", "2025000002", "澄案〔2025〕000002"]).tolist() == [False] * 5


_PHONES = re.compile(r"(86|0086)?0?1[3-9][0-9]{9}|0(10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_NUMBERS = st.one_of(
    st.from_regex(_PHONES, fullmatch=True),
    st.from_regex(r"[1-9][0-9]{5}(19|20)?[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4,5}", fullmatch=True),
    st.text("0123456789", min_size=9, max_size=20),
)


@given(st.lists(_NUMBERS, max_size=12), st.sampled_from([PERSONAL, PLACE]))
@tries(60)
def test_numbers_in_a_column_are_told_as_each_is_by_itself(numbers, kind):
    def is_private(digits):
        if is_identity_key(digits):
            return True
        is_phone = len(digits) > 10 and _PHONES.fullmatch(digits) is not None
        return not (kind == PLACE and len(digits) > 11) and (is_phone or is_identity_15(digits))

    assert private_keys([*numbers, "甲"], kind).tolist() == [*map(is_private, numbers), False]
