"""Words of value lists are read one way, wherever they come in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.letters import folded, half_width
from gridmgmt_plugin.core.partition.street_grades import grade_of_streets
from gridmgmt_plugin.core.posts.department_names import DepartmentNames
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import is_value_list, value_label, value_list
from gridmgmt_plugin.core.value_words import (
    booleans,
    comparable,
    comparable_word,
    stored_value,
    stored_values,
    words_of,
    yes_or_no,
)

LISTS = [*load_json("catalogues/value_lists.json"), "role"]


@given(st.text())
def test_half_width_keeps_every_position(text):
    assert len(half_width(text)) == len(text)
    assert half_width(half_width(text)) == half_width(text)


@given(st.text(alphabet="0123456789ABCabc.-"))
def test_full_width_comes_back_to_what_it_stands_for(text):
    assert half_width("".join(chr(ord(c) + 0xFEE0) for c in text)) == text


@given(st.text(alphabet="ＡＢabC１2 \u3000\u200b街_长"))
def test_what_is_folded_stays_as_it_is(text):
    assert folded(folded(text)) == folded(text)
    assert folded(half_width(text)) == folded(text)


def test_width_blanks_and_capitals_do_not_count():
    assert comparable(" Ａ 角\u200b") == "a角"
    assert comparable(504.0) == "504"
    assert comparable(None) == comparable(float("nan")) == comparable(" \u3000") == ""
    assert comparable("D_1") != comparable("D1"), "codes differ by an underscore"
    assert comparable_word("Street_Chief") == comparable_word("street chief") == "streetchief"


@pytest.mark.parametrize("name", LISTS)
def test_a_value_is_known_by_itself_and_by_both_its_labels(name):
    for key, titles in value_list(name):
        assert stored_value(name, key) == key
        assert stored_value(name, f" {half_width(key).upper()}\u3000") == key
        assert {stored_value(name, title) for title in titles.values()} <= {other for other, _ in value_list(name)}
        assert value_label(name, key, "zh_CN") == titles["zh"]
        assert value_label(name, key) == titles["en"]


@pytest.mark.parametrize("name", LISTS)
def test_every_word_leads_to_a_value_of_the_list(name):
    assert set(words_of(name).values()) == {key for key, _ in value_list(name)}


def test_a_list_that_no_table_names_is_known_by_its_synonyms_alone():
    assert not is_value_list("case_source")
    assert stored_value("case_source", "１２３４５热线") == "12345"
    assert words_of("nowhere") == {}
    assert value_label("case_kind", "unheard of") == "unheard of"


def test_a_column_tells_the_rows_that_it_could_not_read():
    column = as_column(["已结案", "CLOSED", None, " ", "神游", float("nan"), "结 案"])
    values, unknown = stored_values(column, "case_status")
    assert values.tolist() == ["closed", "closed", None, None, None, None, "closed"]
    assert unknown.tolist() == [4]


def test_yes_and_no_are_read_from_words_numbers_and_marks():
    values, unknown = booleans(as_column(["是", "FALSE", True, 0, 1.0, "同意", "不同意", None, "也许"]))
    assert values.tolist() == [True, False, True, False, True, True, False, None, None]
    assert unknown.tolist() == [8]
    values, unknown = booleans(np.array([1.0, np.nan, 0.0, 7.0]))
    assert values.tolist() == [True, None, False, None]
    assert unknown.tolist() == [3]
    assert yes_or_no("ＹＥＳ") is True
    assert yes_or_no("") is None


def test_a_department_is_found_by_code_name_and_short_name():
    names = DepartmentNames(
        Rows(
            {
                "code": as_column(["D_1", "D1", "D3"]),
                "name": as_column(["环境卫生 服务中心", "D_1", None]),
                "short_name": as_column([None, "一所", ""]),
            }
        )
    )
    assert names.known
    assert [names.code(word) for word in ("ｄ_1", "环境卫生服务中心", "D1", "一 所", "没有的", "", None)] == [
        "D_1", "D_1", "D1", "D1", None, None, None,
    ]  # fmt: skip


def test_where_no_department_is_known_the_text_is_kept():
    for names in (DepartmentNames(None), DepartmentNames(Rows())):
        assert not names.known
        assert names.code(" 某 单位 ") == "某 单位"
        assert names.code(None) is None


def test_a_street_class_is_known_however_it_is_written():
    grades = grade_of_streets([None] * 4, ["living_street", "ＰＲＩＭＡＲＹ", " Primary Link", "unheard of"])
    assert grades.tolist() == [0, 3, 3, 0]
