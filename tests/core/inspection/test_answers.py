"""What stands in the cells of an inspection: every usual way to say passed and failed, and nothing is guessed."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.inspection.answers import asks_for_order, read_answers
from gridmgmt_plugin.core.inspection.checklists import chosen_checklist
from gridmgmt_plugin.core.rows import as_column

PARKING = chosen_checklist({}, "shi_wu_2023").item("03")


def said(cells, heading="无乱停车"):
    return read_answers(as_column(cells), PARKING, asks_for_order=asks_for_order(heading))


@pytest.mark.parametrize(
    "word", ["合格", "√", "✔", "通过", "达标", "无问题", "无", "没有", "是", "PASS", " 合 格 ", "ＯＫ"]
)
def test_words_for_passed(word):
    assert said([word]).passed.tolist() == [True]


@pytest.mark.parametrize("word", ["不合格", "×", "X", "ｘ", "未通过", "有问题", "有", "否", "fail"])
def test_words_for_failed(word):
    assert said([word]).passed.tolist() == [False]


def test_yes_and_no_answer_the_heading():
    assert said(["是", "否"], "乱停车").passed.tolist() == [False, True]
    assert said(["是", "否"], "是否合格").passed.tolist() == [True, False]
    assert said(["有", "无"], "乱停车").passed.tolist() == [False, True]
    assert said(["是", "否"], "ＰＡＳＳＥＤ").passed.tolist() == [True, False]


@pytest.mark.parametrize("word", [None, "", "未检查", "不涉及", "/"])
def test_an_item_that_was_not_judged_is_neither(word):
    answers = said([word, "合格"])
    assert answers.passed.tolist() == [None, True]
    assert not answers.unclear.any()


def test_numbers_above_one_are_points():
    answers = said([10, "8.5", 0, None])
    assert answers.passed.tolist() == [True, False, False, None]
    assert answers.score.tolist() == [10.0, 8.5, 0.0, None]


def test_one_and_zero_alone_are_yes_and_no():
    assert said([1, 0, "1"]).passed.tolist() == [True, False, True]
    assert said([1, 0], "item_03").passed.tolist() == [True, False]


@pytest.mark.parametrize("cells", [["也许"], ["11", "10"], ["-2", "10"], ["合格吗"]])
def test_what_says_neither_is_told(cells):
    assert said(cells).unclear[0]


def test_a_number_under_the_name_of_the_nuisance_may_be_points_or_a_count():
    assert said([1, 0], "乱停车").unclear.all()
