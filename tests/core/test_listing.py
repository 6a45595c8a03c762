"""Lists inside sentences stay short and say that they are."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.listing import NAMED_IN_A_SENTENCE, _ends, listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction import texts


def test_a_short_list_is_whole_and_a_long_one_says_that_there_is_more():
    assert listing([]) == ""
    assert listing(["甲", 2]) == "甲、2"
    names = [f"第{n}条" for n in range(NAMED_IN_A_SENTENCE + 1)]
    assert listing(names[:-1]).count("、") == NAMED_IN_A_SENTENCE - 1
    assert not listing(names[:-1]).endswith("…")
    assert listing(names) == listing(names[:-1]) + "…"
    assert listing("abc", most=2) == "a、b…"


def test_an_english_sentence_puts_commas_between_what_it_lists_and_a_quoted_value_stays_as_it_is():
    listed = Message("layout_unknown", {"key": "甲、乙", "known": listing(["a", "b"])})
    assert listed.text("en") == "There is no code layout “甲、乙”. Choose one of: a, b."
    assert listed.text("zh_CN") == "没有名为“甲、乙”的编码方案。可选：a、b。"


def test_no_part_of_a_mobile_stays_where_a_long_value_is_cut():
    for before in range(50, 70):
        value = "路" * before + "13800001234" + "坏" * 60
        told = Message("layout_unknown", {"key": "甲", "known": listing([value])}).text("zh_CN")
        assert "…" in told
        assert not any(character.isdigit() for character in told), told


def test_a_mask_in_a_value_that_was_cut_is_in_the_language_of_the_sentence():
    value = "电话13800001234" + "路" * 120
    told = Message("layout_unknown", {"key": "a", "known": listing([value])})
    assert "[phone masked]" in told.text("en")
    assert "〔电话已隐去〕" in told.text("zh_CN")
    assert "已隐去" not in told.text("en")


def test_of_a_value_of_megabytes_both_ends_are_told_and_no_more_of_it_is_looked_at(monkeypatch):
    looked_at = []
    monkeypatch.setattr(texts, "redact", lambda text, language="zh": looked_at.append(len(text)) or text)
    told = Message("layout_unknown", {"key": "甲" + "0123 " * 400_000 + "乙", "known": ""}).text("zh_CN")
    assert max(looked_at) < 25_000
    assert "甲" in told
    assert "乙" in told


@pytest.mark.parametrize("before", range(9_989, 10_001))
def test_no_half_of_a_mobile_stays_where_a_value_of_megabytes_is_cut(before):
    value = "路" * before + "13800001234" + "坏" * 30_000
    assert not any(character.isdigit() for character in _ends(value))
    assert not any(character.isdigit() for character in _ends(value[::-1]))
